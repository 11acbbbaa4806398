//! Numbers that come later, as the cluster stores them.
//!
//! A document in the cluster cannot be changed, only written anew, and most numbers that come later say the same of nearly
//! all samples: the pictures that were not looked up yet are there. So what a stored code means is kept with the receipt of
//! the generation, and only samples of which that is not true are written anew, with their code and [`OWN`].

use blendscope_engine::{Codes, Field};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Added to a code that stands for itself. Doubles hold it exactly, and codes are smaller.
pub(crate) const OWN: u64 = 1 << 52;

/// What stored codes of one field and generation mean; those that are not named mean themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meanings(BTreeMap<u64, u64>);

/// What stored codes mean, by the number of the field. Fields that are not named mean themselves.
pub(crate) type AllMeanings = BTreeMap<usize, Meanings>;

/// By the number of the field: samples whose own code is stored.
pub(crate) type OwnCodes = BTreeMap<usize, RoaringBitmap>;

impl Meanings {
    /// What a stored code means.
    pub(crate) fn of(&self, stored: u64) -> u64 {
        if stored & OWN != 0 {
            return stored & !OWN;
        }
        self.0.get(&stored).copied().unwrap_or(stored)
    }

    /// The stored codes that mean one of some.
    pub(crate) fn stored(&self, codes: &Codes) -> Codes {
        let renamed = self.0.iter().filter(|(_, code)| codes.has(**code)).map(|(stored, _)| *stored);
        match codes {
            Codes::Among(set) => {
                let same = set.iter().filter(|code| !self.0.contains_key(code)).copied();
                let own = set.iter().map(|code| code | OWN);
                Codes::Among(Arc::new(renamed.chain(same).chain(own).collect::<HashSet<u64>>()))
            }
            Codes::In(ranges) => {
                let mut all: Vec<(u64, u64)> = renamed.map(|stored| (stored, stored)).collect();
                for (from, to) in ranges.iter() {
                    all.push((from | OWN, (*to).min(OWN - 1) | OWN));
                    let mut from = *from;
                    for stored in self.0.range(from..=*to).map(|(stored, _)| *stored) {
                        all.extend((stored > from).then(|| (from, stored - 1)));
                        from = stored + 1;
                    }
                    all.extend((from <= *to).then_some((from, (*to).min(OWN - 1))));
                }
                Codes::ranges(all)
            }
        }
    }

    /// What codes will mean when all samples of a generation get new numbers: `given` are those that they were sent with,
    /// `own` the samples whose own code is stored, to which those are added of which the meaning would not be true.
    pub(crate) fn learn(given: &[u64], numbers: &[u64], own: &mut RoaringBitmap) -> Self {
        let mut counts: HashMap<u64, HashMap<u64, u64>> = HashMap::new();
        for (ordinal, (given, number)) in (0..).zip(given.iter().zip(numbers)) {
            if !own.contains(ordinal) {
                *counts.entry(*given).or_default().entry(*number).or_default() += 1;
            }
        }
        let most =
            |numbers: HashMap<u64, u64>| numbers.into_iter().max_by_key(|(number, count)| (*count, *number));
        let meant = counts.into_iter().filter_map(|(given, numbers)| Some((given, most(numbers)?.0)));
        let meanings = Self(meant.filter(|(given, number)| given != number).collect());
        for (ordinal, (given, number)) in (0..).zip(given.iter().zip(numbers)) {
            if meanings.of(*given) != *number {
                own.insert(ordinal);
            }
        }
        meanings
    }
}

/// What a sample's number in a field is stored as.
pub(crate) fn stored(field: Field, ordinal: u32, given: u64, number: u64, own: &OwnCodes) -> u64 {
    let is_own = own.get(&(field as usize)).is_some_and(|own| own.contains(ordinal));
    if is_own { number | OWN } else { given }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn stored_codes_mean_what_they_should(
            samples in prop::collection::vec((0u64..4, 0u64..5, 0u64..5), 1..40),
            wanted in prop::collection::hash_set(0u64..6, 0..4),
            ranges in prop::collection::vec((0u64..6, 0u64..6), 0..3),
        ) {
            let given: Vec<u64> = samples.iter().map(|(given, ..)| *given).collect();
            let mut own = RoaringBitmap::new();
            for numbers in [samples.iter().map(|(_, first, _)| *first).collect::<Vec<_>>(), samples.iter().map(|(.., second)| *second).collect()] {
                let meanings = Meanings::learn(&given, &numbers, &mut own);
                let all = OwnCodes::from([(Field::Flags as usize, own.clone())]);
                for codes in [Codes::Among(Arc::new(wanted.clone())), Codes::ranges(ranges.clone()), Codes::ranges([(0, u64::MAX)])] {
                    let passing = meanings.stored(&codes);
                    for (ordinal, (given, number)) in (0..).zip(given.iter().zip(&numbers)) {
                        let stored = stored(Field::Flags, ordinal, *given, *number, &all);
                        prop_assert_eq!(meanings.of(stored), *number);
                        prop_assert_eq!(passing.has(stored), codes.has(*number));
                    }
                }
            }
        }
    }
}

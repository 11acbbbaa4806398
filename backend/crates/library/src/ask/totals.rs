//! What each dimension says about everything: the values of a facet and the bars of a histogram, with how many samples of
//! the snapshot each holds. A result is held against these.

use crate::LibraryError;
use crate::ask::answers::{Answer, Asked, Current};
use crate::ask::dimensions::{DIMENSIONS, Facet, Kind, Number};
use crate::store::snapshot::OpenGeneration;
use blendscope_engine::{Budget, Field, Question, Tallied, Tallies, Tally};
use blendscope_query::Scope;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The roles that words are looked for in by themselves, each with how many words it says.
const ROLES: [(Scope, Field); 3] =
    [(Scope::Human, Field::WordsHuman), (Scope::Gpt, Field::WordsGpt), (Scope::System, Field::WordsOther)];

/// Numbers up to which each has a bar of its own.
const SINGLE_BARS: u64 = 24;

/// Where bars begin within each power of ten, in tenths of it.
const STEPS: [u128; 6] = [10, 15, 20, 30, 50, 70];

/// Bytes of an entry of a map, of a code and of a value, about.
const BYTES_OF_ENTRY: usize = 24;

/// What a dimension says about everything.
pub(crate) enum Totals {
    /// Of a facet.
    Values(Values),
    /// Of a number.
    Bars(Bars),
    /// Nothing that could be counted ahead.
    Nothing,
}

/// The values of a facet, of which there may be hundreds of thousands.
#[derive(Default)]
pub(crate) struct Values {
    /// Each value once.
    pub values: Vec<Value>,
    /// By generation.
    codes: HashMap<u32, Meanings>,
}

/// A value of a facet.
pub(crate) struct Value {
    /// As the search parameter takes it.
    pub name: String,
    /// Samples of everything with it.
    pub all: u64,
}

/// The values that the codes of a generation stand for.
#[derive(Default)]
struct Meanings {
    /// By code: where its values begin and end in `numbers`.
    by_code: HashMap<u64, (u32, u32)>,
    /// Values by number.
    numbers: Vec<u32>,
}

impl Meanings {
    fn of(&self, code: u64) -> &[u32] {
        self.by_code.get(&code).map_or(&[], |(begin, end)| &self.numbers[*begin as usize..*end as usize])
    }
}

/// The bars of a histogram.
pub(crate) struct Bars {
    /// Limits, one more than bars; see [`blendscope_shared::search::Histogram`].
    pub bounds: Vec<u64>,
    /// Samples of everything per bar.
    pub all: Vec<u64>,
}

impl Current {
    /// What a dimension says about everything.
    pub(crate) fn totals(&self, dimension: usize, budget: &Budget) -> Result<Arc<Totals>, LibraryError> {
        self.answer(Asked::Totals(dimension), budget, || {
            Ok(match &DIMENSIONS[dimension].kind {
                Kind::Facet(facet) => Totals::Values(Values::of(self, facet, budget)?),
                Kind::Number(number) => Totals::Bars(Bars::of(self, *number, budget)?),
                Kind::Role => Totals::Values(Values::of_roles(self, budget)?),
                Kind::Named(..) => Totals::Nothing,
            })
        })
    }

    /// How often the codes of a field occur in everything, by generation.
    fn tally_all(&self, field: Option<Field>, budget: &Budget) -> Result<Tallies, LibraryError> {
        let wanted = Tallied { field, aside: None };
        let mut tallies = self.view.tally(&Question::default(), &[wanted], budget)?;
        Ok(tallies.pop().unwrap_or_default())
    }
}

impl Answer for Totals {
    fn bytes(&self) -> usize {
        match self {
            Self::Values(values) => {
                let names: usize = values.values.iter().map(|value| value.name.len()).sum();
                let codes: usize = values.codes.values().map(|of| of.by_code.len() + of.numbers.len()).sum();
                names + (2 * values.values.len() + codes) * BYTES_OF_ENTRY
            }
            Self::Bars(bars) => bars.bounds.len() * 2 * size_of::<u64>(),
            Self::Nothing => 0,
        }
    }
}

impl Values {
    fn of(snapshot: &Current, facet: &Facet, budget: &Budget) -> Result<Self, LibraryError> {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut found = Self::default();
        for (generation, tally) in snapshot.tally_all(facet.field, budget)? {
            let Some(of) = snapshot.generation(generation) else { continue };
            let mut meanings = Meanings::default();
            for (code, count) in tally.counts() {
                let begin = meanings.numbers.len() as u32;
                for name in (facet.values)(snapshot, of, code) {
                    let number = *numbers.entry(name).or_insert_with_key(|name| {
                        found.values.push(Value { name: name.clone(), all: 0 });
                        found.values.len() as u32 - 1
                    });
                    found.values[number as usize].all += count;
                    meanings.numbers.push(number);
                }
                meanings.by_code.insert(code, (begin, meanings.numbers.len() as u32));
            }
            found.codes.insert(of.state.generation, meanings);
        }
        Ok(found)
    }

    /// The roles that say something, with how many samples each speaks in. No code stands for them.
    fn of_roles(snapshot: &Current, budget: &Budget) -> Result<Self, LibraryError> {
        let mut values = Vec::with_capacity(ROLES.len());
        for (role, words) in ROLES {
            let tallies = snapshot.tally_all(Some(words), budget)?;
            let speaks = tallies.iter().flat_map(|(_, tally)| tally.counts()).filter(|(words, _)| *words > 0);
            let all = speaks.map(|(_, samples)| samples).sum();
            values.push(Value { name: role.name().unwrap_or_default().to_owned(), all });
        }
        Ok(Self { values, ..Self::default() })
    }

    /// The values that a code of a generation stands for, by number.
    pub(crate) fn of_code(&self, of: &OpenGeneration, code: u64) -> &[u32] {
        self.codes.get(&of.state.generation).map_or(&[], |meanings| meanings.of(code))
    }

    /// The codes of a generation, each with the numbers of its values.
    pub(crate) fn codes(&self, of: &OpenGeneration) -> impl Iterator<Item = (u64, &[u32])> {
        let meanings = self.codes.get(&of.state.generation).into_iter();
        meanings.flat_map(|meanings| meanings.by_code.keys().map(|code| (*code, meanings.of(*code))))
    }
}

impl Bars {
    fn of(snapshot: &Current, number: Number, budget: &Budget) -> Result<Self, LibraryError> {
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for (_, tally) in snapshot.tally_all(Some(number.field), budget)? {
            for (number, count) in tally.counts() {
                *counts.entry(number).or_default() += count;
            }
        }
        // Bars begin at the least number that is known, so that no other is ever in one.
        counts.retain(|known, _| *known >= number.least);
        let ends = counts.first_key_value().zip(counts.last_key_value());
        let bounds = ends.map_or_else(Vec::new, |((least, _), (most, _))| bounds(*least, *most));
        let mut bars = Self { all: vec![0; bounds.len().saturating_sub(1)], bounds };
        let all = bars.sums(counts.into_iter());
        bars.all = all;
        Ok(bars)
    }

    /// Adds up counts of numbers by bar.
    pub(crate) fn sums(&self, counts: impl Iterator<Item = (u64, u64)>) -> Vec<u64> {
        let mut sums = vec![0; self.all.len()];
        for (number, count) in counts {
            let bar = self.bounds.partition_point(|bound| *bound <= number);
            if let Some(sum) = bar.checked_sub(1).and_then(|bar| sums.get_mut(bar)) {
                *sum += count;
            }
        }
        sums
    }

    /// Adds up a tally by bar.
    pub(crate) fn of_tally(&self, tally: &Tally) -> Vec<u64> {
        self.sums(tally.counts())
    }
}

/// Limits of bars for numbers from `least` to `most`: one bar per number while these are few, else wider ones that grow
/// with the numbers, so that short and very long texts both have their place.
fn bounds(least: u64, most: u64) -> Vec<u64> {
    let end = most.saturating_add(1);
    if most - least < SINGLE_BARS {
        return (least..=end).collect();
    }
    let mut bounds = vec![least];
    let mut power: u128 = 1;
    while bounds.last().is_some_and(|last| *last < end) {
        for step in STEPS {
            let bound = u64::try_from(power * step / 10).unwrap_or(u64::MAX).min(end);
            if bounds.last().is_some_and(|last| *last < bound) {
                bounds.push(bound);
            }
        }
        power *= 10;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_numbers_have_a_bar_each() {
        assert_eq!(bounds(2, 5), [2, 3, 4, 5, 6]);
        assert_eq!(bounds(7, 7), [7, 8]);
    }

    #[test]
    fn many_numbers_share_bars_that_grow() {
        assert_eq!(bounds(0, 120), [0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 121]);
    }

    proptest! {
        #[test]
        fn every_number_has_its_bar(numbers in prop::collection::vec(any::<u64>(), 1..40), shift in 0..64_u32) {
            let numbers: Vec<u64> = numbers.iter().map(|number| number >> shift).collect();
            prop_assume!(numbers.iter().all(|number| *number < u64::MAX));
            let (least, most) = (*numbers.iter().min().unwrap(), *numbers.iter().max().unwrap());
            let bounds = bounds(least, most);
            prop_assert!(bounds.is_sorted_by(|left, right| left < right));
            let bars = Bars { all: vec![0; bounds.len() - 1], bounds };
            let sums = bars.sums(numbers.iter().map(|number| (*number, 1)));
            prop_assert_eq!(sums.iter().sum::<u64>(), numbers.len() as u64);
        }
    }
}

//! Which samples have one of some values: of each generation all of them, none, or those with some codes.

use super::dimensions::{Codes, DIMENSIONS, Facet, Kind, Number};
use super::snapshot::{OpenGeneration, Snapshot};
use super::whole::Whole;
use blendscope_engine::Row;
use blendscope_engine::{Budget, Spent};
use blendscope_local::RowSet;
use blendscope_query::Condition;
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Samples whose codes are in memory at once.
const BATCH: usize = 1 << 13;

/// Codes below this, which almost all are, are looked up in a table.
const SMALL: u64 = 1 << 16;

/// Which samples pass. Generations in which none does are left out.
#[derive(Default)]
pub(crate) struct Restriction(HashMap<u32, Passing>);

/// Which samples of a generation pass.
enum Passing {
    All,
    Some(Arc<OpenGeneration>, Codes, Wanted),
    Ordinals(RoaringBitmap),
}

/// Which codes pass.
#[derive(Clone)]
enum Wanted {
    Codes(Arc<HashSet<u64>>),
    /// Any of these ranges, both ends included; they ascend and do not overlap.
    Ranges(Vec<(u64, u64)>),
}

impl Restriction {
    /// Samples that fulfil one of some conditions about a dimension.
    pub(crate) fn of(
        snapshot: &Snapshot,
        dimension: usize,
        conditions: &[Condition],
        budget: &Budget,
    ) -> Result<Self, Spent> {
        let texts = conditions.iter().filter_map(|condition| match condition {
            Condition::Is(value) => Some(value.as_str()),
            Condition::Range(..) => None,
        });
        Ok(match &DIMENSIONS[dimension].kind {
            Kind::Facet(facet) => Self::with_values(snapshot, dimension, facet, &texts.collect::<Vec<_>>()),
            Kind::Number(number) => {
                let ranges = conditions.iter().filter_map(|condition| match condition {
                    Condition::Range(from, to) => Some((*from, *to)),
                    Condition::Is(_) => None,
                });
                Self::in_ranges(snapshot, *number, ranges.collect())
            }
            Kind::Sought(rows) => {
                let texts: Vec<&str> = texts.collect();
                let mut passing = HashMap::new();
                for of in &snapshot.generations {
                    budget.check()?;
                    let found: RoaringBitmap = rows(of, &texts).into_iter().collect();
                    if !found.is_empty() {
                        passing.insert(of.state.generation, Passing::Ordinals(found));
                    }
                }
                Self(passing)
            }
            Kind::Role => {
                Self(snapshot.generations.iter().map(|of| (of.state.generation, Passing::All)).collect())
            }
        })
    }

    fn with_values(snapshot: &Snapshot, dimension: usize, facet: &Facet, asked: &[&str]) -> Self {
        let Whole::Values(whole) = snapshot.whole(dimension) else { return Self::default() };
        let asked: HashSet<String> = asked.iter().map(|asked| asked.to_ascii_lowercase()).collect();
        let is_asked = |value: &str| asked.contains(&value.to_ascii_lowercase());
        let is_asked: Vec<bool> = whole.values.iter().map(|value| is_asked(&value.value)).collect();
        let mut passing = HashMap::new();
        for of in &snapshot.generations {
            let (with, without): (Vec<_>, Vec<_>) =
                whole.codes(of).partition(|(_, values)| values.iter().any(|value| is_asked[*value as usize]));
            if with.is_empty() {
                continue;
            }
            let wanted = Wanted::Codes(Arc::new(with.into_iter().map(|(code, _)| code).collect()));
            let passes = if without.is_empty() {
                Passing::All
            } else {
                Passing::Some(Arc::clone(of), (facet.codes)(of), wanted)
            };
            passing.insert(of.state.generation, passes);
        }
        Self(passing)
    }

    /// Numbers that are not known are in no range.
    fn in_ranges(snapshot: &Snapshot, number: Number, ranges: Vec<(u64, u64)>) -> Self {
        let wanted = Wanted::ranges(ranges.into_iter().map(|(from, to)| (from.max(number.least), to)));
        let passing = |of: &Arc<OpenGeneration>| {
            let codes = (number.codes)(of);
            let is_left_out = matches!(codes, Codes::Same) && !wanted.has(0);
            let passing = || Passing::Some(Arc::clone(of), codes, wanted.clone());
            (!is_left_out).then(|| (of.state.generation, passing()))
        };
        Self(snapshot.generations.iter().filter_map(passing).collect())
    }

    /// The samples that pass.
    pub(crate) fn rows(&self, snapshot: &Snapshot, budget: &Budget) -> Result<RowSet, Spent> {
        let mut rows = Vec::new();
        for of in &snapshot.generations {
            if let Some(passing) = self.0.get(&of.state.generation) {
                rows.push((of.state.generation, passing.among(of, of.live().clone(), budget)?));
            }
        }
        Ok(RowSet::new(rows))
    }

    /// Those of some samples of a generation that pass.
    pub(crate) fn among(
        &self,
        of: &OpenGeneration,
        ordinals: RoaringBitmap,
        budget: &Budget,
    ) -> Result<RoaringBitmap, Spent> {
        let passing = self.0.get(&of.state.generation);
        passing.map_or_else(|| Ok(RoaringBitmap::new()), |passing| passing.among(of, ordinals, budget))
    }

    /// Whether a sample passes.
    pub(crate) fn passes(&self, row: Row) -> bool {
        self.0.get(&row.generation()).is_some_and(|passing| passing.holds(row.ordinal()))
    }

    /// Whether no sample of a generation passes.
    pub(crate) fn leaves_out(&self, generation: u32) -> bool {
        !self.0.contains_key(&generation)
    }

    /// Whether all samples of a generation pass.
    pub(crate) fn keeps_all(&self, generation: u32) -> bool {
        matches!(self.0.get(&generation), Some(Passing::All))
    }
}

impl Passing {
    /// Those of some of a generation's samples that pass.
    fn among(
        &self,
        of: &OpenGeneration,
        mut ordinals: RoaringBitmap,
        budget: &Budget,
    ) -> Result<RoaringBitmap, Spent> {
        Ok(match self {
            Self::All => ordinals,
            Self::Some(_, codes, wanted) => {
                let wanted = wanted.quick();
                let (mut passing, mut batch) = (RoaringBitmap::new(), Vec::with_capacity(BATCH));
                let all: Vec<u32> = ordinals.iter().collect();
                let _held = budget.hold(size_of_val(all.as_slice()))?;
                for ordinals in all.chunks(BATCH) {
                    budget.check()?;
                    batch.clear();
                    codes.of_many(of, ordinals, &mut batch);
                    let both = ordinals.iter().zip(&batch);
                    let found = both.filter(|(_, code)| wanted(**code)).map(|(ordinal, _)| *ordinal);
                    passing.append(found).expect("ordinals of a set ascend");
                }
                passing
            }
            Self::Ordinals(found) => {
                ordinals &= found;
                ordinals
            }
        })
    }

    fn holds(&self, ordinal: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(of, codes, wanted) => wanted.has(codes.of(of, ordinal)),
            Self::Ordinals(ordinals) => ordinals.contains(ordinal),
        }
    }
}

impl Wanted {
    /// Any of some ranges.
    fn ranges(ranges: impl Iterator<Item = (u64, u64)>) -> Self {
        let mut sorted: Vec<(u64, u64)> = ranges.filter(|(from, to)| from <= to).collect();
        sorted.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self::Ranges(joined)
    }

    /// The same as [`Wanted::has`], for all samples of a of.
    fn quick(&self) -> Box<dyn Fn(u64) -> bool + '_> {
        match self {
            Self::Codes(codes) => {
                let mut small = vec![false; SMALL as usize];
                for code in codes.iter().filter(|code| **code < SMALL) {
                    small[*code as usize] = true;
                }
                Box::new(move |code| if code < SMALL { small[code as usize] } else { codes.contains(&code) })
            }
            Self::Ranges(ranges) => match ranges.as_slice() {
                [(from, to)] => {
                    let range = *from..=*to;
                    Box::new(move |code| range.contains(&code))
                }
                _ => Box::new(|code| self.has(code)),
            },
        }
    }

    fn has(&self, code: u64) -> bool {
        match self {
            Self::Codes(codes) => codes.contains(&code),
            Self::Ranges(ranges) => {
                let behind = ranges.partition_point(|(from, _)| *from <= code);
                behind.checked_sub(1).is_some_and(|last| code <= ranges[last].1)
            }
        }
    }
}

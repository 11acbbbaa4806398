//! Which samples have one of some values: file by file all of them, none, or those with some codes.

use super::dimensions::{Codes, DIMENSIONS, Facet, Kind, Number};
use super::snapshot::{OpenFile, Snapshot};
use super::whole::Whole;
use crate::columns::{Bits, Row, RowSet};
use crate::index::Condition;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Samples whose codes are in memory at once.
const BATCH: usize = 1 << 13;

/// Codes below this, which almost all are, are looked up in a table.
const SMALL: u64 = 1 << 16;

/// Which samples pass. Files in which none does are left out.
#[derive(Default)]
pub(super) struct Restriction(HashMap<u32, Passing>);

/// Which samples of a file pass.
enum Passing {
    All,
    Some(Arc<OpenFile>, Codes, Wanted),
    Ordinals(HashSet<u32>),
}

/// Which codes pass.
#[derive(Clone)]
enum Wanted {
    Codes(Arc<HashSet<u64>>),
    /// Any of these ranges, both ends included.
    Ranges(Vec<(u64, u64)>),
}

impl Restriction {
    /// Samples that fulfil one of some conditions about a dimension.
    pub(super) fn of(snapshot: &Snapshot, dimension: usize, conditions: &[Condition]) -> Self {
        let texts = || {
            conditions.iter().filter_map(|condition| match condition {
                Condition::Is(value) => Some(value.as_str()),
                Condition::Range(..) => None,
            })
        };
        match &DIMENSIONS[dimension].kind {
            Kind::Facet(facet) => Self::with_values(snapshot, dimension, facet, &texts().collect::<Vec<_>>()),
            Kind::Number(number) => {
                let ranges = conditions.iter().filter_map(|condition| match condition {
                    Condition::Range(from, to) => Some((*from, *to)),
                    Condition::Is(_) => None,
                });
                Self::in_ranges(snapshot, *number, ranges)
            }
            Kind::Sought(rows) => {
                let of_file = |file: &Arc<OpenFile>| {
                    let found: HashSet<u32> = texts().flat_map(|value| rows(file, value)).collect();
                    (!found.is_empty()).then(|| (file.state.generation, Passing::Ordinals(found)))
                };
                Self(snapshot.files.iter().filter_map(of_file).collect())
            }
            Kind::Role => {
                Self(snapshot.files.iter().map(|file| (file.state.generation, Passing::All)).collect())
            }
        }
    }

    fn with_values(snapshot: &Snapshot, dimension: usize, facet: &Facet, asked: &[&str]) -> Self {
        let Whole::Values(whole) = snapshot.whole(dimension) else { return Self::default() };
        let is_asked = |value: &str| asked.iter().any(|asked| asked.eq_ignore_ascii_case(value));
        let is_asked: Vec<bool> = whole.values.iter().map(|value| is_asked(&value.value)).collect();
        let mut passing = HashMap::new();
        for file in &snapshot.files {
            let (with, without): (Vec<_>, Vec<_>) = whole
                .codes(file)
                .partition(|(_, values)| values.iter().any(|value| is_asked[*value as usize]));
            if with.is_empty() {
                continue;
            }
            let wanted = Wanted::Codes(Arc::new(with.into_iter().map(|(code, _)| code).collect()));
            let of_file = if without.is_empty() {
                Passing::All
            } else {
                Passing::Some(Arc::clone(file), (facet.codes)(file), wanted)
            };
            passing.insert(file.state.generation, of_file);
        }
        Self(passing)
    }

    /// Numbers that are not known are in no range.
    fn in_ranges(snapshot: &Snapshot, number: Number, ranges: impl Iterator<Item = (u64, u64)>) -> Self {
        let wanted = Wanted::Ranges(ranges.map(|(from, to)| (from.max(number.least), to)).collect());
        let passing = |file: &Arc<OpenFile>| {
            let codes = (number.codes)(file);
            let is_left_out = matches!(codes, Codes::Same) && !wanted.has(0);
            let passing = || Passing::Some(Arc::clone(file), codes, wanted.clone());
            (!is_left_out).then(|| (file.state.generation, passing()))
        };
        Self(snapshot.files.iter().filter_map(passing).collect())
    }

    /// The samples that pass.
    pub(super) fn rows(&self, snapshot: &Snapshot) -> RowSet {
        let of_file = |file: &Arc<OpenFile>| {
            let passing = self.0.get(&file.state.generation)?;
            Some((file.state.generation, passing.ordinals(file.state.rows)))
        };
        RowSet::new(snapshot.files.iter().filter_map(of_file))
    }

    /// Whether a sample passes.
    pub(super) fn passes(&self, row: Row) -> bool {
        self.0.get(&row.generation()).is_some_and(|passing| passing.holds(row.ordinal()))
    }

    /// Whether no sample of a file passes.
    pub(super) fn leaves_out(&self, generation: u32) -> bool {
        !self.0.contains_key(&generation)
    }

    /// Whether all samples of a file pass.
    pub(super) fn keeps_all(&self, generation: u32) -> bool {
        matches!(self.0.get(&generation), Some(Passing::All))
    }
}

impl Passing {
    /// Those of a file's first `rows` samples that pass.
    fn ordinals(&self, rows: u32) -> Bits {
        match self {
            Self::All => Bits::full(rows),
            Self::Some(file, codes, wanted) => {
                let mut passing = Bits::empty(rows);
                let wanted = wanted.quick();
                let mut batch = Vec::with_capacity(BATCH);
                for first in (0..rows).step_by(BATCH) {
                    let ordinals: Vec<u32> = (first..rows.min(first + BATCH as u32)).collect();
                    batch.clear();
                    codes.of_many(file, &ordinals, &mut batch);
                    for (ordinal, code) in ordinals.into_iter().zip(&batch) {
                        if wanted(*code) {
                            passing.insert(ordinal);
                        }
                    }
                }
                passing
            }
            Self::Ordinals(ordinals) => {
                let mut passing = Bits::empty(rows);
                for ordinal in ordinals.iter().filter(|ordinal| **ordinal < rows) {
                    passing.insert(*ordinal);
                }
                passing
            }
        }
    }

    fn holds(&self, ordinal: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(file, codes, wanted) => wanted.has(codes.of(file, ordinal)),
            Self::Ordinals(ordinals) => ordinals.contains(&ordinal),
        }
    }
}

impl Wanted {
    /// The same as [`Wanted::has`], for all samples of a file.
    fn quick(&self) -> Box<dyn Fn(u64) -> bool + '_> {
        match self {
            Self::Codes(codes) => {
                let small: Vec<u32> =
                    codes.iter().filter(|code| **code < SMALL).map(|code| *code as u32).collect();
                let small = Bits::of(&small, SMALL as u32);
                Box::new(
                    move |code| {
                        if code < SMALL { small.contains(code as u32) } else { codes.contains(&code) }
                    },
                )
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
            Self::Ranges(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&code)),
        }
    }
}

//! Which samples have one of some values: file by file all of them, none, or those with some codes.

use super::dimensions::{Codes, DIMENSIONS, Facet, Kind, Number};
use super::snapshot::{OpenFile, Snapshot};
use super::whole::Whole;
use crate::columns::Row;
use crate::index::Condition;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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
    fn holds(&self, ordinal: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(file, codes, wanted) => wanted.has(codes.of(file, ordinal)),
            Self::Ordinals(ordinals) => ordinals.contains(&ordinal),
        }
    }
}

impl Wanted {
    fn has(&self, code: u64) -> bool {
        match self {
            Self::Codes(codes) => codes.contains(&code),
            Self::Ranges(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&code)),
        }
    }
}

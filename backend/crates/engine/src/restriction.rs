//! Conditions about samples: of each generation all pass, none, or those with some codes.

use crate::{Field, Name};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Which samples pass. Of generations that it does not name, none does.
#[derive(Clone, Debug, Default)]
pub struct Restriction(HashMap<u32, Accepted>);

/// Which samples of a generation pass.
#[derive(Clone, Debug)]
pub enum Accepted {
    /// All of them.
    All,
    /// Those whose number in a field is among some.
    With(Field, Codes),
    /// Those of which a name has one of these hashes.
    Named(Name, Arc<HashSet<u64>>),
}

/// Which codes pass.
#[derive(Clone, Debug)]
pub enum Codes {
    /// Each of these.
    Among(Arc<HashSet<u64>>),
    /// Any in one of these ranges, both ends included; they ascend and do not overlap.
    In(Arc<[(u64, u64)]>),
}

impl Restriction {
    /// A restriction by generation.
    pub fn new(generations: impl IntoIterator<Item = (u32, Accepted)>) -> Self {
        Self(generations.into_iter().collect())
    }

    /// Which samples of a generation pass; `None` where none does.
    pub fn of(&self, generation: u32) -> Option<&Accepted> {
        self.0.get(&generation)
    }
}

impl Codes {
    /// Numbers in any of some ranges, both ends included.
    pub fn ranges(ranges: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut sorted: Vec<(u64, u64)> = ranges.into_iter().filter(|(from, to)| from <= to).collect();
        sorted.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self::In(joined.into())
    }

    /// Whether a code passes.
    pub fn has(&self, code: u64) -> bool {
        match self {
            Self::Among(codes) => codes.contains(&code),
            Self::In(ranges) => {
                let behind = ranges.partition_point(|(from, _)| *from <= code);
                behind.checked_sub(1).is_some_and(|last| code <= ranges[last].1)
            }
        }
    }
}

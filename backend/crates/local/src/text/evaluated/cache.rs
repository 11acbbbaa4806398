//! Cache of evaluated clauses of one state of the index: people and pages ask for the same words again and again.

use super::EvaluatedClause;
use crate::text::Outcome;
use crate::text::plan::plan;
use crate::text::scan::Scan;
use blendscope_query::Clause;
use blendscope_query::Expanded;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What all clauses may take of memory, in bytes.
const ROOM: usize = 32 << 20;

/// The cache of one state of the index.
#[derive(Default)]
pub(crate) struct ClauseCache(Mutex<Cached>);

#[derive(Default)]
struct Cached {
    leaves: HashMap<Clause, Entry>,
    size: usize,
    /// Counts questions: an entry remembers the last one that it answered.
    clock: u64,
}

struct Entry {
    leaf: Arc<EvaluatedClause>,
    size: usize,
    used: u64,
}

impl ClauseCache {
    /// What a clause finds.
    pub(crate) fn of(
        &self,
        clause: &Clause,
        expanded: &Expanded,
        scan: &Scan<'_>,
    ) -> Outcome<Arc<EvaluatedClause>> {
        // However it was typed, it finds the same.
        let key = Clause { text: String::new(), ..clause.clone() };
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Ok(known);
        }
        let leaf = Arc::new(EvaluatedClause::find(plan(expanded, scan.fields, clause), scan)?);
        lock().keep(key, Arc::clone(&leaf));
        Ok(leaf)
    }
}

impl Cached {
    fn get(&mut self, key: &Clause) -> Option<Arc<EvaluatedClause>> {
        self.clock += 1;
        let entry = self.leaves.get_mut(key)?;
        entry.used = self.clock;
        Some(Arc::clone(&entry.leaf))
    }

    fn keep(&mut self, key: Clause, leaf: Arc<EvaluatedClause>) {
        let size = leaf.size();
        if size > ROOM / 4 {
            return;
        }
        while self.size + size > ROOM {
            let Some(oldest) = self.leaves.iter().min_by_key(|(_, entry)| entry.used) else { break };
            let oldest = oldest.0.clone();
            self.size -= self.leaves.remove(&oldest).map_or(0, |entry| entry.size);
        }
        let before = self.leaves.insert(key, Entry { leaf, size, used: self.clock });
        self.size = self.size + size - before.map_or(0, |entry| entry.size);
    }
}

//! Which samples a fact of a query holds for.

use super::dimensions::dimension;
use super::restriction::Restriction;
use super::snapshot::Snapshot;
use blendscope_engine::{Budget, Spent};
use blendscope_local::RowSet;
use blendscope_query::Fact;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What the samples of all facts that are kept may take of memory, in bytes.
const ROOM: usize = 16 << 20;

/// Facts of one state of the index with the samples that they hold for, asked again and again while somebody types.
#[derive(Default)]
pub struct KeptFacts(Mutex<HashMap<Fact, Arc<RowSet>>>);

/// The samples that a fact holds for; none for fields that nothing is known of.
pub(crate) fn rows_of(
    fact: &Fact,
    snapshot: &Snapshot,
    budget: &Budget,
) -> Result<Option<Arc<RowSet>>, Spent> {
    let Some(number) = dimension(fact.field.name) else { return Ok(None) };
    let lock = || snapshot.kept_facts.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(fact) {
        return Ok(Some(Arc::clone(known)));
    }
    let restriction = Restriction::of(snapshot, number, std::slice::from_ref(&fact.condition), budget)?;
    let rows = Arc::new(restriction.rows(snapshot, budget)?);
    budget.hold(rows.size())?.keep();
    let mut kept = lock();
    let size: usize = kept.values().map(|rows| rows.size()).sum();
    if size + rows.size() > ROOM {
        kept.clear();
    }
    kept.insert(fact.clone(), Arc::clone(&rows));
    Ok(Some(rows))
}

impl Snapshot {
    /// Every sample that is shown.
    pub fn all_rows(&self) -> RowSet {
        RowSet::new(self.generations.iter().map(|of| (of.state.generation, of.live().clone())))
    }
}

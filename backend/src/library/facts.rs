//! Which samples a fact of a query holds for.

use super::dimensions::dimension;
use super::restriction::Restriction;
use super::snapshot::Snapshot;
use crate::columns::Row;
use crate::index::{Fact, FactTest};
use std::sync::Arc;

/// The test for a fact; none for fields that nothing is known of.
pub(super) fn test_of(fact: &Fact, snapshot: &Snapshot) -> Option<FactTest> {
    let number = dimension(fact.field.name)?;
    let restriction = Restriction::of(snapshot, number, std::slice::from_ref(&fact.condition));
    Some(Arc::new(move |row: Row| restriction.passes(row)))
}

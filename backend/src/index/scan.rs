//! What a request looks into: one state of the index, within a budget.

use super::living::Living;
use super::schema::Fields;
use crate::budget::Budget;
use tantivy::Searcher;

/// One state of the index, as one request looks into it.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    /// The segments.
    pub(super) searcher: &'a Searcher,
    /// What they are made of.
    pub(super) fields: &'a Fields,
    /// Statistics of what is not deleted.
    pub(super) living: &'a Living,
    /// What the request may cost.
    pub(super) budget: &'a Budget,
}

//! What a request looks into: one state of the index, within a budget.

use super::living::Living;
use super::schema::Fields;
use blendscope_engine::Budget;
use tantivy::Searcher;

/// One state of the index, as one request looks into it.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// The segments.
    pub searcher: &'a Searcher,
    /// What they are made of.
    pub fields: &'a Fields,
    /// Statistics of what is not deleted.
    pub living: &'a Living,
    /// What the request may cost.
    pub budget: &'a Budget,
}

//! What is asked of an index.

use crate::Restriction;
use blendscope_query::{Expanded, Predicate, Query};
use std::sync::Arc;

/// A query with the conditions that its predicates stand for, and restrictions beside it.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The query with the words of the index that its words stand for.
    pub expanded: Expanded,
    /// What each predicate of the query asks for; a predicate that is not among them holds for no sample.
    pub predicates: Vec<(Predicate, Arc<Restriction>)>,
    /// Every one of these has to let a sample pass.
    pub restrictions: Vec<Arc<Restriction>>,
}

impl Question {
    /// What a predicate of the query asks for.
    pub fn predicate(&self, predicate: &Predicate) -> Option<&Arc<Restriction>> {
        self.predicates.iter().find(|(own, _)| own == predicate).map(|(_, restriction)| restriction)
    }

    /// The same for a part of the query.
    #[must_use]
    pub fn with(&self, query: Query) -> Self {
        Self { expanded: self.expanded.with(query), ..self.clone() }
    }

    /// The same for all samples that pass the restrictions, whatever the query says.
    #[must_use]
    pub fn without_query(&self) -> Self {
        Self { restrictions: self.restrictions.clone(), ..Self::default() }
    }

    /// Whether the query leaves no sample out.
    pub fn is_everything(&self) -> bool {
        self.expanded.query().is_everything()
    }

    /// Whether no text has to be looked for: the query leaves none out, or asks for predicates only.
    pub fn asks_no_text(&self) -> bool {
        let query = self.expanded.query();
        query.is_everything() || query.has_only_predicates() && !query.is_void
    }
}

//! How rare a word is taken to be: all its forms count as one word, else a rare form would outrank the word itself.

use super::scan::Scan;
use blendscope_query::Expanded;
use blendscope_query::Leaf;
use std::collections::HashMap;
use tantivy::Term;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring};
use tantivy::schema::Field;

/// The statistics of one state of the index, as a query sees them.
pub(crate) struct Relevance<'a> {
    scan: Scan<'a>,
    /// Samples with one of the forms, for each form.
    with_forms: HashMap<Term, u64>,
}

impl<'a> Relevance<'a> {
    /// The statistics for a query.
    pub(crate) fn new(scan: Scan<'a>, expanded: &Expanded) -> Self {
        let mut with_forms = HashMap::new();
        for (leaf, _) in expanded.query().leaves() {
            let Leaf::Clause(clause) = leaf else { continue };
            for atom in clause.atoms() {
                let forms = expanded.forms(clause.scope, atom);
                let count = forms.iter().map(|form| form.count).sum();
                let terms = forms.iter().flat_map(|form| {
                    let fields = clause.scope.fields().iter().filter(|field| form.fields.contains(field));
                    fields.map(|field| Term::from_field_text(scan.fields.of(*field), &form.term))
                });
                with_forms.extend(terms.map(|term| (term, count)));
            }
        }
        Self { scan, with_forms }
    }

    /// Scoring by these statistics.
    pub(crate) fn scoring(&self) -> EnableScoring<'_> {
        EnableScoring::Enabled { searcher: self.scan.searcher, statistics_provider: self }
    }
}

impl Bm25StatisticsProvider for Relevance<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.scan.living.terms_in(self.scan.searcher, field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.scan.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        match self.with_forms.get(term) {
            Some(count) => Ok((*count).min(self.total_num_docs()?)),
            None => self.scan.living.samples_with(self.scan.searcher, term),
        }
    }
}

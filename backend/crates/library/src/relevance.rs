//! The explanation of a relevance: why a sample stands where it stands in a result.

use super::search::Request;
use super::{Library, LibraryError};
use blendscope_engine::Budget;
use blendscope_shared::search::{ExplainedTerm, Explanation, SearchParams};

impl Library {
    /// What the relevance of a sample for a query is made of. A query without words gives none.
    pub fn explain(
        &self,
        dataset: &str,
        key: &str,
        query: &str,
        budget: &Budget,
    ) -> Result<Explanation, LibraryError> {
        let snapshot = self.current();
        let (file, ordinal) = snapshot.find(dataset, key)?;
        let params = SearchParams { q: query.to_owned(), ..SearchParams::default() };
        let request = Request::read(&params, &snapshot, budget)?;
        let row = file.row(ordinal);
        let given = snapshot.view.explain(&request.question, row, budget)?;
        let is_match = given.is_some();
        let terms: Vec<ExplainedTerm> = given
            .into_iter()
            .flatten()
            .map(|given| ExplainedTerm {
                text: given.text,
                field: given.field,
                occurrences: given.occurrences,
                samples: given.samples,
                score: given.score,
            })
            .collect();
        Ok(Explanation { score: terms.iter().map(|term| term.score).sum(), is_match, terms })
    }
}

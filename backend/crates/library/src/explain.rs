//! Why a sample stands where it stands in a result.

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
        let snapshot = self.snapshot();
        let (file, ordinal) = snapshot.find(dataset, key)?;
        let params = SearchParams { q: query.to_owned(), ..SearchParams::default() };
        let request = Request::read(&params, &snapshot, budget)?;
        let row = file.row(ordinal);
        if request.asks_no_text() {
            return Ok(Explanation { is_match: request.passes(row), ..Explanation::default() });
        }
        let query = request.expanded.query();
        let given = request
            .with_prepared(&request.expanded, &snapshot, |prepared| Ok(prepared.explain(query, row)?))?;
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

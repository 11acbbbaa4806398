//! The words of the index, as they stand in the dictionaries of its segments.

use crate::text::IndexError;
use crate::text::schema::is_pair;
use crate::text::source::Scan;
use blendscope_dictionary::{Dictionary, Visit};
use blendscope_query::TextField;
use tantivy::Term;
use tantivy_fst::Automaton;

impl Dictionary for Scan<'_> {
    type Error = IndexError;

    fn search<A: Automaton>(
        &self,
        fields: &[TextField],
        automaton: &dyn Fn() -> A,
        before: &str,
        visit: &mut Visit<'_>,
    ) -> Result<(), IndexError>
    where
        A::State: Clone,
    {
        for (number, segment) in self.searcher.segment_readers().iter().enumerate() {
            for field in fields {
                self.budget.check()?;
                let inverted = segment.inverted_index(self.fields.of(*field))?;
                if inverted.terms().num_terms() == 0 {
                    continue;
                }
                let search = inverted.terms().search(automaton());
                let search = if before.is_empty() { search } else { search.lt(before) };
                let mut stream = search.into_stream()?;
                while stream.advance() {
                    self.budget.check()?;
                    if !is_pair(stream.key()) {
                        let samples = self.living.samples_in(number, &inverted, stream.value())?;
                        visit(stream.key(), *field, u64::from(samples));
                    }
                }
            }
        }
        Ok(())
    }

    fn samples_with(&self, field: TextField, term: &str) -> Result<u64, IndexError> {
        Ok(self.living.samples_with(self.searcher, &Term::from_field_text(self.fields.of(field), term))?)
    }
}

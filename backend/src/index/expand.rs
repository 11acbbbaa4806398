//! Words of the index that begin alike.

use std::collections::BTreeSet;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// The terms of some fields that begin with `prefix`.
pub(super) fn terms_with_prefix(
    searcher: &Searcher,
    fields: &[Field],
    prefix: &str,
) -> tantivy::Result<Vec<Term>> {
    let mut terms = BTreeSet::new();
    for segment in searcher.segment_readers() {
        for field in fields {
            let inverted = segment.inverted_index(*field)?;
            let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                terms.insert(Term::from_field_text(*field, &String::from_utf8_lossy(stream.key())));
            }
        }
    }
    Ok(terms.into_iter().collect())
}

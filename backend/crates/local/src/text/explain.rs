//! What the relevance of a sample is made of.

use crate::text::Outcome;
use crate::text::evaluated::{EvaluatedClause, InField};
use crate::text::prepared::Prepared;
use crate::text::scoring::{Kind, Part, Scoring};
use blendscope_engine::{Given, Row};
use blendscope_query::Query;
use std::collections::HashMap;
use tantivy::{DocId, SegmentReader};

impl Prepared<'_> {
    /// What each word and phrase of the query gives to a sample; none when the sample does not match.
    pub(crate) fn explain(&self, query: &Query, row: Row) -> Outcome<Option<Vec<Given>>> {
        let Some((number, segment, doc)) = self.place_of(row) else { return Ok(None) };
        let clauses = self.wanted.iter().map(|evaluated| std::ptr::from_ref::<EvaluatedClause>(evaluated));
        let typed: HashMap<_, _> = clauses.zip(query.wanted().map(|clause| clause.text.as_str())).collect();
        let mut all = Vec::new();
        for part in Scoring::new(&self.wanted, &self.relevance)?.parts {
            let text = match &part.kind {
                Kind::Word(word) => word.term.value().as_str().unwrap_or_default().to_owned(),
                Kind::Alike(evaluated, _) | Kind::Places(evaluated, ..) => typed
                    .get(&std::ptr::from_ref::<EvaluatedClause>(evaluated))
                    .copied()
                    .unwrap_or_default()
                    .to_owned(),
            };
            let (mut score, mut occurrences) = (0.0, 0);
            part.add(number, segment, &[doc], |_, given, count| {
                score += given;
                occurrences = u64::from(count.max(1));
            })?;
            if occurrences > 0 {
                let field = segment.schema().get_field_name(part.field).to_owned();
                all.push(Given { text, field, occurrences, samples: self.samples_with(&part)?, score });
            }
        }
        all.sort_by(|left, right| right.score.total_cmp(&left.score));
        Ok(Some(all))
    }

    /// The segment that has a sample among the found ones, with its number.
    fn place_of(&self, row: Row) -> Option<(usize, &SegmentReader, DocId)> {
        self.segments().enumerate().find_map(|(number, (docs, segment, rows))| {
            let mut found = None;
            docs.for_each(|doc| {
                if rows.row(doc) == row {
                    found = Some(doc);
                }
            });
            Some((number, segment, found?))
        })
    }

    fn samples_with(&self, part: &Part) -> Outcome<u64> {
        let count = |evaluated: &EvaluatedClause, field: usize| {
            let of_segments = evaluated.segments.iter().map(|found| match &found.fields[field] {
                InField::Words(_) => 0,
                InField::Alike(docs) => docs.len() as u64,
                InField::Counted(list) => list.len() as u64,
            });
            of_segments.sum()
        };
        Ok(match &part.kind {
            Kind::Word(word) => self.scan.living.samples_with(self.scan.searcher, &word.term)?,
            Kind::Alike(evaluated, field) | Kind::Places(evaluated, field, _) => count(evaluated, *field),
        })
    }
}

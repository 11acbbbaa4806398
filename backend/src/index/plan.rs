//! From a query to what the engine runs.

use super::expand::terms_with_prefix;
use super::query::{Clause, ClauseKind, Query};
use super::schema::Fields;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
    Query as EngineQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Plans queries against one state of the index.
pub(super) struct Planner<'a> {
    /// The state.
    pub(super) searcher: &'a Searcher,
    /// Its fields.
    pub(super) fields: Fields,
}

impl Planner<'_> {
    /// The whole query, restricted to some generations if any are given.
    pub(super) fn query(
        &self,
        query: &Query,
        generations: Option<&[u32]>,
    ) -> tantivy::Result<Box<dyn EngineQuery>> {
        if query.is_void {
            return Ok(Box::new(EmptyQuery));
        }
        let mut parts: Vec<(Occur, Box<dyn EngineQuery>)> = Vec::new();
        for clause in &query.clauses {
            let occur = if clause.excluded { Occur::MustNot } else { Occur::Must };
            parts.push((occur, self.clause(clause)?));
        }
        if !query.clauses.iter().any(|clause| !clause.excluded) {
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        if let Some(generations) = generations {
            parts.push((Occur::Must, self.generations(generations)));
        }
        if parts.len() == 1
            && let Some((_, only)) = parts.pop()
        {
            return Ok(only);
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// One clause by itself, as if it were not excluded.
    pub(super) fn clause(&self, clause: &Clause) -> tantivy::Result<Box<dyn EngineQuery>> {
        if clause.kind == ClauseKind::Prefix {
            return self.prefix(&clause.terms[0].1);
        }
        let mut alternatives: Vec<Box<dyn EngineQuery>> = Vec::new();
        for field in self.fields.turns() {
            if let Some(query) = self.clause_in(clause, field)? {
                alternatives.push(query);
            }
        }
        Ok(any_of(alternatives))
    }

    /// A word or phrase in one field; none where one of its terms does not occur.
    fn clause_in(&self, clause: &Clause, field: Field) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        let mut terms = Vec::with_capacity(clause.terms.len());
        for (position, text) in &clause.terms {
            let term = Term::from_field_text(field, text);
            if self.searcher.doc_freq(&term)? == 0 {
                return Ok(None);
            }
            terms.push((*position as usize, term));
        }
        if terms.len() > 1 {
            return Ok(Some(Box::new(PhraseQuery::new_with_offset(terms))));
        }
        let term = terms.pop().map(|(_, term)| term);
        Ok(term
            .map(|term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn EngineQuery>))
    }

    /// Words that begin so, the exact word ranked first.
    fn prefix(&self, prefix: &str) -> tantivy::Result<Box<dyn EngineQuery>> {
        let terms = terms_with_prefix(self.searcher, &self.fields.turns(), prefix)?;
        let words = ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 1.0);
        let mut parts: Vec<(Occur, Box<dyn EngineQuery>)> = vec![(Occur::Must, Box::new(words))];
        for field in self.fields.turns() {
            let exact = TermQuery::new(Term::from_field_text(field, prefix), IndexRecordOption::WithFreqs);
            parts.push((Occur::Should, Box::new(BoostQuery::new(Box::new(exact), 4.0))));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    fn generations(&self, generations: &[u32]) -> Box<dyn EngineQuery> {
        let one = |generation: &u32| {
            let term = Term::from_field_u64(self.fields.generation, u64::from(*generation));
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn EngineQuery>
        };
        Box::new(ConstScoreQuery::new(any_of(generations.iter().map(one).collect()), 0.0))
    }
}

fn any_of(mut queries: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.swap_remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

//! The explanation of a query in an answer: what each piece means and counts, and what empties an empty result.

use crate::LibraryError;
use crate::ask::answers::{Asked, Current};
use crate::ask::search::Request;
use blendscope_engine::{Meaning, Question};
use blendscope_query::{Clause, Leaf, Node, Predicate, Query};
use blendscope_shared::search::{Part, Term, TermForm, Understood};
use std::sync::Arc;

/// Words that occur nowhere for which similar ones are looked up, in one query.
const SUGGESTED_MAX: usize = 6;

/// Parts of a query without which the count of an empty result is given.
const PARTS_MAX: usize = 8;

impl Request<'_> {
    /// The query as it was understood, for a result of `total` samples.
    pub(crate) fn explanation(&self, snapshot: &Current, total: u64) -> Result<Understood, LibraryError> {
        let query = self.question.expanded.query();
        let mut terms = Vec::new();
        let mut words_left = SUGGESTED_MAX;
        for (leaf, excluded) in query.leaves() {
            let term = match leaf {
                Leaf::Clause(clause) => self.term(clause, snapshot, &mut words_left)?,
                Leaf::Predicate(fact) => self.fact_term(fact, snapshot)?,
            };
            terms.push(Term { excluded, ..term });
        }
        let without = if total == 0 { self.without_each(snapshot)? } else { Vec::new() };
        Ok(Understood { terms, notes: query.notes.clone(), query: query.to_string(), without })
    }

    fn term(
        &self,
        clause: &Clause,
        snapshot: &Current,
        words_left: &mut usize,
    ) -> Result<Term, LibraryError> {
        let meaning = self.meaning(clause, snapshot)?;
        let form = |(text, count): &(String, u64)| TermForm { text: text.clone(), count: *count };
        Ok(Term {
            text: clause.text.clone(),
            field: clause.scope.name().map(str::to_owned),
            count: meaning.count,
            kind: clause.kind().to_owned(),
            forms: meaning.forms.iter().map(form).collect(),
            form_count: meaning.forms_count as u64,
            suggestions: snapshot.view.suggestions(
                &self.question.expanded,
                clause,
                words_left,
                self.budget,
            )?,
            excluded: false,
        })
    }

    fn fact_term(&self, fact: &Predicate, snapshot: &Current) -> Result<Term, LibraryError> {
        let shown = fact.to_string();
        let text = shown.split_once(':').map_or(shown.as_str(), |(_, value)| value).to_owned();
        let alone = Query { root: Some(Node::Predicate(fact.clone())), ..Query::default() };
        let question = Question { restrictions: Vec::new(), ..self.question.with(alone) };
        Ok(Term {
            text,
            field: Some(fact.field.name.to_owned()),
            count: snapshot.view.counts(&question, self.budget)?.values().sum(),
            kind: "fact".to_owned(),
            ..Term::default()
        })
    }

    fn meaning(&self, clause: &Clause, snapshot: &Current) -> Result<Arc<Meaning>, LibraryError> {
        snapshot.answer(Asked::Clause(clause.clone()), self.budget, || {
            Ok(snapshot.view.meaning(&self.question.expanded, clause, self.budget)?)
        })
    }

    /// What would be found without each of the parts.
    fn without_each(&self, snapshot: &Current) -> Result<Vec<Part>, LibraryError> {
        let query = self.question.expanded.query();
        if query.parts().len() < 2 {
            return Ok(Vec::new());
        }
        let mut without = Vec::new();
        for (index, part) in query.parts().iter().enumerate().take(PARTS_MAX) {
            let rest = self.question.with(query.without(index));
            let counts = snapshot.view.counts(&rest, self.budget)?;
            without.push(Part { part: part.to_string(), count: counts.values().sum() });
        }
        Ok(without)
    }
}

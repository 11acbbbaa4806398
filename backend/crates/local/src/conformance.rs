//! The engine of one machine under the conformance suite, and the suite under faulty engines.

use super::LocalDriver;
use blendscope_engine::conformance::{Corpus, check, corpora, fill, open};
use blendscope_engine::{
    Budget, Changes, Counts, Driver, Engine, Field, Filled, Given, Limits, Meaning, Name, Numbers, Order,
    Outcome, Page, Question, Row, Sorted, Tallied, Tallies, View, Wanted,
};
use blendscope_query::{Clause, Expanded, Query};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use tempfile::TempDir;

/// An engine filled with all generations of a corpus, which get the numbers that it gives them.
fn filled(corpus: &mut Corpus) -> (TempDir, Arc<dyn Engine>, Vec<Filled>) {
    let dir = TempDir::new().unwrap();
    let engine = LocalDriver.open(dir.path(), Arc::new(|| Ok(()))).unwrap();
    let filled = fill(engine.as_ref(), corpus).unwrap();
    (dir, engine, filled)
}

/// The view in which some of its generations are live.
fn view_of(corpus: &mut Corpus) -> (TempDir, Arc<dyn View>) {
    let (dir, engine, filled) = filled(corpus);
    let view = open(engine.as_ref(), corpus, &filled).unwrap();
    (dir, view)
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 64, ..Config::with_cases(12) })]

    #[test]
    fn answers_are_those_of_a_plain_scan(mut corpus in corpora()) {
        let (_dir, engine, mut filled) = filled(&mut corpus);
        let view = open(engine.as_ref(), &corpus, &filled).unwrap();
        check(view.as_ref(), &corpus).map_err(TestCaseError::fail)?;
        let sorted = |filled: &[Filled]| engine.sort_out(filled, false).unwrap();
        prop_assert_eq!(sorted(&filled), Sorted::default(), "what was filled is whole");

        // Later numbers take the place of earlier ones, once they are asked for.
        let rows = |of: &Filled| corpus.samples().filter(|(row, _)| row.generation() == of.generation).count() as u64;
        for of in &mut filled {
            let (mut widths, mut flags) = (0..rows(of), (0..rows(of)).map(|row| row % 2));
            let numbers: &mut [Numbers<'_>] = &mut [(Field::Width, &mut widths), (Field::Flags, &mut flags)];
            of.receipt = engine.amend(of, numbers).unwrap();
        }
        let amended = open(engine.as_ref(), &corpus, &filled).unwrap();
        let all: Vec<Row> = corpus.live().generations().iter().flat_map(|of| (0..of.rows).map(|row| of.row(row))).collect();
        let numbers = |view: &Arc<dyn View>| view.numbers(&all, &[Field::Width, Field::Flags, Field::Templates]).unwrap();
        let ordinals: Vec<u64> = all.iter().map(|row| row.ordinal().into()).collect();
        let odd: Vec<u64> = ordinals.iter().map(|ordinal| ordinal % 2).collect();
        prop_assert_eq!(numbers(&amended), [ordinals.clone(), odd, ordinals.clone()]);
        prop_assert_eq!(numbers(&view), [vec![0; all.len()], vec![0; all.len()], ordinals]);
        for of in &mut filled {
            let mut flags = (0..rows(of)).map(|_| 0);
            of.receipt = engine.amend(of, &mut [(Field::Flags, &mut flags)]).unwrap();
        }

        // A generation that is forgotten is in no later view, and those who asked before still see it.
        let gone = filled.remove(0).generation;
        let mut writer = engine.writer().unwrap();
        writer.forget(gone).unwrap();
        writer.commit(&Changes { gone: vec![gone], ..Changes::default() }).unwrap();
        writer.close(&|| false).unwrap();
        check(view.as_ref(), &corpus).map_err(TestCaseError::fail)?;
        corpus.generations.retain(|of| of.number != gone);
        engine.sweep(&filled);
        prop_assert_eq!(sorted(&filled), Sorted::default());
        prop_assert!(!engine.manifest().unwrap().unwrap().documents.contains_key(&gone));
        check(open(engine.as_ref(), &corpus, &filled).unwrap().as_ref(), &corpus).map_err(TestCaseError::fail)?;
    }
}

/// What a faulty engine does wrongly.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    OneTooMany,
    OutOfOrder,
    LastSampleLost,
    CodeLost,
    NameLost,
    NumberLost,
    RepeatLost,
    ListedNameLost,
}

/// An engine with a fault.
struct Faulty(Arc<dyn View>, Fault);

impl View for Faulty {
    fn limits(&self) -> Limits {
        self.0.limits()
    }

    fn expand(&self, query: Query, budget: &Budget) -> Outcome<Expanded> {
        self.0.expand(query, budget)
    }

    fn meaning(&self, expanded: &Expanded, clause: &Clause, budget: &Budget) -> Outcome<Meaning> {
        self.0.meaning(expanded, clause, budget)
    }

    fn suggestions(
        &self,
        expanded: &Expanded,
        clause: &Clause,
        most: &mut usize,
        budget: &Budget,
    ) -> Outcome<Vec<String>> {
        self.0.suggestions(expanded, clause, most, budget)
    }

    fn counts(&self, question: &Question, budget: &Budget) -> Outcome<Counts> {
        let mut counts = self.0.counts(question, budget)?;
        if let Some(count) = counts.values_mut().next().filter(|_| self.1 == Fault::OneTooMany) {
            *count += 1;
        }
        Ok(counts)
    }

    fn page(&self, question: &Question, wanted: &Wanted, budget: &Budget) -> Outcome<(Counts, Page)> {
        let (counts, mut page) = self.0.page(question, wanted, budget)?;
        if self.1 == Fault::OutOfOrder {
            page.rows.reverse();
        }
        Ok((counts, page))
    }

    fn tally(&self, question: &Question, wanted: &[Tallied], budget: &Budget) -> Outcome<Vec<Tallies>> {
        let mut tallies = self.0.tally(question, wanted, budget)?;
        if self.1 == Fault::CodeLost {
            for of in &mut tallies {
                of.pop();
            }
        }
        Ok(tallies)
    }

    fn names(
        &self,
        question: &Question,
        name: Name,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        let mut is_first = self.1 == Fault::ListedNameLost;
        self.0.names(question, name, budget, &mut |hash| {
            if !std::mem::take(&mut is_first) {
                visit(hash);
            }
        })
    }

    fn positions(
        &self,
        question: &Question,
        order: Order,
        limit: u64,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        let limit = if self.1 == Fault::LastSampleLost { 1 } else { limit };
        self.0.positions(question, order, limit, budget, visit)
    }

    fn numbers(&self, rows: &[Row], fields: &[Field]) -> Outcome<Vec<Vec<u64>>> {
        let mut all = self.0.numbers(rows, fields)?;
        if self.1 == Fault::NumberLost {
            all[0].pop();
        }
        Ok(all)
    }

    fn images(&self, rows: &[Row]) -> Outcome<Vec<Vec<u64>>> {
        self.0.images(rows)
    }

    fn repeated(&self, field: Field, dataset: usize) -> Outcome<Vec<(u64, Row)>> {
        let mut repeated = self.0.repeated(field, dataset)?;
        if self.1 == Fault::RepeatLost {
            repeated.pop();
        }
        Ok(repeated)
    }

    fn find(&self, name: Name, hash: u64, dataset: Option<usize>) -> Outcome<Vec<Row>> {
        if self.1 == Fault::NameLost {
            return Ok(Vec::new());
        }
        self.0.find(name, hash, dataset)
    }

    fn explain(&self, question: &Question, row: Row, budget: &Budget) -> Outcome<Option<Vec<Given>>> {
        self.0.explain(question, row, budget)
    }
}

#[test]
fn every_fault_is_found() {
    use Fault::{
        CodeLost, LastSampleLost, ListedNameLost, NameLost, NumberLost, OneTooMany, OutOfOrder, RepeatLost,
    };
    for fault in
        [OneTooMany, OutOfOrder, LastSampleLost, CodeLost, NameLost, NumberLost, RepeatLost, ListedNameLost]
    {
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            max_shrink_iters: 0,
            ..Config::with_cases(8)
        });
        let found = runner.run(&corpora(), |mut corpus| {
            let (_dir, view) = view_of(&mut corpus);
            check(&Faulty(view, fault), &corpus).map_err(TestCaseError::fail)
        });
        assert!(found.is_err(), "{fault:?} passes");
    }
}

#[test]
fn a_generation_that_no_commit_names_is_not_shown() {
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, max_shrink_iters: 0, ..Config::with_cases(16) });
    let found = runner.run(&corpora(), |mut corpus| {
        let shown: Vec<bool> = corpus.generations.iter().map(|of| of.is_live).collect();
        for of in &mut corpus.generations {
            of.is_live = true;
        }
        let (_dir, view) = view_of(&mut corpus);
        for (of, is_live) in corpus.generations.iter_mut().zip(shown) {
            of.is_live = is_live;
        }
        check(view.as_ref(), &corpus).map_err(TestCaseError::fail)
    });
    assert!(found.is_err(), "a view that shows all generations passes");
}

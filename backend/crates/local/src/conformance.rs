//! The engine of one machine under the conformance suite, and the suite under faulty engines.

use super::*;
use blendscope_engine::conformance::{Corpus, Generation, Sample, check, corpora};
use blendscope_engine::{
    Budget, Counts, Given, Limits, Meaning, Name, Order, Outcome, Page, Question, Row, Tallied, Tallies,
    View, Wanted,
};
use blendscope_query::{Clause, Expanded, Query};
use blendscope_shared::key::SampleKey;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::path::Path;
use tempfile::TempDir;

/// An index filled with all generations of a corpus, and the view in which some are live.
fn open(corpus: &Corpus) -> (TempDir, LocalView) {
    let dir = TempDir::new().unwrap();
    let text_dir = dir.path().join("text");
    std::fs::create_dir(&text_dir).unwrap();
    let index = TextIndex::open_or_create(&text_dir, Arc::new(|| Ok(()))).unwrap();
    let mut writer = index.writer().unwrap();
    let contents: Vec<(u32, Contents)> =
        corpus.generations.iter().map(|of| (of.number, fill(of, dir.path(), &mut writer))).collect();
    writer.commit("").unwrap();
    let live = Arc::new(corpus.live());
    let columns = live.generations().iter().map(|of| {
        let (_, contents) = contents.iter().find(|(number, _)| *number == of.number).unwrap();
        Arc::new(GenerationColumns::open(dir.path(), of.clone(), contents.clone(), None).unwrap())
    });
    let columns = columns.collect();
    let view = LocalView::new(index.view().unwrap(), live, columns);
    (dir, view)
}

fn fill(of: &Generation, dir: &Path, writer: &mut TextWriter) -> Contents {
    let mut file = PartsWriter::create(generation_file(dir, of.number)).unwrap();
    let (mut columns, mut image_keys) = (ColumnSetWriter::default(), ColumnWriter::new(names::IMAGE_KEYS));
    let (mut row, mut refs) = (0, 0);
    for (_, samples) in &of.files {
        let block = Row::new(of.number, row);
        for sample in samples {
            writer.add(Row::new(of.number, row), block, &read_sample(sample)).unwrap();
            columns.push(&facts(sample), &mut file).unwrap();
            for image in &sample.images {
                image_keys.push(*image, &mut file).unwrap();
                refs += 1;
            }
            row += 1;
        }
    }
    columns.flush(&mut file).unwrap();
    image_keys.flush(&mut file).unwrap();
    Contents { end: file.sync().unwrap(), late: None, refs, is_complete: false, known: Vec::new() }
}

fn read_sample(sample: &Sample) -> blendscope_read::Sample {
    let turn = |(role, text): &(Role, String)| Turn { role: role.clone(), text: text.clone() };
    blendscope_read::Sample { turns: sample.turns.iter().map(turn).collect(), ..Default::default() }
}

fn facts(sample: &Sample) -> SampleValues {
    use blendscope_engine::Field;
    let value = |field| sample.value(field).unwrap();
    SampleValues {
        key: SampleKey(sample.key),
        id: sample.id,
        place: Place { offset: 0, length: 0, kept: 0, record: 0 },
        skipped_before: 0,
        turns: value(Field::Turns),
        words_human: value(Field::WordsHuman),
        words_gpt: value(Field::WordsGpt),
        words: value(Field::Words),
        characters: 0,
        images: value(Field::Images),
        remote: 0,
        language: Language(sample.language),
        flags: 0,
    }
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 64, ..Config::with_cases(12) })]

    #[test]
    fn answers_are_those_of_a_plain_scan(corpus in corpora()) {
        let (_dir, view) = open(&corpus);
        if let Err(trouble) = check(&view, &corpus) {
            return Err(TestCaseError::fail(trouble));
        }
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
}

/// An engine with a fault.
struct Faulty(LocalView, Fault);

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
    use Fault::{CodeLost, LastSampleLost, NameLost, OneTooMany, OutOfOrder};
    for fault in [OneTooMany, OutOfOrder, LastSampleLost, CodeLost, NameLost] {
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            max_shrink_iters: 0,
            ..Config::with_cases(8)
        });
        let found = runner.run(&corpora(), |corpus| {
            let (_dir, view) = open(&corpus);
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
        let (_dir, view) = open(&corpus);
        for (of, is_live) in corpus.generations.iter_mut().zip(shown) {
            of.is_live = is_live;
        }
        check(&view, &corpus).map_err(TestCaseError::fail)
    });
    assert!(found.is_err(), "a view that shows all generations passes");
}

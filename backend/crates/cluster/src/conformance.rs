//! The engine of many machines under the conformance suite. `BLENDSCOPE_CLUSTER` names a cluster for it, such as
//! `cargo xtask cluster` prints; without one nothing is tried.

use crate::{Address, ClusterDriver, Role};
use blendscope_engine::conformance::{Corpus, check, corpora, fill, open};
use blendscope_engine::{
    Accepted, Budget, Changes, Codes, Driver, Engine, Field, Filled, Numbers, Question, Restriction, Row,
    Sorted, Tallied, Tally, View,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Corpora that are tried: each is an index of its own.
const CASES: u32 = 4;

/// An index that is removed when this is dropped.
struct Index {
    engine: Arc<dyn Engine>,
    address: Address,
    _folder: TempDir,
}

impl Drop for Index {
    fn drop(&mut self) {
        let client = crate::client::Client::new(self.address.clone()).unwrap();
        for name in [client.name().to_owned(), client.meta()] {
            let _ = client.call("DELETE", &format!("/{name}"), None, crate::client::ASKING);
        }
    }
}

/// A new index in the cluster for tests; none without one.
fn index() -> Option<Index> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let cluster = std::env::var("BLENDSCOPE_CLUSTER").ok()?;
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let address: Address = format!("{cluster}/suite-{}-{number}", std::process::id()).parse().unwrap();
    let folder = TempDir::new().unwrap();
    let driver = ClusterDriver::new(address.clone(), Role::Fills { shards: 2, replicas: 0 });
    let engine = driver.open(folder.path(), Arc::new(|| Ok(()))).unwrap();
    Some(Index { engine, address, _folder: folder })
}

fn commit(engine: &dyn Engine, changes: &Changes, forgotten: &[u32]) {
    let mut writer = engine.writer().unwrap();
    for generation in forgotten {
        writer.forget(*generation).unwrap();
    }
    writer.commit(changes).unwrap();
    writer.close(&|| false).unwrap();
}

fn check_answers(index: &Index, mut corpus: Corpus) -> Result<(), TestCaseError> {
    let engine = index.engine.as_ref();
    let mut filled = fill(engine, &mut corpus).map_err(TestCaseError::fail)?;
    let view = open(engine, &corpus, &filled).unwrap();
    check(view.as_ref(), &corpus).map_err(TestCaseError::fail)?;
    let sorted = |filled: &[Filled]| engine.sort_out(filled, false).unwrap();
    prop_assert_eq!(sorted(&filled), Sorted::default(), "what was filled is whole");

    // Later numbers take the place of earlier ones, in the receipt that says so.
    let rows =
        |of: &Filled| corpus.samples().filter(|(row, _)| row.generation() == of.generation).count() as u64;
    for of in &mut filled {
        let (mut widths, mut flags) = (0..rows(of), (0..rows(of)).map(|row| row % 2));
        let numbers: &mut [Numbers<'_>] = &mut [(Field::Width, &mut widths), (Field::Flags, &mut flags)];
        of.receipt = engine.amend(of, numbers).unwrap();
    }
    let amended = open(engine, &corpus, &filled).unwrap();
    let all: Vec<Row> =
        corpus.live().generations().iter().flat_map(|of| (0..of.rows).map(|row| of.row(row))).collect();
    let numbers =
        |view: &Arc<dyn View>| view.numbers(&all, &[Field::Width, Field::Flags, Field::Templates]).unwrap();
    let ordinals: Vec<u64> = all.iter().map(|row| row.ordinal().into()).collect();
    let odd: Vec<u64> = ordinals.iter().map(|ordinal| ordinal % 2).collect();
    prop_assert_eq!(numbers(&amended), [ordinals.clone(), odd, ordinals.clone()]);
    prop_assert_eq!(numbers(&view), [vec![0; all.len()], vec![0; all.len()], ordinals]);
    prop_assert_eq!(sorted(&filled), Sorted::default(), "a sample that was written anew is there once");
    check_late_codes(amended.as_ref(), &corpus)?;
    for of in &mut filled {
        let mut flags = (0..rows(of)).map(|_| 0);
        of.receipt = engine.amend(of, &mut [(Field::Flags, &mut flags)]).unwrap();
    }
    let amended = open(engine, &corpus, &filled).unwrap();
    check(amended.as_ref(), &corpus).map_err(TestCaseError::fail)?;

    // A generation that is forgotten is in no later view, and those who asked before still see it.
    let gone = filled.remove(0).generation;
    commit(engine, &Changes { gone: vec![gone], ..Changes::default() }, &[gone]);
    check(view.as_ref(), &corpus).map_err(TestCaseError::fail)?;
    corpus.generations.retain(|of| of.number != gone);
    engine.sweep(&filled);
    prop_assert!(!engine.manifest().unwrap().unwrap().documents.contains_key(&gone));
    check(open(engine, &corpus, &filled).unwrap().as_ref(), &corpus).map_err(TestCaseError::fail)
}

/// Samples are counted and found by numbers that came later: widths are ordinals, and every other sample has a flag.
fn check_late_codes(view: &dyn View, corpus: &Corpus) -> Result<(), TestCaseError> {
    let (live, budget) = (corpus.live(), Budget::unlimited());
    let mut shown: Vec<u32> = live.generations().iter().flat_map(|of| of.shown().iter()).collect();
    let with = |field, codes: Codes| {
        let accepted = live.generations().iter().map(|of| (of.number, Accepted::With(field, codes.clone())));
        Question { restrictions: vec![Arc::new(Restriction::new(accepted))], ..Question::default() }
    };
    for (question, is_in) in [
        (with(Field::Flags, Codes::Among(Arc::new([1].into()))), (|row| row % 2 == 1) as fn(u32) -> bool),
        (with(Field::Width, Codes::ranges([(2, 5)])), |row| (2..=5).contains(&row)),
    ] {
        let count: u64 = view.counts(&question, &budget).unwrap().values().sum();
        prop_assert_eq!(count, shown.iter().filter(|row| is_in(**row)).count() as u64);
    }
    let wanted = [Tallied { field: Some(Field::Width), aside: None }];
    let tallies = view.tally(&Question::default(), &wanted, &budget).unwrap();
    let codes = |tally: &Arc<Tally>| {
        tally.counts().flat_map(|(code, count)| vec![code as u32; count as usize]).collect::<Vec<_>>()
    };
    let mut counted: Vec<u32> = tallies[0].iter().flat_map(|(_, tally)| codes(tally)).collect();
    counted.sort_unstable();
    shown.sort_unstable();
    prop_assert_eq!(counted, shown);
    Ok(())
}

#[test]
fn answers_are_those_of_a_plain_scan() {
    let config = Config { failure_persistence: None, max_shrink_iters: 0, ..Config::with_cases(CASES) };
    let found = TestRunner::new(config).run(&corpora(), |corpus| match index() {
        Some(index) => check_answers(&index, corpus),
        None => Ok(()),
    });
    if std::env::var_os("BLENDSCOPE_CLUSTER").is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: BLENDSCOPE_CLUSTER names no cluster; `cargo xtask cluster` starts one"
        );
    }
    found.unwrap();
}

//! The conformance suite: every engine's answers held against a plain scan of the same small corpus.
//!
//! An engine's tests make [`corpora`], [`fill`] an engine that was just opened with all generations of each, and [`check`]
//! the view in which only some are live. The scan is other code on the same definition of a term. Relevance is held to
//! its promises only: all matches, each once, best first.

mod corpus;
mod fill;
mod scan;

pub use corpus::{Corpus, Generation, Sample, corpora};
pub use fill::{fill, open};

use crate::{Budget, Counts, Cursor, Field, Live, Name, Order, Page, Question, Row, Tallied, View, Wanted};
use blendscope_query::{PredicateField, Query};
use corpus::{Asked, conditions};
use scan::Scan;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fields of queries that the suite asks for.
const PREDICATES: [PredicateField; 2] =
    [PredicateField { name: "turns", is_number: true }, PredicateField { name: "words", is_number: true }];

/// Every order but relevance.
const ORDERS: [Order; 6] = [
    Order::File,
    Order::Down(Field::Words),
    Order::Up(Field::Turns),
    Order::Down(Field::Images),
    Order::Random(7),
    Order::Random(u64::MAX),
];

/// Fields that are tallied.
const FIELDS: [Option<Field>; 7] = [
    None,
    Some(Field::Turns),
    Some(Field::Words),
    Some(Field::WordsHuman),
    Some(Field::CharactersGpt),
    Some(Field::Images),
    Some(Field::Language),
];

/// Fields that are added up: all that accounts are made of.
const SUMMED: [Field; 11] = [
    Field::Turns,
    Field::Words,
    Field::WordsHuman,
    Field::WordsGpt,
    Field::WordsOther,
    Field::Characters,
    Field::CharactersGpt,
    Field::CharactersOther,
    Field::Cjk,
    Field::CjkGpt,
    Field::Images,
];

/// Holds all answers of a view against a plain scan; the error says which question was answered wrongly, and how.
pub fn check(view: &dyn View, corpus: &Corpus) -> Result<(), String> {
    let live = corpus.live();
    names(view, corpus, &live)?;
    numbers(view, corpus, &live)?;
    repeated(view, corpus, &live)?;
    for asked in &corpus.questions {
        let budget = Budget::unlimited();
        let expanded = view
            .expand(Query::parse(&asked.query, false, &PREDICATES), &budget)
            .map_err(|error| error.to_string())?;
        let predicates = conditions(&expanded, &live);
        let restrictions = asked.restrictions.iter().map(|own| Arc::new(own.restriction(&live))).collect();
        let question = Question { expanded, predicates, restrictions };
        let scan = Scan::of(corpus, &live, &question, asked);
        let checked = Checked { view, live: &live, question: &question, scan: &scan, budget: &budget };
        checked.all().map_err(|trouble| format!("{asked:?}: {trouble}"))?;
    }
    Ok(())
}

/// Every name of every sample leads to the samples that have it and are shown.
fn names(view: &dyn View, corpus: &Corpus, live: &Live) -> Result<(), String> {
    let mut expected: BTreeMap<(u8, u64), Vec<Row>> = BTreeMap::new();
    for (row, sample) in corpus.samples() {
        let named = [(0, sample.key), (1, sample.id)];
        for name in named.into_iter().chain(sample.images.iter().map(|image| (2, *image))) {
            let rows = expected.entry(name).or_default();
            if live.locate(row).is_some() && !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    for ((kind, hash), mut rows) in expected {
        let name = [Name::Key, Name::Id, Name::Image][usize::from(kind)];
        let mut found = view.find(name, hash, None).map_err(|error| error.to_string())?;
        found.sort_unstable();
        rows.sort_unstable();
        same(&format!("{name:?} {hash}"), &found, &rows)?;
    }
    Ok(())
}

/// The numbers and images of every sample of a live generation are read back.
fn numbers(view: &dyn View, corpus: &Corpus, live: &Live) -> Result<(), String> {
    let all: Vec<(Row, &Sample)> =
        corpus.samples().filter(|(row, _)| live.at(row.generation()).is_some()).collect();
    // Last ones first, so that nothing rests on their order.
    let rows: Vec<Row> = all.iter().rev().map(|(row, _)| *row).collect();
    let found = view.numbers(&rows, &Field::GIVEN).map_err(|error| error.to_string())?;
    same("number of fields", &found.len(), &Field::GIVEN.len())?;
    for (field, found) in Field::GIVEN.iter().zip(found) {
        let expected = all.iter().rev().map(|(_, sample)| sample.value(*field).unwrap_or_default()).collect();
        same(&format!("numbers of {field:?}"), &found, &expected)?;
    }
    for of in live.generations() {
        let own: Vec<_> = all.iter().filter(|(row, _)| row.generation() == of.number).collect();
        let rows: Vec<Row> = own.iter().map(|(row, _)| *row).step_by(2).collect();
        let found = view.images(&rows).map_err(|error| error.to_string())?;
        let expected = own.iter().step_by(2).map(|(_, sample)| sample.images.clone()).collect();
        same("images", &found, &expected)?;
    }
    Ok(())
}

/// What several samples of a dataset have in common is found, each with all that have it.
fn repeated(view: &dyn View, corpus: &Corpus, live: &Live) -> Result<(), String> {
    for dataset in 0..3 {
        let of_dataset = |row: Row| live.locate(row).filter(|(of, _)| of.dataset == dataset).map(|_| row);
        let all = corpus.samples().filter_map(|(row, sample)| Some((sample.id, of_dataset(row)?)));
        let mut all: Vec<(u64, Row)> = all.collect();
        all.sort_unstable();
        let expected: Vec<(u64, Row)> = all
            .chunk_by(|one, other| one.0 == other.0)
            .filter(|equal| equal.len() > 1)
            .flatten()
            .copied()
            .collect();
        let found = view.repeated(Field::Id, dataset).map_err(|error| error.to_string())?;
        same("repeated ids", &found, &expected)?;
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?} instead of {expected:?}"))
}

/// One question and what a scan says of it.
struct Checked<'a> {
    view: &'a dyn View,
    live: &'a Live,
    question: &'a Question,
    scan: &'a Scan,
    budget: &'a Budget,
}

impl Checked<'_> {
    fn all(&self) -> Result<(), String> {
        let counts = self.view.counts(self.question, self.budget).map_err(|error| error.to_string())?;
        same("counts", &counts, &self.scan.counts())?;
        self.tallies()?;
        self.sums()?;
        self.names()?;
        for order in ORDERS {
            let expected = self.scan.in_order(order);
            self.pages(order, &expected)?;
            self.skips(order, &expected)?;
            self.positions(order, &expected)?;
        }
        if !self.question.asks_no_text() {
            self.relevance()?;
        }
        self.explanations()
    }

    /// Each field, with no restriction and with each of them left aside.
    fn tallies(&self) -> Result<(), String> {
        let asides = std::iter::once(None).chain((0..self.question.restrictions.len()).map(Some));
        let wanted: Vec<Tallied> =
            asides.flat_map(|aside| FIELDS.map(|field| Tallied { field, aside })).collect();
        let tallies =
            self.view.tally(self.question, &wanted, self.budget).map_err(|error| error.to_string())?;
        same("number of tallies", &tallies.len(), &wanted.len())?;
        for (wanted, tallies) in wanted.iter().zip(tallies) {
            let mut found: BTreeMap<(u32, u64), u64> = BTreeMap::new();
            for (generation, tally) in tallies {
                found.extend(
                    tally
                        .counts()
                        .filter(|(_, count)| *count > 0)
                        .map(|(code, count)| ((generation, code), count)),
                );
            }
            same(&format!("tally of {wanted:?}"), &found, &self.scan.tally(*wanted))?;
        }
        Ok(())
    }

    /// The sum of each field is that of its tally.
    fn sums(&self) -> Result<(), String> {
        let fields = SUMMED;
        let sums = self.view.sums(self.question, &fields, self.budget).map_err(|error| error.to_string())?;
        same("number of sums", &sums.len(), &fields.len())?;
        for (field, mut found) in fields.into_iter().zip(sums) {
            found.retain(|_, sum| *sum > 0);
            let mut expected = Counts::new();
            for ((generation, number), samples) in
                self.scan.tally(Tallied { field: Some(field), aside: None })
            {
                *expected.entry(generation).or_default() += number * samples;
            }
            expected.retain(|_, sum| *sum > 0);
            same(&format!("sums of {field:?}"), &found, &expected)?;
        }
        Ok(())
    }

    /// The names of the samples of the result.
    fn names(&self) -> Result<(), String> {
        for (name, field) in [(Name::Key, Some(Field::Key)), (Name::Id, Some(Field::Id)), (Name::Image, None)]
        {
            let mut found = Vec::new();
            self.view
                .names(self.question, name, self.budget, &mut |hash| found.push(hash))
                .map_err(|error| error.to_string())?;
            let mut expected = Vec::new();
            for row in self.scan.in_order(Order::File) {
                match field {
                    Some(field) => expected.extend(self.numbers(row, field)?),
                    None => expected
                        .extend(self.view.images(&[row]).map_err(|error| error.to_string())?.remove(0)),
                }
            }
            found.sort_unstable();
            expected.sort_unstable();
            same(&format!("{name:?} of all samples"), &found, &expected)?;
        }
        Ok(())
    }

    fn numbers(&self, row: Row, field: Field) -> Result<Vec<u64>, String> {
        Ok(self.view.numbers(&[row], &[field]).map_err(|error| error.to_string())?.remove(0))
    }

    fn page(&self, wanted: Wanted) -> Result<Page, String> {
        let (counts, page) =
            self.view.page(self.question, &wanted, self.budget).map_err(|error| error.to_string())?;
        same("counts beside a page", &counts, &self.scan.counts())?;
        Ok(page)
    }

    /// Pages follow each other by their cursors, without gap or overlap.
    fn pages(&self, order: Order, expected: &[Row]) -> Result<(), String> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let Page { rows, next } = self.page(Wanted { order, after, skip: 0, limit: 3 })?;
            found.extend(rows.into_iter().map(|(row, _)| row));
            match next {
                // The text of a cursor is all that a caller has of it.
                Some(next) => after = Cursor::parse(&next.to_text(), order).ok(),
                None => break,
            }
            if found.len() > expected.len() {
                break;
            }
        }
        same(&format!("pages in order {order:?}"), &found.as_slice(), &expected)
    }

    /// Any depth can be gone to.
    fn skips(&self, order: Order, expected: &[Row]) -> Result<(), String> {
        for skip in [0, 1, expected.len() / 2, expected.len().saturating_sub(1), expected.len(), usize::MAX] {
            let Page { rows, next } =
                self.page(Wanted { order, after: None, skip: skip as u64, limit: 2 })?;
            let rows: Vec<Row> = rows.into_iter().map(|(row, _)| row).collect();
            let rest = expected.get(skip..).unwrap_or_default();
            same(&format!("{order:?} from {skip}"), &rows.as_slice(), &&rest[..rest.len().min(2)])?;
            same(&format!("whether more follows {order:?} from {skip}"), &next.is_some(), &(rest.len() > 2))?;
        }
        Ok(())
    }

    fn positions(&self, order: Order, expected: &[Row]) -> Result<(), String> {
        for limit in [u64::MAX, 2] {
            let mut found = Vec::new();
            self.view
                .positions(self.question, order, limit, self.budget, &mut |position| found.push(position))
                .map_err(|error| error.to_string())?;
            let expected = expected.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            let expected: Vec<u64> = expected.filter_map(|row| self.live.position(*row)).collect();
            same(&format!("the first {limit} positions in order {order:?}"), &found, &expected)?;
        }
        Ok(())
    }

    /// All matches, each once, the best first; and pages by cursors give the same as one page.
    fn relevance(&self) -> Result<(), String> {
        let order = Order::Relevance;
        let whole = self.page(Wanted { order, after: None, skip: 0, limit: 1000 })?.rows;
        if !whole.is_sorted_by(|before, behind| before.1 >= behind.1) {
            return Err(format!("by relevance, not the best first: {whole:?}"));
        }
        let mut rows: Vec<Row> = whole.iter().map(|(row, _)| *row).collect();
        self.pages(order, &rows)?;
        self.skips(order, &rows)?;
        rows.sort_unstable();
        let mut expected = self.scan.in_order(Order::File);
        expected.sort_unstable();
        same("all by relevance", &rows, &expected)
    }

    /// A sample is explained when it is in the result, and only then.
    fn explanations(&self) -> Result<(), String> {
        for row in self.scan.all() {
            let given =
                self.view.explain(self.question, row, self.budget).map_err(|error| error.to_string())?;
            same(&format!("whether {row:?} is explained"), &given.is_some(), &self.scan.has(row))?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` with {:?}", self.query, self.restrictions)
    }
}

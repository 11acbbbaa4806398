//! The seam: what one state of an index is asked, whichever engine holds it.

use crate::{Budget, Cursor, Field, Name, Order, Question, Row, Spent, Tally};
use blendscope_query::{Clause, Expanded, Query};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why an engine gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The request may cost no more.
    #[error(transparent)]
    Spent(#[from] Spent),
    /// The engine or its disk said no.
    #[error(transparent)]
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// What says which generations there are is not as it was written: the engine makes all of it anew when it is opened
    /// again.
    #[error(transparent)]
    Lost(Box<dyn std::error::Error + Send + Sync>),
}

/// What asking comes to.
pub type Outcome<T> = Result<T, EngineError>;

/// Samples of a result by generation.
pub type Counts = BTreeMap<u32, u64>;

/// What an engine cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of samples that a page by relevance may pass over.
    pub relevance: u64,
}

/// Which page of a result is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// In which order.
    pub order: Order,
    /// After which place; from the beginning where there is none.
    pub after: Option<Cursor>,
    /// Samples to pass over from there.
    pub skip: u64,
    /// Samples of a page at most.
    pub limit: usize,
}

/// A page of a result.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The samples with their relevance, which is zero in other orders.
    pub rows: Vec<(Row, f32)>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// What samples of a result are counted by.
#[derive(Clone, Copy, Debug)]
pub struct Tallied {
    /// The number that is counted; samples as such where there is none, under code 0.
    pub field: Option<Field>,
    /// The number of a restriction of the question that is left aside.
    pub aside: Option<usize>,
}

/// How often each code occurs, by generation.
pub type Tallies = Vec<(u32, Arc<Tally>)>;

/// What a clause finds by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Samples that match it.
    pub count: u64,
    /// Words looked for in its place, with their samples counted once for each field, the most frequent first; some of
    /// them where there are very many.
    pub forms: Vec<(String, u64)>,
    /// How many there are.
    pub forms_count: usize,
}

/// What one word or phrase gives to the relevance of a sample in one field.
#[derive(Clone, Debug)]
pub struct Given {
    /// The word as it stands in the index, or the words and phrase as typed.
    pub text: String,
    /// Name of the field.
    pub field: String,
    /// How often the sample has it there; at least once where that is not counted.
    pub occurrences: u64,
    /// Samples that have it there.
    pub samples: u64,
    /// Its part of the relevance.
    pub score: f32,
}

/// One state of an index: what is live as of a commit. Later commits do not change its answers.
///
/// Sets of samples never cross it: conditions go in, and counts, pages and positions come out.
pub trait View: Send + Sync {
    /// What the engine cannot do.
    fn limits(&self) -> Limits;

    /// Looks up the words of the index that the words of a query stand for.
    fn expand(&self, query: Query, budget: &Budget) -> Outcome<Expanded>;

    /// What a clause finds by itself, whatever stands beside it.
    fn meaning(&self, expanded: &Expanded, clause: &Clause, budget: &Budget) -> Outcome<Meaning>;

    /// Words of the index written like those of a clause that occur nowhere; at most `most` words are looked up, and
    /// taken off it.
    fn suggestions(
        &self,
        expanded: &Expanded,
        clause: &Clause,
        most: &mut usize,
        budget: &Budget,
    ) -> Outcome<Vec<String>>;

    /// Samples of a result by generation; generations without any are left out.
    fn counts(&self, question: &Question, budget: &Budget) -> Outcome<Counts>;

    /// Samples of a result by generation, and a page of them.
    fn page(&self, question: &Question, wanted: &Wanted, budget: &Budget) -> Outcome<(Counts, Page)>;

    /// How often codes occur among the samples of a result, for each of what is wanted.
    fn tally(&self, question: &Question, wanted: &[Tallied], budget: &Budget) -> Outcome<Vec<Tallies>>;

    /// The sums of some fields over the samples of a result, each by generation.
    ///
    /// As it stands, they are added up from tallies; an engine that adds up numbers itself does better.
    fn sums(&self, question: &Question, fields: &[Field], budget: &Budget) -> Outcome<Vec<Counts>> {
        let tallied = |field: &Field| Tallied { field: Some(*field), aside: None };
        let wanted: Vec<Tallied> = fields.iter().map(tallied).collect();
        let sum = |tally: &Tally| tally.counts().map(|(number, samples)| number * samples).sum();
        let tallies = self.tally(question, &wanted, budget)?.into_iter();
        Ok(tallies
            .map(|of| of.iter().map(|(generation, tally)| (*generation, sum(tally))).collect())
            .collect())
    }

    /// Calls `visit` with the hash of each name of the samples of a result, equal ones each time; samples without such a
    /// name have 0 as one, or none.
    fn names(
        &self,
        question: &Question,
        name: Name,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()>;

    /// Calls `visit` with the positions, over all datasets in file order, of the first `limit` samples of a result in an
    /// order.
    fn positions(
        &self,
        question: &Question,
        order: Order,
        limit: u64,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()>;

    /// The numbers of some samples of live generations in some fields, shown or not: a list per field, each in the order of
    /// the rows.
    fn numbers(&self, rows: &[Row], fields: &[Field]) -> Outcome<Vec<Vec<u64>>>;

    /// The hashes of the keys of each sample's images, in their order; the rows are of one live generation and ascend.
    fn images(&self, rows: &[Row]) -> Outcome<Vec<Vec<u64>>>;

    /// The numbers but 0 that several samples of a dataset have in a field, each with its sample; sorted.
    fn repeated(&self, field: Field, dataset: usize) -> Outcome<Vec<(u64, Row)>>;

    /// The samples of a dataset, or of all, of which a name has this hash.
    fn find(&self, name: Name, hash: u64, dataset: Option<usize>) -> Outcome<Vec<Row>>;

    /// What each word and phrase of the query gives to the relevance of a sample; none when it is not in the result.
    fn explain(&self, question: &Question, row: Row, budget: &Budget) -> Outcome<Option<Vec<Given>>>;
}

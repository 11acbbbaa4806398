//! Cache of answers: what was found out about a snapshot and may be asked again, as while somebody types or goes back and
//! forth between the same few results.

use crate::store::snapshot::Snapshot;
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Meaning};
use blendscope_query::Clause;
use blendscope_shared::account::{Account, AccountAnswer, DatasetAccount, More, Overlap};
use blendscope_shared::image::ImageView;
use blendscope_shared::overview::{Examples, Troubles};
use blendscope_shared::search::{AnswersOf, FacetValue, FacetsAnswer};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;

/// Bytes that all answers take at most, about. A single one may take them all: what is known of hundreds of thousands of
/// templates takes tens of megabytes, and seconds to be found again.
const BYTES: u64 = 192 << 20;

/// Answers that are expected, to begin with.
const EXPECTED: usize = 1024;

/// Parts that are locked each by itself, and hold no answer that is larger than their share.
const SHARDS: usize = 1;

/// Bytes that go with a text or an entry of a list, about.
const ENTRY: usize = 48;

/// Bytes of what is known of a picture, about.
const PICTURE: usize = 1024;

/// Bytes of a cause or an example, about.
const TROUBLE: usize = 512;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// Facets of a search, by its parameters.
    Facets(String),
    /// What a clause means.
    Clause(Clause),
    /// What the samples of a search come to, by its parameters, and what more is counted.
    Account(String, More),
    /// What stages of a recipe have in common, by its slug.
    Overlap(String),
    /// What a dimension says about everything, by its number.
    Totals(usize),
    /// The pictures on a dataset's card, by its number.
    Covers(usize),
    /// The templates of all generations.
    Templates,
    /// How long the responses of a search are, by its parameters.
    Answers(String),
    /// What is wrong, by the datasets that were asked for.
    Troubles(Vec<String>),
    /// Searches made from the data.
    Examples,
}

/// What can be in the cache.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize;
}

/// By the number of a snapshot and what was asked; the answer with its bytes.
type Answers = Cache<(u64, Asked), (Arc<dyn Any + Send + Sync>, usize), Bytes>;

/// The answers about all snapshots.
pub(crate) struct AnswerCache(Answers);

#[derive(Clone)]
struct Bytes;

impl Weighter<(u64, Asked), (Arc<dyn Any + Send + Sync>, usize)> for Bytes {
    fn weight(&self, (_, asked): &(u64, Asked), (_, bytes): &(Arc<dyn Any + Send + Sync>, usize)) -> u64 {
        let text = match asked {
            Asked::Facets(text) | Asked::Account(text, _) | Asked::Overlap(text) | Asked::Answers(text) => {
                text.len()
            }
            _ => ENTRY,
        };
        (text + bytes + ENTRY) as u64
    }
}

impl Default for AnswerCache {
    fn default() -> Self {
        let mut options = OptionsBuilder::new();
        options.shards(SHARDS).weight_capacity(BYTES).estimated_items_capacity(EXPECTED);
        let options = options.build().expect("all that has no default is given");
        Self(Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default()))
    }
}

impl AnswerCache {
    /// Forgets everything: there is another snapshot.
    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// The latest snapshot, with the answers about it.
#[derive(Clone)]
pub(crate) struct Current {
    pub snapshot: Arc<Snapshot>,
    answers: Arc<AnswerCache>,
}

impl Deref for Current {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Library {
    /// The latest snapshot, with the answers about it.
    pub(crate) fn current(&self) -> Current {
        Current { snapshot: self.snapshot(), answers: Arc::clone(&self.answers) }
    }
}

impl Current {
    /// The answer to what was asked, found by `find` where it is not known. It is remembered if `is_lasting` says so.
    pub(crate) fn answer_if<T: Answer>(
        &self,
        asked: Asked,
        is_lasting: impl FnOnce() -> bool,
        find: impl FnOnce() -> Result<T, LibraryError>,
    ) -> Result<Arc<T>, LibraryError> {
        let key = (self.number, asked);
        if let Some(known) = self.answers.0.get(&key).and_then(|(answer, _)| answer.downcast().ok()) {
            return Ok(known);
        }
        let found = Arc::new(find()?);
        if is_lasting() {
            self.answers.0.insert(key, (Arc::clone(&found) as Arc<dyn Any + Send + Sync>, found.bytes()));
        }
        Ok(found)
    }

    /// [`Self::answer_if`] all of it was found, within a budget.
    pub(crate) fn answer<T: Answer>(
        &self,
        asked: Asked,
        budget: &Budget,
        find: impl FnOnce() -> Result<T, LibraryError>,
    ) -> Result<Arc<T>, LibraryError> {
        self.answer_if(asked, || budget.incomplete().is_none(), find)
    }
}

impl Answer for FacetsAnswer {
    fn bytes(&self) -> usize {
        let value =
            |value: &FacetValue| value.value.len() + value.title.as_ref().map_or(0, String::len) + 2 * ENTRY;
        let facets: usize = self.facets.values().flatten().map(value).sum();
        let bars: usize = self.histograms.values().map(|histogram| histogram.bounds.len() * 24).sum();
        facets + bars + self.dimensions.len() * 2 * ENTRY
    }
}

impl Answer for Meaning {
    fn bytes(&self) -> usize {
        self.forms.iter().map(|(form, _)| form.len() + ENTRY).sum()
    }
}

impl Answer for AccountAnswer {
    fn bytes(&self) -> usize {
        let languages = |account: &Account| account.languages.len() * ENTRY;
        let of_dataset = |of: &DatasetAccount| size_of_val(of) + 2 * ENTRY + languages(&of.account);
        self.datasets.iter().map(of_dataset).sum::<usize>() + languages(&self.account) + size_of_val(self)
    }
}

impl Answer for AnswersOf {
    fn bytes(&self) -> usize {
        size_of_val(self)
    }
}

impl Answer for Overlap {
    fn bytes(&self) -> usize {
        size_of_val(self.stages.as_slice())
    }
}

impl Answer for Vec<ImageView> {
    fn bytes(&self) -> usize {
        self.len() * PICTURE
    }
}

impl Answer for Troubles {
    fn bytes(&self) -> usize {
        self.items.len() * TROUBLE
    }
}

impl Answer for Examples {
    fn bytes(&self) -> usize {
        self.items.iter().map(|example| TROUBLE + example.images.len() * PICTURE).sum()
    }
}

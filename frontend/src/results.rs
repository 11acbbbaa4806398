//! A result of any length, fetched page by page as it is looked at.

use crate::{
    api::{self, AbortOnDrop, ApiError},
    library::Library,
    list::layout::PAGE,
    live::effect,
};
use blendscope_shared::search::{BlendPart, SearchAnswer, SearchHit, SearchParams, Total, Understood};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, ops::Range, sync::Arc, time::Duration};

/// Pages kept; those farthest from the reader go first.
const MAX_PAGES: usize = 30;
/// Pages of which the proportions of pictures are kept, which is little.
const MAX_SHAPES: usize = 200;
/// Proportions (width by height) within which a picture is shown whole in the grid.
const ASPECTS: std::ops::RangeInclusive<f64> = 0.6..=2.2;
/// Proportions of what stands for a picture that is not there, and of a text without one.
const ABSENT_ASPECT: f64 = 0.85;
/// Pause before pages are asked for, so that a dragged scroll bar asks only where it rests.
const SETTLE: Duration = Duration::from_millis(60);

/// What is said above the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Head {
    /// The search this is the result of.
    pub(crate) params: SearchParams,
    /// How many samples match.
    pub(crate) total: Total,
    /// Time in the engine in milliseconds.
    pub(crate) took_ms: f64,
    /// The query as it was understood.
    pub(crate) understood: Understood,
    /// What the result consists of.
    pub(crate) blend: Vec<BlendPart>,
    /// Samples of reference datasets that the blend leaves out.
    pub(crate) left_out: u64,
    /// Why this is not all there is.
    pub(crate) incomplete: Option<String>,
    /// Different for every new search, so that its rows are drawn anew.
    pub(crate) generation: u32,
}

/// A page of the result.
#[derive(Clone, Debug, Default)]
pub(crate) enum Page {
    /// Not here yet.
    #[default]
    Loading,
    /// Here.
    Ready(Arc<Vec<SearchHit>>),
    /// Not to be had.
    Failed(ApiError),
}

/// Proportions of pictures by the number of their page.
pub(crate) type Shapes = Arc<BTreeMap<u64, Vec<f64>>>;

/// A page and, while it is on its way, its request.
struct Slot {
    number: u64,
    page: ArcRwSignal<Page>,
    request: Option<AbortOnDrop>,
}

/// The result of the search that the page is about.
#[derive(Clone, Copy)]
pub(crate) struct Results {
    /// What is said above the list; absent until the first answer.
    pub(crate) head: RwSignal<Option<Head>>,
    /// Why the latest search has no result.
    pub(crate) failure: RwSignal<Option<ApiError>>,
    /// Samples that came to the index since the list was asked for, and whether more will come.
    pub(crate) news: RwSignal<Option<Total>>,
    /// Proportions of the pictures of the pages that were seen.
    pub(crate) shapes: RwSignal<Shapes>,
    /// Characters of the longest sample that was seen, which the bars of the table are drawn beside.
    pub(crate) most_characters: RwSignal<u64>,
    /// Whether a new search is on its way while the old result is still shown.
    pub(crate) is_searching: RwSignal<bool>,
    library: Library,
    params: Memo<SearchParams>,
    start: StoredValue<u64>,
    search: StoredValue<Option<AbortOnDrop>, LocalStorage>,
    slots: StoredValue<Vec<Slot>, LocalStorage>,
    visible: StoredValue<Range<u64>>,
    settle: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl Results {
    /// Follows `params`. The first page asked for is the one around `start`, which is read once per search.
    pub(crate) fn follow(params: Memo<SearchParams>, start: impl Fn() -> u64 + 'static) -> Self {
        let results = Self {
            head: RwSignal::new(None),
            failure: RwSignal::new(None),
            news: RwSignal::new(None),
            shapes: RwSignal::new(Shapes::default()),
            most_characters: RwSignal::new(0),
            is_searching: RwSignal::new(true),
            library: Library::here(),
            params,
            start: StoredValue::new(0),
            search: StoredValue::new_local(None),
            slots: StoredValue::new_local(Vec::new()),
            visible: StoredValue::new(0..0),
            settle: StoredValue::new_local(None),
        };
        effect(move || {
            params.track();
            results.start.set_value(start());
            results.search();
        });
        let refreshes = results.library.refreshes;
        Effect::new(move |before: Option<u32>| {
            let now = refreshes.get();
            if before.is_some_and(|before| before != now) {
                results.refresh();
            }
            now
        });
        results
    }

    /// Asks for the result. The old one stays in view until the new one is there.
    pub(crate) fn search(self) {
        let params = self.params.get_untracked();
        let page = self.start.get_value() / PAGE;
        let abort = AbortOnDrop::new();
        let signal = abort.signal();
        self.search.set_value(Some(abort));
        self.is_searching.set(true);
        spawn_local(async move {
            let answer = api::search(&page_of(&params, page), Some(&signal)).await;
            if signal.aborted() {
                return;
            }
            self.is_searching.set(false);
            match answer {
                Ok(answer) => self.begin(params, page, answer),
                Err(error) => {
                    if error == ApiError::Network {
                        self.library.lost();
                    }
                    self.failure.set(Some(error));
                }
            }
        });
    }

    /// The page a row is on, and its place there.
    pub(crate) fn page(self, row: u64) -> (ArcRwSignal<Page>, usize) {
        let page = self.slots.try_update_value(|slots| slot(slots, row / PAGE).page.clone());
        (page.unwrap_or_default(), (row % PAGE) as usize)
    }

    /// Tells which rows are looked at; what is missing is fetched.
    pub(crate) fn look_at(self, rows: Range<u64>) {
        self.visible.set_value(rows);
        let later = set_timeout_with_handle(move || self.fetch_missing(), SETTLE).ok();
        self.settle.update_value(|settle| {
            if let Some(former) = std::mem::replace(settle, later) {
                former.clear();
            }
        });
    }

    /// Asks again for the page of a row.
    pub(crate) fn retry(self, row: u64) {
        self.fetch(row / PAGE);
    }

    fn begin(self, params: SearchParams, page: u64, mut answer: SearchAnswer) {
        self.failure.set(None);
        self.news.set(None);
        self.shapes.set(Shapes::default());
        self.most_characters.set(0);
        self.measure(page, &answer.items);
        self.slots.update_value(|slots| {
            slots.clear();
            slot(slots, page).page.set(Page::Ready(Arc::new(std::mem::take(&mut answer.items))));
        });
        let generation = self.head.with_untracked(|head| head.as_ref().map_or(0, |head| head.generation + 1));
        self.head.set(Some(Head::of(params, answer, generation)));
    }

    /// The index has grown. An empty list is asked for again; what is listed stays under the reader's eyes, and the page
    /// offers the new ones.
    fn refresh(self) {
        let Some(shown) = self.head.get_untracked().filter(|head| head.total.count > 0) else {
            return self.search();
        };
        let params = SearchParams { limit: Some(1), offset: 0, ..shown.params.clone() };
        spawn_local(async move {
            let Ok(answer) = api::search(&params, None).await else { return };
            let is_same = self.head.try_with_untracked(|head| {
                head.as_ref().is_some_and(|head| head.generation == shown.generation)
            });
            if is_same != Some(true) {
                return;
            }
            if answer.total.count == shown.total.count {
                self.head.set(Some(Head { total: answer.total, blend: answer.blend, ..shown }));
                // What is said of pictures changes when their folders have been looked through.
                self.wanted().for_each(|number| self.fetch(number));
            } else {
                self.news.set(Some(answer.total));
            }
        });
    }

    /// Notes the proportions of a page's pictures.
    fn measure(self, page: u64, hits: &[SearchHit]) {
        let aspects: Vec<f64> = hits.iter().map(aspect).collect();
        let longest = hits.iter().map(|hit| hit.characters).max().unwrap_or(0);
        if longest > self.most_characters.get_untracked() {
            self.most_characters.set(longest);
        }
        self.shapes.update(|shapes| {
            let mut known = BTreeMap::clone(shapes);
            known.insert(page, aspects);
            while known.len() > MAX_SHAPES {
                let ends =
                    (known.first_key_value().map(|end| *end.0), known.last_key_value().map(|end| *end.0));
                let (Some(first), Some(last)) = ends else { break };
                known.remove(if page - first > last - page { &first } else { &last });
            }
            *shapes = Arc::new(known);
        });
    }

    fn wanted(self) -> Range<u64> {
        let rows = self.visible.get_value();
        rows.start / PAGE..rows.end.div_ceil(PAGE).max(rows.start / PAGE + 1)
    }

    fn fetch_missing(self) {
        if self.visible.is_disposed() {
            return;
        }
        let wanted = self.wanted();
        let missing = self.slots.try_update_value(|slots| {
            forget_far(slots, &wanted);
            wanted.filter(|&number| !is_there(slot(slots, number))).collect::<Vec<_>>()
        });
        for number in missing.unwrap_or_default() {
            self.fetch(number);
        }
    }

    fn fetch(self, number: u64) {
        let Some(shown) = self.head.get_untracked() else { return };
        let abort = AbortOnDrop::new();
        let signal = abort.signal();
        let page = self.slots.try_update_value(|slots| {
            let slot = slot(slots, number);
            slot.request = Some(abort);
            slot.page.clone()
        });
        let Some(page) = page else { return };
        spawn_local(async move {
            let answer = api::search(&page_of(&shown.params, number), Some(&signal)).await;
            if signal.aborted() {
                return;
            }
            self.slots.update_value(|slots| slot(slots, number).request = None);
            match answer {
                Ok(answer) => {
                    self.measure(number, &answer.items);
                    page.set(Page::Ready(Arc::new(answer.items)));
                }
                Err(error) => page.set(Page::Failed(error)),
            }
        });
    }
}

impl Head {
    fn of(params: SearchParams, answer: SearchAnswer, generation: u32) -> Self {
        let SearchAnswer { total, took_ms, understood, blend, left_out, incomplete, .. } = answer;
        Self { params, total, took_ms, understood, blend, left_out, incomplete, generation }
    }
}

fn page_of(params: &SearchParams, page: u64) -> SearchParams {
    SearchParams { offset: page * PAGE, limit: Some(PAGE as u32), ..params.clone() }
}

/// The slot of a page. There are so few that looking through them is the quickest way.
fn slot(slots: &mut Vec<Slot>, number: u64) -> &mut Slot {
    let place = slots.iter().position(|slot| slot.number == number).unwrap_or_else(|| {
        slots.push(Slot { number, page: ArcRwSignal::new(Page::Loading), request: None });
        slots.len() - 1
    });
    &mut slots[place]
}

/// Whether a page is here or on its way. One that failed waits for the reader to ask again.
fn is_there(slot: &Slot) -> bool {
    slot.request.is_some() || !matches!(*slot.page.read_untracked(), Page::Loading)
}

/// Drops pages that are on their way to where nobody looks any longer, and the farthest of too many.
fn forget_far(slots: &mut Vec<Slot>, wanted: &Range<u64>) {
    slots.retain(|slot| slot.request.is_none() || wanted.contains(&slot.number));
    while slots.len() > MAX_PAGES {
        let far = slots.iter().enumerate().filter(|(_, slot)| !wanted.contains(&slot.number));
        let farthest = far.max_by_key(|(_, slot)| wanted.start.abs_diff(slot.number));
        let Some((place, _)) = farthest else { return };
        slots.swap_remove(place);
    }
}

/// Proportions of the first picture of a sample, as far as the grid shows it whole.
fn aspect(hit: &SearchHit) -> f64 {
    let size = hit.images.first().and_then(|image| image.width.zip(image.height));
    size.map_or(ABSENT_ASPECT, |(width, height)| {
        (f64::from(width) / f64::from(height.max(1))).clamp(*ASPECTS.start(), *ASPECTS.end())
    })
}

//! What every page knows about the root: how far indexing is, and which datasets there are.

use crate::{
    address::at,
    api::Answer,
    blend::{self, Share},
    browser, json,
};
use blendscope_shared::{
    dataset::Datasets,
    paths,
    search::BlendPart,
    status::{State, Status},
};
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent, js_sys::Reflect};

/// Pause before the event stream is opened again after the server went away.
const RECONNECT: Duration = Duration::from_secs(3);
/// How often an idle page asks whether all is as it was.
const LISTEN_AGAIN: Duration = Duration::from_secs(20);
/// Where the latest status lies for the module of further pages, which has no stream of its own.
const STATUS: &str = "blendscopeStatus";
/// The event by which it is told of a new one.
const HEARD: &str = "blendscope-heard";
/// Counts on the page are brought up to date at most this often while indexing goes on.
const REFRESH: Duration = Duration::from_secs(2);

/// How the connection to the server stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing heard yet.
    #[default]
    Unknown,
    /// The latest status.
    Known(Status),
    /// The server is gone.
    Offline,
}

/// The root as the pages see it. Lives in the context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct Library {
    /// How far indexing is.
    pub(crate) progress: RwSignal<Progress>,
    /// Every dataset; asked for again while indexing goes on.
    pub(crate) datasets: Answer<Datasets>,
    /// Counts the times at which numbers on the page should be brought up to date.
    pub(crate) refreshes: RwSignal<u32>,
}

impl Library {
    /// Starts listening to the server and puts itself into the context.
    pub(crate) fn provide() -> Self {
        let library = Self::new();
        library.listen();
        library
    }

    /// Listens to what the application hears, and puts itself into the context.
    pub(crate) fn overhear() -> Self {
        let library = Self::new();
        let hear = move || {
            let text = Reflect::get(&window(), &STATUS.into()).ok().and_then(|text| text.as_string());
            if let Some(Ok(status)) = text.as_deref().map(json::read::<Status>) {
                library.hear(status);
            }
        };
        hear();
        window_event_listener_untyped(HEARD, move |_| hear());
        library
    }

    fn new() -> Self {
        let refreshes = RwSignal::new(0);
        let datasets = Answer::at(move || {
            refreshes.track();
            Some(paths::datasets())
        });
        let library = Self { progress: RwSignal::new(Progress::Unknown), datasets, refreshes };
        library.refresh_while_indexing();
        provide_context(library);
        library
    }

    /// The library of the application.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Name for people; the slug while the datasets are not known.
    pub(crate) fn title(self, slug: &str) -> String {
        self.place(slug, |dataset| dataset.title.clone()).map_or_else(|| slug.to_owned(), |(_, title)| title)
    }

    /// What kind of file an annotation file is, such as `json_array`; empty where that is not known.
    pub(crate) fn container(self, dataset: &str, path: &str) -> String {
        let container = self.place(dataset, |dataset| {
            let file = dataset.files.iter().find(|file| file.path == path).or(dataset.files.first());
            file.map(|file| file.container.clone())
        });
        container.and_then(|(_, container)| container).unwrap_or_default()
    }

    /// How many samples a dataset has; nothing while the datasets are not known.
    pub(crate) fn samples(self, slug: &str) -> Option<u64> {
        self.place(slug, |dataset| dataset.samples).map(|(_, samples)| samples)
    }

    /// The root's name for people: the end of its path.
    pub(crate) fn name(self) -> String {
        self.progress.with(|progress| match progress {
            Progress::Known(status) => last_part(&status.root),
            Progress::Unknown | Progress::Offline => "Training data".to_owned(),
        })
    }

    /// Whether files are still being read, so that counts are those so far.
    pub(crate) fn is_reading(self) -> bool {
        self.progress
            .with(|progress| matches!(progress, Progress::Known(status) if status.state == State::Indexing))
    }

    /// A result's blend, ready to draw.
    pub(crate) fn shares(self, parts: &[BlendPart]) -> Vec<Share> {
        parts
            .iter()
            .map(|part| Share {
                slug: part.dataset.clone(),
                title: self.title(&part.dataset),
                count: part.count,
                share: part.share,
                lift: Some(part.lift),
                swatch: blend::swatch(&part.dataset),
            })
            .collect()
    }

    fn place<T>(
        self,
        slug: &str,
        read: impl Fn(&blendscope_shared::dataset::Dataset) -> T,
    ) -> Option<(usize, T)> {
        self.datasets.with(|answer| {
            let items = &answer?.as_ref().ok()?.items;
            let place = items.iter().position(|dataset| dataset.slug == slug)?;
            Some((place, read(&items[place])))
        })
    }

    /// Asks the server at once whether it is there again.
    pub(crate) fn reconnect(self) {
        self.open_stream();
    }

    /// The server did not answer: says so, and listens for its return.
    pub(crate) fn lost(self) {
        if self.progress.get_untracked() != Progress::Offline {
            self.progress.set(Progress::Offline);
            set_timeout(move || self.open_stream(), RECONNECT);
        }
    }

    /// Listens until everything is read. The server ends the stream then; it is opened again for a moment when the
    /// reader comes back to the page, and now and then while the page is looked at: files may have changed meanwhile, or
    /// the root may be gone.
    fn listen(self) {
        self.open_stream();
        let listen_again = move || {
            let is_ready = self.progress.with_untracked(
                |progress| matches!(progress, Progress::Known(status) if status.state == State::Ready),
            );
            if is_ready && !document().hidden() {
                self.open_stream();
            }
        };
        window_event_listener(ev::visibilitychange, move |_| listen_again());
        set_interval(listen_again, LISTEN_AGAIN);
    }

    fn open_stream(self) {
        let Ok(stream) = EventSource::new(&at(&paths::status_events())) else { return };
        let source = stream.clone();
        let on_status = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(status) = json::read::<Status>(&text) {
                if status.state == State::Ready {
                    source.close();
                }
                self.hear(status);
                // Setting a property of the window cannot fail.
                drop(Reflect::set(&window(), &STATUS.into(), &text.into()));
                browser::announce(HEARD);
            }
        });
        let source = stream.clone();
        let on_error = Closure::<dyn Fn()>::new(move || {
            source.close();
            self.progress.set(Progress::Offline);
            set_timeout(move || self.open_stream(), RECONNECT);
        });
        // Adding a listener cannot fail; the callbacks live as long as the stream, which is opened rarely.
        drop(stream.add_event_listener_with_callback("status", on_status.as_ref().unchecked_ref()));
        stream.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_status.forget();
        on_error.forget();
    }

    fn hear(self, status: Status) {
        let heard = Progress::Known(status);
        let before = self.progress.get_untracked();
        let was_ready = matches!(&before, Progress::Known(before) if before.state == State::Ready);
        let is_ready = matches!(&heard, Progress::Known(status) if status.state == State::Ready);
        if before != heard {
            let samples = |progress: &Progress| match progress {
                Progress::Known(status) => status.samples,
                Progress::Unknown | Progress::Offline => 0,
            };
            let has_others = is_ready && samples(&before) != samples(&heard);
            let is_news = before != Progress::Unknown && (is_ready != was_ready || has_others);
            self.progress.set(heard);
            if is_news {
                self.refreshes.update(|count| *count += 1);
            }
        }
    }

    fn refresh_while_indexing(self) {
        let shown = StoredValue::new(0);
        set_interval(
            move || {
                let samples = self.progress.with_untracked(|progress| match progress {
                    Progress::Known(status) => Some(status.samples),
                    Progress::Unknown | Progress::Offline => None,
                });
                let is_indexing = self.progress.with_untracked(
                    |progress| matches!(progress, Progress::Known(status) if status.state == State::Indexing),
                );
                if let Some(samples) = samples.filter(|&samples| is_indexing && samples != shown.get_value())
                {
                    shown.set_value(samples);
                    self.refreshes.update(|count| *count += 1);
                }
            },
            REFRESH,
        );
    }
}

/// The last two parts of a path: enough to know where one is.
fn last_part(root: &str) -> String {
    let parts: Vec<&str> = root.trim_end_matches('/').rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

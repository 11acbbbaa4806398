//! A search and its result.

use crate::{
    components::{
        BlendBar, CopyLink, DownloadMenu, EmptyResult, ErrorNotice, FacetColumn, FilterChips, GoTo, Icon,
        PageHeading, ResultList, ResultSummary, Skeleton, SortMenu, Symbol,
    },
    facets::FacetsOf,
    filters, format,
    library::Library,
    results::Results,
    router::{self, Router},
    url_state::{self, ListState},
};
use blendscope_shared::{paths, search::SearchParams};
use leptos::prelude::*;

/// `/search`
#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let router = Router::here();
    let params = Memo::new(move |_| router.list().params);
    let results = Results::follow(params, move || router::list_now().at.unwrap_or(0));
    let title = Signal::derive(move || params.with(title));
    let facets = FacetsOf::follow(params, results);
    let place = ListPlace::new(results);
    let chosen = move || {
        let chosen = params.with(|params| filters::in_force(params).len());
        (chosen > 0).then(|| view! { <span class="tag__count">{chosen.to_string()}</span> }.into_any())
    };
    let found = move || format!("Show {}", format::counted(place.total.get(), "sample", "samples"));
    view! {
        <div class="listing">
            <aside class="listing__side" id="filters" popover="auto" aria-label="Filters">
                <FacetColumn facets/>
                <button
                    class="button button--main listing__done"
                    data-testid="show-result"
                    type="button"
                    popovertarget="filters"
                    popovertargetaction="hide"
                >
                    {found}
                </button>
            </aside>
            <section class="listing__main">
                <div class="listing__head">
                    <div class="listing__row">
                        <PageHeading title class="off-screen">{move || title.get()}</PageHeading>
                        <ResultSummary results/>
                        <div class="listing__tools">
                            <PlaceInList place/>
                            <button
                                class="button listing__filters"
                                type="button"
                                popovertarget="filters"
                                data-testid="filters"
                            >
                                <Icon symbol=Symbol::Filter/>
                                "Filters"
                                {chosen}
                            </button>
                            <SortMenu params/>
                            <DownloadMenu results/>
                            <CopyLink path=move |()| router::list_now().search_page()/>
                        </div>
                    </div>
                    <FilterChips facets/>
                    <ResultBlend results params/>
                </div>
                <Listing results place facets/>
            </section>
        </div>
    }
}

/// The blend of the result; a click on a piece chooses its dataset, or gives it up again.
#[component]
fn ResultBlend(results: Results, params: Memo<SearchParams>) -> impl IntoView {
    let library = Library::here();
    let shares = Signal::derive(move || {
        let blend = results.head.with(|head| head.as_ref().map(|head| head.blend.clone()));
        library.shares(&blend.unwrap_or_default())
    });
    let href = move |slug: String| {
        params.with_untracked(|params| paths::search_page(&filters::toggled(params, "dataset", &slug)))
    };
    let has_any = Memo::new(move |_| shares.with(|shares| !shares.is_empty()));
    let bar = move || {
        if has_any.get() {
            view! { <BlendBar shares unit=Signal::stored("samples") href /> }.into_any()
        } else {
            view! { <div class="blend blend--none"></div> }.into_any()
        }
    };
    view! {
        {bar}
        <ReferenceSets results />
    }
}

/// What the bar leaves out of reference sets, with a link to the same result with them, or back; nothing when the result
/// has none.
#[component]
fn ReferenceSets(results: Results) -> impl IntoView {
    move || {
        let (params, left_out) =
            results.head.with(|head| head.as_ref().map(|head| (head.params.clone(), head.left_out)))?;
        if left_out == 0 && !params.reference {
            return None;
        }
        let url = paths::search_page(&SearchParams { reference: !params.reference, ..params.clone() });
        let words = if params.reference {
            "Reference sets are counted in the bar: leave them out".to_owned()
        } else {
            let samples = format::counted(left_out, "sample", "samples");
            format!("{samples} of reference sets are found, and not in the bar: count reference sets too")
        };
        Some(view! { <p class="blend__note"><a href=url data-testid="reference">{words}</a></p> }.into_any())
    }
}

/// Where a list stands, shared by the list and the box that shows it.
#[derive(Clone, Copy)]
pub(super) struct ListPlace {
    position: RwSignal<u64>,
    target: RwSignal<Option<u64>>,
    total: Signal<u64>,
}

impl ListPlace {
    /// At the beginning.
    pub(super) fn new(results: Results) -> Self {
        let total = Signal::derive(move || {
            results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count))
        });
        Self { position: RwSignal::new(0), target: RwSignal::new(None), total }
    }
}

/// The position, and the way to another; nothing for an empty list.
#[component]
pub(super) fn PlaceInList(place: ListPlace) -> impl IntoView {
    let ListPlace { position, target, total } = place;
    let has_any = Memo::new(move |_| total.get() != 0);
    move || {
        has_any
            .get()
            .then(|| view! { <GoTo position total go=move |row| target.set(Some(row)) /> }.into_any())
    }
}

/// The list itself, or why there is none. Also on a dataset's page.
#[component]
pub(super) fn Listing(
    results: Results,
    place: ListPlace,
    #[prop(optional)] facets: Option<FacetsOf>,
) -> impl IntoView {
    let router = Router::here();
    let ListPlace { position, target, .. } = place;
    // Going back or forward within one list.
    Effect::new(move |before: Option<u32>| {
        let travels = router.travels.get();
        if before.is_some_and(|before| before != travels) {
            target.set(Some(router::list_now().at.unwrap_or(0)));
        }
        travels
    });
    let on_rest = move |row: u64| router::rewrite(&address_at(row));
    let state = Memo::new(move |_| {
        match (results.failure.get(), results.head.with(|head| head.as_ref().map(|head| head.total.count))) {
            (Some(_), _) => Shown::Failure,
            (None, None) => Shown::Waiting,
            (None, Some(0)) => Shown::Nothing,
            (None, Some(_)) => Shown::List,
        }
    });
    move || match state.get() {
        Shown::Failure => results
            .failure
            .get()
            .map(|error| view! { <ErrorNotice error retry=move |()| results.search() /> })
            .into_any(),
        Shown::Waiting => view! { <Skeleton count=6 class="skeleton--row" /> }.into_any(),
        Shown::Nothing => results
            .head
            .get()
            .map(|head| {
                view! {
                    <div data-testid="results">
                        <EmptyResult head facets />
                    </div>
                }
            })
            .into_any(),
        Shown::List => view! { <ResultList results position target on_rest /> }.into_any(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Failure,
    Waiting,
    Nothing,
    List,
}

/// The present address with another position.
fn address_at(row: u64) -> String {
    let path = location().pathname().unwrap_or_default();
    let query = location().search().unwrap_or_default();
    let list = ListState::from_query(query.trim_start_matches('?'));
    url_state::with_query(&path, &ListState { at: (row > 0).then_some(row), ..list }.to_query())
}

fn title(params: &SearchParams) -> String {
    let words = if params.q.trim().is_empty() { "Every sample".to_owned() } else { params.q.clone() };
    let filter = |name: &String| match (filters::values(params, name).as_slice(), name.as_str()) {
        ([value], "dataset") => value.clone(),
        ([value], name) => format!("{name} {value}"),
        (several, name) => format!("{} {name}s", several.len()),
    };
    let places = filters::names(params).iter().map(filter).collect::<Vec<_>>().join(", ");
    if places.is_empty() { format!("{words} – search") } else { format!("{words} – search in {places}") }
}

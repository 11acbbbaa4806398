//! A set of samples to browse: filters, what the set consists of, the samples, and the one that is open beside them.
//! The same for a search, a dataset and a stage.

use super::{
    BlendBar, CopyLink, DownloadMenu, Drawer, EmptyResult, ErrorNotice, FilterChips, FilterRail, Icon,
    PositionBox, ResultSummary, SampleBox, SampleList, SortMenu, Symbol,
};
use crate::{
    address::at,
    browser,
    columns::{Column, Columns},
    facets::FacetsOf,
    filters, format, keys,
    library::Library,
    live::{live, memo},
    results::Results,
    router::{self, Entry, Router},
    url_state::{ListState, View},
};
use blendscope_shared::search::{SearchParams, Total};
use leptos::prelude::*;

/// Where the last choice of how lists are shown is kept.
const VIEW_STORAGE: &str = "blendscope.view";
const ZOOM_STORAGE: &str = "blendscope.zoom";
/// Whether the filters are folded away.
const RAIL_STORAGE: &str = "blendscope.rail";
/// Heights of a row of pictures in pixels: from, to, at first.
const ZOOM: (u32, u32, u32) = (120, 480, 220);
/// One press of `+` or `-`.
const ZOOM_STEP: u32 = 40;

/// How the list is shown: as the address says, else as it was chosen last.
#[derive(Clone, Copy)]
struct Shown {
    router: Router,
    view: Memo<View>,
    remembered: RwSignal<View>,
    zoom: RwSignal<u32>,
}

impl Shown {
    fn new(router: Router) -> Self {
        let remembered = browser::remembered(VIEW_STORAGE).and_then(|name| View::from_name(&name));
        let remembered = RwSignal::new(remembered.unwrap_or_default());
        let view = memo(move || router.state.with(|state| state.view).unwrap_or_else(|| remembered.get()));
        let asked = router.state.with_untracked(|state| state.zoom);
        let zoom = asked.or_else(|| browser::remembered(ZOOM_STORAGE)?.parse().ok()).unwrap_or(ZOOM.2);
        Self { router, view, remembered, zoom: RwSignal::new(zoom.clamp(ZOOM.0, ZOOM.1)) }
    }

    fn choose(self, view: View) {
        browser::remember(VIEW_STORAGE, view.name());
        self.remembered.set(view);
        self.router.go(&self.router.changed(|list| list.view = Some(view)), Entry::Replace);
    }

    fn magnify(self, zoom: u32) {
        let zoom = zoom.clamp(ZOOM.0, ZOOM.1);
        browser::remember(ZOOM_STORAGE, &zoom.to_string());
        self.zoom.set(zoom);
        router::rewrite(&self.router.changed(|list| list.zoom = Some(zoom)));
    }

    fn on_key(self, key: &str) -> bool {
        let zoom = self.zoom.get_untracked();
        match key {
            "1" => self.choose(View::List),
            "2" => self.choose(View::Grid),
            "3" => self.choose(View::Table),
            "+" | "=" => self.magnify(zoom + ZOOM_STEP),
            "-" => self.magnify(zoom.saturating_sub(ZOOM_STEP)),
            _ => return false,
        }
        true
    }
}

/// The whole page below the header.
#[component]
pub(crate) fn Browse(
    /// What stands above the result: nothing for a search, the name of a dataset.
    #[prop(optional, into)]
    head: ViewFn,
    /// What stands beside the tools.
    #[prop(optional, into)]
    tools: ViewFn,
) -> impl IntoView {
    let router = Router::here();
    let params = memo(move || router.state.with(|state| state.params.clone()));
    let results = Results::follow(params, move || router::list_now().at.unwrap_or(0));
    let facets = FacetsOf::follow(params, results);
    let shown = Shown::new(router);
    let list = SampleList::new(results, shown.view, shown.zoom);
    let place = Signal::derive(move || match params.with(|params| params.dataset.clone()).as_slice() {
        [only] => only.clone(),
        _ => "all".to_owned(),
    });
    Columns::provide(place);
    let is_open = memo(move || router.state.with(|state| state.open.is_some()));
    let is_folded = RwSignal::new(browser::remembered(RAIL_STORAGE).as_deref() == Some("folded"));
    let fold = move || {
        is_folded.update(|is_folded| *is_folded = !*is_folded);
        browser::remember(RAIL_STORAGE, if is_folded.get_untracked() { "folded" } else { "open" });
    };
    keys::on_key(move |key| match key {
        "f" => {
            fold();
            true
        }
        _ => (!is_open.get_untracked() && list.on_key(key)) || shown.on_key(key),
    });
    super::search_box::on_leave_downwards(move || list.enter_later());
    let chosen = memo(move || params.with(|params| filters::in_force(params).len()));
    let count =
        move || (chosen.get() > 0).then(|| view! { <span class="button__count">{chosen.get()}</span> });
    let found = move || {
        let total = results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count));
        format!("Show {}", format::counted(total, "sample", "samples"))
    };
    let clear = move || {
        (chosen.get() > 0).then(|| {
            let url = router.searched(params.with(filters::without_any));
            view! { <a class="button" href=at(&url)>"Clear"</a> }
        })
    };
    view! {
        <div
            class="browse"
            class:browse--drawer=move || is_open.get()
            class:browse--folded=move || is_folded.get() || is_open.get()
        >
            <aside class="rail" id="filters" popover="auto" aria-label="Filters" tabindex="-1">
                <div class="rail__head">
                    <span>"Filters"</span>
                    <button class="button button--icon button--quiet" type="button" popovertarget="filters" popovertargetaction="hide" aria-label="Close">
                        <Icon symbol=Symbol::Close />
                    </button>
                </div>
                <FilterRail facets />
                <div class="rail__foot">
                    {live(clear)}
                    <button
                        class="button button--main"
                        data-testid="show-result"
                        type="button"
                        popovertarget="filters"
                        popovertargetaction="hide"
                    >
                        {live(found)}
                    </button>
                </div>
            </aside>
            <div class="strip-rail">
                <button class="button button--icon button--quiet" type="button" title="Filters (f)" aria-label="Filters" on:click=move |_| { if is_open.get_untracked() { list.close(); is_folded.set(false); } else { fold(); } }>
                    <Icon symbol=Symbol::Filter />
                    {count}
                </button>
            </div>
            <section class="result" aria-label="Result">
                <div class="result__head">
                    {head.run()}
                    <div class="result__line">
                        <ResultSummary results />
                        <PositionBox />
                        <div class="result__tools">
                            <button class="button filters-button" type="button" popovertarget="filters" data-testid="filters">
                                <Icon symbol=Symbol::Filter />
                                <span class="filters-button__name">"Filters"</span>
                                {count}
                            </button>
                            <ViewTools shown />
                            <SortMenu params />
                            <DownloadMenu results />
                            {tools.run()}
                            <CopyLink path=move |()| lasting_link(router, shown) class="button button--icon wide" />
                        </div>
                    </div>
                    <FilterChips facets />
                    <ResultBlend results params />
                </div>
                <News results />
                <Content facets />
            </section>
            {live(move || is_open.get().then(|| view! { <Drawer /> }))}
        </div>
    }
}

/// The link to what is in view: it says how the list is shown, and its words are complete.
fn lasting_link(router: Router, shown: Shown) -> String {
    router.changed(|list| {
        list.params.typing = false;
        list.view = Some(shown.view.get_untracked());
        if list.view == Some(View::Grid) {
            list.zoom = Some(shown.zoom.get_untracked());
        }
    })
}

/// The switch between list, grid and table, the zoom of the grid, the columns of the table.
#[component]
fn ViewTools(shown: Shown) -> impl IntoView {
    let columns = Columns::here();
    let names = [("List", Symbol::List), ("Grid", Symbol::Grid), ("Table", Symbol::Table)];
    let button = move |(number, (view, (name, symbol))): (usize, (View, (&'static str, Symbol)))| {
        let title = format!("{name} ({})", number + 1);
        view! {
            <button
                type="button"
                aria-label=name
                title=title
                data-testid=format!("view-{}", view.name())
                aria-pressed=move || (shown.view.get() == view).to_string()
                on:click=move |_| shown.choose(view)
            >
                <Icon symbol />
            </button>
        }
    };
    let zoom = move || {
        (shown.view.get() == View::Grid).then(|| {
            view! {
                <label class="zoom wide" title="Size of the pictures (+ −)">
                    <Icon symbol=Symbol::Small />
                    <input
                        type="range"
                        min=ZOOM.0.to_string()
                        max=ZOOM.1.to_string()
                        step="4"
                        aria-label="Size of the pictures"
                        data-testid="zoom"
                        prop:value=move || shown.zoom.get().to_string()
                        on:input:target=move |event| {
                            if let Ok(zoom) = event.target().value().parse() {
                                shown.magnify(zoom);
                            }
                        }
                    />
                    <Icon symbol=Symbol::Large />
                </label>
            }
        })
    };
    let choice = move |column: Column| {
        view! {
            <label class="menu__choice">
                <input type="checkbox" prop:checked=move || columns.has(column) on:change=move |_| columns.toggle(column) />
                {column.title()}
            </label>
        }
    };
    let columns_menu = move || {
        (shown.view.get() == View::Table).then(|| {
            view! {
                <button class="button wide" type="button" popovertarget="columns" data-testid="columns">
                    <Icon symbol=Symbol::Columns />
                    "Columns"
                </button>
                <div class="popover" popover="auto" id="columns">
                    {Column::ALL.into_iter().skip(1).map(choice).collect_view()}
                </div>
            }
        })
    };
    view! {
        <div class="segments" role="group" aria-label="Shown as">
            {View::ALL.into_iter().zip(names).enumerate().map(button).collect_view()}
        </div>
        {live(zoom)}
        {live(columns_menu)}
    }
}

/// The blend of the result; a click on a piece chooses its dataset, or gives it up again.
#[component]
fn ResultBlend(results: Results, params: Memo<SearchParams>) -> impl IntoView {
    let library = Library::here();
    let router = Router::here();
    let shares = memo(move || {
        let blend = results.head.with(|head| head.as_ref().map(|head| head.blend.clone()));
        library.shares(&blend.unwrap_or_default())
    });
    let href = move |slug: String| {
        router.searched(params.with_untracked(|params| filters::toggled(params, "dataset", &slug)))
    };
    // On the page of a dataset the bar would be one piece.
    let is_single = memo(move || {
        shares.with(|shares| shares.len() < 2) && params.with(|params| params.dataset.len() == 1)
    });
    move || {
        (!is_single.get()).then(|| {
            view! {
                <BlendBar shares unit="samples" href />
                <ReferenceSets results />
            }
        })
    }
}

/// What the bar leaves out of reference sets, with a link to the same result with them, or back; nothing when the result
/// has none.
#[component]
fn ReferenceSets(results: Results) -> impl IntoView {
    let router = Router::here();
    move || {
        let (params, left_out) =
            results.head.with(|head| head.as_ref().map(|head| (head.params.clone(), head.left_out)))?;
        if left_out == 0 && !params.reference {
            return None;
        }
        let url = router.searched(SearchParams { reference: !params.reference, ..params.clone() });
        let words = if params.reference {
            "Reference sets are counted in the bar: leave them out".to_owned()
        } else {
            let samples = format::counted(left_out, "sample", "samples");
            format!("{samples} of reference sets are found, and not in the bar: count reference sets too")
        };
        Some(view! { <p class="blend__note"><a href=at(&url) data-testid="reference">{words}</a></p> })
    }
}

/// What came to the index since the list was asked for; a click shows it.
#[component]
fn News(results: Results) -> impl IntoView {
    live(move || {
        let Total { count, .. } = results.news.get()?;
        let shown = results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count));
        let words = if count > shown {
            format!("{} more · show", format::count(count - shown))
        } else {
            format!("now {} · show", format::counted(count, "sample", "samples"))
        };
        Some(view! {
            <p class="news">
                <button class="button" type="button" data-testid="news" on:click=move |_| results.search()>
                    {words}
                </button>
            </p>
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Failure,
    Waiting,
    Nothing,
    List,
}

/// The samples, or why there are none.
#[component]
fn Content(facets: FacetsOf) -> impl IntoView {
    let results = facets.results;
    let state = memo(move || {
        match (results.failure.get(), results.head.with(|head| head.as_ref().map(|head| head.total.count))) {
            (Some(_), _) => State::Failure,
            (None, None) => State::Waiting,
            (None, Some(0)) => State::Nothing,
            (None, Some(_)) => State::List,
        }
    });
    move || match state.get() {
        State::Failure => results
            .failure
            .get()
            .map(|error| view! { <ErrorNotice error retry=move |()| results.search() /> })
            .into_any(),
        State::Waiting => view! { <div class="samples" aria-busy="true"></div> }.into_any(),
        State::Nothing => results.head.get().map(|head| view! { <EmptyResult head facets /> }).into_any(),
        State::List => view! { <SampleBox /> }.into_any(),
    }
}

/// What a search is called in the title of the window.
pub(crate) fn title_of(state: &ListState) -> String {
    let params = &state.params;
    let words = if params.q.trim().is_empty() { "Every sample".to_owned() } else { params.q.clone() };
    let filter = |name: &String| match (filters::values(params, name).as_slice(), name.as_str()) {
        ([value], "dataset") => value.clone(),
        ([value], "lang") => format::language(value).to_owned(),
        ([value], name) => format!("{name} {value}"),
        (several, name) => format!("{} {name}s", several.len()),
    };
    let places = filters::names(params).iter().map(filter).collect::<Vec<_>>().join(", ");
    if places.is_empty() { format!("{words} – search") } else { format!("{words} – search in {places}") }
}

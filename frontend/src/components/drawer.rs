//! The sample that is open beside its list; on phones a sheet over it.

use super::{DatasetChip, ErrorNotice, Icon, SampleList, Skeleton, Symbol, WholeSample};
use crate::{
    address::at,
    api::{self, Answer},
    format, keys,
    live::{effect, live, memo},
    router::Router,
    url_state::ListState,
};
use blendscope_shared::paths;
use leptos::{ev, html::Div, prelude::*};

/// A sheet that is dragged down by more than this many pixels is closed.
const SWIPE: f64 = 90.0;

/// Follows the address: the sample it names, and the search whose hits are marked.
#[component]
pub(crate) fn Drawer() -> impl IntoView {
    let list = SampleList::here();
    let router = Router::here();
    let named = memo(move || {
        router.state.with(|state| {
            let open = state.open.as_deref().unwrap_or_default();
            let (dataset, key) = open.rsplit_once('/').unwrap_or((open, ""));
            (dataset.to_owned(), key.to_owned())
        })
    });
    let query = memo(move || router.state.with(|state| state.params.q.clone()));
    let address = move || {
        named.with(|(dataset, key)| query.with(|query| Some(api::sample_address(dataset, key, query))))
    };
    let answer = Answer::read_by(address, api::sample);
    let body = NodeRef::<Div>::new();
    effect(move || {
        named.track();
        if let Some(body) = body.get() {
            body.set_scroll_top(0);
        }
    });
    list.follow_walk();
    keys::on_key(move |key| {
        match key {
            "j" | "ArrowDown" | "ArrowRight" => list.walk_open(true),
            "k" | "ArrowUp" | "ArrowLeft" => list.walk_open(false),
            "Escape" => list.close(),
            "o" => router.go(&page(router), crate::router::Entry::Push),
            _ => return false,
        }
        true
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(sample)) => {
            let step = move |forward| list.walk_open(forward);
            view! { <WholeSample sample is_drawer=true step=Callback::new(step) /> }.into_any()
        }
    };
    let crumbs = move || {
        let (dataset, _) = named.get();
        view! { <a class="chip" href=at(&paths::dataset_page(&dataset))><DatasetChip slug=dataset.clone() /></a> }
    };
    let swipe = RwSignal::new(None::<(f64, f64)>);
    let on_move = move |event: ev::PointerEvent| {
        if let Some((from, _)) = swipe.get_untracked() {
            swipe.set(Some((from, (f64::from(event.client_y()) - from).max(0.0))));
        }
    };
    let on_up = move |_| {
        let moved = swipe.get_untracked().map_or(0.0, |(_, moved)| moved);
        swipe.set(None);
        if moved > SWIPE {
            list.close();
        }
    };
    view! {
        <aside
            class="drawer"
            aria-label="Sample"
            data-testid="drawer"
            style:transform=move || swipe.get().map(|(_, moved)| format!("translateY({}px)", format::decimal(moved, 0)))
        >
            <div
                class="drawer__bar"
                on:pointerdown=move |event: ev::PointerEvent| if event.pointer_type() == "touch" { swipe.set(Some((f64::from(event.client_y()), 0.0))) }
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=move |_| swipe.set(None)
            >
                <i class="drawer__grip" aria-hidden="true"></i>
                <nav class="crumbs" aria-label="Where it lies">{live(crumbs)}</nav>
                <Walk />
                <a class="button button--icon button--quiet" href=move || at(&page(router)) aria-label="Open as a page (o)" title="Open as a page (o)" data-testid="open-page">
                    <Icon symbol=Symbol::Open />
                </a>
                <button class="button button--icon button--quiet" type="button" aria-label="Close (Esc)" title="Close (Esc)" data-testid="close" on:click=move |_| list.close()>
                    <Icon symbol=Symbol::Close />
                </button>
            </div>
            <div class="drawer__body" node_ref=body tabindex="0" role="group" aria-label="The sample">
                {live(content)}
            </div>
        </aside>
    }
}

/// Where the sample stands in the list, and the way to its neighbours.
#[component]
fn Walk() -> impl IntoView {
    let list = SampleList::here();
    let total = move || list.results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count));
    let place = move || {
        let number = list.selected.get().map_or(0, |row| row + 1);
        format!("{} of {}", format::count(number), format::count(total()))
    };
    let button = move |forward: bool, label: &'static str, symbol: Symbol| {
        let is_off = move || {
            list.selected.track();
            list.step(forward).is_none()
        };
        view! {
            <button
                class="button button--icon button--quiet"
                type="button"
                aria-label=label
                title=label
                prop:disabled=is_off
                on:click=move |_| list.walk_open(forward)
            >
                <Icon symbol />
            </button>
        }
    };
    view! {
        <span class="walk">
            <span class="num" aria-live="polite" data-testid="walk">
                {live(place)}
            </span>
            {button(false, "Previous sample (k)", Symbol::Up)}
            {button(true, "Next sample (j)", Symbol::Down)}
        </span>
    }
}

/// Address of the page of the sample that is open, from which one can walk on through the list.
fn page(router: Router) -> String {
    let list: ListState = router.state.get();
    let (dataset, key) = list.open.as_deref().and_then(|open| open.rsplit_once('/')).unwrap_or_default();
    let url = paths::sample_page(dataset, key);
    list.sample_page(&url)
}

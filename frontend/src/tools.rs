//! Pages that few visits need: recipe, blend board, comparison, draw. They are a module of their own, `blendscope-tools`,
//! which is fetched when the first of them is opened.
//!
//! The module is a second application in the same page. [`ToolsPage`] gives it a place; it follows the address by itself,
//! and the two tell each other of moves by an event of the window (`router.rs`). So neither calls into the other beyond
//! [`show`].

use crate::{
    address,
    components::Skeleton,
    library::Library,
    live::{effect, live, memo},
    pages::{BoardPage, ComparePage, DrawPage, RecipePage},
    router::{self, Router},
    routes::Route,
};
use leptos::{html::Div, mount::mount_to, prelude::*, task::spawn_local};
use std::cell::OnceCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlElement,
    js_sys::{Function, Promise, Reflect},
};

/// The function of `index.html` that fetches the module, and promises the function that shows its pages in an element.
const FETCH: &str = "fetchTools";

/// The place of the module's pages, and what is seen there until it has come.
#[component]
pub(crate) fn ToolsPage() -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let (is_here, has_failed) = (RwSignal::new(false), RwSignal::new(false));
    effect(move || {
        let Some(place) = place.get() else { return };
        spawn_local(async move {
            let shown = show_in(&place).await;
            is_here.try_set(shown.is_ok());
            has_failed.try_set(shown.is_err());
        });
    });
    let waiting = move || {
        if has_failed.get() {
            let words = "This page did not arrive. Reload it to try again.";
            return view! { <p class="notice bad" role="status">{words}</p> }.into_any();
        }
        if is_here.get() {
            ().into_any()
        } else {
            view! { <Skeleton count=3 class="skeleton--card" /> }.into_any()
        }
    };
    view! {
        {live(waiting)}
        <div class="tools" node_ref=place></div>
    }
}

async fn show_in(place: &HtmlElement) -> Result<(), JsValue> {
    let fetch: Function = Reflect::get(&window(), &FETCH.into())?.dyn_into()?;
    let promise: Promise = fetch.call0(&JsValue::NULL)?.dyn_into()?;
    let show: Function = JsFuture::from(promise).await?.dyn_into()?;
    show.call2(&JsValue::NULL, place, &router::has_moved().into())?;
    Ok(())
}

thread_local! {
    /// Where the pages of the module are drawn; it goes from place to place.
    static DRAWN: OnceCell<HtmlElement> = const { OnceCell::new() };
}

/// Shows the pages of the module in an element of the application. Called in the module.
pub fn show(place: &HtmlElement, has_moved: bool) {
    if has_moved {
        router::note_move();
    }
    DRAWN.with(|drawn| {
        let drawn = drawn.get_or_init(begin);
        // An element that was just made, or is no longer in the page, can always be put somewhere.
        drop(place.append_child(drawn));
    });
}

/// Begins the module's application, once.
fn begin() -> HtmlElement {
    console_error_panic_hook::set_once();
    address::find();
    let element = document().create_element("div").ok().and_then(|element| element.dyn_into().ok());
    let element: HtmlElement = element.expect("an element can be made in a page");
    element.set_class_name("tools");
    mount_to(element.clone(), Tools).forget();
    element
}

/// Which page to show; a page stays when only the thing on it changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Recipe,
    Board,
    Compare,
    Draw,
    Others,
}

#[component]
fn Tools() -> impl IntoView {
    let router = Router::follow();
    Library::overhear();
    let kind = memo(move || match router.route.get() {
        Route::Recipe(_) => Kind::Recipe,
        Route::Board => Kind::Board,
        Route::Compare => Kind::Compare,
        Route::Draw => Kind::Draw,
        _ => Kind::Others,
    });
    live(move || match kind.get() {
        Kind::Recipe => view! { <RecipePage /> }.into_any(),
        Kind::Board => view! { <BoardPage /> }.into_any(),
        Kind::Compare => view! { <ComparePage /> }.into_any(),
        Kind::Draw => view! { <DrawPage /> }.into_any(),
        Kind::Others => ().into_any(),
    })
}

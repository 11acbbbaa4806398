//! The application: header, page, help.

use crate::{
    address, api, browser,
    components::{Banner, Header, HelpDialog, LeaveBox, Palette},
    keys,
    library::Library,
    live::{live, memo},
    markdown::Markdown,
    pages::{
        DatasetPage, HomePage, ImagePage, NotFoundPage, RecipesPage, SamplePage, SearchPage, TemplatesPage,
    },
    router::{self, Entry, Router},
    routes::Route,
    tools::ToolsPage,
};
use blendscope_shared::search::{SearchParams, Sort};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// Begins once the first samples are painted, where `first.js` paints some.
pub fn start() {
    console_error_panic_hook::set_once();
    address::find();
    spawn_local(async {
        api::until_painted().await;
        replace_shell();
    });
}

/// Replaces the painted shell of `index.html` by the application.
fn replace_shell() {
    let shell = document().get_element_by_id("app").and_then(|element| element.dyn_into().ok());
    let shell: web_sys::HtmlElement = shell.expect("index.html has an element with the id `app`");
    let typed = typed_already(&shell);
    shell.replace_children_with_node_0();
    mount_to(shell, App).forget();
    if let Some(text) = typed {
        request_animation_frame(move || go_on_typing(&text));
    }
}

/// What was typed into the search box that is painted before the application runs, where it has the focus.
fn typed_already(shell: &web_sys::HtmlElement) -> Option<String> {
    let input = search_input()?;
    let has_focus = browser::focused_element().is_some_and(|element| element.is_same_node(Some(&input)));
    (has_focus && shell.contains(Some(&input))).then(|| input.value())
}

/// Puts what was typed into the box of the application, as if it had been typed there.
fn go_on_typing(text: &str) {
    let Some(input) = search_input() else { return };
    drop(input.focus());
    if input.value() != text {
        input.set_value(text);
        let options = web_sys::EventInit::new();
        options.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &options) {
            drop(input.dispatch_event(&event));
        }
    }
}

fn search_input() -> Option<web_sys::HtmlInputElement> {
    document().query_selector("[role=search] input").ok()??.dyn_into().ok()
}

/// Which page component to show; a page stays when only the thing on it changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Home,
    Search,
    Dataset,
    Sample,
    Image,
    Recipes,
    Templates,
    Tools,
    #[cfg(feature = "gallery")]
    Gallery,
    NotFound,
}

#[component]
fn App() -> impl IntoView {
    let router = Router::provide();
    Library::provide();
    Markdown::provide();
    LeaveBox::provide();
    let help = NodeRef::new();
    let palette = NodeRef::new();
    let kind = memo(move || match router.route.get() {
        Route::Home => Kind::Home,
        Route::Search => Kind::Search,
        Route::Dataset(_) => Kind::Dataset,
        Route::Sample { .. } => Kind::Sample,
        Route::Image(_) => Kind::Image,
        Route::Recipes => Kind::Recipes,
        Route::Templates => Kind::Templates,
        Route::Recipe(_) | Route::Board | Route::Compare | Route::Draw => Kind::Tools,
        #[cfg(feature = "gallery")]
        Route::Gallery => Kind::Gallery,
        Route::NotFound => Kind::NotFound,
    });
    let skip = move || {
        format!(
            "{}#main",
            address::at(&crate::url_state::with_query(&router::path_now(), &router::query_now()))
        )
    };
    keys::on_key(move |key| global_command(router, help, key));
    view! {
        <a class="skip-link" href=skip on:click=move |event: leptos::ev::MouseEvent| { event.prevent_default(); focus_main(); }>
            "Skip to content"
        </a>
        <Header help palette />
        <Banner />
        <main id="main" class="main" tabindex="-1">
            {live(move || match kind.get() {
                Kind::Home => view! { <HomePage /> }.into_any(),
                Kind::Search => view! { <SearchPage /> }.into_any(),
                Kind::Dataset => view! { <DatasetPage /> }.into_any(),
                Kind::Sample => view! { <SamplePage /> }.into_any(),
                Kind::Image => view! { <ImagePage /> }.into_any(),
                Kind::Recipes => view! { <RecipesPage /> }.into_any(),
                Kind::Templates => view! { <TemplatesPage /> }.into_any(),
                Kind::Tools => view! { <ToolsPage /> }.into_any(),
                #[cfg(feature = "gallery")]
                Kind::Gallery => view! { <crate::pages::GalleryPage /> }.into_any(),
                Kind::NotFound => view! { <NotFoundPage /> }.into_any(),
            })}
        </main>
        <HelpDialog dialog=help />
        <Palette dialog=palette />
    }
}

/// Gives the page the focus, behind header and filters.
fn focus_main() {
    let main = document().get_element_by_id("main").and_then(|main| main.dyn_into().ok());
    if let Some(main) = main {
        browser::focus_quietly(&main);
    }
}

/// Keys that mean the same on every page.
fn global_command(router: Router, help: NodeRef<leptos::html::Dialog>, key: &str) -> bool {
    match key {
        "?" => {
            if let Some(dialog) = help.get_untracked() {
                // A dialog that is open already refuses, and that is fine.
                drop(dialog.show_modal());
            }
        }
        "r" => {
            let shuffled =
                SearchParams { sort: Some(Sort::Random), seed: browser::fresh_seed(), ..router.context() };
            router.go(&router.searched(shuffled), Entry::Push);
        }
        _ => return false,
    }
    true
}

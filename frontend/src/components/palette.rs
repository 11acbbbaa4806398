//! The command palette: everything one can go to, by a few letters of its name.

use super::{Icon, Symbol};
use crate::{
    api::Answer,
    blend, browser,
    library::Library,
    live::{live, memo},
    router::{Entry, Router},
};
use blendscope_shared::{paths, recipe::Recipes, search::SearchParams};
use leptos::{
    ev,
    html::{Dialog, Input},
    prelude::*,
};

/// Where recent searches are kept: in this browser and nowhere else.
const STORAGE: &str = "blendscope.recent";
/// Recent searches that are kept.
const RECENT: usize = 12;
/// Things listed of each kind.
const LISTED: usize = 6;

/// Something to go to.
#[derive(Clone, PartialEq)]
struct Goal {
    group: &'static str,
    symbol: Symbol,
    /// Style classes of a dataset's colour.
    swatch: String,
    name: String,
    note: String,
    path: String,
}

/// What the palette knows while it is open.
#[derive(Clone, Copy)]
struct Choosing {
    router: Router,
    dialog: NodeRef<Dialog>,
    input: NodeRef<Input>,
    text: RwSignal<String>,
    goals: Memo<Vec<Goal>>,
    /// Number of the goal that Enter goes to.
    chosen: RwSignal<usize>,
    is_open: RwSignal<bool>,
}

/// Opened by ⌘K or Ctrl K, and by the button in the search box.
#[component]
pub(crate) fn Palette(
    /// To open it from elsewhere.
    dialog: NodeRef<Dialog>,
) -> impl IntoView {
    let choosing = Choosing::new(dialog);
    let listener = window_event_listener(ev::keydown, move |event| {
        let is_mine = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k");
        if let Some(dialog) = dialog.get_untracked().filter(|_| is_mine) {
            event.prevent_default();
            // A dialog that is open already refuses, and that is fine.
            drop(dialog.show_modal());
        }
    });
    on_cleanup(move || listener.remove());
    let on_click = move |event: ev::MouseEvent| {
        // A click beside the palette is one on the dialog itself.
        let target: web_sys::Node = event_target(&event);
        if dialog.get_untracked().is_some_and(|dialog| dialog.is_same_node(Some(&target))) {
            choosing.close();
        }
    };
    view! {
        <dialog
            class="palette"
            node_ref=dialog
            aria-label="Go anywhere"
            on:toggle=move |_| choosing.on_toggle()
            on:click=on_click
        >
            <div class="palette__input">
                <Icon symbol=Symbol::Search />
                <input
                    node_ref=choosing.input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="goals"
                    aria-activedescendant=move || format!("goal-{}", choosing.chosen.get())
                    aria-label="Go to"
                    placeholder="A page, a dataset, a recipe, words to search for"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="palette"
                    on:input:target=move |event| {
                        choosing.text.set(event.target().value());
                        choosing.chosen.set(0);
                    }
                    on:keydown=move |event| choosing.on_key(&event)
                />
                <kbd>"Esc"</kbd>
            </div>
            <ul class="palette__list" id="goals" role="listbox" aria-label="Places">
                {live(move || choosing.options())}
            </ul>
        </dialog>
    }
}

impl Choosing {
    fn new(dialog: NodeRef<Dialog>) -> Self {
        let library = Library::here();
        let (text, is_open) = (RwSignal::new(String::new()), RwSignal::new(false));
        let recipes = Answer::<Recipes>::at(move || is_open.get().then(paths::recipes));
        let goals = memo(move || {
            if !is_open.get() {
                return Vec::new();
            }
            let recipes = recipes.good().unwrap_or_default().items;
            let recipes =
                recipes.iter().map(|recipe| (recipe.title.clone(), paths::recipe_page(&recipe.slug)));
            goals(library, recipes.collect(), text.get().trim())
        });
        let (input, chosen) = (NodeRef::new(), RwSignal::new(0));
        Self { router: Router::here(), dialog, input, text, goals, chosen, is_open }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    fn go(self, goal: &Goal) {
        self.close();
        if goal.group == "Search" {
            remember_search(&goal.name);
        }
        self.router.go(&goal.path, Entry::Push);
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        let count = self.goals.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => self.chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" => self.chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" if !event.is_composing() => {
                let number = self.chosen.get_untracked();
                if let Some(goal) = self.goals.with_untracked(|goals| goals.get(number).cloned()) {
                    self.go(&goal);
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn on_toggle(self) {
        let now = self.dialog.get_untracked().is_some_and(|dialog| dialog.open());
        self.is_open.set(now);
        if let Some(input) = self.input.get_untracked().filter(|_| now) {
            self.text.set(String::new());
            self.chosen.set(0);
            input.set_value("");
            drop(input.focus());
        }
    }

    fn options(self) -> Vec<AnyView> {
        let mut group = "";
        let option = |(number, goal): (usize, Goal)| {
            let heading = (goal.group != group).then(|| {
                group = goal.group;
                view! {
                    <li class="palette__group" role="presentation">
                        {goal.group}
                    </li>
                }
            });
            let sign = if goal.swatch.is_empty() {
                view! { <Icon symbol=goal.symbol /> }.into_any()
            } else {
                view! { <span class=format!("swatch {}", goal.swatch)></span> }.into_any()
            };
            let (name, note) = (goal.name.clone(), goal.note.clone());
            view! {
                {heading}
                <li
                    class="option"
                    id=format!("goal-{number}")
                    role="option"
                    aria-selected=move || (self.chosen.get() == number).to_string()
                    on:click=move |_| self.go(&goal)
                    on:pointermove=move |_| self.chosen.set(number)
                >
                    {sign}
                    <span class="ellipsis" dir="auto">
                        {name}
                    </span>
                    <span>{note}</span>
                </li>
            }
            .into_any()
        };
        self.goals.get().into_iter().enumerate().map(option).collect()
    }
}

/// Everything whose name or path contains all words of the text; the first one is what Enter opens.
fn goals(library: Library, recipes: Vec<(String, String)>, text: &str) -> Vec<Goal> {
    let plain = |group, symbol, name: &str, path: String| Goal {
        group,
        symbol,
        swatch: String::new(),
        name: name.to_owned(),
        note: String::new(),
        path,
    };
    let search = |q: &str| paths::search_page(&SearchParams { q: q.to_owned(), ..SearchParams::default() });
    let mut goals = Vec::new();
    if !text.is_empty() {
        goals.push(Goal { note: "Enter".to_owned(), ..plain("Search", Symbol::Search, text, search(text)) });
    }
    let pages = [
        ("Home: all datasets", "/", Symbol::Data),
        ("Every sample", "/search", Symbol::Grid),
        ("Recipes", "/recipes", Symbol::Recipes),
        ("Templates", "/templates", Symbol::Templates),
    ];
    let pages = pages.map(|(name, path, symbol)| plain("Pages", symbol, name, path.to_owned()));
    let datasets =
        library.datasets.get().and_then(Result::ok).map(|datasets| datasets.items).unwrap_or_default();
    let datasets = datasets.into_iter().map(|dataset| Goal {
        swatch: blend::swatch(&dataset.slug),
        note: crate::format::count(dataset.samples),
        ..plain("Datasets", Symbol::Data, &dataset.title, paths::dataset_page(&dataset.slug))
    });
    let recipes = recipes.into_iter().map(|(title, path)| plain("Recipes", Symbol::Recipes, &title, path));
    let recent = recent().into_iter().map(|q| plain("Recent searches", Symbol::Clock, &q, search(&q)));
    let wanted = browser::lowercase(text);
    let is_meant = |goal: &Goal| contains(&goal.name, &wanted) || contains(&goal.path, &wanted);
    goals.extend(pages.into_iter().filter(is_meant));
    goals.extend(datasets.filter(is_meant).take(LISTED));
    goals.extend(recipes.filter(is_meant).take(LISTED));
    goals.extend(recent.filter(is_meant).take(LISTED));
    goals
}

/// Whether all words of a text are in a name; the text in small letters.
fn contains(name: &str, text: &str) -> bool {
    let name = browser::lowercase(name);
    text.split_whitespace().all(|word| name.contains(word))
}

/// The latest searches, the last one first.
fn recent() -> Vec<String> {
    let text = browser::remembered(STORAGE).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Keeps a search for the palette.
pub(crate) fn remember_search(q: &str) {
    let q = q.trim();
    if q.is_empty() || q.contains('\n') {
        return;
    }
    let mut searches = recent();
    searches.retain(|known| known != q);
    searches.insert(0, q.to_owned());
    searches.truncate(RECENT);
    browser::remember(STORAGE, &searches.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_have_to_be_there() {
        assert!(contains("LLaVA-v1.5 mix665k", "mix lla"));
        assert!(!contains("LLaVA-v1.5 mix665k", "mix coco"));
        assert!(contains("anything", ""));
    }
}

//! The column of filters: what a result consists of, each piece a filter.
//!
//! Which dimensions there are and what they are called is the server's answer. Known here is only which of them people
//! ask for first, and how codes are called.

use super::{ErrorNotice, Icon, Plot, Segments, Skeleton, Symbol};
use crate::{
    address::at,
    api::{Facet, Facets},
    blend, browser,
    facets::FacetsOf,
    filters, format,
    histogram::extent,
    live::{live, memo},
    router::{Entry, Router},
};
use blendscope_shared::search::{Dimension, FacetValue};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// What people ask for most, in this order; these groups are open unless they were folded.
const FIRST: [&str; 6] = ["lang", "image_status", "dataset", "role", "turns", "characters"];
/// A number that is shown in the group of another one.
const SECOND_LENGTH: &str = "words";
/// Where folded and unfolded groups are kept.
const STORAGE: &str = "blendscope.groups";
/// Values in view before "show all".
const FOLDED: usize = 6;
/// Values in view at most; the others are found by typing.
const UNFOLDED: usize = 150;

/// What is typed into the box above the groups, and which groups were folded or unfolded.
#[derive(Clone, Copy)]
struct Rail {
    facets: FacetsOf,
    needle: RwSignal<String>,
    folds: RwSignal<Vec<String>>,
    router: Router,
}

/// All groups; check boxes and bars write the filters into the address.
#[component]
pub(crate) fn FilterRail(
    /// What is shown.
    facets: FacetsOf,
) -> impl IntoView {
    let folds = browser::remembered(STORAGE).unwrap_or_default();
    let rail = Rail {
        facets,
        needle: RwSignal::new(String::new()),
        folds: RwSignal::new(folds.split(',').map(str::to_owned).collect()),
        router: Router::here(),
    };
    // The parts of the column are made once and stay for all answers.
    let names = memo(move || {
        facets.answer.with(|answer| match answer {
            Some(Ok(facets)) => in_order(facets),
            Some(Err(_)) | None => Vec::new(),
        })
    });
    let instead = move || {
        match facets.answer.with(|answer| answer.map(|answer| answer.as_ref().err().cloned())) {
            // Where the result itself failed, the page says why.
            None if facets.results.failure.with(Option::is_some) => None,
            None => Some(view! { <Skeleton count=12 class="skeleton--line" /> }.into_any()),
            Some(Some(error)) => {
                Some(view! { <ErrorNotice error retry=move |()| facets.answer.refetch() /> }.into_any())
            }
            Some(None) => None,
        }
    };
    view! {
        <div
            class="rail__groups"
            class:rail__groups--old=move || facets.is_old.get()
            aria-busy=move || facets.is_old.get().to_string()
            on:change=move |event| rail.check(&event)
        >
            <label class="rail__finder">
                <span class="off-screen">"Find a filter"</span>
                <Icon symbol=Symbol::Search />
                <input
                    type="search"
                    placeholder="Find a filter"
                    data-testid="find-filter"
                    on:input:target=move |event| rail.needle.set(browser::lowercase(event.target().value().trim()))
                />
            </label>
            {live(instead)}
            // By their names: one that comes later, such as the widths of pictures, takes the focus from no other.
            <For each=move || names.get() key=|name| name.clone() let(name)>
                {group(&rail, &name)}
            </For>
        </div>
    }
}

/// Names of the dimensions that have a group, those people ask for first in front.
fn in_order(facets: &Facets) -> Vec<String> {
    let names: Vec<&str> = facets.all.iter().map(|facet| facet.dimension.name.as_str()).collect();
    let first = FIRST.into_iter().filter(|name| names.contains(name));
    let has_length = names.contains(&"characters");
    let others =
        names.iter().copied().filter(|name| !FIRST.contains(name) && (*name != SECOND_LENGTH || !has_length));
    first.chain(others).map(str::to_owned).collect()
}

impl Rail {
    /// A box was ticked, or the tick taken away.
    fn check(self, event: &ev::Event) {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input.filter(|input| input.type_() == "checkbox") else { return };
        let changed = self
            .facets
            .params
            .with_untracked(|params| filters::toggled(params, &input.name(), &input.value()));
        self.router.go(&self.router.searched(changed), Entry::Push);
    }

    fn is_open(self, name: &str) -> bool {
        let is_changed = self.folds.with(|folds| folds.iter().any(|fold| fold == name));
        FIRST.contains(&name) != is_changed
    }

    fn fold(self, name: &str, is_open: bool) {
        let is_changed = FIRST.contains(&name) != is_open;
        if self.is_open(name) == is_open {
            return;
        }
        self.folds.update(|folds| {
            folds.retain(|fold| fold != name && !fold.is_empty());
            if is_changed {
                folds.push(name.to_owned());
            }
        });
        browser::remember(STORAGE, &self.folds.with_untracked(|folds| folds.join(",")));
    }
}

/// A dimension under its title, to be folded away, and the way to lift its restriction.
fn group(rail: &Rail, name: &str) -> Option<AnyView> {
    let rail = *rail;
    let Dimension { name, title, is_range } =
        untrack(|| rail.facets.with(name, |facet| facet.dimension.clone()))?;
    let title = if name == "characters" { "Length".to_owned() } else { title };
    let testid = format!("facet-{name}");
    let heading = title.clone();
    let stored = StoredValue::new(name);
    let clear = move || {
        let name = stored.get_value();
        let params = rail.facets.params.get();
        let is_chosen = !filters::values(&params, &name).is_empty();
        is_chosen.then(|| {
            let url = rail.router.searched(filters::with_values(&params, &name, &[]));
            view! {
                <a class="group__clear" href=at(&url)>
                    "clear"<span class="off-screen">{format!(" the filter {heading}")}</span>
                </a>
            }
            .into_any()
        })
    };
    let hint = move || {
        let is_folded = !stored.with_value(|name| rail.is_open(name));
        is_folded.then(|| rail.facets.with(&stored.read_value(), hint)).flatten()
    };
    // Groups without a value that is looked for stay away.
    let is_off = move || {
        rail.needle.with(|needle| {
            !needle.is_empty()
                && rail.facets.with(&stored.read_value(), |facet| matching(facet, needle).next().is_none())
                    != Some(false)
        })
    };
    let is_open =
        move || stored.with_value(|name| rail.is_open(name)) || rail.needle.with(|needle| !needle.is_empty());
    let toggle = move |event: ev::Event| {
        let details = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDetailsElement>().ok());
        if let Some(details) = details.filter(|_| rail.needle.with_untracked(String::is_empty)) {
            stored.with_value(|name| untrack(|| rail.fold(name, details.open())));
        }
    };
    let content = if is_range {
        view! { <Numbers rail name=stored title=title.clone() /> }.into_any()
    } else {
        view! { <Values rail name=stored /> }.into_any()
    };
    let label = title.clone();
    Some(
        view! {
            <div class="group" class:off=is_off role="group" aria-label=label data-testid=testid>
                <details prop:open=is_open on:toggle=toggle>
                    <summary>
                        {title}
                        <span class="group__hint">{live(hint)}</span>
                        <Icon symbol=Symbol::Down />
                    </summary>
                    {content}
                </details>
                {live(clear)}
            </div>
        }
        .into_any(),
    )
}

/// What is in a folded group, in a word or two.
fn hint(facet: &Facet) -> String {
    let names: Vec<_> = facet
        .values
        .iter()
        .filter(|value| value.count > 0)
        .take(2)
        .map(|value| filters::value_name(&facet.dimension.name, value))
        .collect();
    match facet.values.len() {
        0 => String::new(),
        more if names.is_empty() => more.to_string(),
        1 | 2 => names.join(", "),
        more => format!("{}, …", names.first().cloned().unwrap_or_default()) + &format!(" {more}"),
    }
}

/// The values that contain what is looked for.
fn matching<'a>(facet: &'a Facet, needle: &'a str) -> impl Iterator<Item = &'a FacetValue> {
    let has = move |name: &str| browser::lowercase(name).contains(needle);
    facet.values.iter().filter(move |value| {
        has(&filters::value_name(&facet.dimension.name, value))
            || has(&value.value)
            || has(&facet.dimension.title)
    })
}

/// The histogram of a number; of the length in characters or in words.
#[component]
fn Numbers(rail: Rail, name: StoredValue<String>, title: String) -> impl IntoView {
    let has_units =
        untrack(|| *name.read_value() == "characters" && rail.facets.with(SECOND_LENGTH, |_| ()).is_some());
    let unit = RwSignal::new(0_usize);
    let shown = move || if unit.get() == 1 { StoredValue::new(SECOND_LENGTH.to_owned()) } else { name };
    view! {
        {has_units
            .then(|| {
                view! {
                    <div class="group__units">
                        <Segments label="Length in" names=&["characters", "words"] chosen=unit is_small=true />
                    </div>
                }
            })}
        {live(move || view! { <Plot facets=rail.facets name=shown() title=title.clone() /> })}
    }
}

/// The most frequent values as check boxes, all of them on demand; several chosen together mean any of them.
#[component]
fn Values(rail: Rail, name: StoredValue<String>) -> impl IntoView {
    let facets = rail.facets;
    let is_unfolded = RwSignal::new(false);
    let count = move || facets.with(&name.read_value(), |facet| facet.values.len()).unwrap_or(0);
    let rows = move || {
        let name = name.get_value();
        let chosen = facets.params.with(|params| filters::values(params, &name));
        let needle = rail.needle.get();
        let is_all = is_unfolded.get() || !needle.is_empty();
        // One more takes no more room than the button.
        let most = if is_all { UNFOLDED } else { FOLDED + usize::from(count() == FOLDED + 1) };
        let found = facets.with(&name, |facet| {
            let largest = facet.values.iter().map(|value| value.all).max().unwrap_or(0);
            (listed(facet, &chosen, &needle, most), largest)
        });
        let ((values, more), largest) = found.unwrap_or_default();
        let is_dataset = name == "dataset";
        let row = |value: FacetValue| {
            let tone = if is_dataset { blend::swatch(&value.value) } else { String::new() };
            let is_chosen = chosen.contains(&value.value);
            row(&name, value, is_chosen, largest, tone)
        };
        let rows = values.into_iter().map(row).collect_view();
        let rest = (is_all && more > 0)
            .then(|| view! { <li class="muted">{format!("and {more} more")}</li> }.into_any());
        (rows, rest)
    };
    let unfold = move || {
        let words = match (is_unfolded.get(), count()) {
            (_, count) if count <= FOLDED + 1 || rail.needle.with(|needle| !needle.is_empty()) => {
                return None;
            }
            (true, _) => "Show fewer".to_owned(),
            (false, count) => format!("{} more", format::count((count - FOLDED) as u64)),
        };
        Some(
            view! {
                <button
                    class="more"
                    type="button"
                    aria-expanded=is_unfolded.get().to_string()
                    on:click=move |_| is_unfolded.update(|is_unfolded| *is_unfolded = !*is_unfolded)
                >
                    {words}
                </button>
            }
            .into_any(),
        )
    };
    view! {
        <ul class="values">{live(rows)}</ul>
        {live(unfold)}
    }
}

/// The values to list: the first `most` of those that contain `needle`, and before them what is chosen and not among
/// them; and how many more there are.
fn listed(facet: &Facet, chosen: &[String], needle: &str, most: usize) -> (Vec<FacetValue>, usize) {
    let mut meant = matching(facet, needle);
    let listed: Vec<FacetValue> = meant.by_ref().take(most).cloned().collect();
    let more = meant.count();
    let is_absent = |value: &&String| listed.iter().all(|listed| listed.value != **value);
    let absent = chosen.iter().filter(is_absent).map(|value| {
        let known = facet.values.iter().find(|known| known.value == *value).cloned();
        known.unwrap_or_else(|| FacetValue { value: value.clone(), ..FacetValue::default() })
    });
    (absent.chain(listed.iter().cloned()).collect(), more)
}

/// A value: its name, its count in the result, and a bar of that before a grey one of everything.
fn row(name: &str, value: FacetValue, is_chosen: bool, largest: u64, tone: String) -> AnyView {
    let title = filters::value_name(name, &value);
    let FacetValue { value, count, all, .. } = value;
    let hint = format!("{title}: {} of {}", format::count(count), format::count(all));
    let width = |count| format::decimal(extent(count, largest, false) * 100.0, 2) + "%";
    let has_swatch = !tone.is_empty();
    let class = format!("value__bar {tone}");
    view! {
        <li>
            <label class="value" class:value--none=count == 0 title=hint>
                <input type="checkbox" name=name.to_owned() value=value prop:checked=is_chosen />
                <span class="value__name">
                    {has_swatch.then(|| view! { <span class=format!("swatch {tone}") aria-hidden="true"></span> })}
                    <span class="ellipsis" dir="auto">
                        {title}
                    </span>
                </span>
                <span class="value__count">{format::count(count)}</span>
                <span class=class style=("--all", width(all)) style=("--here", width(count)) aria-hidden="true"></span>
            </label>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet(name: &str) -> Facet {
        let values = (0..12).map(|number| FacetValue {
            value: format!("v{number}"),
            title: (number % 2 == 0).then(|| format!("Even {number}")),
            count: 12 - number,
            all: 20,
        });
        let dimension = Dimension { name: name.to_owned(), title: "Kind".to_owned(), is_range: false };
        Facet { dimension, values: values.collect(), ..Facet::default() }
    }

    #[test]
    fn what_is_chosen_is_always_listed() {
        let facet = facet("kind");
        let listed = |chosen: &[&str], needle: &str, most| {
            let chosen: Vec<_> = chosen.iter().map(|&value| value.to_owned()).collect();
            let (listed, more) = listed(&facet, &chosen, needle, most);
            (listed.into_iter().map(|value| value.value).collect::<Vec<_>>().join(" "), more)
        };
        assert_eq!(listed(&["v1", "v9", "gone"], "", 3), ("v9 gone v0 v1 v2".to_owned(), 9));
        assert_eq!(listed(&["v1"], "even ", 2), ("v1 v0 v2".to_owned(), 4));
        assert_eq!(listed(&[], "v11", 9), ("v11".to_owned(), 0));
        assert_eq!(listed(&[], "kind", 20).1, 0, "the title of a group finds all of it");
    }

    #[test]
    fn people_find_language_and_images_first() {
        let names = ["dataset", "recipe", "lang", "words", "characters", "turns", "image_status"];
        let facets = Facets { all: names.map(facet).to_vec(), ..Facets::default() };
        assert_eq!(in_order(&facets), ["lang", "image_status", "dataset", "turns", "characters", "recipe"]);
    }
}

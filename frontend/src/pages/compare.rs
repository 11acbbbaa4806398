//! Two blends side by side: stages of recipes, or whatever a search finds.

use crate::{
    address::at,
    api::Answer,
    blend,
    components::{CopyLink, Footer, PageHeading, Piece, Stacked, UnitSwitch},
    format,
    live::{live, memo},
    router::{self, Entry, Router},
    url_state,
};
use blendscope_blend::board::Unit;
use blendscope_blend::board::sides::{self, Side};
use blendscope_shared::{
    account::{AccountAnswer, Common, Distinct},
    paths,
    recipe::{Recipe, Recipes},
};
use leptos::prelude::*;

/// What is compared: `convllava/1`, or `?` and the search of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Compared {
    a: String,
    b: String,
    by: Unit,
}

impl Compared {
    fn of(query: &str) -> Self {
        let pairs = url_state::pairs(query);
        let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        Self {
            a: value("a").unwrap_or_else(|| "?".to_owned()),
            b: value("b").unwrap_or_else(|| "?".to_owned()),
            by: value("by").as_deref().and_then(Unit::from_name).unwrap_or_default(),
        }
    }

    fn address(&self) -> String {
        let Self { a, b, by } = self;
        let by = if *by == Unit::Samples { String::new() } else { format!("&by={}", by.name()) };
        format!("/compare?a={}&b={}{by}", paths::escape(a), paths::escape(b))
    }
}

/// What is known of a side; asked for where it is not.
#[derive(Clone, Copy)]
struct Asked {
    recipe: Answer<Recipe>,
    account: Answer<AccountAnswer>,
    said: Memo<String>,
}

impl Asked {
    fn new(said: Memo<String>) -> Self {
        let recipe = Answer::at(move || {
            let said = said.get();
            (!said.starts_with('?'))
                .then(|| paths::recipe(said.split_once('/').map_or(&said, |(slug, _)| slug)))
        });
        let account = Answer::at(move || {
            let said = said.get();
            said.strip_prefix('?')
                .map(|query| url_state::with_query(&format!("{}/accounts", paths::API), query))
        });
        Self { recipe, account, said }
    }

    fn side(self) -> Option<Result<Side, String>> {
        let said = self.said.get();
        if let Some(query) = said.strip_prefix('?') {
            let answer = match self.account.get()? {
                Ok(answer) => answer,
                Err(error) => return Some(Err(error.to_string())),
            };
            let words =
                url_state::pairs(query).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(", ");
            let title =
                if query.is_empty() { "everything here".to_owned() } else { format!("“{words}”") };
            return Some(Ok(Side::of_search(title, answer.datasets)));
        }
        let recipe = match self.recipe.get()? {
            Ok(recipe) => recipe,
            Err(error) => return Some(Err(error.to_string())),
        };
        let number = said.split_once('/').and_then(|(_, number)| number.parse::<usize>().ok()).unwrap_or(1);
        Some(Side::of_stage(&recipe, number).ok_or_else(|| format!("{} has no stage {number}", recipe.title)))
    }
}

/// `/compare`
#[component]
pub(crate) fn ComparePage() -> impl IntoView {
    let router = Router::here();
    let compared = memo(move || Compared::of(&router.query.get()));
    let change = move |change: &dyn Fn(&mut Compared)| {
        let mut compared = compared.get_untracked();
        change(&mut compared);
        router.go(&compared.address(), Entry::Replace);
    };
    let by = memo(move || compared.get().by);
    let sides = [Asked::new(memo(move || compared.get().a)), Asked::new(memo(move || compared.get().b))];
    let recipes = Answer::<Recipes>::at(|| Some(paths::recipes()));
    let chooser = move |number: usize, label: &'static str| {
        let said = sides[number].said;
        let set = move |value: String| {
            change(&move |compared| {
                if number == 0 { compared.a.clone_from(&value) } else { compared.b.clone_from(&value) }
            });
        };
        view! { <Chooser label said recipes set /> }
    };
    let query = memo(move || {
        compared.with(|compared| compared.address().split_once('?').unwrap_or_default().1.to_owned())
    });
    let common = Answer::<Common>::at(move || {
        let sides =
            compared.with(|Compared { a, b, .. }| format!("a={}&b={}", paths::escape(a), paths::escape(b)));
        Some(format!("{}/compare?{sides}", paths::API))
    });
    let body = move || {
        let [a, b] = sides.map(Asked::side);
        match (a, b) {
            (Some(Ok(a)), Some(Ok(b))) => both(&a, &b, by.get()),
            (Some(Err(error)), _) | (_, Some(Err(error))) => {
                view! { <p class="notice bad" role="status" dir="auto">{error}</p> }.into_any()
            }
            _ => view! { <p class="muted" role="status">"Reading …"</p> }.into_any(),
        }
    };
    view! {
        <article class="page page--wide" data-testid="compare">
            <div class="page__head">
                <PageHeading title=Signal::stored("Two blends".to_owned())>"Two blends"</PageHeading>
                <div class="page__tools">
                    <CopyLink path=move |()| url_state::with_query(&router::path_now(), &router::query_now()) />
                </div>
            </div>
            <div class="board-tools">
                {chooser(0, "A")} {chooser(1, "B")}
                <UnitSwitch chosen=by choose=move |unit| change(&|compared| compared.by = unit) />
            </div>
            {live(move || common.good().filter(|common| common.is_known).map(in_common))}
            {live(body)}
            <p class="board-tools">
                <span class="board-tools__name">"For a paper"</span>
                {[("svg", "SVG"), ("latex", "LaTeX"), ("markdown", "Markdown")]
                    .map(|(form, words)| {
                        let address = move || at(&format!("{}/compare/figure?as={form}&{}", paths::API, query.get()));
                        view! {
                            <a class="button button--small" href=address download="">
                                {words}
                            </a>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </p>
        </article>
        <Footer json=paths::recipes() />
    }
}

/// How much both have in common, of what is here.
fn in_common(common: Common) -> AnyView {
    let line = |name: &'static str, of: fn(Distinct) -> u64| {
        let [a, b, both] = [common.a, common.b, common.both].map(of);
        let share = |whole: u64| {
            if whole == 0 { "none".to_owned() } else { format::percent(both as f64 / whole as f64) }
        };
        view! {
            <li data-common=name>
                <b>{format::count(both)}</b>
                {format!(
                    " different {name} are in both: {} of the {} in A, {} of the {} in B",
                    share(a),
                    format::count(a),
                    share(b),
                    format::count(b),
                )}
            </li>
        }
        .into_any()
    };
    view! {
        <ul class="compare__common" data-testid="common" aria-label="In common, of what is here">
            {line("samples", |of| of.samples)}
            {line("pictures", |of| of.pictures)}
            <li class="muted">"Of what is here; of mixture files and stages all samples of their datasets count, whatever part is taken."</li>
        </ul>
    }
    .into_any()
}

/// A choice of a stage, or of a search.
#[component]
fn Chooser(
    label: &'static str,
    said: Memo<String>,
    recipes: Answer<Recipes>,
    #[prop(into)] set: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let recipes = recipes.good().map(|recipes| recipes.items).unwrap_or_default();
        let chosen = said.get();
        let option = |value: String, words: String| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{words}</option> }
        };
        let is_search = chosen.starts_with('?');
        let mut options = vec![option("?".to_owned(), "everything here".to_owned())];
        if is_search && chosen != "?" {
            options.push(option(chosen.clone(), "a search".to_owned()));
        }
        for recipe in recipes {
            for (number, stage) in (1..).zip(&recipe.stages) {
                options.push(option(
                    format!("{}/{number}", recipe.slug),
                    format!("{} {number} · {}", recipe.title, stage.title),
                ));
            }
        }
        options.collect_view()
    };
    let typed = move || {
        said.get()
            .strip_prefix("?q=")
            .map(|query| url_state::pairs(&format!("q={query}")))
            .and_then(|pairs| pairs.first().map(|(_, q)| q.clone()))
            .unwrap_or_default()
    };
    view! {
        <label class="board-field">
            {label}
            <select class="select" on:change=move |event| set.run(event_target_value(&event))>
                {live(options)}
            </select>
        </label>
        <label class="board-field">
            "or search"
            <input
                type="text"
                prop:value=typed
                on:change=move |event| {
                    let query = event_target_value(&event);
                    let query = query.trim();
                    set.run(if query.is_empty() { "?".to_owned() } else { format!("?q={}", paths::escape(query)) });
                }
            />
        </label>
    }
}

/// Both bars, and a row for each dataset, the largest change first.
fn both(a: &Side, b: &Side, by: Unit) -> AnyView {
    let bar = |side: &Side, class: &'static str, label: &'static str| {
        let pieces = side
            .facts
            .iter()
            .map(|facts| Piece { dataset: facts.dataset.clone(), title: facts.title.clone(), here: 0.0 })
            .collect::<Vec<_>>();
        let shares = side.reckoned.shares(by);
        let share = Callback::new(move |number: usize| shares.get(number).map_or(0.0, |share| share.0));
        let is_estimate = side.reckoned.is_estimate(by);
        let total = format::amount(side.reckoned.total(by).0, is_estimate);
        view! {
            <p class="compare__side" dir="auto">
                <b>{label}</b>
                {format!(" {} · {total} {}", side.title, by.title())}
            </p>
            <Stacked label pieces share is_estimate is_labelled=true class />
        }
    };
    let estimates = [a, b].map(|side| side.reckoned.is_estimate(by));
    let row = |(slug, title): (String, String)| {
        let (before, after) = (a.amount(&slug, by), b.amount(&slug, by));
        let points = (after.1 - before.1) * 100.0;
        let sign = if points > 0.0 { "▲" } else { "▼" };
        let words = if points.abs() < 0.05 {
            "0.0".to_owned()
        } else {
            format!("{sign} {}", format::decimal(points.abs(), 1))
        };
        let is_same = before.0 > 0.0 && (before.0 - after.0).abs() < 0.5;
        let cell = |(amount, share): (f64, f64), is_estimate: bool| {
            let words = if amount > 0.0 { format::amount(amount, is_estimate) } else { "–".to_owned() };
            view! {
                <td class="board-row__numbers">
                    <span class="muted">{words}</span>
                    <b>{(amount > 0.0).then(|| format::share(share, is_estimate))}</b>
                </td>
            }
        };
        let swatch = blend::swatch(&slug);
        let width = |share: f64| format::decimal(share * 100.0, 2) + "%";
        view! {
            <tr data-testid="compared">
                <th scope="row">
                    <span class="part__title" dir="auto">
                        <span class=format!("swatch {swatch}") aria-hidden="true"></span>
                        <a href=at(&paths::dataset_page(&slug))>{title}</a>
                    </span>
                    {is_same.then(|| view! { <span class="part__details">"the same in both"</span> })}
                </th>
                {cell(before, estimates[0])}
                <td>
                    <span class="pair">
                        <span class=format!("pair__bar pair__bar--before {swatch}") style:width=width(before.1)></span>
                        <span class=format!("pair__bar {swatch}") style:width=width(after.1)></span>
                    </span>
                </td>
                {cell(after, estimates[1])}
                <td class="board-row__change">{words}</td>
            </tr>
        }
        .into_any()
    };
    let rows = sides::datasets(a, b, by).into_iter().map(row).collect_view();
    view! {
        <div class="compare__bars">{bar(a, "stacked--paper", "A")} {bar(b, "", "B")}</div>
        <table class="board-parts">
            <thead>
                <tr>
                    <th scope="col">"dataset"</th>
                    <th scope="col">"A"</th>
                    <th scope="col">{format!("share by {}, 0 to 100 %", by.title())}</th>
                    <th scope="col">"B"</th>
                    <th scope="col">"change, points"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

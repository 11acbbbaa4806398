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
use blendscope_blend::board::reckon::{Reckoned, reckon};
use blendscope_blend::board::stages::facts_of;
use blendscope_blend::board::{Board, BoardPart, Unit};
use blendscope_shared::{
    account::AccountAnswer,
    board::PartFacts,
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

/// One of the two, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    title: String,
    facts: Vec<PartFacts>,
    reckoned: Reckoned,
}

impl Side {
    fn of(title: String, facts: Vec<PartFacts>) -> Self {
        let parts = vec![BoardPart::all(""); facts.len()];
        let reckoned = reckon(&Board { parts, ..Board::default() }, &facts);
        Self { title, facts, reckoned }
    }

    /// How much of a dataset is in it, and its share.
    fn amount(&self, dataset: &str, by: Unit) -> (f64, f64) {
        let shares = self.reckoned.shares(by);
        let own = self.facts.iter().zip(&self.reckoned.parts).zip(shares);
        let own = own.filter(|((facts, _), _)| facts.dataset == dataset);
        own.fold((0.0, 0.0), |(amount, share), ((_, part), shares)| {
            (amount + part.amount(by).unwrap_or(0.0), share + shares.0)
        })
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
            let fact = |of: blendscope_shared::account::DatasetAccount| PartFacts {
                title: of.title,
                dataset: of.dataset,
                is_found: true,
                account: of.account,
                ..PartFacts::default()
            };
            let words =
                url_state::pairs(query).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(", ");
            let title =
                if query.is_empty() { "everything here".to_owned() } else { format!("“{words}”") };
            return Some(Ok(Side::of(title, answer.datasets.into_iter().map(fact).collect())));
        }
        let recipe = match self.recipe.get()? {
            Ok(recipe) => recipe,
            Err(error) => return Some(Err(error.to_string())),
        };
        let number = said.split_once('/').and_then(|(_, number)| number.parse::<usize>().ok()).unwrap_or(1);
        let Some(stage) = recipe.stages.get(number.saturating_sub(1)) else {
            return Some(Err(format!("{} has no stage {number}", recipe.title)));
        };
        let title = format!("{}, {}", recipe.title, stage.title);
        Some(Ok(Side::of(title, stage.parts.iter().map(facts_of).collect())))
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
            {live(body)}
        </article>
        <Footer json=paths::recipes() />
    }
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
    let mut datasets: Vec<(String, String)> = Vec::new();
    for facts in a.facts.iter().chain(&b.facts) {
        if datasets.iter().all(|(slug, _)| *slug != facts.dataset) {
            datasets.push((facts.dataset.clone(), facts.title.clone()));
        }
    }
    datasets.retain(|(slug, _)| a.amount(slug, by).0 + b.amount(slug, by).0 > 0.0);
    #[expect(clippy::cast_sign_loss, reason = "it is the absolute value")]
    let sorted = blend::largest_first(datasets, |(slug, _)| {
        ((b.amount(slug, by).1 - a.amount(slug, by).1).abs() * 1e9) as u64
    });
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
    let rows = sorted.into_iter().map(row).collect_view();
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

//! One recipe as a table: datasets as rows, stages as columns, in the unit that is chosen.

mod rows;

use crate::{
    address::at,
    api::Answer,
    components::{CopyLink, ErrorNotice, Footer, PageHeading, Piece, Skeleton, Stacked, UnitSwitch},
    format,
    library::Library,
    live::{live, memo},
    recipe,
    router::{self, Entry, Router},
    url_state,
};
use blendscope_blend::board::Unit;
use blendscope_blend::board::stages::{Column, Stages};
use blendscope_shared::{
    account::{Overlap, PICTURE_TOKENS},
    paths,
    recipe::Recipe,
};
use leptos::prelude::*;
use rows::{account_rows, language_rows, part_rows};

/// So many notes about a mixture stand open.
const NOTES: usize = 3;

/// How a recipe is shown, out of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    /// What shares are of.
    by: Unit,
    /// Whether of what is here, and not of what documents say.
    is_here: bool,
    /// Samples of a step.
    batch: u64,
    /// Tokens of an image.
    picture: u64,
}

impl Shown {
    fn of(query: &str) -> Self {
        let pairs = url_state::pairs(query);
        let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        let number = |name: &str| value(name).and_then(|value| value.parse().ok());
        Self {
            by: value("by").and_then(Unit::from_name).unwrap_or_default(),
            is_here: value("of") == Some("here"),
            batch: number("batch").filter(|batch| *batch > 0).unwrap_or(256),
            picture: number("picture").unwrap_or(PICTURE_TOKENS[2]),
        }
    }

    fn address(self, slug: &str) -> String {
        let usual = Self::of("");
        let mut query = Vec::new();
        if self.by != usual.by {
            query.push(format!("by={}", self.by.name()));
        }
        if self.is_here {
            query.push("of=here".to_owned());
        }
        if self.batch != usual.batch {
            query.push(format!("batch={}", self.batch));
        }
        if self.picture != usual.picture {
            query.push(format!("picture={}", self.picture));
        }
        url_state::with_query(&paths::recipe_page(slug), &query.join("&"))
    }
}

/// `/recipes/{slug}`
#[component]
pub(crate) fn RecipePage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let slug = Signal::derive(move || router.named.get().0);
    let answer = Answer::<Recipe>::at(move || {
        library.refreshes.track();
        Some(paths::recipe(&slug.get()))
    });
    let title = Signal::derive(move || {
        let title = answer.with(|answer| Some(answer?.as_ref().ok()?.title.clone()));
        title.unwrap_or_else(|| slug.get())
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=3 class="skeleton--card" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(recipe)) => view! { <Sheet recipe /> }.into_any(),
    };
    let compare = move || at(&format!("/compare?a={}/1", paths::escape(&slug.get())));
    view! {
        <article class="page page--wide" data-testid="recipe">
            <div class="page__head">
                <PageHeading title>{live(move || title.get())}</PageHeading>
                <div class="page__tools">
                    <a class="button" href=at("/recipes")>
                        "All recipes"
                    </a>
                    <a class="button" href=compare>
                        "Compare"
                    </a>
                    <CopyLink path=move |()| {
                        url_state::with_query(&router::path_now(), &router::query_now())
                    } />
                </div>
            </div>
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || paths::recipe(&slug.get())) />
    }
}

#[component]
fn Sheet(recipe: Recipe) -> impl IntoView {
    if let (Some(path), true) = (&recipe.file, recipe.broken.is_some()) {
        return of_file(path, &recipe);
    }
    let router = Router::here();
    let is_mixture = recipe.file.is_some();
    let shown = memo(move || {
        let shown = Shown::of(&router.query.get());
        // Of a mixture nothing is documented: what is taken of what is here is all there is.
        Shown { is_here: shown.is_here || is_mixture, ..shown }
    });
    let slug = StoredValue::new(recipe.slug.clone());
    let change = move |change: &dyn Fn(&mut Shown)| {
        let mut shown = shown.get_untracked();
        change(&mut shown);
        router.go(&shown.address(&slug.get_value()), Entry::Replace);
    };
    let by = memo(move || shown.get().by);
    let overlap = Answer::<Overlap>::at(move || Some(paths::overlap(&slug.get_value())));
    let document = recipe.document.clone().map(|url| {
        let words = url.trim_start_matches("https://").to_owned();
        view! {
            <p class="page__lead">
                "As stated in "
                <a href=url target="_blank" rel="noreferrer">
                    {words}
                </a>
            </p>
        }
    });
    let note = recipe.note.clone().map(|note| view! { <p class="page__lead" dir="auto">{note}</p> });
    let file = recipe.file.clone().map(|path| of_file(&path, &recipe));
    let recipe = StoredValue::new(recipe);
    let table = memo(move || {
        let shown = shown.get();
        recipe.with_value(|recipe| Stages::of(recipe, shown.is_here, shown.picture))
    });
    let basis = |is_here: bool, words: &'static str, hint: &'static str| {
        view! {
            <button
                type="button"
                title=hint
                aria-pressed=move || (shown.get().is_here == is_here).to_string()
                on:click=move |_| change(&|shown| shown.is_here = is_here)
            >
                {words}
            </button>
        }
    };
    let figure = move |form: &'static str| {
        let address = move || {
            let shown = shown.get();
            let of = if shown.is_here { "&of=here" } else { "" };
            at(&format!("{}/figure?as={form}&by={}{of}", paths::recipe(&slug.get_value()), shown.by.name()))
        };
        let words = match form {
            "svg" => "SVG",
            "latex" => "LaTeX",
            _ => "Markdown",
        };
        view! {
            <a class="button button--small" href=address download="">
                {words}
            </a>
        }
    };
    let batch = Callback::new(move |batch: u64| change(&|shown| shown.batch = batch));
    let body = move || {
        let (table, shown, overlap) = (table.get(), shown.get(), overlap.good());
        view! {
            {language_rows(&table, shown)}
            {part_rows(&table, shown)}
            {account_rows(&slug.get_value(), &table, shown, overlap.as_ref(), batch)}
        }
    };
    let basis = (!is_mixture).then(|| {
        view! {
            <span class="board-tools__name">"Reckon with"</span>
            <div class="segments" role="group" aria-label="Reckon with">
                {basis(false, "documented counts", "Counts as documents say them; other units are counts times the mean of the samples here")}
                {basis(true, "what is here", "Only the samples under this root")}
            </div>
        }
    });
    view! {
        {document}
        {file}
        {note}
        <div class="board-tools" data-testid="shown">
            <span class="board-tools__name">"Share by"</span>
            <UnitSwitch chosen=by choose=move |unit| change(&|shown| shown.by = unit) />
            {basis}
            <span class="board-tools__name">"For a paper"</span>
            {["svg", "latex", "markdown"].map(figure).into_iter().collect_view()}
        </div>
        <table class="board-table" data-testid="stages">
            <thead>
                <tr>
                    <th scope="col" class="board-table__legend">
                        {(!is_mixture).then(|| view! { <span class="legend legend--paper">"documented"</span> })}
                        <span class="legend legend--here">{if is_mixture { "taken of what is here" } else { "of it here" }}</span>
                    </th>
                    {live(move || {
                        let (table, shown) = (table.get(), shown.get());
                        let slug = slug.get_value();
                        (1_u32..).zip(table.columns).map(|(number, column)| head(&slug, number, column, shown)).collect_view()
                    })}
                </tr>
            </thead>
            {live(body)}
        </table>
    }
    .into_any()
}

/// What is said of a mixture file: where it lies, what is wrong with it, what its trainer does silently.
fn of_file(path: &str, recipe: &Recipe) -> AnyView {
    let format = recipe.format.clone().unwrap_or_default();
    let broken = recipe.broken.clone().map(|why| {
        view! {
            <p class="notice bad" role="status" dir="auto" data-testid="broken">
                {format!("This mixture cannot be used: {why}")}
            </p>
        }
    });
    let notes = (!recipe.notes.is_empty()).then(|| {
        let note = |note: &String| view! { <li dir="auto">{note.clone()}</li> };
        let count = format::counted(recipe.notes.len() as u64, "thing", "things");
        view! {
            <details class="mixture__more" open=recipe.notes.len() <= NOTES data-testid="notes">
                <summary>{format!("{count} to know about it")}</summary>
                <ul class="mixture__notes">{recipe.notes.iter().map(note).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <p class="page__lead">
            "A mixture file under the root, " <code dir="auto">{path.to_owned()}</code> ", as "
            {format} " reads it: numbers are what the trainer takes of the files that are here."
        </p>
        {broken}
        {notes}
    }
    .into_any()
}

/// The head of a stage: its name, how much it is, its bar, and the way to change it.
fn head(slug: &str, number: u32, column: Column, shown: Shown) -> AnyView {
    let Column { stage, reckoned, board, .. } = column;
    let page = recipe::stage_page(slug, number, &stage);
    let estimate = reckoned.is_estimate(shown.by);
    let total = reckoned.total(shown.by).0;
    let words = if shown.by == Unit::Samples {
        let more = if reckoned.is_known(Unit::Samples) { "" } else { "more than " };
        let here = recipe::counted(stage.found, &stage.unit);
        let is_here = shown.is_here && !stage.is_mixture();
        if is_here { here } else { format!("{more}{}", recipe::counted(reckoned.samples().0, &stage.unit)) }
    } else {
        let more = if reckoned.is_known(shown.by) { "" } else { "> " };
        format!("{more}{} {}", format::amount(total, estimate), shown.by.title())
    };
    // In samples the total is the documented number already.
    let is_said = stage.is_mixture() && stage.total.is_none() && shown.by == Unit::Samples;
    let is_other = !is_said && (shown.is_here || shown.by != Unit::Samples || !stage.documented_is_whole);
    let documented = is_other.then(|| recipe::documented(&stage));
    let pieces: Vec<Piece> = stage
        .parts
        .iter()
        .map(|part| Piece {
            dataset: part.dataset.clone(),
            title: part.title.clone(),
            here: if shown.is_here { 1.0 } else { recipe::here(part) },
        })
        .collect();
    let shares = reckoned.shares(shown.by);
    let share = Callback::new(move |number: usize| shares.get(number).map_or(0.0, |share| share.0));
    let class = if shown.is_here { "" } else { "stacked--paper" };
    view! {
        <th scope="col" class="stage" data-testid="stage">
            <h2 dir="auto">
                <span class="stage__number">{number.to_string()}</span>
                {stage.title}
            </h2>
            <p class="stage__totals">
                <strong>{words}</strong>
                {documented.map(|words| view! { <span class="muted">{words}</span> })}
                <a href=page.as_deref().map(at)>{recipe::counted(stage.found, &stage.unit)}" here"</a>
            </p>
            <Stacked label="What the stage consists of" pieces share is_estimate=estimate is_labelled=true class />
            {stage.note.map(|note| view! { <p class="stage__note" dir="auto">{note}</p> })}
            <a class="button button--small" href=at(&paths::board_page(&board))>
                "What if …"
            </a>
        </th>
    }
    .into_any()
}

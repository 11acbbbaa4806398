//! One recipe: its stages side by side, and what each consists of.

use crate::{
    address::at,
    api::Answer,
    components::{CopyLink, ErrorNotice, Footer, PageHeading, RecipePart, Skeleton, StageBars},
    library::Library,
    live::live,
    recipe,
    router::Router,
};
use blendscope_shared::{
    paths,
    recipe::{Recipe, Stage},
};
use leptos::prelude::*;

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
        Some(Ok(recipe)) => view! { <Stages recipe /> }.into_any(),
    };
    view! {
        <article class="page page--wide" data-testid="recipe">
            <div class="page__head">
                <PageHeading title>{live(move || title.get())}</PageHeading>
                <div class="page__tools">
                    <a class="button" href=at("/recipes")>
                        "All recipes"
                    </a>
                    <CopyLink path=move |()| paths::recipe_page(&slug.get_untracked()) />
                </div>
            </div>
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || paths::recipe(&slug.get())) />
    }
}

#[component]
fn Stages(recipe: Recipe) -> impl IntoView {
    let document = recipe.document.map(|url| {
        let words = url.clone();
        view! {
            <p class="page__lead">
                "As stated in "
                <a href=url target="_blank" rel="noreferrer">
                    {words}
                </a>
            </p>
        }
    });
    let note = recipe.note.map(|note| view! { <p class="page__lead" dir="auto">{note}</p> });
    let slug = recipe.slug;
    let stages = (1..).zip(recipe.stages).map(|(number, stage)| column(&slug, number, stage)).collect_view();
    view! {
        {document}
        {note}
        <ol class="stages">{stages}</ol>
    }
}

/// A stage as a column: its bars, and a row per part.
fn column(slug: &str, number: u32, stage: Stage) -> AnyView {
    let documented = recipe::documented(&stage);
    let page = recipe::stage_page(slug, number, &stage);
    let samples = recipe::samples(&stage.unit, stage.samples);
    let parts = stage.parts.clone().into_iter().map(|part| view! { <RecipePart part /> }).collect_view();
    view! {
        <li class="stage" data-testid="stage">
            <h2 dir="auto">
                <span class="stage__number">{number.to_string()}</span>
                {stage.title.clone()}
            </h2>
            <p class="stage__totals">
                <a href=page.as_deref().map(at)>
                    <strong>{recipe::counted(stage.found, &stage.unit)}</strong>
                    " found"
                </a>
                {samples.map(|words| view! { <a href=page.as_deref().map(at)>{words}</a> })}
                <span class="muted">{documented}</span>
            </p>
            {stage.note.clone().map(|note| view! { <p class="part__note" dir="auto">{note}</p> })}
            <StageBars stage />
            <ul class="parts">{parts}</ul>
        </li>
    }
    .into_any()
}

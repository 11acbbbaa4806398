//! Every recipe, mixture files under the root and those of the catalog, and how much of each is under the root.

use crate::{
    address::at,
    api::Answer,
    components::{CopyLink, ErrorNotice, Footer, PageHeading, Skeleton, StageBar},
    library::Library,
    live::live,
    recipe,
};
use blendscope_shared::{
    paths,
    recipe::{Recipe, Recipes, Stage},
};
use leptos::prelude::*;

/// `/recipes`
#[component]
pub(crate) fn RecipesPage() -> impl IntoView {
    let library = Library::here();
    let answer = Answer::<Recipes>::at(move || {
        library.refreshes.track();
        Some(paths::recipes())
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=3 class="skeleton--card" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(recipes)) if recipes.items.is_empty() => {
            view! { <p class="notice">"The catalog knows no recipe."</p> }.into_any()
        }
        Some(Ok(recipes)) => {
            let cards = recipes.items.into_iter().map(|recipe| view! { <Card recipe /> }).collect_view();
            view! { <ul class="recipes">{cards}</ul> }.into_any()
        }
    };
    view! {
        <article class="page">
            <div class="page__head">
                <PageHeading title=Signal::stored("Recipes".to_owned())>"Recipes"</PageHeading>
                <div class="page__tools">
                    <CopyLink path=|()| "/recipes".to_owned() />
                </div>
            </div>
            <p class="page__lead">
                "What projects train their models on, stage by stage, as their documents state it, and how much of it is here. Mixture files that lie under the root come first."
            </p>
            {live(content)}
        </article>
        <Footer json=paths::recipes() />
    }
}

#[component]
fn Card(recipe: Recipe) -> impl IntoView {
    let slug = recipe.slug.clone();
    let file = recipe.format.map(|format| view! { <p class="recipe-card__file muted">{format!("mixture file under the root, as {format} reads it")}</p> });
    let broken = recipe.broken.map(
        |why| view! { <p class="bad" dir="auto" data-testid="broken">{format!("Cannot be used: {why}")}</p> },
    );
    let stages = (1..).zip(recipe.stages).map(|(number, stage)| line(&slug, number, stage)).collect_view();
    view! {
        <li class="recipe-card" data-testid="recipe">
            <h2>
                <a href=at(&paths::recipe_page(&recipe.slug))>{recipe.title}</a>
            </h2>
            {file}
            {broken}
            <ol class="recipe-card__stages">{stages}</ol>
        </li>
    }
}

/// A stage in one line, and its bar.
fn line(slug: &str, number: u32, stage: Stage) -> AnyView {
    let (name, pieces) = match recipe::as_documented(&stage) {
        Some(pieces) => ("documented", pieces),
        None => ("found", recipe::as_found(&stage)),
    };
    let page = recipe::stage_page(slug, number, &stage);
    let documented = recipe::documented(&stage);
    view! {
        <li>
            <p class="recipe-card__stage">
                <span class="recipe-card__name" dir="auto">
                    {format!("{number} · {}", stage.title)}
                </span>
                <span>
                    <a href=page.as_deref().map(at)>{recipe::counted(stage.found, &stage.unit)}</a>
                    <span class="muted">{format!(" found, {documented}")}</span>
                </span>
            </p>
            <StageBar name parts=stage.parts pieces />
        </li>
    }
    .into_any()
}

//! The recipes of which something is here, stage by stage as small bars: pale what the document says, solid what of it
//! is here.

use crate::{address::at, api::Answer, blend, format, library::Library, live::live, recipe};
use blendscope_shared::{
    paths,
    recipe::{Recipe, Recipes, Stage},
};
use leptos::prelude::*;

/// Recipes that are shown.
const SHOWN: usize = 4;

#[component]
pub(super) fn Plans() -> impl IntoView {
    let library = Library::here();
    let answer = Answer::<Recipes>::at(move || {
        library.refreshes.track();
        Some(paths::recipes())
    });
    let content = move || {
        let recipes = answer.good()?.items;
        let total = recipes.len();
        let found = recipes.into_iter().filter(|recipe| recipe.stages.iter().any(|stage| stage.samples > 0));
        let plans: Vec<_> = found.take(SHOWN).map(plan).collect();
        let has_plans = !plans.is_empty();
        let none = (!has_plans).then(
            || view! { <p class="muted">"Nothing here is a part of a recipe that the catalog knows."</p> },
        );
        Some(view! {
            <h2 id="plans">
                "Recipes"
                <a class="home__all" href=at("/recipes")>{format!("all {total}, with shares")}</a>
            </h2>
            {none}
            <ul class="plans">{plans}</ul>
            {has_plans.then(|| view! { <p class="muted home__key">"Pale: what the document says. Solid: of it here."</p> })}
        })
    };
    view! {
        <section class="home__plans" aria-label="Recipes">{live(content)}</section>
    }
}

fn plan(plan: Recipe) -> AnyView {
    let parts = || plan.stages.iter().flat_map(|stage| &stage.parts);
    let here =
        format!("{} of {} parts here", parts().filter(|part| part.samples > 0).count(), parts().count());
    let slug = plan.slug.clone();
    let stages: Vec<_> =
        (1..).zip(&plan.stages).map(|(number, stage)| stage_line(&slug, number, stage)).collect();
    view! {
        <li class="plan" data-testid="plan">
            <div>
                <a class="plan__name" href=at(&paths::recipe_page(&plan.slug))>{plan.title}</a>
                <p class="muted">{here}</p>
            </div>
            <ol>{stages}</ol>
        </li>
    }
    .into_any()
}

fn stage_line(slug: &str, number: u32, stage: &Stage) -> AnyView {
    let pieces: Vec<_> = stage
        .parts
        .iter()
        .map(|part| {
            // A part without a number in the document is a stub.
            let documented = part.documented.unwrap_or(0);
            let here = part.found as f64 / documented.max(1) as f64;
            let here = if documented == 0 { f64::from(u8::from(part.found > 0)) } else { here.min(1.0) };
            let swatch = blend::swatch(&part.dataset);
            let class = format!("plan__piece {swatch}");
            let width = format::decimal(here * 100.0, 2) + "%";
            view! {
                <span class=class style:flex-grow=documented.to_string() title=part.title.clone()>
                    {(here > 0.0).then(|| view! { <span class=swatch style:width=width></span> })}
                </span>
            }
            .into_any()
        })
        .collect();
    let words = match stage.documented {
        0 => recipe::counted(stage.found, &stage.unit),
        documented => format!("{} {}", format::compact(documented), stage.unit),
    };
    let label = format!("{}: {}, {} here", stage.title, words, recipe::counted(stage.found, &stage.unit));
    let page = recipe::stage_page(slug, number, stage);
    view! {
        <li>
            <a class="plan__stage" href=page.as_deref().map(at) title=label>
                <span class="off-screen">{format!("{}: ", stage.title)}</span>
                <span class="plan__bar">{pieces}</span>
                <span class="num muted">{words}</span>
            </a>
        </li>
    }
    .into_any()
}

//! In which stages of which recipes a picture stands, and with how many samples.

use super::samples_with;
use crate::{
    address::at,
    api::{self, Answer, Facets},
    format,
    library::Library,
    live::live,
};
use blendscope_shared::{
    paths,
    search::{FacetValue, SearchParams},
};
use leptos::prelude::*;

/// The facet of stages.
const STAGE: &str = "stage";

/// The stages in which a sample with this picture is, each a link to exactly these samples; nothing until that is known.
#[component]
pub(super) fn InStages(
    /// Key of the picture.
    key: String,
) -> impl IntoView {
    let library = Library::here();
    let params = StoredValue::new(samples_with(&key));
    let facets = Answer::<Facets>::read_by(
        move || {
            library.refreshes.track();
            Some(params.with_value(paths::facets))
        },
        api::facets,
    );
    let line = move |stage: FacetValue| {
        let recipe = stage.value.split('/').next().unwrap_or_default();
        let recipe_page = at(&paths::recipe_page(recipe));
        let samples = SearchParams { stage: vec![stage.value.clone()], ..params.get_value() };
        view! {
            <li>
                <a href=recipe_page>{stage.title.unwrap_or(stage.value)}</a>
                <a class="num" href=at(&paths::search_page(&samples))>
                    {format::counted(stage.count, "sample", "samples")}
                </a>
            </li>
        }
        .into_any()
    };
    let list = move || {
        let facets = facets.good()?;
        let values = facets.get(STAGE).map(|facet| facet.values.clone()).unwrap_or_default();
        let stages: Vec<_> = values.into_iter().filter(|stage| stage.count > 0).map(line).collect();
        let content = if stages.is_empty() {
            view! { <p class="muted">"In no stage of a recipe."</p> }.into_any()
        } else {
            view! { <ul class="in-stages">{stages}</ul> }.into_any()
        };
        Some(view! {
            <section aria-labelledby="stages" data-testid="stages">
                <h2 id="stages">"In recipes"</h2>
                {content}
            </section>
        })
    };
    live(list)
}

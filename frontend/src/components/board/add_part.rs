//! Adding a part to a board: a dataset, or any search.

use super::BoardState;
use crate::{library::Library, live::live};
use blendscope_blend::board::BoardPart;
use blendscope_shared::search::SearchParams;
use leptos::prelude::*;

/// A form that adds a part.
#[component]
pub(crate) fn AddPart(
    /// The board.
    state: BoardState,
) -> impl IntoView {
    let library = Library::here();
    let (dataset, query) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let options = move || {
        let datasets = library.datasets.good().map(|datasets| datasets.items).unwrap_or_default();
        let option = |slug: String, title: String| view! { <option value=slug>{title}</option> };
        datasets.into_iter().map(|dataset| option(dataset.slug, dataset.title)).collect_view()
    };
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let params = SearchParams {
            q: query.get_untracked().trim().to_owned(),
            dataset: Some(dataset.get_untracked()).filter(|slug| !slug.is_empty()).into_iter().collect(),
            ..SearchParams::default()
        };
        if params != SearchParams::default() {
            let part = BoardPart { is_added: true, ..BoardPart::all(params.to_query()) };
            state.change(|board| board.parts.push(part));
            query.set(String::new());
        }
    };
    view! {
        <form class="add-part" on:submit=add data-testid="add-part">
            <label class="board-field">
                "Add"
                <select class="select" prop:value=dataset on:change=move |event| dataset.set(event_target_value(&event))>
                    <option value="">"all datasets"</option>
                    {live(options)}
                </select>
            </label>
            <label class="board-field add-part__query">
                "of it what matches"
                <input
                    type="text"
                    placeholder="everything, or a search such as words_gpt:>100 source:coco"
                    prop:value=query
                    on:input=move |event| query.set(event_target_value(&event))
                />
            </label>
            <button class="button" type="submit">
                "Add part"
            </button>
        </form>
    }
}

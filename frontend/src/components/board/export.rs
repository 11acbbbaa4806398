//! Taking a board along: in the words of a trainer, as files of samples, as a figure.

use super::BoardState;
use crate::{
    address::at,
    api::Answer,
    components::CopyButton,
    live::{live, memo},
};
use blendscope_blend::format::Format;
use blendscope_shared::{board::MixtureFile, paths};
use leptos::prelude::*;

/// What each trainer is called.
fn title(format: Format) -> &'static str {
    match format {
        Format::LlavaNext => "LLaVA-NeXT and OneVision YAML",
        Format::Vila => "VILA mixtures.yaml",
        Format::VilaString => "VILA --data_mixture",
        Format::Vila15 => "VILA 1.5 and llm-jp --data_mixture",
        Format::ConvLlava => "ConvLLaVA --dataset",
        Format::InternVl => "InternVL meta JSON",
        Format::XComposer => "XComposer data.txt, thousands",
        Format::XComposerRatio => "XComposer data.txt, ratios",
        Format::Qwen => "Qwen-VL dataset_use",
        Format::Energon => "Megatron-Energon metadataset",
        Format::LlamaFactory => "LLaMA-Factory YAML",
        Format::Blendscope => "Blendscope TOML",
    }
}

/// A panel with everything that can be made of a board.
#[component]
pub(crate) fn BoardExport(
    /// The board.
    state: BoardState,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Format>);
    let query = memo(move || state.query());
    let mixture = Answer::<MixtureFile>::at(move || {
        let format = chosen.get()?;
        Some(format!("{}&to={}", paths::board("mixture", &query.get()), format.name()))
    });
    let text = Signal::derive(move || mixture.good().map(|mixture| mixture.text).unwrap_or_default());
    let said = move || {
        chosen.get()?;
        Some(match mixture.get()? {
            Err(error) => {
                view! { <p class="bad" role="status" dir="auto">{error.to_string()}</p> }.into_any()
            }
            Ok(mixture) => {
                let note = |note: String| view! { <li dir="auto">{note}</li> };
                view! {
                    <pre class="mixture" tabindex="0" data-testid="mixture">{mixture.text}</pre>
                    <CopyButton label="Copy" text />
                    <ul class="mixture__notes">{mixture.notes.into_iter().map(note).collect_view()}</ul>
                }
                .into_any()
            }
        })
    };
    let option = |format: Format| view! { <option value=format.name()>{title(format)}</option> };
    let link = move |made: &'static str, more: &'static str, words: &'static str, about: &'static str| {
        let address = move || at(&format!("{}{more}", paths::board(made, &query.get())));
        view! {
            <li>
                <a href=address download="">
                    {words}
                </a>
                <span class="muted">{about}</span>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-label="Take it along" data-testid="board-export">
            <h2>"Take it along"</h2>
            <label class="board-field">
                "For"
                <select class="select" on:change=move |event| chosen.set(Format::from_name(&event_target_value(&event)))>
                    <option value="">"a trainer …"</option>
                    {Format::ALL.map(option).into_iter().collect_view()}
                </select>
            </label>
            {live(said)}
            <ul class="download">
                {link("samples", "", "Samples", "of what is here, the records as they stand, as JSON lines")}
                {link("samples", "&what=manifest", "Manifest", "file, record, key and hash of each")}
                {link("figure", "&as=svg", "Figure", "SVG, 178 mm")}
                {link("figure", "&as=latex", "LaTeX", "table")}
                {link("figure", "&as=markdown", "Markdown", "table")}
            </ul>
        </section>
    }
}

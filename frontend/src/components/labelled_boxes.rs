//! Boxes out of box files, drawn on a sample's first picture.

use crate::{boxes, format};
use blendscope_shared::sample::{LabelledBox, SampleView};
use leptos::prelude::*;

/// More boxes than this would hide the picture; they are drawn on demand.
const DRAWN_AT_ONCE: usize = 12;

/// The boxes of the sample in view, and whether they are drawn. Provided by the page of a sample.
#[derive(Clone, Copy)]
pub(crate) struct DrawnBoxes {
    boxes: RwSignal<Vec<LabelledBox>>,
    /// Key of the picture they are on.
    picture: RwSignal<String>,
    is_drawn: RwSignal<bool>,
}

impl DrawnBoxes {
    /// None yet; put into the context.
    pub(crate) fn provide() -> Self {
        let drawn = Self {
            boxes: RwSignal::new(Vec::new()),
            picture: RwSignal::new(String::new()),
            is_drawn: RwSignal::new(false),
        };
        provide_context(drawn);
        drawn
    }

    /// Takes over the boxes of another sample.
    pub(crate) fn follow(self, sample: &SampleView) {
        let picture = sample.images.first().map(|image| image.key.clone());
        self.is_drawn.set(sample.boxes.len() <= DRAWN_AT_ONCE);
        self.picture.set(picture.unwrap_or_default());
        self.boxes.set(sample.boxes.clone());
    }

    /// Draws them, or takes them away.
    pub(crate) fn toggle(self) {
        self.is_drawn.update(|is_drawn| *is_drawn = !*is_drawn);
    }

    fn of(self, picture: &str) -> Vec<LabelledBox> {
        let is_on_it = self.is_drawn.get() && self.picture.with(|key| key == picture);
        if is_on_it { self.boxes.get() } else { Vec::new() }
    }
}

/// The button that draws the boxes; nothing where there are none.
#[component]
pub(crate) fn BoxesToggle() -> impl IntoView {
    let drawn = use_context::<DrawnBoxes>();
    move || {
        let drawn = drawn.filter(|drawn| drawn.boxes.with(|boxes| !boxes.is_empty()))?;
        Some(
            view! {
                <button
                    class="button button--small"
                    type="button"
                    title="Boxes of the box file, on the first picture (b)"
                    data-testid="boxes"
                    aria-pressed=move || drawn.is_drawn.get().to_string()
                    on:click=move |_| drawn.toggle()
                >
                    "Boxes"
                    <span class="tag__count">{drawn.boxes.with(Vec::len).to_string()}</span>
                </button>
            }
            .into_any(),
        )
    }
}

/// The boxes over a picture of this size, if it is the one they are on.
#[component]
pub(super) fn LabelledBoxes(
    /// Key of the picture.
    picture: String,
    /// Its width in pixels.
    width: u32,
    /// Its height in pixels.
    height: u32,
) -> impl IntoView {
    let drawn = use_context::<DrawnBoxes>();
    move || {
        let boxes = drawn.map(|drawn| drawn.of(&picture)).unwrap_or_default();
        let tones = boxes::tones(&boxes);
        boxes
            .iter()
            .zip(tones)
            .map(|(labelled, tone)| {
                let class = format!("labelled-box tone-{tone}");
                let corners = boxes::shares(labelled.edges, width, height);
                let [left, top, box_width, box_height] = boxes::placed(corners);
                let score = labelled.score.map(|score| format!(" {}", format::decimal(score, 2)));
                view! {
                    <span
                        class=class
                        style:left=left
                        style:top=top
                        style:width=box_width
                        style:height=box_height
                    >
                        <span class="labelled-box__label">{labelled.label.clone()}{score}</span>
                    </span>
                }
                .into_any()
            })
            .collect_view()
    }
}

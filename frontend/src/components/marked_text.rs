//! Text with what was looked for marked, and walking from hit to hit in a sample.

use super::{Icon, Symbol};
use crate::{
    format, keys,
    live::live,
    marks::{self, Marks},
};
use blendscope_shared::{content::IMAGE_TOKEN, search::Snippet};
use leptos::prelude::*;

/// Hits nearer to the upper or lower edge of the window than this, in pixels, are scrolled to: the header or the control
/// may lie over them.
const EDGE: f64 = 72.0;

/// The text of a snippet; matches are `<mark>`, and place-holders of images are left out.
#[component]
pub(crate) fn MarkedText(
    /// What to show.
    snippet: Snippet,
) -> impl IntoView {
    marks::pieces(&snippet.text, &snippet.marks)
        .into_iter()
        .map(|piece| {
            let text = piece.text.to_owned();
            if piece.is_mark { view! { <mark>{text}</mark> }.into_any() } else { words_of(&text).into_any() }
        })
        .collect_view()
}

/// A text without place-holders of images, nor the rest of one that was cut in two.
fn words_of(text: &str) -> String {
    let text = text.replace(IMAGE_TOKEN, " ");
    let rest = text.strip_prefix('…').and_then(|rest| {
        let (cut, words) = rest.split_once('>')?;
        (cut.len() < IMAGE_TOKEN.len() && IMAGE_TOKEN.ends_with(&format!("{cut}>")))
            .then(|| words.trim_start().to_owned())
    });
    rest.map_or(text, |words| format!("…{words}"))
}

/// The hits in the turns of a sample, numbered from 0, and the one the reader walked to. Provided by the conversation.
#[derive(Clone, Copy)]
pub(crate) struct Hits {
    /// How many there are.
    pub(crate) total: usize,
    current: RwSignal<Option<usize>>,
}

impl Hits {
    /// Puts so many hits into the context; none of them is the current one until the reader walks.
    pub(crate) fn provide(total: usize) -> Self {
        let hits = Self { total, current: RwSignal::new(None) };
        provide_context(hits);
        hits
    }

    /// Number of the hit the reader walked to.
    pub(crate) fn current(self) -> Option<usize> {
        self.current.get()
    }

    fn id(number: usize) -> String {
        format!("hit-{number}")
    }

    /// Goes to the next hit, from the last one to the first; or the other way.
    fn step(self, is_back: bool) {
        let next = match (self.current.get_untracked(), is_back) {
            (None, false) => 0,
            (Some(now), false) => (now + 1) % self.total,
            (None | Some(0), true) => self.total - 1,
            (Some(now), true) => now - 1,
        };
        self.current.set(Some(next));
        // A folded turn opens first.
        request_animation_frame(move || reveal(next));
    }
}

/// A part of a turn with the hits in it, each to be walked to by its number.
pub(crate) fn hit_text(text: String, marks: &Marks) -> AnyView {
    if marks.spans.is_empty() {
        return text.into_any();
    }
    let hits: Hits = expect_context();
    let mut numbers = marks.first..;
    marks::pieces(&text, &marks.spans)
        .into_iter()
        .map(|piece| {
            let text = piece.text.to_owned();
            let number = piece.is_mark.then(|| numbers.next()).flatten();
            let Some(number) = number else { return text.into_any() };
            let is_current = move || (hits.current.get() == Some(number)).then_some("true");
            view! {
                <mark id=Hits::id(number) aria-current=is_current>
                    {text}
                </mark>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

/// Says how many hits there are, and goes from one to the next; `n` and `N` do the same.
#[component]
pub(crate) fn HitWalk(hits: Hits) -> impl IntoView {
    keys::on_key(move |key| {
        let is_mine = key == "n" || key == "N";
        if is_mine {
            hits.step(key == "N");
        }
        is_mine
    });
    let total = format::counted(hits.total as u64, "hit", "hits");
    // Room for the longest words, so that the buttons stay under the pointer.
    let room = format!("{}ch", format::count(hits.total as u64).len() + total.len() + 2);
    let words = move || match hits.current() {
        None => total.clone(),
        Some(number) => format!("{} of {total}", format::count(number as u64 + 1)),
    };
    let button = |label: &'static str, symbol, is_back| {
        view! {
            <button
                class="button button--icon button--quiet"
                type="button"
                aria-label=label
                title=label
                on:click=move |_| hits.step(is_back)
            >
                <Icon symbol />
            </button>
        }
    };
    view! {
        <div class="hit-walk" role="group" aria-label="Hits of the search" data-testid="hits">
            <span aria-live="polite" style:min-width=room>{live(words)}</span>
            {button("Previous hit (N)", Symbol::Up, true)}
            {button("Next hit (n)", Symbol::Down, false)}
        </div>
    }
}

/// Scrolls to a hit that is not in view.
fn reveal(number: usize) {
    let Some(hit) = document().get_element_by_id(&Hits::id(number)) else { return };
    let place = hit.get_bounding_client_rect();
    let height = document().document_element().map_or(0, |page| page.client_height());
    if place.top() < EDGE || place.bottom() > f64::from(height) - EDGE {
        hit.scroll_into_view();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_holders_are_left_out_cut_ones_too() {
        assert_eq!(words_of("<image>A dog"), " A dog");
        assert_eq!(words_of("…image>A dog"), "…A dog");
        assert_eq!(words_of("…a > b"), "…a > b");
    }
}

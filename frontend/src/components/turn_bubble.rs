//! A turn of a conversation.

use super::{BoxedText, Hits, Picture};
use crate::{boxes::Frame, format, marks::Marks};
use blendscope_shared::{
    content::{self, IMAGE_TOKEN, Part},
    image::ImageView,
    role::Role,
    sample::Turn,
};
use leptos::prelude::*;
use std::ops::Range;

/// A turn with more characters than this is folded.
const FOLD_FROM: usize = 1_600;
/// What is shown of a folded turn, in characters.
const FOLDED: usize = 1_000;

/// Who speaks, what is said, and the pictures at their place-holders.
#[component]
pub(crate) fn TurnBubble(
    /// The turn.
    turn: Turn,
    /// Its number, from 0.
    number: usize,
    /// The hits in it.
    marks: Marks,
    /// Place-holders in the turns before it.
    first_image: usize,
    /// All pictures of the sample.
    images: StoredValue<Vec<ImageView>>,
    /// Opens a picture.
    open: Callback<ImageView>,
    /// What the numbers of a box are shares of.
    frame: Signal<Frame>,
    /// Text that says what is on the pictures.
    alt: StoredValue<String>,
) -> impl IntoView {
    let class = format!("turn turn--{}", role_class(&turn.role));
    let length = turn.text.chars().count();
    let is_long = length > FOLD_FROM;
    let is_open = RwSignal::new(!is_long);
    let role = turn.role.name().to_owned();
    let text = turn.text;
    let folded = if is_long { folded_hits(&text, &marks) } else { 0..0 };
    let hidden = folded.len() as u64;
    let hits = Hits::here();
    Effect::new(move || {
        if hits.current().is_some_and(|number| folded.contains(&number)) {
            is_open.set(true);
        }
    });
    let content = move || {
        let shown = if is_open.get() { text.as_str() } else { beginning(&text, FOLDED) };
        let piece = |part| match part {
            Piece::Text(text, marks) => view! { <BoxedText text marks /> }.into_any(),
            Piece::Image(place) => match images.with_value(|images| images.get(place).cloned()) {
                Some(image) => view! { <Picture image alt=alt.get_value() open frame /> }.into_any(),
                None => view! {
                    <code class="token" title="A place-holder without a picture">
                        {IMAGE_TOKEN}
                    </code>
                }
                .into_any(),
            },
        };
        pieces(shown, first_image, &marks).into_iter().map(piece).collect_view()
    };
    let ellipsis = move || (!is_open.get()).then_some(" …");
    let unfold = move || {
        if is_open.get() {
            "show less".to_owned()
        } else {
            let hits = (hidden > 0).then(|| format!(", {} more", format::counted(hidden, "hit", "hits")));
            format!("show all {} characters{}", format::count(length as u64), hits.unwrap_or_default())
        }
    };
    view! {
        <li class=class id=format!("turn-{number}")>
            <p class="turn__role">{role}<span class="turn__number">{number}</span></p>
            <div class="turn__text" dir="auto">
                {content}
                {ellipsis}
            </div>
            {is_long
                .then(|| {
                    view! {
                        <button
                            class="button button--small turn__unfold"
                            type="button"
                            aria-expanded=move || is_open.get().to_string()
                            on:click=move |_| is_open.update(|open| *open = !*open)
                        >
                            {unfold}
                        </button>
                    }
                })}
        </li>
    }
}

/// Style class of a role.
pub(super) fn role_class(role: &Role) -> &'static str {
    match role {
        Role::Human => "human",
        Role::Gpt => "gpt",
        Role::System => "system",
        Role::Other(_) => "other",
    }
}

/// A piece of a turn.
enum Piece {
    /// Text and the hits in it.
    Text(String, Marks),
    /// The n-th picture of the sample.
    Image(usize),
}

/// A turn's text cut at its place-holders.
fn pieces(text: &str, first_image: usize, marks: &Marks) -> Vec<Piece> {
    let parts = content::parts(text, first_image);
    let is_image =
        |place: Option<usize>| matches!(place.and_then(|place| parts.get(place)), Some(Part::Image(_)));
    let mut begin = 0;
    let piece = |(place, part): (usize, &Part<'_>)| match *part {
        Part::Text(text) => {
            let is_behind = is_image(place.checked_sub(1));
            let shown = beside_pictures(text, is_behind, is_image(Some(place + 1)));
            let cut = usize::from(is_behind && text.starts_with('\n'));
            let marks = marks.within(begin + cut, shown.chars().count());
            begin += text.chars().count();
            Piece::Text(shown.to_owned(), marks)
        }
        Part::Image(place) => {
            begin += IMAGE_TOKEN.len();
            Piece::Image(place)
        }
    };
    parts.iter().enumerate().map(piece).collect()
}

/// Numbers of the hits that folding hides.
fn folded_hits(text: &str, marks: &Marks) -> Range<usize> {
    let shown = beginning(text, FOLDED).chars().count();
    let seen = marks.within(0, shown).spans.len();
    marks.first + seen..marks.first + marks.spans.len()
}

/// A picture stands on a line of its own anyway: the line break written beside it would show as an empty line.
fn beside_pictures(text: &str, after_picture: bool, before_picture: bool) -> &str {
    let text = if after_picture { text.strip_prefix('\n').unwrap_or(text) } else { text };
    if before_picture { text.strip_suffix('\n').unwrap_or(text) } else { text }
}

/// About the first `length` characters, cut between words, and where no place-holder is cut in two.
fn beginning(text: &str, length: usize) -> &str {
    /// How far back a gap between words is looked for, in bytes.
    const WORD: usize = 24;
    let Some((end, _)) = text.char_indices().nth(length) else { return text };
    let gap = text[..end].rfind(char::is_whitespace).filter(|gap| end - gap < WORD);
    let end = gap.unwrap_or(end);
    let cut = &text[..end];
    match cut.rfind('<') {
        Some(open) if text[open..].starts_with(IMAGE_TOKEN) && open + IMAGE_TOKEN.len() > end => {
            &text[..open]
        }
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_cuts_neither_characters_nor_place_holders() {
        assert_eq!(beginning("犬と猫", 2), "犬と");
        assert_eq!(beginning("a red bus", 7), "a red");
        assert_eq!(beginning("ab<image>c", 5), "ab");
        assert_eq!(beginning("ab<image>c", 9), "ab<image>");
        assert_eq!(beginning("short", 99), "short");
    }

    #[test]
    fn only_the_line_breaks_beside_a_picture_go() {
        assert_eq!(beside_pictures("\n\na\n", true, false), "\na\n");
        assert_eq!(beside_pictures("\na\n", false, true), "\na");
    }
}

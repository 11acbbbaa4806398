//! A turn of a conversation.

use super::{BoxedText, Picture};
use crate::{
    boxes::Frame,
    format,
    live::{act, live},
};
use blendscope_shared::{
    content::{self, IMAGE_TOKEN, Part},
    image::ImageView,
    role::Role,
    sample::Turn,
};
use leptos::prelude::*;

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
    let content = live(move || {
        let shown = if is_open.get() { text.as_str() } else { beginning(&text, FOLDED) };
        let parts = content::parts(shown, first_image);
        let is_image =
            |place: Option<usize>| matches!(place.and_then(|place| parts.get(place)), Some(Part::Image(_)));
        parts
            .iter()
            .enumerate()
            .map(|(place, part)| match *part {
                Part::Text(text) => {
                    let text =
                        beside_pictures(text, is_image(place.checked_sub(1)), is_image(Some(place + 1)));
                    view! { <BoxedText text=text.to_owned() /> }.into_any()
                }
                Part::Image(place) => match images.with_value(|images| images.get(place).cloned()) {
                    Some(image) => view! { <Picture image alt=alt.get_value() open frame /> }.into_any(),
                    None => view! {
                        <code class="token" title="A place-holder without a picture">
                            {IMAGE_TOKEN}
                        </code>
                    }
                    .into_any(),
                },
            })
            .collect_view()
    });
    let ellipsis = live(move || (!is_open.get()).then_some(" …"));
    let unfold = move || {
        if is_open.get() {
            "show less".to_owned()
        } else {
            format!("show all {} characters", format::count(length as u64))
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
                            aria-expanded=live(move || is_open.get().to_string())
                            on:click=act(move |_| is_open.update(|open| *open = !*open))
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

//! Texts as Markdown. What reads it is a module of its own, `blendscope-markdown`, which is fetched when the first text
//! needs it; until then, and for texts without any mark of it, there are paragraphs.

use crate::json;
use blendscope_markdown::tree::{Block, Inline};
use blendscope_shared::content::IMAGE_TOKEN;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{Function, Promise, Reflect};

/// The function of `index.html` that fetches the module, and promises the function that reads a text.
const FETCH: &str = "fetchMarkdown";

/// The module. Lives in the context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct Markdown {
    module: RwSignal<Module, LocalStorage>,
}

/// How far it is.
#[derive(Clone)]
enum Module {
    /// Nobody has needed it.
    Unasked,
    /// On its way.
    Coming,
    /// Here: what reads a text.
    Ready(Function),
    /// Not to be had until the page is loaded anew: browsers remember that.
    Failed,
}

impl Markdown {
    /// Puts the module into the context, without fetching it.
    pub(crate) fn provide() {
        provide_context(Self { module: RwSignal::new_local(Module::Unasked) });
    }

    /// The module of the application.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// The blocks of a text. Whoever asks is told when the module has come, if it is needed.
    pub(crate) fn read(self, text: &str) -> Vec<Block> {
        if is_plain(text) {
            return paragraphs(text);
        }
        if matches!(*self.module.read_untracked(), Module::Unasked) {
            self.module.set(Module::Coming);
            spawn_local(async move {
                let module = fetch().await.map_or(Module::Failed, Module::Ready);
                self.module.set(module);
            });
        }
        match self.module.get() {
            Module::Ready(reader) => call(&reader, text).unwrap_or_else(|| paragraphs(text)),
            _ => paragraphs(text),
        }
    }

    /// Whether texts stay as they are since the module did not come.
    pub(crate) fn has_failed(self) -> bool {
        matches!(*self.module.read(), Module::Failed)
    }
}

async fn fetch() -> Result<Function, JsValue> {
    let fetch: Function = Reflect::get(&window(), &FETCH.into())?.dyn_into()?;
    let promise: Promise = fetch.call0(&JsValue::NULL)?.dyn_into()?;
    JsFuture::from(promise).await?.dyn_into()
}

/// What the module makes of a text; nothing where it gives up.
fn call(reader: &Function, text: &str) -> Option<Vec<Block>> {
    let blocks = reader.call1(&JsValue::NULL, &text.into()).ok()?.as_string()?;
    json::read(&blocks).ok()
}

/// Whether a text has no mark of Markdown, so that it is nothing but paragraphs.
pub fn is_plain(text: &str) -> bool {
    let has_mark = |mark: char| text.contains(mark);
    let text = &text.replace(IMAGE_TOKEN, "x");
    let is_free = !text.contains(['*', '_', '`', '~', '|', '\\', '<', '\t', '\r', '\0']);
    let has_link = ["](", "]:", "]["].iter().any(|link| text.contains(link));
    let has_entity = has_mark('&') && has_mark(';');
    let has_formula = text.matches('$').nth(1).is_some();
    is_free && !has_link && !has_entity && !has_formula && text.lines().all(is_plain_line)
}

/// Whether a line neither begins a block nor ends in blanks.
fn is_plain_line(line: &str) -> bool {
    let begins = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_item = begins.len() < line.len() && begins.starts_with(['.', ')']);
    line.trim() == line && !is_item && !line.starts_with(['#', '>', '-', '+', '='])
}

/// A text as paragraphs, which empty lines separate; all else stands as it is written.
pub fn paragraphs(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Vec<Inline> = Vec::new();
    let mut place = 0;
    for line in text.split('\n') {
        if line.trim().is_empty() {
            if !open.is_empty() {
                blocks.push(Block::Paragraph(std::mem::take(&mut open)));
            }
        } else {
            if !open.is_empty() {
                open.push(Inline::Break);
            }
            add_line(&mut open, line, place);
        }
        place += line.chars().count() + 1;
    }
    if !open.is_empty() {
        blocks.push(Block::Paragraph(open));
    }
    blocks
}

/// Adds a line that begins at a place of the text, cut at its place-holders.
fn add_line(inlines: &mut Vec<Inline>, line: &str, mut place: usize) {
    for (number, piece) in line.split(IMAGE_TOKEN).enumerate() {
        if number > 0 {
            inlines.push(Inline::Image);
            place += IMAGE_TOKEN.len();
        }
        if !piece.is_empty() {
            inlines.push(Inline::Text(piece.to_owned(), Some(place)));
            place += piece.chars().count();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_most_samples_say_is_plain() {
        for text in [
            "<image>\nWhat is the man holding?",
            "At [0.1, 0.2, 0.3, 0.4], it costs $5 (50% off) & more!\n\nIt's 3.5 m high.",
            "犬が走っている。\n<image>",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["**bold**", "1. one", "- one", "a | b", "$x$", "# Title", "<b>", "&amp;", "    code"] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn a_plain_text_with_two_paragraphs() {
        let text = |text: &str, place| Inline::Text(text.to_owned(), Some(place));
        assert_eq!(
            paragraphs("<image>\na 犬\n\nb"),
            [
                Block::Paragraph(vec![Inline::Image, Inline::Break, text("a 犬", 8)]),
                Block::Paragraph(vec![text("b", 13)])
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_plain_text_is_what_the_module_makes_of_it(
            source in "([ a-z]|<image>|[\\[\\]()!.,:;'\"?%@{}^/$&#>=+-]|\n|[0-9]|犬|\u{a0}|\u{3000}|\u{85}|\u{c}|\u{7f}|http://a.b){0,30}"
        ) {
            if is_plain(&source) {
                prop_assert_eq!(paragraphs(&source), blendscope_markdown::parse(&source));
            }
        }
    }
}

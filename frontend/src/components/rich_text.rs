//! The text of a turn on the page: Markdown with formulas, tables and code, or every character as it stands; hits and
//! boxes marked in either.

use super::{BoxesOnPictures, CopyButton, Icon, Symbol, marked_text::hit_text, token_id};
use crate::{live::effect, markdown::Markdown, marks::Marks, math};
use blendscope_markdown::tree::{Block, Formula, Inline};
use blendscope_shared::{
    boxes::{self, Piece},
    content::{self, IMAGE_TOKEN, Part},
};
use leptos::{html::Span, prelude::*};

/// What the text of a turn needs to be shown.
#[derive(Clone, Copy)]
pub(crate) struct TurnText {
    /// The text.
    pub(crate) text: StoredValue<String>,
    /// The hits in it.
    pub(crate) marks: StoredValue<Marks>,
    /// Number of its first picture in the sample, from 0.
    pub(crate) first_image: usize,
    /// How many pictures the sample has.
    pub(crate) images: usize,
    /// Number of its first box in the sample, from 0.
    pub(crate) first_box: usize,
    /// Opens a picture.
    pub(crate) open: Callback<usize>,
}

/// Counts the pictures and boxes of a text while it is written out.
struct Writer {
    turn: TurnText,
    image: usize,
    next_box: usize,
}

/// The text as Markdown.
pub(crate) fn as_markdown(turn: TurnText) -> AnyView {
    let blocks = turn.text.with_value(|text| Markdown::here().read(text));
    let mut writer = Writer { turn, image: turn.first_image, next_box: turn.first_box };
    writer.blocks(blocks)
}

/// The text as it stands.
pub(crate) fn as_written(turn: TurnText) -> AnyView {
    let text = turn.text.get_value();
    let mut writer = Writer { turn, image: turn.first_image, next_box: turn.first_box };
    let mut place = 0;
    let piece = |part| match part {
        Part::Text(text) => {
            let begin = place;
            place += text.chars().count();
            writer.text(text.to_owned(), Some(begin))
        }
        Part::Image(_) => {
            place += IMAGE_TOKEN.len();
            writer.image()
        }
    };
    content::parts(&text, 0).into_iter().map(piece).collect_view().into_any()
}

impl Writer {
    fn blocks(&mut self, blocks: Vec<Block>) -> AnyView {
        blocks.into_iter().map(|block| self.block(block)).collect_view().into_any()
    }

    fn block(&mut self, block: Block) -> AnyView {
        match block {
            Block::Paragraph(inlines) => view! { <p>{self.inlines(inlines)}</p> }.into_any(),
            Block::Heading(level, inlines) => {
                let level = (level + 2).min(6).to_string();
                view! { <p class="prose-heading" role="heading" attr:aria-level=level>{self.inlines(inlines)}</p> }.into_any()
            }
            Block::List(None, items) => view! { <ul>{self.items(items)}</ul> }.into_any(),
            Block::List(Some(start), items) => {
                view! { <ol start=start.to_string()>{self.items(items)}</ol> }.into_any()
            }
            Block::Quote(blocks) => view! { <blockquote>{self.blocks(blocks)}</blockquote> }.into_any(),
            Block::Code(language, code) => {
                let label = (!language.is_empty()).then(|| view! { <span>{language}</span> });
                view! {
                    <div class="code" dir="ltr">
                        <span class="code__lang">
                            {label} <CopyButton label="Copy" text=Signal::stored(code.clone()) class="button button--small button--quiet" />
                        </span>
                        <pre tabindex="0"><code>{code}</code></pre>
                    </div>
                }
                .into_any()
            }
            Block::Table(right, head, rows) => self.table(&right, head, rows),
            Block::Formula(formula) => {
                view! { <div class="formula" tabindex="0">{formula_view(formula)}</div> }.into_any()
            }
            Block::Rule => view! { <hr /> }.into_any(),
        }
    }

    fn items(&mut self, items: Vec<Vec<Block>>) -> Vec<AnyView> {
        let mut views = Vec::new();
        for item in items {
            // The text of a tight list needs no paragraph.
            let content = match <[Block; 1]>::try_from(item) {
                Ok([Block::Paragraph(inlines)]) => self.inlines(inlines),
                Ok([block]) => self.block(block),
                Err(blocks) => self.blocks(blocks),
            };
            views.push(view! { <li>{content}</li> }.into_any());
        }
        views
    }

    fn table(&mut self, right: &[bool], head: Vec<Vec<Inline>>, rows: Vec<Vec<Vec<Inline>>>) -> AnyView {
        let is_right = |column: usize| right.get(column).copied().unwrap_or(false);
        let mut heads = Vec::new();
        for (column, cell) in head.into_iter().enumerate() {
            let content = self.inlines(cell);
            heads.push(view! { <th scope="col" class:right=is_right(column)>{content}</th> }.into_any());
        }
        let mut lines = Vec::new();
        for row in rows {
            let mut cells = Vec::new();
            for (column, cell) in row.into_iter().enumerate() {
                let content = self.inlines(cell);
                cells.push(view! { <td class:right=is_right(column)>{content}</td> }.into_any());
            }
            lines.push(view! { <tr>{cells}</tr> }.into_any());
        }
        view! {
            <div class="prose-table" tabindex="0">
                <table>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        }
        .into_any()
    }

    fn inlines(&mut self, inlines: Vec<Inline>) -> AnyView {
        inlines.into_iter().map(|inline| self.inline(inline)).collect_view().into_any()
    }

    fn inline(&mut self, inline: Inline) -> AnyView {
        match inline {
            Inline::Text(text, place) => self.text(text, place),
            Inline::Image => self.image(),
            Inline::Emphasis(inner) => view! { <em>{self.inlines(inner)}</em> }.into_any(),
            Inline::Strong(inner) => view! { <strong>{self.inlines(inner)}</strong> }.into_any(),
            Inline::Struck(inner) => view! { <s>{self.inlines(inner)}</s> }.into_any(),
            Inline::Code(code) => view! { <code class="inline-code">{code}</code> }.into_any(),
            Inline::Formula(formula) => formula_view(formula),
            Inline::Link(address, inner) => view! {
                <a href=address target="_blank" rel="noopener noreferrer">{self.inlines(inner)}</a>
            }
            .into_any(),
            Inline::Break => view! { <br /> }.into_any(),
        }
    }

    /// Text with its boxes and hits.
    fn text(&mut self, text: String, place: Option<usize>) -> AnyView {
        let mut begin = place.unwrap_or(0);
        let mut views = Vec::new();
        for piece in boxes::pieces(&text) {
            let (Piece::Text(written) | Piece::Box(written, _)) = piece;
            let length = written.chars().count();
            let marks = match place {
                Some(_) => self.turn.marks.with_value(|marks| marks.within(begin, length)),
                None => Marks::default(),
            };
            begin += length;
            let content = hit_text(written.to_owned(), &marks);
            views.push(match piece {
                Piece::Text(_) => content,
                Piece::Box(..) => self.box_token(content),
            });
        }
        views.into_any()
    }

    fn box_token(&mut self, content: AnyView) -> AnyView {
        let number = self.next_box;
        self.next_box += 1;
        let boxes: BoxesOnPictures = expect_context();
        view! {
            <button
                type="button"
                id=token_id(number)
                class=format!("box-token box-{}", number % 6)
                class:box-token--pointed=move || boxes.is_pointed(number)
                title="On the picture"
                data-testid="box"
                on:mouseenter=move |_| boxes.point(Some(number))
                on:mouseleave=move |_| boxes.point(None)
                on:focus=move |_| boxes.point(Some(number))
                on:blur=move |_| boxes.point(None)
            >
                <b>{number + 1}</b>
                {content}
            </button>
        }
        .into_any()
    }

    /// The place of a picture: its number, which opens it.
    fn image(&mut self) -> AnyView {
        let number = self.image;
        self.image += 1;
        let open = self.turn.open;
        if number >= self.turn.images {
            return view! {
                <code class="token" title="A place-holder without a picture">{IMAGE_TOKEN}</code>
            }
            .into_any();
        }
        view! {
            <button
                type="button"
                class="picture-token"
                aria-label=format!("Picture {}, open", number + 1)
                on:click=move |_| open.run(number)
            >
                <Icon symbol=Symbol::Image />
                {number + 1}
            </button>
        }
        .into_any()
    }
}

/// A formula, or its LaTeX where that cannot be read.
fn formula_view(formula: Formula) -> AnyView {
    let Formula { latex, mathml } = formula;
    let place = NodeRef::<Span>::new();
    effect(move || {
        if let (Some(element), Some(mathml)) = (place.get(), &mathml) {
            math::draw(mathml, &element);
        }
    });
    view! { <span class="math" node_ref=place title=latex.clone()>{latex.clone()}</span> }.into_any()
}

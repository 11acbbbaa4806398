//! Reads Markdown into a tree. Nothing of it is ever HTML: tags are text like all else.

use crate::{
    formula,
    tree::{Block, Formula, Inline},
};
use blendscope_shared::content::IMAGE_TOKEN;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// What stands for a place-holder while Markdown is read: as many bytes, and nothing that Markdown knows.
const STAND_IN: &str = "\u{E000}\u{E000}\u{7F}";

/// Reads a text.
pub fn parse(source: &str) -> Vec<Block> {
    let prepared = prepare(source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut reader = Reader {
        source,
        prepared: &prepared,
        place: (0, 0),
        events: Parser::new_ext(&prepared, options).into_offset_iter().collect(),
        next: 0,
    };
    reader.blocks()
}

/// The text with as many bytes, in which place-holders are no tags, and formulas have dollar signs.
fn prepare(source: &str) -> String {
    let mut text = source.replace(IMAGE_TOKEN, STAND_IN);
    for (open, close, sign) in [("\\[", "\\]", "$$"), ("\\(", "\\)", "$")] {
        let mut from = 0;
        while let Some(begin) = text[from..].find(open).map(|at| at + from) {
            let Some(end) = text[begin..].find(close).map(|at| at + begin) else { break };
            let inner = &text[begin + 2..end];
            let trimmed = inner.trim();
            if trimmed.is_empty() || trimmed.contains("\n\n") {
                from = begin + 2;
                continue;
            }
            let before = inner.len() - inner.trim_start().len() + 2 - sign.len();
            let after = inner.len() - inner.trim_end().len() + 2 - sign.len();
            let formula = trimmed.replace('\n', " ");
            let replaced = format!("{}{sign}{formula}{sign}{}", " ".repeat(before), " ".repeat(after));
            text.replace_range(begin..end + 2, &replaced);
            from = begin + replaced.len();
        }
    }
    text
}

struct Reader<'a> {
    source: &'a str,
    prepared: &'a str,
    /// A place of the source in bytes, and the same in characters.
    place: (usize, usize),
    events: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
}

impl Reader<'_> {
    /// A place in characters. Pieces come in the order of the text, so that it is counted once.
    fn characters(&mut self, byte: usize) -> usize {
        let (from, count) = if byte >= self.place.0 { self.place } else { (0, 0) };
        let count = count + self.source.get(from..byte).map_or(0, |text| text.chars().count());
        self.place = (byte, count);
        count
    }

    /// Blocks up to the end of what they are in.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, _)) = self.events.get(self.next).cloned() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) => {
                    self.next += 1;
                    self.block(tag, &mut blocks);
                }
                Event::Rule => {
                    self.next += 1;
                    blocks.push(Block::Rule);
                }
                // Text of a tight list stands in no paragraph.
                _ => blocks.push(Block::Paragraph(self.inlines())),
            }
        }
        blocks
    }

    fn block(&mut self, tag: Tag<'_>, blocks: &mut Vec<Block>) {
        match tag {
            Tag::Paragraph => {
                let inlines = self.inlines();
                match inlines.as_slice() {
                    [Inline::Formula(Formula { latex, .. })] => {
                        blocks.push(Block::Formula(formula::read(latex, true)));
                    }
                    _ => blocks.push(Block::Paragraph(inlines)),
                }
            }
            Tag::Heading { level, .. } => {
                let inlines = self.inlines();
                blocks.push(Block::Heading(depth(level), inlines));
            }
            Tag::BlockQuote(_) => {
                let inner = self.blocks();
                blocks.push(Block::Quote(inner));
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let code = self.literal();
                blocks.push(Block::Code(language, code));
            }
            Tag::List(start) => {
                let mut items = Vec::new();
                while let Some((Event::Start(Tag::Item), _)) = self.events.get(self.next) {
                    self.next += 1;
                    items.push(self.blocks());
                    self.next += 1;
                }
                blocks.push(Block::List(start, items));
            }
            Tag::Table(alignments) => {
                let table = self.table(&alignments);
                blocks.push(table);
            }
            Tag::HtmlBlock => {
                let inlines = self.inlines();
                blocks.push(Block::Paragraph(inlines));
            }
            _ => {
                let inner = self.blocks();
                blocks.extend(inner);
            }
        }
        self.next += 1;
    }

    fn table(&mut self, alignments: &[Alignment]) -> Block {
        let right = alignments.iter().map(|alignment| *alignment == Alignment::Right).collect();
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        while let Some((Event::Start(tag), _)) = self.events.get(self.next).cloned() {
            self.next += 1;
            let mut cells = Vec::new();
            while let Some((Event::Start(Tag::TableCell), _)) = self.events.get(self.next) {
                self.next += 1;
                cells.push(self.inlines());
                self.next += 1;
            }
            self.next += 1;
            if tag == Tag::TableHead { head = cells } else { rows.push(cells) }
        }
        Block::Table(right, head, rows)
    }

    /// All text up to the end of a block.
    fn literal(&mut self) -> String {
        let mut text = String::new();
        while let Some((Event::Text(piece), _)) = self.events.get(self.next) {
            text.push_str(piece);
            self.next += 1;
        }
        text.trim_end_matches('\n').replace(STAND_IN, IMAGE_TOKEN)
    }

    fn inlines(&mut self) -> Vec<Inline> {
        let mut inlines = Vec::new();
        // Text that goes on where the piece before ends.
        let mut joined: Option<Range<usize>> = None;
        while let Some((event, range)) = self.events.get(self.next).cloned() {
            if let Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) = &event {
                self.next += 1;
                if text.len() == range.len() {
                    match &mut joined {
                        Some(before) if before.end == range.start => before.end = range.end,
                        _ => {
                            self.take(&mut inlines, joined.replace(range));
                        }
                    }
                } else {
                    self.take(&mut inlines, joined.take());
                    inlines.push(Inline::Text(text.to_string(), None));
                }
                continue;
            }
            self.take(&mut inlines, joined.take());
            match event {
                Event::End(_)
                | Event::Start(
                    Tag::List(_)
                    | Tag::Paragraph
                    | Tag::CodeBlock(_)
                    | Tag::BlockQuote(_)
                    | Tag::Table(_)
                    | Tag::Heading { .. }
                    | Tag::Item
                    | Tag::HtmlBlock,
                )
                | Event::Rule => break,
                _ => self.next += 1,
            }
            match event {
                Event::Code(code) => inlines.push(Inline::Code(code.replace(STAND_IN, IMAGE_TOKEN))),
                Event::InlineMath(formula) | Event::DisplayMath(formula) => {
                    inlines.push(Inline::Formula(formula::read(&formula, false)));
                }
                Event::SoftBreak | Event::HardBreak => inlines.push(Inline::Break),
                Event::Start(tag) => {
                    let inner = self.inlines();
                    self.skip_end();
                    match tag {
                        Tag::Emphasis => inlines.push(Inline::Emphasis(inner)),
                        Tag::Strong => inlines.push(Inline::Strong(inner)),
                        Tag::Strikethrough => inlines.push(Inline::Struck(inner)),
                        Tag::Link { dest_url, .. } if is_web(&dest_url) => {
                            inlines.push(Inline::Link(dest_url.to_string(), inner));
                        }
                        // A picture or a link elsewhere is shown as it is written.
                        _ => inlines.extend(self.written(range)),
                    }
                }
                _ => (),
            }
        }
        self.take(&mut inlines, joined);
        inlines
    }

    fn skip_end(&mut self) {
        if matches!(self.events.get(self.next), Some((Event::End(end), _)) if *end != TagEnd::Paragraph) {
            self.next += 1;
        }
    }

    fn written(&mut self, range: Range<usize>) -> Vec<Inline> {
        let mut inlines = Vec::new();
        self.take(&mut inlines, Some(range));
        inlines
    }

    /// Adds a stretch of the source, cut at its place-holders.
    fn take(&mut self, inlines: &mut Vec<Inline>, range: Option<Range<usize>>) {
        let Some(range) = range else { return };
        let prepared = self.prepared;
        let Some(text) = prepared.get(range.clone()) else { return };
        let mut begin = range.start;
        for (number, piece) in text.split(STAND_IN).enumerate() {
            if number > 0 {
                inlines.push(Inline::Image);
                begin += IMAGE_TOKEN.len();
            }
            if !piece.is_empty() {
                let place = self.characters(begin);
                inlines.push(Inline::Text(piece.to_owned(), Some(place)));
                begin += piece.len();
            }
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str, place: usize) -> Inline {
        Inline::Text(text.to_owned(), Some(place))
    }

    #[test]
    fn a_placeholder_is_a_picture_and_what_follows_is_markdown() {
        assert_eq!(
            parse("<image>\nWhat is **this**?"),
            [Block::Paragraph(vec![
                Inline::Image,
                Inline::Break,
                text("What is ", 8),
                Inline::Strong(vec![text("this", 18)]),
                text("?", 24),
            ])]
        );
    }

    #[test]
    fn tags_are_text() {
        let blocks = parse("<script>alert(1)</script>\n\na <b>c</b>");
        assert_eq!(blocks[0], Block::Paragraph(vec![text("<script>alert(1)</script>\n", 0)]));
        assert_eq!(blocks[1], Block::Paragraph(vec![text("a <b>c</b>", 27)]));
        assert_eq!(
            parse("[x](javascript:alert(1))"),
            [Block::Paragraph(vec![text("[x](javascript:alert(1))", 0)])]
        );
    }

    #[test]
    fn boxes_stay_in_one_piece() {
        assert_eq!(
            parse("at [0.1, 0.2, 0.3, 0.4]."),
            [Block::Paragraph(vec![text("at [0.1, 0.2, 0.3, 0.4].", 0)])]
        );
    }

    #[test]
    fn formulas_in_any_delimiters() {
        let formula = |latex: &str| Inline::Formula(formula::read(latex, false));
        assert_eq!(parse("$x^2$")[0], Block::Formula(formula::read("x^2", true)));
        assert!(
            matches!(&parse("so \\( x^2 \\) is")[0], Block::Paragraph(inlines) if inlines[1] == formula("x^2"))
        );
        assert_eq!(parse("\\[a = b\\]")[0], Block::Formula(formula::read("a = b", true)));
        assert_eq!(parse("$5 and $10")[0], Block::Paragraph(vec![text("$5 and $10", 0)]));
    }

    #[test]
    fn lists_tables_and_code() {
        let blocks = parse("1. a\n2. b\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint(1)\n```");
        assert!(matches!(&blocks[0], Block::List(Some(1), items) if items.len() == 2));
        assert!(
            matches!(&blocks[1], Block::Table(right, head, rows) if right[..] == [false, true] && head.len() == 2 && rows.len() == 1)
        );
        assert_eq!(blocks[2], Block::Code("python".to_owned(), "print(1)".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_read(source in "[ a<>image$*_`\\[\\]()|#\n0-9.犬!-]{0,80}") {
            let _ = parse(&source);
        }
    }
}

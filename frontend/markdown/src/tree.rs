//! A text as a tree of blocks with the place in the text from which each piece comes, so that hits and boxes can be
//! marked in it.

use serde::{Deserialize, Serialize};

/// A block of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading and its level, from 1.
    Heading(u8, Vec<Inline>),
    /// A list, numbered from a number or not at all.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Code and its language.
    Code(String, String),
    /// A table: which columns stand at the right, its head, its rows.
    Table(Vec<bool>, Vec<Vec<Inline>>, Vec<Vec<Vec<Inline>>>),
    /// A formula on a line of its own.
    Formula(Formula),
    /// A line across.
    Rule,
}

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Text, and where it begins in the source, in characters; nothing where it does not stand there as such.
    Text(String, Option<usize>),
    /// The place of a picture.
    Image,
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck out.
    Struck(Vec<Inline>),
    /// Code.
    Code(String),
    /// A formula.
    Formula(Formula),
    /// A link to the web.
    Link(String, Vec<Inline>),
    /// The end of a line.
    Break,
}

/// A formula.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Formula {
    /// As it is written.
    pub latex: String,
    /// As `MathML`; nothing where it cannot be read.
    pub mathml: Option<String>,
}

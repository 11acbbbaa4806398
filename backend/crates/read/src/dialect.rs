//! What a record means, in every dialect of training data, whatever container it comes from.
//!
//! A container hands out a record's bytes. They become a tree of values, in which pictures are addresses; one table
//! (`dialect/table.rs`) says which keys are turns, pictures, questions and answers, and `dialect/record.rs` which shape
//! of turns is looked for first. All keys that are not used are extra. A record of no known shape has its texts as turns
//! under the names of their keys. One odd turn, id or picture costs only itself, and the sample says what is odd.

mod captions;
mod content;
mod document;
mod fields;
mod own;
mod pairs;
mod pictures;
mod preference;
mod record;
mod rest;
mod table;
mod turns;

pub use own::RecordKeys;

use crate::json::{self, Malformed, Origin};
use crate::value::{Value, is_long_base64, left_out};
use crate::{Container, Sample};
use std::borrow::Cow;
use std::sync::Arc;

/// Why a record is not a sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or no object.
    #[error("{message}, at byte {offset} of the record")]
    Malformed {
        /// Where in the record, in bytes from its start.
        offset: usize,
        /// What is wrong there.
        message: String,
    },
    /// An object without a text to show, or a shard's picture without one.
    #[error("no conversations; {}", if keys.is_empty() { "pictures without a text".to_owned() } else { format!("its keys are {}", keys.join(", ")) })]
    NoConversations {
        /// The keys that it has, without those of id and images.
        keys: Vec<String>,
    },
}

impl From<Box<Malformed>> for RecordError {
    fn from(malformed: Box<Malformed>) -> Self {
        let Malformed { offset, message } = *malformed;
        Self::Malformed { offset, message }
    }
}

/// How the records of an annotation file are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Where they come from.
    pub container: Container,
    /// What the user's catalog says about their keys.
    pub keys: Option<Arc<RecordKeys>>,
}

impl Reading {
    /// As everywhere.
    pub fn new(container: Container) -> Self {
        Self { container, keys: None }
    }

    /// Reads one record, as the reader of its container handed it out.
    ///
    /// `offset` is where it begins in the unpacked bytes of the file: pictures in base64 are addressed there.
    pub fn parse(&self, offset: u64, raw: &[u8]) -> Result<Sample, RecordError> {
        record::read(self, json::parse(raw, self.origin(offset))?)
    }

    /// The id of a record that [`parse`](Self::parse) takes, as in [`Sample::id`].
    pub fn parse_id(&self, raw: &[u8]) -> Result<Option<Box<str>>, RecordError> {
        let origin = if self.container.is_kept() { Origin::Kept } else { Origin::Nested };
        record::id(self, json::parse(raw, origin)?)
    }

    fn origin(&self, offset: u64) -> Origin {
        if self.container.is_kept() { Origin::Kept } else { Origin::File(offset) }
    }

    /// A record's text as it is shown: as it stands, with addresses in place of pictures in base64.
    pub fn shown<'r>(&self, offset: u64, raw: &'r [u8]) -> Cow<'r, str> {
        if self.container.is_kept() {
            return without_long_base64(String::from_utf8_lossy(raw));
        }
        let pictures = json::pictures(raw, offset);
        if pictures.is_empty() {
            return without_long_base64(String::from_utf8_lossy(raw));
        }
        let (mut shown, mut from) = (String::new(), 0);
        for (range, image) in pictures {
            shown.push_str(&String::from_utf8_lossy(&raw[from..range.start]));
            shown.push_str(&image.to_value().to_string());
            from = range.end;
        }
        shown.push_str(&String::from_utf8_lossy(&raw[from..]));
        without_long_base64(Cow::Owned(shown))
    }
}

/// Reads one record as everywhere; pictures in base64 are addressed from the record's own start.
pub fn parse_record(container: Container, raw: &[u8]) -> Result<Sample, RecordError> {
    Reading::new(container).parse(0, raw)
}

/// Whether a record's JSON form has the address of a picture in it.
pub(crate) fn has_pictures(raw: &[u8]) -> bool {
    json::parse(raw, Origin::Kept).as_ref().is_ok_and(Value::has_picture)
}

/// A text without pieces between quotes that are nothing but long base64.
fn without_long_base64(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.split('"').any(is_long_base64) {
        return text;
    }
    let shorter = |piece: &str| if is_long_base64(piece) { left_out(piece.len()) } else { piece.to_owned() };
    Cow::Owned(text.split('"').map(shorter).collect::<Vec<_>>().join("\""))
}

#[cfg(test)]
mod tests;

//! Addresses of images that lie inside annotation files, in place of copies.
//!
//! A reader of a binary container hands out each record as JSON text in which an image's bytes are replaced by their
//! address, an object with the single key [`PLACEHOLDER`]. That text is what the record store has of the record, and
//! shown as raw. All else in it is written without blank space, and an address has one blank behind its brace: so nothing
//! that a user writes, not even a copy of an address, is taken for one.

use crate::PictureFacts;
use serde_json::json;
use serde_json::value::RawValue;
use std::io::{self};

/// The key that an image's address stands under in a record's JSON form.
pub(crate) const PLACEHOLDER: &str = "embedded_image";

/// Image bytes inside an annotation file, by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedImage {
    /// BLAKE3 of the image's bytes, after decoding.
    pub hash: [u8; 32],
    /// Number of the image's bytes, after decoding.
    pub bytes: u64,
    /// What they say about the picture.
    pub facts: PictureFacts,
    /// Where they are.
    pub at: ImageAt,
}

/// Where an embedded image's bytes are in the annotation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageAt {
    /// A byte range of the file.
    Range {
        /// First byte of the stored form.
        offset: u64,
        /// Bytes of the stored form.
        length: u64,
        /// What the stored form is.
        encoding: ImageEncoding,
    },
    /// A value of a column of a parquet or Arrow file.
    Cell {
        /// Number of the row group or record batch, from 0.
        group: u32,
        /// Number of the leaf column, from 0 in the order of the schema.
        column: u32,
        /// Number of the row in the group, from 0.
        row: u32,
        /// Number of the value among those that the row has in the column, from 0; nulls are counted.
        item: u32,
        /// What the stored form is.
        encoding: ImageEncoding,
    },
}

/// How embedded image bytes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageEncoding {
    /// As they are.
    Raw,
    /// As base64 text.
    Base64,
    /// As base64 inside a JSON text with escapes in it, such as `\\/`, or broken into lines.
    JsonBase64,
}

impl EmbeddedImage {
    /// The address as it stands in a record's JSON form, marked by a blank behind its brace.
    pub(crate) fn to_json(self) -> Box<RawValue> {
        let text = self.to_value().to_string();
        let text = format!("{{ {}", text.trim_start_matches('{'));
        RawValue::from_string(text).expect("a blank behind the brace of an object leaves it JSON")
    }

    /// The address as it is shown, without the mark.
    pub(crate) fn to_value(self) -> serde_json::Value {
        let hash = blake3::Hash::from_bytes(self.hash).to_hex().to_string();
        let mut address = match self.at {
            ImageAt::Range { offset, length, encoding } => json!({
                "blake3": hash, "bytes": self.bytes, "offset": offset, "length": length,
                "encoding": encoding.name(),
            }),
            ImageAt::Cell { group, column, row, item, encoding } => json!({
                "blake3": hash, "bytes": self.bytes, "group": group, "column": column, "row": row, "item": item,
                "encoding": encoding.name(),
            }),
        };
        let PictureFacts { format, width, height, flaw } = self.facts;
        if let Some(address) = address.as_object_mut() {
            if let Some(format) = format {
                address.insert("format".to_owned(), format.name().into());
                address.insert("width".to_owned(), width.into());
                address.insert("height".to_owned(), height.into());
            }
            if let Some(flaw) = flaw {
                address.insert("flaw".to_owned(), flaw.name().into());
            }
        }
        json!({PLACEHOLDER: address})
    }
}

impl ImageEncoding {
    fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Base64 => "base64",
            Self::JsonBase64 => "json_base64",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Raw, Self::Base64, Self::JsonBase64].into_iter().find(|encoding| encoding.name() == name)
    }
}

/// Asked before memory is taken, with the bytes that reading holds then in all; an error refuses them, and ends the
/// reading.
pub type Admit<'a> = dyn FnMut(u64) -> io::Result<()> + 'a;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Origin, parse};
    use crate::value::Value;
    use crate::{Flaw, Format};

    #[test]
    fn addresses_survive_their_json_form_and_nothing_else_is_taken_for_one() {
        let facts =
            PictureFacts { format: Some(Format::WebP), width: 640, height: 480, flaw: Some(Flaw::Cut) };
        for at in [
            ImageAt::Range { offset: 1 << 40, length: 7, encoding: ImageEncoding::Raw },
            ImageAt::Range { offset: 0, length: 8, encoding: ImageEncoding::JsonBase64 },
            ImageAt::Cell { group: 3, column: 2, row: 99, item: 1, encoding: ImageEncoding::Raw },
        ] {
            let image = EmbeddedImage { hash: [7; 32], bytes: 6, facts, at };
            let stored = image.to_json().to_string();
            assert_eq!(parse(stored.as_bytes(), Origin::Stored), Ok(Value::Picture(Box::new(image))));
            let copied = image.to_value().to_string();
            assert!(
                matches!(parse(copied.as_bytes(), Origin::Stored), Ok(Value::Object(_))),
                "a user's copy"
            );
            assert!(matches!(parse(stored.as_bytes(), Origin::File(0)), Ok(Value::Object(_))), "a JSON file");
        }
    }
}

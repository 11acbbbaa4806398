//! The sample: one record of an annotation file, parsed.

use crate::EmbeddedImage;
use blendscope_shared::key::{KeyImage, SampleKey};
use blendscope_shared::sample::Turn;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One record: its id, images, turns and all its other keys.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "facts about a record, each by itself")]
pub struct Sample {
    /// The id as compact JSON text: `"000000033471"` with its quotes, or `2327515`.
    pub id: Option<Box<str>>,
    /// The images in the record's order.
    pub images: Vec<ImageRef>,
    /// The conversation in order; empty when the record's list of turns is.
    pub turns: Vec<Turn>,
    /// Whether its one turn is a text that is trained on as a whole, a caption or an interleaved document, and no
    /// conversation.
    pub is_document: bool,
    /// Which images stand behind the first six of an interleaved document, which is where llm-jp's loader stops.
    pub late_images: Vec<usize>,
    /// All other keys, in the record's order, then what turns have beside speaker and text.
    pub extra: Map<String, Value>,
    /// Whether the record is of a known shape; false where its texts are turns only because they are texts.
    pub is_certain: bool,
    /// Whether it is a question with a better and a worse answer, whose turns are named `chosen` and `rejected`.
    pub is_preference: bool,
    /// Whether it has a video, which is not shown.
    pub has_video: bool,
    /// What is odd about parts of it, for people; a few words each.
    pub odd: Vec<String>,
    /// Which keys it was read from.
    pub read_as: ReadAs,
}

/// Which keys a record was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadAs {
    /// Keys of its turns, such as `conversations` or `question, answer`; empty without turns.
    pub turns: Cow<'static, str>,
    /// What shape the turns have, such as `from, value`.
    pub shape: &'static str,
    /// Keys of its pictures.
    pub pictures: Vec<Cow<'static, str>>,
    /// Names that the record gives its pictures in texts, on the way to becoming `<image>`.
    pub(crate) place_holders: Vec<String>,
}

impl Sample {
    /// The lasting name of the record, which depends on nothing but its data.
    pub fn key(&self) -> SampleKey {
        SampleKey::of(
            self.id.as_deref(),
            self.images.iter().map(ImageRef::key_part),
            self.turns.iter().map(|turn| (&turn.role, turn.text.as_str())),
        )
    }

    /// The id as people write it: a text id without its quotes and escapes.
    pub fn id_text(&self) -> Option<String> {
        let json = self.id.as_deref()?;
        Some(serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()))
    }
}

/// What a record says about one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageRef {
    /// A path, relative to a folder that the dataset knows; exactly as written, so not to be trusted.
    Path(String),
    /// An address of the web or of a bucket.
    Remote(String),
    /// Bytes inside the annotation file.
    Embedded(EmbeddedImage),
    /// A name in an interleaved document that does not carry the picture.
    NotEmbedded(String),
}

impl ImageRef {
    /// Reads a ref as a record writes it.
    pub fn from_written(written: String) -> Self {
        if is_remote(&written) { Self::Remote(written) } else { Self::Path(written) }
    }

    /// The ref exactly as the record has it; empty for embedded bytes.
    pub fn written(&self) -> &str {
        match self {
            Self::Path(written) | Self::Remote(written) | Self::NotEmbedded(written) => written,
            Self::Embedded(_) => "",
        }
    }

    fn key_part(&self) -> KeyImage<'_> {
        match self {
            Self::Path(written) | Self::Remote(written) | Self::NotEmbedded(written) => {
                KeyImage::Written(written)
            }
            Self::Embedded(image) => KeyImage::Embedded(image.hash),
        }
    }
}

/// Whether a ref is an address: of the web, or of a bucket as in `s3://`, `gs://`, `hf://` or `cluster:s3://`; not
/// `file://`, which is a path of this machine.
fn is_remote(written: &str) -> bool {
    let is_scheme = |scheme: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.:".contains(&byte);
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(letter)
    };
    // Most refs are paths, which have no colon.
    if memchr::memchr(b':', written.as_bytes()).is_none() {
        return false;
    }
    let scheme = written.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
    scheme.is_some_and(|scheme| !scheme.eq_ignore_ascii_case("file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_remote_and_everything_else_is_a_path() {
        for address in ["http://a/b.jpg", "HTTPS://a", "s3://bucket/1.jpg", "cluster:s3://b/1.jpg"] {
            assert_eq!(ImageRef::from_written(address.into()), ImageRef::Remote(address.into()));
        }
        for path in [
            "coco/1.jpg",
            "../../etc/passwd",
            "/abs.jpg",
            "",
            "データ.jpg",
            "database/1.jpg",
            "file:///1.jpg",
            "a b://c",
        ] {
            assert_eq!(ImageRef::from_written(path.into()), ImageRef::Path(path.into()));
        }
    }

    #[test]
    fn id_text_has_no_quotes() {
        let with_id = |id: &str| Sample { id: Some(id.into()), ..Sample::default() };
        assert_eq!(with_id("\"a\\\"b\"").id_text().as_deref(), Some("a\"b"));
        assert_eq!(with_id("2327515").id_text().as_deref(), Some("2327515"));
        assert_eq!(Sample::default().id_text(), None);
    }
}

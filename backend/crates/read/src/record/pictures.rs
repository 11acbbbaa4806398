//! The images of a record out of a binary container: addresses of bytes, paths, or both.

use crate::ImageRef;
use crate::embedded::{EmbeddedImage, PLACEHOLDER};
use serde_json::Value;

/// Bytes of the longest path that a system takes; a longer text is a picture in an encoding that is not known.
const LONGEST_PATH: usize = 4096;

/// Whether a record's JSON form has the address of a picture in it.
pub(crate) fn has_pictures(raw: &[u8]) -> bool {
    memchr::memmem::find(raw, PLACEHOLDER.as_bytes()).is_some()
}

/// Whether a value is an image's bytes, or a struct or list that has some.
pub(super) fn is_picture(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_picture),
        Value::Object(object) => {
            EmbeddedImage::from_json(value).is_some() || object.get("bytes").is_some_and(is_picture)
        }
        _ => false,
    }
}

/// The images that a value names, in order: bytes, `{"bytes": …, "path": …}` structs, paths, or lists of these.
pub(super) fn refs(value: &Value) -> Vec<ImageRef> {
    if let Some(image) = EmbeddedImage::from_json(value) {
        return vec![ImageRef::Embedded(image)];
    }
    match value {
        Value::String(written) if written.len() > LONGEST_PATH => vec![ImageRef::NotEmbedded(String::new())],
        Value::String(written) if !written.is_empty() => vec![ImageRef::from_written(written.clone())],
        Value::Array(items) => items.iter().flat_map(refs).collect(),
        // Bytes that have no address in the file, such as old protocols of pickles make of them.
        Value::Object(object) if object.get("bytes").is_some_and(Value::is_number) => {
            vec![ImageRef::NotEmbedded(String::new())]
        }
        Value::Object(object) => {
            let bytes = object.get("bytes").map(refs).unwrap_or_default();
            if bytes.is_empty() { object.get("path").map(refs).unwrap_or_default() } else { bytes }
        }
        _ => Vec::new(),
    }
}

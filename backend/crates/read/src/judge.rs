//! Tells records of training data from other values: settings, logs, scores, registries.
//!
//! A value whose shape is known is a record, and one is enough. Values of which only the texts can be read are records
//! where they have pictures.

use crate::{Container, ImageRef, RecordError, Sample, parse_record};
use serde_json::Value;

/// Values after which the answer does not change any more.
const ENOUGH: u32 = 50;

/// What a value is.
pub(crate) enum Verdict {
    /// A record whose shape is known.
    Record,
    /// Something with texts and pictures.
    Pictures,
    /// Something with texts.
    Texts,
    /// Nothing that says anything about the others: a value by itself or an object of nulls, for this reason.
    Nothing(RecordError),
    /// Something else, for this reason.
    Other(RecordError),
}

/// Says what the text of a record is.
pub(crate) fn verdict(container: Container, raw: &[u8]) -> Verdict {
    match parse_record(container, raw) {
        Ok(sample) if sample.is_certain => Verdict::Record,
        Ok(sample) if has_pictures(&sample) => Verdict::Pictures,
        Ok(_) => Verdict::Texts,
        Err(error) if is_nothing(raw) => Verdict::Nothing(error),
        Err(error) => Verdict::Other(error),
    }
}

/// Whether a record's text is a null, text or number, or an object of nothing else than nulls.
fn is_nothing(raw: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(raw) {
        Ok(Value::Object(object)) => object.values().all(Value::is_null),
        Ok(value) => !value.is_array(),
        Err(_) => false,
    }
}

fn has_pictures(sample: &Sample) -> bool {
    sample.images.iter().any(|image| !matches!(image, ImageRef::NotEmbedded(_)))
}

/// Whether a value of a JSON object, or a member of one with its key, is a record whose shape is known.
pub(crate) fn is_record(raw: &[u8]) -> bool {
    matches!(verdict(Container::JSON_OBJECT, raw), Verdict::Record)
}

/// Looks at values one after the other.
#[derive(Default)]
pub(crate) struct Judge {
    /// Values that say something about the others.
    seen: u32,
    records: u32,
    with_pictures: u32,
    texts: u32,
}

impl Judge {
    /// Looks at the next value of a list; true when that was enough.
    pub(crate) fn look(&mut self, raw: &[u8]) -> bool {
        self.count(&verdict(Container::JSON_OBJECT, raw))
    }

    /// Counts a value; true when that was enough.
    pub(crate) fn count(&mut self, verdict: &Verdict) -> bool {
        self.seen += u32::from(!matches!(verdict, Verdict::Nothing(_)));
        match verdict {
            Verdict::Record => self.records += 1,
            Verdict::Pictures => self.with_pictures += 1,
            Verdict::Texts => self.texts += 1,
            Verdict::Nothing(_) | Verdict::Other(_) => {}
        }
        self.records > 0 || self.seen >= ENOUGH
    }

    /// Whether a value was a record of a known shape.
    pub(crate) fn has_records(&self) -> bool {
        self.records > 0
    }

    /// Whether most of the values so far have texts or pictures: enough for a table or an archive.
    pub(crate) fn has_texts(&self) -> bool {
        self.records > 0 || (self.with_pictures + self.texts) * 2 > self.seen
    }

    /// Whether the values so far are training data.
    pub(crate) fn is_data(&self) -> bool {
        self.records > 0 || self.with_pictures > 0 && self.with_pictures * 2 >= self.seen
    }
}

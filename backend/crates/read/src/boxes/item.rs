//! One item of a box file.

use crate::split::member_parts;
use blendscope_shared::sample::LabelledBox;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

/// Boxes of one picture that are read. Detectors draw some dozens; the limit bounds what a hostile file can cost.
const MOST_BOXES: usize = 10_000;

/// What an item is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxItem {
    /// The id as text: a number as it is written, a text without its quotes.
    pub id: String,
    /// Whether it has boxes of a video's frames instead of a picture's.
    pub is_video: bool,
}

/// The keys by which items are told apart.
#[derive(serde::Deserialize)]
struct Outline<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    frames: Option<IgnoredAny>,
}

/// The keys that hold the boxes.
#[derive(serde::Deserialize)]
struct Lists {
    #[serde(default)]
    boxes: Limited<[f64; 4]>,
    #[serde(default)]
    scores: Limited<Option<f64>>,
    #[serde(default)]
    labels: Limited<Option<String>>,
}

/// Says which id an item has: its key where it has one, as the trainer looks it up, else its `id`.
pub fn look_at(raw: &[u8]) -> Result<BoxItem, String> {
    let (key, item) = key_and_item(raw)?;
    let outline: Outline<'_> = serde_json::from_slice(item).map_err(|error| no_item(&error))?;
    let id = match (key, outline.id) {
        (Some(key), _) => serde_json::from_slice(key).map_err(|error| no_item(&error))?,
        (None, Some(id)) => id_text(id)?,
        (None, None) => return Err("a box item without an `id`".to_owned()),
    };
    Ok(BoxItem { id, is_video: outline.frames.is_some() })
}

/// Reads the boxes of an item, in pixels as they stand. A box without a score or label is one without.
pub fn parse_boxes(raw: &[u8]) -> Result<Vec<LabelledBox>, String> {
    let (_, item) = key_and_item(raw)?;
    let lists: Lists = serde_json::from_slice(item).map_err(|error| no_item(&error))?;
    let mut scores = lists.scores.0.into_iter();
    let mut labels = lists.labels.0.into_iter();
    let labelled = lists.boxes.0.into_iter().map(|edges| LabelledBox {
        edges,
        label: labels.next().flatten().unwrap_or_default(),
        score: scores.next().flatten(),
    });
    Ok(labelled.collect())
}

/// Falls a range into the key, if it begins with one, and the item.
fn key_and_item(raw: &[u8]) -> Result<(Option<&[u8]>, &[u8]), String> {
    let (key, item) = match raw.first() {
        Some(b'"') => {
            let (key, item) = member_parts(raw).ok_or("a key without an item")?;
            (Some(key), item)
        }
        _ => (None, raw),
    };
    // Asked here because an array would pass for an object whose keys are left out.
    if item.first() != Some(&b'{') {
        return Err("a box item that is not an object".to_owned());
    }
    Ok((key, item))
}

fn id_text(id: &RawValue) -> Result<String, String> {
    match id.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(id.get()).map_err(|error| no_item(&error)),
        Some(b'-' | b'0'..=b'9') => Ok(id.get().to_owned()),
        _ => Err("a box item whose `id` is neither a text nor a number".to_owned()),
    }
}

fn no_item(error: &serde_json::Error) -> String {
    format!("not a box item: {error} of it")
}

/// A list, or null, of no more than [`MOST_BOXES`] values.
struct Limited<T>(Vec<T>);

impl<T> Default for Limited<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Limited<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LimitedVisitor(PhantomData))
    }
}

struct LimitedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LimitedVisitor<T> {
    type Value = Limited<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Limited<T>, E> {
        Ok(Limited::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Limited<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            if values.len() == MOST_BOXES {
                return Err(A::Error::custom(format_args!("more than {MOST_BOXES} boxes of one picture")));
            }
            values.push(value);
        }
        Ok(Limited(values))
    }
}

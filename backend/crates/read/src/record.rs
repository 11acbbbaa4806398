//! One record's bytes to a sample, in every dialect of LLaVA's schema.
//!
//! | part | accepted |
//! |---|---|
//! | id | `id`, else `idx`: a text, a number, null or absent |
//! | images | `image`, then what `images` and the parts of turns add: a text, a list, null, `""` or absent |
//! | turns | `conversations`, else `conversation`, else `messages` |
//! | speaker | `from`, else `role` |
//! | text | `value`, else `content`: a text, or a list of parts, joined by line breaks |
//!
//! All other keys are extra. Of a key that stands twice the last value counts, as in Python. What Python writes or
//! reads and JSON forbids is repaired: lone surrogates, broken UTF-8, NaN and infinities, raw control characters.

mod dense;
mod document;
mod fields;
mod images;
mod only_id;
mod pictures;
mod repair;
mod table;
mod turns;

use crate::{Container, Sample, record_text};
use dense::is_too_dense;
use fields::Fields;
pub use only_id::parse_id;
pub(crate) use pictures::has_pictures;
pub(crate) use repair::repair;
use serde_json::Map;

/// Keys that may hold the turns, in order of preference.
const TURN_KEYS: [&str; 3] = ["conversations", "conversation", "messages"];

/// Longest message taken over from the JSON parser, which quotes values in full.
const LONGEST_MESSAGE: usize = 160;

/// Why a record is not a sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or a value of the wrong kind.
    #[error("{message}, at byte {offset} of the record")]
    Malformed {
        /// Where in the record, in bytes from its start.
        offset: usize,
        /// What is wrong there.
        message: String,
    },
    /// An answer pair for preference training.
    #[error("preference pair (`chosen` and `rejected`), a schema not read")]
    PreferencePair,
    /// An object without turns.
    #[error("no conversations; {}", if keys.is_empty() { "pictures without a text".to_owned() } else { format!("its keys are {}", keys.join(", ")) })]
    NoConversations {
        /// The keys that it has, without those of id and images.
        keys: Vec<String>,
    },
}

/// Parses one record, as the reader of its container handed it out.
pub fn parse_record(container: Container, raw: &[u8]) -> Result<Sample, RecordError> {
    if is_too_dense(raw) {
        let message = "so many tiny values that reading them would take too much memory".to_owned();
        return Err(RecordError::Malformed { offset: 0, message });
    }
    if container.form.is_text() {
        parse_text(&record_text(container, raw))
    } else {
        table::parse(container, raw)
    }
}

/// Parses the text of one record.
fn parse_text(raw: &[u8]) -> Result<Sample, RecordError> {
    match serde_json::from_slice(raw) {
        Ok(fields) => sample(fields, raw),
        Err(error) => parse_repaired(raw, &error),
    }
}

/// The path for the few records that strict JSON refuses.
fn parse_repaired(raw: &[u8], error: &serde_json::Error) -> Result<Sample, RecordError> {
    let Some(repaired) = repair(raw) else { return Err(malformed(raw, error, |offset| offset)) };
    match serde_json::from_slice(&repaired.text) {
        Ok(fields) => sample(fields, &repaired.text),
        Err(error) => Err(malformed(&repaired.text, &error, |offset| repaired.original(offset))),
    }
}

fn sample(fields: Fields, raw: &[u8]) -> Result<Sample, RecordError> {
    let Fields { mut id, images, turns, mut extra } = fields;
    let found = turns.iter().filter(|turns| turns.is_some()).count();
    let Some((used, turns)) = turns.into_iter().enumerate().find_map(|(key, turns)| Some((key, turns?)))
    else {
        return document::sample(id, extra).unwrap_or_else(|extra| Err(without_turns(&extra)));
    };
    if found > 1 {
        keep_other_turns(raw, used, &mut extra);
    }
    if id.is_none() && extra.get("idx").is_some_and(|idx| idx.is_string() || idx.is_number()) {
        id = extra.shift_remove("idx").map(|idx| idx.to_string().into());
    }
    let images = images.merge(turns.images);
    Ok(Sample { id, images, turns: turns.items, extra, ..Sample::default() })
}

fn without_turns(extra: &Map<String, serde_json::Value>) -> RecordError {
    if extra.contains_key("chosen") && extra.contains_key("rejected") {
        return RecordError::PreferencePair;
    }
    RecordError::NoConversations { keys: extra.keys().cloned().collect() }
}

/// Keeps a second list of turns as an extra key: rare, so the record is parsed once more for it.
fn keep_other_turns(raw: &[u8], used: usize, extra: &mut Map<String, serde_json::Value>) {
    let Ok(mut whole) = serde_json::from_slice::<Map<_, _>>(raw) else { return };
    for key in TURN_KEYS.iter().skip(used + 1) {
        if let Some(value) = whole.shift_remove(*key) {
            extra.insert((*key).to_owned(), value);
        }
    }
}

fn malformed(text: &[u8], error: &serde_json::Error, original: impl Fn(usize) -> usize) -> RecordError {
    let full = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = full.strip_suffix(&place).unwrap_or(&full);
    let message = if message == "recursion limit exceeded" { "nested too deep" } else { message };
    let offset = original(place_of(text, error.line(), error.column()));
    RecordError::Malformed { offset, message: shortened(message) }
}

fn shortened(message: &str) -> String {
    if message.len() <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let end = message.floor_char_boundary(LONGEST_MESSAGE / 2);
    let tail = message.ceil_char_boundary(message.len() - LONGEST_MESSAGE / 2);
    format!("{}…{}", &message[..end], &message[tail..])
}

/// The byte of a line and column, both from 1, as the JSON parser counts them.
fn place_of(text: &[u8], line: usize, column: usize) -> usize {
    let line_start = match line.checked_sub(2) {
        Some(breaks) => memchr::memchr_iter(b'\n', text).nth(breaks).map_or(0, |at| at + 1),
        None => 0,
    };
    (line_start + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests;

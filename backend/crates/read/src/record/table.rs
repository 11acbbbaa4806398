//! One record of a binary container, in its JSON form, to a sample.
//!
//! | schema | where it is from | turns |
//! |---|---|---|
//! | `conversations` | LLaVA-NeXT's parquet | as in JSON files |
//! | `text_list`, `image_info` | mmc4, llm-jp's Japanese documents | one text with its images |
//! | `question`, `answer` | vflan pickles (keys with a colon behind occur) | two |
//! | `ground_truth` | SynthDoG's parquet | the text sequence inside it |
//! | `text`, `caption`, `txt` | COYO, llm-jp's Japanese pairs, WebDataset | one text behind its images |
//! | images alone | mmc4 before merging | none |

use super::document::{self, captioned, whole};
use super::pictures::{is_picture, refs};
use super::{RecordError, TURN_KEYS, parse_text};
use crate::{Container, ImageRef, Sample};
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use serde_json::{Map, Value};

/// Keys whose values are images, whether bytes or paths.
const IMAGE_KEYS: [&str; 5] = ["image", "images", "image:", "rawbytes", "img"];

/// Keys that may hold a caption, in order of preference.
const CAPTION_KEYS: [&str; 3] = ["text", "caption", "txt"];

/// Keys that may hold the id, in order of preference.
const ID_KEYS: [&str; 4] = ["id", "idx", "__key__", "key"];

/// Parses the JSON form of a record.
pub(super) fn parse(container: Container, raw: &[u8]) -> Result<Sample, RecordError> {
    let mut record: Map<String, Value> = serde_json::from_slice(raw)
        .map_err(|error| RecordError::Malformed { offset: 0, message: error.to_string() })?;
    lift_json_member(container, &mut record);
    let images = take_images(&mut record);
    if TURN_KEYS.iter().any(|key| record.contains_key(*key)) {
        return conversation(&record, images);
    }
    let id = take_id(&mut record);
    if record.contains_key("text_list") {
        return document::sample(id, record).unwrap_or_else(|record| Err(super::without_turns(&record)));
    }
    let is_document = !record.contains_key("question");
    let turns = match turns(&mut record, images.len()) {
        Some(turns) => turns,
        None if images.is_empty() || container == Container::TAR => {
            return Err(super::without_turns(&record));
        }
        None => Vec::new(),
    };
    Ok(Sample { id, images, turns, is_document, late_images: Vec::new(), extra: record })
}

/// The `.json` member of a WebDataset sample says what the record's own keys would.
fn lift_json_member(container: Container, record: &mut Map<String, Value>) {
    if container != Container::TAR || !record.get("json").is_some_and(Value::is_object) {
        return;
    }
    let Some(Value::Object(members)) = record.shift_remove("json") else { return };
    for (key, value) in members {
        // A path beside the picture's own bytes names the same picture.
        let names_picture = IMAGE_KEYS.contains(&key.as_str()) && record.values().any(is_picture);
        if !names_picture {
            record.entry(key).or_insert(value);
        }
    }
}

/// Takes what is an image out of the record: values of the usual keys, and bytes under any other.
fn take_images(record: &mut Map<String, Value>) -> Vec<ImageRef> {
    let keys: Vec<String> = record
        .iter()
        .filter(|(key, value)| IMAGE_KEYS.contains(&key.as_str()) || is_picture(value))
        .map(|(key, _)| key.clone())
        .collect();
    keys.iter().filter_map(|key| record.shift_remove(key)).flat_map(|value| images_in(&value)).collect()
}

/// The images of a value; a dict of name to bytes, as mmc4 has it before merging, holds several.
fn images_in(value: &Value) -> Vec<ImageRef> {
    match value {
        Value::Object(members) if !is_picture(value) && members.values().any(is_picture) => {
            members.values().flat_map(refs).collect()
        }
        _ => refs(value),
    }
}

fn conversation(record: &Map<String, Value>, images: Vec<ImageRef>) -> Result<Sample, RecordError> {
    let text = serde_json::to_vec(record)
        .map_err(|error| RecordError::Malformed { offset: 0, message: error.to_string() })?;
    let mut sample = parse_text(&text)?;
    sample.images.splice(0..0, images);
    Ok(sample)
}

/// The id as compact JSON text.
fn take_id(record: &mut Map<String, Value>) -> Option<Box<str>> {
    let is_id = |value: &Value| value.is_string() || value.is_number();
    let key = ID_KEYS.iter().find(|key| record.get(**key).is_some_and(is_id))?;
    let id = record.shift_remove(*key)?;
    // Archives that were packed from within a folder have `./` before every name.
    let plain = id.as_str().and_then(|name| name.strip_prefix("./")).map(Value::from);
    Some(plain.unwrap_or(id).to_string().into())
}

fn turns(record: &mut Map<String, Value>, images: usize) -> Option<Vec<Turn>> {
    if let Some(turns) = question_and_answer(record, images) {
        return Some(turns);
    }
    if let Some(text) = ground_truth(record) {
        return Some(vec![whole(captioned(images, &text))]);
    }
    let key = CAPTION_KEYS.iter().find(|key| record.get(**key).is_some_and(Value::is_string))?;
    let Some(Value::String(caption)) = record.shift_remove(*key) else { return None };
    Some(vec![whole(captioned(images, &caption))])
}

/// A question with its images before it, and the answer; in some files a colon stands behind the key.
fn question_and_answer(record: &mut Map<String, Value>, images: usize) -> Option<Vec<Turn>> {
    let answer_key =
        ["answer", "answer:"].into_iter().find(|key| record.get(*key).is_some_and(Value::is_string))?;
    record.get("question").filter(|question| question.is_string())?;
    let (Some(Value::String(question)), Some(Value::String(answer))) =
        (record.shift_remove("question"), record.shift_remove(answer_key))
    else {
        return None;
    };
    let question = format!("{}{question}", format!("{IMAGE_TOKEN}\n").repeat(images));
    Some(vec![Turn { role: Role::Human, text: question }, Turn { role: Role::Gpt, text: answer }])
}

/// The text of SynthDoG's `{"gt_parse": {"text_sequence": "…"}}`, which is JSON inside a text. Whatever else is in it
/// stays where it was.
fn ground_truth(record: &mut Map<String, Value>) -> Option<String> {
    let truth: Value = serde_json::from_str(record.get("ground_truth")?.as_str()?).ok()?;
    let text = truth.pointer("/gt_parse/text_sequence")?.as_str()?.to_owned();
    if truth == serde_json::json!({"gt_parse": {"text_sequence": text}}) {
        record.shift_remove("ground_truth");
    }
    Some(text)
}

#[cfg(test)]
mod tests;

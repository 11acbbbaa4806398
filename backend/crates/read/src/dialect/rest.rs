//! What no other shape fits: the texts of a record as turns under the names of their keys, so that nothing is lost.

use super::record::Draft;
use super::table::is_picture_name;
use crate::Form;
use crate::value::Value;
use blendscope_shared::role::Role;

/// Most turns that are made so.
const TURNS_MAX: usize = 40;

/// Levels of objects whose texts are taken.
const DEEPEST: usize = 3;

/// Reads the texts of a record that has pictures, or of one in which somebody says something.
pub(super) fn read(draft: &mut Draft<'_, '_>) -> bool {
    let mut texts = Vec::new();
    let mut whole = Vec::new();
    for (place, value) in draft.fields.iter() {
        let before = texts.len();
        let key = &draft.fields.at(place).key;
        match value {
            Value::Text(text) if draft.form == Form::Tar && !draft.images.is_empty() && is_number(text) => {
                texts.push((key.clone().into_owned(), text.trim().to_owned()));
            }
            _ => collect(key, value, DEEPEST, &mut texts),
        }
        if value.as_text().is_some() && texts.len() > before {
            whole.push(place);
        }
    }
    let has_words = texts.iter().any(|(_, text)| is_said(text));
    if texts.is_empty() || draft.images.is_empty() && !has_words {
        return false;
    }
    for place in whole {
        drop(draft.fields.take(place));
    }
    // The key of a sample does not depend on the order of a record's keys.
    texts.sort_by(|(one, _), (other, _)| one.cmp(other));
    let keys: Vec<String> = texts.iter().map(|(key, _)| key.clone()).collect();
    for (key, text) in texts {
        draft.push(Role::Other(key), text);
    }
    draft.sample.is_certain = draft.has_empty_turns();
    draft.sample.is_document = true;
    draft.read_as(keys.join(", "), "texts under their keys");
    true
}

fn collect(key: &str, value: &Value<'_>, levels: usize, into: &mut Vec<(String, String)>) {
    if into.len() >= TURNS_MAX || levels == 0 {
        return;
    }
    match value {
        Value::Text(text) if is_readable(text) => into.push((key.to_owned(), text.clone().into_owned())),
        Value::List(items) => {
            let texts: Vec<&str> =
                items.iter().filter_map(Value::as_text).filter(|text| is_said(text)).collect();
            if !texts.is_empty() {
                into.push((key.to_owned(), texts.join("\n")));
            }
            for item in items.iter().filter(|item| item.as_object().is_some()) {
                collect(key, item, levels - 1, into);
            }
        }
        // Bytes that are no picture, as the readers of archives and pickles hand them out.
        Value::Object(object) if object.get("blake3").is_some() && object.get("bytes").is_some() => {}
        Value::Object(object) => {
            for (name, value) in object.iter() {
                collect(&format!("{key}.{name}"), value, levels - 1, into);
            }
        }
        _ => {}
    }
}

/// Whether a text is one number: the class of a picture, in a member of its own as `WebDataset` has it.
fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether a text is something to read: no number, address, path or base64.
fn is_readable(text: &str) -> bool {
    let is_one_word = !text.trim().contains(char::is_whitespace);
    let is_address = is_one_word && (text.contains("://") || text.contains('/') || is_picture_name(text));
    text.chars().any(char::is_alphabetic)
        && !is_address
        && !(is_one_word && text.is_ascii() && text.len() > 64)
}

/// Whether a text is of several words, or of a script without blanks between them.
pub(super) fn is_said(text: &str) -> bool {
    is_readable(text)
        && (text.trim().contains(char::is_whitespace) || text.chars().filter(|c| !c.is_ascii()).count() > 1)
}

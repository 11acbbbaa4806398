//! Captions: a text behind its pictures, trained on as a whole; and whole chats in one text.

use super::beside;
use super::record::{Draft, Emptiness};
use super::table::Meaning;
use crate::value::Value;
use blendscope_shared::content::{IMAGE_TOKEN, image_tokens};
use blendscope_shared::role::Role;
use std::borrow::Cow;

/// What a literal place-holder in a text is replaced by, so that it stands for no image.
const HARMLESS_TOKEN: &str = "<IMAGE>";

/// Marks at the begin of a line that say who speaks, in texts that hold a whole chat.
const SPEAKERS: [(&str, Role); 16] = [
    ("### Human:", Role::Human),
    ("### User:", Role::Human),
    ("### Instruction:", Role::Human),
    ("### Assistant:", Role::Gpt),
    ("### Response:", Role::Gpt),
    ("Human:", Role::Human),
    ("HUMAN:", Role::Human),
    ("User:", Role::Human),
    ("USER:", Role::Human),
    ("AI:", Role::Gpt),
    ("Assistant:", Role::Gpt),
    ("ASSISTANT:", Role::Gpt),
    ("GPT:", Role::Gpt),
    ("Bot:", Role::Gpt),
    ("System:", Role::System),
    ("SYSTEM:", Role::System),
];

/// Reads a caption, or several of the same picture.
pub(super) fn read(draft: &mut Draft<'_, '_>, emptiness: Emptiness) -> bool {
    let mut places = draft.fields.places(Meaning::Caption);
    places.extend(
        draft
            .fields
            .places(Meaning::Turns)
            .into_iter()
            .filter(|place| draft.fields.at(*place).key == "texts"),
    );
    if !draft.images.is_empty() {
        places.extend(draft.fields.places(Meaning::PictureCaption));
    }
    places.into_iter().any(|place| emptiness.is_of(draft.fields.value(place)) && whole_at(draft, place))
}

/// Takes the text at a place as the whole; false if it is none.
pub(super) fn whole_at(draft: &mut Draft<'_, '_>, place: usize) -> bool {
    let Some(text) = text_of(draft.fields.value(place)) else { return false };
    let text = text.into_owned();
    let key = draft.fields.at(place).key.clone().into_owned();
    drop(draft.fields.take(place));
    // What asks and has no answer is a question of an exam.
    if key == "text" && draft.fields.has("question_id") {
        let tokens = format!("{IMAGE_TOKEN}\n").repeat(draft.unplaced(&text));
        draft.push(Role::Human, tokens + &text);
        draft.read_as(key, "a question without an answer");
        return true;
    }
    if chat(draft, &text) {
        draft.read_as(key, "a chat in one text");
        return true;
    }
    let text = draft.gathered().content(Value::Text(Cow::Owned(text))).unwrap_or_default();
    whole(draft, &text);
    beside::of_caption(draft);
    draft.read_as(key, "a text as a whole");
    true
}

/// A text, or texts of the same picture with a line for each.
fn text_of<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) if text.starts_with("['") || text.starts_with("[\"") => {
            let list = super::turns::list_in(text);
            Some(list.map_or(Cow::Borrowed(text.as_ref()), |texts| Cow::Owned(texts.join("\n"))))
        }
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::List(items) => {
            let texts: Vec<Cow<'_, str>> = items.iter().filter_map(one_text).collect();
            (!texts.is_empty()).then(|| Cow::Owned(texts.join("\n")))
        }
        Value::Object(object) => {
            one_text(&Value::Object(object.clone())).map(|text| Cow::Owned(text.into_owned()))
        }
        _ => None,
    }
}

/// `"…"`, `{"raw": "…"}` or `{"caption": "…"}`.
fn one_text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Object(object) => ["caption", "text", "raw", "sentence", "value", "phrase"]
            .iter()
            .find_map(|key| object.get(key)?.as_text())
            .map(|text| Cow::Owned(text.to_owned())),
        _ => None,
    }
}

/// Adds a text that is trained on as a whole, its pictures before it unless it says where they stand.
pub(super) fn whole(draft: &mut Draft<'_, '_>, text: &str) {
    let (images, tokens) = (draft.images.len(), image_tokens(text));
    let says_where = images > 1 && tokens == images || !draft.gathered().images.is_empty();
    let text = if says_where { text.to_owned() } else { captioned(images, text) };
    draft.push(Role::Gpt, text);
    draft.sample.is_document = true;
}

/// A caption behind its images, as the loaders of pairs put it.
fn captioned(images: usize, caption: &str) -> String {
    format!("{}{}", IMAGE_TOKEN.repeat(images), harmless(caption))
}

/// A text whose place-holders stand for no image.
pub(super) fn harmless(text: &str) -> String {
    text.replace(IMAGE_TOKEN, HARMLESS_TOKEN)
}

/// Cuts a text at the marks of who speaks; false unless both sides speak.
fn chat(draft: &mut Draft<'_, '_>, text: &str) -> bool {
    let turns = if text.contains("<|im_start|>") { marked_turns(text) } else { lines(text) };
    let speaks = |role: &Role| turns.iter().any(|(speaker, _)| speaker == role);
    if !speaks(&Role::Human) || !speaks(&Role::Gpt) {
        return false;
    }
    for (role, text) in turns {
        let text = draft.gathered().content(Value::Text(Cow::Borrowed(text))).unwrap_or_default();
        draft.push(role, text);
    }
    true
}

/// `Human: …`, `AI: …` at the begin of lines; what stands before the first of them is the system's.
fn lines(text: &str) -> Vec<(Role, &str)> {
    let mut turns = Vec::new();
    let (mut role, mut from, mut at) = (Role::System, 0, 0);
    for line in text.split_inclusive('\n') {
        if let Some((mark, speaker)) = SPEAKERS.iter().find(|(mark, _)| line.trim_start().starts_with(mark)) {
            push(&mut turns, std::mem::replace(&mut role, speaker.clone()), &text[from..at]);
            from = at + (line.len() - line.trim_start().len()) + mark.len();
        }
        at += line.len();
    }
    push(&mut turns, role, &text[from..]);
    turns
}

/// `<|im_start|>user … <|im_end|>`.
fn marked_turns(text: &str) -> Vec<(Role, &str)> {
    let mut turns = Vec::new();
    for piece in text.split("<|im_start|>").skip(1) {
        let said = piece.split("<|im_end|>").next().unwrap_or(piece);
        let (name, said) = said.split_once('\n').unwrap_or((said, ""));
        push(&mut turns, Role::from_name(name.trim()), said);
    }
    turns
}

fn push<'t>(turns: &mut Vec<(Role, &'t str)>, role: Role, text: &'t str) {
    let text = text.trim();
    if !text.is_empty() {
        turns.push((role, text));
    }
}

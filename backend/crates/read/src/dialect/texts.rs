//! Records that are one text, trained on from its first word to its last: captions, interleaved documents, and what no
//! other shape fits.
//!
//! A caption stands behind its pictures; a whole chat may stand in one text.
//!
//! In the schema of mmc4 and of llm-jp's Japanese documents there are sentences in `text_list`, and per image in
//! `image_info` a `matched_text_index` and perhaps the picture in `image_base64`. The text is put together as llm-jp's
//! loader does: an image stands before its sentence, sentences are joined by a blank, and `<image>` inside a sentence
//! is made harmless. That loader takes the first six images of `image_info`; here all are shown, and those behind are
//! noted. In the schema of OBELICS `images` and `texts` are as long as each other, and where one has something the
//! other has null. Others have one list of texts and pictures in turn.
//!
//! The texts of any other record are turns under the names of their keys, so that nothing is lost.

use super::content::{Named, image_refs, pictures_of};
use super::table::{Meaning, is_picture_name};
use super::{Draft, Emptiness, turns};
use crate::Form;
use crate::json::{Origin, parse};
use crate::sample::ImageRef;
use crate::value::{Value, left_out};
use blendscope_shared::content::{IMAGE_TOKEN, image_tokens};
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
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
pub(super) fn read_captions(draft: &mut Draft<'_, '_>, emptiness: Emptiness) -> bool {
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
    places.into_iter().any(|place| emptiness.is_of(draft.fields.value(place)) && read_text_at(draft, place))
}

/// Takes the text at a place as the whole; false if it is none.
pub(super) fn read_text_at(draft: &mut Draft<'_, '_>, place: usize) -> bool {
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
    add_text(draft, &text);
    take_further_texts_of_caption(draft);
    draft.read_as(key, "a text as a whole");
    true
}

/// A text, or texts of the same picture with a line for each.
fn text_of<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) if text.starts_with("['") || text.starts_with("[\"") => {
            let list = turns::list_in(text);
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
pub(super) fn add_text(draft: &mut Draft<'_, '_>, text: &str) {
    let (images, tokens) = (draft.images.len(), image_tokens(text));
    let says_where = images > 1 && tokens == images || !draft.gathered().images.is_empty();
    let text = if says_where { text.to_owned() } else { captioned(images, text) };
    draft.push(Role::Gpt, text);
    draft.sample.is_document = true;
}

/// A caption behind its images, as the loaders of pairs put it.
fn captioned(images: usize, caption: &str) -> String {
    format!("{}{}", IMAGE_TOKEN.repeat(images), without_place_holders(caption))
}

/// A text whose place-holders stand for no image.
pub(super) fn without_place_holders(text: &str) -> String {
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

/// Images of a document that llm-jp's loader takes (`max_num_images`).
const IMAGES_TAKEN: usize = 6;

/// An image of a document and the sentence that it stands before.
struct Matched {
    sentence: usize,
    /// Its number in `image_info`.
    number: usize,
    image: ImageRef,
}

/// Reads sentences with images that name theirs.
pub(super) fn read_matched(draft: &mut Draft<'_, '_>, emptiness: Emptiness) -> bool {
    let Some(place) = draft.fields.places(Meaning::Document).into_iter().next() else { return false };
    let has_images = draft.fields.place_of("image_info").is_some();
    if !has_images && !emptiness.is_of(draft.fields.value(place)) {
        return false;
    }
    let Some(items) = draft.fields.value(place).as_list() else { return false };
    let sentences: Vec<String> =
        items.iter().map(|item| item.words().unwrap_or_default().into_owned()).collect();
    let odd = items.iter().filter(|item| item.as_text().is_none()).count();
    if odd > 0 {
        draft.gathered().note(|| format!("{odd} items of `text_list` are no texts"));
    }
    drop(draft.fields.take(place));
    let mut images = Vec::new();
    if let Some(place) = draft.fields.place_of("image_info") {
        let mut info = draft.fields.take(place);
        images = matches(&info, sentences.len());
        leave_out_encoded_pictures(&mut info);
        draft.fields.put_back(place, info);
    }
    let text = text(&sentences, &images);
    draft.sample.late_images = (0..images.len()).filter(|at| images[*at].number >= IMAGES_TAKEN).collect();
    draft.images.extend(images.into_iter().map(|matched| matched.image));
    document(draft, text);
    draft.read_as("text_list", "an interleaved document");
    true
}

fn document(draft: &mut Draft<'_, '_>, text: String) {
    draft.push(Role::Gpt, text);
    draft.sample.is_document = true;
}

/// A JSON file may carry what is no picture that is known as base64 text, which is nothing to read or to search.
fn leave_out_encoded_pictures(info: &mut Value<'_>) {
    let Value::List(info) = info else { return };
    for image in info {
        let Value::Object(image) = image else { continue };
        for (key, value) in &mut image.0 {
            if key == "image_base64"
                && let Some(text) = value.as_text()
            {
                *value = Value::Text(left_out(text.len()).into());
            }
        }
    }
}

/// The images in the order in which they stand in the text; one that matches no sentence stands at the end.
fn matches(info: &Value<'_>, sentences: usize) -> Vec<Matched> {
    let index = |info: &Value<'_>| match info.as_object()?.get("matched_text_index")? {
        Value::Number(text) => text.parse::<usize>().ok(),
        _ => None,
    };
    let info = info.as_list().unwrap_or_default();
    let mut images: Vec<Matched> = info
        .iter()
        .enumerate()
        .map(|(number, info)| Matched {
            sentence: index(info).map_or(sentences, |index| sentences.min(index)),
            number,
            image: image(info),
        })
        .collect();
    images.sort_by_key(|image| image.sentence);
    images
}

fn image(info: &Value<'_>) -> ImageRef {
    let get = |key: &&str| info.as_object()?.get(key);
    let carried = ["image_base64", "image"].iter().find_map(get);
    let name = ["image_name", "raw_url"].iter().find_map(|key| get(key)?.as_text());
    let embedded = carried.map(image_refs).unwrap_or_default().into_iter();
    embedded
        .into_iter()
        .find(|image| matches!(image, ImageRef::Embedded(_)))
        .unwrap_or_else(|| ImageRef::NotEmbedded(name.unwrap_or_default().to_owned()))
}

fn text(sentences: &[String], images: &[Matched]) -> String {
    let tokens =
        |index: usize| IMAGE_TOKEN.repeat(images.iter().filter(|image| image.sentence == index).count());
    let mut pieces: Vec<String> = sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| format!("{}{}", tokens(index), without_place_holders(sentence)))
        .collect();
    let behind = tokens(sentences.len());
    if !behind.is_empty() {
        pieces.push(behind);
    }
    pieces.join(" ")
}

/// Reads `images` and `texts` that are in step.
pub(super) fn read_in_step(draft: &mut Draft<'_, '_>) -> bool {
    let (Some(images), Some(texts)) =
        (draft.fields.place_exactly("images"), draft.fields.place_exactly("texts"))
    else {
        return false;
    };
    let list = |place: usize| draft.fields.value(place).as_list().unwrap_or_default();
    let (pictures, said) = (list(images), list(texts));
    let are_texts = said.iter().all(|text| matches!(text, Value::Text(_) | Value::Null));
    let is_gap =
        |(picture, text): (&Value<'_>, &Value<'_>)| picture.is_null() != text.is_null() || picture.is_null();
    if said.is_empty() || pictures.len() != said.len() || !are_texts || !pictures.iter().zip(said).all(is_gap)
    {
        return false;
    }
    let pieces: Vec<String> = said
        .iter()
        .zip(pictures)
        .filter_map(|(text, picture)| match text.as_text() {
            Some(text) => Some(without_place_holders(text)),
            None if picture.is_null() => None,
            None => Some(IMAGE_TOKEN.to_owned()),
        })
        .collect();
    let found: Vec<ImageRef> = pictures.iter().filter(|picture| !picture.is_null()).map(image_at).collect();
    draft.images.extend(found);
    drop((draft.fields.take(images), draft.fields.take(texts)));
    document(draft, pieces.join("\n"));
    draft.read_as("images, texts", "an interleaved document");
    draft.sample.read_as.pictures.push("images".into());
    true
}

fn image_at(value: &Value<'_>) -> ImageRef {
    image_refs(value).into_iter().next().unwrap_or_else(|| ImageRef::NotEmbedded(String::new()))
}

/// Reads one list of texts and pictures.
pub(super) fn read_sequence(draft: &mut Draft<'_, '_>) -> bool {
    let is_sequence = |place: &usize| {
        let items = draft.fields.value(*place).as_list().unwrap_or_default();
        let is_part = |item: &Value<'_>| {
            matches!(item, Value::Text(_) | Value::Object(_) | Value::Picture(_) | Value::Null)
        };
        items.len() > 1 && items.iter().all(is_part)
    };
    let place = draft.fields.places(Meaning::Sequence).into_iter().find(is_sequence);
    let Some(place) = place else { return false };
    let key = draft.fields.at(place).key.clone().into_owned();
    let Value::List(mut items) = draft.fields.take(place) else { return false };
    for item in &mut items {
        if item.as_text().is_some_and(is_picture_name)
            && let Named::Pictures(found) = pictures_of(item)
        {
            draft.gathered().images.extend(found);
            *item = Value::Text(IMAGE_TOKEN.into());
        }
    }
    let text = draft.gathered().parts(items);
    document(draft, text);
    draft.read_as(key, "a list of texts and pictures");
    true
}

/// The text of SynthDoG's `{"gt_parse": {"text_sequence": "…"}}`, which is JSON inside a text. Whatever else is in it
/// stays where it was.
pub(super) fn read_ground_truth(draft: &mut Draft<'_, '_>) -> bool {
    let Some(place) = draft.fields.places(Meaning::GroundTruth).into_iter().next() else { return false };
    let Some(truth) = draft.fields.value(place).as_text().map(str::to_owned) else { return false };
    let parsed = parse(truth.trim().as_bytes(), Origin::Nested).ok();
    let parse = parsed.as_ref().and_then(|truth| truth.as_object()?.get("gt_parse")?.as_object());
    let Some(text) = parse.and_then(|parse| parse.get("text_sequence")?.as_text()) else { return false };
    let is_all = parsed.as_ref().and_then(Value::as_object).is_some_and(|truth| truth.0.len() == 1)
        && parse.is_some_and(|parse| parse.0.len() == 1);
    if is_all {
        drop(draft.fields.take(place));
    }
    add_text(draft, text);
    draft.read_as("ground_truth", "a text as a whole");
    true
}

/// Most turns that are made so.
const TURNS_MAX: usize = 40;

/// Levels of objects whose texts are taken.
const DEEPEST: usize = 3;

/// Reads the texts of a record that has pictures, or of one in which somebody says something.
pub(super) fn read_any_texts(draft: &mut Draft<'_, '_>) -> bool {
    let mut texts = Vec::new();
    let mut whole = Vec::new();
    for (place, value) in draft.fields.iter() {
        let before = texts.len();
        let key = &draft.fields.at(place).key;
        match value {
            Value::Text(text) if draft.form == Form::Tar && !draft.images.is_empty() && is_number(text) => {
                texts.push((key.clone().into_owned(), text.trim().to_owned()));
            }
            _ => collect_texts(key, value, DEEPEST, &mut texts),
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

fn collect_texts(key: &str, value: &Value<'_>, levels: usize, into: &mut Vec<(String, String)>) {
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
                collect_texts(key, item, levels - 1, into);
            }
        }
        // Bytes that are no picture, as the readers of archives and pickles hand them out.
        Value::Object(object) if object.get("blake3").is_some() && object.get("bytes").is_some() => {}
        Value::Object(object) => {
            for (name, value) in object.iter() {
                collect_texts(&format!("{key}.{name}"), value, levels - 1, into);
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

/// Takes what stands beside a question and its answer; `answers` are keys of which one was the answer.
pub(super) fn take_further_texts_of_pair(draft: &mut Draft<'_, '_>, answers: &[&str]) {
    let mut before = said_under(draft, &[Meaning::Context, Meaning::Input]);
    let more: Vec<usize> = answers.iter().filter_map(|key| draft.fields.place_of(key)).collect();
    let more = more.into_iter().filter_map(|place| said_at(draft, place)).collect::<Vec<_>>();
    let turns = &mut draft.turns.items;
    let system = turns.iter().take_while(|turn| turn.role == Role::System).count();
    turns.splice(system..system, before.drain(..));
    turns.extend(more);
    let behind = said_under(draft, &[Meaning::Reason, Meaning::Caption, Meaning::MoreCaption]);
    draft.turns.items.extend(behind);
}

/// Takes what else is said of the picture of a caption.
pub(super) fn take_further_texts_of_caption(draft: &mut Draft<'_, '_>) {
    let meanings =
        [Meaning::Context, Meaning::Caption, Meaning::PictureCaption, Meaning::MoreCaption, Meaning::Reason];
    let behind = said_under(draft, &meanings);
    draft.turns.items.extend(behind);
}

pub(super) fn said_under(draft: &mut Draft<'_, '_>, meanings: &[Meaning]) -> Vec<Turn> {
    let places: Vec<usize> = meanings.iter().flat_map(|meaning| draft.fields.places(*meaning)).collect();
    places.into_iter().filter_map(|place| said_at(draft, place)).collect()
}

/// The turn that a field makes, which is used up by it; none for what no turn before has left to say, and for a word by
/// itself, which is a name or a class.
pub(super) fn said_at(draft: &mut Draft<'_, '_>, place: usize) -> Option<Turn> {
    let texts = texts(draft.fields.value(place))?;
    let is_new = |text: &&str| is_said(text) && !draft.turns.items.iter().any(|turn| says(&turn.text, text));
    let text = texts.into_iter().filter(is_new).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        return None;
    }
    let role = Role::Other(draft.fields.at(place).key.clone().into_owned());
    drop(draft.fields.take(place));
    Some(Turn { role, text: without_place_holders(&text) })
}

/// The texts of a value that is nothing else.
pub(super) fn texts<'v>(value: &'v Value<'_>) -> Option<Vec<&'v str>> {
    match value {
        Value::Text(text) => Some(vec![text]),
        Value::List(items) => items.iter().map(Value::as_text).collect(),
        _ => None,
    }
}

/// Whether a turn says a text, as a whole or in one of its lines.
pub(super) fn says(turn: &str, text: &str) -> bool {
    let plain = |said: &str| said.replace(IMAGE_TOKEN, "").trim() == text.trim();
    plain(turn) || turn.lines().any(plain)
}

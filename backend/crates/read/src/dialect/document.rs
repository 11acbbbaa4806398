//! Interleaved documents: texts with pictures between them, trained on as a whole.
//!
//! In the schema of mmc4 and of llm-jp's Japanese documents there are sentences in `text_list`, and per image in
//! `image_info` a `matched_text_index` and perhaps the picture in `image_base64`. The text is put together as llm-jp's
//! loader does: an image stands before its sentence, sentences are joined by a blank, and `<image>` inside a sentence is
//! made harmless. That loader takes the first six images of `image_info`; here all are shown, and those behind are told.
//! In the schema of OBELICS `images` and `texts` are as long as each other, and where one has something the other has
//! null. Others have one list of texts and pictures in turn.

use super::captions::{harmless, whole};
use super::pictures::{Named, named, refs};
use super::record::{Draft, Emptiness};
use super::table::{Meaning, is_picture_name};
use crate::json::{Origin, parse};
use crate::sample::ImageRef;
use crate::value::{Value, left_out};
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;

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
pub(super) fn matched(draft: &mut Draft<'_, '_>, emptiness: Emptiness) -> bool {
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
    let embedded = carried.map(refs).unwrap_or_default().into_iter();
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
        .map(|(index, sentence)| format!("{}{}", tokens(index), harmless(sentence)))
        .collect();
    let behind = tokens(sentences.len());
    if !behind.is_empty() {
        pieces.push(behind);
    }
    pieces.join(" ")
}

/// Reads `images` and `texts` that are in step.
pub(super) fn in_step(draft: &mut Draft<'_, '_>) -> bool {
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
            Some(text) => Some(harmless(text)),
            None if picture.is_null() => None,
            None => Some(IMAGE_TOKEN.to_owned()),
        })
        .collect();
    let found: Vec<ImageRef> = pictures.iter().filter(|picture| !picture.is_null()).map(picture).collect();
    draft.images.extend(found);
    drop((draft.fields.take(images), draft.fields.take(texts)));
    document(draft, pieces.join("\n"));
    draft.read_as("images, texts", "an interleaved document");
    draft.sample.read_as.pictures.push("images".into());
    true
}

fn picture(value: &Value<'_>) -> ImageRef {
    refs(value).into_iter().next().unwrap_or_else(|| ImageRef::NotEmbedded(String::new()))
}

/// Reads one list of texts and pictures.
pub(super) fn sequence(draft: &mut Draft<'_, '_>) -> bool {
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
            && let Named::Pictures(found) = named(item)
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
pub(super) fn truth(draft: &mut Draft<'_, '_>) -> bool {
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
    whole(draft, text);
    draft.read_as("ground_truth", "a text as a whole");
    true
}

//! Interleaved documents: sentences with images before the sentence that they match.
//!
//! The schema is that of mmc4 and of llm-jp's Japanese documents: `text_list`, and per image in `image_info` a
//! `matched_text_index` and perhaps the picture in `image_base64`. The text is put together as llm-jp's loader does:
//! an image stands before its sentence, sentences are joined by a blank, and `<image>` inside a sentence is made harmless.
//! That loader takes the first six images of `image_info`; here all are shown, and those behind are told.

use super::RecordError;
use super::pictures::refs;
use crate::{ImageRef, Sample};
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use serde_json::{Map, Value};

/// What a literal place-holder in a text is replaced by, so that it stands for no image.
const HARMLESS_TOKEN: &str = "<IMAGE>";

/// Images of a document that llm-jp's loader takes (`max_num_images`).
const IMAGES_TAKEN: usize = 6;

/// An image of a document and the sentence that it stands before.
struct Matched {
    sentence: usize,
    /// Its number in `image_info`.
    number: usize,
    image: ImageRef,
}

/// Reads a document; gives the keys back if they are none.
pub(super) fn sample(
    id: Option<Box<str>>,
    mut extra: Map<String, Value>,
) -> Result<Result<Sample, RecordError>, Map<String, Value>> {
    let Some(Value::Array(sentences)) = extra.get("text_list") else { return Err(extra) };
    let sentences: Option<Vec<&str>> = sentences.iter().map(Value::as_str).collect();
    let Some(sentences) = sentences else {
        let message = "a `text_list` with something that is no text".to_owned();
        return Ok(Err(RecordError::Malformed { offset: 0, message }));
    };
    let images = matched(extra.get("image_info"), sentences.len());
    let text = text(&sentences, &images);
    let late_images = (0..images.len()).filter(|at| images[*at].number >= IMAGES_TAKEN).collect();
    extra.shift_remove("text_list");
    leave_out_encoded_pictures(&mut extra);
    Ok(Ok(Sample {
        id,
        images: images.into_iter().map(|matched| matched.image).collect(),
        turns: vec![whole(text)],
        is_document: true,
        late_images,
        extra,
    }))
}

/// A JSON file may carry pictures as base64 text, which is nothing to read or to search.
fn leave_out_encoded_pictures(extra: &mut Map<String, Value>) {
    let Some(Value::Array(info)) = extra.get_mut("image_info") else { return };
    for image in info.iter_mut().filter_map(|info| info.get_mut("image_base64")) {
        if let Some(text) = image.as_str() {
            *image = Value::from(format!("{} characters of base64", text.len()));
        }
    }
}

/// A text that is trained on as a whole.
pub(super) fn whole(text: String) -> Turn {
    Turn { role: Role::Gpt, text }
}

/// A caption behind its images, as the loaders of pairs put it.
pub(super) fn captioned(images: usize, caption: &str) -> String {
    format!("{}{}", IMAGE_TOKEN.repeat(images), harmless(caption))
}

fn harmless(text: &str) -> String {
    text.replace(IMAGE_TOKEN, HARMLESS_TOKEN)
}

/// The images in the order in which they stand in the text; one that matches no sentence stands at the end.
fn matched(info: Option<&Value>, sentences: usize) -> Vec<Matched> {
    let Some(Value::Array(info)) = info else { return Vec::new() };
    let mut images: Vec<Matched> = info
        .iter()
        .enumerate()
        .map(|(number, info)| Matched {
            sentence: info
                .get("matched_text_index")
                .and_then(Value::as_u64)
                .map_or(sentences, |index| sentences.min(index as usize)),
            number,
            image: image(info),
        })
        .collect();
    images.sort_by_key(|image| image.sentence);
    images
}

fn image(info: &Value) -> ImageRef {
    let carried = ["image_base64", "image"].iter().find_map(|key| info.get(key));
    let embedded = carried.map(refs).unwrap_or_default().into_iter();
    let name = ["image_name", "raw_url"].iter().find_map(|key| info.get(key)?.as_str());
    embedded
        .into_iter()
        .find(|image| matches!(image, ImageRef::Embedded(_)))
        .unwrap_or_else(|| ImageRef::NotEmbedded(name.unwrap_or_default().to_owned()))
}

fn text(sentences: &[&str], images: &[Matched]) -> String {
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

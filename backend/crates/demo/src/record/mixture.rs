//! Records of the instruction mixture: many sorts of questions over many sources, and text without pictures.

use super::{Record, id, turns};
use crate::DemoOptions;
use crate::datasets::Dataset;
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::texts::{chat, hard};
use serde_json::{Map, Value, json};
use turns::Turns;

/// Samples without a picture, in percent; LLaVA 1.5 has 6.1.
const TEXT_ONLY: usize = 6;
/// The first of the hard samples, and the distance between them.
const SPECIAL: (u64, u64) = (11, 4);

/// The record at a place of the mixture.
pub(super) fn record(options: &DemoOptions, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
    let after = number.checked_sub(SPECIAL.0).filter(|after| after.is_multiple_of(SPECIAL.1));
    if let Some((ask, answer)) = after.and_then(|after| hard(after / SPECIAL.1, rng)) {
        return text_only(Turns::one(ask, answer), rng);
    }
    if rng.chance(TEXT_ONLY) {
        return text_only(Turns(chat(rng)), rng);
    }
    let shown = options.choose(dataset, number, rng);
    let turns = about(options, shown, rng);
    let mut fields = Map::new();
    fields.insert("id".into(), id::of_picture(shown));
    fields.insert("image".into(), json!(dataset.image_ref(shown)));
    fields.insert("conversations".into(), turns.into_value());
    Record { value: Value::Object(fields), pictures: vec![shown] }
}

fn text_only(turns: Turns, rng: &mut Rng) -> Record {
    let value = json!({"id": chat_id(rng), "model": "", "conversations": turns.into_value()});
    Record { value, pictures: Vec::new() }
}

/// An id as `ShareGPT`'s conversations have it.
pub(crate) fn chat_id(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let id: String = (0..7).map(|_| char::from(rng.one(LETTERS))).collect();
    format!("{id}_0")
}

/// What the mixture says about a picture.
pub(crate) fn about(options: &DemoOptions, shown: Shown, rng: &mut Rng) -> Turns {
    let picture = &shown.picture(options.seed);
    match (shown.source, rng.below(100)) {
        (Source::TextVqa, _) => Turns::one(
            "<image>\nProvide a one-sentence caption for the provided image.",
            options.caption(picture, rng),
        ),
        (Source::Coco, 0..24) => turns::conversation(picture, rng),
        (Source::Coco, 24..34) => turns::detailed(&options.paragraph(picture, rng), rng),
        (Source::Coco, 34..48) => {
            let (ask, answer) = picture.reasoning(rng);
            Turns::one(format!("<image>\n{ask}"), answer)
        }
        (Source::Coco, 48..64) => {
            turns::choice(picture, rng).unwrap_or_else(|| turns::short_answers(picture, rng))
        }
        (Source::Coco, 64..76) | (Source::Vg, 0..85) => {
            turns::regions(picture, rng).unwrap_or_else(|| turns::short_answers(picture, rng))
        }
        _ => turns::short_answers(picture, rng),
    }
}

//! Records of the instruction mixture: many sorts of questions over many sources, and text without pictures.

use super::{Maker, Record, Shown, id, image_ref, turns};
use crate::demo::datasets::Dataset;
use crate::demo::picture::Picture;
use crate::demo::rng::Rng;
use crate::demo::sources::Source;
use crate::demo::texts;
use serde_json::{Map, Value, json};
use turns::Turns;

/// Samples without a picture, in percent; LLaVA 1.5 has 6.1.
const TEXT_ONLY: usize = 6;
/// The first of the hard samples, and the distance between them.
const SPECIAL: (u64, u64) = (11, 4);

/// The record at a place of the mixture.
pub(super) fn record(maker: &Maker, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
    if let Some(turns) = special(number, rng) {
        return text_only(turns, rng);
    }
    if rng.chance(TEXT_ONLY) {
        return text_only(texts::chat(&maker.prose, rng).into(), rng);
    }
    let shown = maker.choose(dataset, number, rng);
    let picture = shown.source.picture(maker.seed, shown.number);
    let turns = turns_about(maker, &shown, &picture, rng);
    let mut fields = Map::new();
    fields.insert("id".into(), id::of_picture(&shown));
    fields.insert("image".into(), json!(image_ref(dataset, &shown)));
    fields.insert("conversations".into(), turns.into_value());
    Record { value: Value::Object(fields), pictures: vec![shown] }
}

/// The hard sample that belongs at this place, if one does.
fn special(number: u64, rng: &mut Rng) -> Option<Turns> {
    let after = number.checked_sub(SPECIAL.0).filter(|after| after.is_multiple_of(SPECIAL.1))?;
    let (ask, answer) = texts::special(after / SPECIAL.1, rng)?;
    Some(Turns::one(ask, answer))
}

fn text_only(turns: Turns, rng: &mut Rng) -> Record {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let id: String = (0..7).map(|_| char::from(rng.one(LETTERS))).collect();
    let value = json!({"id": format!("{id}_0"), "model": "", "conversations": turns.into_value()});
    Record { value, pictures: Vec::new() }
}

fn turns_about(maker: &Maker, shown: &Shown, picture: &Picture, rng: &mut Rng) -> Turns {
    match (shown.source, rng.below(100)) {
        (Source::TextVqa, _) => Turns::one(
            "<image>\nProvide a one-sentence caption for the provided image.",
            maker.caption(picture, rng),
        ),
        (Source::Coco, 0..24) => turns::conversation(picture, rng),
        (Source::Coco, 24..34) => turns::detailed(&maker.paragraph(picture, rng), rng),
        (Source::Coco, 34..48) => {
            let (ask, answer) = texts::reasoning(picture, rng);
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

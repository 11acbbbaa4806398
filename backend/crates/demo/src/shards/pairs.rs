//! Pickles of pictures with a caption each: COYO's, and Japanese ones.

use super::{Content, Shard};
use crate::DemoError;
use crate::pack::pickle::{Value, write_pickle};
use crate::pictures::encoded;
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::texts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Write as _;

/// A shard of COYO: pictures as base64, captions in English.
pub(super) fn coyo(shard: &Shard<'_>) -> Result<Content, DemoError> {
    write(shard, Source::Coyo, |shown, bytes, rng| {
        let id = coyo_id(shown.number);
        // The similarities by two sizes of CLIP, added; those of 0.6 and less were left out.
        let similarity = 0.6 + rng.below(2000) as f64 / 10_000.0;
        Value::Dict(vec![
            ("id".to_owned(), Value::Int(id)),
            ("url".to_owned(), Value::Text(format!("https://pictures.example/coyo/{id}.jpg"))),
            ("text".to_owned(), Value::Text(texts::caption(&shown.picture(shard.maker.seed), rng))),
            ("clip_sim".to_owned(), Value::Float(similarity)),
            ("image".to_owned(), Value::Text(STANDARD.encode(bytes))),
        ])
    })
}

/// A shard of Japanese pairs: pictures as bytes.
pub(super) fn japanese(shard: &Shard<'_>) -> Result<Content, DemoError> {
    write(shard, Source::AltPairsJa, |shown, bytes, rng| {
        let name = shown.path();
        Value::Dict(vec![
            ("id".to_owned(), Value::Text(name.trim_end_matches(".jpg").to_owned())),
            ("url".to_owned(), Value::Text(format!("https://pictures.example/ja/{name}"))),
            (
                "caption".to_owned(),
                Value::Text(texts::japanese_caption(&shown.picture(shard.maker.seed), rng)),
            ),
            ("is_alt_text".to_owned(), Value::Bool(true)),
            ("rawbytes".to_owned(), Value::Bytes(bytes)),
        ])
    })
}

/// The id of one of COYO's records: thirteen digits.
pub(crate) fn coyo_id(number: u64) -> i64 {
    let scatter = Rng::new(0, "coyo ids", number).next();
    (1_100_000_000_000 + number * 1_000_000_007 + scatter % 1_000_000_000).cast_signed()
}

fn write(
    shard: &Shard<'_>,
    source: Source,
    record: impl Fn(Shown, Vec<u8>, &mut Rng) -> Value,
) -> Result<Content, DemoError> {
    let seed = shard.maker.seed;
    let pictures: Vec<Shown> = shard.numbers.clone().map(|number| Shown { source, number }).collect();
    let encoded = encoded(seed, &pictures)?;
    let records = pictures
        .iter()
        .zip(encoded)
        .map(|(&shown, bytes)| record(shown, bytes, &mut Rng::new(seed, "pairs", shown.number)));
    shard.fill(|mut file| {
        write_pickle(records, &mut file)?;
        file.flush()
    })?;
    let pairs = shard.records();
    Ok(Content { samples: pairs, text_only: 0, image_refs: pairs, embedded: pairs })
}

//! Pictures with a caption each: COYO's pickles, Japanese ones, and shards of `WebDataset`.

use super::{Content, Shard};
use crate::DemoError;
use crate::pictures::encoded;
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_read::pack::pickle::{Value, dict};
use blendscope_read::pack::tar_of;
use serde_json::json;

/// A shard of COYO: pictures as base64, captions in English.
pub(super) fn coyo(shard: &Shard<'_>) -> Result<Content, DemoError> {
    pickle(shard, Source::Coyo, |shown, bytes, rng| {
        let id = coyo_id(shown.number);
        // The similarities by two sizes of CLIP, added; those of 0.6 and less were left out.
        let similarity = 0.6 + rng.below(2000) as f64 / 10_000.0;
        dict([
            ("id", Value::Int(id)),
            ("url", Value::Text(format!("https://pictures.example/coyo/{id}.jpg"))),
            ("text", Value::Text(shown.picture(shard.options.seed).caption(rng))),
            ("clip_sim", Value::Float(similarity)),
            ("image", Value::Text(STANDARD.encode(bytes))),
        ])
    })
}

/// A shard of Japanese pairs: pictures as bytes.
pub(super) fn japanese(shard: &Shard<'_>) -> Result<Content, DemoError> {
    pickle(shard, Source::AltPairsJa, |shown, bytes, rng| {
        let name = shown.path();
        dict([
            ("id", Value::Text(name.trim_end_matches(".jpg").to_owned())),
            ("url", Value::Text(format!("https://pictures.example/ja/{name}"))),
            ("caption", Value::Text(shown.picture(shard.options.seed).japanese_caption(rng))),
            ("is_alt_text", Value::Bool(true)),
            ("rawbytes", Value::Bytes(bytes)),
        ])
    })
}

/// A tar archive in which a picture and what is said about it stand one after another: in the first archive captions as text,
/// in the second as JSON with more beside them.
pub(super) fn web(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let pictures = pictures(shard, Source::WebShards)?;
    let members = pictures.into_iter().enumerate().flat_map(|(place, (shown, bytes))| {
        let key = format!("{:05}{place:04}", shard.file);
        let seed = shard.options.seed;
        let caption = shown.picture(seed).caption(&mut Rng::new(seed, "web shards", shown.number));
        let url = format!("https://pictures.example/web/{}", shown.path());
        let said = if shard.file == 0 {
            (format!("{key}.txt"), caption)
        } else {
            let fields = json!({"caption": caption, "url": url, "key": key, "status": "success"});
            (format!("{key}.json"), fields.to_string())
        };
        [(format!("{key}.jpg"), bytes), (said.0, said.1.into_bytes())]
    });
    shard.write(tar_of(members))?;
    Ok(Content::pairs(shard.records()))
}

/// The id of one of COYO's records: thirteen digits.
pub(crate) fn coyo_id(number: u64) -> i64 {
    let scatter = Rng::new(0, "coyo ids", number).next();
    (1_100_000_000_000 + number * 1_000_000_007 + scatter % 1_000_000_000).cast_signed()
}

/// The pictures of a shard with their bytes.
fn pictures(shard: &Shard<'_>, source: Source) -> Result<Vec<(Shown, Vec<u8>)>, DemoError> {
    let pictures: Vec<Shown> = shard.numbers.clone().map(|number| Shown { source, number }).collect();
    let encoded = encoded(shard.options.seed, &pictures)?;
    Ok(pictures.into_iter().zip(encoded).collect())
}

fn pickle(
    shard: &Shard<'_>,
    source: Source,
    record: impl Fn(Shown, Vec<u8>, &mut Rng) -> Value,
) -> Result<Content, DemoError> {
    let records = pictures(shard, source)?
        .into_iter()
        .map(|(shown, bytes)| record(shown, bytes, &mut Rng::new(shard.options.seed, "pairs", shown.number)));
    shard.pickle(records)?;
    Ok(Content::pairs(shard.records()))
}

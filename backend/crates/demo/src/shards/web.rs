//! `WebDataset` shards: tar archives in which a picture and what is said about it stand one after another.

use super::{Content, Shard};
use crate::DemoError;
use crate::pack::tar::TarWriter;
use crate::pictures::encoded;
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::texts;
use serde_json::json;

/// A shard; the first has captions as text, the second as JSON with more beside them.
pub(super) fn shard(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.maker.seed;
    let pictures: Vec<Shown> =
        shard.numbers.clone().map(|number| Shown { source: Source::WebShards, number }).collect();
    let encoded = encoded(seed, &pictures)?;
    shard.fill(|file| {
        let mut tar = TarWriter::new(file);
        for (place, (&shown, bytes)) in pictures.iter().zip(&encoded).enumerate() {
            let key = format!("{:05}{place:04}", shard.file);
            tar.file(&format!("{key}.jpg"), bytes)?;
            let caption =
                texts::caption(&shown.picture(seed), &mut Rng::new(seed, "web shards", shown.number));
            if shard.file == 0 {
                tar.file(&format!("{key}.txt"), caption.as_bytes())?;
                continue;
            }
            let url = format!("https://pictures.example/web/{}", shown.path());
            let said = json!({"caption": caption, "url": url, "key": key, "status": "success"});
            tar.file(&format!("{key}.json"), said.to_string().as_bytes())?;
        }
        tar.finish().map(drop)
    })?;
    let pairs = shard.records();
    Ok(Content { samples: pairs, text_only: 0, image_refs: pairs, embedded: pairs })
}

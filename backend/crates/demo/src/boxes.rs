//! Box files in the schema of MG-LLaVA: where a detector saw what on the pictures of some records, by their ids.
//!
//! The boxes are those that the things were painted in. Pictures without things to detect have empty lists.

use super::datasets::Style;
use super::picture::Picture;
use super::record::id::{as_text, id, of_picture};
use super::rng::Rng;
use super::scene::Scene;
use super::sources::{Fate, Shown, Source};
use super::{DemoError, DemoOptions, write_file};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The boxes of the merged records, as a list.
const OF_MERGED: &str = "bbox_json/train/pretrain.json";
/// The boxes of pictures of the instruction mixture, as an object of id to item.
const OF_MIXTURE: &str = "bbox_json/train/sft.json";
/// Where box files are.
pub(super) const PATHS: [&str; 2] = [OF_MERGED, OF_MIXTURE];

/// Pictures of a source that have boxes.
const MOST_OF_SOURCE: u64 = 500;

/// Writes both box files.
pub(super) fn write(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
    let merged = pictures(options, &[Source::Pretrain, Source::Laion])
        .filter_map(|shown| Some(item(options.seed, shown, &as_text(id(Style::Merged, shown, 0)?))));
    let mixture = pictures(options, &[Source::Coco, Source::Gqa, Source::Vg]).map(|shown| {
        let id = as_text(of_picture(shown));
        (id.clone(), item(options.seed, shown, &id))
    });
    let (merged, mixture) = (Value::Array(merged.collect()), Value::Object(mixture.collect::<Map<_, _>>()));
    for (path, value) in [(OF_MERGED, merged), (OF_MIXTURE, mixture)] {
        write_file(&dir.join(path), value.to_string().as_bytes())?;
    }
    Ok(())
}

/// The first pictures of some sources, those left out that no detector could open.
fn pictures<'a>(options: &'a DemoOptions, sources: &'a [Source]) -> impl Iterator<Item = Shown> + 'a {
    sources
        .iter()
        .flat_map(|&source| {
            (0..source.pictures(options.samples).min(MOST_OF_SOURCE))
                .map(move |number| Shown { source, number })
        })
        .filter(|shown| matches!(shown.fate(), Fate::Whole | Fate::Gif))
}

fn item(seed: u64, shown: Shown, id: &str) -> Value {
    let mut rng = Rng::new(seed, "boxes", Rng::new(0, id, 0).next());
    let (mut boxes, mut scores, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    if let Picture::Scene(scene) = shown.picture(seed) {
        for (label, edges) in things(&scene) {
            boxes.push(json!(edges));
            scores.push(json!((3500 + rng.below(6000)) as f64 / 10_000.0));
            labels.push(json!(label));
        }
    }
    json!({"id": id, "boxes": boxes, "scores": scores, "labels": labels})
}

/// What is in a scene, each with its left, upper, right and lower edge in pixels.
#[expect(clippy::cast_sign_loss, reason = "things lie within their picture")]
fn things(scene: &Scene) -> Vec<(&'static str, [u32; 4])> {
    let across = |share: f32| (share * scene.width as f32).round() as u32;
    let down = |share: f32| (share * scene.height as f32).round() as u32;
    let edges = |thing: &super::scene::Thing| {
        let area = thing.area;
        (thing.kind.name, [across(area.left), down(area.top), across(area.right), down(area.bottom)])
    };
    scene.things.iter().map(edges).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_thing_has_a_box_within_the_picture() {
        let options = DemoOptions { samples: 200, images: true, seed: 3 };
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &options).unwrap();
        let text = fs::read_to_string(folder.path().join(OF_MIXTURE)).unwrap();
        let items: Map<String, Value> = serde_json::from_str(&text).unwrap();
        let shown = Shown { source: Source::Gqa, number: 1 };
        let item = &items[&as_text(of_picture(shown))];
        let Picture::Scene(scene) = shown.picture(options.seed) else { panic!("no scene") };
        assert_eq!(item["boxes"].as_array().unwrap().len(), scene.things.len());
        for (number, edges) in item["boxes"].as_array().unwrap().iter().enumerate() {
            let edges: Vec<u64> =
                edges.as_array().unwrap().iter().map(|edge| edge.as_u64().unwrap()).collect();
            assert!(edges[0] < edges[2] && edges[2] <= u64::from(scene.width), "{edges:?}");
            assert!(edges[1] < edges[3] && edges[3] <= u64::from(scene.height), "{edges:?}");
            assert_eq!(item["labels"][number], scene.things[number].kind.name);
        }
    }
}

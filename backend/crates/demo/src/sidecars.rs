//! Files of the demo root that hold no samples: lists of ids that a project chose from the shards, COCO's captions,
//! which are for reference, box files, and a pointer of Git LFS.
//!
//! Box files are in the schema of MG-LLaVA: where a detector saw what on the pictures of some records, by their ids.
//! The boxes are those that the things were painted in. Pictures without things to detect have empty lists.

use super::rng::Rng;
use super::sources::Source;
use super::{DemoError, DemoOptions, shards, write_file};
use crate::datasets::Style;
use crate::picture::Picture;
use crate::record::{as_text, id, of_picture};
use crate::scene::{self, Scene};
use crate::shards::coyo_id;
use crate::sources::{Fate, Shown};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::path::Path;

/// Ids of COYO's records, one a line.
const COYO: &str = "mdx/coyo/coyo_6m_ids.txt.gz";
/// Shard and place of mmc4's documents.
const MMC4: &str = "mdx/mmc4/mmc4_6m_ids.csv.gz";
const COCO: &str = "coco/annotations/captions_train2017.json";
const POINTER: &str = "LLaVA-Instruct-150K/llava_v1_5_subset_358k.json";
/// Where these files are.
pub(super) const LIST_PATHS: [&str; 4] = [COYO, MMC4, COCO, POINTER];

/// What git leaves in place of a large file when git-lfs is not set up.
const LFS_POINTER: &str = "\
version https://git-lfs.github.com/spec/v1
oid sha256:3b6a0bb1c5a1c4f1f4e1bb1d9c7f5f9f6b3a8a0e6a5b7c2d4e9f8071625344a5
size 510123456
";
/// Records whose ids are listed although they are in no shard of the root.
const ELSEWHERE: u64 = 40;

/// Writes both lists: about two thirds of what is in the shards, and some of what is not.
pub(super) fn write_lists(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
    let is_chosen = |number: &u64| number % 3 != 1;
    let pairs = shards::samples_of("coyo-700m", options) + ELSEWHERE;
    let coyo = (0..pairs).filter(is_chosen).map(|number| format!("{}\n", coyo_id(number)));
    let documents = shards::samples_of("mmc4-core", options);
    let first_shard = (0..documents).filter(is_chosen).map(|place| format!("0,{place}\n"));
    let others = (1..=ELSEWHERE).map(|number| format!("{},{}\n", number * 17, number * 131 % 97));
    for (path, text) in [(COYO, coyo.collect::<String>()), (MMC4, first_shard.chain(others).collect())] {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        let packed = gzip.write_all(text.as_bytes()).and_then(|()| gzip.finish());
        let path = dir.join(path);
        write_file(&path, &packed.map_err(DemoError::at(&path))?)?;
    }
    Ok(())
}

/// Writes what real roots have and nobody trains on.
pub(super) fn write_others(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
    write_file(&dir.join(COCO), coco_captions(options).as_bytes())?;
    write_file(&dir.join(POINTER), LFS_POINTER.as_bytes())
}

/// Captions of some pictures, in the schema of COCO's annotation files.
fn coco_captions(options: &DemoOptions) -> String {
    let (mut images, mut annotations) = (Vec::new(), Vec::new());
    for number in 0..Source::Coco.pictures(options.samples).min(60) {
        let path = Source::Coco.path(number);
        let name = path.rsplit('/').next().unwrap_or_default();
        let picture = Source::Coco.picture(options.seed, number);
        let caption = picture.caption(&mut Rng::new(options.seed, "coco captions", number));
        images.push(json!({"id": number, "file_name": name, "license": 1}));
        annotations.push(json!({"id": number + 1000, "image_id": number, "caption": caption}));
    }
    let info = json!({"description": "Made-up captions in the schema of COCO", "year": 2017});
    json!({"info": info, "licenses": [], "images": images, "annotations": annotations}).to_string()
}

/// The boxes of the merged records, as a list.
const OF_MERGED: &str = "bbox_json/train/pretrain.json";
/// The boxes of pictures of the instruction mixture, as an object of id to item.
const OF_MIXTURE: &str = "bbox_json/train/sft.json";
/// Where box files are.
pub(crate) const BOX_PATHS: [&str; 2] = [OF_MERGED, OF_MIXTURE];

/// Pictures of a source that have boxes.
const MOST_OF_SOURCE: u64 = 500;

/// Writes both box files.
pub(crate) fn write_boxes(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
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
    let edges = |thing: &scene::Thing| {
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
        write_boxes(folder.path(), &options).unwrap();
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

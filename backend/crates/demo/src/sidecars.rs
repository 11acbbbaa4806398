//! Files beside the data that hold no samples: lists of ids that a project chose from the shards, COCO's captions, which are
//! for reference, and a pointer of Git LFS.

use super::rng::Rng;
use super::shards::{self, coyo_id};
use super::sources::Source;
use super::{DemoError, DemoOptions, write_file};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write as _;
use std::path::Path;

/// Ids of COYO's records, one a line.
const COYO: &str = "mdx/coyo/coyo_6m_ids.txt.gz";
/// Shard and place of mmc4's documents.
const MMC4: &str = "mdx/mmc4/mmc4_6m_ids.csv.gz";
const COCO: &str = "coco/annotations/captions_train2017.json";
const POINTER: &str = "LLaVA-Instruct-150K/llava_v1_5_subset_358k.json";
/// Where these files are.
pub(super) const PATHS: [&str; 4] = [COYO, MMC4, COCO, POINTER];

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

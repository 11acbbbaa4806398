//! Files of real roots that hold nothing to train on: COCO's captions, which are for reference, and a pointer of Git LFS.

use super::sources::Source;
use super::texts;
use super::{DemoError, DemoOptions, rng::Rng};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Where they are.
pub(super) const PATHS: [&str; 2] =
    ["coco/annotations/captions_train2017.json", "LLaVA-Instruct-150K/llava_v1_5_subset_358k.json"];

/// What git leaves in place of a large file when git-lfs is not set up.
const LFS_POINTER: &str = "\
version https://git-lfs.github.com/spec/v1
oid sha256:3b6a0bb1c5a1c4f1f4e1bb1d9c7f5f9f6b3a8a0e6a5b7c2d4e9f8071625344a5
size 510123456
";

/// Writes annotations in COCO's own schema, and a pointer of Git LFS instead of a file.
pub(super) fn write(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
    for (path, text) in PATHS.iter().zip([coco_captions(options), LFS_POINTER.to_owned()]) {
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(DemoError::at(folder))?;
        }
        fs::write(&path, text).map_err(DemoError::at(&path))?;
    }
    Ok(())
}

/// Captions of some pictures, in the schema of COCO's annotation files.
fn coco_captions(options: &DemoOptions) -> String {
    let (mut images, mut annotations) = (Vec::new(), Vec::new());
    for number in 0..Source::Coco.pictures(options.samples).min(60) {
        let path = Source::Coco.path(number);
        let name = path.rsplit('/').next().unwrap_or_default();
        let picture = Source::Coco.picture(options.seed, number);
        let caption = texts::caption(&picture, &mut Rng::new(options.seed, "coco captions", number));
        images.push(json!({"id": number, "file_name": name, "license": 1}));
        annotations.push(json!({"id": number + 1000, "image_id": number, "caption": caption}));
    }
    let info = json!({"description": "Made-up captions in the schema of COCO", "year": 2017});
    json!({"info": info, "licenses": [], "images": images, "annotations": annotations}).to_string()
}

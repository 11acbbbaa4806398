//! Pictures in archives, as they are published: a zip archive of pictures from the web, a tar archive of SAM.

use super::{encoded, masks};
use crate::picture::Picture;
use crate::sources::{SAM_ARCHIVE, Shown, WEB_ARCHIVE};
use crate::{DemoError, DemoOptions, write_file};
use blendscope_read::pack::{tar_of, zip_of};
use std::path::Path;

/// Writes the archives of these pictures, which must be whole.
pub(super) fn write(dir: &Path, options: &DemoOptions, packed: &[Shown]) -> Result<(), DemoError> {
    let members = |archive: &str| -> Result<Vec<(String, Vec<u8>)>, DemoError> {
        let of_archive = packed.iter().copied().filter(|shown| shown.archive() == Some(archive));
        let shown: Vec<Shown> = of_archive.collect();
        let pictures = encoded(options.seed, &shown)?.into_iter();
        Ok(shown.iter().map(|shown| shown.path()).zip(pictures).collect())
    };
    // The archives of ShareGPT4V's web pictures are to be unpacked beside `data`.
    let web = members(WEB_ARCHIVE)?.into_iter().map(|(path, bytes)| (format!("data/{path}"), bytes));
    let path = dir.join(WEB_ARCHIVE);
    write_file(&path, &zip_of(web).map_err(DemoError::at(&path))?)?;

    // In SAM's archives the masks of a picture stand beside it.
    let mut sam = Vec::new();
    let of_sam = packed.iter().filter(|shown| shown.archive() == Some(SAM_ARCHIVE));
    for (shown, (path, bytes)) in of_sam.zip(members(SAM_ARCHIVE)?) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        sam.push((name.to_owned(), bytes));
        if let Picture::Scene(scene) = shown.picture(options.seed) {
            let masks = masks::of_scene(&scene, name).to_string();
            sam.push((name.replace(".jpg", ".json"), masks.into_bytes()));
        }
    }
    let path = dir.join(SAM_ARCHIVE);
    write_file(&path, &tar_of(sam).map_err(DemoError::at(&path))?)
}

//! Pictures in archives, as they are published: a zip archive of pictures from the web, a tar archive of SAM.

use super::{encoded, make_folder_of, masks};
use crate::pack::tar::TarWriter;
use crate::pack::zip::ZipWriter;
use crate::picture::Picture;
use crate::sources::{SAM_ARCHIVE, Shown, WEB_ARCHIVE};
use crate::{DemoError, DemoOptions};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

/// Writes the archives of these pictures, which must be whole.
pub(super) fn write(dir: &Path, options: &DemoOptions, packed: &[Shown]) -> Result<(), DemoError> {
    for (archive, write) in [(WEB_ARCHIVE, write_zip as Write), (SAM_ARCHIVE, write_tar)] {
        let members: Vec<Shown> =
            packed.iter().copied().filter(|shown| shown.archive() == Some(archive)).collect();
        let pictures = encoded(options.seed, &members)?;
        let path = dir.join(archive);
        make_folder_of(&path)?;
        let file = File::create(&path).map_err(DemoError::at(&path))?;
        write(BufWriter::new(file), options.seed, &members, &pictures).map_err(DemoError::at(&path))?;
    }
    Ok(())
}

/// Writes one archive of these members, whose bytes follow.
type Write = fn(BufWriter<File>, u64, &[Shown], &[Vec<u8>]) -> io::Result<()>;

/// The archives of ShareGPT4V's web pictures are to be unpacked beside `data`.
fn write_zip(file: BufWriter<File>, _seed: u64, members: &[Shown], pictures: &[Vec<u8>]) -> io::Result<()> {
    let mut zip = ZipWriter::new(file);
    for (shown, bytes) in members.iter().zip(pictures) {
        zip.file(&format!("data/{}", shown.path()), bytes)?;
    }
    zip.finish().map(drop)
}

/// In SAM's archives the masks of a picture stand beside it.
fn write_tar(file: BufWriter<File>, seed: u64, members: &[Shown], pictures: &[Vec<u8>]) -> io::Result<()> {
    let mut tar = TarWriter::new(file);
    for (shown, bytes) in members.iter().zip(pictures) {
        let path = shown.path();
        let name = path.rsplit('/').next().unwrap_or(&path);
        tar.file(name, bytes)?;
        if let Picture::Scene(scene) = shown.picture(seed) {
            let masks = masks::of_scene(&scene, name).to_string();
            tar.file(&name.replace(".jpg", ".json"), masks.as_bytes())?;
        }
    }
    tar.finish().map(drop)
}

//! Paints the pictures on all cores and writes them as files.

use super::sources::{Fate, Source};
use super::{DemoError, DemoOptions, DemoSummary, Progress, Step};
use image::{ExtendedColorType, ImageEncoder as _, codecs};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{fs, thread};
use tiny_skia::Pixmap;

const JPEG_QUALITY: u8 = 86;
/// How much of a truncated picture is left.
const TRUNCATED_TO: f64 = 0.4;
const WEB_PAGE: &[u8] = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>The picture has moved.</body></html>\n";

/// Writes every picture of the root, and those broken on purpose.
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), DemoError> {
    let wanted: Vec<(Source, u64)> = Source::ALL
        .into_iter()
        .flat_map(|source| (0..source.pictures(options.samples)).map(move |number| (source, number)))
        .filter(|&(source, number)| source.fate(number) != Fate::Missing)
        .collect();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (sender, next, wanted) = (sender.clone(), &next, &wanted);
            scope.spawn(move || {
                while let Some(&(source, number)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let written = write_picture(dir, options.seed, source, number);
                    if sender.send(written.map(|()| source.fate(number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // Returning early drops the receiver, at which the others stop.
        for written in receiver {
            count(summary, written?);
            progress(Progress { step: Step::Pictures, done: summary.pictures, total: wanted.len() as u64 });
        }
        Ok(())
    })
}

fn count(summary: &mut DemoSummary, fate: Fate) {
    summary.pictures += 1;
    summary.broken_pictures += u64::from(matches!(fate, Fate::Empty | Fate::Truncated | Fate::WebPage));
    summary.misnamed_pictures += u64::from(fate == Fate::Gif);
}

fn write_picture(dir: &Path, seed: u64, source: Source, number: u64) -> Result<(), DemoError> {
    let path = dir.join(source.path(number));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(DemoError::at(folder))?;
    }
    let encode = |gif: bool| match source.picture(seed, number).paint() {
        Some(pixmap) if gif => gif_bytes(&pixmap, &path),
        Some(pixmap) => encode_by_name(&pixmap, &path),
        None => Err(DemoError::Encode { path: path.clone(), reason: "it has no size".to_owned() }),
    };
    let bytes = match source.fate(number) {
        Fate::Whole => encode(false)?,
        Fate::Gif => encode(true)?,
        Fate::Truncated => cut(encode(false)?),
        Fate::WebPage => WEB_PAGE.to_vec(),
        Fate::Empty | Fate::Missing => Vec::new(),
    };
    fs::write(&path, bytes).map_err(DemoError::at(&path))
}

#[expect(clippy::cast_sign_loss, reason = "a share of a length is not negative")]
fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate((bytes.len() as f64 * TRUNCATED_TO) as usize);
    bytes
}

fn encode_by_name(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    if path.extension().is_some_and(|extension| extension == "png") {
        return png_bytes(pixmap, path);
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
    // Both sizes are those of small pictures and fit.
    let (width, height) = (pixmap.width() as u16, pixmap.height() as u16);
    encoder
        .encode(pixmap.data(), width, height, jpeg_encoder::ColorType::Rgba)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

fn png_bytes(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    let mut bytes = Vec::new();
    codecs::png::PngEncoder::new(&mut bytes)
        .write_image(pixmap.data(), pixmap.width(), pixmap.height(), ExtendedColorType::Rgba8)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

fn gif_bytes(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    let mut bytes = Vec::new();
    // The slowest speed but one gives the best colours.
    codecs::gif::GifEncoder::new_with_speed(&mut bytes, 10)
        .encode(pixmap.data(), pixmap.width(), pixmap.height(), ExtendedColorType::Rgba8)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

fn failed(path: PathBuf, error: impl std::fmt::Display) -> DemoError {
    DemoError::Encode { path, reason: error.to_string() }
}

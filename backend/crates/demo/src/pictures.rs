//! Paints the pictures on all cores and writes them as files.

mod archives;
mod masks;

use super::sources::{Fate, Shown, Source};
use super::{DemoError, DemoOptions, DemoSummary, Progress, write_file};
use image::{ExtendedColorType, ImageEncoder as _, codecs};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

const WEB_PAGE: &[u8] = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>The picture has moved.</body></html>\n";

const JPEG_QUALITY: u8 = 86;
/// The slowest speed but one gives the best colours.
const GIF_SPEED: i32 = 10;

/// Writes every picture of the root that is a file, and those broken on purpose.
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), DemoError> {
    let is_there = |shown: &Shown| shown.fate() != Fate::Missing;
    let (packed, loose): (Vec<Shown>, Vec<Shown>) =
        Source::of_files(options.samples).filter(is_there).partition(|shown| shown.archive().is_some());
    let total = (packed.len() + loose.len()) as u64;
    on_all_cores(
        &loose,
        |shown| write_picture(&dir.join(shown.path()), options.seed, shown),
        &mut |shown, ()| {
            count(summary, shown);
            progress(Progress { done: summary.pictures, total });
        },
    )?;
    archives::write(dir, options, &packed)?;
    for &shown in &packed {
        count(summary, shown);
    }
    for shown in loose {
        if let Some(copy) = shown.copy() {
            write_picture(&dir.join(copy), options.seed, shown)?;
            count(summary, shown);
        }
    }
    Ok(())
}

/// Pictures as bytes, in their order; each is whole, whatever became of its file.
pub(super) fn encoded(seed: u64, pictures: &[Shown]) -> Result<Vec<Vec<u8>>, DemoError> {
    let mut encoded = vec![Vec::new(); pictures.len()];
    let numbered: Vec<(usize, Shown)> = pictures.iter().copied().enumerate().collect();
    on_all_cores(
        &numbered,
        |(_, shown)| painted(seed, shown, false, Path::new(&shown.path())),
        &mut |(index, _), bytes| encoded[index] = bytes,
    )?;
    Ok(encoded)
}

/// Does some work for every item on all cores, and tells what comes of it in the order in which it is done.
fn on_all_cores<I: Copy + Sync + Send, T: Send>(
    items: &[I],
    work: impl Fn(I) -> Result<T, DemoError> + Sync,
    done: &mut dyn FnMut(I, T),
) -> Result<(), DemoError> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some(&item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((item, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // Returning early drops the receiver, at which the others stop.
        for (item, result) in receiver {
            done(item, result?);
        }
        Ok(())
    })
}

fn count(summary: &mut DemoSummary, shown: Shown) {
    let fate = shown.fate();
    summary.pictures += 1;
    summary.broken_pictures += u64::from(matches!(fate, Fate::Empty | Fate::Truncated | Fate::WebPage));
    summary.misnamed_pictures += u64::from(fate == Fate::Gif);
}

fn write_picture(path: &Path, seed: u64, shown: Shown) -> Result<(), DemoError> {
    let bytes = match shown.fate() {
        Fate::Whole => painted(seed, shown, false, path)?,
        Fate::Gif => painted(seed, shown, true, path)?,
        Fate::Truncated => {
            let bytes = painted(seed, shown, false, path)?;
            bytes[..bytes.len() * 2 / 5].to_vec()
        }
        Fate::WebPage => WEB_PAGE.to_vec(),
        Fate::Empty | Fate::Missing => Vec::new(),
    };
    write_file(path, &bytes)
}

/// A picture as the name says, PNG or else JPEG; or as GIF.
fn painted(seed: u64, shown: Shown, is_gif: bool, path: &Path) -> Result<Vec<u8>, DemoError> {
    let failed = |reason: String| DemoError::Encode { path: path.to_owned(), reason };
    let pixmap = shown.picture(seed).paint().ok_or_else(|| failed("it has no size".to_owned()))?;
    let (width, height, data) = (pixmap.width(), pixmap.height(), pixmap.data());
    let mut bytes = Vec::new();
    let encoded = if is_gif {
        let mut encoder = codecs::gif::GifEncoder::new_with_speed(&mut bytes, GIF_SPEED);
        encoder.encode(data, width, height, ExtendedColorType::Rgba8).map_err(|error| error.to_string())
    } else if path.extension().is_some_and(|extension| extension == "png") {
        let encoder = codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(data, width, height, ExtendedColorType::Rgba8).map_err(|error| error.to_string())
    } else {
        // Both sizes are those of small pictures and fit.
        let (width, height) = (width as u16, height as u16);
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
        let color_type = jpeg_encoder::ColorType::Rgba;
        encoder.encode(data, width, height, color_type).map_err(|error| error.to_string())
    };
    encoded.map_err(failed)?;
    Ok(bytes)
}

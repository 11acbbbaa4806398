//! Paints the pictures on all cores and writes them as files.

mod archives;
mod encode;
mod masks;

use super::sources::{Fate, Shown, Source};
use super::{DemoError, DemoOptions, DemoSummary, Progress, Step};
use encode::{cut, encode_by_name, gif_bytes};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{fs, thread};

const WEB_PAGE: &[u8] = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>The picture has moved.</body></html>\n";

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
    on_all_cores(&loose, |shown| write_picture(dir, options.seed, shown), &mut |shown, ()| {
        count(summary, shown);
        progress(Progress { step: Step::Pictures, done: summary.pictures, total });
    })?;
    archives::write(dir, options, &packed)?;
    for &shown in &packed {
        count(summary, shown);
    }
    for shown in loose.into_iter().filter(|shown| shown.copy().is_some()) {
        copy(dir, shown)?;
        count(summary, shown);
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

fn write_picture(dir: &Path, seed: u64, shown: Shown) -> Result<(), DemoError> {
    let path = dir.join(shown.path());
    make_folder_of(&path)?;
    let bytes = match shown.fate() {
        Fate::Whole => painted(seed, shown, false, &path)?,
        Fate::Gif => painted(seed, shown, true, &path)?,
        Fate::Truncated => cut(painted(seed, shown, false, &path)?),
        Fate::WebPage => WEB_PAGE.to_vec(),
        Fate::Empty | Fate::Missing => Vec::new(),
    };
    fs::write(&path, bytes).map_err(DemoError::at(&path))
}

/// A picture as the name says, or as GIF.
fn painted(seed: u64, shown: Shown, is_gif: bool, path: &Path) -> Result<Vec<u8>, DemoError> {
    match shown.picture(seed).paint() {
        Some(pixmap) if is_gif => gif_bytes(&pixmap, path),
        Some(pixmap) => encode_by_name(&pixmap, path),
        None => Err(DemoError::Encode { path: PathBuf::from(path), reason: "it has no size".to_owned() }),
    }
}

fn copy(dir: &Path, shown: Shown) -> Result<(), DemoError> {
    let Some(path) = shown.copy() else { return Ok(()) };
    let path = dir.join(path);
    make_folder_of(&path)?;
    fs::copy(dir.join(shown.path()), &path).map(drop).map_err(DemoError::at(&path))
}

fn make_folder_of(path: &Path) -> Result<(), DemoError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(DemoError::at(folder))
}

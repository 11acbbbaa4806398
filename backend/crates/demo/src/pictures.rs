//! Writer of the pictures: paints them on all cores, as files, in archives, and with masks.
//!
//! Archives are as they are published: a zip archive of pictures from the web, a tar archive of SAM, with masks of the
//! things in a scene in the schema of SAM's annotations. Their segments are in the compressed run lengths of COCO:
//! counts of pixels outside and inside by turns, column by column, each as text with five bits a character.

use super::sources::{Fate, Shown, Source};
use super::{DemoError, DemoOptions, DemoSummary, Progress, write_file};
use crate::paint::thing_alone;
use crate::picture::Picture;
use crate::rng::Rng;
use crate::scene::Scene;
use crate::sources::{SAM_ARCHIVE, WEB_ARCHIVE};
use blendscope_read::pack::{tar_of, zip_of};
use image::{ExtendedColorType, ImageEncoder as _, codecs};
use serde_json::{Value, json};
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
    write_archives(dir, options, &packed)?;
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

/// Writes the archives of these pictures, which must be whole.
fn write_archives(dir: &Path, options: &DemoOptions, packed: &[Shown]) -> Result<(), DemoError> {
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
            let masks = masks_of(&scene, name).to_string();
            sam.push((name.replace(".jpg", ".json"), masks.into_bytes()));
        }
    }
    let path = dir.join(SAM_ARCHIVE);
    write_file(&path, &tar_of(sam).map_err(DemoError::at(&path))?)
}

/// A pixel belongs to a thing from this alpha on; shadows have less.
const SOLID: u8 = 160;

/// The JSON beside a picture: what the picture is, and a mask for each thing that can be seen.
fn masks_of(scene: &Scene, file_name: &str) -> Value {
    let id: u64 = file_name.trim_start_matches("sa_").trim_end_matches(".jpg").parse().unwrap_or_default();
    let (width, height) = (scene.width as usize, scene.height as usize);
    let mut hidden = vec![false; width * height];
    let mut annotations = Vec::new();
    // What is painted later hides what was painted before it.
    for (number, thing) in (1..).zip(scene.things.iter().rev()) {
        let Some(pixmap) = thing_alone(scene, thing) else { continue };
        let mut mask = vec![false; width * height];
        for (at, pixel) in pixmap.pixels().iter().enumerate() {
            if pixel.alpha() >= SOLID {
                // Column by column, as the counts are.
                let place = at % width * height + at / width;
                mask[place] = !hidden[place];
                hidden[place] = true;
            }
        }
        let inside = (0..mask.len()).filter(|&place| mask[place]);
        let inside: Vec<_> = inside.map(|place| (place / height, place % height)).collect();
        if let [first, .., last] = inside[..] {
            let down = || inside.iter().map(|pixel| pixel.1);
            let (top, bottom) = (down().min().unwrap_or(0), down().max().unwrap_or(0));
            let mut rng = Rng::new(id, "masks", number);
            let score = |rng: &mut Rng| (9000 + rng.below(1000)) as f64 / 10_000.0;
            annotations.push(json!({
                "bbox": [first.0, top, last.0 - first.0 + 1, bottom - top + 1],
                "area": inside.len(),
                "segmentation": {"size": [height, width], "counts": compressed(&mask)},
                "predicted_iou": score(&mut rng),
                "point_coords": [[first.0, first.1]],
                "crop_box": [0, 0, width, height],
                "id": id * 1000 + number,
                "stability_score": score(&mut rng),
            }));
        }
    }
    let image = json!({"image_id": id, "width": width, "height": height, "file_name": file_name});
    json!({"image": image, "annotations": annotations})
}

/// The run lengths of a mask as text.
fn compressed(mask: &[bool]) -> String {
    let mut counts: Vec<i64> = vec![0];
    let mut before = false;
    for &inside in mask {
        if inside != before {
            counts.push(0);
            before = inside;
        }
        if let Some(count) = counts.last_mut() {
            *count += 1;
        }
    }
    let mut text = String::new();
    for (at, &count) in counts.iter().enumerate() {
        // From the fourth on, the difference to the last but one.
        push_number(&mut text, if at > 2 { count - counts[at - 2] } else { count });
    }
    text
}

/// Five bits a character, the lowest first; the sixth says that more follow.
#[expect(clippy::cast_sign_loss, reason = "the five lowest bits of a number are not negative")]
fn push_number(text: &mut String, mut number: i64) {
    loop {
        let bits = (number & 0x1F) as u8;
        number >>= 5;
        let is_last = if bits & 0x10 == 0 { number == 0 } else { number == -1 };
        text.push(char::from(48 + bits + if is_last { 0 } else { 0x20 }));
        if is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_lengths_are_written_as_coco_does() {
        // Worked out by hand: 3 outside, 2 inside, 40 outside, 1 inside (one less than the last but one).
        let mut mask = vec![false; 46];
        mask[3] = true;
        mask[4] = true;
        mask[45] = true;
        assert_eq!(compressed(&mask), format!("32{}{}{}", char::from(48 + 8 + 32), '1', 'O'));
    }

    #[test]
    fn masks_do_not_overlap_and_lie_in_their_boxes() {
        let scene = Scene::outdoors(&mut Rng::new(5, "masks", 1));
        let masks = masks_of(&scene, "sa_12.jpg");
        let annotations = masks["annotations"].as_array().unwrap();
        assert_eq!((annotations.len(), &masks["image"]["image_id"]), (scene.things.len(), &json!(12)));
        let area: u64 = annotations.iter().map(|mask| mask["area"].as_u64().unwrap()).sum();
        assert!(area < u64::from(scene.width * scene.height));
        for (mask, thing) in annotations.iter().zip(scene.things.iter().rev()) {
            let left = mask["bbox"][0].as_f64().unwrap() / f64::from(scene.width);
            assert!((left - f64::from(thing.area.left)).abs() < 0.1, "{mask} {thing:?}");
        }
    }
}

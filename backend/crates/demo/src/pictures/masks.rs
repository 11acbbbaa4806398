//! Masks of the things in a scene, in the schema of SAM's annotations.
//!
//! Segments are in the compressed run lengths of COCO: counts of pixels outside and inside by turns, column by column,
//! each as text with five bits a character.

use crate::paint::thing_alone;
use crate::rng::Rng;
use crate::scene::Scene;
use serde_json::{Value, json};

/// A pixel belongs to a thing from this alpha on; shadows have less.
const SOLID: u8 = 160;

/// The JSON beside a picture: what the picture is, and a mask for each thing that can be seen.
pub(super) fn of_scene(scene: &Scene, file_name: &str) -> Value {
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
        let masks = of_scene(&scene, "sa_12.jpg");
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

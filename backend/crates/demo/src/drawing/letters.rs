//! Lettering: an own alphabet of pen strokes, in `data/letters.txt`.

use super::Letters;
use super::shape::{Numbers, append};
use std::collections::HashMap;
use std::sync::LazyLock;
use tiny_skia::{Path, PathBuilder};

/// Height of the capitals on the grid of the glyphs.
const CAPITAL: f32 = 100.0;
/// For characters without a glyph.
const EMPTY_BOX: (f32, &str) = (70.0, "M 8 4 H 62 V 100 H 8 Z");
/// From this height of capitals on the pen is broad.
const BOLD_FROM: f32 = 16.0;

/// The path of a line of text, and the width of the pen.
pub(super) fn lettering(letters: &Letters, text: &str) -> (Option<Path>, f32) {
    let [x, y, most] = letters.at;
    let weight = if letters.size < BOLD_FROM { 0.13 } else { 0.17 };
    let size = letters.size * (most / width(text, letters.size, weight)).min(1.0);
    let (scale, width) = (size / CAPITAL, width(text, size, weight));
    let mut at = x - width * letters.align;
    let mut builder = PathBuilder::new();
    for character in text.chars() {
        let (advance, strokes) = glyph(character);
        let place = |px: f32, py: f32| (at + px * scale, y - size + py * scale);
        append(&mut builder, &mut Numbers::new(strokes), place);
        at += advance * scale + spacing(size, weight);
    }
    (builder.finish(), size * weight)
}

fn width(text: &str, size: f32, weight: f32) -> f32 {
    text.chars().map(|character| glyph(character).0 * size / CAPITAL + spacing(size, weight)).sum()
}

fn spacing(size: f32, weight: f32) -> f32 {
    size * weight * 0.35
}

/// How far a character moves on, and its strokes.
fn glyph(character: char) -> (f32, &'static str) {
    static GLYPHS: LazyLock<HashMap<char, (f32, &str)>> = LazyLock::new(|| {
        let lines = include_str!("../../data/letters.txt").lines();
        lines.filter_map(read).collect()
    });
    GLYPHS.get(&character).copied().unwrap_or(EMPTY_BOX)
}

/// Reads the line of a glyph; `None` of a comment.
fn read(line: &'static str) -> Option<(char, (f32, &'static str))> {
    let mut rest = line.chars();
    let character = rest.next()?;
    let (advance, strokes) = rest.as_str().strip_prefix(' ')?.split_once(' ').unwrap_or((rest.as_str(), ""));
    Some((character, (advance.trim().parse().ok()?, strokes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_ascii_character_has_a_glyph() {
        for character in (32..127).map(char::from) {
            assert_ne!(glyph(character), EMPTY_BOX, "{character:?}");
        }
    }

    #[test]
    fn text_is_made_to_fit() {
        let letters = |align, at| Letters { size: 20.0, align, at, text: String::new() };
        let bounds = |letters: &Letters| lettering(letters, "Hm").0.unwrap().bounds();
        let (free, narrow) = (letters(0.0, [0.0, 50.0, 400.0]), letters(0.0, [0.0, 50.0, 10.0]));
        assert!(bounds(&narrow).right() < 10.0 && bounds(&free).right() > 20.0);
        assert!((bounds(&letters(1.0, [90.0, 50.0, 400.0])).right() - 90.0).abs() < 5.0);
    }
}

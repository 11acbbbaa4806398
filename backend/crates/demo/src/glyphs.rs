//! Lettering: an own alphabet of strokes, drawn with a round pen.
//!
//! Each glyph is a path of pen strokes on a grid where capitals reach from 0 to the base line at 100, small letters
//! start at 38, and descenders end at 130.

mod digits;
mod kana;
mod latin;

use super::ink::Ink;
use super::pen::Pen;
use super::shape;
use tiny_skia::PathBuilder;

/// One glyph: the character, how far the pen moves on, and its strokes.
type Glyph = (char, f32, &'static str);

/// Height of the capitals on the grid.
const CAPITAL: f32 = 100.0;

/// How a line of text is set against its starting point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// The point is the left end.
    Left,
    /// The point is the middle.
    Middle,
    /// The point is the right end.
    Right,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Height of capitals.
    pub(super) size: f32,
    /// Width of the pen, relative to the size.
    pub(super) weight: f32,
    /// Colour.
    pub(super) ink: Ink,
}

impl Style {
    /// Plain lettering.
    pub(super) fn plain(size: f32, ink: impl Into<Ink>) -> Self {
        Self { size, weight: 0.13, ink: ink.into() }
    }

    /// Bold lettering.
    pub(super) fn bold(size: f32, ink: impl Into<Ink>) -> Self {
        Self { size, weight: 0.21, ink: ink.into() }
    }
}

/// Writes a line of text; `y` is the base line.
pub(super) fn write(pen: &mut Pen<'_>, text: &str, x: f32, y: f32, align: Align, style: Style) {
    let scale = style.size / CAPITAL;
    let width = width(text, style);
    let mut at = match align {
        Align::Left => x,
        Align::Middle => x - width / 2.0,
        Align::Right => x - width,
    };
    let mut builder = PathBuilder::new();
    for character in text.chars() {
        let (_, advance, strokes) = glyph(character);
        let top = y - style.size;
        shape::append(&mut builder, strokes, |px, py| (at + px * scale, top + py * scale));
        at += advance * scale + spacing(style);
    }
    pen.stroke(style.ink, style.size * style.weight, builder.finish());
}

/// Writes a line of text, smaller if it would be wider than `most`.
pub(super) fn write_within(
    pen: &mut Pen<'_>,
    text: &str,
    x: f32,
    y: f32,
    align: Align,
    style: Style,
    most: f32,
) {
    let shrink = (most / width(text, style)).min(1.0);
    write(pen, text, x, y, align, Style { size: style.size * shrink, ..style });
}

/// The width of a line of text.
pub(super) fn width(text: &str, style: Style) -> f32 {
    let scale = style.size / CAPITAL;
    let sum: f32 = text.chars().map(|character| glyph(character).1 * scale + spacing(style)).sum();
    (sum - spacing(style)).max(0.0)
}

fn spacing(style: Style) -> f32 {
    style.size * style.weight * 0.35
}

/// The glyph of a character; an empty box for those without one.
fn glyph(character: char) -> Glyph {
    let tables = [latin::GLYPHS, digits::GLYPHS, kana::HIRAGANA, kana::KATAKANA];
    let found = tables.iter().find_map(|table| table.iter().find(|glyph| glyph.0 == character));
    found.copied().unwrap_or((character, 70.0, "M 8 4 H 62 V 100 H 8 Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_ascii_character_has_a_glyph() {
        for character in (32..127).map(char::from) {
            assert_ne!(glyph(character).2, "M 8 4 H 62 V 100 H 8 Z", "{character:?}");
        }
    }

    #[test]
    fn text_is_set_around_its_point() {
        let style = Style::plain(20.0, super::super::ink::DARK);
        assert!(width("wide", style) > width("il", style));
        assert!(width("", style).abs() < f32::EPSILON);
    }
}

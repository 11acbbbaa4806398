//! Parser of drawings: strokes of a brush in a small notation, most of them in `data/drawings.txt`, which explains it.
//!
//! Shapes are in that notation, paths in that of SVG; letters are an own alphabet of pen strokes, in
//! `data/letters.txt`.

mod brush;

pub(super) use brush::{Brush, Look};

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::SplitWhitespace;
use std::sync::LazyLock;
use tiny_skia::{Path, PathBuilder, Rect};

/// A drawing in its own units.
pub(super) struct Drawing {
    /// Width and height.
    pub(super) size: (f32, f32),
    strokes: Vec<Stroke>,
}

/// One stroke of the brush.
#[derive(Debug)]
struct Stroke {
    /// What must be the case for it to be there; nothing if it is always there.
    when: Option<String>,
    what: What,
}

/// What a stroke does.
#[derive(Debug)]
enum What {
    /// Fills with one ink, or with several from top to bottom.
    Fill(Vec<Ink>, Path),
    Line(Ink, f32, Path),
    /// A soft shadow or light: ink, middle, radii.
    Soft(Ink, [f32; 4]),
    /// Many small copies of a path: width of the line, number, upper and lower bound.
    Strew(Ink, [f32; 4], Path),
    Text(Ink, Letters),
}

/// A line of text: height of its capitals, point on the base line, greatest width.
#[derive(Debug)]
struct Letters {
    size: f32,
    /// Which share of it is left of its point.
    align: f32,
    at: [f32; 3],
    text: String,
}

/// A colour by its name, changed towards white or dark, and its opacity.
#[derive(Debug, PartialEq)]
struct Ink {
    name: String,
    lighter: f32,
    alpha: f32,
}

/// The drawing of this name in `data/drawings.txt`.
pub(super) fn drawing(name: &str) -> &'static Drawing {
    static DRAWINGS: LazyLock<HashMap<&str, Drawing>> = LazyLock::new(|| {
        let read = |text: &'static str| {
            let (head, lines) = text.split_once('\n')?;
            let mut parts = head.rsplitn(3, ' ');
            let (height, width) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some((parts.next()?, Drawing::new((width, height), lines)))
        };
        include_str!("../data/drawings.txt").split("\n= ").skip(1).filter_map(read).collect()
    });
    &DRAWINGS[name]
}

impl Drawing {
    /// A drawing from its strokes, one a line.
    pub(super) fn new(size: (f32, f32), lines: &str) -> Self {
        Self { size, strokes: lines.lines().filter_map(stroke).collect() }
    }
}

/// Reads a stroke; `None` of an empty line or a comment.
fn stroke(line: &str) -> Option<Stroke> {
    let (first, rest) = line.split_once(' ')?;
    if ["night", "snow", "winter", "leafy"].contains(&first) {
        return Some(Stroke { when: Some(first.to_owned()), what: what(rest)? });
    }
    Some(Stroke { when: None, what: what(line)? })
}

fn what(line: &str) -> Option<What> {
    let mut numbers = Numbers::new(line);
    match numbers.word()? {
        "fill" | "fade" => {
            let mut inks = Vec::new();
            while numbers.peek().is_some_and(|word| !begins(word)) {
                inks.push(ink(numbers.word()?));
            }
            Some(What::Fill(inks, path(&mut numbers)?))
        }
        "line" => Some(What::Line(ink(numbers.word()?), numbers.number()?, path(&mut numbers)?)),
        "shade" => Some(What::Soft(ink("#141432@34"), numbers.several()?)),
        "glow" => {
            let ink = ink(numbers.word()?);
            let [x, y, radius] = numbers.several()?;
            Some(What::Soft(ink, [x, y, radius, radius]))
        }
        "strew" => Some(What::Strew(ink(numbers.word()?), numbers.several()?, path(&mut numbers)?)),
        "text" => {
            let ink = ink(numbers.word()?);
            let size = numbers.number()?;
            let align = ["left", "middle", "right"].iter().position(|word| Some(*word) == numbers.peek())?;
            numbers.word();
            let at = numbers.several()?;
            Some(What::Text(ink, Letters { size, align: align as f32 / 2.0, at, text: numbers.rest() }))
        }
        _ => None,
    }
}

/// Reads an ink: `color`, `#FFF1C0`, `color+10`, `white-5@40`.
fn ink(word: &str) -> Ink {
    let percent = |text: &str| text.parse::<f32>().map_or(0.0, |percent| percent / 100.0);
    let (color, alpha) = word.split_once('@').map_or((word, 1.0), |(color, alpha)| (color, percent(alpha)));
    let sign = color.find(['+', '-']).unwrap_or(color.len());
    Ink { name: color[..sign].to_owned(), lighter: percent(&color[sign..]), alpha }
}

/// The words of a line one after another, many of them numbers.
struct Numbers<'t> {
    line: &'t str,
    words: Peekable<SplitWhitespace<'t>>,
    taken: usize,
}

impl<'t> Numbers<'t> {
    /// The words of a line.
    fn new(line: &'t str) -> Self {
        Self { line, words: line.split_whitespace().peekable(), taken: 0 }
    }

    /// The next word, without taking it.
    fn peek(&mut self) -> Option<&'t str> {
        self.words.peek().copied()
    }

    /// The next word.
    fn word(&mut self) -> Option<&'t str> {
        self.taken += 1;
        self.words.next()
    }

    /// The next word as a number.
    fn number(&mut self) -> Option<f32> {
        self.word()?.parse().ok()
    }

    /// The next words as numbers.
    fn several<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut numbers = [0.0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(numbers)
    }

    /// All that is left, as it stands there.
    fn rest(&self) -> String {
        self.line.splitn(self.taken + 1, ' ').last().unwrap_or_default().to_owned()
    }
}

/// Whether a word is the beginning of a shape.
fn begins(word: &str) -> bool {
    matches!(word, "circle" | "oval" | "box" | "grid" | "M")
}

/// Reads a shape.
fn path(numbers: &mut Numbers<'_>) -> Option<Path> {
    let mut builder = PathBuilder::new();
    match numbers.peek()? {
        "M" => append(&mut builder, numbers, |x, y| (x, y))?,
        shape @ ("grid" | "box") => {
            numbers.word();
            let single = [1.0, 1.0, 0.0, 0.0];
            let [columns, rows, dx, dy] = if shape == "grid" { numbers.several()? } else { single };
            let [x, y, width, height] = numbers.several()?;
            let radius = numbers.number().unwrap_or(0.0);
            let (mut row, mut column) = (0.0, 0.0);
            while row < rows {
                push_box(&mut builder, [x + dx * column, y + dy * row, width, height], radius);
                column += 1.0;
                if column >= columns {
                    (row, column) = (row + 1.0, 0.0);
                }
            }
        }
        shape => {
            numbers.word();
            let [x, y, wide] = numbers.several()?;
            let high = if shape == "oval" { numbers.number()? } else { wide };
            builder.push_oval(Rect::from_xywh(x - wide, y - high, wide * 2.0, high * 2.0)?);
        }
    }
    builder.finish()
}

/// A rectangle by its upper left corner and size, its corners rounded.
fn push_box(path: &mut PathBuilder, [x, y, width, height]: [f32; 4], radius: f32) {
    let r = radius.min(width / 2.0).min(height / 2.0);
    let (right, bottom, bend) = (x + width, y + height, r * 0.448);
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - bend, right - bend, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + bend, x + bend, y, x + r, y);
    path.close();
}

/// Adds a path in the notation of SVG (`M`, `L`, `H`, `V`, `Q`, `C` and `Z` with absolute coordinates), each point moved by
/// `place`.
fn append(
    builder: &mut PathBuilder,
    numbers: &mut Numbers<'_>,
    place: impl Fn(f32, f32) -> (f32, f32),
) -> Option<()> {
    let (mut command, mut at) = ("M", (0.0, 0.0));
    while let Some(word) = numbers.peek() {
        if word.starts_with(|first: char| first.is_ascii_alphabetic()) {
            command = numbers.word()?;
        }
        let mut points = [at; 3];
        match command {
            "Z" => builder.close(),
            "H" => points[2].0 = numbers.number()?,
            "V" => points[2].1 = numbers.number()?,
            _ => {
                let count = if command == "C" { 3 } else { 1 + usize::from(command == "Q") };
                for point in &mut points[3 - count..] {
                    *point = (numbers.number()?, numbers.number()?);
                }
            }
        }
        at = points[2];
        let [a, b, c] = points.map(|(x, y)| place(x, y));
        match command {
            "Z" => {}
            "M" => builder.move_to(c.0, c.1),
            "Q" => builder.quad_to(b.0, b.1, c.0, c.1),
            "C" => builder.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1),
            _ => builder.line_to(c.0, c.1),
        }
        if command == "M" {
            command = "L";
        }
    }
    Some(())
}

/// Height of the capitals on the grid of the glyphs.
const CAPITAL: f32 = 100.0;
/// For characters without a glyph.
const EMPTY_BOX: (f32, &str) = (70.0, "M 8 4 H 62 V 100 H 8 Z");
/// From this height of capitals on the pen is broad.
const BOLD_FROM: f32 = 16.0;

/// The path of a line of text, and the width of the pen.
fn lettering(letters: &Letters, text: &str) -> (Option<Path>, f32) {
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
        let lines = include_str!("../data/letters.txt").lines();
        lines.filter_map(read_letters).collect()
    });
    GLYPHS.get(&character).copied().unwrap_or(EMPTY_BOX)
}

/// Reads the line of a glyph; `None` of a comment.
fn read_letters(line: &'static str) -> Option<(char, (f32, &'static str))> {
    let mut rest = line.chars();
    let character = rest.next()?;
    let (advance, strokes) = rest.as_str().strip_prefix(' ')?.split_once(' ').unwrap_or((rest.as_str(), ""));
    Some((character, (advance.trim().parse().ok()?, strokes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_drawings_is_parsed() {
        let mut count = 0;
        for line in include_str!("../data/drawings.txt").lines() {
            if !line.is_empty() && !line.starts_with("= ") && !line.starts_with("# ") {
                assert!(stroke(line).is_some(), "{line}");
                count += 1;
            }
        }
        assert!(count > 200);
    }

    #[test]
    fn inks_are_read_with_their_changes() {
        let expected = Ink { name: "#FFF1C0".into(), lighter: -0.2, alpha: 0.5 };
        assert_eq!(ink("#FFF1C0-20@50"), expected);
        assert_eq!(ink("roof"), Ink { name: "roof".into(), lighter: 0.0, alpha: 1.0 });
    }

    fn bounds(shape: &str) -> [i32; 4] {
        let bounds = path(&mut Numbers::new(shape)).unwrap().bounds();
        [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].map(|side| side as i32)
    }

    #[test]
    fn svg_notation_draws_what_it_says() {
        assert_eq!(bounds("M 10 20 H 30 V 50 L 10 50 Z"), [10, 20, 30, 50]);
        assert_eq!(bounds("M 0 0 10 0 10 10 Z"), [0, 0, 10, 10]);
    }

    #[test]
    fn a_grid_is_as_wide_as_its_columns() {
        assert_eq!(bounds("grid 3 2 20 30 1 2 5 6 2"), [1, 2, 46, 38]);
    }

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

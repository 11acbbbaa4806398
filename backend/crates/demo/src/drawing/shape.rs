//! Shapes in the notation of drawings, and paths in that of SVG.

use std::iter::Peekable;
use std::str::SplitWhitespace;
use tiny_skia::{Path, PathBuilder, Rect};

/// The words of a line one after another, many of them numbers.
pub(super) struct Numbers<'t> {
    line: &'t str,
    words: Peekable<SplitWhitespace<'t>>,
    taken: usize,
}

impl<'t> Numbers<'t> {
    /// The words of a line.
    pub(super) fn new(line: &'t str) -> Self {
        Self { line, words: line.split_whitespace().peekable(), taken: 0 }
    }

    /// The next word, without taking it.
    pub(super) fn peek(&mut self) -> Option<&'t str> {
        self.words.peek().copied()
    }

    /// The next word.
    pub(super) fn word(&mut self) -> Option<&'t str> {
        self.taken += 1;
        self.words.next()
    }

    /// The next word as a number.
    pub(super) fn number(&mut self) -> Option<f32> {
        self.word()?.parse().ok()
    }

    /// The next words as numbers.
    pub(super) fn several<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut numbers = [0.0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(numbers)
    }

    /// All that is left, as it stands there.
    pub(super) fn rest(&self) -> String {
        self.line.splitn(self.taken + 1, ' ').last().unwrap_or_default().to_owned()
    }
}

/// Whether a word is the beginning of a shape.
pub(super) fn begins(word: &str) -> bool {
    matches!(word, "circle" | "oval" | "box" | "grid" | "M")
}

/// Reads a shape.
pub(super) fn path(numbers: &mut Numbers<'_>) -> Option<Path> {
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
pub(super) fn append(
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

#[cfg(test)]
mod tests {
    use super::*;

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
}

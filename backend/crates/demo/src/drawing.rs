//! Drawings: strokes of a brush in a small notation, most of them in `data/drawings.txt`, which explains it.

mod brush;
mod letters;
mod shape;

pub(super) use brush::{Brush, Look};

use shape::Numbers;
use std::collections::HashMap;
use std::sync::LazyLock;
use tiny_skia::Path;

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
            while numbers.peek().is_some_and(|word| !shape::begins(word)) {
                inks.push(ink(numbers.word()?));
            }
            Some(What::Fill(inks, shape::path(&mut numbers)?))
        }
        "line" => Some(What::Line(ink(numbers.word()?), numbers.number()?, shape::path(&mut numbers)?)),
        "shade" => Some(What::Soft(ink("#141432@34"), numbers.several()?)),
        "glow" => {
            let ink = ink(numbers.word()?);
            let [x, y, radius] = numbers.several()?;
            Some(What::Soft(ink, [x, y, radius, radius]))
        }
        "strew" => Some(What::Strew(ink(numbers.word()?), numbers.several()?, shape::path(&mut numbers)?)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_drawings_is_understood() {
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
}

//! Boxes written in the text of a turn, such as `[0.32, 0.8, 0.59, 1.0]`.

use crate::decimal;

/// A box as shares of width and height: left, top, right, bottom.
pub type Corners = [f64; 4];

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece<'a> {
    /// Plain text, never empty.
    Text(&'a str),
    /// A box as written, and its corners.
    Box(&'a str, Corners),
}

/// Cuts a text at the boxes in it.
///
/// ```
/// use blendscope_shared::boxes::{Piece, pieces};
/// assert_eq!(pieces("at [0.1, 0.2, 0.3, 0.4]")[0], Piece::Text("at "));
/// ```
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for (written, start, corners) in boxes(text) {
        pieces.push(Piece::Text(&text[done..start]));
        pieces.push(Piece::Box(written, corners));
        done = start + written.len();
    }
    pieces.push(Piece::Text(&text[done..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Whether there is a box in the text.
pub fn has_box(text: &str) -> bool {
    boxes(text).next().is_some()
}

/// The boxes of a text: as written, where in bytes, and their corners.
fn boxes(text: &str) -> impl Iterator<Item = (&str, usize, Corners)> {
    text.match_indices('[').filter_map(|(open, _)| {
        let length = text[open..].find(']')?;
        let written = &text[open..=open + length];
        Some((written, open, corners(written)?))
    })
}

/// Reads `[left, top, right, bottom]` with all four from 0 to 1 and at least one of them a fraction.
fn corners(written: &str) -> Option<Corners> {
    let inside = written.strip_prefix('[')?.strip_suffix(']')?;
    if !inside.contains('.') {
        return None;
    }
    let numbers: Vec<f64> =
        inside.split(',').map(|part| decimal::parse(part.trim())).collect::<Option<_>>()?;
    let corners: Corners = numbers.try_into().ok()?;
    let in_range = corners.iter().all(|share| (0.0..=1.0).contains(share));
    (in_range && corners[0] < corners[2] && corners[1] < corners[3]).then_some(corners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_found_between_words() {
        assert_eq!(
            pieces("The bus [0.32, 0.8, 0.59, 1.0]."),
            [
                Piece::Text("The bus "),
                Piece::Box("[0.32, 0.8, 0.59, 1.0]", [0.32, 0.8, 0.59, 1.0]),
                Piece::Text(".")
            ]
        );
        assert!(has_box("[[0.1,0.2,0.3,0.4]]"));
    }

    #[test]
    fn other_lists_are_text() {
        for text in [
            "[1, 2, 3, 4]",
            "[0.1, 0.2, 0.3]",
            "[0.5, 0.2, 0.3, 0.4]",
            "[0.1, x, 0.3, 0.4]",
            "[0.1",
            "[0, 0, 1, 1]",
            "[0.1, NaN, 0.3, 0.4]",
        ] {
            assert_eq!(pieces(text), [Piece::Text(text)], "{text}");
        }
        assert_eq!(pieces(""), []);
    }
}

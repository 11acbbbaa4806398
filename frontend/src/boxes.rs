//! Boxes written in text, such as `[0.32, 0.8, 0.59, 1.0]`: where they are and where they lie on the picture.

use crate::format;
use blendscope_shared::sample::LabelledBox;

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

/// What the numbers of a box are shares of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The picture as it is.
    #[default]
    Picture,
    /// The picture padded to a square, as LLaVA-1.5 prepared its grounding data.
    PaddedSquare,
}

/// Cuts a text at the boxes in it.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for (open, _) in text.match_indices('[') {
        let Some(length) = text[open..].find(']') else { break };
        let written = &text[open..=open + length];
        if let Some(corners) = corners(written) {
            pieces.push(Piece::Text(&text[done..open]));
            pieces.push(Piece::Box(written, corners));
            done = open + written.len();
        }
    }
    pieces.push(Piece::Text(&text[done..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Whether there is a box in the text.
pub fn has_box(text: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Box(..)))
}

/// Reads `[left, top, right, bottom]` with all four from 0 to 1 and at least one of them a fraction.
fn corners(written: &str) -> Option<Corners> {
    let inside = written.strip_prefix('[')?.strip_suffix(']')?;
    if !inside.contains('.') {
        return None;
    }
    let numbers: Vec<f64> =
        inside.split(',').map(|part| format::parse_decimal(part.trim())).collect::<Option<_>>()?;
    let corners: Corners = numbers.try_into().ok()?;
    let in_range = corners.iter().all(|share| (0.0..=1.0).contains(share));
    (in_range && corners[0] < corners[2] && corners[1] < corners[3]).then_some(corners)
}

/// The box as shares of the picture itself.
///
/// Padding adds half of the difference of the sides before and behind the shorter side.
pub fn on_picture(corners: Corners, frame: Frame, width: u32, height: u32) -> Corners {
    if frame == Frame::Picture || width == 0 || height == 0 {
        return corners;
    }
    let (width, height) = (f64::from(width), f64::from(height));
    let side = width.max(height);
    let unpad = |share: f64, length: f64| within_one((share * side - (side - length) / 2.0) / length);
    let [left, top, right, bottom] = corners;
    [unpad(left, width), unpad(top, height), unpad(right, width), unpad(bottom, height)]
}

/// Edges in pixels (left, top, right, bottom) as shares of a picture of this size.
pub fn shares(edges: Corners, width: u32, height: u32) -> Corners {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let [left, top, right, bottom] = edges;
    [left / width, top / height, right / width, bottom / height].map(within_one)
}

/// Left, top, width and height of a box, as style values.
pub fn placed(corners: Corners) -> [String; 4] {
    let [left, top, right, bottom] = corners;
    [left, top, right - left, bottom - top].map(|share| format::decimal(share * 100.0, 2) + "%")
}

/// A colour for each box, from 0 to 7: the same for the same label.
pub fn tones(boxes: &[LabelledBox]) -> Vec<usize> {
    /// As many as there are in `style/tokens.css`.
    const TONES: usize = 8;
    let mut labels: Vec<&str> = Vec::new();
    let mut tone = |label| {
        let known = labels.iter().position(|known| *known == label);
        known.unwrap_or_else(|| {
            labels.push(label);
            labels.len() - 1
        }) % TONES
    };
    boxes.iter().map(|labelled| tone(&labelled.label)).collect()
}

/// A share that is none, cut to one.
#[expect(clippy::manual_clamp, reason = "`clamp` brings along the code to print floating-point numbers")]
fn within_one(share: f64) -> f64 {
    share.max(0.0).min(1.0)
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
        ] {
            assert_eq!(pieces(text), [Piece::Text(text)], "{text}");
        }
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn edges_in_pixels_stay_on_the_picture() {
        let corners = shares([64.0, 48.0, 320.0, 999.0], 640, 480);
        assert_eq!(placed(corners), ["10.00%", "10.00%", "40.00%", "90.00%"]);
        let labelled = |label: &str| LabelledBox { edges: [0.0; 4], label: label.to_owned(), score: None };
        assert_eq!(tones(&[labelled("bus"), labelled("dog"), labelled("bus")]), [0, 1, 0]);
    }

    #[test]
    fn padding_is_taken_off_the_shorter_side() {
        // 200 × 100 in a square of 200: the picture fills the rows from 50 to 150.
        let place = |frame| placed(on_picture([0.1, 0.25, 0.5, 0.75], frame, 200, 100));
        assert_eq!(place(Frame::PaddedSquare), ["10.00%", "0.00%", "40.00%", "100.00%"]);
        assert_eq!(place(Frame::Picture), ["10.00%", "25.00%", "40.00%", "50.00%"]);
    }
}

//! Boxes on pictures: those written in the turns of a sample, and those of box files.

use crate::format;
use blendscope_shared::{
    boxes::{self, Corners, Piece},
    sample::{LabelledBox, SampleView},
};

/// Colours of boxes, `.box-0` to `.box-5` in the style.
const HUES: usize = 6;

/// What the numbers of a box are shares of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The picture as it is.
    #[default]
    Picture,
    /// The picture padded to a square, as LLaVA-1.5 prepared its grounding data.
    PaddedSquare,
}

/// A box that can be drawn on a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnBox {
    /// What stands at it: its number in the text, or what a detector saw.
    pub label: String,
    /// Number of its colour.
    pub hue: usize,
    /// Where it is.
    pub place: Place,
}

/// Where a box is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// As shares of a frame.
    Shares(Corners),
    /// Edges in pixels.
    Pixels(Corners),
}

/// The boxes that are written in a text, in order.
pub fn written(text: &str) -> Vec<Corners> {
    let corners = |piece| match piece {
        Piece::Box(_, corners) => Some(corners),
        Piece::Text(_) => None,
    };
    boxes::pieces(text).into_iter().filter_map(corners).collect()
}

/// All boxes of a sample: first those written in its turns, numbered from 1, then those of box files.
pub fn of_sample(sample: &SampleView) -> Vec<DrawnBox> {
    let texts: Vec<&str> = sample.turns.iter().map(|turn| turn.text.as_str()).collect();
    of_texts(&texts, &sample.boxes)
}

/// The boxes written in texts, numbered from 1, then those of box files.
pub fn of_texts(texts: &[&str], labelled: &[LabelledBox]) -> Vec<DrawnBox> {
    let mut drawn: Vec<DrawnBox> = (1..)
        .zip(texts.iter().flat_map(|text| written(text)))
        .map(|(number, corners)| DrawnBox {
            label: number.to_string(),
            hue: (number - 1) % HUES,
            place: Place::Shares(corners),
        })
        .collect();
    drawn.extend(labelled.iter().zip(hues(labelled)).map(|(labelled, hue)| {
        let score = labelled.score.map(|score| format!(" {}", format::decimal(score, 2))).unwrap_or_default();
        DrawnBox { label: format!("{}{score}", labelled.label), hue, place: Place::Pixels(labelled.edges) }
    }));
    drawn
}

/// A colour for each box of a box file: the same for the same label.
fn hues(boxes: &[LabelledBox]) -> Vec<usize> {
    let mut labels: Vec<&str> = Vec::new();
    let mut hue = |label| {
        let known = labels.iter().position(|known| *known == label);
        known.unwrap_or_else(|| {
            labels.push(label);
            labels.len() - 1
        }) % HUES
    };
    boxes.iter().map(|labelled| hue(&labelled.label)).collect()
}

impl DrawnBox {
    /// Whether it is written in a text.
    pub fn is_written(&self) -> bool {
        matches!(self.place, Place::Shares(_))
    }

    /// Left, top, right and bottom edge as shares of a picture of this size.
    pub fn corners(&self, frame: Frame, width: u32, height: u32) -> Corners {
        match self.place {
            Place::Shares(corners) => on_picture(corners, frame, width, height),
            Place::Pixels(edges) => shares(edges, width, height),
        }
    }

    /// Left, top, width and height on a picture of this size, as style values.
    pub fn placed(&self, frame: Frame, width: u32, height: u32) -> [String; 4] {
        let [left, top, right, bottom] = self.corners(frame, width, height);
        [left, top, right - left, bottom - top].map(|share| format::decimal(share * 100.0, 2) + "%")
    }
}

/// The box as shares of the picture itself.
///
/// Padding adds half of the difference of the sides before and behind the shorter side.
fn on_picture(corners: Corners, frame: Frame, width: u32, height: u32) -> Corners {
    if frame == Frame::Picture || width == 0 || height == 0 {
        return corners;
    }
    let (width, height) = (f64::from(width), f64::from(height));
    let side = width.max(height);
    let unpad = |share: f64, length: f64| ((share * side - (side - length) / 2.0) / length).clamp(0.0, 1.0);
    let [left, top, right, bottom] = corners;
    [unpad(left, width), unpad(top, height), unpad(right, width), unpad(bottom, height)]
}

/// Edges in pixels (left, top, right, bottom) as shares of a picture of this size.
fn shares(edges: Corners, width: u32, height: u32) -> Corners {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let [left, top, right, bottom] = edges;
    [left / width, top / height, right / width, bottom / height].map(|share| share.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(place: Place) -> DrawnBox {
        DrawnBox { label: String::new(), hue: 0, place }
    }

    #[test]
    fn edges_in_pixels_stay_on_the_picture() {
        let placed = drawn(Place::Pixels([64.0, 48.0, 320.0, 999.0])).placed(Frame::Picture, 640, 480);
        assert_eq!(placed, ["10.00%", "10.00%", "40.00%", "90.00%"]);
        let labelled = |label: &str| LabelledBox { edges: [0.0; 4], label: label.to_owned(), score: None };
        assert_eq!(hues(&[labelled("bus"), labelled("dog"), labelled("bus")]), [0, 1, 0]);
    }

    #[test]
    fn padding_is_taken_off_the_shorter_side() {
        // 200 × 100 in a square of 200: the picture fills the rows from 50 to 150.
        let place = |frame| drawn(Place::Shares([0.1, 0.25, 0.5, 0.75])).placed(frame, 200, 100);
        assert_eq!(place(Frame::PaddedSquare), ["10.00%", "0.00%", "40.00%", "100.00%"]);
        assert_eq!(place(Frame::Picture), ["10.00%", "25.00%", "40.00%", "50.00%"]);
    }
}

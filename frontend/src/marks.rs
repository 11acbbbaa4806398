//! Cutting a text at its marks.

use blendscope_shared::content::{self, IMAGE_TOKEN, Part};

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text of the piece, never empty.
    pub text: &'a str,
    /// Whether it is what was looked for.
    pub is_mark: bool,
}

/// Marks of a text that are numbered over several texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Number of the first.
    pub first: usize,
    /// `[begin, end)` of each in Unicode scalar values, ascending.
    pub spans: Vec<[usize; 2]>,
}

impl Marks {
    /// Those that begin in the part of the text that begins at `begin`, counted from there.
    #[must_use]
    pub fn within(&self, begin: usize, length: usize) -> Self {
        let before = self.spans.partition_point(|span| span[0] < begin);
        let inside = self.spans[before..].iter().take_while(|span| span[0] < begin + length);
        let spans = inside.map(|span| span.map(|offset| offset - begin)).collect();
        Self { first: self.first + before, spans }
    }
}

/// The marks of a turn that can be seen: those in place-holders cannot, as pictures stand there.
pub fn seen(text: &str, marks: &[[usize; 2]]) -> Vec<[usize; 2]> {
    let mut seen = Vec::new();
    let mut begin = 0;
    for part in content::parts(text, 0) {
        let end = begin
            + match part {
                Part::Text(text) => text.chars().count(),
                Part::Image(_) => IMAGE_TOKEN.len(),
            };
        if let Part::Text(_) = part {
            seen.extend(marks.iter().filter(|mark| (begin..end).contains(&mark[0])));
        }
        begin = end;
    }
    seen
}

/// Cuts `text` at `marks`, which are `[begin, end)` in Unicode scalar values, ascending. Marks beyond the end are cut
/// short, so that a wrong mark never hides text.
pub fn pieces<'a>(text: &'a str, marks: &[[usize; 2]]) -> Vec<Piece<'a>> {
    let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    offsets.push(text.len());
    let last = offsets.len() - 1;
    let mut pieces = Vec::with_capacity(marks.len() * 2 + 1);
    let mut done = 0;
    for &[begin, end] in marks {
        let begin = begin.clamp(done, last);
        let end = end.clamp(begin, last);
        pieces.push(Piece { text: &text[offsets[done]..offsets[begin]], is_mark: false });
        pieces.push(Piece { text: &text[offsets[begin]..offsets[end]], is_mark: true });
        done = end;
    }
    pieces.push(Piece { text: &text[offsets[done]..], is_mark: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_has_the_marks_that_begin_in_it() {
        let marks = Marks { first: 7, spans: vec![[0, 2], [4, 9], [9, 10]] };
        assert_eq!(marks.within(0, 4), Marks { first: 7, spans: vec![[0, 2]] });
        assert_eq!(marks.within(4, 5), Marks { first: 8, spans: vec![[0, 5]] });
        assert_eq!(marks.within(5, 99), Marks { first: 9, spans: vec![[4, 5]] });
        assert_eq!(marks.within(10, 1).spans, [[0; 2]; 0]);
    }

    #[test]
    fn a_mark_in_a_place_holder_is_not_seen() {
        let text = "犬image <image>\nimage";
        assert_eq!(seen(text, &[[1, 6], [8, 13], [15, 20]]), [[1, 6], [15, 20]]);
    }

    fn marked(text: &str, marks: &[[usize; 2]]) -> String {
        pieces(text, marks)
            .iter()
            .map(|piece| if piece.is_mark { format!("[{}]", piece.text) } else { piece.text.to_owned() })
            .collect()
    }

    #[test]
    fn marks_count_characters_and_not_bytes() {
        assert_eq!(marked("東京タワーの写真", &[[0, 5], [6, 8]]), "[東京タワー]の[写真]");
        assert_eq!(marked("a 🚌 bus", &[[2, 3], [4, 7]]), "a [🚌] [bus]");
    }

    #[test]
    fn wrong_marks_never_hide_text() {
        assert_eq!(marked("bus", &[[1, 99]]), "b[us]");
        assert_eq!(marked("bus", &[[7, 9]]), "bus");
        assert_eq!(marked("bus stop", &[[0, 3], [1, 5]]), "[bus][ s]top");
        assert_eq!(marked("", &[[0, 1]]), "");
    }
}

//! Cutting a snippet at its marks.

/// A piece of a snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text of the piece, never empty.
    pub text: &'a str,
    /// Whether it is what was looked for.
    pub is_mark: bool,
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

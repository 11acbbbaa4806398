//! The text of a turn as an ordered list of text and images.

/// The place-holder for an image in a turn, as LLaVA-style records write it.
pub const IMAGE_TOKEN: &str = "<image>";

/// A piece of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text between place-holders, never empty.
    Text(&'a str),
    /// The n-th place-holder of the sample, counted from 0 over all turns.
    Image(usize),
}

/// Splits a turn's text at its image place-holders.
///
/// `first_image` is the number of place-holders in the turns before it.
///
/// ```
/// use blendscope_shared::content::{Part, parts};
/// assert_eq!(parts("<image>\nWhat?", 0), [Part::Image(0), Part::Text("\nWhat?")]);
/// ```
pub fn parts(text: &str, first_image: usize) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (index, piece) in text.split(IMAGE_TOKEN).enumerate() {
        if index > 0 {
            parts.push(Part::Image(first_image + index - 1));
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece));
        }
    }
    parts
}

/// The number of image place-holders in a text.
pub fn image_tokens(text: &str) -> usize {
    text.matches(IMAGE_TOKEN).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_in_the_middle_and_at_the_end_keep_their_order() {
        assert_eq!(
            parts("a<image>b<image><image>", 2),
            [Part::Text("a"), Part::Image(2), Part::Text("b"), Part::Image(3), Part::Image(4)]
        );
        assert_eq!(image_tokens("a<image>b<image>"), 2);
        assert_eq!(parts("", 0), []);
    }
}

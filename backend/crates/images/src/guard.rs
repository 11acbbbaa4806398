//! The boundary that panics of picture decoders do not cross.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::ImageError;
use super::format::Format;

/// Runs a decoder; its panic becomes an error.
///
/// Decoders are other people's code on bytes from anywhere, and some of them index and assert on damaged input.
/// One bad picture must be a labelled placeholder and not a broken connection. What a panic leaves behind is
/// dropped with the closure, so that nothing half-made can be seen afterwards.
pub(crate) fn guarded<T>(
    format: Format,
    decode: impl FnOnce() -> Result<T, ImageError>,
) -> Result<T, ImageError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(ImageError::Damaged { format, reason: "its decoder stopped on it unexpectedly".to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let answer: Result<(), _> = guarded(Format::Gif, || panic!("index out of bounds"));
        assert!(matches!(answer, Err(ImageError::Damaged { format: Format::Gif, .. })));
    }
}

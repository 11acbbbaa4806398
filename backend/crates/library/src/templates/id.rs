//! The name of a template, which lasts.

use blendscope_shared::key::base32;

/// Characters of an id: 50 bits, so that two of a million templates share one once in two thousand.
const LEN: usize = 10;

/// The id of a template: the first 50 bits of the BLAKE3 hash of `bst1` and its text, in Crockford's base32. The same
/// text has the same id everywhere; the vector in the test must never change.
pub(super) fn template_id(text: &str) -> String {
    let hash = blake3::Hasher::new().update(b"bst1").update(text.as_bytes()).finalize();
    let bits = u64::from_be_bytes(std::array::from_fn(|place| hash.as_bytes()[place]));
    base32(bits >> (u64::BITS as usize - 5 * LEN), LEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_vectors() {
        assert_eq!(template_id("Answer the question using a single word or phrase."), "H2M344GEH5");
        assert_eq!(template_id("请简要描述这张图片。"), "8CB8636K76");
    }
}

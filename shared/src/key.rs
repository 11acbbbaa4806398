//! The sample key, version `bs1`: a name that lasts.
//!
//! BLAKE3 over length-prefixed parts, first 64 bits, as 13 characters of Crockford's base32. It depends on nothing but
//! the record's own data: no file, no order, no spacing, no rule of the catalog. The byte stream, with every length and
//! count as `u64` little endian:
//!
//! 1. the three bytes `bs1`;
//! 2. the id: byte `0` when absent, else byte `1`, length, the id as compact JSON text (`"a"` or `7`);
//! 3. the number of image refs; of each, byte `1`, length, path as written, or byte `2` and the 32 bytes of the BLAKE3
//!    hash of embedded bytes;
//! 4. the number of turns; of each, the role (byte `1` human, `2` gpt, `3` system, or byte `0`, length, name as
//!    written), then length and text as it stands.
//!
//! Frozen: the vectors in the tests must never change.

use crate::role::Role;

/// Crockford's base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a key's text: 13 × 5 bits hold 64.
const TEXT_LEN: usize = 13;

/// The 64 bits behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleKey(pub u64);

/// What identifies an image inside a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyImage<'a> {
    /// The path (or address) exactly as the record has it.
    Written(&'a str),
    /// BLAKE3 of the embedded bytes.
    Embedded([u8; 32]),
}

impl SampleKey {
    /// Computes the key of a record.
    ///
    /// `id_json` is the id as compact JSON text, such as `"000000033471"` with its quotes, or `2327515`.
    pub fn of<'a>(
        id_json: Option<&str>,
        images: impl ExactSizeIterator<Item = KeyImage<'a>>,
        turns: impl ExactSizeIterator<Item = (&'a Role, &'a str)>,
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"bs1");
        match id_json {
            None => drop(hasher.update(&[0])),
            Some(id) => {
                hasher.update(&[1]);
                text(&mut hasher, id);
            }
        }
        hasher.update(&(images.len() as u64).to_le_bytes());
        for image in images {
            match image {
                KeyImage::Written(path) => {
                    hasher.update(&[1]);
                    text(&mut hasher, path);
                }
                KeyImage::Embedded(hash) => drop(hasher.update(&[2]).update(&hash)),
            }
        }
        hasher.update(&(turns.len() as u64).to_le_bytes());
        for (speaker, words) in turns {
            role(&mut hasher, speaker);
            text(&mut hasher, words);
        }
        let hash = hasher.finalize();
        Self(u64::from_be_bytes(std::array::from_fn(|place| hash.as_bytes()[place])))
    }

    /// The key as text: 13 characters, highest bits first.
    pub fn to_text(self) -> String {
        base32(self.0, TEXT_LEN)
    }

    /// Reads a key's text. Upper and lower case are the same, `O` is read as `0`, `I` and `L` as `1`.
    pub fn from_text(text: &str) -> Option<Self> {
        if text.len() != TEXT_LEN {
            return None;
        }
        let mut bits: u128 = 0;
        for byte in text.bytes() {
            let symbol = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = ALPHABET.iter().position(|&letter| letter == symbol)?;
            bits = bits << 5 | value as u128;
        }
        u64::try_from(bits).ok().map(Self)
    }
}

/// The lowest `5 × length` bits in Crockford's base32, highest first.
pub fn base32(bits: u64, length: usize) -> String {
    (0..length).rev().map(|place| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31])).collect()
}

fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn role(hasher: &mut blake3::Hasher, role: &Role) {
    match role {
        Role::Human => drop(hasher.update(&[1])),
        Role::Gpt => drop(hasher.update(&[2])),
        Role::System => drop(hasher.update(&[3])),
        Role::Other(name) => {
            hasher.update(&[0]);
            text(hasher, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(id: Option<&str>, images: &[&str], turns: &[(&str, &str)]) -> String {
        let turns: Vec<_> = turns.iter().map(|(role, text)| (Role::from_name(role), *text)).collect();
        SampleKey::of(
            id,
            images.iter().map(|path| KeyImage::Written(path)),
            turns.iter().map(|(role, text)| (role, *text)),
        )
        .to_text()
    }

    #[test]
    fn frozen_vectors() {
        assert_eq!(key(None, &[], &[]), "BNNN5SGP3YYWN");
        assert_eq!(
            key(
                Some("\"000000033471\""),
                &["coco/train2017/000000033471.jpg"],
                &[
                    ("human", "<image>\nWhat are the colors of the bus in the image?"),
                    ("gpt", "The bus in the image is white and red."),
                ],
            ),
            "56FD38PQ7RRP7"
        );
        assert_eq!(
            key(Some("2327515"), &[], &[("user", "犬は？"), ("assistant", "犬です。")]),
            "1Q8QV4BT4B50S"
        );
        assert_eq!(key(Some("7"), &["a", "b"], &[("system", "s"), ("tool", "t")]), "9AV10WH9QTCFX");
        let embedded = SampleKey::of(None, [KeyImage::Embedded([7; 32])].into_iter(), [].into_iter());
        assert_eq!(embedded.to_text(), "CWRFXEM49C32C");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(key(None, &["ab"], &[]), key(None, &["a", "b"], &[]));
        assert_ne!(key(None, &[], &[("human", "ab")]), key(None, &[], &[("human", "a"), ("human", "b")]));
        assert_ne!(key(Some("7"), &[], &[]), key(Some("\"7\""), &[], &[]));
    }

    #[test]
    fn look_alikes_are_read_kindly() {
        let bits = SampleKey::from_text("01ARZ3NDEKTSV").unwrap();
        assert_eq!(SampleKey::from_text("oiarz3ndektsv"), Some(bits));
        assert_eq!(SampleKey::from_text("ZZZZZZZZZZZZZ"), None, "more than 64 bits");
        assert_eq!(SampleKey::from_text("short"), None);
    }

    proptest! {
        #[test]
        fn text_round_trips(bits: u64) {
            prop_assert_eq!(SampleKey::from_text(&SampleKey(bits).to_text()), Some(SampleKey(bits)));
        }
    }
}

//! Checkpoints: places in a packed file where unpacking can begin, so that no copy of the text is needed to read a
//! record again.

use miniz_oxide::{deflate, inflate};

/// The most that a match of deflate looks back, in bytes.
pub(crate) const WINDOW: usize = 32 << 10;

/// How the stored form begins; the last byte is its version.
const MAGIC: &[u8; 5] = b"bsgz\x01";

/// Bytes of BLAKE3 at the end of the stored form.
const CHECKSUM: usize = 8;

/// One place where unpacking can begin: a boundary of deflate blocks, or the start of a zstd frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// The place in the unpacked text.
    pub(crate) text: u64,
    /// The next byte of the file to be unpacked.
    pub(crate) file: u64,
    /// Bits of the byte before it that are still to be unpacked, 0 to 7.
    pub(crate) bit_count: u8,
    /// These bits, in the low ones.
    pub(crate) bits: u8,
    /// The text before it that matches may refer to, packed by deflate; empty when there is none.
    window: Vec<u8>,
}

impl Checkpoint {
    pub(crate) fn new(text: u64, file: u64, (bit_count, bits): (u8, u8), window: &[u8]) -> Self {
        let window = if window.is_empty() { Vec::new() } else { deflate::compress_to_vec(window, 1) };
        Self { text, file, bit_count, bits, window }
    }

    /// The window, unpacked; none when it is damaged.
    pub(crate) fn window(&self) -> Option<Vec<u8>> {
        if self.window.is_empty() {
            return Some(Vec::new());
        }
        inflate::decompress_to_vec_with_limit(&self.window, WINDOW).ok()
    }
}

/// The checkpoints of one packed file, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoints {
    items: Vec<Checkpoint>,
}

/// Stored checkpoints that cannot be used; reading the file again makes new ones.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoints {
    /// They were stored by another version.
    #[error("checkpoints of another version: index the file again")]
    Version,
    /// Their bytes are damaged.
    #[error("damaged checkpoints: index the file again")]
    Damaged,
}

impl Checkpoints {
    /// Their number.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none, as in a file with less text than lies between two of them.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The last one at or before a place in the unpacked text.
    pub(crate) fn before(&self, text: u64) -> Option<&Checkpoint> {
        let behind = self.items.partition_point(|checkpoint| checkpoint.text <= text);
        self.items.get(behind.checked_sub(1)?)
    }

    /// Place of the last one in the unpacked text.
    pub(crate) fn last_text(&self) -> u64 {
        self.items.last().map_or(0, |checkpoint| checkpoint.text)
    }

    pub(crate) fn push(&mut self, checkpoint: Checkpoint) {
        self.items.push(checkpoint);
    }

    /// The stored form: magic and version, the checkpoints with integers in little endian, a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for checkpoint in &self.items {
            bytes.extend(checkpoint.text.to_le_bytes());
            bytes.extend(checkpoint.file.to_le_bytes());
            bytes.extend([checkpoint.bit_count, checkpoint.bits]);
            bytes.extend((checkpoint.window.len() as u32).to_le_bytes());
            bytes.extend(&checkpoint.window);
        }
        let checksum = checksum(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadCheckpoints> {
        if !bytes.starts_with(MAGIC) {
            return Err(BadCheckpoints::Version);
        }
        let (body, stored) = bytes.split_last_chunk::<CHECKSUM>().ok_or(BadCheckpoints::Damaged)?;
        if checksum(body) != *stored {
            return Err(BadCheckpoints::Damaged);
        }
        let mut rest = body.strip_prefix(MAGIC).ok_or(BadCheckpoints::Damaged)?;
        let mut items = Vec::new();
        while !rest.is_empty() {
            items.push(take_checkpoint(&mut rest).ok_or(BadCheckpoints::Damaged)?);
        }
        Ok(Self { items })
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECKSUM]);
    checksum
}

fn take_checkpoint(rest: &mut &[u8]) -> Option<Checkpoint> {
    let text = u64::from_le_bytes(take(rest)?);
    let file = u64::from_le_bytes(take(rest)?);
    let [bit_count, bits] = take(rest)?;
    let length = u32::from_le_bytes(take(rest)?) as usize;
    let (window, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(Checkpoint { text, file, bit_count, bits, window: window.to_vec() })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Checkpoints {
        let first = Checkpoint::new(100, 40, (3, 5), b"the text before");
        let second = Checkpoint::new(900, 70, (0, 0), b"");
        Checkpoints { items: vec![first, second] }
    }

    #[test]
    fn the_nearest_one_before_is_found() {
        let places = |text| two().before(text).map(|checkpoint| checkpoint.text);
        assert_eq!([99, 100, 899, 900, 5000].map(places), [None, Some(100), Some(100), Some(900), Some(900)]);
    }

    #[test]
    fn the_stored_form_round_trips_and_damage_is_noticed() {
        let bytes = two().to_bytes();
        assert_eq!(Checkpoints::from_bytes(&bytes), Ok(two()));
        assert_eq!(two().items[0].window().unwrap(), b"the text before");
        for at in MAGIC.len()..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Checkpoints::from_bytes(&damaged), Err(BadCheckpoints::Damaged), "byte {at}");
            assert_eq!(Checkpoints::from_bytes(&bytes[..at]), Err(BadCheckpoints::Damaged), "cut at {at}");
        }
        assert_eq!(Checkpoints::from_bytes(b"bsgz\x02"), Err(BadCheckpoints::Version));
    }
}

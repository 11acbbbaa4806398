//! Whether a packed file holds what a plain file beside it holds: `train.jsonl.gz` and `train.jsonl`.

use crate::open_file;
use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use zstd::stream::read::Decoder;

/// Bytes of text that are compared; of a longer one, sizes tell the rest.
const COMPARED: u64 = 256 << 20;

/// Logarithm of the most memory that unpacking a zstd frame may take.
const LONGEST_WINDOW: u32 = 27;

/// Bytes compared at once.
const CHUNK: usize = 256 << 10;

/// Compares the contents of a file packed by gzip or zstd with those of a plain file; an error says how they differ.
///
/// A packed file that is damaged or cut short is the same as far as it can be unpacked, if it can be at all.
pub fn compare_unpacked(packed: &Path, plain: &Path) -> Result<(), String> {
    let told = |error: io::Error| format!("cannot be compared: {error}");
    let mut text = unpacked(packed).map_err(told)?;
    let mut plain_file = open_file(plain).map_err(told)?;
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut at = 0_u64;
    while at < COMPARED {
        let (filled, is_damaged) = fill(&mut *text, &mut left);
        let (expected, _) = fill(&mut plain_file, &mut right);
        let same = left[..filled].iter().zip(&right[..expected]).take_while(|(a, b)| a == b).count();
        at += same as u64;
        let is_prefix = same == filled && filled <= expected;
        if is_damaged {
            return if is_prefix && at > 0 { Ok(()) } else { Err(format!("differ at byte {at}")) };
        }
        if same < filled || filled < expected {
            return Err(format!("differ at byte {at}"));
        }
        if filled == 0 {
            return Ok(());
        }
    }
    same_size(packed, plain).map_err(told)?.then_some(()).ok_or_else(|| "differ in size".to_owned())
}

fn unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(open_file(path)?);
    if file.fill_buf()?.starts_with(&crate::gzip::MAGIC) {
        return Ok(Box::new(MultiGzDecoder::new(file)));
    }
    let mut frames = Decoder::with_buffer(file)?;
    frames.window_log_max(LONGEST_WINDOW)?;
    Ok(Box::new(frames))
}

/// Fills a buffer as far as a text goes; whether it ends in damage.
fn fill(text: &mut (impl Read + ?Sized), into: &mut [u8]) -> (usize, bool) {
    let mut filled = 0;
    while filled < into.len() {
        match text.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return (filled, true),
        }
    }
    (filled, false)
}

/// Whether the size that stands at the end of a gzip file (RFC 1952, section 2.3.1) is that of the plain one. A zstd file
/// need not tell: it counts as the same.
fn same_size(packed: &Path, plain: &Path) -> io::Result<bool> {
    let mut file = open_file(packed)?;
    let mut start = [0; 2];
    file.read_exact(&mut start)?;
    if start != crate::gzip::MAGIC[..2] {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-4))?;
    let mut size = [0; 4];
    file.read_exact(&mut size)?;
    Ok(u32::from_le_bytes(size) == crate::disk::metadata(plain)?.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::member;

    #[test]
    fn a_copy_is_told_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let (packed, plain) = (folder.path().join("a.gz"), folder.path().join("a"));
        let text = "{\"id\": 1}\n".repeat(100_000);
        std::fs::write(&plain, &text).unwrap();
        let half = text.len() / 2;
        let whole = member(text.as_bytes(), 6);
        let two = [member(&text.as_bytes()[..half], 6), member(&text.as_bytes()[half..], 1)].concat();
        let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
        let frames = [zstd(&text[..half]), zstd(&text[half..])].concat();
        for same in [&whole, &two, &whole[..whole.len() - 20].to_vec(), &zstd(&text), &frames] {
            std::fs::write(&packed, same).unwrap();
            assert_eq!(compare_unpacked(&packed, &plain), Ok(()));
        }
        let longer = member(format!("{text}x").as_bytes(), 6);
        let shorter = member(&text.as_bytes()[..half], 6);
        let other = member(text.replace("1}\n", "2}\n").as_bytes(), 6);
        for (differs, part) in [(longer, "differ at byte 1000000"), (shorter, "500000"), (other, "byte 7")] {
            std::fs::write(&packed, differs).unwrap();
            assert!(compare_unpacked(&packed, &plain).unwrap_err().contains(part));
        }
        std::fs::write(&packed, "x").unwrap();
        assert!(compare_unpacked(&packed, &plain).is_err());
    }
}

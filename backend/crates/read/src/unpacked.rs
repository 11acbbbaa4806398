//! Decompression of a file's packing, from the start on or at any place; and whether a packed file holds what a plain
//! one next to it holds: `train.jsonl.gz` and `train.jsonl`.

use crate::container::Steps;
use crate::gzip::{Checkpoints, GzipReader};
use crate::split::read_at;
use crate::zstd::ZstdReader;
use crate::{File, Packing, disk, gzip, open_file};
use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use zstd::stream::read::Decoder;

/// Bytes that a decoder had better unpack than begin anew at a checkpoint.
const UNPACKED: u64 = 256 << 10;

/// Unpacks a file from front to back.
pub(crate) enum Unpacker<'f> {
    /// By gzip.
    Gzip(Box<GzipReader<'f>>),
    /// By zstd.
    Zstd(Box<ZstdReader<'f>>),
}

impl<'f> Unpacker<'f> {
    /// Unpacks from the start, with a checkpoint about every `spacing` bytes; none for a file that is not packed.
    pub(crate) fn new(file: &'f File, packing: Packing, spacing: u64) -> io::Result<Option<Self>> {
        Ok(match packing {
            Packing::Plain => None,
            Packing::Gzip => Some(Self::Gzip(Box::new(GzipReader::new(file, spacing)))),
            Packing::Zstd => Some(Self::Zstd(Box::new(ZstdReader::new(file, spacing)?))),
        })
    }

    /// Unpacks the next bytes; 0 at the end, also at a damaged place.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let steps = self.steps();
        if !steps.unpack()? {
            return Ok(0);
        }
        let count = steps.ready().len().min(into.len());
        into[..count].copy_from_slice(&steps.ready()[..count]);
        steps.take(count);
        Ok(count)
    }

    /// Unpacks up to a place; false when the bytes end before.
    fn skip_to(&mut self, at: u64) -> io::Result<bool> {
        loop {
            let wanted = at.saturating_sub(self.position());
            let steps = self.steps();
            let ready = steps.ready().len();
            if wanted <= ready as u64 {
                steps.take(wanted as usize);
                return Ok(true);
            }
            steps.take(ready);
            if !steps.unpack()? {
                return Ok(false);
            }
        }
    }

    fn steps(&mut self) -> &mut dyn Steps {
        match self {
            Self::Gzip(reader) => &mut **reader,
            Self::Zstd(reader) => &mut **reader,
        }
    }

    /// Place of the next byte that is handed out.
    pub(crate) fn position(&self) -> u64 {
        let steps: &dyn Steps = match self {
            Self::Gzip(reader) => &**reader,
            Self::Zstd(reader) => &**reader,
        };
        steps.unpacked() - steps.ready().len() as u64
    }

    /// Bytes of the file read so far.
    pub(crate) fn disk_done(&self) -> u64 {
        match self {
            Self::Gzip(reader) => reader.disk_done(),
            Self::Zstd(reader) => reader.disk_done(),
        }
    }

    /// What is wrong with the packed data, if anything was, and the checkpoints taken on the way.
    pub(crate) fn finish(self) -> (Option<String>, Checkpoints) {
        match self {
            Self::Gzip(reader) => reader.finish(),
            Self::Zstd(reader) => reader.finish(),
        }
    }
}

/// The length of a packed file's contents, found by unpacking it once.
pub(crate) struct Measured {
    /// Bytes of the contents, as far as they can be unpacked.
    pub(crate) length: u64,
    /// What is wrong with the packed data.
    pub(crate) damage: Option<String>,
    /// Where unpacking can begin.
    pub(crate) checkpoints: Checkpoints,
}

/// Unpacks a file once, for its length and its checkpoints; stops behind `most` bytes.
pub(crate) fn measure(file: &File, packing: Packing, spacing: u64, most: u64) -> io::Result<Measured> {
    let Some(mut unpacker) = Unpacker::new(file, packing, spacing)? else {
        let length = file.metadata()?.len();
        return Ok(Measured { length, damage: None, checkpoints: Checkpoints::default() });
    };
    let mut piece = vec![0; 64 << 10];
    while unpacker.position() < most && unpacker.read(&mut piece)? > 0 {}
    let length = unpacker.position();
    let (damage, checkpoints) = unpacker.finish();
    Ok(Measured { length, damage, checkpoints })
}

/// The bytes of a file behind its packing, at any place; quick where places rise.
pub(crate) struct Unpacked<'a> {
    file: &'a File,
    packing: Packing,
    checkpoints: Option<&'a Checkpoints>,
    unpacker: Option<Unpacker<'a>>,
}

impl<'a> Unpacked<'a> {
    /// A file's bytes; without checkpoints a packed one is unpacked from its start.
    pub(crate) fn new(file: &'a File, packing: Packing, checkpoints: Option<&'a Checkpoints>) -> Self {
        Self { file, packing, checkpoints, unpacker: None }
    }

    /// The bytes of a file that is not packed.
    pub(crate) fn plain(file: &'a File) -> Self {
        Self::new(file, Packing::Plain, None)
    }

    /// A second reader of the same bytes.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.file, self.packing, self.checkpoints)
    }

    /// Reads some bytes at a place; 0 only at the end.
    pub(crate) fn read_at(&mut self, into: &mut [u8], at: u64) -> io::Result<usize> {
        if self.packing == Packing::Plain {
            return read_at(self.file, into, at);
        }
        let unpacker = self.unpacker_before(at)?;
        if unpacker.skip_to(at)? { unpacker.read(into) } else { Ok(0) }
    }

    /// Fills `into` from a place on; false when the bytes end before.
    pub(crate) fn fill(&mut self, into: &mut [u8], at: u64) -> io::Result<bool> {
        let mut done = 0;
        while done < into.len() {
            match self.read_at(&mut into[done..], at + done as u64)? {
                0 => return Ok(false),
                count => done += count,
            }
        }
        Ok(true)
    }

    /// Bytes of the file that had to be read to come to a place.
    pub(crate) fn disk_done(&self, at: u64) -> u64 {
        self.unpacker.as_ref().map_or(at, Unpacker::disk_done)
    }

    /// A decoder at or before a place.
    fn unpacker_before(&mut self, at: u64) -> io::Result<&mut Unpacker<'a>> {
        let nearest = self.checkpoints.and_then(|checkpoints| checkpoints.before(at));
        let goes_on = |unpacker: &Unpacker<'_>| {
            let position = unpacker.position();
            position <= at && nearest.is_none_or(|nearest| nearest.text <= position + UNPACKED)
        };
        if let Some(going_on) = self.unpacker.take().filter(goes_on) {
            return Ok(self.unpacker.insert(going_on));
        }
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a checkpoint is damaged");
        let begun = match (self.packing, nearest) {
            (Packing::Zstd, Some(nearest)) => {
                Unpacker::Zstd(Box::new(ZstdReader::resume(self.file, nearest)?))
            }
            (Packing::Zstd, None) => Unpacker::Zstd(Box::new(ZstdReader::new(self.file, u64::MAX)?)),
            (_, Some(nearest)) => {
                Unpacker::Gzip(Box::new(GzipReader::resume(self.file, nearest).ok_or_else(damaged)?))
            }
            (_, None) => Unpacker::Gzip(Box::new(GzipReader::new(self.file, u64::MAX))),
        };
        Ok(self.unpacker.insert(begun))
    }
}

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
    let explain = |error: io::Error| format!("cannot be compared: {error}");
    let mut text = unpacked(packed).map_err(explain)?;
    let mut plain_file = open_file(plain).map_err(explain)?;
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut at = 0_u64;
    while at < COMPARED {
        let (filled, is_damaged) = fill_from(&mut *text, &mut left);
        let (expected, _) = fill_from(&mut plain_file, &mut right);
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
    same_size(packed, plain).map_err(explain)?.then_some(()).ok_or_else(|| "differ in size".to_owned())
}

fn unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(open_file(path)?);
    if file.fill_buf()?.starts_with(&gzip::MAGIC) {
        return Ok(Box::new(MultiGzDecoder::new(file)));
    }
    let mut frames = Decoder::with_buffer(file)?;
    frames.window_log_max(LONGEST_WINDOW)?;
    Ok(Box::new(frames))
}

/// Fills a buffer as far as a text goes; whether it ends in damage.
fn fill_from(text: &mut (impl Read + ?Sized), into: &mut [u8]) -> (usize, bool) {
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
    if start != gzip::MAGIC[..2] {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-4))?;
    let mut size = [0; 4];
    file.read_exact(&mut size)?;
    Ok(u32::from_le_bytes(size) == disk::metadata(plain)?.len() as u32)
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

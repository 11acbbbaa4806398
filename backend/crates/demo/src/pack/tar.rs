//! A small writer of tar archives: ustar (POSIX.1-1988), files only.

use std::io::{self, Error, ErrorKind, Write};

const BLOCK: usize = 512;

/// Readers get whole records of twenty blocks, as from other writers of tar.
const RECORD: u64 = 20 * BLOCK as u64;

/// Writes a tar archive. The same files give the same bytes.
pub struct TarWriter<W> {
    out: W,
    written: u64,
}

impl<W: Write> TarWriter<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self { out, written: 0 }
    }

    /// Adds a file. Its path has at most 100 bytes, or folders of up to 155 bytes before those.
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let header = header(path, bytes.len() as u64)?;
        self.write(&header)?;
        self.write(bytes)?;
        self.fill_up(BLOCK as u64)
    }

    /// Ends the archive and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.write(&[0; 2 * BLOCK])?;
        self.fill_up(RECORD)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn fill_up(&mut self, unit: u64) -> io::Result<()> {
        let zeros = self.written.next_multiple_of(unit) - self.written;
        self.write(&vec![0; zeros as usize])
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

fn header(path: &str, size: u64) -> io::Result<[u8; BLOCK]> {
    let (folders, name) = split_path(path)?;
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    let size_digits = format!("{size:011o}\0");
    if size_digits.len() > 12 {
        return Err(Error::new(ErrorKind::InvalidInput, format!("{path} is larger than 8 GiB")));
    }
    put(124, size_digits.as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(345, folders.as_bytes());
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

/// Folders and name, each short enough for its field.
fn split_path(path: &str) -> io::Result<(&str, &str)> {
    if path.len() <= 100 {
        return Ok(("", path));
    }
    let cuts = path.match_indices('/').map(|(at, _)| (&path[..at], &path[at + 1..]));
    cuts.rev()
        .find(|(folders, name)| folders.len() <= 155 && !name.is_empty() && name.len() <= 100)
        .ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("{path} is too long for a tar archive")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let mut writer = TarWriter::new(Vec::new());
        writer.file("a/1.jpg", b"one").unwrap();
        writer.file(&format!("{}/{}.jpg", "f".repeat(20), "n".repeat(90)), &[7; 512]).unwrap();
        let bytes = writer.finish().unwrap();
        assert_eq!(&bytes[..8], b"a/1.jpg\0");
        assert_eq!(&bytes[124..136], b"00000000003\0");
        assert_eq!(&bytes[257..265], b"ustar\x0000");
        assert_eq!(&bytes[512..516], b"one\0");
        assert_eq!(&bytes[1024..1028], b"nnnn");
        assert_eq!(&bytes[1024 + 345..1024 + 366], b"ffffffffffffffffffff\0");
        assert_eq!(&bytes[1536..2048], [7; 512]);
        assert!(bytes[2048..].iter().all(|&byte| byte == 0));
        assert_eq!(bytes.len(), 10240);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut writer = TarWriter::new(Vec::new());
        let error = writer.file(&"n".repeat(101), b"").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

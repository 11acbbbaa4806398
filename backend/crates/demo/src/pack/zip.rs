//! A small writer of zip archives (APPNOTE 6.3.10): files stored as they are, below 4 GiB, at most 65,535.

use flate2::Crc;
use std::io::{self, Error, ErrorKind, Write};

/// The first of January 1980, the day at which time begins in a zip archive.
const DATE: u16 = 1 << 5 | 1;

/// Names are UTF-8.
const UTF8_NAMES: u16 = 1 << 11;

/// Version 2.0 of the format, as written on Unix; a plain file that its owner may write and all may read.
const MADE_BY: u16 = 0x0314;
const NEEDED: u16 = 20;
const MODE: u32 = 0o100_644 << 16;

/// Writes a zip archive. The same files give the same bytes.
pub struct ZipWriter<W> {
    out: W,
    written: u64,
    directory: Vec<u8>,
    files: u16,
}

impl<W: Write> ZipWriter<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self { out, written: 0, directory: Vec::new(), files: 0 }
    }

    /// Adds a file.
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let too_large = |_| Error::new(ErrorKind::InvalidInput, "too large for a zip archive without zip64");
        let name_bytes = u16::try_from(path.len()).map_err(too_large)?;
        let size = u32::try_from(bytes.len()).map_err(too_large)?;
        let offset = u32::try_from(self.written).map_err(too_large)?;
        let files = u16::try_from(u32::from(self.files) + 1).map_err(too_large)?;
        let common = common_fields(bytes, size, name_bytes);

        self.write(b"PK\x03\x04")?;
        self.write(&common)?;
        self.write(path.as_bytes())?;
        self.write(bytes)?;

        self.files = files;
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(MADE_BY.to_le_bytes());
        self.directory.extend(common);
        // No comment, on the first disk, no internal attributes.
        self.directory.extend([0; 6]);
        self.directory.extend(MODE.to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(path.as_bytes());
        Ok(())
    }

    /// Ends the archive and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        let too_large = |_| Error::new(ErrorKind::InvalidInput, "too large for a zip archive without zip64");
        let offset = u32::try_from(self.written).map_err(too_large)?;
        let size = u32::try_from(self.directory.len()).map_err(too_large)?;
        let mut end = std::mem::take(&mut self.directory);
        end.extend(b"PK\x05\x06\0\0\0\0");
        end.extend(self.files.to_le_bytes());
        end.extend(self.files.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(offset.to_le_bytes());
        end.extend([0; 2]);
        self.write(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// The fields that a file's header and its directory entry share.
fn common_fields(bytes: &[u8], size: u32, name_bytes: u16) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut fields = Vec::with_capacity(26);
    // Stored as it is, at midnight.
    for value in [NEEDED, UTF8_NAMES, 0, 0, DATE] {
        fields.extend(value.to_le_bytes());
    }
    for value in [crc.sum(), size, size] {
        fields.extend(value.to_le_bytes());
    }
    fields.extend(name_bytes.to_le_bytes());
    fields.extend([0; 2]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let mut writer = ZipWriter::new(Vec::new());
        writer.file("a/b.txt", b"123456789").unwrap();
        let bytes = writer.finish().unwrap();
        assert_eq!(&bytes[..6], b"PK\x03\x04\x14\0");
        // The published check value of this CRC-32.
        assert_eq!(bytes[14..18], 0xcbf4_3926_u32.to_le_bytes());
        assert_eq!(&bytes[30..46], b"a/b.txt123456789");
        assert_eq!(bytes.len(), 46 + 46 + 7 + 22);
        assert_eq!(bytes[46 + 46 + 7 + 16..][..4], 46_u32.to_le_bytes());
    }

    #[test]
    fn too_many_files_are_refused() {
        let mut writer = ZipWriter::new(io::sink());
        for _ in 0..65_535 {
            writer.file("x", b"").unwrap();
        }
        assert_eq!(writer.file("x", b"").unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

//! Writers of the containers that are read here, as small as tests, fuzzing and the demo root need them; here those of
//! archives.

pub mod pickle;
pub mod tables;

use std::io::{self, Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Mode of a plain file that its owner may write and all may read.
const MODE: u32 = 0o644;
/// Tar archives are filled up to a multiple of this, as the programs do that write them.
const RECORD: usize = 10_240;

/// A tar archive of these files, each with its path. The same files give the same bytes.
pub fn tar_of<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.as_ref().len() as u64);
        header.set_mode(MODE);
        header.set_mtime(0);
        archive.append_data(&mut header, path.as_ref(), bytes.as_ref())?;
    }
    let mut bytes = archive.into_inner()?;
    bytes.resize(bytes.len().next_multiple_of(RECORD), 0);
    Ok(bytes)
}

/// A zip archive of these files, each with its path. The same files give the same bytes.
pub fn zip_of<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(MODE);
    for (path, bytes) in files {
        archive.start_file(path.as_ref(), options)?;
        archive.write_all(bytes.as_ref())?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    const FILES: [(&str, &[u8]); 2] = [("a/1.jpg", b"one"), ("a/\u{e4}.txt", &[7; 600])];

    #[test]
    fn a_tar_archive_holds_what_was_put_in_and_is_the_same_every_time() {
        let bytes = tar_of(FILES).unwrap();
        assert_eq!(bytes, tar_of(FILES).unwrap());
        let mut archive = tar::Archive::new(&bytes[..]);
        for (entry, (path, content)) in archive.entries().unwrap().zip(FILES) {
            let mut entry = entry.unwrap();
            let mut found = Vec::new();
            entry.read_to_end(&mut found).unwrap();
            assert_eq!((entry.path().unwrap().to_str(), &found[..]), (Some(path), content));
        }
    }

    #[test]
    fn a_zip_archive_holds_what_was_put_in_and_is_the_same_every_time() {
        let bytes = zip_of(FILES).unwrap();
        assert_eq!(bytes, zip_of(FILES).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (path, content) in FILES {
            let mut found = Vec::new();
            archive.by_name(path).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(found, content);
        }
    }
}

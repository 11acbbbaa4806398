//! Opening the user's files, so that no name under a root can hold up whoever opens it.
//!
//! A named pipe waits for a writer when it is opened, a device may do anything, and neither has an end. So what a name
//! stands for is looked at first, and again once it is open, since it may have been exchanged in between.

use super::File;
use rustix::fs::OFlags;
use std::fs::{FileType, Metadata, OpenOptions, metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Opens a regular file for reading, never waiting for anybody else; an error that says what it is instead.
pub fn open_file(path: &Path) -> io::Result<File> {
    File::open_by(path, |path| {
        check_regular(&metadata(path)?)?;
        let file = OpenOptions::new().read(true).custom_flags(no_waiting()).open(path)?;
        check_regular(&file.metadata()?)?;
        Ok(file)
    })
}

/// Opens a folder; an error if it is none.
pub fn open_folder(path: &Path) -> io::Result<File> {
    let flags = (OFlags::DIRECTORY | OFlags::NONBLOCK).bits().cast_signed();
    File::open_by(path, move |path| OpenOptions::new().read(true).custom_flags(flags).open(path))
}

/// All bytes of a regular file that has no more than `limit`; an error if it has.
pub fn read_whole(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = format!("it has more than {limit} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// An error that says what it is unless it is a regular file.
fn check_regular(metadata: &Metadata) -> io::Result<()> {
    let Some(kind) = irregular(metadata.file_type()) else { return Ok(()) };
    let error = if metadata.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput };
    Err(io::Error::new(error, format!("it is {kind}, not a file")))
}

/// What it is, in words for the reader, if it is no regular file.
pub fn irregular(kind: FileType) -> Option<&'static str> {
    match kind {
        _ if kind.is_file() => None,
        _ if kind.is_dir() => Some("a folder"),
        _ if kind.is_fifo() => Some("a named pipe"),
        _ if kind.is_socket() => Some("a socket"),
        _ if kind.is_char_device() || kind.is_block_device() => Some("a device"),
        _ => Some("something else"),
    }
}

/// Opening a pipe or a device returns at once, and no terminal becomes ours.
fn no_waiting() -> i32 {
    (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, Mode, mkfifoat};
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    #[test]
    fn only_files_are_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        mkfifoat(CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
        symlink(at("pipe"), at("link")).unwrap();
        symlink("/dev/zero", at("device")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        let _listener = UnixListener::bind(at("socket")).unwrap();
        for (name, kind) in [
            ("pipe", "a named pipe"),
            ("link", "a named pipe"),
            ("device", "a device"),
            ("folder", "a folder"),
            ("socket", "a socket"),
        ] {
            let error = open_file(&at(name)).unwrap_err();
            assert_eq!(error.to_string(), format!("it is {kind}, not a file"), "{name}");
        }
        std::fs::write(at("file"), "12345").unwrap();
        assert_eq!(read_whole(&at("file"), 5).unwrap(), b"12345");
        assert!(read_whole(&at("file"), 4).unwrap_err().to_string().contains("more than 4 bytes"));
    }
}

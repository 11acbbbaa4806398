//! Access to the user's files: the one place that looks at what is under a root, lists, opens and reads it, so that
//! none of it can hold up whoever asks.
//!
//! A disk of this machine answers or fails. One of the network, or one that another program serves, may keep whoever
//! asks waiting for minutes or for good, and no system call can be ended from outside. So what lies on such a disk is
//! asked by another thread, for which is waited for a while only: what does not answer is an error ([`is_unanswered`]),
//! the rest of the work goes on, and nobody asks the same again before some time has passed or the answer has come
//! after all (see [`waits`]).
//!
//! A named pipe waits for a writer when it is opened, a device may do anything, and neither has an end. So what a name
//! stands for is looked at before it is opened, and again once it is open, since it may have been exchanged in between.

mod file;
mod mounts;
mod waits;

pub use file::{Entry, File, Folder, read_dir};
pub use waits::{UnderWay, Wait, begin, is_unanswered, passed_over, returned, unanswered};

use rustix::fs::OFlags;
use std::fs::{FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What the system says about a name, links followed.
pub fn metadata(path: &Path) -> io::Result<Metadata> {
    ask(path, |path| std::fs::metadata(path))
}

/// Whether there is a folder of this name, as far as can be told.
pub fn is_dir(path: &Path) -> bool {
    metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Whether there is a file of this name, as far as can be told.
pub fn is_file(path: &Path) -> bool {
    metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether a name is a link, as far as can be told.
pub fn is_link(path: &Path) -> bool {
    ask(path, |path| std::fs::symlink_metadata(path)).is_ok_and(|metadata| metadata.is_symlink())
}

/// Where a link leads.
pub fn read_link(path: &Path) -> io::Result<PathBuf> {
    ask(path, |path| std::fs::read_link(path))
}

/// The path without links; where a disk does not answer, links on it are left as they are.
pub fn without_links(path: &Path) -> io::Result<PathBuf> {
    match canonicalize(path) {
        Err(error) if is_unanswered(&error) => Ok(mounts::without_links(path)),
        real => real,
    }
}

/// The same file or folder by its path without links.
pub fn canonicalize(path: &Path) -> io::Result<PathBuf> {
    ask(path, |path| std::fs::canonicalize(path))
}

/// Asks the system something about a path: at once where it is sure to answer, else for a while.
fn ask<T: Send + 'static>(
    path: &Path,
    question: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match mounts::remote_disk(path) {
        None => question(path),
        Some(disk) => {
            let owned = path.to_owned();
            waits::ask(waits::begin_on(path, disk)?, move || question(&owned))
        }
    }
}

/// Opens a regular file for reading, never waiting for anybody else; an error that says what it is instead.
pub fn open_file(path: &Path) -> io::Result<File> {
    File::open_by(path, |path| {
        check_regular(&std::fs::metadata(path)?)?;
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
    use super::{waits, *};
    use rustix::fs::{CWD, Mode, mkfifoat};
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::time::{Duration, Instant};

    /// Asks about a path as if it were on a disk of the network.
    fn ask_remote<T: Send + 'static>(
        path: &str,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let disk = PathBuf::from(path).parent().unwrap().to_owned();
        let asking = waits::begin_on(Path::new(path), disk)?;
        waits::ask_for(asking, Duration::from_millis(50), move || Ok(question()))
    }

    #[test]
    fn who_asks_a_disk_that_hangs_goes_on_and_is_answered_when_it_answers_again() {
        let path = "/disk/that/hangs/in/this/test.json";
        let (release, blocked) = std::sync::mpsc::channel::<()>();
        let before = returned();
        let error = ask_remote(path, move || blocked.recv().is_err()).unwrap_err();
        assert!(is_unanswered(&error), "{error}");
        assert!(error.to_string().contains("has not answered for"), "{error}");
        assert_eq!(unanswered().unwrap().path, Path::new(path));

        let asked = Instant::now();
        assert!(is_unanswered(&ask_remote(path, || ()).unwrap_err()), "it is not asked again so soon");
        let below = format!("{path}/below");
        assert!(is_unanswered(&ask_remote(&below, || ()).unwrap_err()), "nor is what lies in it");
        assert!(asked.elapsed() < Duration::from_millis(50));
        assert!(ask_remote("/disk/that/hangs/in/this/other.json", || ()).is_ok());

        drop(release);
        while returned() == before {
            std::thread::yield_now();
        }
        assert!(ask_remote(path, || ()).is_ok());
    }

    #[test]
    fn the_words_of_the_system_are_handed_on() {
        let folder = tempfile::tempdir().unwrap();
        let none = metadata(&folder.path().join("none")).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::NotFound);
        assert!(is_dir(folder.path()) && !is_file(folder.path()) && !is_link(folder.path()));
    }

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

//! The disks that the user's files are on: the one place that looks at what is under a root, lists, opens and reads it, so
//! that none of it can hold up whoever asks.
//!
//! A disk of this machine answers or fails. One of the network, or one that another program serves, may keep whoever asks
//! waiting for minutes or for good, and no system call can be ended from outside. So what lies on such a disk is asked by
//! another thread (see [`threads`]), for which is waited for a while only: what does not answer is an error
//! ([`is_unanswered`]), the rest of the work goes on, and nobody asks the same again before some time has passed or the
//! answer has come after all (see [`waits`]).

mod file;
mod folder;
mod mounts;
mod open;
mod threads;
mod waits;

pub use file::File;
pub use folder::{Entry, Folder, read_dir};
pub use open::{irregular, open_file, open_folder, read_whole};
pub use waits::{UnderWay, Wait, begin, is_unanswered, passed_over, returned, unanswered};

use std::fs::Metadata;
use std::io;
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
            threads::ask(waits::begin_on(path, disk)?, move || question(&owned))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    /// Asks about a path as if it were on a disk of the network.
    fn ask_remote<T: Send + 'static>(
        path: &str,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let disk = PathBuf::from(path).parent().unwrap().to_owned();
        let asking = waits::begin_on(Path::new(path), disk)?;
        threads::ask_for(asking, Duration::from_millis(50), move || Ok(question()))
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
}

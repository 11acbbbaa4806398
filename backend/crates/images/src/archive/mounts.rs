//! All archives of a root, each mounted at the folders in which its members appear.

use super::ArchiveError;
use super::index::{FileState, Index, UNFINISHED, is_inside, scan, split};
use super::member::Member;
use blendscope_read::{FieldHash, open_file};
use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What a crash left half-written is removed when it is older than any write takes.
const UNFINISHED_FOR: Duration = Duration::from_hours(24);

/// All archives of a root.
///
/// The members of `P/name.zip` appear below `P/name`, below `P`, and below the folders that it is said to stand for: as
/// they are, and without the folder that all of them have in common. They appear below each data folder, too, if that
/// common folder is one that data folders go by; it is taken off then.
#[derive(Default)]
pub struct Archives {
    opened: Vec<Archive>,
    /// What appears below a folder.
    mounts: HashMap<PathBuf, Vec<Mount>>,
    problems: Vec<(PathBuf, String)>,
}

struct Archive {
    path: PathBuf,
    state: FileState,
    index: Index,
}

impl Archive {
    fn is_zip(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
    }
}

/// A folder of an archive that appears somewhere.
struct Mount {
    /// Number of the archive.
    archive: usize,
    /// The folder inside the archive; empty for all of it.
    inside: String,
}

impl Archives {
    /// No archives.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Opens archives, each with the folders that it stands for beside its own. Those whose index is not in the folder
    /// `cache` yet are indexed.
    ///
    /// `base_names` are the names that the `data_folders` go by inside archives, such as `playground/data`. An archive
    /// that cannot be read is passed over and reported by [`problems`](Self::problems). When `stopping` becomes true,
    /// the archives opened until then are given back.
    pub fn open(
        paths: &[(PathBuf, Vec<PathBuf>)],
        data_folders: &[PathBuf],
        base_names: &[String],
        cache: &Path,
        stopping: &AtomicBool,
    ) -> Self {
        let mut archives = Self::empty();
        if !paths.is_empty() {
            prepare(cache);
        }
        for (path, folders) in paths {
            if stopping.load(Ordering::Relaxed) {
                break;
            }
            match open_one(path, cache, stopping) {
                Ok(archive) => archives.mount(archive, folders, data_folders, base_names),
                Err(ArchiveError::Stopped) => break,
                Err(error) => archives.problems.push((path.clone(), error.to_string())),
            }
        }
        archives
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.opened.is_empty()
    }

    /// Whether the file of an index of them changed on disk, so that they have to be opened again.
    pub fn has_changed(&self) -> bool {
        self.opened.iter().any(|archive| archive.index.has_changed())
    }

    /// A number that changes when one is added, removed or changed.
    pub fn stamp(&self) -> u64 {
        let mut hash = FieldHash::default();
        for archive in &self.opened {
            hash.bytes(archive.path.as_os_str().as_encoded_bytes());
            hash.number(archive.state.bytes).bytes(&archive.state.time().to_le_bytes());
        }
        hash.finish()
    }

    /// What is wrong with archives: those that cannot be read, and those of which a part is missing.
    pub fn problems(&self) -> &[(PathBuf, String)] {
        &self.problems
    }

    /// The member that would lie at this absolute path if the archives were unpacked.
    pub fn find(&self, path: &Path) -> Option<Member> {
        self.mounted(path).find_map(|(mount, inside)| {
            let (folder, name) = split(&inside);
            let archive = &self.opened[mount.archive];
            let place = archive.index.find(folder, name)?;
            Some(Member {
                archive: archive.path.clone(),
                offset: place.offset,
                stored: place.stored,
                size: place.size,
                crc: place.crc,
                method: place.packing,
                state: archive.state,
            })
        })
    }

    /// The name hashes of the files that appear in this absolute folder, sorted, each once.
    pub fn names(&self, folder: &Path) -> Vec<u64> {
        let mut names: Vec<u64> = self
            .mounted(folder)
            .flat_map(|(mount, inside)| self.opened[mount.archive].index.names(&inside).collect::<Vec<_>>())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The names of the files that appear in this absolute folder out of zip archives, whose directories are read again
    /// for it: indexes hold hashes only.
    pub fn listed(&self, folder: &Path) -> Vec<String> {
        let mut listed = Vec::new();
        for (mount, inside) in self.mounted(folder) {
            let archive = &self.opened[mount.archive];
            if !archive.is_zip() || archive.index.names(&inside).next().is_none() {
                continue;
            }
            // One that cannot be read any more has no pictures that could be shown.
            let Ok(file) = open_file(&archive.path) else { continue };
            let _ = scan(&file, &mut |entry| {
                let (folder, name) = split(entry.path);
                if folder == inside {
                    listed.push(name.to_owned());
                }
                ControlFlow::Continue(())
            });
        }
        listed
    }

    /// The mounts that a path is below, the nearest first, each with the path inside its archive.
    fn mounted<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (&'a Mount, String)> {
        path.ancestors()
            .filter_map(move |folder| Some((self.mounts.get(folder)?, path.strip_prefix(folder).ok()?)))
            .flat_map(|(mounts, rest)| mounts.iter().map(move |mount| (mount, rest)))
            .filter_map(|(mount, rest)| Some((mount, below(&mount.inside, rest)?)))
    }

    fn mount(
        &mut self,
        archive: Archive,
        folders: &[PathBuf],
        data_folders: &[PathBuf],
        base_names: &[String],
    ) {
        if let Some(trouble) = archive.index.trouble() {
            self.problems.push((archive.path.clone(), trouble.to_owned()));
        }
        let number = self.opened.len();
        let mut mount = |folder: &Path, inside: &str| {
            let mount = Mount { archive: number, inside: inside.to_owned() };
            self.mounts.entry(folder.to_owned()).or_default().push(mount);
        };
        let unpacked = archive.path.with_extension("");
        let own = [Some(unpacked.as_path()), archive.path.parent()].into_iter().flatten();
        let mut places: Vec<&Path> = own.chain(folders.iter().map(PathBuf::as_path)).collect();
        places.sort_unstable();
        places.dedup();
        let common = archive.index.common_folder();
        for place in places {
            mount(place, "");
            if !common.is_empty() {
                mount(place, common);
            }
        }
        for base in base_names.iter().filter(|base| !base.is_empty() && is_inside(common, base)) {
            for folder in data_folders {
                mount(folder, base);
            }
        }
        self.opened.push(archive);
    }
}

fn open_one(path: &Path, cache: &Path, stopping: &AtomicBool) -> Result<Archive, ArchiveError> {
    let file = open_file(path)?;
    let state = FileState::of(&file.metadata()?);
    let index = Index::of(path, &file, state, cache, stopping)?;
    Ok(Archive { path: path.to_owned(), state, index })
}

/// Makes the cache folder and removes what crashes left in it.
fn prepare(cache: &Path) {
    // If it cannot be made, the first archive that needs it says so.
    let _ = fs::create_dir_all(cache);
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > UNFINISHED_FOR));
        if is_unfinished && is_old {
            // Tried again at the next start.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A relative path below a folder of an archive; none if it has anything but names.
fn below(inside: &str, rest: &Path) -> Option<String> {
    let mut path = inside.to_owned();
    for component in rest.components() {
        let Component::Normal(name) = component else { return None };
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name.to_str()?);
    }
    Some(path)
}

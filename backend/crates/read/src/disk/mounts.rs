//! The table of mounts: which paths lie on a disk of this machine, found without asking any disk that may not answer.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf, absolute};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The system's list of what is mounted where.
const MOUNTS: &str = "/proc/self/mountinfo";

/// Kinds of file systems that need no other machine and no other program.
const LOCAL: [&str; 22] = [
    "bcachefs", "btrfs", "devtmpfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "hfsplus", "iso9660",
    "jfs", "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "tmpfs", "vfat", "xfs", "zfs",
];

/// How long the list is believed.
const BELIEVED: Duration = Duration::from_secs(2);

/// As many links lead to a file at most; the system follows no more either.
const LINKS_MAX: usize = 40;

/// What is known at the moment.
static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

struct Known {
    mounts: Arc<Mounts>,
    since: Instant,
    /// Where folders really are.
    folders: HashMap<PathBuf, Place>,
}

/// Where something lies.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// On a disk of this machine, at this path without links.
    Local(PathBuf),
    /// On another disk.
    Remote {
        /// Where that is mounted.
        disk: PathBuf,
        /// The path without links, as far as these lie on disks of this machine.
        path: PathBuf,
    },
}

/// The disk that a path lies on or leads through, by the place at which it is mounted; none for one of this machine.
pub(super) fn remote_disk(path: &Path) -> Option<PathBuf> {
    let Ok(path) = absolute(path) else { return Some(path.to_owned()) };
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return mounts().place(&path).disk();
    };
    match folder(parent) {
        Place::Local(folder) => mounts().walk(folder, Path::new(name), &mut 0).disk(),
        Place::Remote { disk, .. } => Some(disk),
    }
}

/// The path without links, as far as these lie on disks of this machine.
pub(super) fn without_links(path: &Path) -> PathBuf {
    match mounts().place(path) {
        Place::Local(path) | Place::Remote { path, .. } => path,
    }
}

/// Where a folder is; it is remembered as long as the list of mounts.
fn folder(path: &Path) -> Place {
    let mounts = mounts();
    if let Some(place) = known().as_ref().and_then(|known| known.folders.get(path)) {
        return place.clone();
    }
    let place = mounts.place(path);
    if let Some(known) = known().as_mut() {
        known.folders.insert(path.to_owned(), place.clone());
    }
    place
}

/// What is mounted where, as of now or shortly before.
fn mounts() -> Arc<Mounts> {
    let mut known = known();
    if let Some(known) = known.as_ref().filter(|known| known.since.elapsed() < BELIEVED) {
        return Arc::clone(&known.mounts);
    }
    let mounts = Arc::new(Mounts::parse(&std::fs::read(MOUNTS).unwrap_or_default()));
    *known = Some(Known { mounts: Arc::clone(&mounts), since: Instant::now(), folders: HashMap::new() });
    mounts
}

fn known() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    fn disk(self) -> Option<PathBuf> {
        match self {
            Self::Local(_) => None,
            Self::Remote { disk, .. } => Some(disk),
        }
    }
}

/// What is mounted where, and whether that is a disk of this machine.
#[derive(Debug, Default)]
struct Mounts(HashMap<PathBuf, bool>);

impl Mounts {
    /// Reads the list, see proc(5).
    fn parse(list: &[u8]) -> Self {
        let mut mounts = HashMap::new();
        for line in list.split(|byte| *byte == b'\n') {
            let mut words = line.split(|byte| *byte == b' ');
            let Some(at) = words.nth(4) else { continue };
            let Some(kind) = words.skip_while(|word| *word != b"-").nth(1) else { continue };
            let is_local = LOCAL.iter().any(|local| local.as_bytes() == kind);
            // What was mounted later hides what was mounted before.
            mounts.insert(PathBuf::from(unescaped(at)), is_local);
        }
        Self(mounts)
    }

    /// Where a path leads; only disks of this machine are asked for links on the way.
    fn place(&self, path: &Path) -> Place {
        let root = PathBuf::from("/");
        if self.0.get(&root) != Some(&true) {
            return Place::Remote { disk: root, path: path.to_owned() };
        }
        self.walk(root, path, &mut 0)
    }

    /// Where a path leads that begins in a folder without links.
    fn walk(&self, from: PathBuf, path: &Path, links: &mut usize) -> Place {
        let mut at = from;
        let mut parts = path.components();
        while let Some(part) = parts.next() {
            match part {
                Component::RootDir => at = PathBuf::from("/"),
                Component::ParentDir => drop(at.pop()),
                Component::Normal(name) => {
                    let next = at.join(name);
                    if self.0.get(&next) == Some(&false) {
                        let path = next.join(parts.as_path());
                        return Place::Remote { disk: next, path };
                    }
                    let target = std::fs::read_link(&next).ok().filter(|_| *links < LINKS_MAX);
                    match target {
                        Some(target) => {
                            *links += 1;
                            match self.walk(at, &target, links) {
                                Place::Local(place) => at = place,
                                Place::Remote { disk, path } => {
                                    return Place::Remote { disk, path: path.join(parts.as_path()) };
                                }
                            }
                        }
                        None => at = next,
                    }
                }
                Component::CurDir | Component::Prefix(_) => {}
            }
        }
        Place::Local(at)
    }
}

/// A path of the list: blanks and some other letters stand there as `\` and three octal digits.
fn unescaped(text: &[u8]) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let digits =
            behind.get(..3).filter(|_| *first == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            bytes.push(byte);
            rest = &behind[3..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    const LIST: &str = "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 21 0:40 / /mnt/far\\040away rw shared:1 - nfs4 server:/data rw
31 21 0:41 / /mnt/near rw - xfs /dev/sdb1 rw
32 31 0:42 / /mnt/near/inner rw - fuse.sshfs host:/ rw
33 21 0:43 / /mnt/over rw - cifs //host/share rw
34 33 8:2 / /mnt/over rw - ext4 /dev/sdc1 rw
";

    fn disk(mounts: &Mounts, path: &str) -> Option<String> {
        Some(mounts.place(Path::new(path)).disk()?.display().to_string())
    }

    #[test]
    fn a_disk_is_told_by_what_is_mounted_on_the_way() {
        let mounts = Mounts::parse(LIST.as_bytes());
        assert_eq!(disk(&mounts, "/mnt/far away/a.json").as_deref(), Some("/mnt/far away"));
        assert_eq!(disk(&mounts, "/mnt/far away").as_deref(), Some("/mnt/far away"));
        assert_eq!(disk(&mounts, "/mnt/near/a.json"), None);
        assert_eq!(disk(&mounts, "/mnt/near/inner/a.json").as_deref(), Some("/mnt/near/inner"));
        assert_eq!(disk(&mounts, "/mnt/near/inner/../a.json").as_deref(), Some("/mnt/near/inner"));
        assert_eq!(disk(&mounts, "/mnt/over/a.json"), None);
        assert_eq!(disk(&Mounts::default(), "/a.json").as_deref(), Some("/"), "nothing is known of it");
    }

    #[test]
    fn links_are_followed_up_to_another_disk() {
        let folder = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        let list = format!("1 1 8:1 / / rw - ext4 a rw\n2 1 0:1 / {}/far rw - nfs b rw\n", root.display());
        let mounts = Mounts::parse(list.as_bytes());
        symlink("far/data", root.join("link")).unwrap();
        symlink(root.join("link"), root.join("again")).unwrap();
        symlink("round", root.join("round")).unwrap();
        let is_local = |name: &str| matches!(mounts.place(&root.join(name)), Place::Local(_));
        assert!(!is_local("link/a.json") && !is_local("again") && !is_local("far"));
        assert!(is_local("near") && is_local("round") && is_local("none/of/these"));
        let place = mounts.walk(root.clone(), Path::new("again/a.json"), &mut 0);
        assert_eq!(place, Place::Remote { disk: root.join("far"), path: root.join("far/data/a.json") });
    }
}

//! Which files lie on a disk of this machine, that answers or fails: looked up once per file system.

use rustix::fs::statfs;
use std::collections::HashMap;
use std::fs::metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Numbers of file systems that need no other machine and no other program: statfs(2) of Linux.
const LOCAL: [i64; 9] = [
    0xEF53,      // ext2, ext3, ext4
    0x5846_5342, // XFS
    0x9123_683E, // Btrfs
    0x0102_1994, // tmpfs
    0x794C_7630, // OverlayFS
    0x2FC1_2FC1, // ZFS
    0xF2F5_2010, // F2FS
    0x3153_464A, // JFS
    0x5265_4973, // ReiserFS
];

/// What is known of each device.
static KNOWN: LazyLock<Mutex<HashMap<u64, bool>>> = LazyLock::new(Mutex::default);

/// Whether a file lies on a disk of this machine; false where that cannot be told.
pub(super) fn is_local(path: &Path) -> bool {
    let Ok(device) = metadata(path).map(|metadata| metadata.dev()) else { return false };
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(is_local) = known().get(&device) {
        return *is_local;
    }
    let is_local = cfg!(target_os = "linux")
        && statfs(path)
            .is_ok_and(|system| LOCAL.iter().any(|number| i128::from(*number) == i128::from(system.f_type)));
    known().insert(device, is_local);
    is_local
}

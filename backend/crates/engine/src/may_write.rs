//! Who may write files of an index, and what a file system says that refuses.

use rustix::io::Errno;
use std::io;
use std::sync::Arc;

/// Asked before anything is written or removed: an error says why that may not be.
pub type MayWrite = Arc<dyn Fn() -> io::Result<()> + Send + Sync>;

/// Whether the system refuses to write here, as in a folder of somebody else or on a disk that may only be read.
pub fn may_not_be_written(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Whether the file system says that it has no locks at all, as Lustre and some network file systems do.
pub fn is_without_locks(error: &io::Error) -> bool {
    let without = [Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK];
    error.raw_os_error().is_some_and(|code| without.iter().any(|errno| errno.raw_os_error() == code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_without_locks_are_known() {
        for errno in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK] {
            assert!(is_without_locks(&io::Error::from_raw_os_error(errno.raw_os_error())));
        }
        assert!(!is_without_locks(&io::Error::from_raw_os_error(Errno::ACCESS.raw_os_error())));
    }
}

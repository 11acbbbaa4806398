//! A file with given bytes, made anew for every run.

use blendscope_read::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

thread_local! {
    /// One file without a name, written over and over: making one costs more than reading it.
    static FILE: std::fs::File = tempfile::tempfile().expect("the folder for temporary files can be written");
}

/// Runs `run` on a file that has these bytes.
pub(super) fn with_file(bytes: &[u8], run: impl FnOnce(&File)) {
    with_scratch(bytes, |file| run(&file.try_clone().expect("a file can be opened twice").into()));
}

fn with_scratch(bytes: &[u8], run: impl FnOnce(&std::fs::File)) {
    FILE.with(|file| {
        let written = file.set_len(0).and_then(|()| file.write_all_at(bytes, 0));
        written.expect("there is room for temporary files");
        run(file);
    });
}

/// Runs `run` on the path of a file that has these bytes.
pub(super) fn with_path(bytes: &[u8], run: impl FnOnce(&Path)) {
    with_scratch(bytes, |file| run(&PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))));
}

//! Reading box files, and writing down where their items are.

use blendscope_read::{Problem, id_hash, index_boxes};
use crate::store::boxes::{BoxFile, Entry, MAGIC, checksum, shown};
use crate::store::state::Stamp;
use std::fs::File;
use std::io;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Reads all box files and replaces the table of them; false when `stopping` was set before the end.
///
/// 24 bytes of memory per item, up to twice that while the list grows, and as much again while it is written.
pub(crate) fn build(table: &Path, paths: &[PathBuf], stopping: &AtomicBool) -> io::Result<bool> {
    let mut entries = Vec::new();
    let mut files = Vec::new();
    for (path, number) in paths.iter().zip(0..) {
        let Some(file) = read(path, number, &mut entries, stopping) else { return Ok(false) };
        files.push(file);
    }
    entries.sort_unstable();
    let temporary = table.with_extension(format!("{}.tmp", std::process::id()));
    write(&temporary, &files, &entries)?;
    std::fs::rename(&temporary, table)?;
    Ok(true)
}

/// Reads one file. One that cannot be read is said to be so, and nothing else suffers.
fn read(path: &Path, number: u32, entries: &mut Vec<Entry>, stopping: &AtomicBool) -> Option<BoxFile> {
    let before = entries.len();
    // Taken first: what changes while it is read is noticed the next time.
    let stamp = Stamp::of(path);
    let end = index_boxes(path, &mut |id, offset, length| {
        if stopping.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        // An item fits into memory, so its length fits too.
        entries.push(Entry { hash: id_hash(id), file: number, offset, length: length as u32 });
        ControlFlow::Continue(())
    });
    match (stamp, end) {
        (Ok(_), Ok(end)) if end.stopped => None,
        (Ok(stamp), Ok(end)) => Some(BoxFile {
            path: shown(path),
            stamp: Some(stamp),
            items: end.items,
            videos: end.videos,
            problems: end.problems,
            first_problems: end.first_problems.iter().map(sentence).collect(),
        }),
        (Err(error), _) => Some(unreadable(path, format!("cannot open {}: {error}", path.display()))),
        (_, Err(error)) => {
            entries.truncate(before);
            Some(unreadable(path, error.to_string()))
        }
    }
}

fn sentence(problem: &Problem) -> String {
    format!("{}, at byte {}", problem.message, problem.offset)
}

fn unreadable(path: &Path, message: String) -> BoxFile {
    let path = shown(path);
    BoxFile { path, stamp: None, items: 0, videos: 0, problems: 1, first_problems: vec![message] }
}

fn write(path: &Path, files: &[BoxFile], entries: &[Entry]) -> io::Result<()> {
    let about = serde_json::to_vec(files)?;
    let mut checked = (about.len() as u64).to_le_bytes().to_vec();
    checked.extend_from_slice(&about);
    checked.extend(entries.iter().flat_map(|entry| entry.to_bytes()));
    let mut out = File::create(path)?;
    out.write_all(&[MAGIC.as_slice(), &checksum(&checked)].concat())?;
    out.write_all(&checked)?;
    out.sync_data()
}

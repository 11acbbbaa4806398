//! The first names in an archive, for tests that look into damaged ones.

use super::scan::scan;
use blendscope_read::open_file;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// The paths of the first `at_most` files in an archive, as its members would be unpacked.
///
/// An archive that is damaged behind some of them still gives these.
pub fn first_names(path: &Path, at_most: usize) -> io::Result<Vec<String>> {
    let file = open_file(path)?;
    let mut names = Vec::new();
    let scanned = scan(&file, &mut |entry| {
        if names.len() < at_most {
            names.push(entry.path.to_owned());
        }
        if names.len() < at_most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    match scanned {
        Err(error) if names.is_empty() => Err(io::Error::other(error)),
        _ => Ok(names),
    }
}

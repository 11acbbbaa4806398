//! Reads of the user's files by whoever answers a request: a working place is not held for a disk that does not answer.
//!
//! Which reads are under way, and which files do not answer, is known to [`disk`]. A read that a request waits for is
//! noted at its place too (see [`places`]), so that the place is given back and the request answered without it.

use crate::disk::{self, Wait};
pub use crate::disk::{is_unanswered, passed_over, returned, unanswered};
use crate::places;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Who waits longer than this for a read gives its place back.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// How long a request waits for a read.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// How long it waits for each further one after the first did not answer.
pub const NEXT_WAIT: Duration = Duration::from_secs(2);
/// How often a read is tried.
pub const TRIES: usize = 10;

/// A read under way; dropped when it has come back.
pub struct UnderWay {
    _reading: disk::UnderWay,
    /// What this thread read before, within which this read is.
    around: Option<Arc<Wait>>,
}

/// Begins to read, look at or list something of the user's; an error if it is known not to answer.
pub fn begin(path: &Path) -> io::Result<UnderWay> {
    let reading = disk::begin(path)?;
    let around = places::mine().and_then(|place| place.set_reading(Some(reading.wait())));
    Ok(UnderWay { _reading: reading, around })
}

/// Does something that asks disks, and says whether everything it asked for was answered.
pub fn heard_all<T>(work: impl FnOnce() -> T) -> (T, bool) {
    let (before, _) = passed_over();
    let done = work();
    (done, passed_over().0 == before)
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(place) = places::mine() {
            place.set_reading(self.around.take());
        }
    }
}

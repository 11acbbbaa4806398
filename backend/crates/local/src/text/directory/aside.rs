//! Segments that are set aside because a file of theirs is damaged.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Segments that are set aside, each with the first of its files that was found damaged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aside(Arc<Mutex<BTreeMap<String, PathBuf>>>);

impl Aside {
    /// Sets the segment of a file in a folder aside.
    pub(crate) fn add(&self, dir: &Path, path: &Path) {
        self.segments().entry(segment_of(path)).or_insert_with(|| dir.join(path));
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.segments().len()
    }

    /// The files that were found damaged.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.segments().values().cloned().collect()
    }

    /// The list of segments without these.
    pub(crate) fn without(&self, listed: &[u8]) -> Vec<u8> {
        let aside = self.segments();
        let known = (!aside.is_empty()).then(|| serde_json::from_slice::<Value>(listed).ok()).flatten();
        let Some(mut list) = known else { return listed.to_owned() };
        let Some(segments) = list.get_mut("segments").and_then(Value::as_array_mut) else {
            return listed.to_owned();
        };
        let all = segments.len();
        segments.retain(|segment| {
            let id = segment.get("segment_id").and_then(Value::as_str).unwrap_or_default();
            !aside.contains_key(&id.replace('-', ""))
        });
        if segments.len() == all { listed.to_owned() } else { list.to_string().into_bytes() }
    }

    fn segments(&self) -> MutexGuard<'_, BTreeMap<String, PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of the segment that a file belongs to, as file names begin with it.
fn segment_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

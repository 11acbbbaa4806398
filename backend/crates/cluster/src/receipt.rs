//! What the engine has to know of a generation: its receipt.

use crate::stored::AllMeanings;
use blendscope_columns::{Contents, PartsEnd};
use blendscope_engine::Receipt;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the samples of a generation stay that is not seen any more: whoever asks still looks at the commit before.
pub(crate) const GRACE: Duration = Duration::from_mins(10);

/// What has to be known of a generation; a receipt is this as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClusterReceipt {
    /// What its files hold.
    pub contents: Contents,
    /// What stored codes mean.
    #[serde(default)]
    pub meanings: AllMeanings,
    /// The file that says of which samples the own codes are stored.
    #[serde(default)]
    pub own: Option<OwnFile>,
}

/// A file that says of which samples the own codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnFile {
    /// Its number, from 1.
    pub number: u32,
    /// The end of its directory.
    pub end: PartsEnd,
}

impl ClusterReceipt {
    /// Reads a receipt; nothing of one that makes no sense.
    pub(crate) fn of(receipt: &Receipt) -> Self {
        Self::deserialize(&receipt.0).unwrap_or_default()
    }

    /// The receipt.
    pub(crate) fn receipt(&self) -> Receipt {
        Receipt(serde_json::to_value(self).expect("it holds only numbers"))
    }

    /// Whether a file of the generation is one of numbers that came later, which newer ones have replaced, for so long that
    /// nobody asks by the commit before.
    pub(crate) fn is_outdated(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let mut parts = name.split('.').skip(1);
        let number = parts.next().and_then(|number| number.parse::<u32>().ok());
        let current = match parts.next() {
            Some("late") => self.contents.late.map(|late| late.number),
            Some("own") => self.own.map(|own| own.number),
            _ => None,
        };
        let written = path.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = written.and_then(|written| written.elapsed().ok());
        number.zip(current).is_some_and(|(number, current)| number < current)
            && age.is_some_and(|age| age > GRACE)
    }
}

/// The file that says of which samples of a generation the own codes are stored.
pub(crate) fn own_file(store: &Path, generation: u32, number: u32) -> PathBuf {
    store.join(format!("{generation:06}.{number}.own"))
}

/// The generation that a file in the folder belongs to.
pub(crate) fn generation_of(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::SystemTime;

    #[test]
    fn outdated_files_are_those_before_the_current_one_and_old() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, age: Duration| {
            let path = folder.path().join(name);
            let made = fs::File::create(&path).unwrap();
            made.set_modified(SystemTime::now() - age).unwrap();
            path
        };
        let old = GRACE * 2;
        let late = Some(blendscope_columns::LateFile { number: 2, end: PartsEnd::default() });
        let receipt = ClusterReceipt {
            contents: Contents { late, ..Contents::default() },
            ..ClusterReceipt::default()
        };
        assert!(receipt.is_outdated(&file("000007.1.late", old)));
        assert!(!receipt.is_outdated(&file("000007.2.late", old)));
        assert!(!receipt.is_outdated(&file("000008.1.late", Duration::ZERO)));
        assert!(
            !receipt.is_outdated(&file("000007.gen", old))
                && !receipt.is_outdated(&file("000007.1.own", old))
        );
    }
}

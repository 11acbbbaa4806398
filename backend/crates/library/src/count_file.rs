//! The `.count` file beside a pickle shard: the number of its records as text, which llm-jp's loader trusts.

use blendscope_read::read_whole;
use std::path::Path;

/// Bytes of the largest file that can be one number.
const LARGEST: u64 = 4096;

/// What is wrong with a shard's `.count` file. One that is not there matters only where the loader needs it.
pub(crate) fn trouble(shard: &Path, records: u64, is_needed: bool) -> Option<String> {
    let path = shard.with_extension("count");
    let name = path.file_name()?.to_string_lossy().into_owned();
    let text = read_whole(&path, LARGEST).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        let message =
            format!("no readable {name} beside it, without which llm-jp's loader cannot read the shard");
        return is_needed.then_some(message);
    };
    match text.trim().parse::<u64>() {
        Ok(count) if count == records => None,
        Ok(count) => Some(format!("{name} says {count}, but the shard has {records} records")),
        Err(_) => Some(format!("{name} holds no number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_absent_or_wrong_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let shard = folder.path().join("00000.pkl");
        assert_eq!(trouble(&shard, 6, false), None);
        assert!(trouble(&shard, 6, true).unwrap().contains("no readable 00000.count"));
        for (text, part) in [("6", None), ("6\n", None), ("7", Some("says 7")), ("six", Some("no number"))] {
            std::fs::write(folder.path().join("00000.count"), text).unwrap();
            let message = trouble(&shard, 6, true);
            assert_eq!(message.is_some(), part.is_some(), "{text}");
            assert!(part.is_none_or(|part| message.unwrap().contains(part)));
        }
    }
}

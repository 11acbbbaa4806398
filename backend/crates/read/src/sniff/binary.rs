//! Containers that are no text: pickles, tables and archives.

use crate::Container;
use crate::Sniff;
use crate::arrow::looks_like_arrow;
use crate::parquet;
use crate::pickle::looks_like_pickle;
use crate::record::has_pictures;
use crate::sniff::Seen;

/// Names that end like this are pictures, inside an archive.
const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// Bytes of a zip archive's header before a member's name.
const ZIP_HEADER: usize = 30;

/// The container that a file's first bytes promise.
pub(crate) fn container(head: &[u8]) -> Option<Container> {
    if head.starts_with(parquet::MAGIC) {
        return Some(Container::PARQUET);
    }
    if looks_like_arrow(head) {
        return Some(Container::ARROW);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Container::TAR);
    }
    looks_like_pickle(head).then_some(Container::PICKLE)
}

/// Says what a binary container is, by what its first records are.
pub(crate) fn judge(container: Container, seen: Seen) -> Sniff {
    if seen.good > 0 {
        return Sniff::Records(container);
    }
    let name = match container {
        Container::PARQUET => "a parquet file",
        Container::ARROW => "an Arrow file",
        Container::CSV => "a table (CSV)",
        Container::TSV => "a table (TSV)",
        Container::TAR => "a tar archive",
        _ => "a pickle",
    };
    if container == Container::TAR && seen.first_bad.as_ref().is_some_and(|(raw, _)| has_pictures(raw)) {
        return Sniff::Pictures;
    }
    let problem =
        seen.first_problem.map(|problem| format!("{}, at byte {}", problem.message, problem.offset));
    match (seen.first_bad, problem) {
        (Some((_, error)), _) => Sniff::Foreign(format!("{name} whose records are no samples: {error}")),
        (None, Some(problem)) => Sniff::Unreadable(format!("{name} that cannot be read: {problem}")),
        (None, None) => Sniff::Foreign(format!("{name} without records")),
    }
}

/// Says what a zip archive is, by the names of its first members; none for what is no zip archive.
pub(crate) fn zip(head: &[u8]) -> Option<Sniff> {
    if head.starts_with(b"PK\x05\x06") {
        return Some(Sniff::Foreign("an empty zip archive".to_owned()));
    }
    let mut rest = head;
    while rest.starts_with(b"PK\x03\x04") && rest.len() > ZIP_HEADER {
        let number = |at: usize, bytes: usize| {
            rest[at..at + bytes].iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
        };
        let (stored, name_length, extra) = (number(18, 4), number(26, 2), number(28, 2));
        let Some(name) = rest.get(ZIP_HEADER..ZIP_HEADER + name_length) else { break };
        let name = String::from_utf8_lossy(name).into_owned();
        if !name.ends_with('/') {
            let lower = name.to_ascii_lowercase();
            let is_picture = PICTURES.iter().any(|end| lower.ends_with(end));
            let foreign =
                || Sniff::Foreign(format!("a zip archive that begins with {name}: unpack it first"));
            return Some(if is_picture { Sniff::Pictures } else { foreign() });
        }
        rest = rest.get(ZIP_HEADER + name_length + extra + stored..).unwrap_or_default();
    }
    head.starts_with(b"PK\x03\x04").then(|| Sniff::Foreign("a zip archive of folders".to_owned()))
}

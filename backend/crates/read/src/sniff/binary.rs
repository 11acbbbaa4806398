//! Containers that are no text: pickles, tables and archives.

use crate::arrow::looks_like_arrow;
use crate::dialect::has_pictures;
use crate::parquet;
use crate::pickle::looks_like_pickle;
use crate::sniff::Seen;
use crate::tar::looks_like_tar;
use crate::{Container, Form, Sniff};

/// Names that end like this are pictures, inside an archive.
const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// How `PyTorch`'s files of the old format begin: a pickle of a magic number.
const TORCH: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19";

/// Bytes of a zip archive's header before a member's name.
const ZIP_HEADER: usize = 30;

/// The form that a file's first bytes promise.
pub(super) fn form(head: &[u8]) -> Option<Form> {
    if head.starts_with(parquet::MAGIC) {
        return Some(Form::Parquet);
    }
    if looks_like_arrow(head) {
        return Some(Form::Arrow);
    }
    if looks_like_tar(head) {
        return Some(Form::Tar);
    }
    (looks_like_pickle(head) && !head.starts_with(TORCH)).then_some(Form::Pickle)
}

/// Says what a binary container is, by what its first records are.
pub(super) fn judge(container: Container, seen: Seen) -> Sniff {
    if seen.judge.has_texts() && seen.first_other.is_some() || seen.judge.has_records() {
        return Sniff::Records(container);
    }
    let name = match container.form {
        Form::Parquet => "a parquet file",
        Form::Arrow => "an Arrow file",
        Form::Csv => "a table (CSV)",
        Form::Tsv => "a table (TSV)",
        Form::Tar => "a tar archive",
        _ => "a pickle",
    };
    let has_pictures = seen.first_other.as_ref().is_some_and(|(raw, _)| has_pictures(raw));
    if container.form == Form::Tar && has_pictures {
        return Sniff::Pictures;
    }
    let problem =
        seen.first_problem.map(|problem| format!("{}, at byte {}", problem.message, problem.offset));
    match (seen.first_other, problem) {
        (Some((_, Some(error))), _) => {
            Sniff::Foreign(format!("{name} whose records are no samples: {error}"))
        }
        (Some((_, None)), _) => Sniff::Foreign(format!("{name} of which few records have texts")),
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
            return Some(if is_picture { Sniff::Pictures } else { Sniff::Foreign(zip_of(&name)) });
        }
        rest = rest.get(ZIP_HEADER + name_length + extra + stored..).unwrap_or_default();
    }
    head.starts_with(b"PK\x03\x04").then(|| Sniff::Foreign("a zip archive of folders".to_owned()))
}

/// Says what a zip archive is that begins with a member of this name.
fn zip_of(name: &str) -> String {
    let ends = |end: &str| name.to_ascii_lowercase().ends_with(end);
    if ends(".npy") {
        "NumPy arrays (npz)".to_owned()
    } else if name.contains("/data.pkl") || ends("/byteorder") || ends("/.format_version") {
        "a PyTorch file (a zip archive with a pickle of objects)".to_owned()
    } else if name == "[Content_Types].xml" {
        "an office document, such as a spreadsheet: export it as CSV".to_owned()
    } else {
        format!("a zip archive that begins with {name}: unpack it first")
    }
}

//! Containers that are no text: pickles, tables and archives.

use crate::arrow::looks_like_arrow;
use crate::json::{Origin, parse};
use crate::judge::Verdict;
use crate::parquet;
use crate::pickle::looks_like_pickle;
use crate::sniff::Seen;
use crate::tar::looks_like_tar;
use crate::value::Value;
use crate::{Container, Form, Sniff};
use std::collections::BTreeSet;

/// Names that end like this are pictures, inside an archive.
const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// Members that are named in a reason.
const NAMED: usize = 8;

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
pub(super) fn judge(container: Container, mut seen: Seen) -> Sniff {
    if seen.judge.has_texts() {
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
    if container.form == Form::Tar && seen.members.has_pictures() {
        return seen.members.judge();
    }
    let problem =
        seen.first_problem.take().map(|problem| format!("{}, at byte {}", problem.message, problem.offset));
    match (seen.telling(), problem) {
        (Some((_, Some(error))), _) => {
            Sniff::Foreign(format!("{name} whose records are no samples: {error}"))
        }
        (Some((_, None)), _) => Sniff::Foreign(format!("{name} of which few records have texts")),
        (None, Some(problem)) => Sniff::Unreadable(format!("{name} that cannot be read: {problem}")),
        (None, None) => Sniff::Foreign(format!("{name} without records")),
    }
}

/// What the members of a tar archive's records are that have pictures and no text.
#[derive(Default)]
pub(super) struct Members {
    /// Records that are pictures, or pictures with outlines of what is on them, as SA-1B has them.
    pictures: u32,
    /// Records that have something else beside their pictures.
    others: u32,
    /// Ends of the names of all that these have.
    names: BTreeSet<String>,
    /// Whether a record has several members.
    pub(super) are_together: bool,
}

impl Members {
    /// Looks at a record.
    pub(super) fn note(&mut self, raw: &[u8], verdict: &Verdict) {
        let Ok(Value::Object(record)) = parse(raw, Origin::Kept) else { return };
        self.are_together |= record.keys().count() > 2;
        if !matches!(verdict, Verdict::Other(_)) || !record.iter().any(|(_, value)| value.has_picture()) {
            return;
        }
        let is_of_pictures = |(name, value): (&str, &Value<'_>)| {
            let has_outlines =
                value.as_object().and_then(|json| json.get("annotations")?.as_list()).is_some();
            name == "__key__" || value.has_picture() || has_outlines
        };
        if record.iter().all(is_of_pictures) {
            self.pictures += 1;
            return;
        }
        self.others += 1;
        let names = record.keys().filter(|name| *name != "__key__");
        self.names.extend(names.take(NAMED).map(str::to_owned));
    }

    fn has_pictures(&self) -> bool {
        self.pictures + self.others > 0
    }

    fn judge(&self) -> Sniff {
        if self.pictures >= self.others {
            return Sniff::Pictures { note: None };
        }
        let names: Vec<&str> = self.names.iter().take(NAMED).map(String::as_str).collect();
        Sniff::Foreign(format!(
            "a tar archive of pictures without texts; the members of its records: {}",
            names.join(", ")
        ))
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
            return Some(if is_picture {
                Sniff::Pictures { note: None }
            } else {
                Sniff::Foreign(zip_of(&name))
            });
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

//! Detection of containers that are no text (pickles, tables, archives), and of other formats by their first bytes.

use super::{LIMITS, sniff_text};
use crate::archive::{Archive, ArchiveError, Listing, Member};
use crate::arrow::looks_like_arrow;
use crate::json::{Origin, parse};
use crate::judge::Verdict;
use crate::pickle::looks_like_pickle;
use crate::records::read_text;
use crate::sniff::Seen;
use crate::split::{Item, TextAt};
use crate::tar::looks_like_tar;
use crate::unpacked::measure;
use crate::value::Value;
use crate::{Container, File, Form, Packing, Sniff, parquet};
use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;

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
        let Ok(Value::Object(record)) = parse(raw, Origin::Stored) else { return };
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
pub(crate) fn zip_by_its_head(head: &[u8]) -> Option<Sniff> {
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

/// Files of a tar archive whose headers are looked at: it has no directory, and each costs a read at another place.
const MEMBERS: u64 = 4000;

/// Files that may be annotations of which are looked into.
const LOOKS: usize = 16;

/// Says what a zip archive is, which by its first member is `by_head`.
pub(super) fn zip_by_its_listing(file: &File, by_head: Sniff) -> io::Result<Sniff> {
    let listing = match Archive::plain(file)?.list(MEMBERS) {
        Ok(listing) => listing,
        Err(ArchiveError::Io(error)) => return Err(error),
        // What is wrong with it is reported when its pictures are looked for.
        Err(ArchiveError::Damaged(_)) => return Ok(by_head),
    };
    if let Some(found) = judge_listing(&listing, Packing::Plain, false)? {
        return Ok(found);
    }
    Ok(if listing.pictures > 0 { Sniff::Pictures { note: None } } else { by_head })
}

/// Says what a tar archive is whose first records are these; none for what is no archive of annotation files. Members of
/// one record that lie one after the other are `WebDataset`'s.
pub(super) fn tar_by_its_listing(file: &File, packing: Packing, seen: &Seen) -> io::Result<Option<Sniff>> {
    if seen.members.are_together {
        return Ok(None);
    }
    let measured = measure(file, packing, LIMITS.spacing, LIMITS.unpacked)?;
    let archive =
        Archive { file, packing, checkpoints: Some(&measured.checkpoints), length: measured.length };
    match archive.list(MEMBERS) {
        Ok(listing) => judge_listing(&listing, packing, seen.judge.has_texts()),
        Err(ArchiveError::Io(error)) => Err(error),
        Err(ArchiveError::Damaged(_)) => Ok(None),
    }
}

/// Says what an archive is by what lies in it; `has_samples` says whether its files are samples one by one.
fn judge_listing(listing: &Listing<'_>, packing: Packing, has_samples: bool) -> io::Result<Option<Sniff>> {
    let mut other = None;
    for member in listing.texts.iter().take(LOOKS) {
        let Member { path, text } = member;
        let reason = match sniff_text(*text)? {
            Sniff::Records(found) if has_samples && member.is_json() && is_one(*text, found.form)? => {
                continue;
            }
            Sniff::Records(_) if packing != Packing::Plain && listing.pictures > 0 => {
                return Ok(Some(Sniff::Foreign(format!(
                    "an archive of pictures with annotations in it, {path}: unpack it first"
                ))));
            }
            Sniff::Records(_) => return Ok(Some(Sniff::Records(Container { form: Form::Archive, packing }))),
            Sniff::Foreign(reason) | Sniff::Unreadable(reason) => reason,
            Sniff::Boxes => "a box file: unpack it first".to_owned(),
            Sniff::Pictures { .. } => continue,
        };
        other.get_or_insert_with(|| format!("{path} in it is not read: {reason}"));
    }
    let note = other.or_else(|| unread(listing));
    Ok(match note {
        _ if has_samples => None,
        Some(note) if listing.pictures > 0 => {
            Some(Sniff::Pictures { note: Some(format!("an archive of pictures; {note}")) })
        }
        Some(note) => Some(Sniff::Foreign(format!("an archive; {note}"))),
        None => None,
    })
}

/// What is not read out of an archive, if something is not.
fn unread(listing: &Listing<'_>) -> Option<String> {
    if let Some(path) = listing.unread.first() {
        return Some(format!("{path} in it is not read: unpack it"));
    }
    let first = listing.first_other_text.as_ref().filter(|_| listing.other_texts * 2 > listing.pictures)?;
    Some(format!("{} texts beside them, such as {first}, are not read: unpack it", listing.other_texts))
}

/// Whether a text is one record.
fn is_one(text: TextAt<'_>, form: Form) -> io::Result<bool> {
    let mut records = 0;
    read_text(text, form, LIMITS, &mut |item| {
        records += u32::from(matches!(item, Item::Record(_)));
        if records > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(records == 1)
}

/// Signatures of formats that are not read.
const NEVER: [(&[u8], &str); 35] = [
    (b"BZh", "packed by bzip2: unpack it first"),
    (b"\xfd7zXZ\0", "packed by xz: unpack it first"),
    (b"]\0\0", "packed by lzma: unpack it first"),
    (b"\x04\x22\x4d\x18", "packed by lz4: unpack it first"),
    (b"\x1f\x9d", "packed by compress (.Z): unpack it first"),
    (b"\xff\x06\0\0sNaPpY", "packed by snappy: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"PK\x07\x08", "a part of a split zip archive: join the parts and unpack them first"),
    (b"!<arch>\n", "an ar archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"CDF", "a NetCDF file"),
    (b"FEA1", "a Feather file of the first version"),
    (b"ORC", "an ORC table"),
    (b"Obj\x01", "an Avro file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"GGUF", "weights of a model (GGUF)"),
    (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", "a PyTorch file of the old format"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"%PDF", "a PDF document"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording or video"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"\x7fELF", "a program (ELF)"),
    (b"\0asm", "a program (WebAssembly)"),
    (b"FLV\x01", "a Flash video"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"MATLAB 5.0", "a MATLAB file"),
];

/// Signatures behind the first bytes of a file, with their places.
const INSIDE: [(usize, &[u8], &str); 6] = [
    (8, b"WEBP", "a WebP picture"),
    (8, b"WAVE", "a WAV recording"),
    (8, b"AVI ", "an AVI video"),
    (4, b"ftyp", "a video or picture (MP4, MOV, HEIC, AVIF)"),
    (8, b"DUCK", "a DuckDB database"),
    (16, b"\xde\xc0\xef\xbe", "an LMDB database"),
];

/// The most that a path written by git instead of a symlink has.
const LONGEST_LINK: usize = 1024;

/// Recognizes what is not JSON text by its first bytes.
pub(super) fn other_format(head: &[u8]) -> Option<Sniff> {
    if head.is_empty() {
        let reason = "the file is empty (0 bytes): a download may have failed, fetch it again";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    if head.starts_with(b"version https://git-lfs") {
        let reason = "a Git LFS pointer instead of the data: run `git lfs pull`";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    if let Some(wide) = wide_text(head) {
        return Some(Sniff::Unreadable(format!("{wide} text: convert it to UTF-8 first")));
    }
    let inside =
        |(at, magic, _): &&(usize, &[u8], &str)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic));
    let known = NEVER.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, reason)| *reason);
    let known = known.or_else(|| INSIDE.iter().find(inside).map(|(.., reason)| *reason));
    if let Some(reason) = known.or_else(|| records_of_others(head)) {
        return Some(Sniff::Foreign(reason.to_owned()));
    }
    if head.iter().all(|&byte| byte == 0) {
        let reason = "only zero bytes: a download or copy is incomplete, fetch it again";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    let start = &head[..head.len().min(LONGEST_LINK)];
    // A file system may leave a hole of zeros in what it was writing.
    let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or(start);
    let is_json = first_line.starts_with(b"{") && first_line.len() < start.len() && !first_line.contains(&0);
    (start.contains(&0) && !is_json).then(|| Sniff::Foreign("binary data of an unknown format".to_owned()))
}

/// Text whose characters are wider than a byte, with a byte order mark or as JSON begins.
fn wide_text(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0, ..]
        | [0, 0, 0xfe, 0xff, ..]
        | [b'[' | b'{', 0, 0, 0, ..]
        | [0, 0, 0, b'[' | b'{', ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [b'[' | b'{', 0, next, 0, ..] if *next != 0 => Some("UTF-16"),
        [0, b'[' | b'{', 0, next, ..] if *next != 0 => Some("UTF-16"),
        _ => None,
    }
}

/// Files of records of other tools, which have no signature: their first numbers must make sense.
fn records_of_others(head: &[u8]) -> Option<&'static str> {
    let number = |at: usize| Some(u32::from_le_bytes(*head.get(at..)?.first_chunk()?));
    let length = u64::from_le_bytes(*head.first_chunk()?);
    if number(8) == Some(masked_crc(&head[..8])) {
        return Some("a TFRecord file: not read, export it as WebDataset, parquet or JSON");
    }
    if (2..100 << 20).contains(&length) && head[8..].starts_with(b"{\"") {
        return Some("weights of a model (safetensors)");
    }
    // MosaicML's shards: the number of samples, their places, and a JSON object.
    let count = number(0)? as usize;
    let table = count.checked_add(2)?.checked_mul(4)?;
    let places = number(4)? as usize > table && number(4)? <= number(8)?;
    let is_shard = count > 0 && places && head.get(table..).is_some_and(|config| config.starts_with(b"{\""));
    is_shard.then_some("a shard of MosaicML's streaming format (MDS): not read")
}

/// The checksum that `TFRecord` files have behind each length: CRC-32C, turned and moved.
fn masked_crc(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let step = |crc: u32, _: u32| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
    let crc = !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step));
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Says what text is that does not begin like JSON.
pub(super) fn no_json(text: &[u8]) -> Sniff {
    let start = text[..text.len().min(64)].to_ascii_lowercase();
    let reason = if start.is_empty() {
        "only blank space"
    } else if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        "an HTML page: a web page was saved instead of the data; download the file itself"
    } else if start.starts_with(b"<") {
        "XML or HTML text, not JSON"
    } else if is_link(text) {
        "the content of a git symlink, a path, instead of the data: check the repository out with symlinks"
    } else {
        return Sniff::Foreign("text that is not JSON".to_owned());
    };
    Sniff::Unreadable(reason.to_owned())
}

fn is_link(text: &[u8]) -> bool {
    let path = text.trim_ascii_end();
    path.len() < LONGEST_LINK
        && path.contains(&b'/')
        && !path.iter().any(|byte| byte.is_ascii_control() || b" ,\"'{}<>".contains(byte))
}

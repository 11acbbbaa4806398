//! The members of a zip archive, by its central directory (APPNOTE 6.3.10), which is read as a stream.
//!
//! Names are UTF-8, or bytes in the code page of whoever packed them. Without the flag for UTF-8 a name is in code page
//! 437 by the standard (APPNOTE 6.3.10, appendix D), and in practice in UTF-8 or in the code page of the system, and
//! nothing says in which. What is not UTF-8 is found under its name in each code page that can read it; hardly any two
//! of them give a path that is asked for.

use crate::{File, safe_relative};
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use flate2::Crc;
use memchr::memmem;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// Bytes of the directory read at once.
const CHUNK: usize = 256 << 10;

/// Bytes of a directory entry before its name.
const FIXED: usize = 46;

/// A file in a zip archive that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipMember {
    /// Its path as it would be unpacked: relative, with slashes.
    pub path: String,
    /// Where its local header begins.
    pub offset: u64,
    /// Bytes in the archive.
    pub stored: u64,
    /// Bytes after unpacking.
    pub size: u64,
    /// CRC-32 of the unpacked bytes.
    pub crc: u32,
    /// Whether it is deflated, or else stored as it is.
    pub is_deflated: bool,
}

/// Why the members of a zip archive cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// The system failed to read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its directory makes no sense.
    #[error("{reason} (byte {offset})")]
    Damaged {
        /// Where it is.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
}

/// Tells of every file in a zip archive, until `visit` ends it. The answer is what is wrong with the archive although
/// files were found.
///
/// Links and encrypted files are left out, and paths that climb. A file whose name can be read in several ways is
/// reported by each of them.
pub fn scan_zip(
    file: &File,
    visit: &mut dyn FnMut(&ZipMember) -> ControlFlow<()>,
) -> Result<Option<String>, ZipError> {
    let directory = find_directory(file)?;
    let mut reading = file;
    reading.seek(SeekFrom::Start(directory.begin))?;
    let mut reading = BufReader::with_capacity(CHUNK, reading);
    let (mut fixed, mut rest) = ([0; FIXED], Vec::new());
    let mut seen = Seen::default();
    let mut at = directory.begin;
    while at < directory.begin + directory.bytes {
        read_entry(&mut reading, at, &mut fixed, &mut rest)?;
        at += (FIXED + rest.len()) as u64;
        seen.entries += 1;
        match parse_entry(&fixed, &rest) {
            Found::File { paths, are_guesses, mut member } => {
                seen.guessed_names += u64::from(are_guesses);
                member.offset = member.offset.saturating_add(directory.shift);
                for path in paths.iter().filter_map(|path| unpacked_path(path)) {
                    member.path = path;
                    if visit(&member).is_break() {
                        return Ok(None);
                    }
                }
            }
            Found::LeftOut(LeftOut::Encrypted) => seen.encrypted += 1,
            Found::LeftOut(LeftOut::Method(method)) => seen.packed = Some((method, seen.packed_files() + 1)),
            Found::LeftOut(LeftOut::NoFile) => {}
        }
    }
    Ok(seen.trouble(&directory))
}

/// The path that a member of an archive gets when it is unpacked, relative and without `.` segments; `None` for one that
/// climbs, has a NUL, or names nothing. As in tar and unzip, slashes at the start are dropped.
pub fn unpacked_path(written: &str) -> Option<String> {
    safe_relative(written.trim_start_matches('/'))
}

fn read_entry(
    reading: &mut impl Read,
    at: u64,
    fixed: &mut [u8; FIXED],
    rest: &mut Vec<u8>,
) -> Result<(), ZipError> {
    let damaged = |reason| ZipError::Damaged { offset: at, reason };
    let cut = |_| damaged("the zip archive's directory is cut short: fetch it again");
    reading.read_exact(fixed).map_err(cut)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return Err(damaged("the zip archive's directory is damaged: fetch it again"));
    }
    let lengths = [28, 30, 32].map(|place| usize::from(u16_at(fixed, place)));
    rest.resize(lengths.iter().sum(), 0);
    reading.read_exact(rest).map_err(cut)
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    entries: u64,
    encrypted: u64,
    /// Files whose names are not UTF-8.
    guessed_names: u64,
    /// A method that is not read, and how many files are packed by such.
    packed: Option<(u16, u64)>,
}

impl Seen {
    fn packed_files(&self) -> u64 {
        self.packed.map_or(0, |(_, files)| files)
    }

    fn trouble(&self, directory: &Directory) -> Option<String> {
        let mut troubles = Vec::new();
        // Without zip64 the number has 16 bits, and some writers let it overflow.
        if self.entries as u16 != directory.entries as u16 {
            let (has, says) = (self.entries, directory.entries);
            troubles.push(format!("the directory has {has} entries and says {says}"));
        }
        if self.encrypted > 0 {
            let (s, are) = number(self.encrypted);
            troubles.push(format!("{} encrypted file{s} {are} left out", self.encrypted));
        }
        if let Some((method, files)) = self.packed {
            let (s, are) = number(files);
            let method = method_name(method);
            troubles.push(format!("{files} file{s} packed by {method}, which is not read, {are} left out"));
        }
        if self.guessed_names > 0 {
            let (s, are) = number(self.guessed_names);
            troubles.push(format!(
                "{} name{s} {are} not UTF-8 and found as the code pages 437, Shift JIS, GBK, EUC-KR, Big5, 1251 and 1252 \
                 read them",
                self.guessed_names
            ));
        }
        (!troubles.is_empty()).then(|| troubles.join("; "))
    }
}

/// The endings of words about so many.
fn number(count: u64) -> (&'static str, &'static str) {
    if count == 1 { ("", "is") } else { ("s", "are") }
}

/// What people call a method (APPNOTE 6.3.10, 4.4.5).
fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrinking",
        2..=5 => "reducing",
        6 => "imploding",
        9 => "deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "zstd",
        95 => "XZ",
        98 => "PPMd",
        99 => "AES encryption",
        _ => return format!("method {method}"),
    };
    format!("{name} (method {method})")
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

const END: usize = 22;
const LOCATOR: u64 = 20;
const END64: usize = 56;

/// The longest comment that may follow the end record.
const LONGEST_COMMENT: u64 = 65_535;

/// Where the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Directory {
    begin: u64,
    bytes: u64,
    /// Number of entries; only the low 16 bits are sure.
    entries: u64,
    /// Bytes before the archive proper, as in one that unpacks itself.
    shift: u64,
}

/// The end record's fields.
struct End {
    /// Where the record is: the directory ends here at the latest.
    at: u64,
    entries: u64,
    bytes: u64,
    offset: u64,
}

/// Finds the directory of a zip archive.
fn find_directory(file: &File) -> Result<Directory, ZipError> {
    let length = file.metadata()?.len();
    let mut tail = vec![0; length.min(END as u64 + LONGEST_COMMENT) as usize];
    let tail_at = length - tail.len() as u64;
    file.read_exact_at(&mut tail, tail_at)?;
    let Some(place) = find_end(&tail) else {
        let reason = "the end of the zip archive is missing: a download was cut short, fetch it again";
        return Err(ZipError::Damaged { offset: length, reason });
    };
    let (record, at) = (&tail[place..], tail_at + place as u64);
    if !matches!(u16_at(record, 4), 0 | 0xffff) {
        let reason = "one part of a split zip archive: join the parts with `zip -s 0`";
        return Err(ZipError::Damaged { offset: at, reason });
    }
    let end = match end64(file, at)? {
        Some(end) => end,
        None => End {
            at,
            entries: u16_at(record, 10).into(),
            bytes: u32_at(record, 12).into(),
            offset: u32_at(record, 16).into(),
        },
    };
    place_directory(file, &end)
}

/// The last end record whose comment fits behind it.
fn find_end(tail: &[u8]) -> Option<usize> {
    let mut search = tail;
    while let Some(place) = memmem::rfind(search, b"PK\x05\x06") {
        let record = &tail[place..];
        if record.len() >= END && END + usize::from(u16_at(record, 20)) <= record.len() {
            return Some(place);
        }
        search = &tail[..place];
    }
    None
}

/// The fields of the zip64 end record, if there is one before the end record at `at`.
fn end64(file: &File, at: u64) -> io::Result<Option<End>> {
    let Some(locator_at) = at.checked_sub(LOCATOR) else { return Ok(None) };
    let mut locator = [0; LOCATOR as usize];
    file.read_exact_at(&mut locator, locator_at)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    // Where the locator says, or right before it when something stands before the archive.
    let places = [Some(u64_at(&locator, 8)), locator_at.checked_sub(END64 as u64)];
    let fits = |place: &u64| place.checked_add(END64 as u64).is_some_and(|end| end <= locator_at);
    for place in places.into_iter().flatten().filter(fits) {
        let mut record = [0; END64];
        file.read_exact_at(&mut record, place)?;
        if record.starts_with(b"PK\x06\x06") {
            let [entries, bytes, offset] = [32, 40, 48].map(|field| u64_at(&record, field));
            return Ok(Some(End { at: place, entries, bytes, offset }));
        }
    }
    Ok(None)
}

fn place_directory(file: &File, end: &End) -> Result<Directory, ZipError> {
    let Some(latest) = end.at.checked_sub(end.bytes) else {
        let reason = "the zip archive's directory is larger than the archive: fetch it again";
        return Err(ZipError::Damaged { offset: end.at, reason });
    };
    let directory = |begin, shift| Directory { begin, bytes: end.bytes, entries: end.entries, shift };
    if end.bytes == 0 {
        return Ok(directory(latest, 0));
    }
    if end.offset <= latest {
        let mut signature = [0; 4];
        file.read_exact_at(&mut signature, end.offset)?;
        let is_here = signature == *b"PK\x01\x02";
        return Ok(if is_here { directory(end.offset, 0) } else { directory(latest, latest - end.offset) });
    }
    let reason = "the zip archive's directory is not where its end says: fetch it again";
    Err(ZipError::Damaged { offset: end.at, reason })
}

/// Extra fields: sizes that do not fit, and Info-ZIP's name in UTF-8.
const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;

/// Flags: encrypted, strongly encrypted.
const ENCRYPTED: u16 = 1 | 1 << 6;

/// Systems on which folders are separated by backslashes: FAT, NTFS, VFAT.
const BACKSLASH_SYSTEMS: [u8; 3] = [0, 10, 14];
const UNIX: u8 = 3;

/// What an entry is.
enum Found {
    /// A file that can be read.
    File {
        /// As written, with slashes; several where its letters can be read in several ways.
        paths: Vec<String>,
        /// Whether that is so.
        are_guesses: bool,
        /// Where it is, before the directory's shift; its path is left empty.
        member: ZipMember,
    },
    /// Something else.
    LeftOut(LeftOut),
}

/// Why an entry is no file that can be read.
enum LeftOut {
    Encrypted,
    /// Packed by this method.
    Method(u16),
    /// A folder or a link.
    NoFile,
}

/// Reads an entry: its fixed fields, and its name, extra fields and comment, which are `rest`.
fn parse_entry(fixed: &[u8; FIXED], rest: &[u8]) -> Found {
    let (system, flags, method) = (fixed[5], u16_at(fixed, 8), u16_at(fixed, 10));
    let (name, rest) = rest.split_at(usize::from(u16_at(fixed, 28)));
    let extra = &rest[..usize::from(u16_at(fixed, 30))];
    let is_link = system == UNIX && u32_at(fixed, 38) >> 28 == 0o12;
    let Names { names, are_guesses } = read_name(flags, name, extra_field(extra, UNICODE_PATH));
    let paths: Vec<String> = names.into_iter().map(|name| with_slashes(system, name)).collect();
    if is_link || paths[0].ends_with('/') {
        return Found::LeftOut(LeftOut::NoFile);
    }
    if flags & ENCRYPTED != 0 {
        return Found::LeftOut(LeftOut::Encrypted);
    }
    if !matches!(method, 0 | 8) {
        return Found::LeftOut(LeftOut::Method(method));
    }
    let [size, stored, offset] = large_fields([24, 20, 42].map(|place| u32_at(fixed, place)), extra);
    let (crc, is_deflated) = (u32_at(fixed, 16), method == 8);
    let member = ZipMember { path: String::new(), offset, stored, size, crc, is_deflated };
    Found::File { paths, are_guesses, member }
}

/// The fields, each replaced by the next number of the zip64 extra field where it is full.
fn large_fields(fields: [u32; 3], extra: &[u8]) -> [u64; 3] {
    let mut numbers = extra_field(extra, ZIP64).unwrap_or_default().chunks_exact(8);
    fields.map(|field| match field {
        u32::MAX => numbers.next().map_or(u64::from(field), |number| u64_at(number, 0)),
        _ => field.into(),
    })
}

/// The contents of the first extra field with an id.
fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let (contents, rest) = extra[4..].split_at_checked(length)?;
        if id == wanted {
            return Some(contents);
        }
        extra = rest;
    }
    None
}

/// The name with slashes between its folders.
fn with_slashes(system: u8, name: String) -> String {
    if BACKSLASH_SYSTEMS.contains(&system) && !name.contains('/') {
        return name.replace('\\', "/");
    }
    name
}

/// Flag: names are UTF-8.
const UTF8_NAMES: u16 = 1 << 11;

/// Bytes of Info-ZIP's field before the name: its version, and the checksum of the name that it stands for.
const UNICODE_HEAD: usize = 5;

/// The upper half of code page 437.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Code pages of the systems that still write them: Japan, China, Korea, Taiwan, Russia, Western Europe.
const OTHERS: [&Encoding; 6] = [SHIFT_JIS, GBK, EUC_KR, BIG5, WINDOWS_1251, WINDOWS_1252];

/// The names that an entry may have.
struct Names {
    /// At least one, the likeliest first.
    names: Vec<String>,
    /// Whether they are guesses.
    are_guesses: bool,
}

/// Reads a name; `unicode` is Info-ZIP's field with the name in UTF-8.
fn read_name(flags: u16, name: &[u8], unicode: Option<&[u8]>) -> Names {
    let sure = |name: String| Names { names: vec![name], are_guesses: false };
    if flags & UTF8_NAMES != 0 {
        return sure(String::from_utf8_lossy(name).into_owned());
    }
    if let Some(name) = unicode.and_then(|field| unicode_name(name, field)) {
        return sure(name);
    }
    if let Ok(name) = std::str::from_utf8(name) {
        return sure(name.to_owned());
    }
    let others = OTHERS.iter().filter_map(|encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(name).map(String::from)
    });
    let mut names: Vec<String> = std::iter::once(code_page_437(name)).chain(others).collect();
    names.dedup();
    Names { names, are_guesses: true }
}

/// Info-ZIP's name, if it stands for this one and not for an earlier one that was changed since.
fn unicode_name(name: &[u8], field: &[u8]) -> Option<String> {
    let (head, unicode) = field.split_at_checked(UNICODE_HEAD)?;
    let mut crc = Crc::new();
    crc.update(name);
    let is_its = head[0] == 1 && u32_at(head, 1) == crc.sum();
    String::from_utf8(unicode.to_vec()).ok().filter(|_| is_its)
}

fn code_page_437(name: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        0..0x80 => char::from(*byte),
        _ => CODE_PAGE_437.chars().nth(usize::from(byte - 0x80)).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    name.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_the_same_and_never_climb() {
        for written in ["a/1.jpg", "./a/1.jpg", "/a//1.jpg", "a/./1.jpg"] {
            assert_eq!(unpacked_path(written).as_deref(), Some("a/1.jpg"));
        }
        for bad in ["../a", "a/../b", "..", "", "./", "a\0b"] {
            assert_eq!(unpacked_path(bad), None, "{bad:?}");
        }
    }

    fn names(name: &[u8]) -> Vec<String> {
        read_name(0, name, None).names
    }

    #[test]
    fn the_upper_half_is_whole() {
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
        assert_eq!(names(b"caf\x82_\xe1\xff.jpg")[0], "caf\u{e9}_\u{df}\u{a0}.jpg");
    }

    #[test]
    fn names_of_other_systems_are_found() {
        for (encoding, name) in [
            (SHIFT_JIS, "写真/表示.jpg"),
            (GBK, "照片.jpg"),
            (EUC_KR, "사진.jpg"),
            (WINDOWS_1252, "Größe.jpg"),
        ] {
            let (bytes, _, _) = encoding.encode(name);
            let read = read_name(0, &bytes, None);
            assert!(
                read.are_guesses && read.names.iter().any(|found| found == name),
                "{name}: {:?}",
                read.names
            );
        }
    }

    #[test]
    fn utf8_wins_and_so_does_a_field_that_fits() {
        assert_eq!(names("写真.jpg".as_bytes()), ["写真.jpg"]);
        let mut crc = Crc::new();
        crc.update(b"\x8e\xca.jpg");
        let field = [&[1][..], &crc.sum().to_le_bytes(), "写.jpg".as_bytes()].concat();
        assert_eq!(read_name(0, b"\x8e\xca.jpg", Some(&field)).names, ["写.jpg"]);
        assert_ne!(
            read_name(0, b"other\x8e\xca.jpg", Some(&field)).names,
            ["写.jpg"],
            "a field of another name"
        );
    }
}

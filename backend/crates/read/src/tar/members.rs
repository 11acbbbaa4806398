//! The members of a tar archive, one after the other, by reading their headers only.
//!
//! Formats: ustar and pax (POSIX.1-2001), numbers also as GNU tar writes large ones, GNU's long names, and what came
//! before them.

use crate::File;
use crate::unpacked::Unpacked;
use std::io;

/// The longest name or pax header that is read.
const LONGEST_EXTENSION: u64 = 1 << 20;

/// The longest path, as on Linux.
const LONGEST_PATH: usize = 4096;

/// Writers fill the archive up with zeros behind its end mark, but never with so many.
const MOST_PADDING: u64 = 1 << 20;

/// A member of a tar archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarMember {
    /// Its path as written; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Where its first header begins.
    pub offset: u64,
    /// Where its bytes begin.
    pub data: u64,
    /// Number of its bytes, which are all there.
    pub size: u64,
    /// Whether it is a file; else a folder, a link, a device, a sparse file or of a kind that is not known.
    pub is_file: bool,
}

/// Why there are no more members before the end.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// The system failed to read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A header makes no sense.
    #[error("{reason} (byte {offset})")]
    Damaged {
        /// Where it is.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// The file ends within a member.
    #[error("the archive is cut short at byte {length}: fetch it again")]
    CutShort {
        /// Where the member begins.
        offset: u64,
        /// The bytes of the file.
        length: u64,
        /// The member's path, when its header is there.
        path: Option<String>,
    },
}

/// Goes through the members of a tar archive.
pub struct TarMembers<'f> {
    bytes: Unpacked<'f>,
    length: u64,
    /// Where the next header is.
    at: u64,
    has_end_mark: bool,
}

impl<'f> TarMembers<'f> {
    /// Begins at the start of a file.
    pub fn new(file: &'f File) -> io::Result<Self> {
        Ok(Self::of(Unpacked::plain(file), file.metadata()?.len()))
    }

    /// Begins at the start of so many bytes.
    pub(crate) fn of(bytes: Unpacked<'f>, length: u64) -> Self {
        Self { bytes, length, at: 0, has_end_mark: false }
    }

    /// The archive's bytes.
    pub(super) fn bytes(&mut self) -> &mut Unpacked<'f> {
        &mut self.bytes
    }

    /// Bytes of the file on disk gone through so far.
    pub(super) fn disk_done(&self) -> u64 {
        self.bytes.disk_done(self.position())
    }

    /// Bytes of the file gone through so far.
    pub fn position(&self) -> u64 {
        self.at.min(self.length)
    }

    /// Whether the archive says where it ends; without that it may have been cut short between two members.
    pub fn has_end_mark(&self) -> bool {
        self.has_end_mark
    }

    /// The next member, none at the end. After an error there are no more.
    pub fn next_member(&mut self) -> Result<Option<TarMember>, TarError> {
        let mut extension = Extension::default();
        let mut first = None;
        while let Some(header) = self.header()? {
            let offset = *first.get_or_insert(self.at - BLOCK as u64);
            match header.kind {
                b'L' => extension.take_long_name(&self.extension_payload(offset, header.size)?),
                b'x' | b'X' => {
                    let payload = self.extension_payload(offset, header.size)?;
                    extension.take_pax(&payload).map_err(|reason| TarError::Damaged { offset, reason })?;
                }
                b'K' | b'g' => {
                    self.pass(offset, header.size, None)?;
                }
                _ => return self.member(offset, &header, extension).map(Some),
            }
        }
        Ok(None)
    }

    fn member(&mut self, offset: u64, header: &Header, extension: Extension) -> Result<TarMember, TarError> {
        let mut has_sparse_map = header.kind == b'S' && header.has_sparse_map;
        while has_sparse_map {
            has_sparse_map = self.block(offset)?[504] != 0;
        }
        let path = extension.path.as_deref().unwrap_or(&header.path);
        if path.len() > LONGEST_PATH {
            return Err(TarError::Damaged { offset, reason: "a path is longer than 4096 bytes" });
        }
        let path = String::from_utf8_lossy(path).into_owned();
        let is_file = header.is_file() && !extension.is_sparse && !path.ends_with('/');
        let size = if header.has_payload() { extension.size.unwrap_or(header.size) } else { 0 };
        let data = self.pass(offset, size, Some(&path))?;
        Ok(TarMember { path, offset, data, size, is_file })
    }

    /// The next header, none at the end. An end mark with headers behind it is passed over: archives get joined.
    fn header(&mut self) -> Result<Option<Header>, TarError> {
        let end_mark = self.at;
        while self.at < self.length {
            let offset = self.at;
            let block = self.block(offset)?;
            if block.iter().any(|&byte| byte != 0) {
                self.has_end_mark = false;
                let parsed = Header::parse(&block);
                return parsed.map(Some).map_err(|reason| TarError::Damaged { offset, reason });
            }
            self.has_end_mark = true;
            if self.at - end_mark > MOST_PADDING {
                let reason =
                    "zeros where members should be: a download or copy is incomplete, fetch it again";
                return Err(TarError::Damaged { offset: end_mark, reason });
            }
            // What is left may be less than a block when a writer fills up to no multiple of it.
            if self.length - self.at < BLOCK as u64 {
                break;
            }
        }
        Ok(None)
    }

    fn block(&mut self, member: u64) -> Result<[u8; BLOCK], TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.bytes.read_at(&mut block[filled..], self.at + filled as u64)? {
                0 => return Err(self.cut_short(member, None)),
                count => filled += count,
            }
        }
        self.at += BLOCK as u64;
        Ok(block)
    }

    fn extension_payload(&mut self, member: u64, size: u64) -> Result<Vec<u8>, TarError> {
        if size > LONGEST_EXTENSION {
            let reason = "a name or pax header is longer than 1 MB";
            return Err(TarError::Damaged { offset: member, reason });
        }
        let mut at = self.pass(member, size, None)?;
        let mut payload = vec![0; size as usize];
        let mut rest = payload.as_mut_slice();
        while !rest.is_empty() {
            match self.bytes.read_at(rest, at)? {
                0 => return Err(self.cut_short(member, None)),
                count => {
                    rest = &mut rest[count..];
                    at += count as u64;
                }
            }
        }
        Ok(payload)
    }

    /// Goes to the header behind a payload; the answer is where the payload begins.
    fn pass(&mut self, member: u64, size: u64, path: Option<&str>) -> Result<u64, TarError> {
        let data = self.at;
        match data.checked_add(size) {
            Some(end) if end <= self.length => self.at = end.next_multiple_of(BLOCK as u64),
            _ => return Err(self.cut_short(member, path)),
        }
        Ok(data)
    }

    fn cut_short(&self, offset: u64, path: Option<&str>) -> TarError {
        TarError::CutShort { offset, length: self.length, path: path.map(str::to_owned) }
    }
}

/// Headers and payloads begin at multiples of this many bytes.
pub(super) const BLOCK: usize = 512;

/// What a header block says, its extensions not yet counted in.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) path: Vec<u8>,
    pub(super) size: u64,
    /// The type flag.
    pub(super) kind: u8,
    /// Whether blocks of a GNU sparse map follow.
    pub(super) has_sparse_map: bool,
}

impl Header {
    /// Reads a header block; the error says why it is none.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Self, &'static str> {
        if !is_checksum_right(block) {
            return Err(
                "no tar header stands here (the checksum is wrong): the archive is damaged, fetch it again",
            );
        }
        let size = number(&block[124..136]).ok_or("the size in a tar header is no number")?;
        let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
        // GNU tar keeps other things where POSIX has the folders of a long path; its magic has spaces.
        let is_posix = block[257..].starts_with(b"ustar\0");
        let path = if is_posix && !prefix.is_empty() { [prefix, b"/", name].concat() } else { name.to_vec() };
        Ok(Self { path, size, kind: block[156], has_sparse_map: block[482] != 0 })
    }

    /// Whether it is a file with bytes of its own.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.kind, 0 | b'0' | b'7')
    }

    /// Whether a payload can follow: links, devices and folders have none, whatever size they name.
    pub(super) fn has_payload(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }
}

/// The sum of all bytes, those of the checksum itself as spaces; some old writers summed signed bytes.
fn is_checksum_right(block: &[u8; BLOCK]) -> bool {
    const SPACES: i64 = 8 * b' ' as i64;
    let Some(written) = number(&block[148..156]).and_then(|sum| i64::try_from(sum).ok()) else {
        return false;
    };
    let rest = || block[..148].iter().chain(&block[156..]);
    let unsigned: i64 = rest().map(|&byte| i64::from(byte)).sum();
    let signed: i64 = rest().map(|&byte| i64::from(byte.cast_signed())).sum();
    [unsigned + SPACES, signed + SPACES].contains(&written)
}

/// Octal digits between blanks, or, with the highest bit set, a big-endian number.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] == 0x80 {
        let (high, low) = field[1..].split_last_chunk::<8>()?;
        return high.iter().all(|&byte| byte == 0).then(|| u64::from_be_bytes(*low));
    }
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(blank).unwrap_or(digits.len());
    if !digits[end..].iter().all(blank) {
        return None;
    }
    digits[..end].iter().try_fold(0_u64, |value, byte| match byte {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// The bytes before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Path and size that replace those of the header which follows.
#[derive(Debug, Default)]
pub(super) struct Extension {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// The payload is a map of pieces, not the file's bytes.
    pub(super) is_sparse: bool,
}

impl Extension {
    /// Takes the payload of a GNU long name.
    pub(super) fn take_long_name(&mut self, payload: &[u8]) {
        self.path = Some(text(payload).to_vec());
    }

    /// Takes pax records, `<length> <key>=<value>\n` each (POSIX.1-2001); the error says what is wrong.
    pub(super) fn take_pax(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        const BAD: &str = "a pax header has a broken record";
        let mut rest = payload;
        // Some writers fill the payload up with zeros.
        while !rest.is_empty() && rest[0] != 0 {
            let (record, behind) = cut_record(rest).ok_or(BAD)?;
            let equals = record.iter().position(|&byte| byte == b'=').ok_or(BAD)?;
            self.take_record(&record[..equals], &record[equals + 1..])?;
            rest = behind;
        }
        Ok(())
    }

    fn take_record(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"size" => self.size = Some(decimal(value).ok_or("the size in a pax header is no number")?),
            key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
            _ => {}
        }
        Ok(())
    }
}

/// The first record without its length and line end, and what follows it.
fn cut_record(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = text.iter().take(20).position(|&byte| byte == b' ')?;
    let length = usize::try_from(decimal(&text[..space])?).ok()?;
    let (record, rest) = text.split_at_checked(length)?;
    Some((record.get(space + 1..)?.strip_suffix(b"\n")?, rest))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"00000000017\0"), Some(15));
        assert_eq!(number(b"      17 \0\0\0"), Some(15));
        assert_eq!(number(b"777777777777"), Some((1 << 36) - 1));
        assert_eq!(number(&[0; 12]), Some(0));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        for bad in [b"00000000018\0", b"0000 000017\0", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
        assert_eq!(number(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"), None);
    }

    #[test]
    fn pax_records_replace_path_and_size() {
        let mut extension = Extension::default();
        extension.take_pax("21 path=日本/1.jpg\n20 size=10000000000\n11 x=1=2=3\n\0\0".as_bytes()).unwrap();
        assert_eq!(extension.path.as_deref(), Some("日本/1.jpg".as_bytes()));
        assert_eq!(extension.size, Some(10_000_000_000));
        assert!(!extension.is_sparse);
    }

    #[test]
    fn broken_records_are_refused() {
        for bad in
            ["8 path=1\n", "11 path=1\n", "99 path=1\n", "x", "10 pathx1\n", "10 size=x\n", "0 ", "1 a=b\n"]
        {
            assert!(Extension::default().take_pax(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}

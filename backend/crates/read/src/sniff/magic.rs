//! Formats that are known by their first bytes.

use crate::Sniff;

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

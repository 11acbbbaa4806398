//! Making JSON of what is nearly JSON, for the few records that strict parsing refuses.

/// What stands for what is no character.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Values that Python writes and JSON does not know.
const PYTHON_NUMBERS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// A repaired record.
#[derive(Debug)]
pub(crate) struct Repaired<'r> {
    pub(crate) text: Vec<u8>,
    raw: &'r [u8],
}

impl Repaired<'_> {
    /// The place in the original record of a place in the repaired one.
    ///
    /// Repairs once more up to there: places are asked for seldom, and there may be as many changes as bytes.
    pub(crate) fn original(&self, place: usize) -> usize {
        let (mut repaired, mut original) = (0, 0);
        for (taken, written) in pieces(self.raw) {
            if repaired + written.len() > place {
                break;
            }
            repaired += written.len();
            original += taken;
        }
        original + (place - repaired).min(self.raw.len() - original)
    }
}

/// Repairs a record: halves of surrogate pairs and broken UTF-8 become U+FFFD, control characters in texts become
/// escapes or U+FFFD, `NaN` and infinities become texts. None if nothing needs it.
pub(crate) fn repair(raw: &[u8]) -> Option<Repaired<'_>> {
    let length = pieces(raw).map(|(_, written)| written.len()).sum();
    let mut text = Vec::with_capacity(length);
    for (_, written) in pieces(raw) {
        text.extend_from_slice(written);
    }
    (text != raw).then_some(Repaired { text, raw })
}

/// A record piece by piece: bytes of the original, and what is written for them.
fn pieces(raw: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut in_text = false;
    let mut at = 0;
    std::iter::from_fn(move || {
        let (taken, written): (usize, &[u8]) = match *raw.get(at)? {
            b'"' => {
                in_text = !in_text;
                (1, b"\"")
            }
            b'\\' if in_text => escape(&raw[at..]),
            byte if in_text && byte < b' ' => (1, control_escape(byte)),
            byte if byte.is_ascii() && in_text => (1, &raw[at..=at]),
            byte if byte.is_ascii() => python_number(&raw[at..]).unwrap_or((1, &raw[at..=at])),
            _ => character(&raw[at..]),
        };
        at += taken;
        Some((taken, written))
    })
}

/// An escape, with both halves of a surrogate pair; a lone half is replaced.
fn escape(raw: &[u8]) -> (usize, &[u8]) {
    match (code_unit(raw), raw.get(6..).and_then(code_unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, &raw[..12]),
        (Some(0xd800..=0xdfff), _) => (6, REPLACEMENT),
        _ => {
            let length = raw.len().min(if raw.get(1).is_some_and(u8::is_ascii) { 2 } else { 1 });
            (length, &raw[..length])
        }
    }
}

/// The UTF-16 code unit of an escape such as `\ud83d`.
fn code_unit(raw: &[u8]) -> Option<u16> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn control_escape(byte: u8) -> &'static [u8] {
    match byte {
        b'\n' => b"\\n",
        b'\r' => b"\\r",
        b'\t' => b"\\t",
        _ => REPLACEMENT,
    }
}

fn python_number(raw: &[u8]) -> Option<(usize, &'static [u8])> {
    let name = PYTHON_NUMBERS.into_iter().find(|name| raw.starts_with(name))?;
    let text: &[u8] = match name.len() {
        9 => b"\"-Infinity\"",
        8 => b"\"Infinity\"",
        _ => b"\"NaN\"",
    };
    Some((name.len(), text))
}

/// One character beyond ASCII, or what stands for broken bytes.
fn character(raw: &[u8]) -> (usize, &[u8]) {
    let head = &raw[..raw.len().min(4)];
    let chunk = head.utf8_chunks().next();
    match chunk.map(|chunk| (chunk.valid().chars().next(), chunk.invalid().len())) {
        Some((Some(character), _)) => (character.len_utf8(), &raw[..character.len_utf8()]),
        Some((None, broken)) => (broken.max(1), REPLACEMENT),
        None => (1, REPLACEMENT),
    }
}

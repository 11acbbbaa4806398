//! Names in zip archives: UTF-8, or bytes in the code page of whoever packed them.
//!
//! Without the flag for UTF-8 a name is in code page 437 by the standard (APPNOTE 6.3.10, appendix D), and in practice in
//! UTF-8 or in the code page of the system: which one is not told. What is not UTF-8 is found under its name in each code
//! page that can read it; hardly any two of them give a path that is asked for.

use super::u32_at;
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use flate2::Crc;

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
pub(super) struct Names {
    /// At least one, the likeliest first.
    pub(super) names: Vec<String>,
    /// Whether they are guesses.
    pub(super) are_guesses: bool,
}

/// Reads a name; `unicode` is Info-ZIP's field with the name in UTF-8.
pub(super) fn read(flags: u16, name: &[u8], unicode: Option<&[u8]>) -> Names {
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

    fn names(name: &[u8]) -> Vec<String> {
        read(0, name, None).names
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
            let read = read(0, &bytes, None);
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
        assert_eq!(read(0, b"\x8e\xca.jpg", Some(&field)).names, ["写.jpg"]);
        assert_ne!(read(0, b"other\x8e\xca.jpg", Some(&field)).names, ["写.jpg"], "a field of another name");
    }
}

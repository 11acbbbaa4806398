//! Images and other bytes in every form that a pickle may give them.

use super::*;

#[test]
fn images_are_addressed_in_every_form() {
    let (raw, base64) = (picture(), STANDARD.encode(picture()));
    let length = |bytes: &[u8]| (bytes.len() as u32).to_le_bytes();
    let forms: [(Vec<u8>, &str); 8] = [
        (unicode(&base64), "base64"),
        ([b"\x8d", &(base64.len() as u64).to_le_bytes()[..], base64.as_bytes()].concat(), "base64"),
        ([b"V", base64.as_bytes(), b"\n"].concat(), "base64"),
        ([b"S'", base64.as_bytes(), b"'\n"].concat(), "base64"),
        ([b"T", &length(base64.as_bytes())[..], base64.as_bytes()].concat(), "base64"),
        ([b"T", &length(&raw)[..], &raw].concat(), "raw"),
        ([b"B", &length(&raw)[..], &raw].concat(), "raw"),
        ([b"\x96", &(raw.len() as u64).to_le_bytes()[..], &raw].concat(), "raw"),
    ];
    for (form, encoding) in forms {
        let bytes = [b"](}(U\x01i", &form[..], b"U\x01l](", &form, b"eue."].concat();
        let stored = if encoding == "raw" { &raw } else { base64.as_bytes() };
        let first = find(&bytes, stored);
        let second = first + find(&bytes[first + 1..], stored) + 1;
        let expected = json!({
            "i": address(first, stored.len(), encoding), "l": [address(second, stored.len(), encoding)],
        });
        assert_eq!(records(&bytes), [expected], "{}", form[..9].escape_ascii());
    }
}

#[test]
fn what_only_begins_as_an_image_is_a_text() {
    let base64 = STANDARD.encode(picture());
    let broken = [
        base64[..60].to_owned(),
        base64.replacen('A', "-", 1),
        format!("{base64}===="),
        format!("{}\n", &base64[..base64.len() - 1]),
        format!("{}==={}", &base64[..100], &base64[..101]),
    ];
    for text in broken {
        let bytes = [b"](}(U\x01i", &unicode(&text)[..], b"K\x01Nue."].concat();
        assert_eq!(records(&bytes), [json!({"i": text, "1": null})]);
    }
}

#[test]
fn other_bytes_are_described_and_bytes_of_protocol_2_too() {
    let hash = blake3::hash(b"\xff\x01").to_hex();
    let described = json!({"b": {"bytes": 2, "blake3": hash.as_str()}});
    let rows: [&[u8]; 4] = [
        b"\x80\x03]}U\x01bC\x02\xff\x01sa.",
        b"\x80\x02]}U\x01bc_codecs\nencode\nX\x03\0\0\0\xc3\xbf\x01U\x06latin1\x86Rsa.",
        b"\x80\x02]}U\x01bc__builtin__\nbytearray\nX\x03\0\0\0\xc3\xbf\x01U\x07latin-1\x86Rsa.",
        b"\x80\x04]}\x8c\x01b\x8c\x08builtins\x8c\tbytearray\x93C\x02\xff\x01\x85Rsa.",
    ];
    for row in rows {
        assert_eq!(records(row), std::slice::from_ref(&described), "{}", row.escape_ascii());
    }
    assert_eq!(records(b"]}U\x01bc__builtin__\nbytes\n)Rsa.")[0]["b"]["bytes"], 0);
}

//! What is read like JSON, what is repaired, and where pictures are.

use super::*;
use crate::{ImageAt, ImageEncoding};
use base64::Engine as _;
use proptest::prelude::*;

/// The first bytes of a PNG and some more.
fn picture() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), &[0xff; 90]].concat()
}

fn of(raw: &str) -> Value<'_> {
    parse(raw.as_bytes(), Origin::File(0)).unwrap_or_else(|error| panic!("{error:?}: {raw}"))
}

#[test]
fn what_python_writes_is_repaired() {
    let rows: [(&[u8], &str); 9] = [
        (br#""a\ud83d b\ude00 \ud83d\ude00 \\ud800""#, "a\u{fffd} b\u{fffd} 😀 \\ud800"),
        (br#""\ud834\udd1e""#, "\u{1d11e}"),
        (b"\"caf\xc3 \xe7\x8a\xac \xe7\x8a\"", "caf\u{fffd} 犬 \u{fffd}"),
        (b"\"a\n\tb\"", "a\n\tb"),
        (b"\"a\x01b\"", "a\u{fffd}b"),
        (br#""\"\\\/\b\f\n\r\t\u00e9""#, "\"\\/\u{8}\u{c}\n\r\té"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"Infinity", "Infinity"),
    ];
    for (raw, text) in rows {
        assert_eq!(parse(raw, Origin::Nested).unwrap().as_text(), Some(text));
    }
}

#[test]
fn of_a_key_that_stands_twice_the_last_value_counts() {
    let few = of(r#"{"a":1,"b":2,"a":3}"#).json_text();
    assert_eq!(few, r#"{"a":3,"b":2}"#);
    let many: Vec<String> = (0..100).map(|number| format!(r#""{number}":0,"#)).collect();
    let many = format!(r#"{{{}"50":1,"99":2}}"#, many.concat());
    let Value::Object(many) = of(&many) else { panic!("an object") };
    assert_eq!(
        (many.0.len(), many.get("50"), many.get("99")),
        (100, Some(&Value::Number("1".into())), Some(&Value::Number("2".into())))
    );
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let rows: [(&str, usize, &str); 14] = [
        ("", 0, "cut short (EOF)"),
        ("{\"a\":tru}", 5, "expected a value"),
        ("{\"a\" 1}", 5, "expected `:`"),
        ("{a:1}", 1, "expected a key"),
        ("{'a':1}", 1, "expected a key"),
        ("[1 2]", 3, "expected `,` or `]`"),
        ("[1,]", 3, "expected a value"),
        ("[01]", 3, "expected a number"),
        ("[1.]", 3, "expected a number"),
        ("\"a\\q\"", 2, "an unknown escape"),
        ("\"a\\u12g4\"", 2, "four digits"),
        ("{\"a\":\"b", 7, "cut short (EOF)"),
        ("{} {}", 3, "expected the end"),
        (&deep, 127, "nested too deep"),
    ];
    for (raw, offset, part) in rows {
        let error = parse(raw.as_bytes(), Origin::File(0)).unwrap_err();
        assert!(error.message.contains(part), "`{}` says `{part}`", error.message);
        assert_eq!(error.offset, offset, "{raw}");
    }
}

#[test]
fn only_dense_records_are_too_dense() {
    let list =
        |value: &str, count: usize| format!(r#"{{"a":[{}{value}]}}"#, format!("{value},").repeat(count));
    let rows = [
        (list("0", 500_000), true, "digits"),
        (list("[0]", 50_000), true, "lists of one"),
        (list(r#""\"""#, 100_000), true, "tiny texts"),
        (list("0", 39_000), false, "not so many"),
        (list("0.23405760527656104", 100_000), false, "a matrix as Python writes it"),
        (format!(r#"{{"a":"{}"}}"#, "1,2,[".repeat(100_000)), false, "commas in a text"),
    ];
    for (raw, expected, why) in rows {
        let is_refused =
            parse(raw.as_bytes(), Origin::Nested).is_err_and(|error| error.message.contains("tiny values"));
        assert_eq!(is_refused, expected, "{why}");
    }
}

#[test]
fn pictures_in_base64_are_addresses_however_they_are_written() {
    let base64 = BASE64.encode(picture());
    let in_lines = format!("{}\\n{}", &base64[..76], &base64[76..]);
    let rows = [
        (base64.clone(), ImageEncoding::Base64),
        (format!("data:image/png;base64,{base64}"), ImageEncoding::Base64),
        (format!("DATA:image\\/png;charset=x;BASE64,{base64}"), ImageEncoding::JsonBase64),
        (base64.replace('/', "\\/"), ImageEncoding::JsonBase64),
        (in_lines, ImageEncoding::JsonBase64),
        (base64.trim_end_matches('=').to_owned(), ImageEncoding::Base64),
    ];
    for (written, expected) in rows {
        let raw = format!(r#"{{"a":"x","image":"{written}"}}"#);
        let Value::Object(object) = parse(raw.as_bytes(), Origin::File(1000)).unwrap() else {
            panic!("an object")
        };
        let Some(Value::Picture(image)) = object.get("image") else { panic!("{written} is a picture") };
        assert_eq!((image.hash, image.bytes), (*blake3::hash(&picture()).as_bytes(), 98));
        let ImageAt::Range { offset, length, encoding } = image.at else { panic!("a range") };
        assert_eq!(encoding, expected, "{written}");
        let stored = &raw.as_bytes()[offset as usize - 1000..][..length as usize];
        assert_eq!(decode_json_base64(stored).unwrap(), picture(), "{written}");
        let [(range, found)] = &pictures(raw.as_bytes(), 1000)[..] else { panic!("one picture") };
        assert_eq!((&raw[range.clone()], found), (format!("\"{written}\"").as_str(), &**image));
    }
}

#[test]
fn texts_that_only_look_like_pictures_stay_texts() {
    let base64 = BASE64.encode(picture());
    for text in [
        "/9j/4AAQSkZJRg".to_owned(),
        format!("{base64} and so on"),
        BASE64.encode([7; 90]),
        "iVBORw0KGgo ".repeat(20),
        format!("data:text/plain;base64,{}", BASE64.encode([7; 90])),
        "Rather a long sentence about nothing, which begins with the letter of a GIF.".to_owned(),
    ] {
        assert_eq!(of(&format!(r#""{text}""#)), Value::Text(text.clone().into()));
    }
    let nested = format!(r#""{base64}""#);
    assert!(
        matches!(parse(nested.as_bytes(), Origin::Nested), Ok(Value::Text(_))),
        "it has no place in a file"
    );
}

#[test]
fn what_python_prints_is_read() {
    let printed = br#"[{'from': 'human', "value": "it's", 'n': None, 't': True, 'x': 'a\'b\x41\n"'}]"#;
    let json = parse(printed, Origin::Python).unwrap().json_text();
    assert_eq!(json, r#"[{"from":"human","value":"it's","n":null,"t":true,"x":"a'bA\n\""}]"#);
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        ".{0,20}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((".{0,5}", inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_json_is_read_as_it_is(json in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&json).unwrap() } else { json.to_string() };
        let read = parse(text.as_bytes(), Origin::Nested).unwrap().into_json();
        // Controls other than blank space are escaped in JSON, and stay what they are.
        prop_assert_eq!(read, json);
    }

    #[test]
    fn what_is_refused_is_refused_by_others_too(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\ 1-.eE0tnu/\x80".to_vec()), 0..24)) {
        if parse(&bytes, Origin::Nested).is_err() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_err());
        }
    }
}

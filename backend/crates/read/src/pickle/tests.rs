//! Pickles by hand, opcode by opcode, and what is read of them: values, images in every form, and files that have more
//! to remember than the memo holds.

mod hostile;

use super::*;
use crate::pack::pickle::{Value as Packed, write_pickle};
use crate::split::Item;
use crate::testing::file_of;
use crate::{ImageAt, ImageEncoding, PictureScan};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// What reading a file showed: records with their offsets, and problems as `number, offset, message`.
#[derive(Debug, Default)]
struct Reading {
    records: Vec<(u64, Value)>,
    problems: Vec<(Option<u64>, u64, String)>,
}

impl Reading {
    fn values(&self) -> Vec<Value> {
        self.records.iter().map(|(_, value)| value.clone()).collect()
    }
}

fn read_with(bytes: &[u8], limits: Limits) -> Reading {
    let mut reading = Reading::default();
    let mut visit = |item: Item<'_>| {
        match item {
            Item::Record(record) => {
                reading.records.push((record.offset, serde_json::from_slice(record.raw).unwrap()));
            }
            Item::Problem(problem) => {
                reading.problems.push((problem.number, problem.offset, problem.message));
            }
        }
        ControlFlow::Continue(())
    };
    read_within(Unpacked::plain(&file_of(bytes)), bytes.len() as u64, limits, &mut Output::new(&mut visit))
        .unwrap();
    reading
}

fn read(bytes: &[u8]) -> Reading {
    read_with(bytes, Limits::of(bytes.len() as u64))
}

/// The records of a file without any problem.
fn records(bytes: &[u8]) -> Vec<Value> {
    let reading = read(bytes);
    assert_eq!(reading.problems, [], "{}", bytes.escape_ascii());
    reading.values()
}

/// Bytes that begin as a JPEG file does.
fn picture() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
    bytes.extend((0..500_u32).map(|number| (number * 31) as u8));
    bytes
}

/// The address of [`picture`] in its JSON form.
fn address(offset: usize, length: usize, encoding: &str) -> Value {
    let encoding = if encoding == "raw" { ImageEncoding::Raw } else { ImageEncoding::Base64 };
    let at = ImageAt::Range { offset: offset as u64, length: length as u64, encoding };
    serde_json::from_str(PictureScan::of(&picture(), at).to_json().get()).unwrap()
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    memchr::memmem::find(bytes, part).unwrap()
}

/// A text as `BINUNICODE`.
fn unicode(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

#[test]
fn the_same_records_in_every_protocol() {
    let rows: [&[u8]; 6] = [
        b"(lp0\n(dp1\nVid\np2\nI7\nsVtext\np3\nVcaf\xe9 \\u732b\np4\nsVok\np5\nI01\nsVn\np6\nNsa\
          (dp7\ng2\nL4896263451343L\nsg3\nS'it\\'s'\np8\nsg5\nF0.5\nsg6\n(I1\nI2\ntp9\nsa.",
        b"]q\0(}q\x01(X\x02\0\0\0idq\x02K\x07X\x04\0\0\0textq\x03X\t\0\0\0caf\xc3\xa9 \xe7\x8c\xabq\x04\
          X\x02\0\0\0okq\x05I01\nX\x01\0\0\0nq\x06Nu}q\x07(h\x02L4896263451343L\nh\x03U\x04it'sq\x08\
          h\x05G?\xe0\0\0\0\0\0\0h\x06(K\x01K\x02tq\tue.",
        b"\x80\x02]q\0(}q\x01(X\x02\0\0\0idq\x02K\x07X\x04\0\0\0textq\x03X\t\0\0\0caf\xc3\xa9 \xe7\x8c\xabq\x04\
          X\x02\0\0\0okq\x05\x88X\x01\0\0\0nq\x06Nu}q\x07(h\x02\x8a\x06\xcf2\x0b\0t\x04h\x03T\x04\0\0\0it'sr\x08\0\0\0\
          h\x05G?\xe0\0\0\0\0\0\0j\x06\0\0\0K\x01K\x02\x86q\tue.",
        b"\x80\x03]q\0(}q\x01(X\x02\0\0\0idq\x02K\x07X\x04\0\0\0textq\x03X\t\0\0\0caf\xc3\xa9 \xe7\x8c\xabq\x04\
          X\x02\0\0\0okq\x05\x88X\x01\0\0\0nq\x06Nu}q\x07(h\x02\x8b\x06\0\0\0\xcf2\x0b\0t\x04h\x03X\x04\0\0\0it'sq\x08\
          h\x05G?\xe0\0\0\0\0\0\0h\x06](K\x01M\x02\0eue.",
        b"\x80\x04\x95\x08\0\0\0\0\0\0\0]\x94(}\x94(\x8c\x02id\x94K\x07\x8c\x04text\x94\x8c\tcaf\xc3\xa9 \xe7\x8c\xab\
          \x95\x08\0\0\0\0\0\0\0\x94\x8c\x02ok\x94\x88\x8c\x01n\x94Nu}\x94(h\x02\x8a\x06\xcf2\x0b\0t\x04\
          h\x03\x8d\x04\0\0\0\0\0\0\0it's\x94h\x05G?\xe0\0\0\0\0\0\0h\x06J\x01\0\0\0K\x02\x86\x94ue.",
        b"\x80\x05](}(\x8c\x02idK\x07\x8c\x04text\x8c\tcaf\xc3\xa9 \xe7\x8c\xab\x8c\x02ok\x88\x8c\x01nNu\
          }(\x8c\x02id\x8a\x06\xcf2\x0b\0t\x04\x8c\x04text\x8c\x04it's\x8c\x02okG?\xe0\0\0\0\0\0\0\x8c\x01n\
          \x8f(K\x01K\x02\x90ue.",
    ];
    for (protocol, row) in rows.into_iter().enumerate() {
        let found = records(row);
        assert_eq!(
            found[0],
            json!({"id": 7, "text": "café 猫", "ok": true, "n": null}),
            "protocol {protocol}"
        );
        assert_eq!(
            found[1],
            json!({"id": 4_896_263_451_343_u64, "text": "it's", "ok": 0.5, "n": [1, 2]}),
            "protocol {protocol}"
        );
    }
}

/// A scalar of numpy as it writes it, of the module's older or newer name.
fn scalar(name: &str, order: u8, bytes: &[u8], core: &str) -> Vec<u8> {
    let mut text =
        format!("cnumpy.{core}.multiarray\nscalar\ncnumpy\ndtype\nU\x02{name}\u{89}\u{88}").into_bytes();
    text.retain(|byte| *byte != 0xc2);
    text.extend(b"\x87R(K\x03U\x01");
    text.push(order);
    text.extend(b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbC");
    text.push(bytes.len() as u8);
    text.extend(bytes);
    text.extend(b"\x86R");
    text
}

#[test]
fn numpy_scalars_are_numbers() {
    let rows: [(&str, u8, &[u8], Value); 13] = [
        ("b1", b'|', b"\x01", json!(true)),
        ("i1", b'|', b"\xff", json!(-1)),
        ("i2", b'<', b"\xfe\xff", json!(-2)),
        ("i4", b'<', b"\0\0\0\x80", json!(-2_147_483_648_i64)),
        ("i8", b'<', b"\x01\0\0\0\0\0\0\x80", json!(i64::MIN + 1)),
        ("i8", b'>', b"\0\0\0\0\0\0\x01\0", json!(256)),
        ("u1", b'|', b"\xff", json!(255)),
        ("u2", b'<', b"\xff\xff", json!(65535)),
        ("u4", b'<', b"\xff\xff\xff\xff", json!(u32::MAX)),
        ("u8", b'<', b"\xff\xff\xff\xff\xff\xff\xff\xff", json!(u64::MAX)),
        ("f4", b'<', b"\xcd\xcc\xcc\x3d", json!(0.1)),
        ("f8", b'<', b"\0\0\0\0\0\0\xe0\x3f", json!(0.5)),
        ("f8", b'<', b"\0\0\0\0\0\0\xf8\x7f", json!(null)),
    ];
    for (name, order, bytes, expected) in rows {
        for core in ["core", "_core"] {
            let pickle = [b"\x80\x03]}U\x01n", &scalar(name, order, bytes, core)[..], b"sa."].concat();
            assert_eq!(records(&pickle), [json!({"n": expected})], "{name}");
        }
    }
    let other = read(&[b"\x80\x03](}U\x01n", &scalar("f2", b'<', b"\0\0", "core")[..], b"s}e."].concat());
    assert_eq!(other.values(), [json!({})], "the record behind it is read");
    assert!(other.problems[0].2.contains("numpy value of the type f2"), "{:?}", other.problems);
}

#[test]
fn entries_of_a_dict_are_records() {
    let base64 = STANDARD.encode(picture());
    let image = unicode(&base64);
    let bytes = [
        b"\x80\x02}(K\x05}U\x07000.jpg",
        &image[..],
        b"sK\x06}(U\x05image",
        &image,
        b"U\x04textU\x01tuU\x04nameU\x01tK\x07](}(U\x04fromU\x03gptU\x05valueU\x01yueu.",
    ]
    .concat();
    let reading = read(&bytes);
    assert_eq!(reading.problems, []);
    let first = find(&bytes, base64.as_bytes());
    let second = first + 1 + find(&bytes[first + 1..], base64.as_bytes());
    let expected = [
        json!({"key": 5, "images": {"000.jpg": address(first, base64.len(), "base64")}}),
        json!({"key": 6, "image": address(second, base64.len(), "base64"), "text": "t"}),
        json!({"key": "name", "value": "t"}),
        json!({"key": 7, "conversations": [{"from": "gpt", "value": "y"}]}),
    ];
    assert_eq!(reading.values(), expected);
    assert_eq!(reading.records[0].0, 4, "a record begins with its key");
}

#[test]
fn a_dict_of_fields_is_one_record_however_many_there_are_in_a_file() {
    let record = |number: u8| {
        [b"\x80\x04}(\x8c\x02idK", &[number][..], b"\x8c\x08question\x8c\x01q\x8c\x06answer\x8c\x01au."]
            .concat()
    };
    let expected = |number: u8| json!({"id": number, "question": "q", "answer": "a"});
    assert_eq!(records(&record(7)), [expected(7)]);
    assert_eq!(records(&[record(7), record(8)].concat()), [expected(7), expected(8)]);
}

#[test]
fn records_in_a_list_under_a_key_are_read_and_the_rest_is_told() {
    let record = b"}(U\x08questionU\x01qU\x06answerU\x01au";
    let bytes = [b"\x80\x02}(U\x07versionK\x01U\x04data](", &record[..], record, b"eu."].concat();
    let reading = read(&bytes);
    let expected = json!({"question": "q", "answer": "a"});
    assert_eq!(reading.values(), [expected.clone(), expected]);
    let [(None, _, message)] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
    assert!(message.contains("not shown: `version`"), "{message}");
}

#[test]
fn harmless_classes_are_data() {
    let rows: [(&[u8], Value); 9] = [
        (b"ccollections\nOrderedDict\n)R(U\x01bK\x01u", json!({"b": 1})),
        (b"ccollections\ndefaultdict\n(cbuiltins\nlist\ntR(U\x01bK\x01u", json!({"b": 1})),
        (b"cbuiltins\nset\n(](K\x01K\x02etR", json!([1, 2])),
        (b"cdatetime\ndate\n(C\x04\x07\xe8\x02\x1dtR", json!("2024-02-29")),
        (b"cdecimal\nDecimal\n(U\x041.50tR", json!("1.50")),
        (b"cpathlib\nPosixPath\n(U\x01/U\x01aU\x05b.jpgtR", json!("/a/b.jpg")),
        (
            b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\x01btR(K\x01(K\x02tcnumpy\ndtype\n(U\x02i2I00\nI01\ntR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbI00\nC\x04\x01\0\x02\0tb",
            json!([1, 2]),
        ),
        (
            b"cnumpy._core.numeric\n_frombuffer\n(C\x02\x01\x02cnumpy\ndtype\n(U\x02u1I00\nI01\ntR(K\x02tU\x01CtR",
            json!([1, 2]),
        ),
        (b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\x02U2I00\nI01\ntRC\x08a\0\0\0b\0\0\0tR", json!("ab")),
    ];
    for (value, expected) in rows {
        let bytes = [b"\x80\x04](}(U\x01x", value, b"ue."].concat();
        assert_eq!(records(&bytes), [json!({"x": expected})], "{}", value.escape_ascii());
    }
}

#[test]
fn items_that_are_no_dicts_are_lost_one_by_one() {
    let reading = read(b"\x80\x02](K\x01}U\x01aK\x02sU\x01tNK\x01K\x02\x86]e.");
    assert_eq!(reading.records, [(6, json!({"a": 2}))]);
    let messages: Vec<_> =
        reading.problems.iter().map(|(number, at, message)| (*number, *at, &**message)).collect();
    let expected = [
        (Some(0), 4, "it is a number, not a dict"),
        (Some(2), 13, "it is a text, not a dict"),
        (Some(3), 16, "it is None, not a dict"),
        (Some(4), 17, "it is a tuple, not a dict"),
        (Some(5), 22, "it is a list, not a dict"),
    ];
    assert_eq!(messages, expected);
}

#[test]
fn a_record_is_handed_out_when_the_next_one_begins() {
    let whole = b"\x80\x04](}\x8c\x01aK\x01s}(\x8c\x01aK\x02\x8c\x01bK\x03u}\x8c\x01aK\x04s".to_vec();
    // The third record stands complete, but its batch never ends.
    let reading = read(&whole);
    assert_eq!(reading.values(), [json!({"a": 1}), json!({"a": 2, "b": 3}), json!({"a": 4})]);
    let end = whole.len() as u64;
    assert_eq!(reading.problems, [(None, end, format!("the file is cut short at byte {end}"))]);

    let mut seen = 0;
    let mut visit = |_: Item<'_>| {
        seen += 1;
        ControlFlow::Break(())
    };
    let stopped =
        read_pickle(Unpacked::plain(&file_of(&whole)), whole.len() as u64, &mut Output::new(&mut visit));
    assert!(matches!(stopped, Err(Stop::Asked)));
    assert_eq!(seen, 1);
}

#[test]
fn odd_keys_and_numbers_stay_readable() {
    let bytes = b"\x80\x04](}(K\x01U\x01aNG\x7f\xf0\0\0\0\0\0\0K\x01U\x01b\x86\x88\
        U\x01h\x8a\x0a\0\0\0\0\0\0\0\0\0\x01U\x01sX\x04\0\0\0\xed\xa0\xbd!u}e.";
    let expected = json!({
        "1": "a", "null": null, "[1,\"b\"]": true, "h": "4722366482869645213696", "s": "\u{fffd}\u{fffd}\u{fffd}!",
    });
    assert_eq!(records(bytes), [expected, json!({})]);
}

#[test]
fn several_pickles_are_read_one_after_another() {
    let bytes = b"\x80\x02]}U\x01aK\x01sa.(lp0\n.(lp0\n(dp1\nVa\np2\nI2\nsa.";
    assert_eq!(records(bytes), [json!({"a": 1}), json!({"a": 2})]);
    let garbage = read(b"\x80\x02]}U\x01aK\x01sa.\n");
    assert_eq!(garbage.values(), [json!({"a": 1})]);
    assert_eq!(
        garbage.problems,
        [(None, 12, "the byte 0x0a at byte 12 is no opcode of a pickle".to_owned())]
    );
}

#[test]
fn a_tuple_of_records_is_read_too_and_a_lone_value_is_told() {
    assert_eq!(records(b"(}U\x01aK\x01s}U\x01aK\x02st."), [json!({"a": 1}), json!({"a": 2})]);
    assert_eq!(records(b"(lp0\n."), [] as [Value; 0]);
    let lone = read(b"\x80\x02K\x01.");
    assert_eq!(lone.problems[0].2, "the pickle is a number, not a list or dict of records");
    assert_eq!(read(b"").problems[0].2, "the file is empty: it holds no pickle");
}

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

#[test]
fn pickles_of_all_protocols_are_known() {
    let rows: [&[u8]; 11] = [
        b"\x80\x02]q\0(",
        b"\x80\x04\x95\x10\0\0\0\0\0\0\0]\x94",
        b"\x80\x05]\x94.",
        b"\x80\x03",
        b"(lp0\n(dp1\nVimage\np2\nV/9j/",
        b"(dp0\nI1\n(dp1\n",
        b"(lp1\n(dp2\nS'text'\np3\nS'a'\np4\nsa.",
        b"]q\0(}q\x01(X\x04\0\0\0textq\x02X\x10\0\0\0a",
        b"}q\0(K\x01}q\x01X\x07\0\0\x00000.jpg",
        b"](}(U\x05imageU\x03abc",
        b"].",
    ];
    for row in rows {
        assert!(looks_like_pickle(row), "{row:?}");
    }
}

#[test]
fn texts_are_not_taken_for_pickles() {
    let rows: [&[u8]; 16] = [
        b"",
        b"[{\"id\": 1}]",
        b"{\"id\": 1}",
        b"]\n",
        b"}",
        b"]",
        b"},{\"id\": 2}",
        b"](https://example.org)",
        b"](image.png) is a picture",
        b"}(x) dx",
        b"(lambda x: x)",
        b"(like this one, which is text)",
        b"(let ((x 1)) x)",
        b"(lp",
        b"(define x 1)\n(display x)\n",
        b"\x80\x09x",
    ];
    for row in rows {
        assert!(!looks_like_pickle(row), "{}", String::from_utf8_lossy(row));
    }
}

fn limits(record: u64, memo: u64) -> Limits {
    Limits { chunk: 4 << 10, record, memo, total: 1 << 30 }
}

fn text(text: &str) -> Packed {
    Packed::Text(text.to_owned())
}

fn dict<const N: usize>(entries: [(&str, Packed); N]) -> Packed {
    Packed::Dict(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn pickled(records: impl IntoIterator<Item = Packed>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_pickle(records, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_text_is_found_again_however_far_it_is() {
    const COUNT: u32 = 100_000;
    let value = |number: u32| format!("text {number} {}", "x".repeat(number as usize % 7 * 60));
    // Each text takes the number of its record, two with its dict, behind the list and the key.
    let records = (0..COUNT).map(|number| dict([("t", text(&value(number)))]));
    let mut bytes = pickled(records);
    bytes.truncate(bytes.len() - 2);
    let asked = [0, 1, 17, 31, 32, 33, 999, 50_000, COUNT - 1];
    for number in asked {
        let index = if number == 0 { 3 } else { 3 + 2 * number };
        bytes.extend([b"}h\x02j", &index.to_le_bytes()[..], b"s"].concat());
    }
    bytes.extend(b"e.");
    let reading = read_with(&bytes, limits(1 << 20, 1 << 20));
    assert_eq!(reading.problems, []);
    let last: Vec<_> = reading.values().split_off(COUNT as usize);
    assert_eq!(last, asked.map(|number| json!({"t": value(number)})));
}

#[test]
fn a_container_is_kept_for_a_while_and_then_its_record_is_lost() {
    let shared = dict([("big", Packed::List(vec![Packed::Int(7); 100]))]);
    let records = std::iter::once(shared).chain((0..2000).map(|number| dict([("n", Packed::Int(number))])));
    let mut bytes = pickled(records);
    bytes.truncate(bytes.len() - 2);
    let end = bytes.len();
    // The list of the first record is the third value put in.
    bytes.extend(b"}h\x02h\x03s}h\x02K\x01se.");
    let kept = read_with(&bytes, limits(1 << 20, 8 << 20));
    assert_eq!(kept.problems, []);
    assert_eq!(kept.values()[2001], json!({"big": vec![7; 100]}));

    let dropped = read_with(&bytes, limits(1 << 20, 64 << 10));
    assert_eq!(dropped.records.len(), 2002);
    let [(Some(2001), offset, message)] = &dropped.problems[..] else { panic!("{:?}", dropped.problems) };
    assert_eq!(*offset, end as u64);
    assert!(message.contains("shares a value with a record so far before it"), "{message}");
}

#[test]
fn a_record_that_is_too_large_is_passed_over() {
    let small = dict([("n", Packed::Int(1))]);
    let many = || (0..3000).map(Packed::Int).collect();
    let rows = [
        dict([("t", text(&"x".repeat(200_000)))]),
        dict([("l", Packed::List(many()))]),
        dict([("l", Packed::List((0..900).map(|_| text(&"y".repeat(200))).collect()))]),
        dict([("l", Packed::List(vec![Packed::List(many()), Packed::List(many())]))]),
    ];
    for large in rows {
        let bytes = pickled([small.clone(), large, small.clone()]);
        let reading = read_with(&bytes, limits(100_000, 1 << 20));
        assert_eq!(reading.values(), [json!({"n": 1}), json!({"n": 1})]);
        let [(Some(1), _, message)] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
        assert!(message.contains("more than"), "{message}");
    }
}

#[test]
fn numbers_of_the_memo_need_not_rise() {
    let reading =
        read(b"\x80\x02](}(U\x01ar\xff\xff\xff\xffK\x01U\x01bq\x05Nu}(j\xff\xff\xff\xffK\x02h\x05Nue.");
    assert_eq!(reading.problems, []);
    assert_eq!(reading.values(), [json!({"a": 1, "b": null}), json!({"a": 2, "b": null})]);
    let again = records(b"\x80\x02](}U\x01aq\x05U\x01xq\x05s}h\x05K\x01se.");
    assert_eq!(again, [json!({"a": "x"}), json!({"x": 1})]);
}

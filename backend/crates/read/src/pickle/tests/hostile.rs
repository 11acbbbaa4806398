//! Pickles that want to run code, that are cut or damaged, or that want more than they may have; and what holds for any
//! pickle: what is written is read, and what is broken breaks nothing.

use super::*;
use crate::pack::pickle::{Value as Packed, write_pickle};
use proptest::prelude::*;

/// A list with one good record, and then something.
fn after_a_record(rest: &[u8]) -> Vec<u8> {
    [b"\x80\x02](}U\x01aK\x01s", rest].concat()
}

#[test]
fn what_would_run_code_is_named_and_never_run_and_costs_its_record() {
    let rows: [(&[u8], &str); 13] = [
        (b"cposix\nsystem\n(U\x02idtRe.", "GLOBAL at byte 11 names `posix.system`"),
        (b"U\x05posixU\x06system\x93e.", "STACK_GLOBAL at byte 26 names `posix.system`"),
        (b"}U\x01bcbuiltins\neval\nse.", "GLOBAL at byte 15 names `builtins.eval`"),
        (b"(iposix\nsystem\ne.", "INST at byte 12 would make a `posix.system`"),
        (b"(Noe.", "OBJ at byte 13 would make an object"),
        (b"N)\x81e.", "NEWOBJ at byte 13 would call something that is no function"),
        (b"cour\nClass\n)\x81}U\x01aNsbe.", "GLOBAL at byte 11 names `our.Class`"),
        (b"\x82\x07e.", "EXT1 at byte 11 asks for the registered type 7"),
        (b"Pname\ne.", "PERSID at byte 11 asks for the object `name`"),
        (b"NQe.", "BINPERSID at byte 12 asks for an object"),
        (b"NNbe.", "BUILD at byte 13 would change an object"),
        (b"\x97e.", "NEXT_BUFFER at byte 11 asks for bytes outside the file"),
        (b"c_codecs\nencode\n(U\x01aU\x05hex_xtRe.", "would call `_codecs.encode` in an unknown way"),
    ];
    for (rest, part) in rows {
        let more = [&rest[..rest.len() - 2], b"}U\x01aK\x03se."].concat();
        let reading = read(&after_a_record(&more));
        assert_eq!(reading.values(), [json!({"a": 1}), json!({"a": 3})], "the records around {part}");
        let [(Some(1), _, message)] = &reading.problems[..] else { panic!("{part}: {:?}", reading.problems) };
        assert!(message.contains(part), "`{message}` says `{part}`");
    }
}

#[test]
fn a_name_cannot_break_the_message() {
    let name = [b"c", "x".repeat(3000).as_bytes(), b"\x1b[2J\n\xe7\x8c\xab\n."].concat();
    let message = &read(&after_a_record(&name)).problems[0].2;
    assert!(message.len() < 300 && !message.contains('\x1b'), "{message}");
}

#[test]
fn a_cut_file_gives_what_is_complete() {
    let bytes = after_a_record(b"}(U\x01aK\x02U\x01bU\x04textue.");
    assert_eq!(read(&bytes).records.len(), 2);
    for length in 1..bytes.len() {
        let reading = read(&bytes[..length]);
        let whole = [json!({"a": 1}), json!({"a": 2, "b": "text"})];
        assert_eq!(reading.values(), whole[..reading.records.len()], "{length} bytes");
        let [(number, _, message)] = &reading.problems[..] else { panic!("{length}: {reading:?}") };
        assert!(message.starts_with(&format!("the file is cut short at byte {length}")), "{message}");
        assert_eq!(number.is_some(), message.ends_with("; the last record is lost"), "{message}");
        if let Some(number) = number {
            assert_eq!(*number, reading.records.len() as u64);
        }
    }
}

#[test]
fn damage_is_told_with_its_place() {
    let rows: [(&[u8], &str); 14] = [
        (b"e.e", "APPENDS at byte 13 takes values that are not there"),
        (b"\xffe.", "the byte 0xff at byte 11 is no opcode"),
        (b"h\x07e.", "BINGET at byte 11 asks for the memo's value 7, which is not there"),
        (b"j\xfe\xff\xff\xffe.", "LONG_BINGET at byte 11 asks for the memo's value 4294967294"),
        (b"I12x\ne.", "what follows INT at byte 11 is no number"),
        (b"S12\ne.", "has no quotes around it"),
        (b"pzero\ne.", "PUT at byte 11 has no number"),
        (b"uNNs", "SETITEMS at byte 11"),
        (b"K\x01NNse.", "SETITEM at byte 15 has no container"),
        (b"}U\x01au", "SETITEMS at byte 15"),
        (b"Na.", "APPEND at byte 12"),
        (b"\x86.", "TUPLE2 at byte 11 takes values that are not there"),
        (b"\x80\x06e.", "protocol 6 at byte 11 is not known"),
        (b"00000e.", "POP at byte 14 takes values that are not there"),
    ];
    for (rest, part) in rows {
        let reading = read(&after_a_record(rest));
        let last = reading.problems.last().map(|(_, _, message)| message.as_str()).unwrap_or_default();
        assert!(last.contains(part), "`{last}` says `{part}`");
    }
}

#[test]
fn what_contains_itself_is_lost_alone() {
    let rows: [(&[u8], &str); 4] = [
        (b"}q\x05U\x01lh\x05s", "it contains itself"),
        (b"}q\x05U\x01l]q\x06h\x06as", "it contains itself"),
        (b"}q\x05(U\x01l]q\x06h\x05aU\x01mNu", "it contains itself, or is changed behind its end"),
        (b"}U\x01lh\0s", "it contains the list that it stands in"),
    ];
    for (rest, part) in rows {
        let bytes = [b"\x80\x02]q\0(}U\x01aK\x01s", rest, b"}U\x01aK\x03se."].concat();
        let reading = read(&bytes);
        assert_eq!(reading.values(), [json!({"a": 1}), json!({"a": 3})], "{part}");
        let [(Some(1), _, message)] = &reading.problems[..] else { panic!("{part}: {:?}", reading.problems) };
        assert!(message.contains(part), "`{message}` says `{part}`");
    }
}

#[test]
fn deep_nesting_is_lost_or_refused_and_never_overflows() {
    for (depth, count) in [(98, 2), (100, 1), (100_000, 0)] {
        let bytes =
            [b"\x80\x02](}U\x01a", &b"]".repeat(depth)[..], &b"a".repeat(depth - 1), b"s}e."].concat();
        let reading = read(&bytes);
        assert_eq!(reading.records.len(), count, "{depth}: {:?}", reading.problems);
    }
    let reading = read(&b"(".repeat(100_000));
    assert!(reading.problems[0].2.contains("nested deeper"), "{:?}", reading.problems);
    // Containers filled behind their end would nest without bound, two at a time.
    let mut chain = b"\x80\x02](}U\x01a".to_vec();
    chain.extend((0..100_000_u32).flat_map(|number| {
        let [low, high] = [number * 2, number * 2 + 1].map(u32::to_le_bytes);
        [b"]r", &low[..], b"]r", &high, b"aj", &high].concat()
    }));
    assert!(read(&chain).records.is_empty());
}

#[test]
fn shared_values_cannot_grow_without_bound() {
    // Every list holds the one before it twice.
    let mut laughs = b"\x80\x02](}U\x01a(K\x01lq\0".to_vec();
    laughs.extend(
        (1..60_u8).flat_map(|level| [b'0', b'(', b'h', level - 1, b'h', level - 1, b'l', b'q', level]),
    );
    laughs.extend(b"s}e.");
    let reading = read(&laughs);
    assert_eq!(reading.values(), [json!({})]);
    assert!(reading.problems[0].2.contains("it takes more than"), "{:?}", reading.problems);

    let mut shared = [b"\x80\x02](}U\x01a", &unicode(&"x".repeat(10_000))[..], b"q\x01s"].concat();
    shared.extend(b"}U\x01ah\x01s".repeat(1000));
    let reading = read_with(&shared, Limits { total: 1 << 20, ..Limits::of(shared.len() as u64) });
    assert!((50..110).contains(&reading.records.len()), "{}", reading.records.len());
    assert!(reading.problems[0].2.contains("share so many values"), "{:?}", reading.problems);
}

#[test]
fn lengths_beyond_the_file_are_a_cut_file() {
    let rows: [&[u8]; 6] = [
        b"X\xff\xff\xff\x7f",
        b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        b"B\xff\xff\xff\xff",
        b"\x96\0\0\0\0\0\0\0\x10",
        b"\x8b\xff\xff\xff\xff",
        b"Vno end",
    ];
    for row in rows {
        let message = &read(&after_a_record(row)).problems[0].2;
        assert!(message.starts_with("the file is cut short"), "{message}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[\\PC\u{0}-\u{1f}]{0,12}",
        prop::sample::select(vec![300_usize, 70_000]).prop_map(|n| "é".repeat(n))
    ]
}

fn packed() -> impl Strategy<Value = Packed> {
    let leaf = prop_oneof![
        Just(Packed::None),
        any::<bool>().prop_map(Packed::Bool),
        any::<i64>().prop_map(Packed::Int),
        any::<i16>().prop_map(|number| Packed::Int(number.into())),
        any::<f64>().prop_map(Packed::Float),
        text().prop_map(Packed::Text),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Packed::Bytes),
        Just(Packed::Bytes(picture())),
        Just(Packed::Text(STANDARD.encode(picture()))),
    ];
    leaf.prop_recursive(4, 30, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Packed::List),
            prop::collection::btree_map("[a-z]{0,3}", inner, 0..6)
                .prop_map(|map| Packed::Dict(map.into_iter().collect())),
        ]
    })
}

fn record() -> impl Strategy<Value = Packed> {
    prop::collection::btree_map("[a-z]{0,3}", packed(), 0..6)
        .prop_map(|map| Packed::Dict(map.into_iter().collect()))
}

/// Whether a value was read as it was written; images are looked up in the file.
fn is_same(packed: &Packed, read: &Value, file: &[u8]) -> bool {
    match packed {
        Packed::Bool(truth) => read.as_bool() == Some(*truth),
        Packed::Int(number) => read.as_i64() == Some(*number),
        // The JSON text is exact, but parsing it is not to the last bit.
        Packed::Float(number) if number.is_finite() => {
            read.as_f64().is_some_and(|read| (read - number).abs() <= number.abs() * 1e-15)
        }
        Packed::None | Packed::Float(_) => read.is_null(),
        Packed::Text(text) if *text == STANDARD.encode(picture()) => {
            is_image(read, text.as_bytes(), "base64", file)
        }
        Packed::Text(text) => read.as_str() == Some(text),
        Packed::Bytes(bytes) if *bytes == picture() => is_image(read, bytes, "raw", file),
        Packed::Bytes(bytes) => {
            let hash = blake3::hash(bytes).to_hex();
            *read == json!({"bytes": bytes.len(), "blake3": hash.as_str()})
        }
        Packed::List(values) => read.as_array().is_some_and(|read| {
            read.len() == values.len()
                && values.iter().zip(read).all(|(value, read)| is_same(value, read, file))
        }),
        Packed::Dict(entries) => read.as_object().is_some_and(|read| {
            let is_equal = |((key, value), (name, read)): (&(String, Packed), (&String, &Value))| {
                key == name && is_same(value, read, file)
            };
            read.len() == entries.len() && entries.iter().zip(read).all(is_equal)
        }),
    }
}

fn is_image(read: &Value, stored: &[u8], encoding: &str, file: &[u8]) -> bool {
    let offset = read["embedded_image"]["offset"].as_u64().unwrap_or(u64::MAX) as usize;
    file.get(offset..offset.saturating_add(stored.len())) == Some(stored)
        && *read == address(offset, stored.len(), encoding)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(records in prop::collection::vec(record(), 0..5), chunk in 64..5000_usize) {
        let mut bytes = Vec::new();
        write_pickle(records.clone(), &mut bytes).unwrap();
        let limits = Limits { chunk, ..Limits::of(bytes.len() as u64) };
        let reading = read_with(&bytes, limits);
        prop_assert_eq!(&reading.problems, &[]);
        prop_assert_eq!(reading.records.len(), records.len());
        for (record, (offset, read)) in records.iter().zip(&reading.records) {
            prop_assert_eq!(bytes[*offset as usize], b'}');
            prop_assert!(is_same(record, read, &bytes), "{:?} is {}", record, read);
        }
    }

    #[test]
    fn damage_breaks_nothing(
        records in prop::collection::vec(record(), 0..4),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Vec::new();
        write_pickle(records, &mut bytes).unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(1 + cut.index(bytes.len()));
        read(&bytes);
    }

    #[test]
    fn any_opcodes_break_nothing(
        codes in prop::collection::vec(prop_oneof![
            prop::sample::select(b"(.012NRadueltsbo)]}Q\x81\x85\x86\x87\x88\x8f\x90\x91\x92\x93\x94".to_vec()).prop_map(|code| vec![code]),
            (prop::sample::select(b"hqK".to_vec()), 0..4_u8).prop_map(|(code, number)| vec![code, number]),
            prop::sample::select(vec![&b"U\x01a"[..], b"I1\n", b"Vx\n", b"p1\n", b"g1\n", b"cnumpy\ndtype\n", b"j\xff\xff\xff\xff"])
                .prop_map(<[u8]>::to_vec),
        ], 0..60),
    ) {
        let bytes = [b"](".to_vec(), codes.concat()].concat();
        let reading = read(&bytes);
        let seen = reading.records.len() + reading.problems.iter().filter(|(number, ..)| number.is_some()).count();
        prop_assert!(seen <= bytes.len());
    }
}

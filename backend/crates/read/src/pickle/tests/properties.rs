//! What holds for any pickle: what is written is read, and what is broken breaks nothing.

use super::*;
use crate::pack::pickle::{Value as Packed, write_pickle};
use proptest::prelude::*;

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

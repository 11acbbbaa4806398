//! Files that have more to remember than is kept.

use super::*;
use crate::pack::pickle::{Value as Packed, write_pickle};

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

//! Files as they come out of downloads, editors and crashes, one row each with its reason.

mod joined;
mod object;

use crate::Container;
use crate::split::Limits;
use crate::testing::{Reading, file_of, read_all};

/// Reads a text in reads of every small size; all must show the same.
fn read(text: &[u8], container: Container) -> Reading {
    let file = file_of(text);
    let whole = read_all(&file, container, Limits::DEFAULT);
    for chunk in [1, 2, 3, 7, 64] {
        let cut = read_all(&file, container, Limits { chunk, ..Limits::DEFAULT });
        assert_eq!(cut.records, whole.records, "reads of {chunk} bytes");
        assert_eq!(cut.problems, whole.problems, "reads of {chunk} bytes");
    }
    for record in &whole.records {
        assert_eq!(text[record.offset as usize..][..record.raw.len()], record.raw, "the range is exact");
    }
    assert_eq!(
        whole.end.records,
        (whole.records.len() + whole.problems.iter().filter(|problem| problem.number.is_some()).count())
            as u64,
        "read + skipped = seen"
    );
    whole
}

/// A row: why, the text, the records, and of each problem the record, the byte and a part of the message.
type Row =
    (&'static str, &'static [u8], &'static [&'static str], &'static [(Option<u64>, u64, &'static str)]);

fn check(rows: &[Row], container: Container) {
    for (why, text, records, problems) in rows {
        let reading = read(text, container);
        assert_eq!(reading.raws(), *records, "records: {why}");
        assert_eq!(reading.problems.len(), problems.len(), "{:?}: {why}", reading.problems);
        for (found, (number, offset, part)) in reading.problems.iter().zip(*problems) {
            assert_eq!((found.number, found.offset), (*number, *offset), "{found:?}: {why}");
            assert!(found.message.contains(part), "{found:?}: {why}");
        }
    }
}

#[test]
fn arrays_as_people_write_them() {
    check(
        &[
            ("one line", br#"[{"id":1},{"id":2}]"#, &[r#"{"id":1}"#, r#"{"id":2}"#], &[]),
            (
                "pretty, byte order mark, CRLF",
                b"\xef\xbb\xbf[\r\n  {\r\n \"id\": 1\r\n }\r\n]\r\n",
                &["{\r\n \"id\": 1\r\n }"],
                &[],
            ),
            ("empty list", b" [ ] ", &[], &[]),
            (
                "brackets, quotes and commas inside a text",
                br#"[{"id":"]},{\"[\\"},{"id":"\\\""}]"#,
                &[r#"{"id":"]},{\"[\\"}"#, r#"{"id":"\\\""}"#],
                &[],
            ),
            (
                "values that are no objects are records too, and the parser refuses them",
                br#"[null,[1],"a",-2.5e3 , true]"#,
                &["null", "[1]", "\"a\"", "-2.5e3", "true"],
                &[],
            ),
            (
                "trailing comma",
                br#"[{"id":1}, ]"#,
                &[r#"{"id":1}"#],
                &[(None, 11, "a comma without a record behind it")],
            ),
            (
                "double comma",
                br#"[{"id":1},,{"id":2}]"#,
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[(None, 10, "a comma without a record before it")],
            ),
            (
                "comma missing",
                br#"[{"id":1} {"id":2}]"#,
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[(None, 10, "a comma is missing")],
            ),
            (
                "garbage between records",
                br#"[{"id":1}, #?! {"id":2} oops, {"id":3}]"#,
                &[r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#],
                &[(None, 11, "no record"), (None, 24, "no record")],
            ),
        ],
        Container::JSON_ARRAY,
    );
}

#[test]
fn damaged_arrays_lose_only_what_is_damaged() {
    check(
        &[
            (
                "cut in a text",
                br#"[{"id":1},{"id":2,"conversations":[{"from":"gp"#,
                &[r#"{"id":1}"#],
                &[(Some(1), 10, "in the middle of record 1")],
            ),
            (
                "cut between records",
                br#"[{"id":1},{"id":2},"#,
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[(None, 19, "without the closing `]`")],
            ),
            (
                "cut behind a record",
                br#"[{"id":1}"#,
                &[r#"{"id":1}"#],
                &[(None, 9, "without the closing `]`")],
            ),
            (
                "a bracket is missing in one record",
                br#"[{"id":1},{"id":2,"a":[{"b":1},{"id":3},{"id":4}]"#,
                &[r#"{"id":1}"#, r#"{"id":3}"#, r#"{"id":4}"#],
                &[(Some(1), 10, "does not end")],
            ),
            (
                "a wrong bracket in one record",
                br#"[{"id":1},{"id":2,"a":[1}},{"id":3}]"#,
                &[r#"{"id":1}"#, r#"{"id":3}"#],
                &[(Some(1), 10, "do not match at byte 14")],
            ),
            (
                "a wrong bracket in the first record",
                br#"[{"id":1]},{"id":2}]"#,
                &[r#"{"id":2}"#],
                &[(Some(0), 1, "do not match")],
            ),
            (
                "nothing is found behind a wrong bracket",
                br#"[{"id":1},{"id":2],{"other":3}]"#,
                &[r#"{"id":1}"#],
                &[(Some(1), 10, "do not match"), (None, 10, "21 bytes up to the end are skipped")],
            ),
            (
                "a quote is missing in one record",
                br#"[{"id":1},{"id":"2},{"id":"3"},{"id":"4"}]"#,
                &[r#"{"id":1}"#, r#"{"id":"3"}"#, r#"{"id":"4"}"#],
                &[(Some(1), 10, "does not end")],
            ),
            (
                "two lists in a row, a record behind them",
                br#"[{"id":1}][{"id":2}]{"id":3}"#,
                &[r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#],
                &[],
            ),
            (
                "comments between records",
                b"// a {set\n[ /* {\"id\":0}, */ {\"id\":1}, // one\n # two\n {\"id\":2}]\n# end\n",
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[],
            ),
            ("text behind the end", br#"[{"id":1}] bye"#, &[r#"{"id":1}"#], &[(None, 11, "behind the end")]),
            ("no list", br#"{"id":1}"#, &[], &[(None, 0, "does not begin with `[`")]),
            ("nothing", b"", &[], &[(None, 0, "no text")]),
        ],
        Container::JSON_ARRAY,
    );
}

#[test]
fn lines_as_people_write_them() {
    check(
        &[
            (
                "plain, no line break at the end",
                b"{\"id\":1}\n{\"id\":2}",
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[],
            ),
            (
                "byte order mark, CRLF, blank lines, blanks",
                b"\xef\xbb\xbf{\"id\":1}\r\n\r\n \t\n  {\"id\":2} \n\n",
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[],
            ),
            (
                "one bad line is one bad record",
                b"{\"id\":1}\n{\"id\":\n{\"id\":3}\n",
                &[r#"{"id":1}"#, "{\"id\":", r#"{"id":3}"#],
                &[],
            ),
            ("nothing", b"", &[], &[]),
        ],
        Container::JSON_LINES,
    );
}

#[test]
fn bad_records_are_counted_in_the_numbers() {
    let reading = read(br#"[{"id":1},{"id":2]},{"id":3}]"#, Container::JSON_ARRAY);
    let numbers: Vec<_> = reading.records.iter().map(|record| record.number).collect();
    assert_eq!((numbers, reading.end.records), (vec![0, 2], 3));
}

#[test]
fn a_record_that_is_too_long_costs_no_memory_and_nothing_else() {
    let long = format!(r#"{{"id":2,"a":"{}\"{{"}}"#, "x".repeat(100_000));
    let limits = Limits { chunk: 100, record: 1000, ..Limits::DEFAULT };
    for (container, text) in [
        (Container::JSON_ARRAY, format!(r#"[{{"id":1}},{long},{{"id":3}}]"#)),
        (Container::JSON_LINES, format!("{{\"id\":1}}\n{long}\n{{\"id\":3}}\n")),
    ] {
        let reading = read_all(&file_of(text.as_bytes()), container, limits);
        assert_eq!(reading.raws(), [r#"{"id":1}"#, r#"{"id":3}"#]);
        assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
        assert_eq!((reading.problems[0].number, reading.end.records), (Some(1), 3));
    }
}

#[test]
fn a_record_that_is_too_long_and_cut_is_told() {
    let text = format!(r#"[{{"id":1}},{{"id":2,"a":"{}"#, "x".repeat(5000));
    let limits = Limits { chunk: 100, record: 1000, ..Limits::DEFAULT };
    let reading = read_all(&file_of(text.as_bytes()), Container::JSON_ARRAY, limits);
    let told: Vec<_> = reading.problems.iter().map(|problem| (problem.number, problem.offset)).collect();
    assert_eq!((reading.raws(), told), (vec![r#"{"id":1}"#], vec![(Some(1), 10), (None, text.len() as u64)]));
}

#[test]
fn a_lost_quote_costs_one_record_even_when_the_rest_does_not_fit_into_memory() {
    let good = r#",{"id":"3","a":[{"from":"x"}]}"#.repeat(1000);
    let text = format!(r#"[{{"id":"1"}},{{"id":"2}}{good}]"#);
    let limits = Limits { chunk: 100, record: 1000, ..Limits::DEFAULT };
    let reading = read_all(&file_of(text.as_bytes()), Container::JSON_ARRAY, limits);
    assert_eq!((reading.records.len(), reading.end.records), (1001, 1002));
}

#[test]
fn beginnings_without_an_end_do_not_take_the_square_of_their_time() {
    let start = std::time::Instant::now();
    let opened = r#"{"id":"#.repeat(200_000);
    for text in [format!("[{opened}"), format!("[{opened}]"), format!(r#"[{{"id":0}},{opened},{{"id":1}}]"#)]
    {
        let reading = read_all(&file_of(text.as_bytes()), Container::JSON_ARRAY, Limits::DEFAULT);
        let lost = reading.problems.iter().filter(|problem| problem.number.is_some()).count();
        assert_eq!(reading.end.records, (reading.records.len() + lost) as u64);
    }
    assert!(
        start.elapsed().as_secs() < 60,
        "{:?}, where scanning it once takes a tenth of a second",
        start.elapsed()
    );
}

#[test]
fn a_deeply_nested_record_is_a_bad_record() {
    let deep = format!(r#"[{{"id":1,"a":{}{}}},{{"id":2}}]"#, "[".repeat(200_000), "]".repeat(200_000));
    let reading = read_all(&file_of(deep.as_bytes()), Container::JSON_ARRAY, Limits::DEFAULT);
    assert_eq!(reading.records.len(), 2);
    let error = crate::parse_record(crate::Container::JSON_ARRAY, &reading.records[0].raw).unwrap_err();
    assert!(error.to_string().starts_with("nested too deep"), "{error}");
}

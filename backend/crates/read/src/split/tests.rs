//! Files as they come out of downloads, editors and crashes, one row each with its reason; lines as people join, print
//! and comment them; records inside one object.

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

#[test]
fn marks_commas_and_brackets_between_records_only_separate_them() {
    check(
        &[
            (
                "byte order marks and separators",
                b"\x1e{\"id\":1}\n\xef\xbb\xbf{\"id\":2}\n\x1e{\"id\":3}\n",
                &[r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#],
                &[],
            ),
            (
                "commas at line ends, brackets on lines of their own",
                b"[\n{\"id\":1},\n{\"id\":2} ,\n]\n",
                &[r#"{"id":1}"#, r#"{"id":2}"#],
                &[],
            ),
            (
                "several records on a line",
                b"{\"id\":1} {\"id\":2}{\"id\":3}, {\"id\":4}\n{\"id\":5}",
                &[r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#, r#"{"id":4}"#, r#"{"id":5}"#],
                &[],
            ),
            (
                "carriage returns only",
                b"{\"id\":1}\r{\"id\":\r{\"id\":3}\r",
                &[r#"{"id":1}"#, "{\"id\":", r#"{"id":3}"#],
                &[],
            ),
            (
                "a list on each line, of records or of turns",
                b"[{\"id\":1},{\"id\":2}]\n[[{\"from\":\"human\",\"value\":\"a\"}], {\"id\":3}]\n[{\"role\":\"user\",\"content\":\"a\"}]\n[]\n",
                &[
                    r#"{"id":1}"#,
                    r#"{"id":2}"#,
                    r#"[{"from":"human","value":"a"}]"#,
                    r#"{"id":3}"#,
                    r#"[{"role":"user","content":"a"}]"#,
                ],
                &[],
            ),
            (
                "single values before the records of a list, or alone in one",
                b"[null, null,{\"id\":1}, \"a,b\", 3]\n[\"header\",\"v1\",\n{\"id\":2}]\n[1, 2]\nnull\n{\"id\":3}\n",
                &[
                    "null",
                    "null",
                    r#"{"id":1}"#,
                    r#""a,b""#,
                    "3",
                    r#""header""#,
                    r#""v1""#,
                    r#"{"id":2}"#,
                    "[1, 2]",
                    "null",
                    r#"{"id":3}"#,
                ],
                &[],
            ),
            (
                "comments, and what is no record",
                b"# our set\n{\"id\":1} // good\nid,image\n/* {\n */ {\"id\":2} bye\n",
                &[r#"{"id":1}"#, "id,image", r#"{"id":2}"#, "bye"],
                &[],
            ),
        ],
        Container::JSON_LINES,
    );
}

#[test]
fn records_may_go_over_several_lines() {
    check(
        &[
            (
                "printed one behind the other",
                b"{\n  \"id\": 1,\n  \"a\": [\n    {\n      \"b\": 2\n    }\n  ]\n}\n{\n  \"id\": 2\n}\n",
                &["{\n  \"id\": 1,\n  \"a\": [\n    {\n      \"b\": 2\n    }\n  ]\n}", "{\n  \"id\": 2\n}"],
                &[],
            ),
            (
                "printed without any indent",
                b"{\n\"id\": 1,\n\"a\": [\n{\n\"b\": 2\n}\n]\n}\n{\n\"id\": 2\n}",
                &["{\n\"id\": 1,\n\"a\": [\n{\n\"b\": 2\n}\n]\n}", "{\n\"id\": 2\n}"],
                &[],
            ),
            (
                "a raw line break in a text",
                b"{\"id\":1}\n{\"id\":\"2\n2\"}\n{\"id\":3}\n",
                &[r#"{"id":1}"#, "{\"id\":\"2\n2\"}", r#"{"id":3}"#],
                &[],
            ),
        ],
        Container::JSON_LINES,
    );
}

#[test]
fn a_damaged_record_costs_itself() {
    check(
        &[
            (
                "one of those that are printed over several lines",
                b"{\n \"id\": 1\n}\n{\n \"id\": [2\n}\n{\n \"id\": 3\n}\n",
                &["{\n \"id\": 1\n}", "{\n \"id\": 3\n}"],
                &[(Some(1), 13, "do not match")],
            ),
            (
                "the last of those is cut",
                b"{\n \"id\": 1\n}\n{\n \"id\": 2",
                &["{\n \"id\": 1\n}"],
                &[(Some(1), 13, "does not end"), (None, 13, "10 bytes up to the end are skipped")],
            ),
            (
                "a line is cut, and the lines behind it would close it",
                b"{\"id\":1}\n{\"id\":2,\"a\":[{\"b\":1}\n{\"id\":3}\n{\"id\":4}]}\n{\"id\":5}",
                &[r#"{"id":1}"#, r#"{"id":2,"a":[{"b":1}"#, r#"{"id":3}"#, r#"{"id":4}"#, "}", r#"{"id":5}"#],
                &[],
            ),
            (
                "the first line is cut",
                b"{\"id\":[\n{\"id\":2}\n{\"id\":3}\n",
                &[r#"{"id":["#, r#"{"id":2}"#, r#"{"id":3}"#],
                &[],
            ),
        ],
        Container::JSON_LINES,
    );
}

#[test]
fn beginnings_of_lines_without_an_end_do_not_take_the_square_of_their_time() {
    let start = std::time::Instant::now();
    let pieces =
        ["{\"id\":\n", "{\n\n", "{\n \"a\":\n", "{\"a\":\"\n", "[\n", "[{\n", "/*\n", "#", "\u{feff}{\n"];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        let reading = read_all(&file_of(text.as_bytes()), Container::JSON_LINES, Limits::DEFAULT);
        let lost = reading.problems.iter().filter(|problem| problem.number.is_some()).count();
        assert_eq!(reading.end.records, (reading.records.len() + lost) as u64, "{piece:?}");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn what_comes_behind_many_plain_lines_is_still_looked_at() {
    let plain = "{\"id\":0,\"a\":[{\"b\":1},{\"b\":2}]}\n".repeat(100);
    let rows = [
        ("{\"id\":1}{\"id\":2}\n", 2),
        ("{\"id\":1}, {\"id\":2},\n", 2),
        ("{\"x\":1} {\"y\":2}\n", 2),
        ("{\n \"id\": 1\n}\n{\"id\":2}\n", 2),
        ("{\"id\":1,\"a\":[\n{\"id\":2}\n", 2),
        ("{\"id\":\"}{\"}\n", 1),
    ];
    for (behind, more) in rows {
        let text = format!("{plain}{behind}{plain}");
        let reading = read_all(&file_of(text.as_bytes()), Container::JSON_LINES, Limits::DEFAULT);
        assert_eq!((reading.records.len(), reading.problems.len()), (200 + more, 0), "{behind}");
    }
}

const A: &str = r#"{"id":"a","conversations":[{"from":"gpt","value":"x"}]}"#;

#[test]
fn records_are_found_in_an_object_by_what_they_are() {
    check(
        &[
            (
                "a list under a key, between facts and another list",
                br#"{"name":"ours","categories":[{"id":1,"name":"cat"}],"data": [ {"id":"a","conversations":[{"from":"gpt","value":"x"}]}, {"id":0} ], "n":{"a":[1]}}"#,
                &[A, r#"{"id":0}"#],
                &[(None, 145, "not shown: `name`, `categories`, `a`")],
            ),
            (
                "lists of two splits, one level in",
                br#"{"all":{"train":[{"id":"a","conversations":[{"from":"gpt","value":"x"}]}],"val":[{"id":"a","conversations":[{"from":"gpt","value":"x"}]}]}}"#,
                &[A, A],
                &[],
            ),
            (
                "records by their ids, the second not a good one",
                br#"{"1": {"conversations":[{"from":"gpt","value":"x"}]}, "2":{"a":1}}"#,
                &[r#""1": {"conversations":[{"from":"gpt","value":"x"}]}"#, r#""2":{"a":1}"#],
                &[],
            ),
            (
                "turns by their ids",
                br#"{"a1":[{"from":"gpt","value":"x"}],"a2":[{"from":"gpt","value":"y"}]}"#,
                &[r#""a1":[{"from":"gpt","value":"x"}]"#, r#""a2":[{"from":"gpt","value":"y"}]"#],
                &[],
            ),
            (
                "cut in the second record",
                br#"{"data":[{"id":"a","conversations":[{"from":"gpt","value":"x"}]},{"id":"b"#,
                &[A],
                &[(Some(1), 65, "in the middle of record 1")],
            ),
            ("no records", br#"{"a":[{"b":1}],"c":{}}"#, &[], &[]),
        ],
        Container::JSON_OBJECT,
    );
}

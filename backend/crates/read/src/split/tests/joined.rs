//! JSON lines as people join, print and comment them.

use super::{check, file_of, read_all};
use crate::Container;
use crate::split::Limits;

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
fn beginnings_without_an_end_do_not_take_the_square_of_their_time() {
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

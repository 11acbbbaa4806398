//! Records inside one object.

use super::check;
use crate::Container;

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

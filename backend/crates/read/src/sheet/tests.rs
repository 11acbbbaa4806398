//! Tables as people write them.

use super::*;
use crate::testing::file_of;
use crate::{Container, Form, Item, read_embedded, read_opened};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::ops::ControlFlow;

fn read(text: &[u8]) -> (Vec<Value>, Vec<String>) {
    read_limited(text, Limits::DEFAULT)
}

fn read_limited(text: &[u8], limits: Limits) -> (Vec<Value>, Vec<String>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut visit = |item: Item<'_>| {
        match item {
            Item::Record(record) => rows.push(serde_json::from_slice(record.raw).unwrap()),
            Item::Problem(problem) => problems.push(problem.message),
        }
        ControlFlow::Continue(())
    };
    read_opened(&file_of(text), Container::plain(Form::Csv), limits, &mut visit).unwrap();
    (rows, problems)
}

#[test]
fn captions_that_number_their_pictures_have_no_head() {
    let text = "a.jpg#0\ta cat\na.jpg#1\ta dog\n";
    let expected =
        [json!({"image": "a.jpg#0", "caption": "a cat"}), json!({"image": "a.jpg#1", "caption": "a dog"})];
    assert_eq!(read(text.as_bytes()).0, expected);
}

#[test]
fn rows_are_read_whatever_the_separator_and_line_ends() {
    let wanted =
        [json!({"image": "a.jpg", "caption": "a cat"}), json!({"image": "b.jpg", "caption": "a dog"})];
    for text in [
        "image,caption\na.jpg,a cat\nb.jpg,a dog\n",
        "image\tcaption\r\na.jpg\ta cat\r\n\r\nb.jpg\ta dog",
        "\u{feff}image;caption\na.jpg;a cat\n\"b.jpg\";\"a dog\"\n",
        "image,caption\ra.jpg,a cat\rb.jpg,a dog\r",
    ] {
        assert_eq!(read(text.as_bytes()), (wanted.to_vec(), Vec::new()), "{text:?}");
    }
}

#[test]
fn quotes_hold_separators_line_breaks_and_quotes() {
    let text = "image,caption\na.jpg,\"one, two\nthree \"\"four\"\"\"\nb.jpg,five\n";
    let (rows, problems) = read(text.as_bytes());
    assert_eq!(rows[0]["caption"], "one, two\nthree \"four\"");
    assert_eq!((rows.len(), problems.len()), (2, 0));
}

#[test]
fn quotes_that_are_letters_cost_nothing() {
    let text = "a \"red\" bus\thttps://a/1.jpg\n\"Hello\" he said\thttps://a/2.jpg\n\"open\thttps://a/3.jpg\nlast one\thttps://a/4.jpg\n";
    let (rows, problems) = read(text.as_bytes());
    let captions: Vec<&Value> = rows.iter().map(|row| &row["caption"]).collect();
    assert_eq!(captions, ["a \"red\" bus", "\"Hello\" he said", "\"open", "last one"]);
    assert_eq!(rows[0]["url"], "https://a/1.jpg");
    assert_eq!(problems, [""; 0]);
}

#[test]
fn a_row_of_another_length_costs_only_itself() {
    let rows = "a.jpg,a cat\n".repeat(5);
    let text = format!("image,caption\n{rows}b.jpg\nc.jpg,a,b\nd.jpg,a dog\n");
    let (rows, problems) = read(text.as_bytes());
    assert_eq!(rows.len(), 6);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].contains("a row of 1 values, where the table has 2"), "{problems:?}");
}

#[test]
fn a_row_that_is_too_long_costs_only_itself() {
    let limits = Limits { chunk: 64, record: 256, ..Limits::DEFAULT };
    let text =
        format!("image,caption\na.jpg,{}\nb.jpg,\"{}\nc.jpg,a dog\n", "x".repeat(500), "y".repeat(500));
    let (rows, problems) = read_limited(text.as_bytes(), limits);
    assert_eq!(rows.last().unwrap()["image"], "c.jpg");
    assert_eq!((rows.len(), problems.len()), (1, 2), "{problems:?}");
}

#[test]
fn pictures_in_base64_become_addresses() {
    let picture = [b"\xff\xd8\xff\xe0".as_slice(), &vec![5; 60_000]].concat();
    let base64 = STANDARD.encode(&picture);
    let text = format!(
        "index\timage\tquestion\tA\tB\n0\t{base64}\tWhat, \"then\"?\t1\t2\n1\t\"{base64}\"\tx\t3\t\n2\t['{base64}', '{base64}']\ty\t1\t1\n"
    );
    let file = file_of(text.as_bytes());
    let (rows, problems) = read(text.as_bytes());
    assert_eq!(problems, [""; 0]);
    assert_eq!((&rows[0]["index"], &rows[0]["A"], &rows[1]["B"]), (&json!(0), &json!("1"), &Value::Null));
    for image in [&rows[0]["image"], &rows[1]["image"], &rows[2]["image"][1]] {
        let image = crate::testing::address(image).unwrap();
        let bytes = read_embedded(&file, Container::CSV, None, &image, &mut |_| Ok(())).unwrap();
        assert!(bytes == picture);
    }
}

#[test]
fn what_is_no_table_of_training_data_is_not_taken_for_one() {
    let no_tables = [
        "It was a dark night, and the rain fell.\nNobody, as they say, was there.\nThe end, finally.\n",
        "dog\t17\ncat\t12\nhorse\t3\n",
        "12440\n",
        "2024-01-01 12:00:01 INFO started, 3 workers\n2024-01-01 12:00:02 INFO done, 4 files\n",
        "import os\nprint(a, b)\nprint(c, d)\n",
        "one\ntwo\nthree\n",
        "",
    ];
    for text in no_tables {
        assert_eq!(look_at_table(text.as_bytes(), true), Look::NoTable, "{text:?}");
    }
    let Look::Other(reason) = look_at_table(b"epoch,loss\n1,0.5\n2,0.25\n", true) else {
        panic!("a table of numbers")
    };
    assert_eq!(reason, "a table (CSV) without pictures or conversations: its columns are epoch, loss");
}

/// Spreadsheets save in the code page of their machine.
#[test]
fn rows_of_another_encoding_are_read_as_far_as_they_can_be_and_told() {
    let text = b"file_name,caption\na.jpg,\x90\xd4\x82\xa2\x91\xf9\nb.jpg,a kite\n";
    let (rows, problems) = read(text);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1], json!({"file_name": "b.jpg", "caption": "a kite"}));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("1 row(s) from here on are not UTF-8"), "{problems:?}");
}

//! The three forms of box files, odd items, and what reading back a range gives.

use super::item::BoxItem;
use super::*;
use crate::testing::file_of;
use blendscope_shared::sample::LabelledBox;

const ITEM: &str = r#""boxes":[[1,2,30,40],[5,6.5,7,8]],"scores":[0.9],"labels":["a bus","犬"]"#;

/// Ids with the texts of their ranges, and what is known at the end.
fn index(text: &str, chunk: usize) -> (Vec<(String, String)>, BoxesEnd) {
    let mut found = Vec::new();
    let limits = Limits { chunk, ..Limits::DEFAULT };
    let end = index_opened(&file_of(text.as_bytes()), limits, &mut |id, offset, length| {
        found.push((id.to_owned(), text[offset as usize..][..length as usize].to_owned()));
        ControlFlow::Continue(())
    });
    (found, end.unwrap())
}

#[test]
fn every_form_gives_the_same_boxes() {
    let one = format!(r#"{{"id":"VG_100K/1","image":"x.jpg",{ITEM}}}"#);
    let two = format!(r#"{{"id":17,{ITEM}}}"#);
    let forms = [
        format!("[{one},\n {two}]"),
        format!("{one}\r\n\n{two}\n"),
        format!(r#"{{"VG_100K/1": {one}, "17" : {{{ITEM}}}}}"#),
        format!("\u{feff} {{\n \"VG_100K\\/1\":{{ {ITEM}}},\"17\":{two}}}"),
    ];
    let expected = [
        LabelledBox { edges: [1., 2., 30., 40.], label: "a bus".to_owned(), score: Some(0.9) },
        LabelledBox { edges: [5., 6.5, 7., 8.], label: "犬".to_owned(), score: None },
    ];
    for (form, chunk) in forms.iter().flat_map(|form| [(form, 3), (form, 1 << 20)]) {
        let (found, end) = index(form, chunk);
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["VG_100K/1", "17"], "{form}");
        assert_eq!(end, BoxesEnd { items: 2, ..BoxesEnd::default() }, "{form}");
        for (id, range) in found {
            assert_eq!(look_at(range.as_bytes()), Ok(BoxItem { id, is_video: false }));
            assert_eq!(parse_boxes(range.as_bytes()).unwrap(), expected, "{range}");
        }
    }
}

#[test]
fn odd_items_are_counted_and_the_rest_is_read() {
    let text = r#"[{"id":1,"boxes":null},{"id":2,"frames":[{"boxes":[]}]},{"boxes":[]},[3],{"id":{}},{"id":4,},{"id":5}]"#;
    let (found, end) = index(text, 8);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["1", "5"]);
    assert_eq!((end.items, end.videos, end.problems), (2, 1, 4));
    let messages: Vec<&str> = end.first_problems.iter().map(|problem| problem.message.as_str()).collect();
    for (message, part) in
        messages.iter().zip(["without an `id`", "not an object", "neither", "trailing comma"])
    {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(end.first_problems[0].offset, text.find(r#",{"boxes""#).unwrap() as u64 + 1);
}

#[test]
fn thousands_of_problems_are_counted_and_ten_are_kept() {
    let (_, end) = index(&"{\"a\":1}\n".repeat(5000), 1 << 20);
    assert_eq!((end.problems, end.first_problems.len()), (5000, KEPT_PROBLEMS));
}

#[test]
fn what_is_no_box_file_is_one_problem() {
    for text in ["", "version https://git-lfs.github.com/spec/v1", "{\"a\":{\"boxes\":[", "[{\"id\":1"] {
        let (found, end) = index(text, 1 << 20);
        assert_eq!((found.len(), end.problems), (0, 1), "{text}: {end:?}");
    }
    assert_eq!(index("{}", 1 << 20), (vec![], BoxesEnd::default()));
}

#[test]
fn lists_that_cannot_be_boxes_are_refused() {
    let rows = [
        (r#"{"boxes":[[1,2,3]]}"#.to_owned(), "invalid length 3"),
        (r#"{"boxes":[[1,2,3,4,5]]}"#.to_owned(), "trailing characters"),
        (r#"{"boxes":"none"}"#.to_owned(), "expected a list"),
        (format!(r#"{{"scores":[{}0]}}"#, "0,".repeat(10_000)), "more than 10000 boxes"),
        (r#""key":[]"#.to_owned(), "not an object"),
        (r#""key""#.to_owned(), "without an item"),
        (String::new(), "not an object"),
    ];
    for (raw, part) in rows {
        let message = parse_boxes(raw.as_bytes()).unwrap_err();
        assert!(message.contains(part), "{raw}: {message}");
    }
    assert_eq!(parse_boxes(b"{}"), Ok(vec![]));
}

#[test]
fn the_visitor_may_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boxes.json");
    std::fs::write(&path, r#"{"1":{},"2":{}}"#).unwrap();
    let end = index_boxes(&path, &mut |_, _, _| ControlFlow::Break(())).unwrap();
    assert_eq!((end.items, end.stopped), (1, true));
    let missing = index_boxes(&folder.path().join("none.json"), &mut |_, _, _| ControlFlow::Break(()));
    assert!(missing.unwrap_err().to_string().contains("none.json"));
}

//! Annotations and their images, whatever stands first.

use crate::Container;
use crate::split::Limits;
use crate::testing::{file_of, member, read_all};

#[test]
fn an_annotation_is_a_record_with_its_image() {
    let images = r#""images": [{"id": 7, "file_name": "a.jpg", "width": 3, "license": 1}, {"id": "8", "file_name": "b.jpg"}]"#;
    let annotations = r#""annotations": [{"id": 1, "image_id": 7, "caption": "a"}, {"id": 2, "image_id": "8", "caption": "b"}, {"id": 3, "image_id": 9, "caption": "c"}, 17]"#;
    let expected = [
        r#"{"id":1,"image_id":7,"caption":"a","file_name":"a.jpg","width":3}"#,
        r#"{"id":2,"image_id":"8","caption":"b","file_name":"b.jpg"}"#,
        r#"{"id":3,"image_id":9,"caption":"c"}"#,
    ];
    for text in [
        format!("{{\"info\": {{}}, {images}, \"licenses\": [], {annotations}}}"),
        format!("{{{annotations},\n {images}, \"categories\": [1]}}"),
    ] {
        for (bytes, container) in [
            (text.clone().into_bytes(), Container::COCO),
            (member(text.as_bytes(), 6), Container::COCO.gzip()),
        ] {
            let reading = read_all(&file_of(&bytes), container, Limits::DEFAULT);
            assert_eq!(reading.raws(), expected);
            assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
            assert_eq!(reading.problems[0].number, Some(3));
            let offset = reading.records[0].offset as usize;
            assert!(text[offset..].starts_with(r#"{"id": 1"#));
        }
    }
}

#[test]
fn an_annotation_that_ends_the_file_is_counted_as_lost() {
    let text = r#"{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":1,"caption:"x"}]}"#;
    let reading = read_all(&file_of(text.as_bytes()), Container::COCO, Limits::DEFAULT);
    let lost = reading.problems.iter().filter(|problem| problem.number.is_some()).count() as u64;
    assert_eq!(reading.end.records, reading.records.len() as u64 + lost, "{:?}", reading.problems);
}

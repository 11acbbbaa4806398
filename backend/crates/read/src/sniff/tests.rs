//! What people really have under a name that ends in `.json`.

use super::*;
use crate::pack::tar_of;
use crate::testing::member;

const RECORD: &str = r#"{"id":1,"conversations":[{"from":"gpt","value":"a"}]}"#;

fn sniff_bytes(bytes: &[u8]) -> Sniff {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    std::fs::write(&path, bytes).unwrap();
    sniff(&path)
}

#[test]
fn records_are_found_whatever_is_around_them() {
    let long = format!(r#"[{{"id":1,"image":"data:{}","conversations":[]}}]"#, "x".repeat(1 << 20));
    let rows: [(&str, String, Container); 24] = [
        (
            "nulls before a list of good ones",
            format!("[{}{RECORD},{RECORD}]", "null,".repeat(30)),
            Container::JSON_ARRAY,
        ),
        ("texts before a list of good ones", format!(r#"["header", "v1", {RECORD}]"#), Container::JSON_ARRAY),
        (
            "numbers and nulls before a list under a key",
            format!(r#"{{"data":[{}1.5,true,{RECORD}]}}"#, "null,".repeat(80)),
            Container::JSON_OBJECT,
        ),
        (
            "many nulls before lines",
            format!("{}\"header\"\n{RECORD}\n", "null\n".repeat(3000)),
            Container::JSON_LINES,
        ),
        (
            "nulls before a list of pictures with texts of their own keys",
            format!(r#"[{}{{"image":"a.jpg","caption_en":"a dog"}}]"#, "null,".repeat(30)),
            Container::JSON_ARRAY,
        ),
        (
            "a list of which a later one is of turns",
            format!(r#"["v1", {RECORD}, [{{"from":"gpt","value":"a"}}]]"#),
            Container::JSON_ARRAY,
        ),
        (
            "25 odd records before a good one",
            format!("[{} {RECORD}]", r#"{"id":0,"retries":3},"#.repeat(25)),
            Container::JSON_ARRAY,
        ),
        (
            "odd lines before a good one",
            format!("{}{RECORD}\n", "{\"id\":0}\n".repeat(100)),
            Container::JSON_LINES,
        ),
        (
            "a comment and a header before the lines",
            format!("# ours\nid,turns\n{RECORD}\n{RECORD}\n"),
            Container::JSON_LINES,
        ),
        (
            "a list of records under a key",
            format!("{{\"name\":\"ours\",\"tags\":[{{\"a\":1}}],\"data\":[\n{RECORD},\n{RECORD}\n]}}"),
            Container::JSON_OBJECT,
        ),
        ("records by their ids", format!("{{\"a1\":{RECORD},\"a2\":{RECORD}}}"), Container::JSON_OBJECT),
        (
            "one record, printed over lines",
            "{\n\"id\": 1,\n\"conversations\": [\n{\n\"from\": \"gpt\",\n\"value\": \"a\"\n}\n]\n}"
                .to_owned(),
            Container::JSON_LINES,
        ),
        ("an array", format!("[{RECORD}]"), Container::JSON_ARRAY),
        ("byte order mark and blank space", format!("\u{feff}\n [ {RECORD} ]"), Container::JSON_ARRAY),
        ("cut in half", format!("[{RECORD}, {}", &RECORD[..30]), Container::JSON_ARRAY),
        ("only the first record is bad", format!(r#"[{{"id":0}}, {RECORD}]"#), Container::JSON_ARRAY),
        (
            "the first record has a wrong bracket",
            format!(r#"[{{"id":0]}}, {RECORD}]"#),
            Container::JSON_ARRAY,
        ),
        ("a record longer than what is looked at", long, Container::JSON_ARRAY),
        ("lines", format!("{RECORD}\n{RECORD}\n"), Container::JSON_LINES),
        ("one line, no line break", RECORD.to_owned(), Container::JSON_LINES),
        ("the first line is bad", format!("{{\"id\":\n{RECORD}\n{RECORD}\n"), Container::JSON_LINES),
        (
            "the first line is of another schema",
            format!("{{\"version\":1}}\n{RECORD}\n"),
            Container::JSON_LINES,
        ),
        (
            "blank lines, CRLF, byte order mark",
            format!("\u{feff}\r\n\r\n{RECORD}\r\n"),
            Container::JSON_LINES,
        ),
        (
            "the second of the first records is bad",
            format!("{RECORD}\n{{\n{RECORD}\n"),
            Container::JSON_LINES,
        ),
    ];
    for (why, text, container) in rows {
        assert_eq!(sniff_bytes(text.as_bytes()), Sniff::Records(container), "{why}");
        assert_eq!(
            sniff_bytes(&member(text.as_bytes(), 6)),
            Sniff::Records(container.gzip()),
            "{why}, packed"
        );
        let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        assert_eq!(sniff_bytes(&packed), Sniff::Records(container.zstd()), "{why}, packed by zstd");
    }
}

#[test]
fn other_schemas_are_named() {
    let rows: [(&str, &str); 11] = [
        ("[null, null]", "without a record that can be read"),
        ("null\nnull\n", "text that is not JSON"),
        (
            r#"{"info":{"year":2017},"licenses":[],"images":[{"id":1}],"annotations":[]}"#,
            "COCO list of images (`images`) without annotations",
        ),
        (
            "{\n \"images\": [{\"id\": 1}],\n \"annotations\": [{\"bbox\": [1]}",
            "COCO instances: boxes and no captions",
        ),
        (
            r#"{"name":{"root":"a","annotation":"b"}}"#,
            "one JSON object, not a list of records; its keys: name",
        ),
        (r#"{"data":[{"id":1,"loss":2}],"epoch":1}"#, "its keys: data, epoch"),
        (r#"[{"id":1,"count":2}]"#, "without conversations; their keys: id, count"),
        ("[1,2,3]", "without a record that can be read"),
        (" [ ] ", "an empty list"),
        ("epoch,loss\n1,0.5\n", "its columns are epoch, loss"),
        ("dog\t17\ncat\t12\n", "text that is not JSON"),
    ];
    for (text, part) in rows {
        let Sniff::Foreign(reason) = sniff_bytes(text.as_bytes()) else { panic!("{text} is foreign") };
        assert!(reason.contains(part), "`{reason}` says `{part}`");
        let Sniff::Foreign(packed) = sniff_bytes(&member(text.as_bytes(), 6)) else {
            panic!("{text} is foreign")
        };
        assert_eq!(packed, format!("packed by gzip: {reason}"));
    }
}

/// A tar archive of two records with these members each.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let of_key = |key: &'static str| members.iter().map(move |(name, data)| (format!("{key}.{name}"), *data));
    tar_of(of_key("a").chain(of_key("b"))).unwrap()
}

#[test]
fn archives_are_told_apart_by_what_stands_beside_their_pictures() {
    let picture: (&str, &[u8]) = ("jpg", b"\xff\xd8\xff\xe0");
    let beside = |name: &'static str, data: &'static [u8]| sniff_bytes(&archive(&[picture, (name, data)]));
    assert_eq!(sniff_bytes(&archive(&[picture])), Sniff::Pictures { note: None });
    assert_eq!(beside("json", br#"{"annotations":[{"bbox":[1,2]}]}"#), Sniff::Pictures { note: None });
    for (name, text) in [("cls", b"7\n".as_slice()), ("cls", b"dog"), ("txt", b"A dog.")] {
        assert_eq!(beside(name, text), Sniff::Records(Container::TAR), "{name}");
    }
    let rows = [("npy", b"\x93NUMPY\0\0".as_slice()), ("json", br#"{"label":3}"#)];
    for (name, data) in rows {
        let Sniff::Foreign(reason) = beside(name, data) else { panic!("{name} is foreign") };
        assert!(reason.contains("pictures without texts") && reason.contains("jpg, "), "{reason}");
    }
}

#[test]
fn odd_values_before_the_first_record_of_a_list_refuse_nothing() {
    let record = r#"{"id":1,"conversations":[{"from":"human","value":"a"}]}"#;
    for odd in ["null", "42", r#""no sample""#, r#""no, [sample","nor this", 1.5"#, "[1,2]", "{}"] {
        let text = format!("[{odd}, {record}, {record}]");
        assert_eq!(sniff_bytes(text.as_bytes()), Sniff::Records(Container::JSON_ARRAY), "{text}");
    }
    let many = format!("[{}{record}]", "7,".repeat(100));
    assert_eq!(sniff_bytes(many.as_bytes()), Sniff::Records(Container::JSON_ARRAY));
}

#[test]
fn box_files_are_boxes() {
    for text in [
        r#"[{"id":"a","boxes":[[1,2,3,4]],"labels":["dog"]}]"#,
        r#"{"a":{"id":"a","boxes":[],"scores":[],"labels":[]}}"#,
    ] {
        assert_eq!(sniff_bytes(text.as_bytes()), Sniff::Boxes, "{text}");
    }
}

#[test]
fn other_formats_are_named() {
    let tar = [&[0; 257][..], b"ustar\x0000"].concat();
    let rows: [(&[u8], &str); 13] = [
        (b"PAR1\x15\x04\x15", "a parquet file that cannot be read"),
        (b"\x80\x04\x95\x10\0\0\0", "a pickle that cannot be read"),
        (b"\x80\x02cos\nsystem\nX\x01\0\0\0a\x85R.", "os.system"),
        (&tar, "a tar archive"),
        (b"PK\x03\x04\x14\0", "a zip archive"),
        (b"\xfd7zXZ\0", "packed by xz"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"\x0a\0\0\0\0\0\0\0\x90\xcb\xc4\xd1abc", "binary data"),
        (b"\x40\0\0\0\0\0\0\0{\"a\":{}}", "safetensors"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\x01\0\0\0\x20\0\0\0\x40\0\0\0{\"column_names\":[]}", "MDS"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\x01\x02\0\x03", "binary data"),
    ];
    for (bytes, part) in rows {
        let (Sniff::Foreign(reason) | Sniff::Unreadable(reason)) = sniff_bytes(bytes) else {
            panic!("{part}")
        };
        assert!(reason.contains(part), "`{reason}` says `{part}`");
    }
}

#[test]
fn what_went_wrong_with_a_file_is_told() {
    let rows: [(&[u8], &str); 12] = [
        (b"", "empty (0 bytes)"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:ce95\nsize 1029887963\n",
            "run `git lfs pull`",
        ),
        (b"\n<!DOCTYPE html><html><title>404</title>", "a web page was saved"),
        (b"<?xml version=\"1.0\"?><Error/>", "XML"),
        (b"../../shared/annotations/llava_v1_5_mix665k.json", "git symlink"),
        (&[0; 5000], "only zero bytes"),
        (b"\xff\xfe[\0{\0", "UTF-16"),
        (b"[\0{\0\"\0", "UTF-16"),
        (b"\xff\xfe\0\0[\0\0\0", "UTF-32"),
        (b"\x28\xb5\x2f\xfd\x04", "cut short"),
        (b"[{\"id\":1,\"conver", "cut short or damaged before its first record ends"),
        (b"\x1f\x8b\x08\0", "cut short"),
    ];
    for (bytes, part) in rows {
        let Sniff::Unreadable(reason) = sniff_bytes(bytes) else {
            panic!("{part}: {:?}", sniff_bytes(bytes))
        };
        assert!(reason.contains(part), "`{reason}` says `{part}`");
    }
}

#[test]
fn folders_and_missing_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(sniff(folder.path()), Sniff::Unreadable("a folder, not a file".to_owned()));
    assert!(matches!(sniff(&folder.path().join("none.json")), Sniff::Unreadable(_)));
}

#[test]
fn tables_that_pandas_wrote_into_one_object_are_told() {
    for (text, orient) in [
        (r#"{"image":{"0":"a.jpg","1":"b.jpg"},"caption":{"0":"A dog.","1":"A cat."}}"#, "columns"),
        (r#"{"id":{"0":1},"conversations":{"0":[{"from":"human","value":"Who?"}]}}"#, "columns"),
        (r#"{"columns":["image","caption"],"index":[0],"data":[["a.jpg","A dog."]]}"#, "split"),
    ] {
        let Sniff::Foreign(reason) = sniff_bytes(text.as_bytes()) else { panic!("{text} is told") };
        assert!(reason.contains(&format!("orient=\"{orient}\"")), "{reason}");
    }
    let splits = r#"{"train":{"0":{"image":"a.jpg","caption":"A dog."}},"val":{"0":{"image":"b.jpg","caption":"A cat."}}}"#;
    assert_eq!(sniff_bytes(splits.as_bytes()), Sniff::Records(Container::JSON_OBJECT));
}

#[test]
fn one_object_around_records_is_told_from_one_record() {
    for (text, form) in [
        (r#"{"qa_pairs":[{"question_string":"Who?","answer":"Me.","image_index":3}]}"#, Form::JsonObject),
        (
            r#"{"videos":[{"video_id":"v0"}],"sentences":[{"caption":"A dog.","video_id":"v0"}]}"#,
            Form::JsonObject,
        ),
        (
            r#"{"x1":[{"from":"human","value":"Who?"}],"x2":[{"from":"human","value":"Why?"}]}"#,
            Form::JsonObject,
        ),
        (
            r#"{"image":"a.jpg","qa_pairs":[{"question":"Who?","answer":"Me.","image_id":3}]}"#,
            Form::JsonLines,
        ),
        (r#"{"conversations":[{"from":"human","value":"Who?","id":1}]}"#, Form::JsonLines),
        (r#"{"dialogs":[{"from":"human","value":"Who?"}]}"#, Form::JsonLines),
        (r#"{"chats":[{"role":"user","message":"Who?"}]}"#, Form::JsonLines),
        (
            r#"{"text_list":["A dog."],"image_info":[{"image_name":"a.jpg","matched_text_index":0}]}"#,
            Form::JsonLines,
        ),
    ] {
        assert_eq!(sniff_bytes(text.as_bytes()), Sniff::Records(Container::plain(form)), "{text}");
    }
    let words = r#"{"movie":"m","question":["Is","the",[0],"here","?"],"objects":["person"]}"#;
    assert!(matches!(sniff_bytes(words.as_bytes()), Sniff::Foreign(_)));
}

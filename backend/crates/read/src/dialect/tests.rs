//! Every dialect and every odd record that is read, one row each with its reason; and what holds for any record.

mod rows;

use super::*;
use crate::{EmbeddedImage, ImageAt, ImageEncoding, ImageRef};
use proptest::prelude::*;
use rows::{KEPT, ROWS, Row};
use serde_json::Value;

fn parse(raw: &[u8]) -> Sample {
    parse_record(Container::JSON_LINES, raw)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(raw)))
}

fn image(number: u8) -> EmbeddedImage {
    let at = ImageAt::Range { offset: 10, length: 20, encoding: ImageEncoding::Base64 };
    EmbeddedImage { hash: [number; 32], bytes: 15, facts: crate::PictureFacts::default(), at }
}

/// A record of a binary container, in which `{1}` and the like stand for pictures.
fn stored(raw: &str) -> Vec<u8> {
    let mut raw = raw.to_owned();
    for number in 1..=3 {
        raw = raw.replace(&format!("{{{number}}}"), &image(number).to_json().to_string());
    }
    raw.into_bytes()
}

/// A sample's visible parts: images as written, those out of the file by number; turns as `role: text`; other keys.
fn check(why: &str, sample: &Sample, Row(_, _, id, images, turns, extra): &Row) {
    let written = |image: &ImageRef| match image {
        ImageRef::Embedded(image) => image.hash[0].to_string(),
        other => other.written().to_owned(),
    };
    let found: Vec<String> = sample.images.iter().map(written).collect();
    let said: Vec<String> =
        sample.turns.iter().map(|turn| format!("{}: {}", turn.role.name(), turn.text)).collect();
    assert_eq!(sample.id.as_deref(), *id, "id: {why}");
    assert_eq!(found, *images, "images: {why}");
    assert_eq!(said, *turns, "turns: {why}");
    assert_eq!(serde_json::to_string(&sample.extra).unwrap(), *extra, "extra, with its order: {why}");
}

#[test]
fn every_dialect_is_read() {
    for row in ROWS {
        check(row.0, &parse(row.1.as_bytes()), row);
    }
}

#[test]
fn every_dialect_of_binary_containers_is_read() {
    for (container, row) in KEPT {
        let sample =
            parse_record(*container, &stored(row.1)).unwrap_or_else(|error| panic!("{error}: {}", row.0));
        check(row.0, &sample, row);
    }
}

#[test]
fn a_record_means_the_same_in_every_container() {
    for row in ROWS {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(row.1) else { continue };
        let text = parse_record(Container::JSON_LINES, json.to_string().as_bytes()).unwrap();
        for container in [Container::PICKLE, Container::PARQUET] {
            let kept = parse_record(container, json.to_string().as_bytes()).unwrap();
            assert_eq!(kept, text, "{}", row.0);
        }
    }
}

#[test]
fn what_is_odd_costs_only_itself_and_is_told() {
    let turns = r#"{"from":"human","value":"Is it?"}"#;
    let rows = [
        (format!(r#"{{"conversations":[{turns},{{"from":"gpt","value":3}}]}}"#), "turn 1 is no text"),
        (format!(r#"{{"conversations":[{turns},{{"from":"gpt","value":null}}]}}"#), "turn 1 has no text"),
        (format!(r#"{{"conversations":[{turns},{{"from":"gpt"}}]}}"#), "turn 1 has no text"),
        (format!(r#"{{"conversations":[{turns},{{"value":"a"}}]}}"#), "turn 1 does not say who speaks"),
        (format!(r#"{{"conversations":[{turns},null]}}"#), "turn 1 is nothing"),
        (format!(r#"{{"id":{{"$oid":"6a"}},"conversations":[{turns}]}}"#), "the id is neither"),
        (format!(r#"{{"image":5,"conversations":[{turns}]}}"#), "`image` is no picture"),
        (r#"{"text_list":["a",3],"image_info":[]}"#.to_owned(), "1 items of `text_list` are no texts"),
    ];
    for (raw, part) in rows {
        let sample = parse(raw.as_bytes());
        assert!(sample.odd.iter().any(|odd| odd.contains(part)), "{:?} say `{part}`: {raw}", sample.odd);
        assert!(!sample.turns.is_empty() && sample.turns[0].text.contains(['I', 'a']), "{raw}");
    }
    assert_eq!(parse(br#"{"image":5,"conversations":[]}"#).extra["image"], 5, "it is not lost");
}

#[test]
fn what_is_no_sample_is_told() {
    let rows = [
        (Container::JSON_LINES, "[1]", "a list, where an object is expected"),
        (Container::JSON_LINES, "\"text\"", "a text, where an object is expected"),
        (Container::JSON_LINES, "42", "a single value, where an object is expected"),
        (
            Container::JSON_LINES,
            r#"{"id":1,"count":3,"retries":2}"#,
            "no conversations; its keys are count, retries",
        ),
        (Container::JSON_LINES, "{}", "no conversations"),
        (Container::JSON_LINES, r#"{"id":1,"url":"https://example.org/page"}"#, "its keys are url"),
        (
            Container::TAR,
            r#"{"__key__":"sa_1","jpg":{1},"json":{"annotations":[]}}"#,
            "its keys are annotations",
        ),
        (Container::TAR, r#"{"__key__":"sa_1","jpg":{1}}"#, "pictures without a text"),
    ];
    for (container, raw, part) in rows {
        let error = parse_record(container, &stored(raw)).unwrap_err().to_string();
        assert!(error.contains(part), "`{error}` says `{part}`");
    }
}

#[test]
fn members_of_an_object_have_their_key_as_id() {
    let rows = [
        (r#""a1": [{"from":"gpt","value":"x"}]"#, Row("", "", Some("\"a1\""), &[], &["gpt: x"], "{}")),
        (r#""7": {"text":"some words"}"#, Row("", "", Some("\"7\""), &[], &["gpt: some words"], "{}")),
        (r#""7": {"id":8,"text":"some words"}"#, Row("", "", Some("8"), &[], &["gpt: some words"], "{}")),
        (r#""a.jpg": "a dog""#, Row("", "", None, &["a.jpg"], &["gpt: <image>a dog"], "{}")),
    ];
    for (raw, row) in rows {
        let sample = parse_record(Container::JSON_OBJECT, raw.as_bytes()).unwrap();
        check(raw, &sample, &row);
        assert!(sample.is_certain, "{raw}");
    }
}

#[test]
fn known_shapes_are_certain_and_others_are_not() {
    let sure = [r#"{"conversations":[]}"#, r#"{"text":"some words"}"#, r#"{"question":"a","answer":"b"}"#];
    let unsure = [
        r#"{"remark":"some words here"}"#,
        r#"{"image":"a.jpg","caption_en":"a dog"}"#,
        r#"{"image":"a.jpg"}"#,
    ];
    for raw in sure {
        assert!(parse(raw.as_bytes()).is_certain, "{raw}");
    }
    for raw in unsure {
        assert!(!parse(raw.as_bytes()).is_certain, "{raw}");
    }
}

#[test]
fn keys_of_ones_own_are_taken_first() {
    let keys = RecordKeys {
        turns: vec!["talk".to_owned(), "remark".to_owned()],
        pictures: vec!["shot".to_owned()],
        id: Some("number".to_owned()),
        role: Some("who".to_owned()),
        text: Some("says".to_owned()),
    };
    let reading = Reading { container: Container::JSON_LINES, keys: Some(Arc::new(keys)) };
    let raw = br#"{"id":1,"number":7,"shot":"a.jpg","conversations":[],"talk":[{"who":"user","says":"Who?"},{"who":"bot","says":"Me."}]}"#;
    let sample = reading.parse(0, raw).unwrap();
    let row = Row("", "", Some("7"), &["a.jpg"], &["human: Who?", "gpt: Me."], r#"{"id":1}"#);
    check("a list of turns", &sample, &row);
    assert_eq!(reading.parse_id(raw).unwrap().as_deref(), Some("7"));
    assert_eq!((&*sample.read_as.turns, sample.read_as.shape), ("talk", "keys of `[dataset.record]`"));
    let both = br#"{"talk":[{"from":"mars","who":"user","value":"x","says":"Who?"}]}"#;
    let row = Row("", "", None, &[], &["human: Who?"], r#"{"talk[].from":["mars"],"talk[].value":["x"]}"#);
    check("known keys beside one's own", &reading.parse(0, both).unwrap(), &row);
    let sample = reading.parse(0, br#"{"remark":"a dog","shot":["a.jpg"]}"#).unwrap();
    check("a text", &sample, &Row("", "", None, &["a.jpg"], &["gpt: <image>a dog"], "{}"));
    assert!(sample.is_certain);
}

#[test]
fn how_a_record_was_read_is_known() {
    let sample = parse(br#"{"image":"a.jpg","conversations":[{"from":"human","value":"a"}],"x":1}"#);
    assert_eq!((&*sample.read_as.turns, sample.read_as.shape), ("conversations", "from, value"));
    assert_eq!(sample.read_as.pictures, ["image"]);
}

#[test]
fn many_images_under_two_keys_are_put_together_without_repetitions() {
    let start = std::time::Instant::now();
    let list = |from: u32| {
        serde_json::to_string(&(from..from + 15_000).map(|n| n.to_string()).collect::<Vec<_>>()).unwrap()
    };
    let pad = "x".repeat(400_000);
    let raw =
        format!(r#"{{"image":{},"images":{},"conversations":[],"pad":"{pad}"}}"#, list(10_000), list(20_000));
    assert_eq!(parse(raw.as_bytes()).images.len(), 25_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}, where milliseconds are needed", start.elapsed());
}

#[test]
fn the_id_alone_is_that_of_the_whole_record() {
    for row in ROWS {
        let whole = parse(row.1.as_bytes()).id;
        assert_eq!(
            Reading::new(Container::JSON_LINES).parse_id(row.1.as_bytes()).unwrap(),
            whole,
            "{}",
            row.0
        );
    }
    assert!(Reading::new(Container::JSON_ARRAY).parse_id(b"[1, 2]").is_err());
}

#[test]
fn no_picture_in_base64_is_shown_as_text() {
    let base64 = "iVBORw0KGgoAAAANSUhEUgAA".to_owned() + &"A".repeat(100_000);
    let raw = format!(r#"{{"image":"{base64}","text":"a dog","sound":"{}"}}"#, "B".repeat(50_000));
    let reading = Reading::new(Container::JSON_LINES);
    let sample = reading.parse(0, raw.as_bytes()).unwrap();
    assert!(matches!(sample.images[..], [ImageRef::Embedded(_)]), "{:?}", sample.images);
    assert_eq!(sample.extra["sound"], "50000 characters of base64");
    let shown = reading.shown(0, raw.as_bytes());
    assert!(shown.len() < 1000 && shown.contains(r#"{"image":{"embedded_image":{"#), "{shown}");
    let plain = br#"{"text": "as it stands"}"#;
    assert_eq!(reading.shown(0, plain).as_bytes(), plain);
}

/// Keys of the table and others, so that made-up records come near to real ones.
const KEYS: [&str; 39] = [
    "id",
    "image",
    "images",
    "conversations",
    "messages",
    "texts",
    "from",
    "value",
    "role",
    "content",
    "text",
    "type",
    "question",
    "answer",
    "answers",
    "options",
    "A",
    "B",
    "chosen",
    "rejected",
    "prompt",
    "history",
    "instruction",
    "input",
    "output",
    "caption",
    "captions",
    "description",
    "file_name",
    "url",
    "text_list",
    "image_info",
    "hint",
    "rationale",
    "long_caption",
    "system",
    "video",
    "user",
    "assistant",
];

fn any_record() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z ]{0,8}",
        Just("<image>".to_owned()),
        Just("a.jpg".to_owned()),
        Just("user".to_owned()),
        Just("<img>a.jpg</img>".to_owned()),
        Just("[\"a\", \"b\"]".to_owned())
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        5 => text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 40, 5, |inner| {
        let key = prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    let key = prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
    prop::collection::vec((key, value), 0..7).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// All texts of a value, also those written out in others, and those of calls.
fn texts(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => into.push_str(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        other => into.push_str(&other.to_string()),
    }
    into.push('\n');
    into.push_str(&value.to_string());
    into.push('\n');
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_record_is_read_or_refused_and_means_the_same_everywhere(record in any_record()) {
        let raw = record.to_string();
        let text = parse_record(Container::JSON_LINES, raw.as_bytes());
        prop_assert_eq!(&parse_record(Container::PICKLE, raw.as_bytes()), &text);
        prop_assert_eq!(&parse_record(Container::PARQUET, raw.as_bytes()), &text);
        if let Ok(sample) = text {
            let id = Reading::new(Container::JSON_LINES).parse_id(raw.as_bytes()).unwrap();
            prop_assert_eq!(id, sample.id);
        }
    }

    #[test]
    fn what_is_said_stands_in_the_record(record in any_record()) {
        let Ok(sample) = parse_record(Container::JSON_LINES, record.to_string().as_bytes()) else { return Ok(()) };
        let mut all = String::new();
        texts(&record, &mut all);
        for turn in &sample.turns {
            let stand_ins = ["<image>", "<IMAGE>", "[video]", "[audio]", "[file]"];
            let plain = stand_ins.iter().fold(turn.text.clone(), |text, stand_in| text.replace(stand_in, "\n"));
            // Options without letters are given some.
            let is_letter = |word: &str| matches!(word.as_bytes(), [b'A'..=b'J']);
            let words = plain.split_whitespace().flat_map(|word| word.split(['.', ',']));
            for word in words.filter(|word| !is_letter(word)) {
                prop_assert!(all.contains(word), "`{}` of {:?} stands in {}", word, turn, record);
            }
        }
    }
}

#[test]
fn a_member_is_a_record_with_its_key_as_id() {
    for (member, text) in [
        (r#""7" : {"a": 1}"#, r#"{"id":"7","a": 1}"#),
        (r#""7":{ }"#, r#"{"id":"7"}"#),
        (r#""7": [{"from":"gpt"}]"#, r#"{"id":"7","conversations":[{"from":"gpt"}]}"#),
        (r#""a.JPG": "text""#, r#"{"image":"a.JPG","caption":"text"}"#),
        (r#""7": 1"#, r#""7": 1"#),
        (r#"{"id":"7"}"#, r#"{"id":"7"}"#),
    ] {
        assert_eq!(record_text(Container::JSON_OBJECT, member.as_bytes()), text.as_bytes(), "{member}");
        assert_eq!(record_text(Container::JSON_LINES, member.as_bytes()), member.as_bytes());
    }
}

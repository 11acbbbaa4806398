//! Every odd record of the formats that are read, one row each with its reason.

mod dialects;

use super::*;
use crate::ImageRef;
use blendscope_shared::role::Role;
use dialects::{ROWS, Row};

/// A record's visible parts: id, images as written, turns as `role: text`, extra keys as text.
fn parts(raw: &[u8]) -> (Option<String>, Vec<String>, Vec<String>, String) {
    let sample = parse_text(raw).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(raw)));
    let images = sample.images.iter().map(|image| image.written().to_owned()).collect();
    let turns = sample.turns.iter().map(|turn| format!("{}: {}", turn.role.name(), turn.text)).collect();
    (sample.id.map(Into::into), images, turns, serde_json::to_string(&sample.extra).unwrap())
}

#[test]
fn every_dialect_is_read() {
    for Row(why, raw, id, images, turns, extra) in ROWS {
        let (found_id, found_images, found_turns, found_extra) = parts(raw.as_bytes());
        assert_eq!(found_id.as_deref(), *id, "id: {why}");
        assert_eq!(found_images, *images, "images: {why}");
        assert_eq!(found_turns, *turns, "turns: {why}");
        assert_eq!(found_extra, *extra, "extra, with its order: {why}");
    }
}

#[test]
fn broken_utf8_is_replaced_and_the_rest_kept() {
    let (_, images, turns, _) =
        parts(b"{\"image\":\"\xff.jpg\",\"conversations\":[{\"from\":\"gpt\",\"value\":\"caf\xc3 \xe7\x8a\xac \xe7\x8a\"}]}");
    assert_eq!(images, ["\u{fffd}.jpg"]);
    assert_eq!(turns, ["gpt: caf\u{fffd} 犬 \u{fffd}"]);
}

#[test]
fn long_conversations_and_remote_images_are_kept() {
    let turns = r#"{"from":"human","value":"q"},{"from":"gpt","value":"a"},"#.repeat(275);
    let raw = format!(r#"{{"image":"https://x/y.jpg","conversations":[{}]}}"#, turns.trim_end_matches(','));
    let sample = parse_text(raw.as_bytes()).unwrap();
    assert_eq!(sample.turns.len(), 550);
    assert_eq!(sample.turns[549].role, Role::Gpt);
    assert_eq!(sample.images, [ImageRef::Remote("https://x/y.jpg".into())]);
}

#[test]
fn bad_records_say_why_and_where() {
    let deep = format!(r#"{{"conversations":[],"a":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let long = format!(r#"{{"conversations":"{}"}}"#, "犬".repeat(5000));
    // (record, offset, part of the message)
    let rows: [(&str, usize, &str); 15] = [
        (r#"{"conversations":[{"from":"gpt","value":7}]}"#, 40, "integer `7`, expected the text of a turn"),
        (r#"{"conversations":[{"from":"gpt","value":"a"},{"from":"gpt"}]}"#, 59, "turn 1 has no text"),
        (r#"{"conversations":[{"from":"gpt","value":null}]}"#, 45, "turn 0 has no text"),
        (r#"{"conversations":[{"value":"a"}]}"#, 31, "turn 0 has no speaker"),
        (r#"{"conversations":[{"from":3,"value":"a"}]}"#, 26, "expected the name of a speaker"),
        (r#"{"conversations":["a"]}"#, 20, "expected a turn, which is an object"),
        (r#"{"conversations":{}}"#, 17, "expected a list of turns"),
        (r#"{"image":5,"conversations":[]}"#, 9, "expected the path of an image"),
        (r#"{"id":[],"conversations":[]}"#, 8, "an id that is neither a text nor a number"),
        ("[1]", 0, "expected a record, which is an object"),
        ("\"text\"", 5, "expected a record, which is an object"),
        (r#"{"conversations":[}"#, 18, "expected value"),
        ("{\n\"id\":1,\n\"x\":tru,\n\"conversations\":[]}", 17, "expected ident"),
        (&deep, 150, "nested too deep"),
        (&long, 0, "expected a list of turns"),
    ];
    for (raw, at, part) in rows {
        let Err(RecordError::Malformed { offset, message }) = parse_text(raw.as_bytes()) else {
            panic!("{raw} is malformed");
        };
        assert!(message.contains(part), "`{message}` names `{part}`");
        assert!(message.len() < 250, "{message}");
        let tolerance = if at == 0 { raw.len() } else { 1 };
        assert!(offset.abs_diff(at) <= tolerance, "{raw}: {offset}, not {at}");
    }
}

#[test]
fn offsets_are_right_behind_repairs() {
    let raw = br#"{"a":NaN,"b":"\ud800","conversations":[{"from":"gpt","value":7}]}"#;
    let Err(RecordError::Malformed { offset, .. }) = parse_text(raw) else { panic!("a number is no text") };
    assert_eq!(raw[offset], b'7');
}

#[test]
fn a_text_of_nothing_but_damage_is_repaired_and_placed() {
    let raw =
        [br#"{"a":""#.as_slice(), &b"\x01\xff\\ud800".repeat(1000), br#"","conversations":7}"#].concat();
    let Err(RecordError::Malformed { offset, .. }) = parse_text(&raw) else { panic!("a number is no list") };
    assert_eq!(raw[offset], b'7');
}

#[test]
fn a_record_of_a_million_tiny_values_is_refused() {
    let raw = format!(r#"{{"conversations":[],"a":[{}0]}}"#, "0,".repeat(500_000));
    let error = parse_record(Container::JSON_ARRAY, raw.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("so many tiny values"), "{error}");
}

#[test]
fn many_images_under_two_keys_are_put_together_without_repetitions() {
    let start = std::time::Instant::now();
    let list = |from: u32| {
        serde_json::to_string(&(from..from + 15_000).map(|n| n.to_string()).collect::<Vec<_>>()).unwrap()
    };
    let raw = format!(r#"{{"image":{},"images":{},"conversations":[]}}"#, list(10_000), list(20_000));
    assert_eq!(parse_text(raw.as_bytes()).unwrap().images.len(), 25_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}, where milliseconds are needed", start.elapsed());
}

#[test]
fn other_schemas_are_named() {
    assert_eq!(parse_text(br#"{"chosen":"a","rejected":"b","image":"x"}"#), Err(RecordError::PreferencePair));
    let error = parse_text(br#"{"id":1,"image":"x","caption":"c","url":"u"}"#).unwrap_err();
    assert_eq!(error.to_string(), "no conversations; its keys are caption, url");
}

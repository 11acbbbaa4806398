//! What holds for any record.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

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

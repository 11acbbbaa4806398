//! What the server writes is read back as it was.

use super::{Json, Kind, from_str, parse};
use blendscope_shared::{
    dataset::{Dataset, Datasets, LanguageCount, Layout, Unclaimed},
    image::{ImageDetail, ImageSamples, ImageStatus, ImageView},
    problem::Problem,
    recipe::{Part, Recipe, Recipes, Stage, SubPart},
    role::Role,
    sample::{LabelledBox, Turn},
    search::{BlendPart, SearchAnswer, SearchHit, Snippet, Total},
    status::{State, Status},
};
use proptest::{collection::vec, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::fmt::Debug;

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&from_str::<T>(&text).unwrap(), value, "{text}");
}

fn picture() -> ImageView {
    ImageView {
        key: "coco/犬".to_owned(),
        status: ImageStatus::NotEmbedded,
        width: Some(640),
        tried: vec!["a\\b".to_owned(), "\"c\"\n".to_owned()],
        ..ImageView::default()
    }
}

fn hit() -> SearchHit {
    let snippet =
        Snippet {
            turn: 1, role: Role::Other("tool".to_owned()), text: "🚌".to_owned(), marks: vec![[0, 1]]
        };
    SearchHit {
        id: Some("7".to_owned()),
        images: vec![picture()],
        score: 2.5,
        snippets: vec![snippet],
        ..SearchHit::default()
    }
}

#[test]
fn every_answer_survives() {
    let blend = vec![BlendPart { dataset: "d".to_owned(), count: u64::MAX, share: 0.1, lift: 1e-7 }];
    let total = Total { count: 9_007_199_254_740_993, is_final: true };
    survives(&SearchAnswer {
        total,
        took_ms: 0.123_456,
        blend,
        items: vec![hit()],
        ..SearchAnswer::default()
    });
    survives(&Datasets {
        items: vec![Dataset {
            documented_samples: Some(665_298),
            languages: vec![LanguageCount { lang: "ja".to_owned(), count: 3 }],
            covers: vec![picture()],
            ..Dataset::default()
        }],
        next: None,
        unclaimed: vec![Unclaimed { path: "p".to_owned(), reason: "r".to_owned() }],
        layouts: vec![Layout { found: 3, ..Layout::default() }],
    });
    survives(&Status { state: State::Ready, read_only: true, ..Status::default() });
    survives(&Problem { kind: "k".to_owned(), title: "t".to_owned(), status: 404, detail: "d".to_owned() });
    let part = Part {
        share: 0.25,
        share_documented: Some(1.0 / 3.0),
        parts: vec![SubPart { documented: Some(1), ..SubPart::default() }],
        ..Part::default()
    };
    let stages = vec![Stage { parts: vec![part], documented_is_whole: true, ..Stage::default() }];
    survives(&Recipes { items: vec![Recipe { stages, ..Recipe::default() }], next: None });
    survives(&ImageDetail {
        bytes: Some(1),
        samples: ImageSamples { total: 1, items: vec![hit()], next: Some("n".to_owned()) },
        ..ImageDetail::default()
    });
    survives(&vec![LabelledBox { edges: [0.5, -1.0, 1e3, 4.0], label: "bus".to_owned(), score: None }]);
    survives(&Turn { role: Role::Gpt, text: String::new() });
}

#[test]
fn what_cannot_be_read_is_named() {
    for (text, message) in [
        (r#"{"count":"x","final":true}"#, "count: a whole number expected, not \"x\""),
        (r#"{"count":1}"#, "struct Total with 2 elements expected, the one after 1 is missing"),
        (r#"{"count":1,"final":true"#, "`,` or `}` expected at byte 23"),
        ("[]", "an object expected, not []"),
    ] {
        assert_eq!(from_str::<Total>(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn other_texts_are_no_json() {
    for text in ["", "{", "[1,]", "{\"a\" 1}", "\"open", "\"\\x\"", "\"\\u12g4\"", "tru", "1 2", "-", "{1:2}"]
    {
        assert!(parse(text).is_err(), "{text}");
    }
    assert!(parse(&"[".repeat(1_000_000)).is_err(), "nested too deeply");
}

#[test]
fn halves_of_surrogate_pairs_do_no_harm() {
    for (text, plain) in
        [("\"\\ud83d\\ude8c\"", "🚌"), ("\"\\ud83d\"", "\u{fffd}"), ("\"\\ude8c!\"", "\u{fffd}!")]
    {
        assert_eq!(parse(text).unwrap().plain(), plain);
    }
}

/// Whether the tree says the same as the general library.
fn agrees(json: &Json<'_>, value: &Value) -> bool {
    match (&json.kind, value) {
        (Kind::Null, Value::Null) => true,
        (Kind::Bool(one), Value::Bool(other)) => one == other,
        (Kind::Number, Value::Number(number)) => json.source == number.to_string(),
        (Kind::Text(one), Value::String(other)) => one == other,
        (Kind::List(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agrees(one, other))
        }
        (Kind::Map(one), Value::Object(other)) => {
            one.len() == other.len()
                && other.iter().all(|(key, value)| json.get(key).is_some_and(|one| agrees(one, value)))
        }
        _ => false,
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let entry = (".*", inner.clone());
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            vec(entry, 0..6).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_read_as_it_is(value in any_value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert!(agrees(&parse(&text).unwrap(), &value), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"[\[\]{},:"\\ue0-9.\-+a-f 犬]*"#) {
        drop(parse(&text));
    }
}

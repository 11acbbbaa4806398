//! `/api/v1/search`, and what the relevance of a hit is made of.

use crate::support::{count, demo_server, items, problem, text, total};
use blendscope_shared::paths::escape;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::Value;
use std::collections::BTreeSet;

fn farm() -> Root {
    let records = [
        record("a", "What is on the hill?", "A red barn and a white horse."),
        record("b", "What colour is the horse?", "White."),
        record("c", "何がいますか？", "東京に白い犬がいます。"),
        record("d", "Is the barn red?", "yes"),
    ];
    Root::with(&[("farm.json", array(&records))])
}

fn ids(answer: &Value) -> BTreeSet<&str> {
    items(answer).iter().map(|hit| text(&hit["id"])).collect()
}

#[test]
fn words_phrases_and_exclusions_find_what_they_say() {
    let root = farm();
    let server = Server::start(root.path());
    for (query, expected) in [
        ("", vec!["a", "b", "c", "d"]),
        ("horse", vec!["a", "b"]),
        ("HORSE+white", vec!["a", "b"]),
        ("%22white+horse%22", vec!["a"]),
        ("horse+-barn", vec!["b"]),
        ("yes", vec!["d"]),
        ("%E7%8A%AC", vec!["c"]),
        ("%E6%9D%B1%E4%BA%AC", vec!["c"]),
        ("unicorn", vec![]),
        // Questions and answers are one conversation: AND is over the sample.
        ("colour+white", vec!["b"]),
        // A phrase stays within a turn.
        ("%22horse+white%22", vec![]),
    ] {
        let answer = server.json(&format!("/api/v1/search?q={query}"));
        assert_eq!(ids(&answer), expected.iter().copied().collect(), "q={query}");
        assert_eq!(count(&answer["total"]["count"]), expected.len() as u64, "q={query}");
        assert_eq!(answer["total"]["final"], true);
    }
}

#[test]
fn a_broken_query_is_read_as_words() {
    let root = farm();
    let server = Server::start(root.path());
    for query in ["%22white+horse", "-", "%22%22", "(((", "horse+AND", ":::", "%00", "-%22"] {
        assert_eq!(server.get(&format!("/api/v1/search?q={query}")).status, 200, "q={query}");
    }
}

#[test]
fn the_word_being_typed_is_a_prefix() {
    let root = farm();
    let server = Server::start(root.path());
    assert_eq!(total(&server, "q=hor"), 0);
    assert_eq!(ids(&server.json("/api/v1/search?q=hor&typing=true")), BTreeSet::from(["a", "b"]));
}

#[test]
fn marks_are_character_spans_of_what_was_found() {
    let root = farm();
    let server = Server::start(root.path());
    for (query, expected) in [("horse", "horse"), ("%E7%8A%AC", "犬")] {
        let answer = server.json(&format!("/api/v1/search?q={query}"));
        for hit in items(&answer) {
            let snippets = hit["snippets"].as_array().unwrap();
            let marked: Vec<String> = snippets.iter().flat_map(marked).collect();
            assert!(!marked.is_empty(), "{hit}");
            assert!(marked.iter().all(|span| span == expected), "{marked:?}");
        }
    }
}

fn marked(snippet: &Value) -> Vec<String> {
    let letters: Vec<char> = text(&snippet["text"]).chars().collect();
    let span = |mark: &Value| letters[count(&mark[0]) as usize..count(&mark[1]) as usize].iter().collect();
    snippet["marks"].as_array().unwrap().iter().map(span).collect()
}

#[test]
fn the_query_is_told_as_it_was_understood() {
    let root = farm();
    let server = Server::start(root.path());
    let answer = server.json("/api/v1/search?q=horse+-barn");
    let terms = answer["understood"]["terms"].as_array().unwrap();
    let told: Vec<_> =
        terms.iter().map(|term| (text(&term["text"]), count(&term["count"]), &term["excluded"])).collect();
    assert_eq!(told, [("horse", 2, &Value::Bool(false)), ("barn", 2, &Value::Bool(true))]);
}

#[test]
fn pages_hold_every_sample_once_in_every_order() {
    let server = demo_server();
    let all = total(&server, "q=");
    for order in [
        "sort=file",
        "sort=longest",
        "sort=shortest",
        "sort=random&seed=7",
        "sort=turns",
        "sort=-words",
        "sort=lang",
    ] {
        let mut seen = BTreeSet::new();
        let mut query = format!("/api/v1/search?{order}&limit=60");
        loop {
            let answer = server.json(&query);
            for hit in items(&answer) {
                let name = (text(&hit["dataset"]).to_owned(), text(&hit["key"]).to_owned());
                assert!(seen.insert(name), "{order} shows {} twice", hit["url"]);
            }
            let Some(cursor) = answer["next"].as_str() else { break };
            query = format!("/api/v1/search?{order}&limit=60&cursor={}", escape(cursor));
        }
        assert_eq!(seen.len() as u64, all, "{order}");
    }
}

#[test]
fn an_offset_and_a_cursor_lead_to_the_same_page() {
    let server = demo_server();
    let first = server.json("/api/v1/search?limit=20");
    let by_cursor = server.json(&format!("/api/v1/search?limit=20&cursor={}", escape(text(&first["next"]))));
    let by_offset = server.json("/api/v1/search?limit=20&offset=20");
    assert_eq!(by_cursor["items"], by_offset["items"]);
    assert_eq!(items(&by_offset)[0]["ordinal"], 20);
}

#[test]
fn a_seed_fixes_the_shuffle() {
    let server = demo_server();
    let keys = |seed: u64| {
        let answer = server.json(&format!("/api/v1/search?sort=random&seed={seed}&limit=50"));
        items(&answer).iter().map(|hit| text(&hit["key"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keys(7), keys(7));
    assert_ne!(keys(7), keys(8));
}

#[test]
fn a_dataset_filter_and_the_blend_agree() {
    let server = demo_server();
    let everything = server.json("/api/v1/search?q=");
    let blend = everything["blend"].as_array().unwrap();
    let share: f64 = blend.iter().map(|part| part["share"].as_f64().unwrap()).sum();
    assert!((share - 1.0).abs() < 1e-6, "shares add up to {share}");
    for part in blend {
        assert_eq!(total(&server, &format!("dataset={}", text(&part["dataset"]))), count(&part["count"]));
    }
}

#[test]
fn a_json_body_asks_the_same_as_a_query_string() {
    let server = demo_server();
    let body = r#"{"q": "red", "limit": 5, "sort": "file"}"#;
    let posted = server.request("POST", "/api/v1/search").json(body).send().unwrap();
    assert_eq!(posted.status, 200, "{}", posted.text());
    let asked = server.json("/api/v1/search?q=red&limit=5&sort=file");
    assert_eq!(posted.json()["items"], asked["items"]);
    assert_eq!(posted.json()["total"], asked["total"]);
}

#[test]
fn bad_input_is_named() {
    let server = demo_server();
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("sort=best", "sort"),
        ("seed=-1", "seed"),
        ("offset=x", "offset"),
        ("typing=perhaps", "typing"),
        ("colour=red", "colour"),
        ("cursor=nonsense", "cursor"),
        ("q=a&cursor=%00", "cursor"),
    ] {
        let detail = problem(&server.get(&format!("/api/v1/search?{query}")), 400);
        assert!(detail.contains(parameter), "{query}: {detail}");
    }
    let detail = problem(&server.get("/api/v1/search?dataset=no-such-set"), 404);
    assert!(detail.contains("no-such-set"), "{detail}");
    let post = server.request("POST", "/api/v1/search");
    assert!(problem(&post.json(r#"{"colour": "red"}"#).send().unwrap(), 400).contains("colour"));
    problem(&server.request("POST", "/api/v1/search").json("{").send().unwrap(), 400);
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    let server = demo_server();
    let cursor = escape(text(&server.json("/api/v1/search?sort=file&limit=5")["next"]));
    let detail = problem(&server.get(&format!("/api/v1/search?sort=longest&limit=5&cursor={cursor}")), 400);
    assert!(detail.contains("cursor"), "{detail}");
}

#[test]
fn an_offset_behind_the_last_sample_is_an_empty_page() {
    let server = demo_server();
    for query in ["sort=random", "sort=longest&q=the", "sort=shortest&turns=1..", "q=the", ""] {
        let answer = server.json(&format!("/api/v1/search?{query}&offset=4000000000"));
        assert!(items(&answer).is_empty(), "{query}");
        assert!(count(&answer["total"]["count"]) > 0, "{query}");
        assert!(answer.get("next").is_none_or(serde_json::Value::is_null), "{query}: {answer}");
    }
}

#[test]
fn longest_goes_by_characters_and_every_number_sorts() {
    let japanese = "これは空白のない長い文章です。".repeat(4);
    let records = [record("ja", "何ですか", &japanese), record("en", "what is it", "a b c d e f g h i j k")];
    let root = Root::with(&[("mixed.json", array(&records))]);
    let server = Server::start(root.path());
    let first = |sort: &str| {
        let answer = server.json(&format!("/api/v1/search?sort={sort}"));
        let hit = &answer["items"][0];
        (text(&hit["id"]).to_owned(), hit["characters"].as_u64().unwrap(), text(&hit["lang"]).to_owned())
    };
    assert_eq!(first("longest"), ("ja".to_owned(), 64, "ja".to_owned()));
    assert_eq!(first("-characters"), first("longest"));
    assert_eq!(first("shortest").0, "en");
    assert_eq!(first("-words").0, "en");
    assert_eq!(server.json("/api/v1/search?characters=60..")["total"]["count"], 1);
    let refused = server.get("/api/v1/search?sort=-nothing");
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("-characters"), "it does not say which there are: {}", refused.text());
}

#[test]
fn boxes_and_keys_are_found_and_told() {
    let records =
        [record("box", "where", "at [0.1, 0.2, 0.3, 0.4]"), record("none", "where", "at [1, 2, 3, 4]")];
    let root = Root::with(&[("boxes.json", array(&records))]);
    let server = Server::start(root.path());
    let found = server.json("/api/v1/search?flag=boxes");
    assert_eq!(found["total"]["count"], 1);
    let hit = &found["items"][0];
    assert_eq!((text(&hit["id"]), text(&hit["flags"][0]["name"])), ("box", "boxes"));
    assert_eq!((text(&hit["question"]), text(&hit["answer"])), ("where", "at [0.1, 0.2, 0.3, 0.4]"));
    let by_key = server.json(&format!("/api/v1/search?key={}", text(&hit["key"])));
    assert_eq!(by_key["items"][0]["url"], hit["url"]);
    let sample = server.json(&text(&hit["url"]).replacen("/s/", "/api/v1/samples/", 1));
    assert_eq!((&sample["lang"], &sample["flags"]), (&hit["lang"], &hit["flags"]));
}

#[test]
fn the_parts_of_a_score_add_up_to_it() {
    let server = demo_server();
    for query in
        ["red", "window", "red OR blue", "\"in the\"", "gpt:red house", "wind*", "red NEAR/5 house", "窓"]
    {
        let answer = server.json(&format!("/api/v1/search?limit=3&q={}", escape(query)));
        assert!(!items(&answer).is_empty(), "nothing has {query}");
        for hit in items(&answer) {
            let (dataset, key) = (text(&hit["dataset"]), text(&hit["key"]));
            let why = server.json(&format!("/api/v1/samples/{dataset}/{key}/explain?q={}", escape(query)));
            let score = |value: &Value| value["score"].as_f64().unwrap();
            let terms = why["terms"].as_array().unwrap();
            assert_eq!(why["is_match"], true);
            assert!((score(&why) - score(hit)).abs() < 1e-3 * score(hit), "{query}: {why} for {hit}");
            assert!((terms.iter().map(score).sum::<f64>() - score(hit)).abs() < 1e-3 * score(hit));
            assert!(terms.iter().all(|term| count(&term["occurrences"]) > 0 && count(&term["samples"]) > 0));
        }
    }
}

#[test]
fn a_sample_that_does_not_match_has_no_parts() {
    let server = demo_server();
    let hit = server.json("/api/v1/search?limit=1")["items"][0].clone();
    let address = format!("/api/v1/samples/{}/{}/explain", text(&hit["dataset"]), text(&hit["key"]));
    let why = server.json(&format!("{address}?q=qxzvk"));
    assert_eq!((&why["is_match"], why["terms"].as_array().unwrap().len()), (&Value::from(false), 0));
    assert!(problem(&server.get(&address), 400).contains('q'));
    problem(&server.get("/api/v1/samples/nowhere/0000000000000/explain?q=a"), 404);
}

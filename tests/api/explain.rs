//! What the relevance of a hit is made of.

use crate::support::{count, demo_server, items, problem, text};
use blendscope_shared::paths::escape;
use serde_json::Value;

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

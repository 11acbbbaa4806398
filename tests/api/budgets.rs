//! Requests that ask for more than anybody needs: they are answered quickly or refused, and cost next to nothing.

use crate::support::{count, demo_server, items, problem, text};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::json;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Memory that four requests of the longest words may take together, in bytes.
const ROOM: u64 = 200 << 20;

/// A word that is nowhere: letters without a pattern, so that none of its parts is one either.
fn long_word(letters: usize) -> String {
    (0..letters as u64)
        .map(|at| char::from(b'a' + (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 59) as u8 % 26))
        .collect()
}

fn post(server: &Server, path: &str, body: &serde_json::Value) -> blendscope_tests::http::Response {
    server.request("POST", path).json(&body.to_string()).send().unwrap()
}

#[test]
fn words_longer_than_any_cost_nothing() {
    let server = demo_server();
    post(&server, "/api/v1/search", &json!({"q": "red"}));
    let (before, begun) = (server.peak_memory(), Instant::now());
    let word = long_word(90_000);
    std::thread::scope(|scope| {
        for written in [word.clone(), format!("{word}~2"), format!("\"{word}\""), format!("{word}*")] {
            let server = &server;
            scope.spawn(move || {
                let answer = post(server, "/api/v1/search", &json!({"q": written}));
                assert_eq!(answer.status, 200);
                assert_eq!(answer.json()["total"]["count"], 0);
            });
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let taken = server.peak_memory() - before;
    assert!(taken < ROOM, "{} MB", taken >> 20);
}

#[test]
fn what_is_longer_than_anybody_needs_is_refused_with_the_limit() {
    let server = demo_server();
    for path in ["/api/v1/search", "/api/v1/facets", "/api/v1/export"] {
        let told = problem(&post(&server, path, &json!({"q": long_word(200_000)})), 400);
        assert!(told.contains("`q`") && told.contains("131072"), "{told}");
        let told = problem(&post(&server, path, &json!({"lang": vec!["x"; 20_000]})), 400);
        assert!(told.contains("`lang`") && told.contains("10000"), "{told}");
    }
    let address = format!("/api/v1/search?q={}", long_word(40_000));
    assert!(problem(&server.get(&address), 414).contains("32768"));
    let hit = server.json("/api/v1/search?limit=1");
    let sample = text(&items(&hit)[0]["url"]).replacen("/s/", "/api/v1/samples/", 1);
    assert_eq!(server.get(&format!("{sample}?q=red")).status, 200);
}

#[test]
fn thousands_of_values_are_asked_for_at_once() {
    let records: Vec<_> = (0..3_000).map(|id| record(&format!("id-{id}"), "?", "A red bus.")).collect();
    let root = Root::with(&[("set.json", array(&records))]);
    let server = Server::start(root.path());
    let ids: Vec<String> = (0..6_000).filter(|id| id % 2 == 0).map(|id| format!("id-{id}")).collect();
    let answer = post(&server, "/api/v1/search", &json!({"q": "bus", "id": ids})).json();
    assert_eq!(answer["total"]["count"], 1_500);
    let turns: Vec<String> = (0..5_000).map(|turns| format!("{turns}..{}", turns + 1)).collect();
    let answer = post(&server, "/api/v1/facets", &json!({"q": "bus", "turns": turns})).json();
    assert_eq!(answer["total"]["count"], 3_000);
    let same = vec!["gpt"; 5_000];
    let answer = post(&server, "/api/v1/search", &json!({"q": "bus", "role": same})).json();
    assert_eq!(answer["understood"]["terms"].as_array().unwrap().len(), 1);
}

#[test]
fn odd_queries_of_any_length_are_read_at_once() {
    let server = demo_server();
    let begun = Instant::now();
    for piece in
        ["human:", "(", "-(", "a*b ", "a:", "\"", "NEAR/99 ", "f(", "a|", "犬", "\u{301}", "\u{FDFA}"]
    {
        let query = piece.repeat(120_000 / piece.len());
        let answer = post(&server, "/api/v1/search", &json!({"q": query, "limit": 1}));
        assert_eq!(answer.status, 200, "{piece}: {}", answer.text());
        assert!(answer.json()["understood"]["notes"].as_array().unwrap().len() < 40, "{piece}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn costly_questions_keep_nobody_waiting() {
    let mut texts = String::new();
    let records: Vec<_> = (0..20_000)
        .map(|number| {
            texts.clear();
            (0..12).for_each(|at| write!(texts, "w{} the of a ", (number * 7 + at * 13) % 997).unwrap());
            record(&number.to_string(), if number == 7 { "A needle?" } else { "Where is it?" }, &texts)
        })
        .collect();
    let root = Root::with(&[("set.json", array(&records))]);
    let server = Server::start(root.path());
    server.wait_until_ready();
    let costly: Vec<String> = (0..64).map(|at| format!("w{}* NEAR/{} t*", at % 9 + 1, at % 15 + 1)).collect();
    let costly = json!({"q": costly.join(" OR "), "limit": 1});
    std::thread::scope(|scope| {
        let askers: Vec<_> =
            (0..16).map(|_| scope.spawn(|| post(&server, "/api/v1/search", &costly))).collect();
        let mut asked = 0;
        while asked < 3 || askers.iter().any(|asker| !asker.is_finished()) && asked < 200 {
            let begun = Instant::now();
            assert_eq!(count(&server.json("/api/v1/search?q=%22needle%22")["total"]["count"]), 1);
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            asked += 1;
        }
        for asker in askers {
            let answer = asker.join().unwrap();
            let is_refused = answer.status == 503 && answer.header("retry-after").is_some();
            assert!(answer.status == 200 || is_refused, "{}: {}", answer.status, answer.text());
        }
    });
}

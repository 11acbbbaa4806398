//! Many requests at once, and queries that nobody would think of: operators without sense, unbalanced quotes, control
//! characters, thousands of them.

use crate::support::{count, demo_server, text};
use blendscope_shared::paths::escape;
use blendscope_tests::server::Server;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Random queries of each kind.
const QUERIES: usize = 150;

/// Pieces of queries: words of the demo root and of none, and everything that means something in a query.
const PIECES: [&str; 58] = [
    "red",
    "the",
    "of",
    "a",
    "horse",
    "犬",
    "東京",
    "写真",
    "の",
    "hund",
    "chien",
    "café",
    "straße",
    "qwxz",
    "42",
    "😀",
    "ﬁ",
    "human:",
    "gpt:",
    "system:",
    "extra:",
    "turns:>3",
    "words:10..50",
    "lang:ja",
    "flag:x",
    "id:",
    "image:",
    "foo:bar",
    "NEAR/3",
    "NEAR",
    "NEAR/99",
    "OR",
    "AND",
    "NOT",
    "&&",
    "|",
    "-",
    "(",
    ")",
    "((",
    "\"",
    "“",
    "”",
    "*",
    "**",
    "~",
    "~2",
    "~9",
    "a*",
    "\"the a*\"",
    "hrose~",
    ":",
    ">=",
    "..",
    "\\",
    "%",
    "\u{0}",
    "\u{7}",
];

/// A sequence of numbers without pattern, the same in every run (Marsaglia's xorshift, 64 bits).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn pieces(&mut self, most: usize, joint: &str) -> String {
        let pieces: Vec<&str> = (0..=self.below(most)).map(|_| PIECES[self.below(PIECES.len())]).collect();
        pieces.join(joint)
    }

    fn characters(&mut self, most: usize) -> String {
        let ranges =
            ['\u{1}'..='\u{7f}', '\u{80}'..='\u{24f}', 'ぁ'..='ヿ', '一'..='龥', '\u{1f300}'..='\u{1f64f}'];
        let one = |chance: &mut Self| {
            let range = ranges[chance.below(ranges.len())].clone();
            let first = u32::from(*range.start());
            let reach = u32::from(*range.end()) - first;
            char::from_u32(first + chance.below(reach as usize + 1) as u32).unwrap()
        };
        (0..=self.below(most)).map(|_| one(self)).collect()
    }
}

#[test]
fn whatever_is_asked_is_answered() {
    let server = demo_server();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for _ in 0..QUERIES {
        for query in
            [chance.pieces(12, " "), chance.pieces(40, ""), chance.characters(2000), chance.pieces(400, " ")]
        {
            let answer = asked(&server, &query);
            let terms = answer["understood"]["terms"].as_array().unwrap();
            assert!(terms.len() <= 64, "{query:?}: {} terms", terms.len());
        }
    }
}

#[test]
fn of_very_many_words_the_first_64_are_looked_for() {
    let server = demo_server();
    for words in ["the ", "a* OR ", "\"red horse\" ", "hrose~ ", "-qwxz ", "turns:2 "] {
        let answer = asked(&server, &words.repeat(3000));
        assert_eq!(answer["understood"]["terms"].as_array().unwrap().len(), 64, "{words}");
        let notes = answer["understood"]["notes"].as_array().unwrap();
        assert!(notes.iter().any(|note| text(note).contains("64")), "{words}: {notes:?}");
    }
}

#[test]
fn parts_of_a_query_add_up() {
    let server = demo_server();
    let parts = [
        "red",
        "the",
        "hor*",
        "a*",
        "\"in the\"",
        "\"the h*\"",
        "the NEAR/3 of",
        "horze~",
        "犬",
        "写真",
        "qwxz",
        "human:what",
        "turns:>2",
        "lang:ja",
        "(red OR turns:2)",
        "(the -red)",
    ];
    let total = |query: &str| count(&asked(&server, query)["total"]["count"]);
    let all = total("");
    for (index, one) in parts.iter().enumerate() {
        assert_eq!(total(&format!("-({one})")), all - total(one), "without {one}");
        assert_eq!(total(&format!("{one} {one}")), total(one), "{one} twice");
        for other in &parts[index + 1..] {
            let both = total(&format!("({one}) ({other})"));
            let either = total(&format!("({one}) OR ({other})"));
            assert_eq!(both + either, total(one) + total(other), "{one} and {other}");
            assert_eq!(total(&format!("({one}) -({other})")), total(one) - both, "{one} without {other}");
            assert_eq!(total(&format!("({other}) ({one})")), both, "{other} and {one}");
        }
    }
}

/// The answer to a query, in an address where that is short enough and else in a body.
fn asked(server: &Server, query: &str) -> Value {
    if query.chars().count() <= 2000 {
        return server.json(&format!("/api/v1/search?limit=3&q={}", escape(query)));
    }
    let body = json!({"q": query, "limit": 3}).to_string();
    let answer = server.request("POST", "/api/v1/search").json(&body).send().unwrap();
    assert_eq!(answer.status, 200, "{query:?}: {}", answer.text());
    answer.json()
}

/// Requests at the same time.
const CLIENTS: usize = 1_000;

#[test]
fn a_thousand_requests_at_once_are_all_answered() {
    let server = demo_server();
    let targets = [
        "/api/v1/search?q=red",
        "/api/v1/datasets",
        "/api/v1/status",
        "/",
        "/api/v1/search?sort=random&seed=1",
    ];
    let (answered, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (server, answered, busy) = (&server, &answered, &busy);
            let target = targets[client % targets.len()];
            scope.spawn(move || {
                let answer =
                    server.request("GET", target).send().unwrap_or_else(|error| panic!("{target}: {error}"));
                match answer.status {
                    200 => answered.fetch_add(1, Ordering::Relaxed),
                    503 if answer.header("retry-after").is_some() => busy.fetch_add(1, Ordering::Relaxed),
                    other => panic!("{target} answered {other}: {}", answer.text()),
                };
            });
        }
    });
    assert_eq!(answered.load(Ordering::Relaxed) + busy.load(Ordering::Relaxed), CLIENTS);
    assert!(answered.load(Ordering::Relaxed) > 0, "everybody was sent away");
    assert_eq!(server.json("/api/v1/status")["state"], "ready", "the server did not recover");
}

#[test]
fn who_sends_half_a_request_keeps_nobody_waiting() {
    let server = demo_server();
    let _slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(b"GET /api/v1/status HT").unwrap();
            stream
        })
        .collect();
    assert_eq!(server.json("/api/v1/status")["state"], "ready");
}

#[test]
fn a_request_without_measure_is_refused() {
    let server = demo_server();
    let long = "a".repeat(100_000);
    let status =
        server.request("GET", &format!("/api/v1/search?q={long}")).send().map(|answer| answer.status);
    assert!(status.as_ref().is_ok_and(|status| (400..500).contains(status)), "{status:?}");
    let body = format!("{{\"q\": \"{}\"}}", "a ".repeat(4_000_000));
    // The server may close the connection before all of it is sent.
    if let Ok(answer) = server.request("POST", "/api/v1/search").json(&body).send() {
        assert_eq!(answer.status, 413);
    }
    assert_eq!(server.json("/api/v1/status")["state"], "ready");
}

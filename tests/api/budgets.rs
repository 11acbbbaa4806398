//! Requests and pictures that ask for far more than they are worth: they are answered quickly or refused, and cost next
//! to nothing.

use crate::support::{count, demo_server, items, problem, text};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::json;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::thread;
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

/// Decoding any of them would take longer, and more than the memory of most machines.
const SOON: Duration = Duration::from_secs(10);

/// A bitmap that begins with the header of one of so many pixels, 24 bits each.
fn bitmap(side: u32) -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend([side.to_le_bytes(), side.to_le_bytes()].concat());
    bytes.extend(b"\x01\0\x18\0");
    bytes.resize(54, 0);
    bytes
}

/// A lossless WebP of a few bytes, of so many pixels.
fn webp(side: u32) -> Vec<u8> {
    let sides = (side - 1) | (side - 1) << 14;
    let pixels = [&[0x2F][..], &sides.to_le_bytes(), &[0x88, 0x88, 0x08], &[0; 16]].concat();
    let chunk = [&b"WEBPVP8L"[..], &(pixels.len() as u32).to_le_bytes(), &pixels].concat();
    [&b"RIFF"[..], &(chunk.len() as u32).to_le_bytes(), &chunk].concat()
}

#[test]
fn what_asks_for_too_much_is_told_and_ordinary_pictures_go_on() {
    let names = ["tail.gif", "large.bmp", "huge.bmp", "deep.webp", "good.gif"];
    let refs = names.map(|name| picture_record(name, &format!("p/{name}"), "A dot."));
    let root = Root::with(&[("dots.json", array(&refs))]);
    for (name, bytes, length) in [
        ("tail.gif", GIF.to_vec(), 4 << 30),
        ("large.bmp", bitmap(13_000), 54 + 13_000 * 13_000 * 3),
        ("huge.bmp", bitmap(40_000), 54 + 40_000 * 40_000 * 3),
        ("deep.webp", webp(14_000), 0),
        ("good.gif", GIF.to_vec(), 0),
    ] {
        let path = root.write(&format!("p/{name}"), bytes);
        if length > 0 {
            OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
        }
    }
    let server = Server::start_with(root.path(), &["--picture-memory", "64"]);
    let began = Instant::now();
    thread::scope(|scope| {
        for (name, reason) in [
            ("large.bmp", "more than the 50 MB that one picture may have"),
            ("huge.bmp", "more than the limit of 200000000"),
            ("deep.webp", "more than the 50 MB that one picture may have"),
        ] {
            let server = &server;
            scope.spawn(move || {
                let detail = problem(&server.get(&format!("/images/dots/p/{name}?w=320")), 422);
                assert!(detail.contains(reason), "{name}: {detail}");
            });
        }
        for name in ["tail.gif", "good.gif"] {
            assert_eq!(server.get(&format!("/images/dots/p/{name}?w=320")).status, 200, "{name}");
        }
    });
    let range = server.request("GET", "/images/dots/p/tail.gif").header("range", "bytes=4294967290-");
    assert_eq!(range.send().unwrap().header("content-range"), Some("bytes 4294967290-4294967295/4294967296"));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

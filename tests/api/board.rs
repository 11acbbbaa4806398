//! `/api/v1/board`: what is known of parts, mixtures for trainers, and the samples of a blend as a file.

use crate::support::{count, problem, text};
use blendscope_shared::paths::escape;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::Value;

/// Ten samples of one dataset, four of another.
fn root() -> Root {
    let many = |name: &str, n: usize| {
        let records: Vec<_> =
            (0..n).map(|id| record(&format!("{name}{id}"), "Why?", &format!("Since {id}."))).collect();
        array(&records)
    };
    Root::with(&[("mine/ten.json", many("t", 10)), ("mine/four.json", many("f", 4))])
}

fn board(parts: &[&str]) -> String {
    parts.iter().map(|part| format!("part={}", escape(part))).collect::<Vec<_>>().join("&")
}

fn lines(server: &Server, query: &str) -> Vec<Value> {
    let response = server.get(&format!("/api/v1/board/samples?{query}"));
    assert_eq!(response.status, 200, "{}", response.text());
    response.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| text(&line["id"])).collect()
}

#[test]
fn a_part_is_any_search() {
    let root = root();
    let server = Server::start(root.path());
    let parts = board(&["@dataset=ten", "@q=since 3", "@dataset=sharegpt4v-pt-1246k", "@dataset=nobodys"]);
    let facts = server.json(&format!("/api/v1/board?{parts}"));
    let [ten, search, known, unknown] = [0, 1, 2, 3].map(|part| facts["parts"][part].clone());
    assert_eq!(
        (count(&ten["account"]["samples"]), text(&ten["dataset"]), &ten["is_found"]),
        (10, "ten", &true.into())
    );
    assert_eq!((count(&search["account"]["samples"]), text(&search["title"])), (2, "“since 3”"));
    assert_eq!((count(&known["documented"]), &known["is_found"]), (1_246_901, &false.into()));
    assert_eq!((&unknown["documented"], &unknown["is_found"]), (&Value::Null, &false.into()));
}

#[test]
fn a_blend_is_written_as_it_says() {
    let root = root();
    let server = Server::start(root.path());
    let all =
        lines(&server, &board(&["first=20%@dataset=ten", "repeat=2@dataset=four", "last=1@dataset=ten"]));
    assert_eq!(ids(&all), ["t0", "t1", "f0", "f1", "f2", "f3", "f0", "f1", "f2", "f3", "t9"]);
    let query = board(&["random=50%@dataset=ten"]);
    let drawn = lines(&server, &format!("{query}&seed=3"));
    let mut different = ids(&drawn);
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 5, "each at most once");
    assert_eq!(ids(&lines(&server, &format!("{query}&seed=3"))), ids(&drawn), "the same seed, the same file");
    assert_ne!(ids(&lines(&server, &format!("{query}&seed=4"))), ids(&drawn));
    let weighted = lines(&server, &format!("{}&total=9", board(&["weight=2@dataset=ten", "@dataset=four"])));
    assert_eq!(ids(&weighted).iter().filter(|id| id.starts_with('t')).count(), 6);
}

#[test]
fn the_manifest_lists_what_was_written() {
    let root = root();
    let server = Server::start(root.path());
    let query = board(&["random=3@dataset=ten"]);
    let response = server.get(&format!("/api/v1/board/samples?{query}"));
    let manifest = lines(&server, &format!("{query}&what=manifest"));
    assert_eq!(manifest.len(), 3);
    for (line, listed) in response.text().lines().zip(&manifest) {
        assert_eq!(text(&listed["hash"]), blake3::hash(line.as_bytes()).to_hex().as_str());
        assert_eq!(text(&listed["file"]), "mine/ten.json");
        let sample = server.json(&format!("/api/v1/samples/ten/{}", text(&listed["key"])));
        assert_eq!(sample["id"], serde_json::from_str::<Value>(line).unwrap()["id"]);
    }
}

#[test]
fn a_board_is_said_for_each_trainer() {
    let root = root();
    let server = Server::start(root.path());
    let mixture = |to: &str, parts: &[&str]| {
        server.json(&format!("/api/v1/board/mixture?to={to}&of=here&{}", board(parts)))
    };
    let halved = ["random=50%@dataset=ten", "repeat=2@dataset=four"];
    let llava = mixture("llava-next", &halved);
    assert!(
        text(&llava["text"]).contains("json_path: \"mine/ten.json\"")
            || text(&llava["text"]).contains("json_path: mine/ten.json"),
        "{llava}"
    );
    assert!(text(&llava["text"]).contains("random:5"), "{llava}");
    let vila = mixture("vila-string", &["@dataset=ten", "repeat=2@dataset=four"]);
    assert!(text(&vila["text"]).contains("four*2"), "{vila}");
    let search = mixture("llava-next", &["@q=since"]);
    assert!(text(&search["notes"][0]).contains("part-1.jsonl"), "{search}");
    let refused = server
        .get(&format!("/api/v1/board/mixture?to=convllava&of=here&{}", board(&["random=50%@dataset=ten"])));
    assert!(problem(&refused, 400).contains("ten"), "what a format cannot say is said");
    assert!(problem(&server.get("/api/v1/board/mixture?to=word&part=@"), 400).contains("llava-next"));
}

#[test]
fn a_board_is_a_figure_and_a_table() {
    let root = root();
    let server = Server::start(root.path());
    let figure = |form: &str| {
        server.get(&format!(
            "/api/v1/board/figure?as={form}&of=here&{}",
            board(&["@dataset=ten", "@dataset=four"])
        ))
    };
    assert!(figure("svg").text().starts_with("<svg"));
    assert!(figure("markdown").text().contains("| ten | 10 | 71.43 % |"), "{}", figure("markdown").text());
    assert!(figure("latex").text().contains("\\toprule"));
    problem(&figure("png"), 400);
}

#[test]
fn what_makes_no_sense_is_named() {
    let root = root();
    let server = Server::start(root.path());
    for query in
        ["part=half@dataset=ten", "part=@colour=red", "colour=red", "part=first=200@dataset=ten&total=0"]
    {
        problem(&server.get(&format!("/api/v1/board?{query}")), 400);
    }
}

#[test]
fn what_is_drawn_is_counted_and_not_estimated() {
    let root = root();
    let server = Server::start(root.path());
    let board = |take: &str| format!("part={}&of=here&seed=3", escape(&format!("{take}@dataset=ten")));
    let answer = server.json(&format!("/api/v1/board/account?{}", board("random=4")));
    let account = &answer["parts"][0];
    let samples = server.get(&format!("/api/v1/board/samples?{}", board("random=4")));
    let texts: Vec<String> = samples
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|sample| text(&sample["conversations"][1]["value"]).to_owned())
        .collect();
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    assert_eq!((count(&account["samples"]), texts.len()), (4, 4));
    assert_eq!(count(&account["words"]["gpt"]), words as u64);
    assert_eq!(count(&account["characters"]["gpt"]), characters as u64);
    let twice = server.json(&format!("/api/v1/board/account?{}", board("repeat=2.5")));
    assert_eq!(count(&twice["parts"][0]["samples"]), 25);
    let all = server.json(&format!("/api/v1/board/account?{}", board("")));
    assert_eq!(all["parts"][0], Value::Null, "of all samples the means are exact already");
    let documented = format!("part={}", escape("random=4,documented=100@dataset=ten"));
    let elsewhere = server.json(&format!("/api/v1/board/account?{documented}"));
    assert_eq!(elsewhere["parts"][0], Value::Null, "most of what is documented is not here to be counted");
}

//! Taking a result along: lines of JSON, as many as the search says, in the order asked for, or a stream that breaks off.

use crate::support::{count, demo_server, items, problem, text, total};
use blendscope_tests::http::Response;
use blendscope_tests::pickle;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An export that must be complete.
#[track_caller]
fn export(server: &Server, query: &str) -> Response {
    let response = server.get(&format!("/api/v1/export?{query}"));
    assert_eq!(response.status, 200, "{}", response.text());
    response
}

fn lines(response: &Response) -> Vec<Value> {
    let text = response.text();
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is cut");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The keys of a whole search, page by page.
fn keys_of_search(server: &Server, query: &str) -> Vec<String> {
    let (mut keys, mut next) = (Vec::new(), String::new());
    loop {
        let answer = server.json(&format!("/api/v1/search?{query}&limit=200{next}"));
        keys.extend(
            items(&answer).iter().map(|hit| format!("{}/{}", text(&hit["dataset"]), text(&hit["key"]))),
        );
        let Some(cursor) = answer["next"].as_str() else { return keys };
        next = format!("&cursor={cursor}");
    }
}

fn keys_of_export(server: &Server, query: &str) -> Vec<String> {
    let lines = lines(&export(server, &format!("{query}&what=ids")));
    lines.iter().map(|line| format!("{}/{}", text(&line["dataset"]), text(&line["key"]))).collect()
}

#[test]
fn it_has_the_very_samples_of_the_search_in_every_order() {
    let server = demo_server();
    for query in ["q=", "q=red", "q=赤い", "q=turns%3A%3E2", "q=red+OR+blue+-bus", "q=nosuchword"] {
        for sort in ["file", "relevance", "longest", "shortest", "random&seed=7"] {
            let query = format!("{query}&sort={sort}");
            assert_eq!(keys_of_export(&server, &query), keys_of_search(&server, &query), "{query}");
        }
    }
    let by_default = keys_of_export(&server, "q=red");
    assert_eq!(by_default, keys_of_search(&server, "q=red&sort=file"), "files are read once, front to back");
}

#[test]
fn filters_restrict_it_as_they_restrict_the_search() {
    let server = demo_server();
    let datasets = server.json("/api/v1/datasets");
    let dataset = text(&items(&datasets)[1]["slug"]).to_owned();
    let query = format!("q=&dataset={dataset}&sort=file");
    let keys = keys_of_export(&server, &query);
    assert_eq!(keys, keys_of_search(&server, &query));
    assert_eq!(keys.len() as u64, count(&items(&datasets)[1]["samples"]));
}

#[test]
fn the_first_few_of_a_shuffled_result_are_a_sample_of_it() {
    let server = demo_server();
    let all = keys_of_export(&server, "q=&sort=random&seed=7");
    let few = keys_of_export(&server, "q=&sort=random&seed=7&limit=300");
    assert_eq!(few, all[..300]);
    assert_ne!(few, keys_of_export(&server, "q=&sort=random&seed=8&limit=300"));
    assert_eq!(keys_of_export(&server, "q=&limit=3"), keys_of_search(&server, "q=&sort=file")[..3]);
}

#[test]
fn the_answer_says_what_it_is_and_how_much() {
    let server = demo_server();
    let response = export(&server, "q=red");
    assert_eq!(response.header("content-type"), Some("application/x-ndjson"));
    let disposition = response.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"red-records.jsonl\""), "{disposition}");
    let samples = total(&server, "q=red");
    assert_eq!(response.header("x-total-count"), Some(samples.to_string().as_str()));
    assert_eq!(response.header("x-total-final"), Some("true"));
    assert_eq!(lines(&response).len() as u64, samples);
    let packed = server.request("GET", "/api/v1/export?q=red").header("accept-encoding", "gzip, br").send();
    assert_eq!(packed.unwrap().header("content-encoding"), None, "packing would be its slowest part");
}

#[test]
fn records_are_the_files_own_made_one_line() {
    let pretty = "[\n  {\n    \"id\": 7,\n    \"score\": 1.50e+3,\n    \"conversations\": [\n      {\"from\": \"human\", \
                  \"value\": \"a \\u72ac\\n b\"},\n      {\"from\": \"gpt\", \"value\": \"c {  }\"}\n    ],\n    \"a\": \"z\"\n  }\n]";
    let on_one_line =
        "{ \"conversations\" : [{\"from\":\"gpt\",  \"value\":\"two  blanks\"}], \"id\":\"x\" }";
    let root = Root::with(&[("pretty.json", pretty), ("lines.jsonl", on_one_line)]);
    let server = Server::start(root.path());
    let mut lines: Vec<String> = export(&server, "").text().lines().map(str::to_owned).collect();
    lines.sort();
    let compact = "{\"id\":7,\"score\":1.50e+3,\"conversations\":[{\"from\":\"human\",\"value\":\"a \\u72ac\\n b\"},\
                   {\"from\":\"gpt\",\"value\":\"c {  }\"}],\"a\":\"z\"}";
    assert_eq!(lines, [on_one_line, compact]);
}

#[test]
fn every_container_gives_its_records() {
    let gzip_of = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let packed = std::process::Command::new("gzip").arg("-c").arg(file.path()).output().unwrap();
        packed.stdout
    };
    let ids: Vec<String> = (0..3000).map(|id| format!("packed {id}")).collect();
    let records: Vec<Value> = ids.iter().map(|id| record(id, "?", &format!("the answer of {id}"))).collect();
    let pair = json!({"id": 5, "url": "https://x.example/1.jpg", "text": "a red bus", "image": "AAAA"});
    let root = Root::with(&[
        ("packed.json.gz", gzip_of(&array(&records))),
        ("data/coyo-700m/pkl03-split/part-00000.pkl", pickle::list(&[pair])),
        ("data/coyo-700m/pkl03-split/part-00000.count", b"1".to_vec()),
    ]);
    let server = Server::start(root.path());
    let of_gzip = lines(&export(&server, "q=packed"));
    assert!(of_gzip == records, "records of a gzip file changed on the way");
    let shuffled = lines(&export(&server, "q=packed&sort=random&seed=3"));
    assert_ne!(shuffled, records);
    let as_set =
        |lines: &[Value]| lines.iter().map(|line| text(&line["id"]).to_owned()).collect::<HashSet<_>>();
    assert_eq!(as_set(&shuffled), as_set(&records));
    let of_pickle = lines(&export(&server, "q=bus"));
    assert_eq!(of_pickle[0]["url"], "https://x.example/1.jpg");
}

#[test]
fn ids_say_where_a_record_stands_and_links_lead_there() {
    let numbered = json!({"id": 17, "conversations": [{"from": "gpt", "value": "counted"}]});
    let nameless = json!({"conversations": [{"from": "gpt", "value": "counted too"}]});
    let root = Root::with(&[("sub/own.json", array(&[json!("no sample"), numbered, nameless]))]);
    let server = Server::start(root.path());
    let ids = lines(&export(&server, "what=ids"));
    assert_eq!([&ids[0]["id"], &ids[1]["id"]], [&json!(17), &Value::Null], "ids stay what they are");
    assert_eq!([&ids[0]["file"], &ids[1]["file"]], ["sub/own.json"; 2]);
    assert_eq!([&ids[0]["record"], &ids[1]["record"]], [1, 2]);
    for (link, id) in lines(&export(&server, "what=links")).iter().zip(&ids) {
        assert_eq!([&link["dataset"], &link["key"]], [&id["dataset"], &id["key"]]);
        let sample =
            server.json(&format!("/api/v1/samples{}", text(&link["url"]).strip_prefix("/s").unwrap()));
        assert_eq!(sample["key"], link["key"]);
        assert_eq!(sample["file"]["record"], id["record"]);
    }
}

#[test]
fn a_body_says_the_same_as_an_address() {
    let server = demo_server();
    let body = json!({"q": "red", "what": "ids", "sort": "random", "seed": 7, "limit": 250}).to_string();
    let by_body = server.request("POST", "/api/v1/export").json(&body).send().unwrap();
    assert_eq!(by_body.text(), export(&server, "q=red&what=ids&sort=random&seed=7&limit=250").text());
}

#[test]
fn what_cannot_be_is_named() {
    let server = demo_server();
    for (query, name) in [
        ("what=everything", "what"),
        ("limit=0", "limit"),
        ("cursor=f0", "cursor"),
        ("offset=3", "offset"),
        ("sort=best", "sort"),
        ("colour=red", "colour"),
    ] {
        let detail = problem(&server.get(&format!("/api/v1/export?{query}")), 400);
        assert!(detail.contains(&format!("`{name}`")), "{detail}");
    }
    problem(&server.get("/api/v1/export?dataset=no-such"), 404);
    problem(&server.request("DELETE", "/api/v1/export").send().unwrap(), 405);
}

/// More than fits into the buffers between the file and a client that does not read.
fn large_file() -> String {
    let answer = "word ".repeat(4000);
    array(&(0..3000).map(|id| record(&format!("large {id}"), "?", &answer)).collect::<Vec<_>>())
}

/// Asks for an export and reads no more than its first bytes.
fn begin(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let request =
        format!("GET /api/v1/export HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address());
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    stream
}

#[test]
fn a_file_that_changes_on_the_way_breaks_the_stream_off() {
    let root = Root::with(&[("large.json", large_file())]);
    let server = Server::start(root.path());
    let mut complete = begin(&server);
    let mut rest = Vec::new();
    complete.read_to_end(&mut rest).unwrap();
    assert!(rest.ends_with(b"\r\n0\r\n\r\n"), "a complete stream ends with an empty chunk");

    let mut broken = begin(&server);
    root.write("large.json", large_file().replace("word", "WORD"));
    let mut rest = Vec::new();
    // The connection may end politely or not; the empty chunk at the end is what must not be there.
    let _ = broken.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"), "a stream that is not complete looks as if it were");
    assert!(!rest.windows(4).any(|bytes| bytes == b"WORD"), "what was not searched was sent");
}

#[test]
fn a_client_that_goes_away_leaves_room_for_others() {
    let root = Root::with(&[("large.json", large_file())]);
    let server = Server::start(root.path());
    for _ in 0..40 {
        drop(begin(&server));
    }
    let answered = blendscope_tests::wait::poll(Duration::from_secs(30), || {
        Some(server.get("/api/v1/export?limit=5")).filter(|response| response.status == 200)
    });
    assert_eq!(lines(&answered.expect("exports that nobody takes still run")).len(), 5);
}

#[test]
fn a_server_that_stops_does_not_wait_for_slow_clients() {
    let root = Root::with(&[("large.json", large_file())]);
    let server = Server::start(root.path());
    let slow = begin(&server);
    assert_eq!(server.stop().code(), Some(0));
    drop(slow);
}

//! `/api/v1/status` and its events.

use crate::support::{count, demo_server, items, problem, text};
use blendscope_tests::demo;

#[test]
fn a_ready_server_has_read_everything() {
    let server = demo_server();
    let status = server.json("/api/v1/status");
    assert_eq!(status["state"], "ready");
    assert_eq!(status["bytes_done"], status["bytes_total"]);
    assert!(count(&status["bytes_total"]) > 0);
    assert_eq!(text(&status["root"]), demo::root().display().to_string());
    assert!(!text(&status["version"]).is_empty());

    let datasets = server.json("/api/v1/datasets");
    let sum = |field: &str| items(&datasets).iter().map(|dataset| count(&dataset[field])).sum::<u64>();
    assert_eq!(count(&status["samples"]), sum("samples"));
    assert_eq!(count(&status["skipped"]), sum("skipped"));
}

#[test]
fn the_engine_says_what_it_is_and_what_it_cannot_do() {
    let server = demo_server();
    let engine = &server.json("/api/v1/status")["engine"];
    assert_eq!(engine["name"], "local");
    assert!(!text(&engine["version"]).is_empty() && engine["trouble"].is_null());
    let most = count(&engine["limits"]["relevance_offset"]);
    let at = |offset: u64| server.get(&format!("/api/v1/search?q=a&sort=relevance&offset={offset}")).status;
    // Behind the last sample there is an empty page, however far that is.
    assert_eq!((at(most), at(most + 1)), (200, 200));
}

#[test]
fn an_unknown_parameter_is_named() {
    let server = demo_server();
    assert!(problem(&server.get("/api/v1/status?colour=red"), 400).contains("colour"));
}

#[test]
fn events_begin_with_the_status_and_end_when_ready() {
    let server = demo_server();
    let events = server.get("/api/v1/status/events");
    assert_eq!(events.status, 200);
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let line =
        |name: &str| events.text().lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap();
    assert_eq!(line("event:"), "status");
    let data = line("data:");
    let status: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(status, server.json("/api/v1/status"));
}

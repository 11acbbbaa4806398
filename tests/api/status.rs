//! `/api/v1/status` and its events; SIGHUP, by which the user's catalog file is read again, and a broken one changes
//! nothing.

use crate::support::{count, demo_server, items, problem, text};
use blendscope_tests::demo;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::fs;
use std::time::Duration;

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

/// Waits for an answer in which something holds.
#[track_caller]
fn wait_for(server: &Server, target: &str, holds: impl Fn(&Value) -> bool) {
    let found = poll(Duration::from_secs(30), || holds(&server.json(target)).then_some(()));
    assert!(found.is_some(), "{}\n{}", server.json(target), server.log());
}

#[test]
fn the_catalog_is_read_again_and_a_broken_one_is_told() {
    let root = Root::with(&[("mine/a.json", array(&[record("1", "what is it?", "a red bus")]))]);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("catalog.toml");
    let write = |title: &str| {
        let entry = format!("[[dataset]]\nslug = \"mine\"\ntitle = \"{title}\"\nfiles = [\"mine/a.json\"]\n");
        fs::write(&config, entry).unwrap();
    };
    let is_titled = |title: &'static str| {
        move |datasets: &Value| items(datasets).iter().any(|dataset| text(&dataset["title"]) == title)
    };
    let has_trouble =
        |status: &Value| status["trouble"].as_str().is_some_and(|trouble| trouble.contains("catalog.toml"));

    write("Before");
    let server = Server::start_with(root.path(), &["--config", config.to_str().unwrap()]);
    wait_for(&server, "/api/v1/datasets", is_titled("Before"));
    write("After");
    server.signal("HUP");
    wait_for(&server, "/api/v1/datasets", is_titled("After"));

    fs::write(&config, "[[dataset]\n").unwrap();
    server.signal("HUP");
    wait_for(&server, "/api/v1/status", has_trouble);
    assert!(is_titled("After")(&server.json("/api/v1/datasets")));

    write("At last");
    server.signal("HUP");
    wait_for(&server, "/api/v1/datasets", is_titled("At last"));
    wait_for(&server, "/api/v1/status", |status| !has_trouble(status));
}

#[test]
fn without_a_catalog_file_it_goes_on_serving() {
    let root = Root::with(&[("a.json", array(&[record("1", "what is it?", "a red bus")]))]);
    let server = Server::start(root.path());
    server.signal("HUP");
    let told = poll(Duration::from_secs(30), || server.log().contains("--config").then_some(()));
    assert!(told.is_some(), "{}", server.log());
    assert_eq!(server.json("/api/v1/status")["samples"], 1);
}

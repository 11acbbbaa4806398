//! SIGHUP: the user's catalog file is read again, and a broken one changes nothing.

use crate::support::{items, text};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::fs;
use std::time::Duration;

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

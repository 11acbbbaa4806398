//! kill -9 and a full disk: the index is old or new, never something between.

use crate::support::{count, items, text, total};
use blendscope_tests::demo;
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Words that captions are full of.
const WORDS: [&str; 6] = ["the", "red", "two", "yes", "%E7%8A%AC", "%22on+the%22"];

/// What must be the same whatever happened on the way: samples per dataset, and hits per word.
fn facts(server: &Server) -> BTreeMap<String, u64> {
    let datasets = server.json("/api/v1/datasets");
    let samples = items(&datasets)
        .iter()
        .map(|dataset| (text(&dataset["slug"]).to_owned(), count(&dataset["samples"])));
    let hits = WORDS.iter().map(|word| (format!("q={word}"), total(server, &format!("q={word}"))));
    samples.chain(hits).chain([("q=".to_owned(), total(server, "q="))]).collect()
}

#[test]
fn ten_kills_in_the_middle_of_indexing_leave_a_complete_index() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "120000", "--without-images"]);
    let expected = facts(&Server::start(&root));

    let index = folder.path().join("index");
    let mut in_the_middle = 0;
    for round in 0..10 {
        let server = Server::start_on(&root, &index);
        std::thread::sleep(Duration::from_millis(40 * round));
        let status = server.json("/api/v1/status");
        server.kill();
        in_the_middle += usize::from(status["state"] == "indexing");
    }
    assert!(
        in_the_middle >= 3,
        "only {in_the_middle} kills hit the indexing: the root is too small for this machine"
    );

    let server = Server::start_on(&root, &index);
    server.wait_until_ready();
    assert_eq!(facts(&server), expected);
}

#[test]
fn a_full_disk_is_told_and_nothing_falls_over() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "20000", "--without-images"]);
    // No file may grow beyond 64 KiB, much less than the index of these samples has in its largest file; the signal for
    // that is ignored, so that writing fails as on a full disk.
    let limited = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let serve = Server::command(&root, &folder.path().join("index"));
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(serve.get_program()).args(serve.get_args());
    let server = Server::launch(&mut command);
    let trouble = poll(Duration::from_mins(1), || trouble(&server));
    let status = server.json("/api/v1/status");
    assert!(trouble.is_some(), "nobody told of the trouble: {status}\n{}", server.log());
    assert_eq!(status["state"], "indexing", "an index that is not complete must not call itself ready");
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.json("/api/v1/search?q=red")["total"]["final"], false);
    drop(server);

    let server = Server::start_on(&root, &folder.path().join("index"));
    server.wait_until_ready();
    assert_eq!(facts(&server), facts(&Server::start(Path::new(&root))));
}

fn trouble(server: &Server) -> Option<Value> {
    Some(server.json("/api/v1/status")["trouble"].clone()).filter(Value::is_string)
}

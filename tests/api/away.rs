//! Data that changes or goes under a running server: what is told, and what is kept.

use crate::support::{items, problem, text, total};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Longer than a change takes to be noticed.
const NOTICED: Duration = Duration::from_secs(40);

fn set(word: &str) -> String {
    array(&(0..3).map(|number| record(&format!("{number}"), "?", word)).collect::<Vec<_>>())
}

fn status_with(server: &Server, is_so: impl Fn(&Value) -> bool) -> Value {
    let status = poll(NOTICED, || Some(server.json("/api/v1/status")).filter(&is_so));
    status.unwrap_or_else(|| panic!("{}", server.json("/api/v1/status")))
}

fn first_sample(server: &Server, query: &str) -> String {
    let found = server.json(&format!("/api/v1/search?q={query}&sort=file"));
    text(&items(&found)[0]["url"]).replacen("/s/", "/api/v1/samples/", 1)
}

/// Moves everything that is in a folder.
fn move_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        fs::rename(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn an_emptied_root_is_told_and_its_index_is_kept() {
    let (root, index) = (Root::with(&[("a/set.json", set("cat"))]), tempfile::tempdir().unwrap());
    let elsewhere = tempfile::tempdir_in(root.path().parent().unwrap()).unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    let sample = first_sample(&server, "cat");

    move_all(root.path(), elsewhere.path());
    let status = status_with(&server, |status| status["trouble"].is_string());
    assert!(text(&status["trouble"]).contains("is empty"), "{status}");
    assert_eq!(status["samples"], 3);
    assert_eq!(total(&server, "q=cat"), 3);
    let told = problem(&server.get(&sample), 409);
    assert!(told.contains("a/set.json") && told.contains("No such file"), "{told}");
    assert!(server.stop().success());

    // Nor does a new start take it for a root without data.
    let server = Server::start_on(root.path(), index.path());
    let status = status_with(&server, |status| status["trouble"].is_string());
    assert!(text(&status["trouble"]).contains("3 samples, is kept"), "{status}");
    assert_ne!(status["state"], "ready");

    move_all(elsewhere.path(), root.path());
    let status = status_with(&server, |status| status["state"] == "ready");
    assert_eq!((&status["samples"], &status["trouble"]), (&3.into(), &Value::Null));
    assert_eq!(server.get(&sample).status, 200);
}

#[test]
fn a_change_that_keeps_size_and_time_is_noticed() {
    let root = Root::with(&[("set.json", set("cat"))]);
    let path = root.path().join("set.json");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let server = Server::start(root.path());
    let sample = first_sample(&server, "cat");

    fs::write(&path, set("dog")).unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(FileTimes::new().set_modified(modified))
        .unwrap();
    // Never shown as what was searched, also before it is noticed.
    let answer = server.get(&sample);
    assert!([404, 409].contains(&answer.status), "{}", answer.text());
    let are_found = |found: &Value| found["total"]["count"] == 3 && found["total"]["final"] == true;
    let dogs = poll(NOTICED, || Some(server.json("/api/v1/search?q=dog")).filter(are_found));
    assert!(dogs.is_some(), "{}", server.json("/api/v1/status"));
    assert_eq!(total(&server, "q=cat"), 0);
    assert_eq!(server.json("/api/v1/status")["trouble"], Value::Null);
}

/// A folder that may not be read, to whoever is not root.
#[test]
fn what_may_not_be_read_any_more_is_told_and_kept() {
    if Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n") {
        // The administrator may read everything.
        return;
    }
    let root = Root::with(&[("a/set.json", set("cat")), ("b/other.json", set("dog"))]);
    let server = Server::start(root.path());
    let sample = first_sample(&server, "cat");
    for closed in [root.path().join("a/set.json"), root.path().join("a")] {
        let allow = |mode: &str| Command::new("chmod").arg(mode).arg(&closed).status().unwrap();
        allow("000");
        let status = status_with(&server, |status| status["trouble"].is_string());
        assert!(text(&status["trouble"]).contains("ermission denied"), "{status}");
        assert_eq!([total(&server, "q=cat"), total(&server, "q=dog")], [3, 3]);
        let told = problem(&server.get(&sample), 409);
        assert!(told.contains("a/set.json") && told.contains("ermission denied"), "{told}");
        allow("755");
        status_with(&server, |status| status["trouble"].is_null());
        assert_eq!(server.get(&sample).status, 200);
    }
}

//! Data that changes or goes, between two runs and under a running server: what is reported, and what stays.

use crate::support::{file_entry, items, problem, text, total};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn set(word: &str, size: usize) -> String {
    array(&(0..size).map(|number| record(&format!("{word}{number}"), "?", word)).collect::<Vec<_>>())
}

#[test]
fn changed_added_and_removed_files_are_noticed_at_the_next_start() {
    let root = Root::with(&[
        ("kept.json", set("kept", 3)),
        ("changed.json", set("old", 3)),
        ("gone.json", set("gone", 3)),
    ]);
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    let kept = text(&server.json("/api/v1/search?q=kept&sort=file")["items"][0]["url"]).to_owned();
    assert!(server.stop().success());

    root.write("changed.json", set("new", 5));
    root.write("added.json", set("added", 2));
    fs::remove_file(root.path().join("gone.json")).unwrap();
    let server = Server::start_on(root.path(), index.path());
    assert_eq!(server.wait_until_ready()["samples"], 10);
    for (word, expected) in [("kept", 3), ("old", 0), ("new", 5), ("gone", 0), ("added", 2)] {
        assert_eq!(total(&server, &format!("q={word}")), expected, "{word}");
    }
    assert_eq!(file_entry(&server, "changed.json")["samples"], 5);
    assert_eq!(server.json("/api/v1/search?q=kept&sort=file")["items"][0]["url"], *kept);
}

#[test]
fn a_change_that_keeps_the_size_is_noticed() {
    let root = Root::with(&[("set.json", set("cat", 3))]);
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert!(server.stop().success());
    root.write("set.json", set("dog", 3));
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert_eq!([total(&server, "q=cat"), total(&server, "q=dog")], [0, 3]);
}

#[test]
fn a_record_of_a_changed_file_is_never_shown_as_what_was_searched() {
    let root = Root::with(&[("set.json", set("before", 3))]);
    let server = Server::start(root.path());
    let answer = server.json("/api/v1/search?q=before&sort=file");
    let address = text(&items(&answer)[0]["url"]).replacen("/s/", "/api/v1/samples/", 1);
    root.write("set.json", set("after-that-another-text", 3));
    let response = server.get(&address);
    // Either the change is told, or it was read again and the old name is gone.
    assert!([404, 409, 410].contains(&response.status), "{}: {}", response.status, response.text());
    if response.status != 404 {
        assert!(response.text().contains("changed"), "{}", response.text());
    }
    let hits = server.json("/api/v1/search?q=before");
    assert!(items(&hits).iter().all(|hit| hit["trouble"].is_string()), "{hits}");
}

#[test]
fn a_second_server_of_the_same_index_reads_or_says_who_holds_it() {
    let root = Root::with(&[("set.json", set("shared", 3))]);
    let index = tempfile::tempdir().unwrap();
    let first = Server::start_on(root.path(), index.path());
    first.wait_until_ready();
    let second = Server::start_on(root.path(), index.path());
    second.wait_until_ready();
    assert_eq!(total(&second, "q=shared"), 3);
    assert_eq!(second.json("/api/v1/status")["read_only"], true);
    assert_eq!(total(&first, "q=shared"), 3);
}

#[test]
fn equal_samples_keep_working_links_when_one_of_their_files_goes() {
    let same = array(&[record("a", "What?", "The very same.")]);
    let root = Root::with(&[("set-00000-of-00002.json", same.clone()), ("set-00001-of-00002.json", same)]);
    let server = Server::start(root.path());
    server.wait_until_ready();
    let keys = |server: &Server| -> Vec<String> {
        let found = server.json("/api/v1/search?q=very");
        items(&found).iter().map(|hit| text(&hit["key"]).to_owned()).collect()
    };
    let both = keys(&server);
    assert_eq!(both.iter().filter(|key| key.ends_with("~2")).count(), 1, "{both:?}");

    fs::remove_file(root.path().join("set-00000-of-00002.json")).unwrap();
    let left = poll(Duration::from_secs(40), || Some(keys(&server)).filter(|left| left.len() == 1)).unwrap();
    server.wait_until_ready();
    assert!(!left[0].contains('~') || !keys(&server)[0].contains('~'), "{left:?}");
    let url = text(&items(&server.json("/api/v1/search?q=very"))[0]["url"]).to_owned();
    assert_eq!(
        server.get(&format!("/api/v1/samples{}", url.strip_prefix("/s").unwrap())).status,
        200,
        "{url}"
    );
}

/// Longer than a change takes to be noticed.
const NOTICED: Duration = Duration::from_secs(40);

fn set_of_files(word: &str) -> String {
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
    let (root, index) = (Root::with(&[("a/set.json", set_of_files("cat"))]), tempfile::tempdir().unwrap());
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
    let root = Root::with(&[("set.json", set_of_files("cat"))]);
    let path = root.path().join("set.json");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let server = Server::start(root.path());
    let sample = first_sample(&server, "cat");

    fs::write(&path, set_of_files("dog")).unwrap();
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
    let root = Root::with(&[("a/set.json", set_of_files("cat")), ("b/other.json", set_of_files("dog"))]);
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

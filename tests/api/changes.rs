//! Files that change: between two runs, and under a running server.

use crate::support::{file_entry, items, text, total};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::fs;
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

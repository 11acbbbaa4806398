//! What keeps whoever opens it waiting, or is no file at all: pipes, sockets, devices and folders where files should be.

use crate::support::{items, problem, text, total, unclaimed_reason};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;
use serde_json::Value;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Nothing here waits for anything; a busy machine takes a while all the same.
const SOON: Duration = Duration::from_secs(4);

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The picture of each sample by its name.
fn picture(server: &Server, name: &str) -> Value {
    let answer = server.json("/api/v1/search?q=&sort=file&limit=200");
    let mut pictures = items(&answer).iter().map(|hit| hit["images"][0].clone());
    pictures.find(|picture| picture["written"] == format!("p/{name}")).unwrap()
}

#[test]
fn pictures_that_are_no_files_say_so_and_hold_up_nobody() {
    let names = ["pipe.gif", "link.gif", "device.gif", "socket.gif", "folder.gif", "good.gif"];
    let refs = names.map(|name| picture_record(name, &format!("p/{name}"), "A dot."));
    let root = Root::with(&[("dots.json", array(&refs))]);
    root.write("p/good.gif", GIF);
    let at = |name: &str| root.path().join("p").join(name);
    pipe(&at("pipe.gif"));
    symlink(at("pipe.gif"), at("link.gif")).unwrap();
    symlink("/dev/zero", at("device.gif")).unwrap();
    let _listener = UnixListener::bind(at("socket.gif")).unwrap();
    std::fs::create_dir(at("folder.gif")).unwrap();
    let server = Server::start(root.path());

    let began = Instant::now();
    for (name, kind) in [
        ("pipe.gif", "a named pipe"),
        ("link.gif", "a named pipe"),
        ("device.gif", "a device"),
        ("socket.gif", "a socket"),
    ] {
        let picture = picture(&server, name);
        assert_eq!(picture["status"], "broken", "{picture}");
        assert!(text(&picture["trouble"]).contains(&format!("it is {kind}, not a file")), "{picture}");
        let address = format!("/images/{}", text(&picture["key"]));
        for address in [format!("{address}?w=320"), address] {
            let detail = problem(&server.get(&address), 422);
            assert!(detail.contains(&format!("it is {kind}, not a file")), "{detail}");
        }
    }
    assert_ne!(picture(&server, "folder.gif")["status"], "present");
    assert_eq!(picture(&server, "good.gif")["status"], "present");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[test]
fn annotation_files_that_are_no_files_are_told_and_others_are_indexed() {
    let root = Root::with(&[("good.json", array(&[picture_record("1", "p/1.gif", "A dot.")]))]);
    let at = |name: &str| root.path().join(name);
    pipe(&at("pipe.json"));
    symlink(at("pipe.json"), at("link.jsonl")).unwrap();
    symlink("/dev/zero", at("device.parquet")).unwrap();
    pipe(&at("1.count"));
    let server = Server::start(root.path());
    assert_eq!(total(&server, "q=dot"), 1);
    assert!(unclaimed_reason(&server, "pipe.json").contains("a named pipe, not a file"));
    assert!(unclaimed_reason(&server, "link.jsonl").contains("a named pipe, not a file"));
    assert!(unclaimed_reason(&server, "device.parquet").contains("a device, not a file"));
}

#[test]
fn an_annotation_file_that_becomes_a_pipe_is_said_to_be_one() {
    let record = picture_record("1", "p/1.gif", "A dot.");
    let root = Root::with(&[
        ("gone.json", array(&[record])),
        ("stays.json", array(&[picture_record("2", "", "A cat.")])),
    ]);
    let server = Server::start(root.path());
    let path = root.path().join("gone.json");
    std::fs::remove_file(&path).unwrap();
    pipe(&path);
    let began = Instant::now();
    for _ in 0..20 {
        let answer = server.json("/api/v1/search?q=dot+OR+cat");
        for hit in items(&answer).iter().filter(|hit| hit["dataset"] == "gone") {
            assert!(text(&hit["trouble"]).contains("it is a named pipe, not a file"), "{hit}");
        }
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert!(server.stop().success());
}

#[test]
fn settings_that_are_a_pipe_are_refused() {
    let root = Root::with(&[("a.json", "[]")]);
    let settings = root.path().join("settings.toml");
    pipe(&settings);
    let output =
        blendscope_tests::binary::command().args(["catalog", "--config"]).arg(&settings).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("it is a named pipe, not a file"));
}

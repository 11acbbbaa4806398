//! What keeps whoever opens it waiting: pipes, sockets and devices where files should be, and disks that do not answer.

use crate::support::{items, problem, text, total, unclaimed_reason};
use blendscope_tests::c_program::{HANGING_DISK, compile};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing here waits for anything; a busy machine takes a while all the same.
const SOON: Duration = Duration::from_secs(4);

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The picture of a sample by its name.
fn picture(server: &Server, name: &str) -> Value {
    picture_at(server, &format!("p/{name}"))
}

fn picture_at(server: &Server, written: &str) -> Value {
    let answer = server.json("/api/v1/search?q=&sort=file&limit=200");
    let mut pictures = items(&answer).iter().map(|hit| hit["images"][0].clone());
    pictures.find(|picture| picture["written"] == written).unwrap()
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

/// A root on a disk of the network of which parts can be made to hang.
struct NetworkDisk {
    root: Root,
    /// The library that makes them hang, what it looks at, and the index.
    beside: TempDir,
}

impl NetworkDisk {
    fn with(files: &[(&str, String)]) -> Self {
        let (root, beside) = (Root::with(files), tempfile::tempdir().unwrap());
        compile(HANGING_DISK, &beside.path().join("disk.so"), &["-shared", "-fPIC", "-ldl"]);
        let real = std::fs::canonicalize(root.path()).unwrap();
        let mounts = format!(
            "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / {} rw - nfs4 server:/data rw\n",
            real.display()
        );
        std::fs::write(beside.path().join("mounts"), mounts).unwrap();
        Self { root, beside }
    }

    /// From now on whatever has this in its path hangs.
    fn hang(&self, name: &str) {
        let (hanging, new) = (self.beside.path().join("hanging"), self.beside.path().join("new"));
        std::fs::write(&new, name).unwrap();
        std::fs::rename(new, hanging).unwrap();
    }

    /// From now on everything answers.
    fn answer(&self) {
        self.hang("");
    }

    fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    fn serve_with(&self, options: &[&str]) -> Server {
        let at = |name: &str| self.beside.path().join(name);
        let mut command = Server::command(self.root.path(), &at("index"));
        command.args(options).env("LD_PRELOAD", at("disk.so"));
        command.env("HANGING", at("hanging")).env("HANGING_MOUNTS", at("mounts"));
        Server::launch(&mut command)
    }
}

/// Waits for a status that is ready with so many samples and, or not, some trouble.
#[track_caller]
fn wait_for(server: &Server, samples: u64, trouble: Option<&str>) {
    let mut last = Value::Null;
    let found = poll(Duration::from_secs(30), || {
        last = server.json("/api/v1/status");
        let is_told = match trouble {
            Some(path) => last["trouble"].as_str().is_some_and(|told| told.contains(path)),
            None => last["trouble"].is_null(),
        };
        (is_told && last["state"] == "ready" && last["samples"] == samples).then_some(())
    });
    assert!(found.is_some(), "{last}");
}

#[test]
fn a_file_that_hangs_is_told_and_read_when_it_answers() {
    let long: Vec<Value> = (0..20_000).map(|id| record(&id.to_string(), "Which?", "A long story.")).collect();
    for (hanging, rest) in [("slow.json", 3), ("inner", 20_001)] {
        let disk = NetworkDisk::with(&[
            ("a.json", array(&[record("1", "What is it?", "A dot.")])),
            ("inner/b.json", array(&[record("2", "And this?", "A cat."), record("3", "This?", "A dog.")])),
            ("slow.json", array(&long)),
        ]);
        disk.hang(hanging);
        let server = disk.serve();
        wait_for(&server, rest, Some(hanging));
        let began = Instant::now();
        assert_eq!(total(&server, "q=dot"), 1);
        assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        disk.answer();
        wait_for(&server, 20_003, None);
        assert!(server.stop().success());
    }
}

#[test]
fn a_root_that_hangs_is_told_and_indexed_when_it_answers() {
    let disk = NetworkDisk::with(&[("a.json", array(&[record("1", "What is it?", "A dot.")]))]);
    disk.hang(disk.root.path().file_name().unwrap().to_str().unwrap());
    let server = disk.serve();
    let told = poll(SOON * 4, || {
        let status = server.json("/api/v1/status");
        status["trouble"].as_str().filter(|trouble| trouble.contains("has not answered for")).map(drop)
    });
    assert!(told.is_some(), "{}", server.json("/api/v1/status"));
    disk.answer();
    wait_for(&server, 1, None);
    disk.hang("a.json");
    let began = Instant::now();
    assert!(server.stop().success());
    assert!(began.elapsed() < SOON * 2, "{:?}", began.elapsed());
}

#[test]
fn pictures_in_a_folder_that_hangs_are_not_missing() {
    let refs = ["1.gif", "2.gif"].map(|name| picture_record(name, &format!("far/{name}"), "A dot."));
    let disk = NetworkDisk::with(&[("dots.json", array(&refs))]);
    disk.root.write("far/1.gif", GIF);
    disk.hang("/far");
    let server = disk.serve();
    wait_for(&server, 2, Some("far"));
    assert_ne!(picture_at(&server, "far/1.gif")["status"], "missing");
    disk.answer();
    let is_known = |name: &str, status: &str| picture_at(&server, name)["status"] == status;
    let known = poll(Duration::from_secs(30), || {
        (is_known("far/1.gif", "present") && is_known("far/2.gif", "missing")).then_some(())
    });
    assert!(known.is_some(), "{}", server.json("/api/v1/search?q="));
}

#[test]
fn a_request_is_given_up_when_the_option_says_and_the_log_says_so() {
    let disk = NetworkDisk::with(&[("dots.json", array(&[picture_record("1", "p/slow.gif", "A dot.")]))]);
    disk.root.write("p/slow.gif", GIF);
    let server = disk.serve_with(&["--request-timeout", "0.3"]);
    wait_for(&server, 1, None);
    let address = format!("/images/{}", text(&picture(&server, "slow.gif")["key"]));
    disk.hang("slow.gif");
    let detail = problem(&server.get(&address), 503);
    assert!(detail.contains("no answer within 0.3 seconds"), "{detail}");
    let logged = poll(Duration::from_secs(20), || {
        let is_it = |line: &str| line.contains("WARN") && line.contains(&address) && line.contains("503");
        server.log().lines().any(is_it).then_some(())
    });
    assert!(logged.is_some(), "{}", server.log());
    disk.answer();
    assert!(server.stop().success());
}

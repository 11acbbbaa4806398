//! File systems without locks, and disks that fail for a while.
#![cfg(target_os = "linux")]

use crate::support::{count, dataset_of, file_entry, text, total};
use blendscope_tests::c_program::{FAILING_DISK, WITHOUT_FLOCK, compile};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What Linux calls the errors of file systems without locks: ENOSYS, ENOLCK, EOPNOTSUPP.
const ERRORS: [&str; 3] = ["38", "37", "95"];

/// The program under which there are no locks; none where the system does not allow such programs.
fn without_flock(folder: &Path) -> Option<PathBuf> {
    let program = folder.join("without-flock");
    compile(WITHOUT_FLOCK, &program, &[]);
    let works = Command::new(&program).args(["38", "/bin/true"]).status().unwrap().success();
    if !works {
        // Past the test program's capture of outputs.
        let _ = writeln!(std::io::stderr(), "skipped: this system lets no program refuse calls (seccomp)");
    }
    works.then_some(program)
}

/// The command, run where there are no locks.
fn wrapped(program: &Path, error: &str, command: &Command) -> Command {
    let mut wrapped = Command::new(program);
    wrapped.arg(error).arg(command.get_program()).args(command.get_args());
    wrapped
}

#[test]
fn without_locks_one_process_writes_and_says_how() {
    let folder = tempfile::tempdir().unwrap();
    let Some(program) = without_flock(folder.path()) else { return };
    let root = Root::with(&[("one.json", array(&[record("a", "red", "bus")]))]);
    for error in ERRORS {
        let index = folder.path().join(error);
        let start = || Server::launch(&mut wrapped(&program, error, &Server::command(root.path(), &index)));
        let first = start();
        let status = first.wait_until_ready();
        assert_eq!(status["read_only"], false);
        assert!(text(&status["notice"]).contains("flock"), "{status}");
        assert!(first.log().contains("flock"), "{}", first.log());
        let second = start();
        let shown = || Some(()).filter(|()| count(&second.json("/api/v1/status")["samples"]) == 1);
        assert!(poll(Duration::from_secs(20), shown).is_some(), "what the other wrote is not shown");
        assert_eq!(second.json("/api/v1/status")["read_only"], true);
        drop(second);
        // What is killed on this machine is known to be gone.
        first.kill();
        let third = start();
        assert_eq!(third.wait_until_ready()["read_only"], false);
        assert_eq!(total(&third, "q=red"), 1);
        assert_eq!(third.stop().code(), Some(0));
        let left = index.read_dir().unwrap().next().unwrap().unwrap().path().join("lock.beat");
        assert!(!left.exists(), "a lock file is left behind");
    }
}

#[test]
fn with_locks_nothing_is_said() {
    let root = Root::with(&[("one.json", array(&[record("a", "red", "bus")]))]);
    let server = Server::start(root.path());
    assert!(server.json("/api/v1/status").get("notice").is_none());
}

/// A root with one file of more than two megabytes, and a library that keeps the disk from reading all of it.
fn failing_disk(folder: &Path) -> (Root, PathBuf) {
    let library = folder.join("failing-disk.so");
    compile(FAILING_DISK, &library, &["-shared", "-fPIC"]);
    let line = |number: u32| format!("{}\n", record(&number.to_string(), &"red ".repeat(60), "bus"));
    (Root::with(&[("failing.jsonl", (0..8000).map(line).collect::<String>())]), library)
}

#[test]
fn a_file_that_the_disk_failed_to_read_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (root, library) = failing_disk(folder.path());
    let index = folder.path().join("index");
    let mut command = Server::command(root.path(), &index);
    let failing = Server::launch(command.env("LD_PRELOAD", &library).env("FAILING_TO", "2000000"));
    failing.wait_until_ready();
    let entry = file_entry(&failing, "failing.jsonl");
    assert!((1..8000).contains(&count(&entry["samples"])), "{entry}");
    let dataset = dataset_of(&failing, "failing.jsonl");
    assert!(dataset.to_string().contains("cannot read"), "{dataset}");
    assert_eq!(failing.stop().code(), Some(0));

    let server = Server::start_on(root.path(), &index);
    let whole = || Some(()).filter(|()| count(&server.json("/api/v1/status")["samples"]) == 8000);
    assert!(poll(Duration::from_mins(1), whole).is_some(), "{}", file_entry(&server, "failing.jsonl"));
}

#[test]
fn a_file_that_cannot_be_looked_at_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (root, library) = failing_disk(folder.path());
    let mut command = Server::command(root.path(), &folder.path().join("index"));
    // The end of the file is looked at before it is read.
    let failing = Server::launch(command.env("LD_PRELOAD", &library).env("FAILING_TO", "1000000000"));
    failing.wait_until_ready();
    let trouble = || failing.json("/api/v1/status")["trouble"].as_str().map(str::to_owned);
    let trouble = poll(Duration::from_secs(20), trouble).unwrap();
    assert!(trouble.contains("failing.jsonl"), "{trouble}");
}

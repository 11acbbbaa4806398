//! One process writes an index: also when its folder goes, when the writer dies, where the folder may only be read, on
//! file systems without locks, and on disks that fail for a while.

use crate::support::{count, dataset_of, file_entry, text, total};
use blendscope_tests::c_program::{FAILING_DISK, WITHOUT_FLOCK, compile};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long it may take until something is noticed.
const PATIENCE: Duration = Duration::from_secs(30);

fn root() -> Root {
    Root::with(&[("one.json", array(&[record("a", "red", "bus"), record("b", "red", "dog")]).as_str())])
}

fn ready(root: &Root, index: &Path) -> Server {
    let server = Server::start_on(root.path(), index);
    server.wait_until_ready();
    server
}

/// The folder that holds everything of the only root with an index in `index`.
fn home(index: &Path) -> PathBuf {
    fs::read_dir(index).unwrap().next().unwrap().unwrap().path()
}

fn found(server: &Server, query: &str, count: u64) -> Option<()> {
    let answer = server.json(&format!("/api/v1/search?q={query}"));
    (answer["total"]["count"] == count && answer["total"]["final"] == true).then_some(())
}

fn is_reader(server: &Server) -> bool {
    server.json("/api/v1/status")["read_only"] == true
}

#[test]
fn a_folder_that_is_removed_is_made_anew() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    let server = ready(&root, index.path());
    let folder = home(index.path());
    poll(PATIENCE, || fs::remove_dir_all(&folder).ok()).unwrap();
    root.write("two.json", array(&[record("c", "red", "cat")]));
    assert!(poll(PATIENCE, || found(&server, "red", 3)).is_some(), "{}", server.log());
    assert!(folder.join("lock").exists());
    let status = server.json("/api/v1/status");
    assert!(status["notice"].as_str().is_some_and(|notice| notice.contains("was removed")), "{status}");
    // It is the one that writes.
    assert!(!is_reader(&server));
    assert!(is_reader(&ready(&root, index.path())));
}

#[test]
fn of_two_servers_after_the_folder_was_moved_one_writes() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    let first = ready(&root, index.path());
    let folder = home(index.path());
    fs::rename(&folder, index.path().join("moved")).unwrap();
    let second = ready(&root, index.path());
    let one_writes = || (is_reader(&first) != is_reader(&second)).then_some(());
    assert!(poll(PATIENCE, one_writes).is_some());
    for number in 0..3 {
        root.write(&format!("more-{number}.json"), array(&[record(&format!("m{number}"), "red", "cat")]));
    }
    for server in [&first, &second] {
        assert!(poll(PATIENCE, || found(server, "red", 5)).is_some(), "{}", server.log());
        assert_eq!(total(server, "q="), 5);
    }
}

#[test]
fn a_reader_takes_over_when_the_writer_dies() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    let writer = ready(&root, index.path());
    let reader = ready(&root, index.path());
    assert!(is_reader(&reader));
    writer.kill();
    root.write("two.json", array(&[record("c", "red", "cat")]));
    assert!(poll(PATIENCE, || found(&reader, "red", 3)).is_some(), "{}", reader.log());
    assert!(!is_reader(&reader));
}

#[test]
fn an_index_that_may_only_be_read_is_served() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    assert!(ready(&root, index.path()).stop().success());
    let Some(mut command) = read_only(&Server::command(root.path(), index.path()), index.path()) else {
        return;
    };
    let server = Server::launch(&mut command);
    let status = server.wait_until_ready();
    assert_eq!(status["read_only"], true);
    let notice = status["notice"].as_str().unwrap();
    assert!(notice.contains("may only be read") && notice.contains("nobody watches"), "{notice}");
    assert_eq!(total(&server, "q=red"), 2);
    assert_eq!(server.get("/api/v1/datasets").status, 200);
}

/// The command, run where a folder is mounted read-only; none where the system does not allow that.
fn read_only(command: &std::process::Command, folder: &Path) -> Option<std::process::Command> {
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"";
    let wrapped = || {
        let mut wrapped = std::process::Command::new("unshare");
        wrapped.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(folder);
        wrapped
    };
    let works = wrapped().arg("true").output().is_ok_and(|output| output.status.success());
    if !works {
        return None;
    }
    let mut wrapped = wrapped();
    wrapped.arg(command.get_program()).args(command.get_args());
    Some(wrapped)
}

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

//! One process writes an index: also when its folder goes, when the writer dies, and where the folder may only be read.

use crate::support::total;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::fs;
use std::path::{Path, PathBuf};
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

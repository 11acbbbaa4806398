//! `blendscope clean`, and where indexes are kept.

use blendscope_tests::binary;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command to its end: exit code, and both outputs.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn index(root: &Path, parent: &Path) {
    let (code, said) = run(binary::command().arg("index").arg(root).arg("--index-dir").arg(parent));
    assert_eq!(code, Some(0), "{said}");
}

fn clean(parent: &Path, options: &[&str]) -> (Option<i32>, String) {
    run(binary::command().arg("clean").arg("--index-dir").arg(parent).args(options))
}

fn root() -> Root {
    Root::with(&[("one.json", array(&[record("a", "red", "bus")]))])
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn indexes_are_listed_with_their_roots() {
    let (one, other) = (root(), root());
    let parent = tempfile::tempdir().unwrap();
    index(one.path(), parent.path());
    index(other.path(), parent.path());
    let gone = other.path().display().to_string();
    drop(other);
    let (code, said) = clean(parent.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    let line = |root: &str| said.lines().find(|line| line.contains(root)).unwrap_or_else(|| panic!("{said}"));
    assert!(line(&one.path().display().to_string()).contains("in order"), "{said}");
    assert!(line(&gone).contains("root is gone"), "{said}");
    assert_eq!(names(parent.path()).len(), 2);
}

#[test]
fn nothing_is_removed_unless_it_is_agreed_to() {
    let (one, other) = (root(), root());
    let parent = tempfile::tempdir().unwrap();
    index(one.path(), parent.path());
    index(other.path(), parent.path());
    drop(other);
    let (code, said) = clean(parent.path(), &["--orphaned"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("--yes"), "{said}");
    assert_eq!(names(parent.path()).len(), 2);
    let (code, said) = clean(parent.path(), &["--orphaned", "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    let [left] = &names(parent.path())[..] else { panic!("{said}") };
    let (code, said) = clean(parent.path(), &["--remove", &left[..6], "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(names(parent.path()).is_empty(), "{said}");
    assert_eq!(clean(parent.path(), &["--all", "--yes"]).0, Some(0));
}

#[test]
fn an_index_is_also_named_by_its_root() {
    let one = root();
    let parent = tempfile::tempdir().unwrap();
    index(one.path(), parent.path());
    let (code, said) = clean(parent.path(), &["--remove", &one.path().display().to_string(), "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(names(parent.path()).is_empty(), "{said}");
}

#[test]
fn what_is_no_index_is_named_and_left_alone() {
    let one = root();
    let parent = tempfile::tempdir().unwrap();
    index(one.path(), parent.path());
    // Of a key's form, but not made by us; and something else.
    for name in ["0123456789abcdef", "photos"] {
        fs::create_dir(parent.path().join(name)).unwrap();
        fs::write(parent.path().join(name).join("mine.txt"), "mine").unwrap();
    }
    let (code, said) = clean(parent.path(), &["--remove", "photos", "--yes"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("photos"), "{said}");
    assert_eq!(clean(parent.path(), &["--all", "--yes"]).0, Some(0));
    let mut left = names(parent.path());
    left.sort();
    assert_eq!(left, ["0123456789abcdef", "photos"]);
}

#[test]
fn an_index_in_use_stays() {
    let one = root();
    let parent = tempfile::tempdir().unwrap();
    let server = Server::start_on(one.path(), parent.path());
    server.wait_until_ready();
    let (_, said) = clean(parent.path(), &[]);
    assert!(said.contains("in use"), "{said}");
    for options in [&["--all", "--yes"][..], &["--all", "--thumbnails", "--yes"]] {
        let (code, said) = clean(parent.path(), options);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("another Blendscope"), "{said}");
    }
    assert_eq!(names(parent.path()).len(), 1);
    assert_eq!(server.json("/api/v1/status")["samples"], 1);
}

#[test]
fn pictures_alone_can_be_removed() {
    let one = root();
    let parent = tempfile::tempdir().unwrap();
    index(one.path(), parent.path());
    let folder = parent.path().join(&names(parent.path())[0]).join("thumbnails");
    fs::write(folder.join("one"), "a picture").unwrap();
    assert_eq!(clean(parent.path(), &["--all", "--thumbnails", "--yes"]).0, Some(0));
    assert!(names(&folder).is_empty());
    let server = Server::start_on(one.path(), parent.path());
    assert_eq!(server.wait_until_ready()["samples"], 1);
}

#[test]
fn indexes_are_nobody_elses_business() {
    let one = root();
    let home = tempfile::tempdir().unwrap();
    let mut command = binary::command();
    command.env("HOME", home.path()).env_remove("XDG_CACHE_HOME").arg("index").arg(one.path());
    assert_eq!(run(&mut command).0, Some(0));
    let parent = home.path().join(".cache/blendscope/indexes");
    let key = parent.join(&names(&parent)[0]);
    for folder in [&parent, &key] {
        let mode = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is open to others: {mode:o}", folder.display());
    }
}

#[test]
fn without_a_home_the_index_is_not_put_where_all_share_it() {
    let one = root();
    let mut command = binary::command();
    // No home is none, and keeps the test away from the one of whoever runs it.
    command.env("HOME", ".").env("XDG_CACHE_HOME", "").arg("index").arg(one.path());
    let (code, said) = run(&mut command);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("--index-dir"), "{said}");
}

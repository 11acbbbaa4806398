//! `blendscope search` and `blendscope export`: what they print, where, and how they exit.

use crate::support::{items, text};
use blendscope_tests::binary;
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a command did.
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs a command on a root, with its index in a folder of its own.
fn run_on(root: &Path, index: &Path, command: &str, arguments: &[&str]) -> Done {
    let mut run = binary::command();
    run.arg(command).arg(root).arg("--index-dir").arg(index).args(arguments).env_remove("NO_COLOR");
    let output = run.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A root with a few records, and a folder for its index.
struct Place {
    root: Root,
    index: TempDir,
}

impl Place {
    fn new() -> Self {
        let birds = [
            picture_record("b1", "coco/train2017/000000033471.jpg", "A red bird on a branch."),
            record("b2", "Which colour?", "The bird is blue.\nIt sings."),
            record("b3", "鳥は何色?", "赤い鳥です。"),
        ];
        let boats = [record("x1", "What is it?", "A red boat.")];
        let root = Root::with(&[("birds.json", array(&birds)), ("boats.json", array(&boats))]);
        Self { root, index: tempfile::tempdir().unwrap() }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Done {
        run_on(self.root.path(), self.index.path(), command, arguments)
    }

    fn search(&self, arguments: &[&str]) -> Done {
        self.run("search", arguments)
    }

    fn export(&self, arguments: &[&str]) -> Done {
        self.run("export", arguments)
    }
}

#[test]
fn hits_are_printed_by_role_with_their_link() {
    let place = Place::new();
    let done = place.search(&["red", "bird"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let lines: Vec<&str> = done.out.lines().collect();
    assert!(lines[0].starts_with("birds/") && lines[0].contains("id b1"), "{}", done.out);
    assert!(lines[1].starts_with("  gpt ") && lines[1].contains("A red bird on a branch."), "{}", done.out);
    assert!(done.out.contains("coco/000000033471 (missing)"), "{}", done.out);
    assert!(done.out.contains("\n  /s/birds/"), "{}", done.out);
    assert!(done.err.contains("1 sample in"), "{}", done.err);
    assert!(!done.out.contains('\u{1b}'), "colours in a pipe: {}", done.out);
}

#[test]
fn it_exits_as_grep_does() {
    let place = Place::new();
    assert_eq!(place.search(&["bird"]).code, Some(0));
    let none = place.search(&["brannch"]);
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""));
    assert!(none.err.contains("did you mean branch"), "{}", none.err);
    for arguments in [
        &["bird", "--dataset", "no-such"][..],
        &["bird", "--filter", "no-such=1"],
        &["bird", "--sort", "best"],
        &["bird", "--limit", "0"],
        &["bird", "--no-such"],
    ] {
        let done = place.search(arguments);
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.err);
        assert!(done.out.is_empty() && !done.err.contains("panicked"), "{}", done.err);
    }
    assert_eq!(run_on(Path::new("/no/such/root"), place.index.path(), "search", &["bird"]).code, Some(2));
}

#[test]
fn the_whole_query_language_passes_the_shell() {
    let place = Place::new();
    let count = |arguments: &[&str]| {
        let done = place.search(&[&["--json"], arguments].concat());
        let answer: Value = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{}", done.err));
        answer["total"]["count"].as_u64().unwrap()
    };
    assert_eq!(count(&[]), 4);
    assert_eq!(count(&["red"]), 2);
    assert_eq!(count(&["red -boat"]), 1);
    assert_eq!(count(&["--", "red", "-boat"]), 1);
    assert_eq!(count(&["--", "-boat"]), 3);
    assert_eq!(count(&["\"red bird\""]), 1);
    assert_eq!(count(&["boat OR sings"]), 2);
    assert_eq!(count(&["鳥"]), 1);
    assert_eq!(count(&["red", "--dataset", "boats"]), 1);
    assert_eq!(count(&["red", "--dataset", "boats", "--dataset", "birds"]), 2);
}

#[test]
fn the_answer_as_json_is_that_of_the_api() {
    let place = Place::new();
    place.run("index", &[]);
    let done = place.search(&["red", "--sort", "longest", "--json"]);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let own: Value = serde_json::from_str(&done.out).unwrap();
    let server = Server::start_on(place.root.path(), place.index.path());
    server.wait_until_ready();
    let of_api = server.json("/api/v1/search?q=red&sort=longest");
    for field in ["total", "items", "blend", "understood", "next"] {
        assert_eq!(own[field], of_api[field], "{field}");
    }
    assert_eq!(items(&own).len(), 2);
}

#[test]
fn matches_are_coloured_when_that_is_wished() {
    let place = Place::new();
    let always = place.search(&["blue", "--color", "always"]);
    assert!(always.out.contains("The bird is \u{1b}[1;31mblue\u{1b}[0m. It sings."), "{}", always.out);
    assert!(!place.search(&["blue", "--color", "never"]).out.contains('\u{1b}'));
}

#[test]
fn texts_of_the_data_do_not_reach_the_terminal_as_commands() {
    let hostile = record("\u{1b}]0;id\u{7}", "?", "clear \u{1b}[2J screen \u{9b}31m");
    let root = Root::with(&[("hostile.json", array(&[hostile]))]);
    let index = tempfile::tempdir().unwrap();
    let done = run_on(root.path(), index.path(), "search", &["clear"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(!done.out.contains(|letter: char| letter.is_control() && letter != '\n'), "{:?}", done.out);
}

#[test]
fn it_answers_while_a_server_has_the_root_and_lets_one_start_behind_it() {
    let place = Place::new();
    let server = Server::start_on(place.root.path(), place.index.path());
    server.wait_until_ready();
    assert_eq!(place.search(&["bird"]).code, Some(0));
    assert_eq!(place.export(&["bird"]).out.lines().count(), 2);
    assert_eq!(server.json("/api/v1/status")["read_only"], false);
}

#[test]
fn what_changed_is_read_before_it_is_searched() {
    let place = Place::new();
    assert_eq!(place.search(&["submarine"]).code, Some(1));
    place.root.write("boats.json", array(&[record("x2", "?", "A yellow submarine.")]));
    let done = place.search(&["submarine"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(place.search(&["boat"]).code, Some(1));
}

#[test]
fn records_go_out_as_they_stand() {
    let place = Place::new();
    place.run("index", &[]);
    let done = place.export(&["bird"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let file: Value =
        serde_json::from_str(&fs::read_to_string(place.root.path().join("birds.json")).unwrap()).unwrap();
    let lines: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [file[0].clone(), file[1].clone()]);
    assert!(done.err.starts_with("2 samples, "), "{}", done.err);
    let none = place.export(&["zeppelin"]);
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""));
}

#[test]
fn links_are_whole_when_a_base_is_given() {
    let place = Place::new();
    let done = place.export(&["boat", "--what", "links", "--base", "http://127.0.0.1:7878/"]);
    let link: Value = serde_json::from_str(done.out.trim_end()).unwrap();
    assert!(text(&link["url"]).starts_with("http://127.0.0.1:7878/s/boats/"), "{link}");
}

#[test]
fn a_file_is_there_when_it_is_complete_and_never_in_the_data() {
    let place = Place::new();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("random.jsonl");
    let arguments = ["--sort", "random", "--seed", "7", "--limit", "3", "--out", out.to_str().unwrap()];
    let done = place.export(&arguments);
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{}", done.err);
    let written = fs::read_to_string(&out).unwrap();
    assert_eq!(written.lines().count(), 3);
    assert_eq!(written, place.export(&arguments[..6]).out, "the same seed gives the same samples");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left beside it");
    let inside = place.root.path().join("own.jsonl");
    let refused = place.export(&["--out", inside.to_str().unwrap()]);
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(!inside.exists());
}

#[test]
fn a_reader_who_has_enough_is_no_failure() {
    let answer = "word ".repeat(2000);
    let records: Vec<Value> = (0..2000).map(|id| record(&format!("long {id}"), "?", &answer)).collect();
    let root = Root::with(&[("long.json", array(&records))]);
    let index = tempfile::tempdir().unwrap();
    for command in ["export", "search"] {
        let binary = binary::path();
        let line = format!(
            "'{}' {command} '{}' word --index-dir '{}' {} | head -c 10 > /dev/null; echo ${{PIPESTATUS[0]}}",
            binary.display(),
            root.path().display(),
            index.path().display(),
            if command == "search" { "--limit 200" } else { "" },
        );
        let output = Command::new("bash").args(["-c", &line]).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(out.trim_end(), "0", "{command}: {err}");
        assert!(!err.contains("panicked") && !err.contains("error"), "{err}");
    }
}

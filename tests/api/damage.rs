//! Damage to an index: kill -9, a full disk, and every kind of file in it damaged in every way. It is noticed, reported
//! and made anew, and no answer is wrong.

use crate::support::{count, files_below, items, text, total};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use blendscope_tests::{binary, demo};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What is asked of each index: words, phrases, facts, facets, orders, templates, lists, pictures.
const QUESTIONS: [&str; 13] = [
    "search?q=&sort=file&limit=20",
    "search?q=red&sort=file&limit=20",
    "search?q=%22on+the%22&sort=file&limit=20",
    "search?q=NEAR(red+the)&sort=file&limit=20",
    "search?q=wh*+OR+b*&sort=file&limit=20",
    "search?q=turns:%3E2+OR+flag:duplicate_id&sort=file",
    "search?q=the+-red&sort=longest&limit=20",
    "search?q=&image_status=missing&sort=file",
    "search?q=&width=1..500&sort=file",
    "facets?q=",
    "facets?q=red",
    "templates?limit=50",
    "datasets",
];

/// Ways in which a file is damaged.
const WAYS: [&str; 8] = [
    "a bit flipped at the head",
    "a bit flipped in the middle",
    "a bit flipped at the end",
    "a page of zeros",
    "cut to half",
    "cut by a byte",
    "emptied",
    "bytes at its end",
];

#[test]
fn whatever_is_damaged_is_noticed_and_made_anew() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(demo::root(), index.path());
    server.wait_until_ready();
    let expected = settled_answers(&server);
    assert!(server.stop().success());
    assert!(check(index.path(), &[]).0);

    let kinds = kinds(index.path());
    assert!(kinds.len() >= 10, "{kinds:?}");
    for (kind, files) in &kinds {
        damaged_and_mended(index.path(), kind, &expected, |copy| {
            for (path, way) in files.iter().zip(0..) {
                damage(&copy.join(path), way);
            }
        });
        damaged_and_mended(index.path(), kind, &expected, |copy| {
            // Another file of the same kind in its place, or none.
            match files.as_slice() {
                [first, second, ..] => drop(fs::copy(copy.join(second), copy.join(first)).unwrap()),
                files => fs::remove_file(copy.join(&files[0])).unwrap(),
            }
            if let [.., last] = files.as_slice() {
                let _ = fs::remove_file(copy.join(last));
            }
        });
    }
}

/// Damages a copy of an index, serves it, and looks whether all is right in the end and was told.
fn damaged_and_mended(index: &Path, kind: &str, expected: &Answers, damage: impl Fn(&Path)) {
    let copy = tempfile::tempdir().unwrap();
    copy_all(index, copy.path());
    damage(copy.path());
    // What is made anew whenever it is looked for need not be told.
    let is_told_of =
        ["store/", "text/"].iter().any(|folder| kind.starts_with(folder)) && kind != "text/.managed.json";
    let (is_whole, said) = check(copy.path(), &[]);
    assert!(!is_told_of || !is_whole, "{kind}: not noticed: {said}");

    let server = Server::start_on(demo::root(), copy.path());
    let mended = poll(Duration::from_mins(1), || {
        let status = server.json("/api/v1/status");
        let is_told = status["trouble"].is_string() || status["state"] != "ready";
        let now = answers(&server);
        // What is not final, or being repaired, may be anything.
        let is_right = now == *expected;
        assert!(is_told || is_right || has_changed(&server, &status), "{kind}: wrong and not told: {status}");
        (is_right && !is_told).then_some(status)
    });
    let status = mended.unwrap_or_else(|| panic!("{kind}: not mended\n{}", server.log()));
    assert!(!server.log().contains("panicked"), "{kind}: {}", server.log());
    let is_told = status["notice"].as_str().is_some_and(|notice| notice.contains("damaged"));
    assert!(!is_told_of || is_told, "{kind}: {status}\n{said}\n{}", server.log());
    assert!(server.stop().success());
    let (is_whole, said) = check(copy.path(), &[]);
    assert!(is_whole, "{kind}: {said}");
}

/// Whether the status is another one by now: the answers before it are of neither.
fn has_changed(server: &Server, status: &Value) -> bool {
    server.json("/api/v1/status") != *status
}

#[test]
fn check_tells_what_is_damaged_and_repairs_it() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(demo::root(), index.path());
    server.wait_until_ready();
    // Beside a running server.
    assert!(check(index.path(), &[]).0);
    let expected = answers(&server)["search?q=red&sort=file&limit=20"].clone();
    assert!(server.stop().success());
    let kinds = kinds(index.path());
    let (positions, generation) = (&kinds["text/pos"][0], &kinds["store/gen"][0]);
    fs::remove_file(index.path().join(positions)).unwrap();
    damage(&index.path().join(generation), 1);
    let (is_whole, said) = check(index.path(), &[]);
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    assert!(!is_whole && said.contains(&name(positions)), "{said}");
    let (is_whole, said) = check(index.path(), &["--repair"]);
    assert!(is_whole && said.contains("repaired"), "{said}");
    assert!(check(index.path(), &[]).0);
    let server = Server::start_on(demo::root(), index.path());
    server.wait_until_ready();
    assert_eq!(answers(&server)["search?q=red&sort=file&limit=20"], expected);
}

#[test]
fn files_emptied_while_they_are_served_end_nothing() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(demo::root(), index.path());
    server.wait_until_ready();
    let question = "search?q=red&sort=file&limit=20";
    let expected = answers(&server)[question].clone();
    for path in kinds(index.path()).into_values().flatten() {
        // One or the other may be replaced at this moment.
        let _ = fs::File::options().write(true).truncate(true).open(index.path().join(path));
    }
    for question in QUESTIONS {
        let status = server.get(&format!("/api/v1/{question}")).status;
        assert!([200, 500].contains(&status), "{question}: {status}");
    }
    let mended = poll(Duration::from_mins(1), || {
        let status = server.json("/api/v1/status");
        let is_ready = status["state"] == "ready" && status["notice"].is_string();
        (is_ready && answers(&server)[question] == expected).then_some(())
    });
    assert!(mended.is_some(), "{}\n{}", server.json("/api/v1/status"), server.log());
}

/// Answers by question: the status, and what in them does not change from one run to the next.
type Answers = BTreeMap<&'static str, (u16, String)>;

/// The answers when the sizes of pictures are looked up, which comes after everything else.
fn settled_answers(server: &Server) -> Answers {
    let (mut last, mut times) = (answers(server), 0);
    let settled = poll(Duration::from_mins(1), || {
        let now = answers(server);
        let is_sized = now["search?q=&width=1..500&sort=file"].1 != "0";
        times = if is_sized && now == last { times + 1 } else { 0 };
        last = now;
        std::thread::sleep(Duration::from_millis(300));
        (times == 10).then(|| last.clone())
    });
    settled.unwrap_or_else(|| panic!("no answers settle\n{}", server.log()))
}

fn answers(server: &Server) -> Answers {
    let answer = |question: &&'static str| {
        let response = server.get(&format!("/api/v1/{question}"));
        let mut body = response.json();
        let shown = if question.contains("width=") {
            body["total"]["count"].to_string()
        } else {
            forget_times(&mut body);
            body.to_string()
        };
        (*question, (response.status, shown))
    };
    QUESTIONS.iter().map(answer).collect()
}

/// Leaves out what depends on the clock, or on samples that were in the index before.
fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !["took_ms", "total_ms", "next", "score", "forms"].contains(&name.as_str())
            });
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

/// Runs `blendscope check`: whether all is whole, and what it says.
fn check(index: &Path, options: &[&str]) -> (bool, String) {
    let mut command = binary::command();
    command.arg("check").arg(demo::root()).arg("--index-dir").arg(index).args(options);
    let output = command.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code().unwrap();
    assert!(code < 2 || !text(&Value::from(said.clone())).is_empty(), "{said}");
    (code == 0, said)
}

/// All files of an index but locks, by their folder and the ends of their names.
fn kinds(index: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut kinds: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in files_below(index) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let end = name.rsplit('.').next().filter(|end| *end != "json").unwrap_or(&name);
        let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains("lock") {
            let path = path.strip_prefix(index).unwrap().to_owned();
            kinds.entry(format!("{folder}/{end}")).or_default().push(path);
        }
    }
    kinds
}

fn copy_all(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(path, target).unwrap();
    }
}

/// Damages a file in one of the [ways](WAYS).
fn damage(path: &Path, way: usize) {
    let mut bytes = fs::read(path).unwrap();
    let length = bytes.len();
    match WAYS[way % WAYS.len()] {
        "a bit flipped at the head" => bytes[length.min(10) - 1] ^= 1,
        "a bit flipped in the middle" => bytes[length / 2] ^= 4,
        "a bit flipped at the end" => bytes[length - 1] ^= 16,
        "a page of zeros" => {
            let begin = length / 2 / 4096 * 4096;
            let end = length.min(begin + 4096);
            // There may be nothing but zeros.
            bytes[begin] ^= 255;
            bytes[begin + 1..end].fill(0);
        }
        "cut to half" => bytes.truncate(length / 2),
        "cut by a byte" => bytes.truncate(length - 1),
        "emptied" => bytes.clear(),
        _ => bytes.extend_from_slice(b"and more"),
    }
    fs::write(path, bytes).unwrap();
}

/// Words that captions are full of.
const WORDS: [&str; 6] = ["the", "red", "two", "yes", "%E7%8A%AC", "%22on+the%22"];

/// What must be the same whatever happened on the way: samples per dataset, and hits per word.
fn facts(server: &Server) -> BTreeMap<String, u64> {
    let datasets = server.json("/api/v1/datasets");
    let samples = items(&datasets)
        .iter()
        .map(|dataset| (text(&dataset["slug"]).to_owned(), count(&dataset["samples"])));
    let hits = WORDS.iter().map(|word| (format!("q={word}"), total(server, &format!("q={word}"))));
    samples.chain(hits).chain([("q=".to_owned(), total(server, "q="))]).collect()
}

#[test]
fn ten_kills_in_the_middle_of_indexing_leave_a_complete_index() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "120000", "--without-images"]);
    let expected = facts(&Server::start(&root));

    let index = folder.path().join("index");
    let mut in_the_middle = 0;
    for round in 0..10 {
        let server = Server::start_on(&root, &index);
        std::thread::sleep(Duration::from_millis(40 * round));
        let status = server.json("/api/v1/status");
        server.kill();
        in_the_middle += usize::from(status["state"] == "indexing");
    }
    assert!(
        in_the_middle >= 3,
        "only {in_the_middle} kills hit the indexing: the root is too small for this machine"
    );

    let server = Server::start_on(&root, &index);
    server.wait_until_ready();
    assert_eq!(facts(&server), expected);
}

#[test]
fn a_full_disk_is_told_and_nothing_falls_over() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "20000", "--without-images"]);
    // No file may grow beyond 64 KiB, much less than the index of these samples has in its largest file; the signal for
    // that is ignored, so that writing fails as on a full disk.
    let limited = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let serve = Server::command(&root, &folder.path().join("index"));
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(serve.get_program()).args(serve.get_args());
    let server = Server::launch(&mut command);
    let trouble = poll(Duration::from_mins(1), || trouble(&server));
    let status = server.json("/api/v1/status");
    assert!(trouble.is_some(), "nobody told of the trouble: {status}\n{}", server.log());
    assert_eq!(status["state"], "indexing", "an index that is not complete must not call itself ready");
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.json("/api/v1/search?q=red")["total"]["final"], false);
    drop(server);

    let server = Server::start_on(&root, &folder.path().join("index"));
    server.wait_until_ready();
    assert_eq!(facts(&server), facts(&Server::start(Path::new(&root))));
}

fn trouble(server: &Server) -> Option<Value> {
    Some(server.json("/api/v1/status")["trouble"].clone()).filter(Value::is_string)
}

//! Files that are not what they say: each is named with its likely cause, and nothing else is lost.

use crate::support::{count, dataset_of, file_entry, items, text, total, unclaimed_reason};
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;

/// A root with a bad file beside a good one, served.
fn beside_a_good_file(path: &str, content: &str) -> (Root, Server) {
    let root = Root::with(&[(path, content), ("good.json", &array(&[record("good", "?", "untouched")]))]);
    let server = Server::start(root.path());
    assert_eq!(total(&server, "q=untouched"), 1, "the good file suffered");
    (root, server)
}

/// What is said about a file, whether a dataset claims it or not.
fn said_about(server: &Server, path: &str) -> String {
    let datasets = server.json("/api/v1/datasets");
    let has_file =
        |dataset: &&Value| dataset["files"].as_array().unwrap().iter().any(|file| file["path"] == path);
    match items(&datasets).iter().find(has_file) {
        Some(_) => dataset_of(server, path)["problems"].to_string(),
        None => unclaimed_reason(server, path),
    }
}

/// The first sample of the dataset that has a file.
fn first_sample(server: &Server, path: &str) -> Value {
    let dataset = dataset_of(server, path);
    server.json(&format!("/api/v1/samples/{}?at=0", text(&dataset["slug"])))
}

#[test]
fn an_array_cut_in_half_keeps_what_came_before() {
    let whole = array(&["a", "b", "c", "d"].map(|id| record(id, "?", "cut")));
    let (_root, server) = beside_a_good_file("cut.json", &whole[..whole.len() * 5 / 8]);
    let dataset = dataset_of(&server, "cut.json");
    assert_eq!(total(&server, "q=cut"), 2);
    assert_eq!(dataset["samples"], 2);
    let problem = &dataset["problems"][0];
    assert_eq!(problem["file"], "cut.json");
    let place = count(&problem["byte_offset"]);
    assert!(place > 0 && place <= (whole.len() * 5 / 8) as u64, "{problem}");
    let message = text(&problem["message"]).to_lowercase();
    assert!(["cut", "trunc", "end"].iter().any(|word| message.contains(word)), "{message}");
}

#[test]
fn a_pointer_of_git_lfs_is_recognized() {
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
                   oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 1029887963\n";
    for path in ["pointer.json", "llava_v1_5_mix665k.json"] {
        let (_root, server) = beside_a_good_file(path, pointer);
        let said = said_about(&server, path).to_lowercase();
        assert!(said.contains("lfs"), "{path}: {said}");
    }
}

#[test]
fn a_page_saved_in_place_of_a_file_is_recognized() {
    let (_root, server) = beside_a_good_file("page.json", "<!DOCTYPE html><html><body>Sign in</body></html>");
    assert!(said_about(&server, "page.json").to_lowercase().contains("html"));
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    let (_root, server) = beside_a_good_file("empty.json", "");
    assert!(said_about(&server, "empty.json").contains("empty"));
}

#[test]
fn a_folder_named_like_a_file_does_no_harm() {
    let inside = array(&[record("inside", "?", "hidden")]);
    let (_root, server) = beside_a_good_file("folder.json/part.json", &inside);
    assert_eq!(file_entry(&server, "folder.json/part.json")["samples"], 1);
}

/// Odd spellings of files, each with the reason why it is here. All of them hold both records.
#[test]
fn odd_but_readable_files_are_read_whole() {
    let (a, b) = (record("a", "?", "odd"), record("b", "?", "odd"));
    for (reason, content) in [
        ("editors on Windows write a byte order mark", format!("\u{feff}[{a},{b}]")),
        ("people leave a comma behind the last record", format!("[{a},{b},]")),
        ("files are printed with indent=2", serde_json::to_string_pretty(&[&a, &b]).unwrap()),
        ("JSON lines end without a newline", format!("{a}\n{b}")),
        ("JSON lines have Windows line ends and blank lines", format!("{a}\r\n\r\n{b}\r\n")),
        ("white space around an array", format!("\n\n  [\n{a}\n,\n{b}\n]\n\n")),
    ] {
        let (_root, server) = beside_a_good_file("odd.json", &content);
        assert_eq!(total(&server, "q=odd"), 2, "{reason}");
    }
}

/// Records that are no samples, each with the reason why it is here. The records around them stay.
#[test]
fn a_record_that_is_no_sample_costs_only_itself() {
    for (reason, bad) in [
        ("turns may be text by mistake", r#"{"id": "x", "conversations": "hello"}"#),
        ("facts about a run are no record", r#"{"id": "x", "finished": false, "retries": 3}"#),
        ("a list where a record should be", "[1, 2]"),
        ("a number where a record should be", "42"),
        ("a null where a record should be", "null"),
    ] {
        let content = format!("[{}, {bad}, {}]", record("a", "?", "around"), record("b", "?", "around"));
        let (_root, server) = beside_a_good_file("mixed.json", &content);
        let file = file_entry(&server, "mixed.json");
        assert_eq!([&file["samples"], &file["skipped"]], [2, 1], "{reason}");
        assert_eq!(total(&server, "q=around"), 2, "{reason}");
    }
}

/// Parts of records that are not what they should be, each with the reason why it is here. The record stays, and says so.
#[test]
fn an_odd_part_of_a_record_costs_only_itself() {
    for (reason, odd) in [
        (
            "an answer may be null",
            r#"{"id": "x", "conversations": [{"from": "human", "value": "beside"}, {"from": "gpt", "value": null}]}"#,
        ),
        (
            "an answer may be a number",
            r#"{"id": "x", "conversations": [{"from": "human", "value": "beside"}, {"from": "gpt", "value": 3}]}"#,
        ),
        (
            "an id may be an object",
            r#"{"id": {"$oid": "6a"}, "conversations": [{"from": "human", "value": "beside"}]}"#,
        ),
        (
            "a picture may be a number",
            r#"{"id": "x", "image": 7, "conversations": [{"from": "human", "value": "beside"}]}"#,
        ),
    ] {
        let (_root, server) = beside_a_good_file("odd.json", &format!("[{odd}]"));
        assert_eq!(total(&server, "q=beside"), 1, "{reason}");
        assert_eq!(total(&server, "q=beside%20flag:odd"), 1, "{reason}");
        let sample = first_sample(&server, "odd.json");
        assert!(!sample["odd"].as_array().unwrap().is_empty(), "{reason}");
    }
}

#[test]
fn preference_pairs_show_both_answers() {
    let pair =
        r#"{"id": "x", "prompt": "which card", "chosen": "the red card", "rejected": "the blue card"}"#;
    let (_root, server) = beside_a_good_file("pairs.json", &format!("[{pair}]"));
    for query in ["which%20card", "red%20card", "blue%20card", "flag:preference"] {
        assert_eq!(total(&server, &format!("q={query}")), 1, "{query}");
    }
    let sample = first_sample(&server, "pairs.json");
    let roles: Vec<_> = sample["turns"].as_array().unwrap().iter().map(|turn| turn["role"].clone()).collect();
    assert_eq!(roles, ["human", "chosen", "rejected"]);
}

#[test]
fn depth_without_end_is_no_crash() {
    let deep = format!("[{}, {}]", record("a", "?", "deep"), "[".repeat(200_000));
    let (_root, server) = beside_a_good_file("deep.json", &deep);
    assert_eq!(total(&server, "q=deep"), 1);
}

#[test]
fn long_turns_and_many_turns_are_kept() {
    let mut long = record("long", "?", &"word ".repeat(200_000));
    let turn = long["conversations"][0].clone();
    let turns = long["conversations"].as_array_mut().unwrap();
    turns.extend(std::iter::repeat_n(turn, 550));
    let (_root, server) = beside_a_good_file("long.json", &array(&[long]));
    let answer = server.json("/api/v1/search?q=word");
    assert_eq!(items(&answer)[0]["turn_count"], 552);
    assert!(
        text(&items(&answer)[0]["snippets"][0]["text"]).len() < 5_000,
        "a snippet is a passage, not the turn"
    );
}

#[test]
fn an_image_ref_that_no_folder_can_have_does_not_hold_up_the_rest() {
    let bytes_instead_of_a_path = format!("{}/{}", "iVBORw0KGgo".repeat(60), "AAAA".repeat(100));
    let odd = picture_record("odd", &bytes_instead_of_a_path, "yes");
    let root = Root::with(&[("odd.json", array(&[odd])), ("other.json", array(&[record("a", "1", "2")]))]);
    let server = Server::start(root.path());
    server.wait_until_ready();
    let dataset = dataset_of(&server, "odd.json");
    assert_eq!([&dataset["samples"], &dataset["images_missing"]], [1, 1]);
}

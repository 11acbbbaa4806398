//! `blendscope blend`: mixtures of trainers, reckoned, written and said in other trainers' words.

use crate::support::{count, text};
use blendscope_tests::binary;
use blendscope_tests::root::Root;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

/// A record as careless tools write it: blanks, a line break between tokens, escapes beside raw text.
fn odd_record(number: usize) -> String {
    match number % 3 {
        0 => format!("{{\"id\":\"r{number}\",\"image\":\"a/{number}.jpg\",\"conversations\":[]}}"),
        1 => format!(
            "{{ \"id\" : \"r{number}\",\r\n  \"conversations\": [{{\"from\": \"human\", \"value\": \"犬\\u72ac \\/\"}}] }}"
        ),
        _ => format!(
            "{{\"n\": 1.50e+1, \"id\": \"r{number}\", \"conversations\": [{{\"from\":\"gpt\",\"value\":\"a\\nb\"}}]}}"
        ),
    }
}

fn array(records: usize) -> String {
    let records: Vec<String> = (0..records).map(odd_record).collect();
    format!("[\n{} ]\n", records.join(" ,\n"))
}

fn lines(records: usize) -> String {
    (0..records).map(|number| odd_record(3 * number) + "\r\n").collect()
}

/// Three annotation files, 100, 33 and 40 records.
fn root() -> Root {
    Root::with(&[("coco.json", array(100)), ("写真/photos.json", array(33)), ("pages.jsonl", lines(40))])
}

fn blend(root: &Path, verb: &str, mixture: &str, more: &[&str]) -> Output {
    let mut command = binary::command();
    command.args(["blend", verb, mixture, "--root"]).arg(root).args(more);
    command.stdin(Stdio::null()).output().unwrap()
}

fn evaluated(root: &Path, mixture: &str, more: &[&str]) -> Value {
    let output = blend(root, "eval", mixture, &[&["--json"], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The one line that an error is.
fn refused(root: &Path, mixture: &str, more: &[&str]) -> String {
    let output = blend(root, "eval", mixture, more);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "an error, and yet an answer");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    said
}

/// The samples of each part.
fn samples(evaluation: &Value) -> Vec<u64> {
    evaluation["parts"].as_array().unwrap().iter().map(|part| count(&part["samples"])).collect()
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

#[test]
fn a_mixture_says_what_is_taken_of_which_file() {
    let root = root();
    let mixture = root.write(
        "mix.yaml",
        "datasets:\n- json_path: coco.json\n  sampling_strategy: first:7%\n- json_path: 写真/photos.json\n  \
         sampling_strategy: head:3\n- json_path: pages.jsonl\n  sampling_strategy: end:0\n",
    );
    let evaluation = evaluated(root.path(), path(&mixture), &[]);
    assert_eq!(evaluation["format"], "llava-next");
    assert_eq!(samples(&evaluation), [7, 33, 40]);
    assert_eq!(evaluation["samples"], 80);
    assert_eq!(evaluation["parts"][1]["name"], "photos");
    assert_eq!(evaluation["parts"][1]["files"], json!(["写真/photos.json"]));
    let share = evaluation["parts"][2]["share"].as_f64().unwrap();
    assert!((share - 0.5).abs() < 1e-9);
    let notes = evaluation["notes"].to_string();
    for note in ["not random", "head:3", "end:0"] {
        assert!(notes.contains(note), "{note}: {notes}");
    }
}

#[test]
fn what_stops_the_trainer_is_one_line_with_its_place() {
    let root = root();
    for (name, mixture, place, word) in [
        ("a.yaml", "datasets:\n- json_path: coco.json\n  sampling_strategy: first:12.5%\n", ":3:22:", "12.5"),
        ("b.yaml", "datasets:\n- json_path: coco.json\n\tsampling_strategy: all\n", ":3:1:", "tab"),
        ("c.yaml", "datasets:\n- json_path: none.json\n", ":2:14:", "none.json"),
        ("d.yaml", "datasets:\n- json_path: x/../../e.json\n", ":2:14:", "outside"),
        ("e.json", "{\n \"a\": {\"annotation\": \"pages.jsonl\"},\n}", ":3:1:", "comma"),
        ("f.txt", "coco.json 0.01\n# more\n", ":2:1:", "comment"),
        ("g.toml", "[[part]]\nname = \"coco\"\nfrist = 3\n", ":3:1:", "frist"),
    ] {
        let mixture = root.write(name, mixture);
        let said = refused(root.path(), path(&mixture), &[]);
        assert!(said.starts_with(&format!("{}{place}", path(&mixture))) && said.contains(word), "{said}");
    }
    for (string, word) in [
        ("coco+phots", "`phots`"),
        ("coco, photos", "` photos`"),
        ("coco+pages@0.5", "--slices"),
        ("coco*2*2", "two `*`"),
        ("coco%0", "nothing"),
        ("missing.yaml", "no such file"),
    ] {
        let said = refused(root.path(), string, &[]);
        assert!(said.contains(word), "{string}: {said}");
    }
}

#[test]
fn a_name_that_fits_two_files_is_refused_and_can_be_given() {
    let root = Root::with(&[("a/x.json", array(3)), ("b/x.json", array(5))]);
    let said = refused(root.path(), "x", &[]);
    assert!(said.contains("a/x.json") && said.contains("b/x.json") && said.contains("--name"), "{said}");
    assert_eq!(samples(&evaluated(root.path(), "x", &["--name", "x=b/x.json"])), [5]);
    assert_eq!(samples(&evaluated(root.path(), "x*2+y", &["--count", "x=7", "--count", "y=1"])), [14, 1]);
}

#[test]
fn loaders_use_whole_batches_or_fill_them() {
    let root = root();
    let loaders = ["--world", "4", "--batch", "4"];
    let older = evaluated(root.path(), "pages+photos", &[&["--format", "vila-1.5"][..], &loaders].concat());
    assert_eq!((&older["parts"][0]["used"], &older["used"]), (&json!(32), &json!(64)));
    let newer = evaluated(root.path(), "pages+photos*2", &loaders);
    assert_eq!((&newer["parts"][0]["used"], &newer["used"]), (&json!(48), &json!(48 + 96)));
}

/// Writes a mixture, and gives the bytes of the file and its manifest.
fn written(root: &Path, mixture: &str, out: &Path, seed: &str) -> (Vec<u8>, Value) {
    let output = blend(root, "write", mixture, &["--out", path(out), "--seed", seed]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest = fs::read(out.with_extension("manifest.json")).unwrap();
    (fs::read(out).unwrap(), serde_json::from_slice(&manifest).unwrap())
}

#[test]
fn records_are_written_byte_for_byte_and_the_manifest_says_from_where() {
    let (root, folder) = (root(), tempfile::tempdir().unwrap());
    let mixture = root.write(
        "mix.toml",
        "[[part]]\nname = \"coco\"\nlast = 3\n[[part]]\nfiles = [\"写真/photos.json\"]\nrandom = 5\nagain = 2\n\
         [[part]]\nfiles = [\"pages.jsonl\"]\nrange = [10, 12]\nrepeat = 2.5\n",
    );
    let (bytes, manifest) = written(root.path(), path(&mixture), &folder.path().join("out.json"), "7");
    let (in_lines, _) = written(root.path(), path(&mixture), &folder.path().join("out.jsonl"), "7");
    let rows = manifest["records"].as_array().unwrap();
    assert_eq!((rows.len(), &manifest["samples"]), (3 + 7 + 5, &json!(15)));
    let record = |row: &Value| {
        let ordinal = usize::try_from(count(&row["ordinal"])).unwrap();
        odd_record(if row["file"] == "pages.jsonl" { 3 * ordinal } else { ordinal })
    };
    let records: Vec<String> = rows.iter().map(record).collect();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), format!("[\n{}\n]\n", records.join(",\n")));
    let on_lines: Vec<String> = records.iter().map(|record| record.replace(['\r', '\n'], "")).collect();
    assert_eq!(String::from_utf8(in_lines).unwrap(), on_lines.join("\n") + "\n");
    let ordinals: Vec<u64> = rows.iter().map(|row| count(&row["ordinal"])).collect();
    assert_eq!((&ordinals[..3], &ordinals[10..14]), (&[97, 98, 99][..], &[10, 11, 10, 11][..]));
    assert!(rows.iter().all(|row| text(&row["key"]).len() == 13 && text(&row["hash"]).len() == 64));

    let (again, _) = written(root.path(), path(&mixture), &folder.path().join("again.json"), "7");
    let (other, _) = written(root.path(), path(&mixture), &folder.path().join("again.json"), "8");
    assert!(again == bytes && other != bytes, "the same seed draws the same, another one others");
}

#[test]
fn nothing_is_written_into_the_data_or_left_behind_by_an_error() {
    let (root, folder) = (root(), tempfile::tempdir().unwrap());
    let out = folder.path().join("out.json");
    for mixture in ["coco+none", "coco*x"] {
        let output = blend(root.path(), "write", mixture, &["--out", path(&out)]);
        assert_eq!(output.status.code(), Some(1));
    }
    // The trainer would stop at this record when it comes to it; here it is found while it is written.
    root.write("broken.jsonl", "{\"id\": 1}\n{\"id\": }\n");
    let output = blend(root.path(), "write", "broken", &["--out", path(&out)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("broken.jsonl: record 1"), "{said}");
    let inside = root.path().join("out.json");
    assert_eq!(blend(root.path(), "write", "coco", &["--out", path(&inside)]).status.code(), Some(2));
    assert_eq!(
        blend(root.path(), "write", "coco", &["--out", path(&folder.path().join("x.txt"))]).status.code(),
        Some(2)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(!inside.exists());
}

#[test]
fn a_kill_leaves_no_half_file_under_the_final_name() {
    let (root, folder) = (Root::with(&[("many.jsonl", lines(20_000))]), tempfile::tempdir().unwrap());
    let out = folder.path().join("out.jsonl");
    let mut command = binary::command();
    command.args(["blend", "write", "many*100000", "--root"]).arg(root.path()).arg("--out").arg(&out);
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let partial = folder.path().join("out.jsonl.partial");
    let has_begun = || fs::metadata(&partial).is_ok_and(|file| file.len() > 0).then_some(());
    let begun = poll(Duration::from_mins(1), has_begun);
    child.kill().unwrap();
    child.wait().unwrap();
    begun.expect("something is written");
    assert!(!out.exists() && !folder.path().join("out.manifest.json").exists());
}

#[test]
fn a_mixture_is_said_for_other_trainers_with_the_same_counts() {
    let root = root();
    let mixture = root.write(
        "mix.toml",
        "[[part]]\nname = \"pages\"\nrepeat = 2\n[[part]]\nname = \"pages\"\nfirst = 10\n",
    );
    let total = 90;
    for (format, file) in [
        ("llava-next", Some("e.yaml")),
        ("energon", Some("写真/e.yaml")),
        ("internvl", Some("e.json")),
        ("llama-factory", Some("dataset_info.json")),
        ("blendscope", Some("e.toml")),
        ("qwen", None),
    ] {
        let file: Option<PathBuf> = file.map(|file| root.path().join(file));
        let to = ["--to", format];
        let out = file.as_deref().map_or(Vec::new(), |file| vec!["--out", path(file)]);
        let output = blend(root.path(), "export", path(&mixture), &[&to[..], &out].concat());
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        let string = String::from_utf8(output.stdout).unwrap();
        let said = file.as_deref().map_or(string.trim(), path);
        let back = evaluated(root.path(), said, &["--format", format]);
        assert_eq!(back["samples"], total, "{format}");
        assert!(
            back["parts"].as_array().unwrap().iter().all(|part| part["files"] == json!(["pages.jsonl"])),
            "{back}"
        );
    }
    for format in ["vila-string", "convllava", "xcomposer"] {
        let output = blend(root.path(), "export", path(&mixture), &["--to", format]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains("pages"), "{format}: {said}");
    }
}

#[test]
fn published_sums_come_out() {
    let root = root();
    let reckoned = |parts: &[(&str, u64)]| {
        let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
        let counts: Vec<String> = parts.iter().map(|(name, samples)| format!("{name}={samples}")).collect();
        let counts: Vec<&str> = counts.iter().flat_map(|given| ["--count", given]).collect();
        evaluated(root.path(), &names.join(","), &counts)
    };
    let mix = [
        ("coco", 364_100),
        ("vg", 86_417),
        ("ocr_vqa", 80_000),
        ("gqa", 72_140),
        ("textvqa", 21_953),
        ("text", 40_688),
    ];
    assert_eq!(reckoned(&mix)["samples"], 665_298);
    assert_eq!(reckoned(&[("laion_cc_sbu", 558_128), ("allava", 708_140)])["samples"], 1_266_268);

    let japanese =
        [("instruct", 156_000), ("photos_conv", 12_000), ("vg_vqa", 99_000), ("synthdog", 102_000)];
    let english =
        [("llava", 158_000), ("vqav2", 53_000), ("gqa", 46_000), ("ocr", 80_000), ("textvqa", 22_000)];
    let step = reckoned(&[&japanese[..], &english].concat());
    let shares = step["parts"]
        .as_array()
        .unwrap()
        .iter()
        .take(japanese.len())
        .map(|part| part["share"].as_f64().unwrap());
    assert_eq!(format!("{:.1}", shares.sum::<f64>() * 100.0), "50.7");
}

/// The cases beside the real data, where they are.
#[test]
fn mixtures_of_trainers_are_taken_as_their_trainers_take_them() {
    let program = std::env::var_os("BLENDSCOPE_REAL_DATA")
        .map(|folder| PathBuf::from(folder).join("../bin/try-blends"));
    let Some(program) = program.filter(|program| program.is_file()) else {
        let _ =
            writeln!(std::io::stderr(), "skipped: beside BLENDSCOPE_REAL_DATA there is no bin/try-blends");
        return;
    };
    let output = std::process::Command::new(program).arg(binary::path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

//! One set of three samples as people's programs write it: every container gives the same samples and pictures.

use crate::support::{dataset_of, file_entry, items, text, total};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_shared::paths::image as image_address;
use blendscope_tests::pickle;
use blendscope_tests::root::{GIF, Root};
use blendscope_tests::server::Server;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// What a container is called in answers, and the file that has the three samples in it.
const FILES: [(&str, &str); 8] = [
    ("json_lines", "lines/set.jsonl"),
    ("json_lines_gzip", "packed/set.jsonl.gz"),
    ("json_lines_zstd", "packed_again/set.jsonl.zst"),
    ("tar", "web/00000.tar"),
    ("tar_gzip", "web_packed/00000.tar.gz"),
    ("pickle", "pickled/set.pkl"),
    ("csv", "table/set.csv"),
    ("folder", "scraped/00000"),
];

/// The picture of a sample: a pixel of a colour of its own, with a comment so that it is as long as small pictures are.
fn picture(number: u8) -> Vec<u8> {
    let mut bytes = GIF.to_vec();
    bytes[13] = number;
    let comment = [&b"\x21\xfe\x40"[..], &[b'.'; 64], b"\0"].concat();
    bytes.splice(19..19, comment);
    bytes
}

/// The caption of a sample; the container is in it, so that no file is a copy of another one.
fn caption(container: &str, number: u8) -> String {
    format!("{container} dot{number}, as seen from afar")
}

fn records(container: &str) -> Vec<Value> {
    let record = |number: u8| json!({"id": number.to_string(), "caption": caption(container, number), "image": STANDARD.encode(picture(number))});
    (0..3).map(record).collect()
}

fn lines(container: &str) -> String {
    let lines: Vec<String> = records(container).iter().map(Value::to_string).collect();
    lines.join("\n")
}

fn table(container: &str) -> String {
    let row = |record: &Value| {
        format!("{},\"{}\",{}\n", text(&record["id"]), text(&record["caption"]), text(&record["image"]))
    };
    format!("id,caption,image\n{}", records(container).iter().map(row).collect::<String>())
}

/// A picture and a text of the same name for each sample.
fn write_pairs(root: &Root, folder: &str, container: &str) {
    for number in 0..3 {
        root.write(&format!("{folder}/{number:09}.gif"), picture(number));
        root.write(&format!("{folder}/{number:09}.txt"), caption(container, number));
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) {
    let status = Command::new(program).args(arguments).current_dir(folder).status();
    assert!(status.unwrap().success(), "{program} {arguments:?}");
}

/// Packs the lines of a container by the system's own program.
fn write_packed(root: &Root, path: &str, container: &str, program: &str) {
    let unpacked = root.write(path.rsplit_once('.').unwrap().0, lines(container));
    run(program, &["-q", unpacked.to_str().unwrap()], root.path());
    let _ = std::fs::remove_file(unpacked);
}

/// Packs pairs by the system's own program.
fn write_tar(root: &Root, path: &str, container: &str, option: &str) {
    let members = Root::with::<&str>(&[]);
    write_pairs(&members, ".", container);
    let archive = root.write(path, "");
    let names: Vec<String> =
        (0..3).flat_map(|number| ["gif", "txt"].map(|kind| format!("{number:09}.{kind}"))).collect();
    let names = names.iter().map(String::as_str);
    let arguments: Vec<&str> = [option, archive.to_str().unwrap()].into_iter().chain(names).collect();
    run("tar", &arguments, members.path());
}

fn root() -> Root {
    let root = Root::with::<&str>(&[]);
    for (container, path) in FILES {
        match container {
            "json_lines" => drop(root.write(path, lines(container))),
            "json_lines_gzip" => write_packed(&root, path, container, "gzip"),
            "json_lines_zstd" => write_packed(&root, path, container, "zstd"),
            "tar" => write_tar(&root, path, container, "-cf"),
            "tar_gzip" => write_tar(&root, path, container, "-czf"),
            "pickle" => drop(root.write(path, pickle::list(&records(container)))),
            "csv" => drop(root.write(path, table(container))),
            _ => write_pairs(&root, path, container),
        }
    }
    root
}

#[test]
fn the_same_samples_are_found_with_their_pictures_in_every_container() {
    let root = root();
    let server = Server::start(root.path());
    for (container, path) in FILES {
        check(&server, container, path);
    }
    assert_eq!(server.json("/api/v1/datasets")["unclaimed"], json!([]));
}

fn check(server: &Server, container: &str, path: &str) {
    let slug = text(&dataset_of(server, path)["slug"]).to_owned();
    assert_eq!(file_entry(server, path)["container"], container, "{path}");
    assert_eq!(total(server, &format!("dataset={slug}")), 3, "{path}");
    for number in 0..3 {
        let found = server.json(&format!("/api/v1/search?dataset={slug}&q=dot{number}"));
        let [hit] = items(&found) else { panic!("{path}: {found}") };
        assert_eq!(hit["images"][0]["status"], "present", "{path}: {hit}");
        let sample = server.json(&text(&hit["url"]).replacen("/s/", "/api/v1/samples/", 1));
        let said = text(&sample["turns"][0]["text"]);
        assert!(said.ends_with(&caption(container, number)), "{path}: {sample}");
        let original = server.get(&image_address(text(&sample["images"][0]["key"])));
        assert_eq!(original.body, picture(number), "{path}: {sample}");
    }
}

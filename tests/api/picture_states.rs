//! Whether pictures are there and whole: broken ones, remote ones, and paths that are written in another way.

use crate::support::{count, dataset_of, items, text, total};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A root with a record for each of these refs.
fn root_of(refs: &[&str]) -> Root {
    let records: Vec<Value> = refs.iter().map(|image| picture_record(image, image, "A dot.")).collect();
    Root::with(&[("dots.json", array(&records))])
}

/// The first picture of each sample.
fn pictures(server: &Server) -> Vec<Value> {
    let answer = server.json("/api/v1/search?q=&sort=file&limit=200");
    items(&answer).iter().map(|hit| hit["images"][0].clone()).collect()
}

#[track_caller]
fn wait_for(server: &Server, filter: &str, samples: u64) {
    let found = poll(PATIENCE, || (total(server, filter) == samples).then_some(()));
    assert!(found.is_some(), "{filter} finds {}, not {samples}", total(server, filter));
}

#[test]
fn broken_pictures_are_counted_found_and_explained() {
    let root = root_of(&["p/page.jpg", "p/cut.gif", "p/empty.png", "p/pointer.jpg", "p/good.gif"]);
    root.write("p/page.jpg", "<!DOCTYPE html><title>404</title>");
    root.write("p/cut.gif", &GIF[..GIF.len() - 2]);
    root.write("p/empty.png", "");
    root.write("p/pointer.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n");
    root.write("p/good.gif", [GIF, b"more behind its end"].concat());
    let server = Server::start(root.path());
    wait_for(&server, "image_status=broken", 4);
    assert_eq!(total(&server, "image_status=present"), 1);
    assert_eq!(total(&server, "q=image_status:broken"), 4);
    assert_eq!(count(&dataset_of(&server, "dots.json")["images_broken"]), 4);
    let pictures = pictures(&server);
    for (picture, reason) in
        pictures.iter().zip(["a web page", "cut short", "0 bytes", "Git LFS pointer", ""])
    {
        let is_good = reason.is_empty();
        assert_eq!(picture["status"], if is_good { "present" } else { "broken" }, "{picture}");
        assert!(is_good || text(&picture["trouble"]).contains(reason), "{picture}");
        // Of a cut picture as much is shown as its decoder makes of it.
        if reason != "cut short" {
            let thumbnail = server.get(text(&picture["thumbnail"]));
            assert_eq!(thumbnail.status, if is_good { 200 } else { 422 }, "{picture}");
        }
    }
}

#[test]
fn remote_pictures_are_remote_and_not_missing() {
    let refs = ["https://example.org/1.jpg", "s3://bucket/1.jpg", "gs://bucket/1.jpg", "p/good.gif"];
    let root = root_of(&refs);
    root.write("p/good.gif", GIF);
    let server = Server::start(root.path());
    assert_eq!((total(&server, "image_status=remote"), total(&server, "image_status=missing")), (3, 0));
    assert_eq!(count(&dataset_of(&server, "dots.json")["images_remote"]), 3);
    for (picture, written) in pictures(&server).iter().zip(&refs[..3]) {
        assert_eq!((text(&picture["status"]), text(&picture["written"])), ("remote", *written));
        assert_eq!(picture["thumbnail"], "", "nothing is fetched");
    }
}

#[test]
fn paths_written_in_another_way_are_found_and_it_is_said() {
    let root = Root::with(&[("p/a b.gif", GIF), ("p/cafe\u{301}.gif", GIF)]);
    let inside = root.path().join("p/a b.gif").display().to_string();
    let address = format!("file://{}", inside.replace(' ', "%20"));
    let refs = [
        r"p\a b.gif",
        r".\p\a b.gif",
        "p/a%20b.gif",
        "p/a b.gif?download=1",
        "p/a b.gif ",
        "p/caf\u{e9}.gif",
        inside.as_str(),
        address.as_str(),
        "/home/somebody/else/p/a b.gif",
    ];
    let records: Vec<Value> = refs.iter().map(|image| picture_record(image, image, "A dot.")).collect();
    root.write("dots.json", array(&records));
    let server = Server::start(root.path());
    assert_eq!(total(&server, "image_status=present"), refs.len() as u64);
    assert_eq!(count(&dataset_of(&server, "dots.json")["images_missing"]), 0);
    for picture in pictures(&server) {
        assert_eq!(picture["status"], "present", "{picture}");
        assert!(text(&picture["note"]).contains("found as p/"), "{picture}");
        assert!(text(picture["tried"].as_array().unwrap().last().unwrap()).starts_with("p/"), "{picture}");
        let original = format!("/images/{}", blendscope_shared::paths::escape_path(text(&picture["key"])));
        assert_eq!(server.get(&original).body, GIF, "{picture}");
    }
}

#[test]
fn a_name_that_differs_in_case_is_a_hint() {
    let root = root_of(&["p/dot.gif"]);
    root.write("P/Dot.GIF", GIF);
    let server = Server::start(root.path());
    let picture = &pictures(&server)[0];
    assert_eq!(picture["status"], "missing");
    assert!(text(&picture["note"]).ends_with("differs in case: P/Dot.GIF"), "{picture}");
    assert_eq!(total(&server, "image_status=missing"), 1);
}

#[test]
fn a_picture_of_a_format_that_is_not_shown_is_not_broken() {
    let root = root_of(&["p/1.heic"]);
    root.write("p/1.heic", [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 40]].concat());
    let server = Server::start(root.path());
    let picture = &pictures(&server)[0];
    assert_eq!((text(&picture["status"]), text(&picture["thumbnail"])), ("present", ""));
    assert!(text(&picture["note"]).contains("HEIC: not shown"), "{picture}");
}

#[test]
fn a_zip_archive_with_a_wrong_checksum_is_told() {
    let mut zip = blendscope_tests::zip::stored(&[("p/1.gif", GIF), ("p/2.gif", GIF)]);
    let place = zip.windows(GIF.len()).position(|bytes| bytes == GIF).unwrap();
    zip[place + 14] ^= 1;
    let root = root_of(&["p/1.gif", "p/2.gif"]);
    root.write("p.zip", zip);
    let server = Server::start(root.path());
    wait_for(&server, "image_status=broken", 1);
    let pictures = pictures(&server);
    assert_eq!((text(&pictures[0]["status"]), text(&pictures[1]["status"])), ("broken", "present"));
    assert!(text(&pictures[0]["trouble"]).contains("CRC-32"), "{}", pictures[0]);
    assert_eq!(server.get(text(&pictures[0]["thumbnail"])).status, 422);
}

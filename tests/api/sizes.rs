//! Sizes of pictures: histograms, ranges and fields of queries, which come when everything is indexed.

use crate::support::{count, total};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A GIF that says it is so large.
fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = GIF.to_vec();
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// The header of a JPEG of 640 × 480 pixels that is to be turned by a quarter.
fn turned_jpeg() -> Vec<u8> {
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, exif.len() as u8 + 2];
    bytes.extend_from_slice(exif);
    bytes.extend_from_slice(&[0xFF, 0xC0, 0, 11, 8, 480_u16.to_be_bytes()[0], 480_u16.to_be_bytes()[1]]);
    bytes.extend_from_slice(&[640_u16.to_be_bytes()[0], 640_u16.to_be_bytes()[1], 1, 1, 0x11, 0]);
    bytes
}

/// Two samples of one picture, one whose picture is turned, and three whose picture has no size: missing, broken, none.
fn root() -> Root {
    let root = Root::with(&[(
        "farm.json",
        array(&[
            picture_record("a", "pictures/wide.gif", "A red barn."),
            picture_record("b", "pictures/turned.jpg", "A horse."),
            picture_record("c", "pictures/gone.gif", "A red hen."),
            record("d", "What colour is the barn?", "Red."),
            picture_record("e", "pictures/broken.gif", "A goose."),
            picture_record("f", "pictures/wide.gif", "The same barn."),
        ]),
    )]);
    root.write("pictures/wide.gif", gif(300, 200));
    root.write("pictures/turned.jpg", turned_jpeg());
    root.write("pictures/broken.gif", "no picture");
    root
}

/// A histogram's counts in the result and in everything, added up.
fn sums(server: &Server, name: &str, query: &str) -> (u64, u64) {
    let answer = server.json(&format!("/api/v1/facets?{query}"));
    let sum = |counts: &Value| counts.as_array().unwrap().iter().map(count).sum();
    let histogram = &answer["histograms"][name];
    (sum(&histogram["counts"]), sum(&histogram["all"]))
}

#[track_caller]
fn wait_for_sizes(server: &Server, samples: u64) {
    let found = poll(PATIENCE, || (sums(server, "width", "") == (samples, samples)).then_some(()));
    assert!(found.is_some(), "sizes of {:?} samples, not of {samples}", sums(server, "width", ""));
}

#[test]
fn samples_are_counted_and_found_by_the_size_of_their_picture() {
    let root = root();
    let server = Server::start(root.path());
    wait_for_sizes(&server, 3);
    assert_eq!(sums(&server, "height", "q=barn"), (2, 3));
    assert_eq!(sums(&server, "width", "width=480&q=horse"), (1, 3));
    assert_eq!(total(&server, "width=300"), 2);
    assert_eq!(total(&server, "width=301.."), 1);
    assert_eq!(total(&server, "height=640"), 1, "after turning");
    assert_eq!(total(&server, "width=300..480&height=..200"), 2);
    assert_eq!(total(&server, "q=width:%3E300"), 1);
    assert_eq!(total(&server, "q=barn+height:200"), 2);
}

#[test]
fn a_size_that_is_not_known_is_in_no_range() {
    let root = root();
    let server = Server::start(root.path());
    wait_for_sizes(&server, 3);
    for range in ["0..", "..100000", "0..299", "0"] {
        let expected = if range.starts_with("0..2") || range == "0" { 0 } else { 3 };
        assert_eq!(total(&server, &format!("width={range}")), expected, "{range}");
        assert_eq!(total(&server, &format!("q=width:{range}")), expected, "{range}");
    }
    let bounds = &server.json("/api/v1/facets?")["histograms"]["width"]["bounds"];
    assert_eq!(count(&bounds[0]), 300);
}

#[test]
fn sizes_are_kept_and_pictures_that_come_later_get_theirs() {
    let root = root();
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    wait_for_sizes(&server, 3);
    assert!(server.stop().success());
    root.write("pictures/gone.gif", gif(1000, 10));
    let server = Server::start_on(root.path(), index.path());
    assert_eq!(server.wait_until_ready()["state"], "ready");
    assert!(total(&server, "width=1..") >= 3);
    wait_for_sizes(&server, 4);
    assert_eq!(total(&server, "width=1000&height=10"), 1);
}

#[test]
fn pictures_in_archives_and_shards_have_sizes() {
    let inside = Root::with(&[("sa_1.jpg", turned_jpeg())]);
    inside.write("1.gif", gif(30, 20));
    inside.write("1.txt", "a white pixel");
    let records = [picture_record("a", "sam/images/sa_1.jpg", "A horse.")];
    let root = Root::with(&[("sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json", array(&records))]);
    for (archive, members) in
        [("sam/images/000000.tar", &["sa_1.jpg"][..]), ("web/00000.tar", &["1.gif", "1.txt"])]
    {
        let archive = root.write(archive, "");
        let packed =
            Command::new("tar").arg("-cf").arg(archive).arg("-C").arg(inside.path()).args(members).status();
        assert!(packed.unwrap().success());
    }
    let server = Server::start(root.path());
    wait_for_sizes(&server, 2);
    assert_eq!(total(&server, "width=480&height=640"), 1);
    assert_eq!(total(&server, "width=30&height=20"), 1);
}

//! `/images`: pictures as they are, and thumbnails.

use crate::support::{demo_server, image_with_status, problem, text};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;

const JPEG: &[u8] = b"\xff\xd8\xff";

#[test]
fn an_original_comes_as_it_is_whole_and_in_ranges() {
    let server = demo_server();
    let path = format!("/images/{}", image_with_status(&server, "present"));
    let whole = server.get(&path);
    assert_eq!(whole.status, 200);
    assert!(whole.header("content-type").unwrap().starts_with("image/"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let size = whole.body.len();

    let range = |value: &str| server.request("GET", &path).header("range", value).send().unwrap();
    let part = range("bytes=10-19");
    assert_eq!(part.status, 206);
    assert_eq!(part.header("content-range"), Some(format!("bytes 10-19/{size}").as_str()));
    assert_eq!(part.body, whole.body[10..20]);
    assert_eq!(range("bytes=-5").body, whole.body[size - 5..]);
    assert_eq!(range(&format!("bytes={}-", size - 3)).body, whole.body[size - 3..]);
    let beyond = range(&format!("bytes={size}-"));
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), Some(format!("bytes */{size}").as_str()));

    let head = server.request("HEAD", &path).send().unwrap();
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-length"), Some(size.to_string().as_str()));
}

#[test]
fn a_thumbnail_is_a_small_jpeg_that_is_asked_for_again_only_when_it_may_have_changed() {
    let server = demo_server();
    let key = image_with_status(&server, "present");
    let path = format!("/images/{key}?w=160");
    let thumbnail = server.get(&path);
    assert_eq!(thumbnail.status, 200);
    assert_eq!(thumbnail.header("content-type"), Some("image/jpeg"));
    assert!(thumbnail.body.starts_with(JPEG));
    assert_eq!(thumbnail.header("cache-control"), Some("no-cache"));
    let first = server.json("/api/v1/search?limit=50&dataset=sharegpt4v-cap100k");
    let versioned = first["items"].as_array().unwrap().iter().map(|hit| &hit["images"][0]);
    let versioned =
        versioned.filter(|image| image["status"] == "present").map(|image| text(&image["thumbnail"]));
    for address in versioned {
        let kept = server.get(address).header("cache-control").unwrap().to_owned();
        assert!(kept.contains("immutable"), "{address}: {kept}");
    }

    let tag = thumbnail.header("etag").unwrap();
    assert!(tag.starts_with('"'), "{tag} is not a strong tag");
    let again = server.request("GET", &path).header("if-none-match", tag).send().unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(server.request("GET", &path).header("if-none-match", "\"other\"").send().unwrap().status, 200);
    let other = server.get(&format!("/images/{key}?w=80"));
    assert_ne!(other.header("etag"), Some(tag));
    let head = server.request("HEAD", &path).send().unwrap();
    assert_eq!((head.status, head.header("etag")), (200, Some(tag)));
}

#[test]
fn other_widths_and_parameters_are_refused_by_name() {
    let server = demo_server();
    let key = image_with_status(&server, "present");
    for (query, parameter) in
        [("w=0", "w"), ("w=123", "w"), ("w=99999", "w"), ("w=x", "w"), ("colour=red", "colour")]
    {
        let detail = problem(&server.get(&format!("/images/{key}?{query}")), 400);
        assert!(detail.contains(&format!("`{parameter}`")), "{query}: {detail}");
    }
}

#[test]
fn an_unknown_image_is_not_found() {
    let server = demo_server();
    problem(&server.get("/images/coco/999999999999"), 404);
    problem(&server.get("/images/no-such-source/1"), 404);
    assert!([404, 400].contains(&server.get("/images/coco/").status));
}

#[test]
fn a_missing_image_says_where_it_was_looked_for() {
    let server = demo_server();
    let key = image_with_status(&server, "missing");
    assert!(!problem(&server.get(&format!("/images/{key}?w=320")), 404).is_empty());
}

#[test]
fn the_bytes_decide_the_format_and_not_the_name() {
    let records = [picture_record("a", "images/a.jpg", "a GIF by another name")];
    let root = Root::with(&[("gif.json", array(&records).as_bytes()), ("images/a.jpg", GIF)]);
    let server = Server::start(root.path());
    let original = server.get(&format!("/images/{}", image_with_status(&server, "present")));
    assert_eq!(original.header("content-type"), Some("image/gif"));
    assert_eq!(original.body, GIF);
}

#[test]
fn plus_blank_and_unicode_in_a_name_survive() {
    let names = ["VQA-E+x.gif", "two words.gif", "犬#1.gif", "50%.gif", "a?b.gif"];
    let records = names.map(|name| picture_record(name, &format!("images/{name}"), "odd name"));
    let root = Root::with(&[("names.json", array(&records))]);
    for name in names {
        root.write(&format!("images/{name}"), GIF);
    }
    let server = Server::start(root.path());
    let answer = server.json("/api/v1/search?q=");
    for hit in crate::support::items(&answer) {
        let image = &hit["images"][0];
        assert_eq!(image["status"], "present", "{image}");
        assert_eq!(server.get(crate::support::text(&image["thumbnail"])).status, 200, "{image}");
    }
}

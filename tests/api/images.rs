//! `/images` and the page of an image: pictures as they are, thumbnails, one key for every spelling, and pictures that
//! are missing, broken, remote, or written in another way.

use crate::support::{
    count, dataset_of, demo_server, files_below, image_with_status, items, problem, text, total,
};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

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

const SPELLINGS: [(&str, &str); 3] = [
    ("llava/llava_pretrain/blip_laion_cc_sbu_558k.json", "00453/004539375.jpg"),
    (
        "sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
        "llava/llava_pretrain/images/00453/004539375.jpg",
    ),
    ("train_json/pretrain.json", "LLaVA-Pretrain/images/00453/004539375.jpg"),
];

fn root() -> Root {
    let root = Root::with(&[("llava/llava_pretrain/images/00453/004539375.jpg", GIF)]);
    for (number, (path, image)) in SPELLINGS.iter().enumerate() {
        root.write(path, array(&[picture_record(&format!("s{number}"), image, "A mattress.")]));
    }
    root
}

#[test]
fn three_spellings_are_one_image_on_one_page() {
    let root = root();
    let server = Server::start(root.path());
    let hits = server.json("/api/v1/search?q=mattress");
    let keys: Vec<&str> = items(&hits).iter().map(|hit| text(&hit["images"][0]["key"])).collect();
    assert_eq!(keys, ["llava_pretrain/00453/004539375"; 3]);
    let page = server.json("/api/v1/images?source=llava_pretrain&name=00453%2F004539375");
    assert_eq!((text(&page["status"]), count(&page["width"]), text(&page["format"])), ("present", 1, "gif"));
    assert_eq!(text(&page["url"]), "/i/llava_pretrain/00453/004539375");
    assert_eq!(count(&page["samples"]["total"]), 3);
    let ids: Vec<&str> = items(&page["samples"]).iter().map(|hit| text(&hit["id"])).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert_eq!(server.get("/i/llava_pretrain/00453/004539375").status, 200);
}

#[test]
fn the_samples_of_an_image_come_page_by_page() {
    let records: Vec<_> =
        (0..5).map(|n| picture_record(&n.to_string(), "coco/train2017/000000000009.jpg", "A dog.")).collect();
    let root = Root::with(&[("llava/llava_v1_5_mix665k.json", array(&records))]);
    let server = Server::start(root.path());
    let first = server.json("/api/v1/images?source=coco&name=000000000009&limit=3");
    let next = text(&first["samples"]["next"]);
    let second = server.json(&format!("/api/v1/images?source=coco&name=000000000009&limit=3&cursor={next}"));
    let ids = |page: &serde_json::Value| -> Vec<String> {
        items(&page["samples"]).iter().map(|hit| text(&hit["id"]).to_owned()).collect()
    };
    assert_eq!(
        (ids(&first), ids(&second)),
        (vec!["0".to_owned(), "1".to_owned(), "2".to_owned()], vec!["3".to_owned(), "4".to_owned()])
    );
    assert!(second["samples"]["next"].is_null());
    assert_eq!(text(&first["status"]), "missing");
    assert!(!first["tried"].as_array().unwrap().is_empty());
}

#[test]
fn everything_that_is_said_about_an_image_is_there_in_full() {
    let turns = |question: &str, answer: &str| serde_json::json!([{"from": "human", "value": format!("<image>\n{question}")}, {"from": "gpt", "value": answer}]);
    let record = |id: &str, question: &str, answer: &str| {
        let image = "coco/train2017/000000000009.jpg";
        serde_json::json!({"id": id, "image": image, "conversations": turns(question, answer)})
    };
    let long = "A long caption. ".repeat(200);
    let records = [
        record("a_gpt4_7", "Describe the image concisely.", &long),
        record("b", "What is on the plate?", "Food."),
        record("c", "Where is the plate?", "At [0.1, 0.2, 0.5, 0.75]."),
    ];
    let root = Root::with(&[("llava/llava_v1_5_mix665k.json", array(&records))]);
    let server = Server::start(root.path());
    let page = server.json("/api/v1/images?source=coco&name=000000000009");
    let said = page["samples"]["said"].as_array().unwrap();
    let kinds: Vec<&str> = said.iter().map(|saying| text(&saying["kind"])).collect();
    assert_eq!(kinds, ["caption", "answer", "region"]);
    assert_eq!(text(&said[0]["text"]), long.trim());
    assert_eq!((text(&said[0]["author"]), text(&said[1]["question"])), ("GPT-4", "What is on the plate?"));
    assert_eq!((count(&said[2]["sample"]), count(&said[2]["turn"])), (2, 1));
}

#[test]
fn an_image_that_nothing_speaks_of_is_not_there() {
    let root = root();
    let server = Server::start(root.path());
    problem(&server.get("/api/v1/images?source=coco&name=000000000001"), 404);
    assert!(problem(&server.get("/api/v1/images?source=coco"), 400).contains("name"));
    assert!(problem(&server.get("/api/v1/images?source=coco&name=1&limit=0"), 400).contains("limit"));
    assert_eq!(server.get("/i/coco/000000000001").status, 404);
}

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

#[test]
fn a_picture_has_a_colour_once_a_thumbnail_of_it_was_made() {
    let root = Root::with(&[("dots.json", array(&[picture_record("1", "dot.gif", "A dot.")]))]);
    root.write("dot.gif", GIF);
    let index = tempfile::tempdir().unwrap();
    let image = |server: &Server| items(&server.json("/api/v1/search?q="))[0]["images"][0].clone();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    let before = image(&server);
    assert_eq!(before.get("colour"), None, "{before}");
    assert_eq!(server.get(text(&before["thumbnail"])).status, 200);
    let colour = image(&server)["colour"].clone();
    assert!(text(&colour).starts_with("#f"), "a white picture is {colour}");
    assert!(server.stop().success());
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert_eq!(image(&server)["colour"], colour, "it is remembered");
    root.write("dot.gif", [GIF, b" "].concat());
    assert_eq!(image(&server).get("colour"), None, "another picture at its place has a colour of its own");
}

#[test]
fn without_room_on_disk_thumbnails_are_made_anew_each_time() {
    let root = Root::with(&[("dots.json", array(&[picture_record("1", "dot.gif", "A dot.")]))]);
    root.write("dot.gif", GIF);
    for (room, kept) in [("0", false), ("16", true)] {
        let index = tempfile::tempdir().unwrap();
        let server =
            Server::launch(Server::command(root.path(), index.path()).args(["--thumbnail-cache", room]));
        server.wait_until_ready();
        let answer = server.json("/api/v1/search?q=");
        let thumbnail = text(&items(&answer)[0]["images"][0]["thumbnail"]);
        for _ in 0..2 {
            assert_eq!(server.get(thumbnail).status, 200);
        }
        let is_thumbnail = |path: &PathBuf| path.to_string_lossy().contains("/thumbnails/");
        let count = files_below(index.path()).into_iter().filter(is_thumbnail).count();
        assert_eq!(count > 0, kept, "{room} MB: {count} files");
    }
}

//! The page and its files, as the server hands them out.

use crate::support::{count, demo_server, items, text};
use blendscope_tests::demo;
use blendscope_tests::server::Server;

#[test]
fn every_known_address_answers_with_the_page() {
    let server = demo_server();
    let answer = server.json("/api/v1/search?limit=1");
    let hit = &items(&answer)[0];
    let dataset = format!("/datasets/{}", text(&hit["dataset"]));
    for target in ["/", "/search", "/search?q=red&sort=file", dataset.as_str(), text(&hit["url"])] {
        let page = server.get(target);
        assert_eq!(page.status, 200, "{target}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{target}");
        assert!(page.text().contains("<script"), "{target} is not the page");
        let policy = page.header("content-security-policy").unwrap();
        assert!(!policy.contains("unsafe-inline") || policy.contains("nonce-"), "{target}: {policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{target}");
    }
}

#[test]
fn everything_else_is_not_found() {
    let server = demo_server();
    for target in [
        "/no-such-page",
        "/index.php",
        "/s",
        "/s/one",
        "/s/a/b/c",
        "/app.wasm",
        "/assets/app.wasm",
        "/favicon.png.map",
    ] {
        assert_eq!(server.get(target).status, 404, "{target}");
    }
}

#[test]
fn a_link_preview_tells_what_the_sample_is() {
    let server = demo_server();
    let answer = server.json("/api/v1/search?limit=1");
    let page = server.get(text(&items(&answer)[0]["url"]));
    for tag in ["og:title", "og:description"] {
        assert!(page.text().contains(tag), "{tag} is not on the page of a sample");
    }
}

#[test]
fn a_link_preview_tells_what_a_search_finds_with_a_picture_of_it() {
    let server = demo_server();
    let address = "/search?q=red&image_status=present";
    let found = server.json(&format!("/api/v1{address}&limit=1"));
    let page = server.get(&format!("{address}&view=grid&at=3"));
    let title = format!("“red” · {} samples", count(&found["total"]["count"]));
    assert!(
        page.text().contains(&format!("<meta property=\"og:title\" content=\"{title}\">")),
        "{}",
        page.text()
    );
    let picture = page.text().split("og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let path = picture.strip_prefix(&server.url("")).unwrap();
    assert_eq!(server.get(path).header("content-type"), Some("image/jpeg"), "{picture}");
    // A browser shows it by itself, and need not wait.
    let opened = server.request("GET", address).header("sec-fetch-mode", "navigate").send().unwrap();
    assert!(!opened.text().contains("og:title"), "{}", opened.text());
}

#[test]
fn a_guarded_server_previews_nothing() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--token", "sesame"]));
    for path in ["/search?q=red", "/recipes/convllava"] {
        let page = server.request("GET", path).header("authorization", "Bearer sesame").send().unwrap();
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("og:"), "{path}: {}", page.text());
    }
}

#[test]
fn the_files_of_the_page_come_with_their_types_and_are_kept() {
    let server = demo_server();
    let page = server.get("/");
    let names: Vec<&str> =
        page.text().split(['"', '\'', '`', '=', '>', ' ']).filter(|part| is_asset(part)).collect();
    assert!(names.iter().any(|name| extension(name) == "wasm"), "{names:?}");
    for name in names {
        let target = format!("/{}", name.trim_start_matches("./").trim_start_matches('/'));
        let file = server.get(&target);
        assert_eq!(file.status, 200, "{target}");
        // What has no hash in its name is asked for again, and not sent again.
        if let Some(tag) = file.header("etag") {
            let again = server.request("GET", &target).header("if-none-match", tag).send().unwrap();
            assert_eq!((again.status, again.body.len()), (304, 0), "{target}");
            assert_eq!(file.header("cache-control"), Some("no-cache"), "{target}");
        } else {
            assert!(file.header("cache-control").unwrap().contains("immutable"), "{target}");
        }
        if extension(&target) == "wasm" {
            assert_eq!(file.header("content-type"), Some("application/wasm"));
            assert_eq!(&file.body[..4], b"\0asm");
        }
    }
}

fn is_asset(part: &str) -> bool {
    !part.contains(['\n', ' ', ':']) && ["wasm", "js", "css"].contains(&extension(part))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

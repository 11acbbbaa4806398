//! The page and its files: how the server hands them out, plain HTTP manners (hosts, compression, tokens, methods), and
//! what pages elsewhere may do: link to Blendscope and show its pictures, and nothing else.

use crate::support::{count, demo_server, image_with_status, items, problem, text};
use blendscope_tests::demo;
use blendscope_tests::http::Response;
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::time::Duration;

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

#[test]
fn a_page_elsewhere_cannot_read_the_data_by_rebinding_names() {
    let server = demo_server();
    let status =
        |host: &str| server.request("GET", "/api/v1/status").header("host", host).send().unwrap().status;
    let port = server.address().rsplit(':').next().unwrap();
    assert!([400, 403, 421].contains(&status("evil.example")));
    assert!([400, 403, 421].contains(&status(&format!("evil.example:{port}"))));
    assert!([400, 403, 421].contains(&status(&format!("127.0.0.1.evil.example:{port}"))));
    assert_eq!(status(server.address()), 200);
    // `ssh -L 8000:localhost:7878` shows the server under another port.
    assert_eq!(status("localhost:8000"), 200);
}

#[test]
fn an_answer_is_compressed_only_for_who_asks() {
    let server = demo_server();
    for target in ["/api/v1/search?limit=50", "/"] {
        let plain = server.get(target);
        assert_eq!(plain.header("content-encoding"), None, "{target}");
        assert!(!plain.text().is_empty());
        let packed = server.request("GET", target).header("accept-encoding", "br, gzip").send().unwrap();
        assert!(["br", "gzip"].contains(&packed.header("content-encoding").unwrap()), "{target}");
        assert!(packed.body.len() < plain.body.len(), "{target}");
    }
}

#[test]
fn a_token_is_asked_for_and_becomes_a_cookie() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--token", "open-sesame"]));
    problem(&server.get("/api/v1/status"), 401);
    problem(&server.get("/api/v1/status?token=wrong"), 401);
    let welcome = server.get("/?token=open-sesame");
    assert!([200, 302, 303, 307].contains(&welcome.status));
    let cookie = welcome.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let with_cookie = server.request("GET", "/api/v1/status").header("cookie", cookie).send().unwrap();
    assert_eq!(with_cookie.status, 200);
}

#[test]
fn an_unknown_endpoint_is_a_problem_and_not_a_page() {
    let server = demo_server();
    problem(&server.get("/api/v1/no-such-thing"), 404);
    problem(&server.get("/api/v2/status"), 404);
    assert_eq!(server.request("DELETE", "/api/v1/status").send().unwrap().status, 405);
}

fn send(server: &Server, method: &str, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = server.request(method, target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if method == "POST" { request.json("{\"q\": \"red\"}") } else { request }.send().unwrap()
}

/// The headers that a browser sends for a request of a page.
fn of_page<'a>(site: &'a str, mode: &'a str, dest: &'a str) -> [(&'a str, &'a str); 3] {
    [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)]
}

#[test]
fn own_pages_are_answered_and_others_are_not() {
    let server = demo_server();
    for target in ["/api/v1/search", "/api/v1/facets", "/api/v1/export"] {
        for site in ["cross-site", "same-site"] {
            let refused = send(&server, "POST", target, &of_page(site, "cors", "empty"));
            assert!(problem(&refused, 403).contains("--allow-host"));
            problem(&send(&server, "GET", target, &of_page(site, "no-cors", "script")), 403);
        }
        assert_eq!(send(&server, "POST", target, &of_page("same-origin", "cors", "empty")).status, 200);
    }
    let preflight = [("origin", "http://evil.example"), ("access-control-request-method", "POST")];
    let answer = send(&server, "OPTIONS", "/api/v1/search", &preflight);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
}

#[test]
fn a_link_and_a_picture_in_a_wiki_work() {
    let server = demo_server();
    let link = of_page("cross-site", "navigate", "document");
    assert_eq!(send(&server, "GET", "/search?q=red", &link).status, 200);
    let picture = format!("/images/{}?w=320", image_with_status(&server, "present"));
    let shown = send(&server, "GET", &picture, &of_page("cross-site", "no-cors", "image"));
    assert_eq!((shown.status, shown.header("cross-origin-resource-policy")), (200, Some("cross-origin")));
    let page = send(&server, "GET", "/", &link);
    assert_eq!(page.header("cross-origin-resource-policy"), Some("same-origin"));
}

#[test]
fn browsers_that_say_no_site_are_known_by_the_origin() {
    let options = ["--allow-host", "blend.example"];
    let server = Server::start_with(demo::root(), &options);
    let own = format!("http://{}", server.address());
    let status = |origin: &str| send(&server, "POST", "/api/v1/search", &[("origin", origin)]).status;
    assert_eq!(status(&own), 200);
    // A proxy may put another host into the request than the one in the address bar.
    assert_eq!(status("https://blend.example"), 200);
    for origin in ["null", "http://evil.example", "http://127.0.0.1", "https://blend.example.evil.example"] {
        assert_eq!(status(origin), 403, "{origin}");
    }
}

#[test]
fn a_token_does_not_let_pages_elsewhere_in() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--token", "open-sesame"]));
    let known = ("authorization", "Bearer open-sesame");
    assert_eq!(send(&server, "POST", "/api/v1/search", &[known]).status, 200);
    let refused = send(&server, "POST", "/api/v1/search", &[known, ("origin", "http://evil.example")]);
    problem(&refused, 403);
}

#[test]
fn only_json_is_taken_as_a_body() {
    let server = demo_server();
    for target in ["/api/v1/search", "/api/v1/facets", "/api/v1/export"] {
        let with = |name: &str, value: &str| {
            let request = server.request("POST", target).header("content-length", "2").header(name, value);
            // The body is left out: the answer does not wait for it.
            request.send().unwrap()
        };
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            problem(&with("content-type", media_type), 415);
        }
        let packed = server.request("POST", target).header("content-encoding", "gzip").json("{}").send();
        problem(&packed.unwrap(), 415);
        let json = server.request("POST", target).json("{}").send().unwrap();
        assert_eq!(json.status, 200);
    }
}

#[test]
fn a_page_of_results_brings_the_answer_that_it_shows_first() {
    let server = Server::start(demo::root());
    let page = |target: &str| {
        let request = server.request("GET", target).header("sec-fetch-mode", "navigate");
        request.send().unwrap().text().to_owned()
    };
    for (address, asked) in [
        ("/search?q=red&view=list", "q=red&limit=50"),
        ("/search?q=red&sort=file&at=57&open=a", "q=red&sort=file&limit=50&offset=50"),
    ] {
        // A busy machine may take longer than a page waits.
        let with_answer = || Some(page(address)).filter(|page| page.contains("id=\"first-answer\""));
        let page = poll(Duration::from_secs(20), with_answer).expect("the answer is in the page");
        let data = page.split_once("id=\"first-answer\"").unwrap().1;
        let (attributes, rest) = data.split_once('>').unwrap();
        assert!(attributes.contains(&asked.replace('&', "&amp;")), "{attributes}");
        let mut given: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        let mut answer = server.json(&format!("/api/v1/search?{asked}"));
        for answer in [&mut given, &mut answer] {
            answer["took_ms"].take();
            answer["total_ms"].take();
        }
        assert_eq!(given, answer, "{address}");
    }
    for address in ["/search?sort=nonsense", "/recipes"] {
        assert!(!page(address).contains("id=\"first-answer\""), "{address}");
    }
}

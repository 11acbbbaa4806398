//! Where the service lies: below a path, in a frame, behind a hub, at a socket.

use crate::support::{items, problem, text};
use blendscope_tests::http::Response;
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use blendscope_tests::{binary, demo};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;

fn serve(options: &[&str]) -> Server {
    Server::start_with(demo::root(), options)
}

/// The answer to a browser that opens a page.
fn open(server: &Server, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = server.request("GET", target).header("accept", "text/html,*/*;q=0.8");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().unwrap()
}

#[test]
fn below_a_base_path_every_address_has_it() {
    let (server, _index) = serve_below("/lab/data");
    let found = server.json("/lab/data/api/v1/search?q=red&limit=5");
    for hit in items(&found) {
        let page = text(&hit["url"]);
        assert!(page.starts_with("/lab/data/s/"), "{page}");
        assert_eq!(server.get(page).status, 200);
        let thumbnails = hit["images"].as_array().unwrap().iter().map(|image| text(&image["thumbnail"]));
        for thumbnail in thumbnails.filter(|address| !address.is_empty()) {
            assert!(thumbnail.starts_with("/lab/data/images/"), "{thumbnail}");
            assert_eq!(server.get(thumbnail).status, 200, "{thumbnail}");
        }
    }
    let hit = &items(&found)[0];
    let sample = format!("/lab/data/api/v1/samples/{}/{}", text(&hit["dataset"]), text(&hit["key"]));
    let sample = server.json(&sample);
    for address in [&sample["url"], &sample["next"]] {
        assert_eq!(server.get(text(address)).status, 200, "{address}");
    }
    let links = server.get("/lab/data/api/v1/export?what=links&q=red");
    assert!(links.text().lines().all(|line| line.contains("\"/lab/data/s/")), "{}", links.text());
    let outside = server.get("/api/v1/status");
    problem(&outside, 404);
    assert_eq!(outside.header("x-content-type-options"), Some("nosniff"));
    problem(&server.get("/laboratory"), 404);
    let folder = server.get("/lab/data?q=a");
    assert_eq!((folder.status, folder.header("location")), (308, Some("data/?q=a")));
}

/// A server below a base path, ready.
fn serve_below(path: &str) -> (Server, TempDir) {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--base-path", path]));
    let ready = poll(Duration::from_mins(2), || {
        let status = server.json(&format!("{path}/api/v1/status"));
        (status["state"] == "ready").then_some(())
    });
    assert!(ready.is_some(), "{}", server.log());
    (server, index)
}

#[test]
fn only_named_pages_may_show_it_in_a_frame() {
    let frame =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    let alone = serve(&[]);
    let refused = open(&alone, "/search?q=red", &frame);
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("--frame"), "{}", refused.text());
    assert!(alone.get("/").header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));

    let shown = serve(&["--frame", "https://hub.lab.edu", "--frame", "self"]);
    let page = open(&shown, "/search?q=red", &frame);
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors https://hub.lab.edu 'self'"), "{policy}");
    let asked = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
    assert_eq!(open(&shown, "/api/v1/search?q=red", &asked).status, 403);
}

#[test]
fn behind_a_hub_the_refusal_names_the_option() {
    let server = serve(&[]);
    let refused = open(&server, "/", &[("host", "hub.lab.edu")]);
    assert_eq!(refused.status, 421);
    assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(refused.text().contains("--allow-host hub.lab.edu"), "{}", refused.text());
    // A program is told the same in its own form.
    let told = server.request("GET", "/api/v1/status").header("host", "hub.lab.edu").send().unwrap();
    assert!(problem(&told, 421).contains("--allow-host hub.lab.edu"));
    let known = serve(&["--allow-host", "hub.lab.edu"]);
    assert_eq!(open(&known, "/", &[("host", "hub.lab.edu")]).status, 200);
}

#[test]
fn a_token_stands_for_the_name_of_the_host() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--token", "sesame"]));
    let hub = ("host", "hub.lab.edu");
    let asked = open(&server, "/search?q=red", &[hub]);
    assert_eq!(asked.status, 401);
    assert!(asked.text().contains("<form"), "{}", asked.text());
    assert_eq!(open(&server, "/", &[hub, ("authorization", "Bearer sesame")]).status, 200);
}

#[test]
fn a_token_is_remembered_for_the_folder_of_the_service_alone() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).args(["--token", "sesame"]));
    // A proxy took `/user/ada/proxy/7878` away. The browser stores a cookie without a path for the folder of the page.
    let first = open(&server, "/search?q=red&token=sesame", &[]);
    let cookie = first.header("set-cookie").unwrap();
    assert!(!cookie.to_ascii_lowercase().contains("path="), "{cookie}");
    assert_eq!((first.status, first.header("location")), (303, Some("./search?q=red")));
    // A deep page's folder is not the one of the service, so that one is gone to first.
    let deep = open(&server, "/datasets/a?token=sesame&view=grid", &[]);
    assert_eq!(deep.header("set-cookie"), None);
    let next = deep.header("location").unwrap().strip_prefix("..").unwrap();
    let there = open(&server, next, &[]);
    assert!(there.header("set-cookie").is_some());
    assert_eq!(there.header("location"), Some("./datasets/a?view=grid"));
    let framed = [("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    let cookie = open(&server, "/?token=sesame", &framed);
    assert!(cookie.header("set-cookie").unwrap().contains("SameSite=None; Secure; Partitioned"));
}

#[test]
fn a_socket_is_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("blendscope.sock");
    let mut command = binary::command();
    command.arg("serve").arg(demo::root()).arg("--index-dir").arg(folder.path().join("index"));
    command.arg("--listen").arg(format!("unix:{}", path.display()));
    let server = Server::launch(command.stdin(Stdio::null()));
    assert!(server.log().contains(&path.display().to_string()), "{}", server.log());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(ask(&path, "localhost:7878").starts_with("HTTP/1.1 200"));
    assert!(ask(&path, "evil.example").starts_with("HTTP/1.1 421"));
    assert_eq!(server.stop().code(), Some(0));
    assert!(!path.exists());
}

/// The status, asked for through a socket under a name of the host.
fn ask(socket: &Path, host: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    let request = format!("GET /api/v1/status HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

//! Plain HTTP manners: hosts, compression, tokens, methods.

use crate::support::{demo_server, problem};
use blendscope_tests::demo;
use blendscope_tests::server::Server;

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

//! Pages elsewhere: they may link to Blendscope and show its pictures, and nothing else.

use crate::support::{demo_server, image_with_status, problem};
use blendscope_tests::demo;
use blendscope_tests::http::Response;
use blendscope_tests::server::Server;

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

//! Many at once, and everybody slow.

use crate::support::demo_server;
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests at the same time.
const CLIENTS: usize = 1_000;

#[test]
fn a_thousand_requests_at_once_are_all_answered() {
    let server = demo_server();
    let targets = [
        "/api/v1/search?q=red",
        "/api/v1/datasets",
        "/api/v1/status",
        "/",
        "/api/v1/search?sort=random&seed=1",
    ];
    let (answered, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (server, answered, busy) = (&server, &answered, &busy);
            let target = targets[client % targets.len()];
            scope.spawn(move || {
                let answer =
                    server.request("GET", target).send().unwrap_or_else(|error| panic!("{target}: {error}"));
                match answer.status {
                    200 => answered.fetch_add(1, Ordering::Relaxed),
                    503 if answer.header("retry-after").is_some() => busy.fetch_add(1, Ordering::Relaxed),
                    other => panic!("{target} answered {other}: {}", answer.text()),
                };
            });
        }
    });
    assert_eq!(answered.load(Ordering::Relaxed) + busy.load(Ordering::Relaxed), CLIENTS);
    assert!(answered.load(Ordering::Relaxed) > 0, "everybody was sent away");
    assert_eq!(server.json("/api/v1/status")["state"], "ready", "the server did not recover");
}

#[test]
fn who_sends_half_a_request_keeps_nobody_waiting() {
    let server = demo_server();
    let _slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(b"GET /api/v1/status HT").unwrap();
            stream
        })
        .collect();
    assert_eq!(server.json("/api/v1/status")["state"], "ready");
}

#[test]
fn a_request_without_measure_is_refused() {
    let server = demo_server();
    let long = "a".repeat(100_000);
    let status =
        server.request("GET", &format!("/api/v1/search?q={long}")).send().map(|answer| answer.status);
    assert!(status.as_ref().is_ok_and(|status| (400..500).contains(status)), "{status:?}");
    let body = format!("{{\"q\": \"{}\"}}", "a ".repeat(4_000_000));
    // The server may close the connection before all of it is sent.
    if let Ok(answer) = server.request("POST", "/api/v1/search").json(&body).send() {
        assert_eq!(answer.status, 413);
    }
    assert_eq!(server.json("/api/v1/status")["state"], "ready");
}

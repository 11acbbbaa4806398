//! Requests that are none: answered with what is wrong or closed, never a failure of the server and never left waiting.

use crate::support::demo_server;
use blendscope_tests::server::Server;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// What comes back, as a status; `None` if the connection is closed without an answer.
#[track_caller]
fn status(server: &Server, request: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    // The server may close the connection before all of it is sent.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(error.kind() == ErrorKind::ConnectionReset, "{error}: {}", request.escape_ascii());
    }
    let line = String::from_utf8_lossy(&answer).lines().next().map(str::to_owned)?;
    line.split(' ').nth(1)?.parse().ok()
}

/// A request's beginning, with a host that is known, and what follows it.
fn request(line: &str, rest: &str) -> Vec<u8> {
    format!("{line}\r\nhost: localhost\r\n{rest}").into_bytes()
}

fn post(rest: &str) -> Vec<u8> {
    request("POST /api/v1/search HTTP/1.1", &format!("content-type: application/json\r\n{rest}"))
}

#[test]
fn each_is_refused() {
    let server = demo_server();
    let long = "a".repeat(300_000);
    let requests = [
        request("FROB / HTTP/1.1", "\r\n"),
        request("get / HTTP/1.1", "\r\n"),
        request("TRACE / HTTP/1.1", "\r\n"),
        request("CONNECT localhost:443 HTTP/1.1", "\r\n"),
        request("OPTIONS * HTTP/1.1", "\r\n"),
        request("GET / HTTP/1.2", "\r\n"),
        request("GET / HTTP/2.0", "\r\n"),
        request("GET  / HTTP/1.1", "\r\n"),
        request("GET /\0 HTTP/1.1", "\r\n"),
        request("GET http://evil.example/api/v1/status HTTP/1.1", "\r\n"),
        request(&format!("GET /{long} HTTP/1.1"), "\r\n"),
        request("GET / HTTP/1.1", "host: localhost\r\n\r\n"),
        request("GET / HTTP/1.1", &format!("x: {long}\r\n\r\n")),
        request("GET / HTTP/1.1", &format!("{}\r\n", "x: a\r\n".repeat(5000))),
        request("GET / HTTP/1.1", "x: a\0b\r\n\r\n"),
        request("GET / HTTP/1.1", "no colon\r\n\r\n"),
        request("GET / HTTP/1.1", "x: a\r\n folded\r\n\r\n"),
        post("content-length: 2\r\ncontent-length: 3\r\n\r\n{}}"),
        post("content-length: -2\r\n\r\n{}"),
        post("content-length: 99999999999999999999\r\n\r\n{}"),
        post("content-length: 9999999999\r\n\r\n{}"),
        post("content-length: 10\r\n\r\n{}"),
        post("transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        post("transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        post("transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        post("transfer-encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        post("content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"),
        b"GET /api/v1/status HTTP/1.1\r\n\r\n".to_vec(),
        b"GET /api/v1/status HTTP/1.0\r\n\r\n".to_vec(),
        b"GET /\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03".to_vec(),
        b"\r\n".repeat(100_000),
        vec![0; 1000],
        (0..=255).collect(),
    ];
    for request in requests {
        let status = status(&server, &request);
        let shown = request[..request.len().min(120)].escape_ascii();
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{status:?}: {shown}");
    }
    assert_eq!(server.json("/api/v1/status")["state"], "ready");
}

#[test]
fn what_is_odd_and_allowed_is_answered() {
    let server = demo_server();
    for (request, expected) in [
        (request("GET http://localhost/api/v1/status HTTP/1.1", "\r\n"), 200),
        (request("GET /api/v1/status HTTP/1.0", "\r\n"), 200),
        (request("GET /api/v1/status HTTP/1.1", "connection: upgrade\r\nupgrade: h2c\r\n\r\n"), 200),
        (post("content-length: 8\r\nexpect: 100-continue\r\n\r\n{\"q\":\"\"}"), 100),
        (post("transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), 200),
        (b"\r\n\r\nGET /api/v1/status HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(), 200),
    ] {
        assert_eq!(status(&server, &request), Some(expected), "{}", request.escape_ascii());
    }
}

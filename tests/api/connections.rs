//! Clients that take their time, and requests that are none: cut, passed by or answered with what is wrong, and nobody
//! else waits for them.

use crate::support::demo_server;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use blendscope_tests::{binary, demo};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than any time limit of these tests, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server whose clients have a second for everything.
fn impatient_server() -> Server {
    let times = ["head", "body", "idle", "write"].map(|of| format!("--{of}-timeout=1"));
    Server::start_with(demo::root(), &times.each_ref().map(String::as_str))
}

/// A connection on which so much was said.
fn say(server: &Server, what: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(what.as_bytes()).unwrap();
    stream
}

fn get(server: &Server, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: {}\r\n\r\n", server.address())
}

/// All that still comes on a connection until the server closes it.
#[track_caller]
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => {
            panic!("the connection stays open ({error})")
        }
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn answers(text: &str) -> usize {
    text.matches("HTTP/1.1 200").count()
}

#[test]
fn half_requests_and_silent_connections_are_closed() {
    let server = impatient_server();
    let body = format!(
        "POST /api/v1/search HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{{",
        server.address()
    );
    let silent = say(&server, "");
    let half = say(&server, "GET /api/v1/sta");
    let headers = say(&server, "GET / HTTP/1.1\r\nhost: a\r\n");
    let half_a_body = say(&server, &body);
    let idle = say(&server, &get(&server, "/api/v1/status"));
    for nothing in [silent, half, headers] {
        assert_eq!(rest(nothing), "");
    }
    assert!(rest(half_a_body).starts_with("HTTP/1.1 408"));
    assert_eq!(answers(&rest(idle)), 1);
}

#[test]
fn a_request_that_comes_byte_by_byte_is_cut_all_the_same() {
    let server = impatient_server();
    let mut slow = say(&server, "GET /");
    let is_cut = poll(PATIENCE, || {
        thread::sleep(Duration::from_millis(50));
        slow.write_all(b"a").is_err().then_some(())
    });
    assert!(is_cut.is_some());
}

#[test]
fn exports_that_nobody_reads_end_and_others_have_their_places() {
    let server = impatient_server();
    let mut unread: Vec<TcpStream> = (0..20).map(|_| say(&server, &get(&server, "/api/v1/export"))).collect();
    let beside = server.get("/api/v1/export?limit=3");
    assert_eq!((beside.status, beside.text().lines().count()), (200, 3));
    let all_are_cut = poll(PATIENCE, || {
        thread::sleep(Duration::from_millis(50));
        unread.retain_mut(|stream| stream.write_all(b"x").is_ok());
        unread.is_empty().then_some(())
    });
    assert!(all_are_cut.is_some(), "{} are still sent", unread.len());
}

#[test]
fn a_slow_client_that_goes_on_reading_gets_everything() {
    let server = Server::start_with(demo::root(), &["--write-timeout", "2"]);
    let whole = server.get("/api/v1/export").body.len();
    let mut stream =
        say(&server, &get(&server, "/api/v1/export").replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
    let (mut received, mut chunk, began) = (0, vec![0; whole / 20], Instant::now());
    while let Ok(bytes @ 1..) = stream.read(&mut chunk) {
        received += bytes;
        thread::sleep(Duration::from_millis(150));
    }
    assert!(received >= whole, "{received} of {whole} after {:?}", began.elapsed());
    assert!(began.elapsed() > Duration::from_secs(2), "not slow enough to show anything");
}

#[test]
fn who_has_said_everything_and_closes_its_side_is_answered() {
    let server = demo_server();
    let requests: Vec<TcpStream> = (0..100)
        .map(|number| {
            let stream = say(&server, &get(&server, &format!("/api/v1/search?q=red&offset={number}")));
            stream.shutdown(Shutdown::Write).unwrap();
            stream
        })
        .collect();
    for stream in requests {
        assert_eq!(answers(&rest(stream)), 1);
    }
}

#[test]
fn a_hundred_requests_at_once_on_one_connection_are_answered() {
    let server = demo_server();
    let stream = say(&server, &get(&server, "/api/v1/status").repeat(100));
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(answers(&rest(stream)), 100);
}

#[test]
fn when_all_places_are_taken_a_request_gets_one() {
    let server = Server::start_with(demo::root(), &["--max-connections", "8"]);
    let body = "POST /api/v1/search HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 9\r\n\r\n{";
    for said in ["", "GET / HT", body] {
        let _taken: Vec<TcpStream> = (0..40).map(|_| say(&server, said)).collect();
        let began = Instant::now();
        assert_eq!(server.json("/api/v1/status")["state"], "ready");
        assert!(began.elapsed() < Duration::from_secs(5), "after {:?}: {said}", began.elapsed());
    }
}

#[test]
fn streams_of_events_that_nobody_reads_lock_nobody_out() {
    let one = array(&[record("1", "What is it?", "A dot.")]);
    let (root, index) = (Root::with(&[("a.json", one)]), tempfile::tempdir().unwrap());
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert!(server.stop().success());
    // A disk that is not mounted: the server waits for it, and streams of events go on.
    std::fs::remove_file(root.path().join("a.json")).unwrap();
    let mut command = Server::command(root.path(), index.path());
    let server = Server::launch(command.args(["--max-connections", "8"]));
    let events = get(&server, "/api/v1/status/events");
    let _unread: Vec<TcpStream> = (0..40).map(|_| say(&server, &events)).collect();
    let began = Instant::now();
    for _ in 0..4 {
        assert_eq!(server.json("/api/v1/status")["state"], "indexing");
    }
    assert!(began.elapsed() < Duration::from_secs(10), "after {:?}", began.elapsed());
}

#[test]
fn with_few_open_files_nobody_is_locked_out() {
    let index = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$0\" \"$@\""]).arg(binary::path());
    let plain = Server::command(demo::root(), index.path());
    let server = Server::launch(command.args(plain.get_args()));
    server.wait_until_ready();
    let _silent: Vec<TcpStream> = (0..200).map(|_| say(&server, "")).collect();
    for _ in 0..20 {
        assert_eq!(server.json("/api/v1/search?q=red")["total"]["final"], true);
    }
}

#[test]
fn whatever_hangs_the_server_ends_when_it_is_asked_to() {
    let server = demo_server();
    let said = ["", "GET / HT", &get(&server, "/api/v1/export"), &get(&server, "/")];
    let _hanging: Vec<TcpStream> = said.iter().cycle().take(40).map(|said| say(&server, said)).collect();
    let began = Instant::now();
    assert!(server.stop().success());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

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

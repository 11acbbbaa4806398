//! What cannot work, and what is said about it.

use crate::support::{Cluster, Index, RECOVERY};
use blendscope_tests::binary;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::wait::poll;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::thread;

fn error_of(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn small_root() -> Root {
    Root::with(&[("birds.json", array(&[record("b1", "Which colour?", "The bird is blue.")]))])
}

/// Serves a root from an engine at an address, which fails.
fn serve_at(url: &str) -> String {
    let (root, index) = (small_root(), tempfile::tempdir().unwrap());
    let mut command = binary::command();
    command.arg("serve").arg(root.path()).args(["--listen", "127.0.0.1:0", "--engine", url, "--index-dir"]);
    error_of(&command.arg(index.path()).output().unwrap())
}

/// Answers every request alike; the address.
fn pretender(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    format!("http://{address}/captions")
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    let error = serve_at("http://me:secret@127.0.0.1:9200/captions");
    assert!(error.contains("BLENDSCOPE_ENGINE_PASSWORD"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn nobody_at_the_address_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = serve_at(&format!("http://{free}/captions"));
    assert!(error.contains("does not answer") && error.contains(&free.to_string()), "{error}");
}

#[test]
fn a_server_that_is_too_old_or_another_one_is_told() {
    let old = r#"{"version": {"distribution": "opensearch", "number": "2.19.1"}}"#;
    let error = serve_at(&pretender("200 OK", old));
    assert!(error.contains("2.19.1") && error.contains("3 or later"), "{error}");
    let error = serve_at(&pretender("200 OK", r#"{"version": {"number": "8.15.0"}}"#));
    assert!(error.contains("8.15.0") && error.contains("OpenSearch 3 or later"), "{error}");
    let error = serve_at(&pretender("401 Unauthorized", "<html>who are you</html>"));
    assert!(error.contains("BLENDSCOPE_ENGINE_USER"), "{error}");
}

#[test]
fn an_index_that_is_not_there_or_not_ours_is_told() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), small_root());
    let serve =
        || error_of(&index.command("serve", root.path(), &["--listen", "127.0.0.1:0"]).output().unwrap());
    let error = serve();
    assert!(error.contains("blendscope index ROOT --engine"), "{error}");
    cluster.ask("PUT", &format!("/{}", index.name), "{}");
    cluster.ask("PUT", &format!("/{}-meta", index.name), "{}");
    let error = serve();
    assert!(error.contains("is not one of Blendscope"), "{error}");
}

#[test]
fn an_index_of_another_root_is_told_and_stays_as_it_is() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root, other) = (Index::new(&cluster), small_root(), small_root());
    index.fill(root.path(), &[]);
    for command in ["index", "search"] {
        let error = error_of(&index.command(command, other.path(), &[]).output().unwrap());
        assert!(error.contains("another root"), "{error}");
    }
    assert_eq!(index.serve(root.path()).json("/api/v1/status")["samples"], 1);
}

#[test]
fn files_that_are_elsewhere_and_files_that_are_not_indexed_are_told() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root, elsewhere) = (Index::new(&cluster), small_root(), tempfile::tempdir().unwrap());
    index.fill(root.path(), &[]);
    let mut command = binary::command();
    command.arg("serve").arg(root.path()).args([
        "--listen",
        "127.0.0.1:0",
        "--engine",
        &index.url(),
        "--index-dir",
    ]);
    let error = error_of(&command.arg(elsewhere.path()).output().unwrap());
    assert!(error.contains("--index-dir"), "{error}");

    root.write("boats.json", array(&[record("x1", "What is it?", "A red boat.")]));
    let server = index.serve(root.path());
    let status = server.json("/api/v1/status");
    let notice = status["notice"].as_str().unwrap_or_default();
    assert!(notice.starts_with("1 annotation files are not indexed"), "{status}");
    assert!(notice.contains(&format!("--engine {}", index.url())), "{status}");
    let state = || server.json("/api/v1/status")["engine"]["state"].as_str().map(str::to_owned);
    let state = poll(RECOVERY, state).unwrap();
    assert!(state.contains("shards and copies on"), "{state}");
    assert_eq!((&status["engine"]["name"], &status["samples"]), (&"opensearch".into(), &1.into()));
}

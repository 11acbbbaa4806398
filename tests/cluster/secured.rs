//! A cluster behind TLS that wants credentials: the server for tests has neither, so a door stands before it that does.

use crate::support::{Cluster, Index};
use blendscope_tests::binary;
use blendscope_tests::http::Request;
use blendscope_tests::root::{Root, array, record};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use tempfile::TempDir;

/// What the door lets in: `user:open-sesame` in base64, and a key.
const LET_IN: [&str; 2] = ["Basic dXNlcjpvcGVuLXNlc2FtZQ==", "ApiKey a-key-for-tests"];

/// A door with a certificate of its own authority.
struct Door {
    address: SocketAddr,
    folder: TempDir,
}

impl Door {
    /// A door before a node.
    fn before(node: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), authority.pem()).unwrap();

        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        let (config, node) = (Arc::new(config.unwrap()), node.to_owned());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, node) = (Arc::clone(&config), node.clone());
                // Who does not trust the certificate goes away.
                thread::spawn(move || pass(ServerConnection::new(config).unwrap(), stream, &node));
            }
        });
        Self { address, folder }
    }

    /// The file with the certificate of its authority.
    fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    fn url(&self, name: &str) -> String {
        format!("https://{}/{name}", self.address)
    }
}

/// Takes one request, looks at its credentials, and hands it to the node.
fn pass(connection: ServerConnection, stream: TcpStream, node: &str) -> io::Result<()> {
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = || -> io::Result<String> {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut headers = HashMap::new();
    while let Some((name, value)) = line()?.split_once(':') {
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let is_known = headers.get("authorization").is_some_and(|given| LET_IN.contains(&given.as_str()));
    let mut parts = first.split(' ');
    let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (status, answer) = if is_known {
        let body = String::from_utf8(body).unwrap();
        let answer = Request::new(node, method, target).json(&body).send()?;
        (answer.status, answer.body)
    } else {
        (401, b"Unauthorized".to_vec())
    };
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    let stream = stream.get_mut();
    stream.write_all(&[head.as_bytes(), &answer].concat())?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn small_root() -> Root {
    Root::with(&[("birds.json", array(&[record("b1", "Which colour?", "The bird is blue.")]))])
}

/// Runs a command on a root with an engine, and variables of the environment.
fn run(command: &str, root: &Root, url: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    let mut run: Command = binary::command();
    run.arg(command).arg(root.path()).args(["--engine", url, "--index-dir"]).arg(folder);
    run.envs(variables.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_cluster_behind_tls_is_filled_and_asked_with_the_right_credentials() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root, door) = (Index::new(&cluster), small_root(), Door::before(&cluster.nodes[0]));
    let authority = door.authority();
    let trusted = ("BLENDSCOPE_ENGINE_CA", authority.to_str().unwrap());
    let by_name =
        [trusted, ("BLENDSCOPE_ENGINE_USER", "user"), ("BLENDSCOPE_ENGINE_PASSWORD", "open-sesame")];
    let filled = run("index", &root, &door.url(&index.name), index.folder.path(), &by_name);
    assert!(filled.status.success(), "{}", said(&filled));
    let by_key = [trusted, ("BLENDSCOPE_ENGINE_API_KEY", "a-key-for-tests")];
    let found = run("search", &root, &door.url(&index.name), index.folder.path(), &by_key);
    assert!(found.status.success(), "{}", said(&found));
    assert!(String::from_utf8_lossy(&found.stdout).contains("blue"));
}

#[test]
fn wrong_credentials_are_told_and_not_repeated() {
    let (root, door, folder) = (small_root(), Door::before("nobody"), tempfile::tempdir().unwrap());
    let authority = door.authority();
    let trusted = ("BLENDSCOPE_ENGINE_CA", authority.to_str().unwrap());
    let wrong: [&[(&str, &str)]; 3] = [
        &[trusted],
        &[trusted, ("BLENDSCOPE_ENGINE_USER", "user"), ("BLENDSCOPE_ENGINE_PASSWORD", "hocus-pocus")],
        &[trusted, ("BLENDSCOPE_ENGINE_API_KEY", "hocus-pocus")],
    ];
    for variables in wrong {
        let output = run("search", &root, &door.url("captions"), folder.path(), variables);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("refuses (401)") && said.contains("BLENDSCOPE_ENGINE_API_KEY"), "{said}");
        for secret in ["hocus-pocus", "dXNlcjpob2N1cy1wb2N1cw"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn a_certificate_of_an_unknown_authority_is_told() {
    let (root, door, folder) = (small_root(), Door::before("nobody"), tempfile::tempdir().unwrap());
    let other = Door::before("nobody");
    let secret = ("BLENDSCOPE_ENGINE_API_KEY", LET_IN[1].trim_start_matches("ApiKey "));
    let authority = other.authority();
    let others = ("BLENDSCOPE_ENGINE_CA", authority.to_str().unwrap());
    for variables in [&[secret] as &[(&str, &str)], &[secret, others]] {
        let output = run("search", &root, &door.url("captions"), folder.path(), variables);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("certificate") && said.contains("BLENDSCOPE_ENGINE_CA"), "{said}");
        assert!(!said.contains(secret.1), "{said}");
    }
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let nothing = [("BLENDSCOPE_ENGINE_CA", empty.to_str().unwrap())];
    let said = said(&run("search", &root, &door.url("captions"), folder.path(), &nothing));
    assert!(said.contains("empty.pem: there is no certificate in it"), "{said}");
}

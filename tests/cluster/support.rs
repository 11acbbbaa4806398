//! A cluster, indexes in it, and commands that fill and serve them.

use blendscope_tests::binary;
use blendscope_tests::http::Request;
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// How long a cluster may take to be whole again after a node ended.
pub(crate) const RECOVERY: Duration = Duration::from_mins(3);

/// One test at a time: some end nodes.
static TURN: Mutex<()> = Mutex::new(());

/// The cluster for tests.
pub(crate) struct Cluster {
    /// `host:port` of its nodes.
    pub nodes: Vec<String>,
    _turn: MutexGuard<'static, ()>,
}

impl Cluster {
    /// The cluster, when it is green; none where the environment names none.
    pub(crate) fn find() -> Option<Self> {
        let Ok(url) = std::env::var("BLENDSCOPE_CLUSTER") else {
            let _ = writeln!(
                std::io::stderr(),
                "skipped: BLENDSCOPE_CLUSTER names no cluster; `cargo xtask test --only cluster` starts one"
            );
            return None;
        };
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let first = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let mut cluster = Self { nodes: vec![first], _turn: turn };
        let all = cluster.get("/_nodes/http");
        let all = all["nodes"].as_object().unwrap().values();
        let mut nodes: Vec<String> =
            all.map(|node| node["http"]["publish_address"].as_str().unwrap().to_owned()).collect();
        nodes.sort();
        cluster.nodes = nodes;
        cluster.wait_until_green();
        Some(cluster)
    }

    /// Asks any node that answers.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = poll(RECOVERY, || {
            self.nodes.iter().find_map(|node| Request::new(node, method, path).json(body).send().ok())
        });
        answer.expect("a node answers").json()
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer =
            poll(RECOVERY, || self.nodes.iter().find_map(|node| Request::new(node, "GET", path).send().ok()));
        answer.expect("a node answers").json()
    }

    /// Waits until all nodes are there and all shards of all indexes too.
    pub(crate) fn wait_until_green(&self) {
        let is_green = || {
            let health = self.get("/_cluster/health");
            let nodes = health["number_of_nodes"].as_u64()? as usize;
            (health["status"] == "green" && nodes == self.nodes.len()).then_some(())
        };
        poll(RECOVERY, is_green).expect("the cluster is whole again");
    }

    /// The number of the process of each node, in the order of their addresses.
    pub(crate) fn processes(&self) -> Vec<(String, u64)> {
        let all = self.get("/_nodes/process,http");
        let of = |node: &Value| {
            (
                node["http"]["publish_address"].as_str().unwrap().to_owned(),
                node["process"]["id"].as_u64().unwrap(),
            )
        };
        let mut all: Vec<(String, u64)> = all["nodes"].as_object().unwrap().values().map(of).collect();
        all.sort();
        all
    }
}

/// An index in the cluster and the folder beside it; both go when this is dropped.
pub(crate) struct Index<'c> {
    pub cluster: &'c Cluster,
    pub name: String,
    pub folder: TempDir,
}

impl<'c> Index<'c> {
    /// A name that no index has.
    pub(crate) fn new(cluster: &'c Cluster) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        Self { cluster, name, folder: TempDir::new().unwrap() }
    }

    /// Its address, by all nodes.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/{}", self.cluster.nodes.join(","), self.name)
    }

    /// A command on a root and this index.
    pub(crate) fn command(&self, command: &str, root: &Path, options: &[&str]) -> Command {
        let mut run = binary::command();
        run.arg(command).arg(root).arg("--engine").arg(self.url()).arg("--index-dir").arg(self.folder.path());
        run.args(options).stdin(Stdio::null());
        run
    }

    /// Starts to fill it.
    pub(crate) fn begin(&self, root: &Path, options: &[&str]) -> Child {
        let mut command = self.command("index", root, options);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Fills it.
    pub(crate) fn fill(&self, root: &Path, options: &[&str]) -> Output {
        let output = self.command("index", root, options).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Serves it, and waits until all is shown.
    pub(crate) fn serve(&self, root: &Path) -> Server {
        let mut command = Server::command(root, self.folder.path());
        let server = Server::launch(command.arg("--engine").arg(self.url()));
        server.wait_until_ready();
        server
    }
}

impl Drop for Index<'_> {
    fn drop(&mut self) {
        for name in [self.name.clone(), format!("{}-meta", self.name)] {
            self.cluster.ask("DELETE", &format!("/{name}"), "");
        }
    }
}

//! `cargo xtask cluster`: some nodes of `OpenSearch` on this machine, for development and for tests.
//!
//! The nodes are children of this process, listen on free ports of the loopback interface, and end with it. What they hold
//! lies in a temporary folder that goes with them.

use crate::dev::{Stopped, make_demo_root};
use crate::option;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use xtask::build::build_release;
use xtask::opensearch::Distribution;
use xtask::workspace::Workspace;
use xtask::{report, run};

pub(crate) const HELP: &str = "\
Usage: cargo xtask cluster [--nodes N] [--heap MB] [--no-restart] [--demo]

Starts an OpenSearch cluster on this machine and prints its address, `http://127.0.0.1:PORT`, alone on a line when it is
ready. Ctrl-c ends it and removes all that it held. Needs Maven and a Java of version 21 or later.
  --nodes N     how many nodes, 3 where nothing is said
  --heap MB     memory of each node's heap, 700 where nothing is said
  --no-restart  leave a node that ended as it is, for tests; otherwise it is started again
  --demo        also build the release binary, index a demo root into the cluster and serve it";

/// The longest that is waited for all nodes to find each other.
const READY_WITHIN: Duration = Duration::from_mins(5);

/// The longest that is waited for nodes to end when they are asked to.
const END_WITHIN: Duration = Duration::from_secs(20);

/// How often is looked whether something happened.
const LOOK: Duration = Duration::from_millis(250);

/// The user that the nodes run as where this process is root's: they refuse to be root.
const USER: &str = "blendscope-cluster";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    nodes: usize,
    heap: u32,
    restarts: bool,
    demo: bool,
}

pub(crate) fn cluster(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments)?;
    let demo = if wanted.demo { Some(demo(workspace)?) } else { None };
    let stopping = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stopping))
            .context("signals cannot be listened to")?;
    }
    let distribution = Distribution::install()?;
    let mut cluster = Cluster::start(&distribution, &wanted)?;
    if !cluster.wait_until_ready(&stopping)? {
        return Ok(());
    }
    report::line(&cluster.address());
    let mut server = demo.map(|(binary, root)| cluster.serve(&binary, &root)).transpose()?;
    while !stopping.load(Ordering::Relaxed) {
        sleep(LOOK);
        cluster.look_after_nodes(wanted.restarts)?;
        let ended = server.as_mut().map_or(Ok(None), |server| server.0.try_wait())?;
        // Ctrl-c ends both.
        if let Some(status) = ended.filter(|_| !stopping.load(Ordering::Relaxed)) {
            bail!("the server of the demo root ended ({status})");
        }
    }
    drop(server);
    Ok(())
}

/// Runs commands with a cluster of three small nodes beside them, of which `BLENDSCOPE_CLUSTER` is the address; nodes that
/// the commands end are started again. Fails when one of the commands does.
pub(crate) fn run_beside(distribution: &Distribution, commands: &mut [Command]) -> Result<()> {
    let wanted = Wanted { nodes: 3, heap: 512, restarts: true, demo: false };
    let mut cluster = Cluster::start(distribution, &wanted)?;
    cluster.wait_until_ready(&AtomicBool::new(false))?;
    let mut failed = None;
    for command in commands {
        command.env("BLENDSCOPE_CLUSTER", cluster.address());
        let mut child = command.spawn().with_context(|| format!("failed to start {command:?}"))?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            cluster.look_after_nodes(true)?;
            sleep(LOOK);
        };
        failed = failed.or((!status.success()).then_some(status));
    }
    failed.map_or(Ok(()), |status| bail!("the tests with a cluster failed ({status})"))
}

/// The release binary and a demo root.
fn demo(workspace: &Workspace) -> Result<(PathBuf, PathBuf)> {
    let binary = build_release(workspace)?;
    let root = make_demo_root(workspace, &binary)?;
    Ok((binary, root))
}

fn wanted(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted { nodes: 3, heap: 700, restarts: true, demo: false };
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if argument == "--no-restart" {
            wanted.restarts = false;
        } else if argument == "--demo" {
            wanted.demo = true;
        } else if let Some(nodes) = option("--nodes", argument, &mut left)? {
            wanted.nodes =
                nodes.parse().ok().filter(|nodes| (1..=16).contains(nodes)).context("1 to 16 nodes")?;
        } else if let Some(heap) = option("--heap", argument, &mut left)? {
            wanted.heap = heap.parse().ok().filter(|heap| *heap >= 256).context("at least 256 MB of heap")?;
        } else {
            bail!("`{argument}` is not known here\n\n{HELP}");
        }
    }
    Ok(wanted)
}

/// Running nodes; dropped, they end and their folder goes.
struct Cluster {
    folder: PathBuf,
    nodes: Vec<Node>,
}

/// A node and how it is started.
struct Node {
    name: String,
    /// Where it listens for requests.
    port: u16,
    command: Command,
    /// None when it has ended.
    child: Option<Child>,
}

impl Cluster {
    fn start(distribution: &Distribution, wanted: &Wanted) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("blendscope-cluster-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
        let mut cluster = Self { folder, nodes: Vec::new() };
        let server = cluster.copy_of(distribution)?;
        let ports = free_ports(2 * wanted.nodes)?;
        let (http, transport) = ports.split_at(wanted.nodes);
        let is_root = run::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
        for (number, port) in http.iter().enumerate() {
            let name = format!("node{}", number + 1);
            let home = cluster.folder.join(&name);
            fs::create_dir_all(&home)?;
            run_quietly(Command::new("cp").arg("-r").args([server.join("config"), home.join("config")]))?;
            let mut command = command_of(is_root);
            command.arg(server.join("bin").join("opensearch"));
            command.args(settings(&home, number, *port, transport).iter().map(|one| format!("-E{one}")));
            command.env("OPENSEARCH_JAVA_HOME", &distribution.java).env_remove("JAVA_HOME");
            command.env("OPENSEARCH_PATH_CONF", home.join("config")).current_dir(&home);
            command.env("OPENSEARCH_JAVA_OPTS", format!("-Xms{0}m -Xmx{0}m", wanted.heap));
            command.stdin(Stdio::null()).stdout(Stdio::null());
            command.stderr(File::create(home.join("errors.log"))?);
            cluster.nodes.push(Node { name, port: *port, command, child: None });
        }
        if is_root {
            make_user()?;
            run_quietly(Command::new("chown").args(["-R", USER]).arg(&cluster.folder))?;
        }
        for node in &mut cluster.nodes {
            node.start()?;
        }
        Ok(cluster)
    }

    /// A copy of the server in the folder of the cluster: another user may not be allowed into the cache of the tools.
    fn copy_of(&self, distribution: &Distribution) -> Result<PathBuf> {
        let server = self.folder.join("server");
        run_quietly(Command::new("cp").arg("-a").args([&distribution.folder, &server]))?;
        Ok(server)
    }

    /// Indexes a root into the cluster and serves it.
    fn serve(&self, binary: &Path, root: &Path) -> Result<Stopped> {
        let index = self.folder.join("index");
        let command = |name: &str| {
            let mut command = Command::new(binary);
            command.arg(name).arg(root).arg("--engine").arg(format!("{}/demo", self.address()));
            command.arg("--index-dir").arg(&index);
            command
        };
        run::run(&mut command("index"))?;
        report::headline("serving it; ctrl-c ends");
        Ok(Stopped(
            command("serve").spawn().with_context(|| format!("failed to start {}", binary.display()))?,
        ))
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.nodes[0].port)
    }

    /// False when it was stopped meanwhile.
    fn wait_until_ready(&mut self, stopping: &AtomicBool) -> Result<bool> {
        let start = Instant::now();
        let wanted = format!("\"number_of_nodes\":{},", self.nodes.len());
        while !stopping.load(Ordering::Relaxed) {
            let health = health(self.nodes[0].port).unwrap_or_default();
            if health.contains("\"status\":\"green\"") && health.contains(&wanted) {
                return Ok(true);
            }
            for node in &mut self.nodes {
                let errors = self.folder.join(&node.name).join("errors.log");
                let told = fs::read_to_string(errors).unwrap_or_default();
                ensure!(!node.has_ended()?, "{} ended before the cluster was ready: {told}", node.name);
            }
            if start.elapsed() > READY_WITHIN {
                let within = report::duration(READY_WITHIN);
                bail!("the cluster was not ready after {within}; what it says of itself: {health}");
            }
            sleep(LOOK);
        }
        Ok(false)
    }

    /// Notices nodes that ended, and starts them again if that is wanted.
    fn look_after_nodes(&mut self, restarts: bool) -> Result<()> {
        for node in &mut self.nodes {
            if node.has_ended()? {
                node.child = None;
                report::line(&format!("{} ended", node.name));
                if restarts {
                    node.start()?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &self.nodes {
            if let Some(child) = &node.child {
                let _ = Command::new("kill").arg(child.id().to_string()).stderr(Stdio::null()).status();
            }
        }
        let start = Instant::now();
        for node in &mut self.nodes {
            while start.elapsed() < END_WITHIN && node.child.is_some() && !node.has_ended().unwrap_or(true) {
                sleep(LOOK);
            }
            if let Some(child) = &mut node.child {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Node {
    fn start(&mut self) -> Result<()> {
        let child = self.command.spawn();
        self.child = Some(child.context("`setpriv`, which is part of util-linux, does not start")?);
        Ok(())
    }

    /// Whether it was started and has ended.
    fn has_ended(&mut self) -> Result<bool> {
        Ok(match &mut self.child {
            Some(child) => child.try_wait()?.is_some(),
            None => false,
        })
    }
}

/// Begins a command that ends when this process does, however that ends, and that does not run as root.
fn command_of(is_root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=TERM");
    if is_root {
        command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"]);
    }
    command
}

/// The settings of a node with a home and a port for requests; `transport` are the ports on which all nodes talk to each
/// other.
fn settings(home: &Path, number: usize, port: u16, transport: &[u16]) -> Vec<String> {
    let hosts: Vec<String> = transport.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    let names: Vec<String> = (1..=transport.len()).map(|number| format!("node{number}")).collect();
    vec![
        "cluster.name=blendscope".to_owned(),
        format!("node.name={}", names[number]),
        format!("http.port={port}"),
        format!("transport.port={}", transport[number]),
        format!("path.data={}", home.join("data").display()),
        format!("path.logs={}", home.join("logs").display()),
        format!("discovery.seed_hosts={}", hosts.join(",")),
        format!("cluster.initial_cluster_manager_nodes={}", names.join(",")),
        // Shares of the disk say nothing here: on a large one that others fill a tenth is still plenty.
        "cluster.routing.allocation.disk.watermark.low=2gb".to_owned(),
        "cluster.routing.allocation.disk.watermark.high=1gb".to_owned(),
        "cluster.routing.allocation.disk.watermark.flood_stage=500mb".to_owned(),
    ]
}

/// Ports that nobody listens on now.
fn free_ports(count: usize) -> Result<Vec<u16>> {
    let listen = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // All at once, so that they differ.
    let listeners = (0..count).map(listen).collect::<Result<Vec<_>, _>>()?;
    Ok(listeners
        .iter()
        .map(|listener| listener.local_addr().map(|at| at.port()))
        .collect::<Result<_, _>>()?)
}

/// What a node says of its cluster; none when it does not answer.
fn health(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(b"GET /_cluster/health HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Makes the user of the nodes where it is not there yet.
fn make_user() -> Result<()> {
    if run::output(Command::new("id").args(["-u", USER])).is_some() {
        return Ok(());
    }
    run_quietly(Command::new("useradd").args(["--system", "--no-create-home", "--user-group", USER])).context(
        "OpenSearch refuses to run as root, and no user could be made for it; run this as an ordinary user",
    )
}

/// Runs a program that has nothing to tell unless it fails.
fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("failed to start {command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_each_other() {
        let settings = settings(Path::new("/tmp/c/node2"), 1, 9201, &[9300, 9301]);
        let says = |line: &str| assert!(settings.iter().any(|one| one == line), "{line} in {settings:?}");
        says("node.name=node2");
        says("transport.port=9301");
        says("discovery.seed_hosts=127.0.0.1:9300,127.0.0.1:9301");
        says("path.data=/tmp/c/node2/data");
    }

    #[test]
    fn options_are_read() {
        let read =
            |arguments: &[&str]| wanted(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(read(&[]).unwrap(), Wanted { nodes: 3, heap: 700, restarts: true, demo: false });
        let small = Wanted { nodes: 1, heap: 512, restarts: false, demo: false };
        assert_eq!(read(&["--nodes", "1", "--heap=512", "--no-restart"]).unwrap(), small);
        assert!(read(&["--nodes", "0"]).is_err() && read(&["--node"]).is_err());
    }

    #[test]
    fn free_ports_differ() {
        let mut ports = free_ports(6).unwrap();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 6);
    }
}

//! Bad weather: nodes and workers that are killed, disks that are full, leases that run out.

use crate::support::{Cluster, Index, RECOVERY};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::fmt::Write;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Samples of each file.
pub(crate) const SAMPLES: u32 = 500;

/// Workers that are killed, one after the other.
const KILLED: u32 = 10;

/// Files with samples, each in a folder and so a dataset of its own: each is read by itself.
pub(crate) fn many_files(files: u32) -> Root {
    let root = Root::with::<&str>(&[]);
    for file in 0..files {
        root.write(&format!("file-{file}/chat.json"), records(file, "a red bus"));
    }
    root
}

/// The records of a file, all different.
pub(crate) fn records(file: u32, thing: &str) -> String {
    let one = |number: u32| {
        let mut answer = format!("It shows {thing}, number {number} of {file}.");
        for word in 0..20 {
            write!(answer, " w{}", (number * 31 + word * 17 + file) % 997).unwrap();
        }
        record(&format!("{file}-{number}"), "What does it show?", &answer)
    };
    array(&(0..SAMPLES).map(one).collect::<Vec<_>>())
}

fn kill(process: u64) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
}

/// Total of a search, and why it is not all there is, if it says so.
fn searched(server: &Server, number: u32) -> (Option<u64>, Value) {
    // Another question each time, as answers are remembered.
    let found = server.get(&format!("/api/v1/search?q=red+-zz{number}&limit=3"));
    if found.status != 200 {
        return (None, Value::Null);
    }
    let found = found.json();
    (found["total"]["count"].as_u64(), found["incomplete"].clone())
}

#[test]
fn workers_that_are_killed_leave_nothing_wrong() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), many_files(KILLED + 14));
    for number in 0..KILLED {
        let mut worker = index.begin(root.path(), &[]);
        // In the middle: while it holds a file, at another moment each time.
        poll(RECOVERY, || is_held(&cluster, &index)).expect("the worker takes a file");
        sleep(Duration::from_millis(u64::from(37 * number % 300)));
        assert!(worker.try_wait().unwrap().is_none(), "worker {number} was done before it was killed");
        worker.kill().unwrap();
        worker.wait().unwrap();
        // What is seen is whole files.
        let seen = cluster.ask(
            "POST",
            &format!("/{}-meta/_search?allow_partial_search_results=true", index.name),
            r#"{"query": {"term": {"kind": "generation"}}, "size": 100}"#,
        );
        for hit in seen["hits"]["hits"].as_array().into_iter().flatten() {
            let document = hit["_source"]["document"].as_str().unwrap();
            assert!(document.contains(&format!("\"rows\":{SAMPLES}")), "{document}");
        }
        end_leases(&cluster, &index);
    }
    index.fill(root.path(), &[]);
    let server = index.serve(root.path());
    let all = (KILLED + 14) * SAMPLES;
    assert_eq!(searched(&server, 0), (Some(u64::from(all)), Value::Null));
    // What the killed ones left in the cluster is gone, or asked for by nobody.
    assert_eq!(server.json("/api/v1/status")["samples"], all);
    let local = Server::start(root.path());
    local.wait_until_ready();
    for target in ["export?q=&what=ids", "export?q=w5&what=ids&sort=random&seed=3"] {
        let target = format!("/api/v1/{target}");
        assert_eq!(server.get(&target).text(), local.get(&target).text(), "{target}");
    }
}

/// Whether a worker that is believed to live holds a file.
pub(crate) fn is_held(cluster: &Cluster, index: &Index<'_>) -> Option<()> {
    let meta = format!("{}-meta", index.name);
    cluster.ask("POST", &format!("/{meta}/_refresh"), "");
    let held = |kind: &str, is_it: &dyn Fn(&Value) -> Option<String>| -> Option<Vec<String>> {
        let query = format!(r#"{{"query": {{"term": {{"kind": "{kind}"}}}}, "size": 100}}"#);
        let all = cluster.ask("POST", &format!("/{meta}/_search"), &query);
        Some(all["hits"]["hits"].as_array()?.iter().filter_map(is_it).collect())
    };
    let alive = held("worker", &|worker| {
        let lives = worker["_source"]["until"].as_u64()? > 1;
        lives.then(|| worker["_id"].as_str().unwrap_or_default().replacen("worker-", "", 1))
    })?;
    let holders = held("file", &|file| file["_source"]["holder"].as_str().map(str::to_owned))?;
    holders.iter().any(|holder| alive.contains(holder)).then_some(())
}

/// Has the leases of all workers run out, as they do a minute after the last sign of life.
pub(crate) fn end_leases(cluster: &Cluster, index: &Index<'_>) {
    let meta = format!("{}-meta", index.name);
    cluster.ask("POST", &format!("/{meta}/_refresh"), "");
    let query = r#"{"query": {"term": {"kind": "worker"}}, "size": 100}"#;
    let workers = cluster.ask("POST", &format!("/{meta}/_search"), query);
    for worker in workers["hits"]["hits"].as_array().into_iter().flatten() {
        let mut document = worker["_source"].clone();
        document["until"] = 1.into();
        let path = format!("/{meta}/_doc/{}", worker["_id"].as_str().unwrap());
        cluster.ask("PUT", &path, &document.to_string());
    }
}

#[test]
fn a_lease_that_ran_out_is_taken_over_and_its_worker_cannot_commit() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), many_files(6));
    let slow = index.begin(root.path(), &[]);
    let stop = |signal: &str| Command::new("kill").args([signal, &slow.id().to_string()]).status().unwrap();
    // It stands still while it holds a file.
    poll(RECOVERY, || is_held(&cluster, &index)).expect("the worker takes a file");
    stop("-STOP");
    end_leases(&cluster, &index);
    index.fill(root.path(), &[]);
    stop("-CONT");
    // Whatever it makes of that, nothing is there twice.
    let _ = slow.wait_with_output().unwrap();
    let server = index.serve(root.path());
    assert_eq!(searched(&server, 0), (Some(u64::from(6 * SAMPLES)), Value::Null));
}

#[test]
fn a_node_that_is_killed_changes_no_answer_where_there_are_copies() {
    let Some(cluster) = Cluster::find().filter(|cluster| cluster.nodes.len() > 1) else { return };
    let (index, root) = (Index::new(&cluster), many_files(4));
    index.fill(root.path(), &["--replicas", "1"]);
    cluster.wait_until_green();
    let server = index.serve(root.path());
    kill(cluster.processes()[0].1);
    let begun = Instant::now();
    let mut asked = 0;
    while begun.elapsed() < Duration::from_secs(10) {
        asked += 1;
        let (total, incomplete) = searched(&server, asked);
        let is_true = total == Some(u64::from(4 * SAMPLES)) || !incomplete.is_null() || total.is_none();
        assert!(is_true, "{total:?} without a word");
    }
    cluster.wait_until_green();
    assert_eq!(searched(&server, asked + 1), (Some(u64::from(4 * SAMPLES)), Value::Null));
}

#[test]
fn an_answer_without_a_part_of_the_index_says_so_and_an_export_fails() {
    let Some(cluster) = Cluster::find().filter(|cluster| cluster.nodes.len() > 1) else { return };
    let (index, root) = (Index::new(&cluster), many_files(4));
    index.fill(root.path(), &["--shards", "3"]);
    let server = index.serve(root.path());
    let whole = u64::from(4 * SAMPLES);
    assert_eq!(searched(&server, 0), (Some(whole), Value::Null));
    // Nodes are ended as soon as they are started again, for a while.
    let mut told = None;
    let mut asked = 0;
    let begun = Instant::now();
    while told.is_none() && begun.elapsed() < RECOVERY {
        for (_, process) in cluster.processes().into_iter().skip(1).take(1) {
            kill(process);
        }
        for _ in 0..20 {
            asked += 1;
            let (total, incomplete) = searched(&server, asked);
            assert!(
                total.is_none() || total == Some(whole) || !incomplete.is_null(),
                "{total:?} without a word"
            );
            if !incomplete.is_null() {
                told = Some(incomplete);
                break;
            }
            sleep(Duration::from_millis(50));
        }
    }
    let told = told.expect("an answer says that it is incomplete").to_string();
    assert!(told.contains("shards"), "{told}");
    let export = server.get(&format!("/api/v1/export?q=red+-yy{asked}&what=ids"));
    let lines = export.text().lines().count() as u64;
    assert!(export.status >= 500 || lines == whole, "an export of {lines} lines is not the whole");
    cluster.wait_until_green();
    let again = poll(RECOVERY, || {
        asked += 1;
        (searched(&server, asked) == (Some(whole), Value::Null)).then_some(())
    });
    again.expect("when all is back, all is found");
}

#[test]
fn a_node_that_is_killed_while_indexing_loses_nothing() {
    let Some(cluster) = Cluster::find().filter(|cluster| cluster.nodes.len() > 1) else { return };
    let (index, root) = (Index::new(&cluster), many_files(12));
    let worker = index.begin(root.path(), &["--replicas", "1"]);
    let is_under_way = || {
        let count = cluster.get(&format!("/{}-meta/_doc/commit", index.name));
        (count["_source"]["number"].as_u64()? > 1).then_some(())
    };
    poll(RECOVERY, is_under_way).expect("indexing begins");
    kill(cluster.processes()[1].1);
    let output = worker.wait_with_output().unwrap();
    if !output.status.success() {
        index.fill(root.path(), &[]);
    }
    cluster.wait_until_green();
    let server = index.serve(root.path());
    assert_eq!(searched(&server, 0), (Some(u64::from(12 * SAMPLES)), Value::Null));
}

#[test]
fn a_full_disk_stops_indexing_for_as_long_as_it_lasts() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), many_files(2));
    index.fill(root.path(), &[]);
    // What a node does when its disk reaches the flood stage.
    let block = |is_set: &str| {
        let body = format!("{{\"index.blocks.read_only_allow_delete\": {is_set}}}");
        cluster.ask("PUT", &format!("/{}/_settings", index.name), &body);
    };
    block("true");
    root.write("file-9/chat.json", records(9, "a violet zebra"));
    let mut worker = index.begin(root.path(), &[]);
    sleep(Duration::from_secs(5));
    assert!(worker.try_wait().unwrap().is_none(), "a worker waits for room");
    let server = index.serve(root.path());
    assert_eq!(searched(&server, 0), (Some(u64::from(2 * SAMPLES)), Value::Null));
    block("null");
    assert!(worker.wait().unwrap().success());
    let found =
        || (server.json("/api/v1/search?q=violet&limit=1")["total"]["count"] == SAMPLES).then_some(());
    poll(RECOVERY, found).expect("what waited is found");
}

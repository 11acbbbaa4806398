//! The command line: what it says and how it exits.

use blendscope_tests::binary;
use blendscope_tests::demo;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Runs a command that is expected to end by itself: exit code, and both outputs.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    if poll(Duration::from_mins(1), || child.try_wait().unwrap()).is_none() {
        child.kill().unwrap();
        panic!("still running: {}", String::from_utf8_lossy(&child.wait_with_output().unwrap().stderr));
    }
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn help_names_every_command() {
    let (code, said) = run(binary::command().arg("--help"));
    assert_eq!(code, Some(0));
    for command in ["serve", "index", "search", "export", "demo", "clean"] {
        assert!(said.contains(command), "{said}");
        assert_eq!(run(binary::command().args([command, "--help"])).0, Some(0));
    }
}

#[test]
fn a_wrong_option_is_named() {
    let (code, said) = run(binary::command().args(["serve", "--lisen", "127.0.0.1:0"]));
    assert_eq!(code, Some(2));
    assert!(said.contains("--lisen"), "{said}");
}

#[test]
fn a_root_that_is_not_there_is_named() {
    for command in ["serve", "index"] {
        let (code, said) = run(binary::command().args([command, "/no/such/root"]));
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("/no/such/root"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn an_index_folder_that_cannot_be_written_is_an_error_that_names_it() {
    // Below a file no folder can be made, not even by root.
    let folder = Root::with(&[("file", "in the way")]);
    let index = folder.path().join("file").join("index");
    let (code, said) = run(&mut Server::command(demo::root(), &index));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&index.display().to_string()), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn an_address_open_to_others_needs_a_token() {
    let index = tempfile::tempdir().unwrap();
    let mut command = binary::command();
    command
        .arg("serve")
        .arg(demo::root())
        .arg("--index-dir")
        .arg(index.path())
        .args(["--listen", "0.0.0.0:0"]);
    let (code, said) = run(&mut command);
    assert!(matches!(code, Some(1 | 2)), "{said}");
    assert!(said.contains("--token"), "{said}");
}

#[test]
fn an_address_in_use_is_named() {
    let index = tempfile::tempdir().unwrap();
    let server = Server::start(demo::root());
    let mut command = binary::command();
    command.arg("serve").arg(demo::root()).arg("--index-dir").arg(index.path());
    let (code, said) = run(command.args(["--listen", server.address()]));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(server.address()), "{said}");
}

#[test]
fn indexing_stops_when_done_and_serving_goes_on_from_it() {
    let root = Root::with(&[("one.json", array(&[record("a", "1", "2")]))]);
    let index = tempfile::tempdir().unwrap();
    let (code, said) =
        run(binary::command().arg("index").arg(root.path()).arg("--index-dir").arg(index.path()));
    assert_eq!(code, Some(0), "{said}");
    let server = Server::start_on(root.path(), index.path());
    assert_eq!(server.wait_until_ready()["samples"], 1);
}

#[test]
fn a_polite_signal_ends_it_well() {
    let root = Root::with(&[("one.json", array(&[record("a", "1", "2")]))]);
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn nothing_is_written_into_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "50"]);
    let before = listing(&root);
    drop(Server::start(&root));
    assert_eq!(listing(&root), before);
}

#[test]
fn the_demo_root_is_the_same_on_every_machine() {
    let folder = tempfile::tempdir().unwrap();
    let roots = ["one", "two"].map(|name| folder.path().join(name));
    for root in &roots {
        demo::write(root, &["--samples", "50"]);
    }
    let contents = roots.map(|root| {
        let files = listing(&root).into_iter();
        files.map(|file| (file.clone(), fs::read(root.join(file)).unwrap())).collect::<Vec<_>>()
    });
    assert!(contents[0] == contents[1], "two demo roots differ");
}

/// Commands that answer on the standard output, each with what it needs.
fn talkative(index: &str) -> Vec<Vec<String>> {
    let root = demo::root().display().to_string();
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let of_root =
        |line: &str| [words(line), vec![root.clone(), "--index-dir".to_owned(), index.to_owned()]].concat();
    vec![
        words("--help"),
        words("--version"),
        words("serve --help"),
        words("catalog"),
        words("catalog --toml"),
        [words("catalog"), vec![root.clone()]].concat(),
        words(&format!("clean --index-dir {index}")),
        of_root("search"),
        of_root("search --json"),
        of_root("export"),
        of_root("export --what ids"),
    ]
}

#[test]
fn a_full_disk_behind_the_output_is_an_error() {
    let index = tempfile::tempdir().unwrap();
    for args in talkative(index.path().to_str().unwrap()) {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = binary::command().args(&args).stdin(Stdio::null()).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{args:?}: {said}");
        assert!(said.contains("cannot write to the standard output"), "{args:?}: {said}");
    }
}

#[test]
fn who_reads_only_the_beginning_hears_no_complaint() {
    let index = tempfile::tempdir().unwrap();
    for args in talkative(index.path().to_str().unwrap()) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = binary::command().args(&args).stdin(Stdio::null()).stdout(writer).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
        assert!(!said.contains("error"), "{args:?}: {said}");
    }
}

#[test]
fn too_few_threads_are_told() {
    let limited = |threads: usize| {
        let script = format!("ulimit -u {threads} && exec \"$0\" \"$@\"");
        // The limit does not hold for root.
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = Command::new(if is_root { "setpriv" } else { "sh" });
        if is_root {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh"]);
        }
        command.arg("-c").arg(script).arg(binary::path());
        command
    };
    if !limited(1).arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: the binary cannot be run as another user");
        return;
    }
    let root = demo::root();
    for threads in [1, 2, 4] {
        for command in ["serve", "index", "search", "export"] {
            let (code, said) = run(limited(threads).arg(command).arg(root));
            assert!(matches!(code, Some(1 | 2)), "{command}: {said}");
            assert!(said.contains("ulimit -u") && !said.contains("panicked"), "{command}: {said}");
        }
        let (code, said) = run(limited(threads).arg("catalog"));
        assert_eq!(code, Some(0), "{said}");
    }
}

/// The files below a folder, sorted, relative to it.
fn listing(folder: &std::path::Path) -> Vec<String> {
    let output = Command::new("find").args([".", "-type", "f"]).current_dir(folder).output().unwrap();
    let mut files: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    files.sort();
    files
}

#[test]
fn options_of_the_server_may_stand_in_the_toml_file() {
    let folder = Root::with(&[("mine.toml", "[serve]\ntoken = \"open-sesame\"\nmax-connections = 8\n")]);
    let config = folder.path().join("mine.toml");
    let index = tempfile::tempdir().unwrap();
    let server = Server::launch(Server::command(demo::root(), index.path()).arg("--config").arg(&config));
    assert_eq!(server.get("/api/v1/status").status, 401);

    let folder = Root::with(&[("mine.toml", "[serve]\nmax-conections = 8\n")]);
    let config = folder.path().join("mine.toml");
    let (code, said) = run(Server::command(demo::root(), index.path()).arg("--config").arg(&config));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("mine.toml") && said.contains("`max-conections`"), "{said}");
}

#[test]
fn the_log_is_json_where_that_is_asked_for_and_nothing_else_is_said() {
    let index = tempfile::tempdir().unwrap();
    let mut command = Server::command(demo::root(), index.path());
    let server = Server::launch(command.args(["--log", "json", "--log-level", "debug"]));
    server.wait_until_ready();
    server.json("/api/v1/search?q=red");
    let logged = poll(Duration::from_secs(20), || {
        let log = server.log();
        log.contains("/api/v1/search").then_some(log)
    });
    let log = logged.unwrap_or_else(|| panic!("{}", server.log()));
    let events: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| !line.starts_with("Blendscope ") && !line.starts_with("press "))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let request = events.iter().find(|event| event["path"] == "/api/v1/search").unwrap();
    assert_eq!((&request["method"], &request["status"]), (&"GET".into(), &200.into()), "{request}");
}

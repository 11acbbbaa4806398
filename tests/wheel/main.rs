//! The Python wheel as people install it: one file, into an environment with nothing in it.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use blendscope_tests::server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The C library of the systems that the wheel names: `manylinux2014`, which is glibc 2.17.
const OLDEST_GLIBC: u32 = 17;

/// The wheel under test, which `cargo xtask test --only wheel` builds.
fn wheel() -> PathBuf {
    let named = std::env::var_os("BLENDSCOPE_WHEEL");
    named.expect("BLENDSCOPE_WHEEL does not name a wheel: run `cargo xtask test --only wheel`").into()
}

/// A virtual environment with the wheel in it; `--no-index`, as it needs nothing else.
fn install(folder: &Path) -> PathBuf {
    let environment = folder.join("environment");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
    let bin = environment.join("bin");
    run(Command::new(bin.join("python")).args(["-m", "pip", "install", "--quiet", "--no-index"]).arg(wheel()));
    bin.join("blendscope")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_installed_wheel_serves_the_demo_with_its_pages() {
    let folder = TempDir::new().unwrap();
    let program = install(folder.path());
    let mut serve = Command::new(program);
    serve.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--index-dir"]).arg(folder.path().join("index"));
    let server = Server::launch(serve.env("XDG_CACHE_HOME", folder.path()));
    let status = server.wait_until_ready();
    assert!(status["samples"].as_u64().unwrap() > 0, "{status}");
    let page = server.get("/");
    let script = page.text().split("src=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(server.get(script.expect("the page loads a script")).status, 200);
}

#[test]
#[cfg(target_os = "linux")]
fn an_installed_wheel_asks_for_no_newer_c_library_than_it_says() {
    let folder = TempDir::new().unwrap();
    let program = fs::read(install(folder.path())).unwrap();
    let name = b"GLIBC_2.";
    let versions = program.windows(name.len() + 2).filter_map(|bytes| {
        let digits = bytes.strip_prefix(name)?;
        let digits = digits.split(|byte| !byte.is_ascii_digit()).next()?;
        std::str::from_utf8(digits).ok()?.parse::<u32>().ok()
    });
    let newest = versions.max().expect("the program names the versions of what it links");
    assert!(newest <= OLDEST_GLIBC, "it asks for glibc 2.{newest}");
}

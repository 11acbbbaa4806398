//! What `pip install` of the Python wheel leaves in an environment with nothing else in it.
//!
//! `cargo xtask test --only wheel` builds the wheel, installs it, and names the installed program to these tests.

use blendscope_tests::binary;
use blendscope_tests::server::Server;
use std::fs;
use tempfile::TempDir;

/// The C library of the systems that the wheel names: `manylinux2014`, which is glibc 2.17.
#[cfg(target_os = "linux")]
const OLDEST_GLIBC: u32 = 17;

#[test]
fn the_program_is_all_that_is_installed() {
    let bin = binary::path().parent().unwrap().to_owned();
    assert!(bin.join("python").exists(), "{} is no environment of Python", bin.display());
    let packages = fs::read_dir(bin.join("../lib")).unwrap().next().unwrap().unwrap().path();
    let packages = fs::read_dir(packages.join("site-packages")).unwrap();
    let names = packages.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let ours: Vec<String> = names.filter(|name| name.contains("blendscope")).collect();
    assert!(matches!(&ours[..], [name] if name.ends_with(".dist-info")), "{ours:?}");
}

#[test]
fn the_demo_is_served_with_its_pages() {
    let folder = TempDir::new().unwrap();
    let mut serve = binary::command();
    serve
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--index-dir"])
        .arg(folder.path().join("index"));
    let server = Server::launch(serve.env("XDG_CACHE_HOME", folder.path()));
    let status = server.wait_until_ready();
    assert!(status["samples"].as_u64().unwrap() > 0, "{status}");
    let page = server.get("/");
    // Attributes have no quotes in a page made small.
    let script = page.text().split("<script defer src=").nth(1).and_then(|rest| rest.split('>').next());
    let script =
        script.and_then(|script| script.strip_prefix('.')).expect("the page loads a script beside it");
    assert_eq!(server.get(script).status, 200);
}

#[test]
#[cfg(target_os = "linux")]
fn no_newer_c_library_is_asked_for_than_the_wheel_says() {
    let program = fs::read(binary::path()).unwrap();
    let name = b"GLIBC_2.";
    let versions = program.windows(name.len() + 2).filter_map(|bytes| {
        let digits = bytes.strip_prefix(name)?;
        let digits = digits.split(|byte| !byte.is_ascii_digit()).next()?;
        std::str::from_utf8(digits).ok()?.parse::<u32>().ok()
    });
    let newest = versions.max().expect("the program names the versions of what it links");
    assert!(newest <= OLDEST_GLIBC, "it asks for glibc 2.{newest}");
}

//! Pictures that ask for far more than they are worth: what they cost is known by their headers.

use crate::support::problem;
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;
use std::fs::OpenOptions;
use std::thread;
use std::time::{Duration, Instant};

/// Decoding any of them would take longer, and more than the memory of most machines.
const SOON: Duration = Duration::from_secs(10);

/// A bitmap that begins with the header of one of so many pixels, 24 bits each.
fn bitmap(side: u32) -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend([side.to_le_bytes(), side.to_le_bytes()].concat());
    bytes.extend(b"\x01\0\x18\0");
    bytes.resize(54, 0);
    bytes
}

/// A lossless WebP of a few bytes, of so many pixels.
fn webp(side: u32) -> Vec<u8> {
    let sides = (side - 1) | (side - 1) << 14;
    let pixels = [&[0x2F][..], &sides.to_le_bytes(), &[0x88, 0x88, 0x08], &[0; 16]].concat();
    let chunk = [&b"WEBPVP8L"[..], &(pixels.len() as u32).to_le_bytes(), &pixels].concat();
    [&b"RIFF"[..], &(chunk.len() as u32).to_le_bytes(), &chunk].concat()
}

#[test]
fn what_asks_for_too_much_is_told_and_ordinary_pictures_go_on() {
    let names = ["tail.gif", "large.bmp", "huge.bmp", "deep.webp", "good.gif"];
    let refs = names.map(|name| picture_record(name, &format!("p/{name}"), "A dot."));
    let root = Root::with(&[("dots.json", array(&refs))]);
    for (name, bytes, length) in [
        ("tail.gif", GIF.to_vec(), 4 << 30),
        ("large.bmp", bitmap(13_000), 54 + 13_000 * 13_000 * 3),
        ("huge.bmp", bitmap(40_000), 54 + 40_000 * 40_000 * 3),
        ("deep.webp", webp(14_000), 0),
        ("good.gif", GIF.to_vec(), 0),
    ] {
        let path = root.write(&format!("p/{name}"), bytes);
        if length > 0 {
            OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
        }
    }
    let server = Server::start_with(root.path(), &["--picture-memory", "64"]);
    let began = Instant::now();
    thread::scope(|scope| {
        for (name, reason) in [
            ("large.bmp", "more than the 50 MB that one picture may have"),
            ("huge.bmp", "more than the limit of 200000000"),
            ("deep.webp", "more than the 50 MB that one picture may have"),
        ] {
            let server = &server;
            scope.spawn(move || {
                let detail = problem(&server.get(&format!("/images/dots/p/{name}?w=320")), 422);
                assert!(detail.contains(reason), "{name}: {detail}");
            });
        }
        for name in ["tail.gif", "good.gif"] {
            assert_eq!(server.get(&format!("/images/dots/p/{name}?w=320")).status, 200, "{name}");
        }
    });
    let range = server.request("GET", "/images/dots/p/tail.gif").header("range", "bytes=4294967290-");
    assert_eq!(range.send().unwrap().header("content-range"), Some("bytes 4294967290-4294967295/4294967296"));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

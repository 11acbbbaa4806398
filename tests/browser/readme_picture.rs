//! The picture in the README, taken by the project itself.
//!
//! `BLENDSCOPE_PICTURE=$PWD/docs/blendscope.png cargo test -p blendscope-tests --test browser readme_picture`

use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::server::Server;

#[test]
fn readme_picture_shows_the_shelf_with_its_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("playground/data");
    demo::write(&root, &["--samples", "1000"]);
    let (server, browser) = (Server::start(&root), Browser::open());
    server.wait_until_ready();
    browser.prefer_colour_scheme("light");
    browser.resize(1280, 800);
    browser.goto(&server.url("/"));
    let loaded = "const all = [...document.images].filter(image => image.getBoundingClientRect().top < innerHeight); \
                  return all.length >= 8 && all.every(image => image.complete && image.naturalWidth > 0)";
    browser.wait_for("the pictures of the shelf", || browser.run(loaded).as_bool().filter(|all| *all));
    let picture = browser.screenshot();
    assert!(picture.len() > 50_000, "a shelf of pictures does not fit into {} bytes", picture.len());
    if let Some(path) = std::env::var_os("BLENDSCOPE_PICTURE") {
        std::fs::write(path, picture).unwrap();
    }
}

//! The progress badge while indexing, and when it is done.

use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::server::Server;

#[test]
fn the_badge_grows_to_ready_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    demo::write(&root, &["--samples", "100000", "--without-images"]);
    // The browser first: it takes longer to start than the indexing takes to get far.
    let browser = Browser::open();
    let server = Server::start_on(&root, &folder.path().join("index"));
    browser.goto(&server.url("/"));
    let badge = || browser.text_of("[data-testid=progress]").to_lowercase();
    let first = browser.wait_for("a badge", || Some(badge()).filter(|badge| !badge.is_empty()));
    assert!(first.contains("indexing") || first.contains("connecting") || first.contains("ready"), "{first}");
    let last = server.wait_until_ready();
    browser.wait_for("the badge to say ready", || badge().contains("ready").then_some(()));

    browser.goto(&server.url("/search"));
    assert_eq!(browser.total(), last["samples"]);
}

#[test]
fn a_server_that_is_gone_is_told() {
    let browser = Browser::open();
    let server = Server::start(demo::root());
    browser.goto(&server.url("/"));
    let badge = || browser.text_of("[data-testid=progress]").to_lowercase();
    browser.wait_for("the badge to say ready", || badge().contains("ready").then_some(()));
    // Its events have ended as it is ready; the next thing asked for must say so.
    browser.find(crate::support::SEARCH_BOX);
    server.kill();
    browser.find(crate::support::SEARCH_BOX).type_text("red");
    browser
        .wait_for("an error with a way on", || browser.find_all("[role=alert]").into_iter().next().map(drop));
}

//! Links: copied here, opened there.

use crate::support::{conversation, demo, open_first_hit, path};
use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::server::Server;

#[test]
fn a_copied_link_shows_the_same_sample_in_a_fresh_profile() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    browser.run("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }");
    open_first_hit(&browser);
    let shown = conversation(&browser);
    browser.hook("copy-link").click();
    let copied = browser
        .wait_for("the copied link", || browser.run("return window.copied").as_str().map(str::to_owned));
    assert!(copied.starts_with(&server.url("/s/")), "{copied}");

    // A colleague: another profile, another server, another index of the same data.
    let there = Server::start(demo::root());
    let colleague = Browser::open();
    colleague.goto(&there.url(path(&copied)));
    assert_eq!(conversation(&colleague), shown);
}

#[test]
fn every_address_shows_its_thing_when_opened_by_itself() {
    let (server, browser) = demo();
    let hit = server.json("/api/v1/search?limit=1")["items"][0].clone();
    let dataset = hit["dataset"].as_str().unwrap();
    let title = server.json(&format!("/api/v1/datasets/{dataset}"))["title"].as_str().unwrap().to_owned();
    for (address, expected) in [
        ("/".to_owned(), title.clone()),
        (format!("/datasets/{dataset}"), title),
        (hit["url"].as_str().unwrap().to_owned(), hit["id"].as_str().unwrap().to_owned()),
    ] {
        assert_eq!(server.get(&address).status, 200, "{address}");
        browser.goto(&server.url(&address));
        let found = || browser.text_of("main").contains(&expected).then_some(());
        browser.wait_for(&format!("`{expected}` on {address}"), found);
    }
}

#[test]
fn a_reload_changes_nothing() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&sort=longest"));
    let total = browser.total();
    let first = browser.hook("hit").text();
    browser.goto(&browser.url());
    assert_eq!(browser.total(), total);
    assert_eq!(browser.hook("hit").text(), first);
}

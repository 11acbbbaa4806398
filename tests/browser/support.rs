//! What several files of tests share.

use blendscope_tests::browser::{Browser, ENTER};
use blendscope_tests::demo;
use blendscope_tests::server::Server;

/// The search box in the header.
pub(crate) const SEARCH_BOX: &str = "[role=search] input";

/// A hit of the result list.
pub(crate) const HIT: &str = "[data-testid=hit]";

/// A server of the demo root and a browser.
pub(crate) fn demo() -> (Server, Browser) {
    (Server::start(demo::root()), Browser::open())
}

/// Searches from the page that is open, as a user does, and waits for the hits.
pub(crate) fn search(browser: &Browser, query: &str) {
    browser.find(SEARCH_BOX).type_text(&format!("{query}{ENTER}"));
    browser.wait_for("the address of the search", || browser.url().contains("/search?q=").then_some(()));
    browser.find(HIT);
}

/// Opens a sample beside the list and waits for it.
pub(crate) fn open_beside(browser: &Browser) {
    browser.find(HIT).click();
    browser.wait_for("the open sample in the address", || browser.url().contains("open=").then_some(()));
    browser.find("[data-testid=drawer] [data-testid=sample]");
}

/// Opens a sample from the result list and waits for its page.
pub(crate) fn open_first_hit(browser: &Browser) {
    open_beside(browser);
    browser.hook("open-page").click();
    browser.wait_for("the address of a sample", || browser.url().contains("/s/").then_some(()));
    browser.wait_for("the page alone", || browser.find_all("[data-testid=drawer]").is_empty().then_some(()));
    browser.hook("sample");
}

/// The conversation of the sample that is open, as soon as it is shown.
pub(crate) fn conversation(browser: &Browser) -> String {
    let text = || Some(browser.text_of("[data-testid=sample] ol")).filter(|text| !text.is_empty());
    browser.wait_for("a conversation", text)
}

/// The path and query of an address.
pub(crate) fn path(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address has a scheme");
    &rest[rest.find('/').unwrap_or(rest.len())..]
}

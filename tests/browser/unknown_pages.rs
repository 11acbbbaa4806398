//! Addresses that lead nowhere.

use crate::support::demo;

#[test]
fn an_unknown_page_is_not_found_and_offers_a_way_home() {
    let (server, browser) = demo();
    assert_eq!(server.get("/no-such-page").status, 404);
    browser.goto(&server.url("/no-such-page"));
    let says_so = || {
        let text = browser.text_of("body").to_lowercase();
        (text.contains("not found") || text.contains("no such page") || text.contains("nothing is"))
            .then_some(())
    };
    browser.wait_for("a sentence that says so", says_so);
    assert!(!browser.find_all("a[href='/']").is_empty(), "there is no way home");
}

#[test]
fn a_sample_that_is_not_there_is_said_to_be_not_there() {
    let (server, browser) = demo();
    let dataset = server.json("/api/v1/search?limit=1")["items"][0]["dataset"].as_str().unwrap().to_owned();
    for address in [
        format!("/s/{dataset}/0000000000000"),
        "/s/no-such-set/0000000000000".to_owned(),
        "/datasets/no-such-set".to_owned(),
    ] {
        browser.goto(&server.url(&address));
        let says_so = || (browser.text_of("[role=alert]").len() > 20).then_some(());
        browser.wait_for(&format!("what is wrong with {address}"), says_so);
        assert!(!browser.find_all("[role=alert] a[href='/']").is_empty(), "{address} offers no way on");
    }
}

//! Instructions that samples repeat.

use crate::support::demo;

#[test]
fn a_template_leads_to_the_samples_that_repeat_it() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find("header a[href='/templates']").click();
    let first = server.json("/api/v1/templates")["items"][0].clone();
    let (text, url) = (first["text"].as_str().unwrap(), first["url"].as_str().unwrap());
    let row = browser.hook("template").text();
    assert!(row.contains(text), "`{text}` is not the first template: {row}");
    browser.find(&format!("[data-testid=template] a[href='{url}']")).click();
    browser.wait_for("the search", || browser.url().contains("/search?template=").then_some(()));
    assert_eq!(browser.total(), first["samples"].as_u64().unwrap());
}

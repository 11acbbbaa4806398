//! Captions are text, whatever is in them.

use crate::support::HIT;
use blendscope_tests::browser::Browser;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;

/// All that a page might be tempted to run, with a reason each; `attacked` is set when one of them does.
const ATTACKS: [(&str, &str); 6] = [
    ("a script element", "<script>window.attacked = 1</script>"),
    ("an event handler", "<img src=x onerror=\"window.attacked = 1\">"),
    ("breaking out of an attribute", "\"><svg onload=window.attacked=1>"),
    ("a Markdown link that is a script", "[click](javascript:window.attacked=1)"),
    ("a Markdown picture from elsewhere", "![x](https://evil.example/x.png)"),
    ("the end of a comment and of a style", "--></style></script><script>window.attacked=1</script>"),
];

#[test]
fn markup_in_a_caption_is_shown_as_text_and_does_nothing() {
    let records: Vec<_> =
        ATTACKS.iter().map(|(reason, attack)| record(reason, attack, &format!("hostile {attack}"))).collect();
    let root = Root::with(&[("hostile.json", array(&records))]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/search?q=hostile&sort=file"));
    browser.find(HIT);
    assert!(browser.text_of("[data-testid=results]").contains("<script>window.attacked = 1</script>"));
    for hit in server.json("/api/v1/search?q=hostile&sort=file")["items"].as_array().unwrap() {
        browser.goto(&server.url(hit["url"].as_str().unwrap()));
        browser.wait_for("the caption", || {
            browser.text_of("[data-testid=sample]").contains("hostile").then_some(())
        });
        let reason = hit["id"].as_str().unwrap();
        assert!(browser.run("return window.attacked").is_null(), "{reason} ran");
        let script_links = browser.find_all("[data-testid=sample] a[href^='javascript']");
        assert!(script_links.is_empty(), "{reason} became a link");
        let foreign = browser.find_all(
            "img[src*='evil.example'], [data-testid=sample] script, [data-testid=sample] svg[onload]",
        );
        assert!(foreign.is_empty(), "{reason} became an element");
    }
}

#[test]
fn right_to_left_text_is_shown_as_it_is_and_turns_nothing_around() {
    let override_sign = "\u{202e}";
    let caption = format!("الكلب الأبيض يجري {override_sign} dog");
    let root = Root::with(&[("arabic.json", array(&[record("rtl", "ما في الصورة؟", &caption)]))]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/search?q=%D8%A7%D9%84%D9%83%D9%84%D8%A8"));
    browser.find(HIT);
    assert_eq!(browser.total(), 1);
    let url = server.json("/api/v1/search?q=")["items"][0]["url"].as_str().unwrap().to_owned();
    browser.goto(&server.url(&url));
    browser.wait_for("the caption", || {
        browser.text_of("[data-testid=sample]").contains("الكلب الأبيض يجري").then_some(())
    });
    let direction = browser.run(
        "const found = [...document.querySelectorAll('[data-testid=sample] *')]
             .filter(part => part.childElementCount === 0 && part.textContent.includes('الكلب'));
         return found.length ? getComputedStyle(found[0]).direction : 'nowhere'",
    );
    assert_eq!(direction, "rtl");
    assert_eq!(browser.run("return getComputedStyle(document.documentElement).direction"), "ltr");
}

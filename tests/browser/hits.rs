//! What a search found in a sample: marked, and walked through.

use crate::support::demo;
use blendscope_tests::browser::Browser;
use blendscope_tests::server::Server;
use serde_json::Value;

const QUERY: &str = "red";

/// Address of a sample with at least three hits, and how many there are.
fn sample_with_hits(server: &Server) -> (String, usize) {
    let found = server.json(&format!("/api/v1/search?q={QUERY}&limit=50"));
    let with_hits = found["items"].as_array().unwrap().iter().find_map(|hit| {
        let url = hit["url"].as_str().unwrap();
        let sample = server.json(&format!("{}?q={QUERY}", url.replacen("/s/", "/api/v1/samples/", 1)));
        let count = |turn: &Value| turn["marks"].as_array().unwrap().len();
        let hits = sample["marks"].as_array()?.iter().map(count).sum::<usize>();
        (hits >= 3).then(|| (format!("{url}?q={QUERY}"), hits))
    });
    with_hits.expect("a sample of the demo root has three hits")
}

fn current_hits(browser: &Browser) -> String {
    browser
        .run("return [...document.querySelectorAll('mark[aria-current]')].map(mark => mark.id).join()")
        .as_str()
        .unwrap()
        .to_owned()
}

fn press(browser: &Browser, key: &str, then: &str) {
    browser.find("body").type_text(key);
    let words = || browser.text_of("[data-testid=hits]");
    browser.wait_for(&format!("`{then}`"), || words().contains(then).then_some(()));
}

#[test]
fn every_hit_is_marked_and_walked_through() {
    let (server, browser) = demo();
    let (address, hits) = sample_with_hits(&server);
    browser.goto(&server.url(&address));
    browser.hook("hits");
    let marked =
        "return [...document.querySelectorAll('[data-testid=sample] ol mark')].map(mark => mark.textContent)";
    let marked = browser.run(marked);
    let marked: Vec<_> = marked.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert_eq!(marked.len(), hits);
    assert!(marked.iter().all(|text| text.to_lowercase() == QUERY), "{marked:?}");
    assert_eq!(current_hits(&browser), "", "nothing moves before the reader asks");
    assert_eq!(browser.run("return window.scrollY"), 0);
    press(&browser, "n", &format!("1 of {hits} hits"));
    press(&browser, "n", &format!("2 of {hits} hits"));
    assert_eq!(current_hits(&browser), "hit-1");
    let in_view = "const place = document.getElementById('hit-1').getBoundingClientRect(); \
                   return place.top > 0 && place.bottom < innerHeight";
    browser.wait_for("the hit in view", || browser.run(in_view).as_bool().filter(|is_in_view| *is_in_view));
    press(&browser, "N", &format!("1 of {hits} hits"));
    press(&browser, "N", &format!("{hits} of {hits} hits"));
}

#[test]
fn a_sample_that_was_not_searched_for_has_no_hits() {
    let (server, browser) = demo();
    let (address, _) = sample_with_hits(&server);
    browser.goto(&server.url(address.split('?').next().unwrap()));
    browser.find("[data-testid=sample] ol li");
    assert_eq!(browser.find_all("[data-testid=hits], [data-testid=sample] mark").len(), 0);
}

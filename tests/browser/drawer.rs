//! The sample that is open beside its list.

use crate::support::{HIT, SEARCH_BOX, demo, open_beside};
use blendscope_tests::browser::{Browser, ENTER};
use serde_json::json;

/// Key of the sample that is open.
fn open_key(browser: &Browser) -> String {
    let url = browser.url();
    let open = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("open=")).unwrap_or_default();
    open.rsplit('/').next().unwrap_or_default().to_owned()
}

#[test]
fn keys_walk_the_result_while_the_list_stays() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&view=list"));
    open_beside(&browser);
    let keys: Vec<String> = server.json("/api/v1/search?q=red&limit=3")["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(open_key(&browser), keys[0]);
    for (press, number) in [("j", 1), ("j", 2), ("k", 1)] {
        browser.find("body").type_text(press);
        browser.wait_for("the next sample", || (open_key(&browser) == keys[number]).then_some(()));
        let place = format!("{} of ", number + 1);
        browser.wait_for(&place, || browser.hook("walk").text().starts_with(&place).then_some(()));
    }
    assert!(!browser.find_all(HIT).is_empty(), "the list is gone");
    let list = browser.url();
    browser.hook("close").click();
    browser.wait_for("the list alone", || browser.find_all("[data-testid=drawer]").is_empty().then_some(()));
    browser.back();
    browser.wait_for("the open sample again", || (browser.url() == list).then_some(()));
    browser.hook("drawer");
}

#[test]
fn a_reload_shows_list_and_sample_and_the_page_walks_on() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&view=list"));
    open_beside(&browser);
    let key = open_key(&browser);
    browser.goto(&browser.url());
    browser.find("[data-testid=drawer] [data-testid=sample]");
    assert_eq!(open_key(&browser), key);
    browser.find("body").type_text("o");
    browser.wait_for("the page", || browser.url().contains("/s/").then_some(()));
    assert!(browser.url().contains("q=red"), "the page forgets the search: {}", browser.url());
    browser.wait_for("its place in the result", || {
        browser.text_of("nav[aria-label=Neighbours]").contains("“red”").then_some(())
    });
    browser.find("body").type_text("j");
    browser.wait_for("the next", || (!browser.url().contains(&key)).then_some(()));
}

#[test]
fn enter_leaves_the_box_for_the_first_hit_and_keys_act_there() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?view=list"));
    browser.find(HIT);
    browser.find(SEARCH_BOX).type_text(&format!("red{ENTER}"));
    browser.wait_for("the focus on the first hit", || {
        browser
            .run("return document.activeElement.closest('[data-row]')?.dataset.row === '0'")
            .as_bool()
            .filter(|is_there| *is_there)
    });
    browser
        .run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))");
    browser.wait_for("the second", || {
        browser
            .run("return document.activeElement.closest('[data-row]')?.dataset.row === '1'")
            .as_bool()
            .filter(|is_there| *is_there)
    });
    assert_eq!(browser.find(SEARCH_BOX).property("value"), "red", "the key went into the box");
}

#[test]
fn a_phone_shows_a_sheet_that_is_swiped_away() {
    let (server, browser) = demo();
    browser.resize(390, 844);
    browser.goto(&server.url("/search?q=red&view=list"));
    open_beside(&browser);
    let top = "const bar = document.querySelector('[data-testid=walk]').getBoundingClientRect(); return bar.y + bar.height / 2";
    let top = browser.wait_for("the sheet at rest", || {
        let top = browser.run(top).as_f64()?;
        (top < 200.0).then_some(top)
    });
    let touch = |kind: &str, down: Option<f64>| {
        let points: Vec<_> = down.iter().map(|down| json!({"x": 40, "y": top + down, "id": 0})).collect();
        browser.devtools("Input.dispatchTouchEvent", &json!({"type": kind, "touchPoints": points}));
    };
    touch("touchStart", Some(0.0));
    for step in 1..=6 {
        touch("touchMove", Some(f64::from(step) * 30.0));
    }
    touch("touchEnd", None);
    browser.wait_for("the list alone", || browser.find_all("[data-testid=drawer]").is_empty().then_some(()));
}

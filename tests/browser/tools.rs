//! The module with the pages that few visits need: fetched when it is needed, and one with the application around it; and
//! what an accessibility checker says about its pages.

use crate::support::{demo, path};
use blendscope_tests::browser::Browser;
use serde_json::{Value, json};

/// Whether the module was fetched.
const FETCHED: &str =
    "return performance.getEntriesByType('resource').some(entry => entry.name.includes('blendscope-tools'))";

fn wait_for_title(browser: &Browser, title: &str) {
    browser.wait_for(title, || browser.title().starts_with(title).then_some(()));
}

#[test]
fn the_module_comes_with_the_first_of_its_pages_and_moves_as_one_with_the_others() {
    let (server, browser) = demo();
    browser.goto(&server.url("/recipes"));
    browser.find("[data-testid=recipe] h2 a");
    assert_eq!(browser.run(FETCHED), false, "nobody has needed it");
    browser.run("window.isSame = true; return null");
    browser.find("[data-testid=recipe] h2 a[href$='convllava']").click();
    browser.find("[data-testid=stages]");
    assert_eq!(browser.run(FETCHED), true);
    browser.find("[data-testid=stage] a[href^='/board?']").click();
    browser.hook("board");
    browser.find(".footer, footer");
    browser.back();
    browser.find("[data-testid=stages]");
    browser.back();
    browser.wait_for("the list of recipes", || (path(&browser.url()) == "/recipes").then_some(()));
    wait_for_title(&browser, "Recipes");
    assert!(browser.find_all("[data-testid=stages]").is_empty(), "a page that was left is gone");
    browser.find("[data-testid=recipe] h2 a[href$='llm-jp-vila']").click();
    browser.wait_for("another recipe", || {
        browser.text_of("[data-testid=language]").contains("Japanese").then_some(())
    });
    assert_eq!(browser.run("return window.isSame === true"), true, "the page was never loaded anew");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn a_page_whose_module_does_not_arrive_says_so() {
    let (server, browser) = demo();
    browser.devtools("Network.enable", &json!({}));
    browser.devtools("Network.setBlockedURLs", &json!({"urls": ["*blendscope-tools*"]}));
    browser.goto(&server.url("/compare"));
    browser.wait_for("a word on it", || browser.text_of("main").contains("did not arrive").then_some(()));
    browser.goto(&server.url("/recipes"));
    browser.find("[data-testid=recipe]");
}

#[test]
fn a_checker_of_accessibility_finds_nothing() {
    let Some(axe) = std::env::var_os("BLENDSCOPE_AXE") else {
        eprintln!("skipped: BLENDSCOPE_AXE does not name axe.min.js");
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let (server, browser) = demo();
    for (address, ready) in [
        (
            "/board?from=convllava/1&part=documented%3D1246901@dataset%3Dsharegpt4v-pt-1246k&part=random%3D50%25@q%3Dred",
            "[data-testid=board-part]",
        ),
        ("/board", "[data-testid=add-part]"),
        ("/compare?a=convllava/1&b=?q=red", "[data-testid=compared]"),
        ("/draw?n=5&seed=3", "[data-testid=drawn-sample]"),
        ("/recipes/llm-jp-vila", "[data-testid=language]"),
    ] {
        for scheme in ["light", "dark"] {
            browser.prefer_colour_scheme(scheme);
            browser.goto(&server.url(address));
            browser.find(ready);
            browser.run(&format!("{axe}; return null"));
            browser.run("window.found = null; axe.run(document).then(result => { window.found = result.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 200)).join(' | ')) }); return null");
            let found = browser.wait_for("the checker", || {
                Some(browser.run("return window.found")).filter(|found| !found.is_null())
            });
            assert_eq!(found, Value::Array(Vec::new()), "{address}, {scheme}");
        }
    }
}

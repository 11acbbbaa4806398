//! Search as you type.

use crate::support::{SEARCH_BOX, demo};
use blendscope_tests::browser::Browser;
use std::time::Duration;

/// Longer than any pause after which a search fires.
const A_WHILE: Duration = Duration::from_millis(1_200);

/// The addresses of the searches that the page asked for so far.
fn searches(browser: &Browser) -> Vec<String> {
    let names = browser.run(
        "return performance.getEntriesByType('resource').map(entry => entry.name).filter(name => name.includes('/api/v1/search'))",
    );
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Dispatches what an input method sends: `compositionstart` or `compositionend`, or input while composing.
fn compose(browser: &Browser, event: &str, text: &str) {
    browser.run_with(
        "const [css, event, text] = arguments;
         const input = document.querySelector(css);
         input.value = text;
         if (event === 'input') {
             const how = {bubbles: true, isComposing: true, inputType: 'insertCompositionText', data: text};
             input.dispatchEvent(new InputEvent('input', how));
         } else {
             input.dispatchEvent(new CompositionEvent(event, {bubbles: true, data: text}));
         }",
        &[SEARCH_BOX.into(), event.into(), text.into()],
    );
}

#[test]
fn results_follow_the_letters_without_enter() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find(SEARCH_BOX).type_text("red");
    browser.hook("hit");
    assert!(!searches(&browser).is_empty());
    assert_eq!(browser.find(SEARCH_BOX).property("value"), "red", "the box lost what was typed");
}

#[test]
fn nothing_is_searched_while_an_input_method_composes() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find(SEARCH_BOX).click();
    std::thread::sleep(A_WHILE);
    let before = searches(&browser);
    compose(&browser, "compositionstart", "");
    for text in ["い", "いn", "いぬ"] {
        compose(&browser, "input", text);
    }
    std::thread::sleep(A_WHILE);
    assert_eq!(searches(&browser), before, "a half-composed word was searched");
    compose(&browser, "input", "犬");
    compose(&browser, "compositionend", "犬");
    let fired = browser.wait_for("the search after composing", || {
        let fired = searches(&browser);
        (fired.len() > before.len()).then_some(fired)
    });
    assert!(fired.last().unwrap().contains("%E7%8A%AC"), "{fired:?}");
}

#[test]
fn slash_leads_to_the_search_box() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find("body").type_text("/");
    browser.wait_for("the focus in the search box", || {
        let script = "return document.activeElement === document.querySelector(arguments[0])";
        browser.run_with(script, &[SEARCH_BOX.into()]).as_bool().filter(|has_focus| *has_focus)
    });
    assert_eq!(browser.find(SEARCH_BOX).property("value"), "", "the slash was typed into the box");
}

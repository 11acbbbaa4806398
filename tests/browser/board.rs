//! The blend board as somebody works with it: a slider, undo, the link, a target, a trainer's file; two blends side by
//! side; draws.

use crate::support::{demo, path};
use blendscope_tests::browser::Browser;
use blendscope_tests::server::Server;

/// The board of `ConvLLaVA`'s first stage, opened from its recipe.
fn convllava() -> (Server, Browser) {
    let (server, browser) = demo();
    browser.goto(&server.url("/recipes/convllava"));
    browser.find("[data-testid=stage] a[href^='/board?']").click();
    browser
        .wait_for("four parts", || (browser.find_all("[data-testid=board-part]").len() == 4).then_some(()));
    (server, browser)
}

fn wait_for_text(browser: &Browser, element: &str, part: &str) {
    browser.wait_for(&format!("`{part}` in {element}"), || {
        browser.text_of(element).contains(part).then_some(())
    });
}

/// Moves the slider of the first part, as dragging it does.
fn slide(browser: &Browser, percent: u32, event: &str) {
    browser.run(&format!(
        "const slider = document.querySelector('[data-testid=board-part] input[type=range]'); slider.value = {percent}; \
         slider.dispatchEvent(new Event('{event}', {{ bubbles: true }})); return null"
    ));
}

#[test]
fn a_slider_moves_everything_without_a_request_and_is_one_step_to_undo() {
    let (_server, browser) = convllava();
    wait_for_text(&browser, "[data-total=samples]", "2,057,066");
    let requests = "return performance.getEntriesByType('resource').length";
    let before = browser.run(requests);
    slide(&browser, 70, "input");
    slide(&browser, 50, "input");
    slide(&browser, 50, "change");
    wait_for_text(&browser, "[data-testid=board-part] [data-testid=samples]", "623,450");
    wait_for_text(&browser, "[data-total=samples]", "1,433,615");
    wait_for_text(&browser, "[data-testid=board-part] [data-testid=share]", "43.49 %");
    assert_eq!(browser.run(requests), before, "nothing is asked of the server");
    assert!(browser.url().contains("random%3D50%25"), "{}", browser.url());
    browser.hook("undo").click();
    wait_for_text(&browser, "[data-total=samples]", "2,057,066");
    assert!(!browser.url().contains("random"), "{}", browser.url());
}

#[test]
fn what_is_drawn_is_counted_when_the_slider_is_let_go() {
    let (server, browser) = demo();
    browser.goto(&server.url("/board?part=added@q%3Dred&of=here"));
    browser.find("[data-testid=board-part]");
    slide(&browser, 50, "input");
    wait_for_text(&browser, "[data-total=tokens]", "≈");
    slide(&browser, 50, "change");
    browser.wait_for("a count that is no estimate", || {
        let tokens = browser.text_of("[data-total=tokens]");
        (!tokens.is_empty() && !tokens.contains('≈')).then_some(())
    });
    let query = "part=random%3D50%25@q%3Dred&of=here&seed=7";
    let account = server.json(&format!("/api/v1/board/account?{query}"))["parts"][0].clone();
    let words = account["words"]["gpt"].as_u64().unwrap().to_string();
    let shown: String = browser.text_of("[data-total=words]").chars().filter(char::is_ascii_digit).collect();
    assert_eq!(shown, words);
}

#[test]
fn the_link_shows_the_same_board() {
    let (_server, browser) = convllava();
    slide(&browser, 50, "change");
    wait_for_text(&browser, "[data-total=samples]", "1,433,615");
    let link = browser.url();
    browser.goto("about:blank");
    browser.goto(&link);
    wait_for_text(&browser, "[data-total=samples]", "1,433,615");
}

#[test]
fn a_step_becomes_60_percent_japanese_and_is_said_for_vila() {
    let (server, browser) = demo();
    browser.goto(&server.url("/recipes/llm-jp-vila"));
    wait_for_text(&browser, "[data-testid=language]", "50.72 %");
    browser.find_all("[data-testid=stage] a[href^='/board?']")[2].click();
    browser
        .wait_for("five parts", || (browser.find_all("[data-testid=board-part]").len() == 5).then_some(()));
    browser.find("[data-testid=fit] button").click();
    wait_for_text(&browser, "main", "245,646");
    browser.run(
        "const select = document.querySelector('[data-testid=board-export] select'); select.value = 'vila-string'; \
         select.dispatchEvent(new Event('change', { bubbles: true })); return null",
    );
    wait_for_text(&browser, "[data-testid=board-export]", "245646");
}

#[test]
fn a_search_becomes_a_part() {
    let (server, browser) = demo();
    let total = server.json("/api/v1/search?q=red&limit=1")["total"]["count"].as_u64().unwrap();
    browser.goto(&server.url("/board"));
    browser.find("[data-testid=add-part] input").type_text("red");
    browser.find("[data-testid=add-part] button").click();
    browser.find("[data-testid=board-part]");
    wait_for_text(&browser, "[data-total=samples]", &total.to_string());
    assert_eq!(path(&browser.url()), "/board?part=added@q%3Dred");
}

#[test]
fn two_stages_are_compared() {
    let (server, browser) = demo();
    browser.goto(&server.url("/compare?a=convllava/1&b=convllava/2"));
    wait_for_text(&browser, "main", "2,765,719");
    let rows = browser.find_all("[data-testid=compared]").len();
    assert_eq!(rows, 6);
    wait_for_text(&browser, "[data-testid=compared]", "18.28 %");
}

#[test]
fn a_draw_is_in_its_address() {
    let (server, browser) = demo();
    browser.goto(&server.url("/draw?n=5&seed=3"));
    browser.find("[data-testid=drawn-sample]");
    assert_eq!(browser.find_all("[data-testid=drawn-sample]").len(), 5);
    let first = browser.find("[data-testid=drawn-sample]").text();
    browser.goto("about:blank");
    browser.goto(&server.url("/draw?n=5&seed=3"));
    assert_eq!(browser.find("[data-testid=drawn-sample]").text(), first);
}

//! Facets and histograms: what a result consists of, filters by a click, and instructions that samples repeat.

use crate::support::{HIT, demo};
use blendscope_tests::browser::{Browser, ENTER};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

/// The part of the column that shows this dimension.
fn section(name: &str) -> String {
    format!("[data-testid=facet-{name}]")
}

/// The check box of a value.
fn check_box(name: &str, value: &str) -> String {
    format!("{} input[value=\"{value}\"]", section(name))
}

/// Unfolds a group that is folded at first.
fn unfold(browser: &Browser, name: &str) {
    browser.find(&format!("{} summary", section(name))).click();
    browser.find(&format!("{} details[open]", section(name)));
}

/// How many samples the API finds.
fn count(server: &Server, query: &str) -> u64 {
    server.json(&format!("/api/v1/search?{query}&limit=1"))["total"]["count"].as_u64().unwrap()
}

/// Waits until the page shows this many samples at an address that ends so.
#[track_caller]
fn expect(browser: &Browser, query: &str, samples: u64) {
    browser.wait_for(&format!("{samples} samples at {query}"), || {
        let is_there = browser.url().ends_with(&format!("/search?{query}"));
        (is_there && browser.total() == samples).then_some(())
    });
}

/// The two most frequent values of a facet.
fn two_values(server: &Server, query: &str, name: &str) -> [String; 2] {
    let facets = server.json(&format!("/api/v1/facets?{query}"));
    [0, 1].map(|place| facets["facets"][name][place]["value"].as_str().unwrap().to_owned())
}

/// Left and top edge and size of an element that is in view.
fn rectangle(browser: &Browser, css: &str) -> [f64; 4] {
    browser.find(css);
    let found = browser.run_with(
        "const found = document.querySelector(arguments[0]);
         found.scrollIntoView({block: 'center'});
         const {x, y, width, height} = found.getBoundingClientRect();
         return [x, y, width, height]",
        &[css.into()],
    );
    let found: Vec<f64> = found.as_array().unwrap().iter().map(|side| side.as_f64().unwrap()).collect();
    found.try_into().unwrap()
}

/// Presses the left button at one place, moves to another and lets go.
fn drag(browser: &Browser, from: (f64, f64), to: (f64, f64)) {
    let mouse = |kind: &str, (x, y): (f64, f64), buttons: u64| {
        let event =
            json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", &event);
    };
    mouse("mouseMoved", from, 0);
    mouse("mousePressed", from, 1);
    for step in 1..=4 {
        let share = f64::from(step) / 4.0;
        mouse("mouseMoved", (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share), 1);
    }
    mouse("mouseReleased", to, 0);
}

#[test]
fn a_value_narrows_the_result_and_two_of_one_facet_mean_either() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let all = browser.total();
    let [one, other] = two_values(&server, "q=red", "source");
    browser.find(&section("source"));
    unfold(&browser, "source");
    browser.find(&check_box("source", &one)).click();
    let query = format!("q=red&source={one}");
    expect(&browser, &query, count(&server, &query));
    assert!(browser.total() < all);
    browser.find(&check_box("source", &other)).click();
    let query = format!("q=red&source={one}&source={other}");
    expect(&browser, &query, count(&server, &query));
    // Another facet narrows what is left.
    browser.find(&check_box("lang", "ja")).click();
    let query = format!("q=red&lang=ja&source={one}&source={other}");
    expect(&browser, &query, count(&server, &query));
    browser.hook("clear-filters").click();
    expect(&browser, "q=red", all);
}

#[test]
fn counts_of_a_facet_leave_its_own_restriction_aside() {
    let (server, browser) = demo();
    let [one, other] = two_values(&server, "q=red", "dataset");
    browser.goto(&server.url(&format!("/search?q=red&dataset={one}")));
    let facets = server.json(&format!("/api/v1/facets?q=red&dataset={one}"));
    let values = facets["facets"]["dataset"].as_array().unwrap();
    let value = values.iter().find(|value| value["value"] == other.as_str()).unwrap();
    let wanted = value["count"].as_u64().unwrap();
    assert_eq!(wanted, count(&server, &format!("q=red&dataset={other}")));
    browser.find(&check_box("dataset", &other));
    let script = "return document.querySelector(arguments[0]).closest('li').innerText";
    let shown = browser.run_with(script, &[check_box("dataset", &other).into()]);
    assert!(
        shown.as_str().unwrap().trim_end().ends_with(&wanted.to_string()),
        "{shown} should end with {wanted}"
    );
}

#[test]
fn the_keyboard_ticks_values_one_after_the_other() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let [one, other] = two_values(&server, "q=red", "recipe");
    browser.find(&section("recipe"));
    unfold(&browser, "recipe");
    browser.find(&check_box("recipe", &other)).type_text(" ");
    let query = format!("q=red&recipe={other}");
    expect(&browser, &query, count(&server, &query));
    let focused = browser.run("return document.activeElement.value");
    assert_eq!(focused, other.as_str(), "the value that was ticked has lost the focus");
    browser.find(&check_box("recipe", &one)).type_text(" ");
    let query = format!("q=red&recipe={other}&recipe={one}");
    expect(&browser, &query, count(&server, &query));
}

#[test]
fn a_click_on_a_bar_and_a_drag_over_several_are_ranges() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let all = browser.total();
    let bars = server.json("/api/v1/facets?q=red")["histograms"]["turns"].clone();
    let bound = |number: usize| bars["bounds"][number].as_u64().unwrap();
    let number_of_bars = bars["counts"].as_array().unwrap().len();
    let plot = format!("{} [data-testid=bars]", section("turns"));
    let [x, y, width, height] = rectangle(&browser, &plot);
    let middle = |bar: usize| (x + width * (bar as f64 + 0.5) / number_of_bars as f64, y + height * 0.6);
    drag(&browser, middle(1), middle(1));
    let query = format!("q=red&turns={}..{}", bound(1), bound(2) - 1);
    expect(&browser, &query, bars["counts"][1].as_u64().unwrap());
    // From right to left is as good.
    drag(&browser, middle(7), middle(3));
    let query = format!("q=red&turns={}..{}", bound(3), bound(8) - 1);
    let sum = (3..8).map(|bar| bars["counts"][bar].as_u64().unwrap()).sum();
    expect(&browser, &query, sum);
    assert!(browser.text_of("[data-testid=filter]").contains(&format!("{}–{}", bound(3), bound(8) - 1)));
    browser.back();
    expect(
        &browser,
        &format!("q=red&turns={}..{}", bound(1), bound(2) - 1),
        bars["counts"][1].as_u64().unwrap(),
    );
    browser.hook("filter").click();
    expect(&browser, "q=red", all);
}

#[test]
fn a_range_can_be_typed() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let ends = format!("{} input", section("turns"));
    browser.find(&ends);
    browser.find_all(&ends)[0].type_text(&format!("4{ENTER}"));
    let last = server.json("/api/v1/facets?q=red")["histograms"]["turns"]["bounds"].clone();
    let last = last.as_array().unwrap().last().and_then(Value::as_u64).unwrap() - 1;
    let query = format!("q=red&turns=4..{last}");
    expect(&browser, &query, count(&server, &query));
    browser.find_all(&ends)[1].type_text(&format!("\u{e003}\u{e003}6{ENTER}"));
    expect(&browser, "q=red&turns=4..6", count(&server, "q=red&turns=4..6"));
}

#[test]
fn going_back_restores_result_and_check_boxes() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let all = browser.total();
    let [one, _] = two_values(&server, "q=red", "dataset");
    browser.find(&check_box("dataset", &one)).click();
    let query = format!("q=red&dataset={one}");
    expect(&browser, &query, count(&server, &query));
    browser.back();
    expect(&browser, "q=red", all);
    let is_checked = || browser.find(&check_box("dataset", &one)).property("checked");
    browser.wait_for("the empty check box", || (is_checked() == false).then_some(()));
    assert!(browser.find_all("[data-testid=filter]").is_empty());
}

#[test]
fn many_values_are_found_by_typing() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search"));
    let facets = server.json("/api/v1/facets");
    let datasets = facets["facets"]["dataset"].as_array().unwrap();
    assert!(datasets.len() > 20, "the demo root has too few datasets for this test");
    let rows = || browser.find_all(&format!("{} li", section("dataset"))).len();
    browser.find(&section("dataset"));
    assert_eq!(rows(), 6);
    browser.find(&format!("{} button", section("dataset"))).click();
    browser.wait_for("all datasets", || (rows() == datasets.len()).then_some(()));
    browser.hook("find-filter").type_text("caption");
    let contains = |dataset: &&Value| {
        let title = dataset["title"].as_str().unwrap_or_default().to_lowercase();
        title.contains("caption") || dataset["value"].as_str().unwrap().contains("caption")
    };
    let wanted = datasets.iter().filter(contains).count();
    assert!((1..datasets.len()).contains(&wanted));
    browser.wait_for("what contains the word", || (rows() == wanted).then_some(()));
}

#[test]
fn a_phone_opens_the_filters_as_a_sheet() {
    let (server, browser) = demo();
    browser.resize(390, 844);
    browser.goto(&server.url("/search?q=red"));
    browser.find(HIT);
    let is_shown = || browser.run("return document.getElementById('filters').checkVisibility()");
    assert_eq!(is_shown(), false, "the filters cover the result of a phone");
    let [one, _] = two_values(&server, "q=red", "dataset");
    browser.hook("filters").click();
    browser.wait_for("the sheet", || (is_shown() == true).then_some(()));
    browser.find(&check_box("dataset", &one)).click();
    let query = format!("q=red&dataset={one}");
    expect(&browser, &query, count(&server, &query));
    assert_eq!(is_shown(), true, "a choice has closed the sheet");
    browser.hook("show-result").click();
    browser.wait_for("the result", || (is_shown() == false).then_some(()));
}

#[test]
fn an_empty_result_says_what_would_bring_samples_back() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&lang=ja&turns=1..1"));
    assert_eq!(browser.total(), 0);
    let without_language = count(&server, "q=red&turns=1..1");
    assert!(without_language > 0);
    browser.wait_for("the way without the language", || {
        let ways = browser.text_of("[data-testid=ways]");
        (ways.contains("Language") && ways.contains(&format!("{without_language} samples"))).then_some(())
    });
    browser.find("[data-testid=ways] a[href='/search?q=red&turns=1..1']").click();
    expect(&browser, "q=red&turns=1..1", without_language);
    // A part of the query that empties it.
    browser.goto(&server.url("/search?q=red+umbrela"));
    browser.find("[data-testid=ways] a[href='/search?q=red']");
}

#[test]
fn a_misspelt_word_is_corrected_by_a_click() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red+umbrela&sort=file"));
    assert_eq!(browser.total(), 0);
    browser.find("[data-testid=suggestions] a").click();
    expect(&browser, "q=red%20umbrella&sort=file", count(&server, "q=red%20umbrella"));
}

#[test]
fn a_template_leads_to_the_samples_that_repeat_it() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find("header a[href='/templates']").click();
    let first = server.json("/api/v1/templates")["items"][0].clone();
    let (text, url) = (first["text"].as_str().unwrap(), first["url"].as_str().unwrap());
    let row = browser.hook("template").text();
    assert!(row.contains(text), "`{text}` is not the first template: {row}");
    let lengths = server.json("/api/v1/templates?lengths=true")["items"][0]["answers"].clone();
    let mean = lengths["characters"].as_u64().unwrap() / first["samples"].as_u64().unwrap();
    let answers = browser.text_of("[data-testid=template] [data-testid=answers]");
    assert!(answers.contains(&format!("{mean} character")), "{answers}");
    let dataset = first["datasets"][0].clone();
    let of_dataset = format!("{url}&dataset={}", dataset["dataset"].as_str().unwrap());
    browser.find(&format!("[data-testid=template] a[href='{of_dataset}']")).click();
    browser.wait_for("the search in a dataset", || browser.url().ends_with(&of_dataset).then_some(()));
    assert_eq!(browser.total(), dataset["samples"].as_u64().unwrap());
    browser.back();
    browser.hook("template");
    browser.find(&format!("[data-testid=template] a[href='{url}']")).click();
    browser.wait_for("the search", || browser.url().contains("/search?template=").then_some(()));
    assert_eq!(browser.total(), first["samples"].as_u64().unwrap());
}

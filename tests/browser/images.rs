//! The page of an image: the picture, and everything that all datasets say about it.

use blendscope_tests::browser::Browser;
use blendscope_tests::root::{GIF, Root, array};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

/// Where the picture lies, and the page about it.
const PICTURE: &str = "coco/train2017/000000000009.jpg";
const PAGE: &str = "/i/coco/000000000009";

fn record(id: &str, question: &str, answer: &str) -> Value {
    json!({"id": id, "image": PICTURE, "conversations": [
        {"from": "human", "value": format!("<image>\n{question}")}, {"from": "gpt", "value": answer},
    ]})
}

/// Two datasets that speak of one picture, the second in Japanese.
fn root() -> Root {
    let long = "A plate of food that is described at length. ".repeat(60);
    let english = [
        record("1", "Describe the image concisely.", &long),
        record("2", "What is on the plate?", "Food of several kinds."),
        record("3", "Where is the plate?", "The plate is at [0.1, 0.2, 0.5, 0.75]."),
    ];
    let japanese = [record("ja_2", "皿の上に何がありますか？", "いろいろな食べ物が皿の上に並んでいます。")];
    let root = Root::with(&[
        ("llava/llava_v1_5_mix665k.json", array(&english)),
        ("llava_instruct_ja/llava_instruct_ja_156k.json", array(&japanese)),
    ]);
    root.write(PICTURE, GIF);
    root
}

fn open(server: &Server) -> Browser {
    let browser = Browser::open();
    browser.goto(&server.url(PAGE));
    browser.hook("questions");
    browser
}

#[test]
fn all_that_is_said_about_a_picture_stands_on_its_page_in_full() {
    let root = root();
    let server = Server::start(root.path());
    let browser = open(&server);
    assert_eq!(browser.total(), 4);
    assert!(
        browser.hook("captions").text().contains(&"A plate of food that is described at length. ".repeat(59))
    );
    assert!(browser.hook("regions").text().contains("The plate is at"));
    let pair = browser.hook("pair").text();
    assert!(pair.contains("Food of several kinds.") && pair.contains("いろいろな食べ物"), "{pair}");
    assert!(browser.hook("who").text().contains("Japanese"));
    let references: Vec<String> = browser
        .find_all("[data-testid=reference]")
        .iter()
        .map(blendscope_tests::browser::Element::text)
        .collect();
    assert_eq!(references.len(), 4);
    assert!(references.iter().all(|row| row.contains(PICTURE)), "{references:?}");
}

#[test]
fn a_text_on_the_page_of_an_image_leads_to_its_turn() {
    let root = root();
    let server = Server::start(root.path());
    let browser = open(&server);
    browser.find("[data-testid=questions] [data-testid=said] a[href*='/s/']").click();
    browser.wait_for("the turn of the sample", || browser.url().ends_with("#turn-2").then_some(()));
    browser.hook("sample");
}

#[test]
fn a_box_under_the_mouse_or_in_focus_marks_where_it_is_written() {
    let root = root();
    let server = Server::start(root.path());
    let browser = open(&server);
    let token = browser.hook("box");
    let is_marked = || token.property("className").as_str().unwrap().contains("pointed");
    let is_drawn_so =
        || browser.hook("drawn-box").property("className").as_str().unwrap().contains("pointed");
    // The box spans [0.1, 0.2, 0.5, 0.75] of the picture.
    let move_to = |x: f64, y: f64| {
        let script = "const [x, y] = arguments, frame = document.querySelector('[data-testid=drawn-box]').parentElement.parentElement;
            const area = frame.getBoundingClientRect();
            frame.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: area.left + x * area.width, clientY: area.top + y * area.height}));";
        browser.run_with(script, &[x.into(), y.into()]);
    };
    assert!(!is_marked());
    move_to(0.3, 0.5);
    browser.wait_for("the text marked", || (is_marked() && is_drawn_so()).then_some(()));
    move_to(0.9, 0.9);
    browser.wait_for("no mark", || (!is_marked()).then_some(()));
    browser.run("document.querySelector('[data-testid=drawn-box] button').focus()");
    browser.wait_for("the text marked", || (is_marked() && is_drawn_so()).then_some(()));
    browser.run("document.activeElement.click()");
    let leads = "return document.activeElement.dataset.testid === 'box'";
    browser.wait_for("the place in the text", || browser.run(leads).as_bool().filter(|leads| *leads));
}

#[test]
fn a_picture_says_in_which_stages_it_stands() {
    let root = root();
    let server = Server::start(root.path());
    let browser = open(&server);
    let key = "coco/000000000009";
    let query = blendscope_shared::paths::escape(&format!("image:\"{key}\""));
    let facets = server.json(&format!("/api/v1/facets?q={query}"));
    let stages: Vec<_> =
        facets["facets"]["stage"].as_array().unwrap().iter().filter(|stage| stage["count"] != 0).collect();
    assert!(!stages.is_empty());
    browser.hook("stages");
    assert_eq!(browser.find_all("[data-testid=stages] li").len(), stages.len());
    browser.find("[data-testid=stages] li a[href*='stage=']").click();
    browser.wait_for("the samples", || browser.url().contains("stage=").then_some(()));
    let counts = stages.iter().map(|stage| stage["count"].as_u64().unwrap());
    assert_eq!(browser.total(), counts.max().unwrap());
}

#[test]
fn boxes_of_all_datasets_are_drawn_on_the_picture_and_taken_away() {
    let root = root();
    let server = Server::start(root.path());
    let browser = open(&server);
    assert_eq!(browser.find_all("[data-testid=drawn-box]").len(), 1);
    browser.hook("boxes").click();
    browser.wait_for("no boxes", || browser.find_all("[data-testid=drawn-box]").is_empty().then_some(()));
}

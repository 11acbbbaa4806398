//! The page of a sample: what it says, links to its parts, texts as people read them.

use blendscope_tests::browser::Browser;
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

fn open(records: &[Value], files: &[(&str, &[u8])]) -> (Root, Server, Browser, String) {
    let file = array(records);
    let mut all: Vec<(&str, &[u8])> = vec![("set.json", file.as_bytes())];
    all.extend_from_slice(files);
    let root = Root::with(&all);
    let server = Server::start(root.path());
    let url = server.json("/api/v1/search?sort=file")["items"][0]["url"].as_str().unwrap().to_owned();
    (root, server, Browser::open(), url)
}

fn turns(count: usize) -> Value {
    let turn = |number: usize| {
        let role = if number.is_multiple_of(2) { "human" } else { "gpt" };
        json!({"from": role, "value": format!("This is turn {}. {}", number + 1, "More is said here. ".repeat(20))})
    };
    json!({"id": "long", "conversations": (0..count).map(turn).collect::<Vec<_>>()})
}

#[test]
fn a_link_to_a_turn_leads_there_and_marks_it() {
    let (_root, server, browser, url) = open(&[turns(24)], &[]);
    browser.goto(&server.url(&format!("{url}#turn-15")));
    let top = "return document.getElementById('turn-15')?.getBoundingClientRect().top ?? 1e9";
    browser.wait_for("the turn in view", || {
        let top = browser.run(top).as_f64()?;
        (0.0..400.0).contains(&top).then_some(())
    });
    let link = browser.find("#turn-3 a").property("href");
    assert!(link.as_str().unwrap().ends_with(&format!("{url}#turn-3")), "{link}");
}

#[test]
fn markdown_formulas_tables_and_code_are_drawn_and_can_be_seen_raw() {
    let text =
        "**Bold** and $x^2$.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n<b>tag</b>";
    let (_root, server, browser, url) = open(&[record("md", "Show me", text)], &[]);
    browser.goto(&server.url(&url));
    let turn = "#turn-2";
    browser.find(&format!("{turn} math msup"));
    assert_eq!(browser.find(&format!("{turn} strong")).text(), "Bold");
    assert_eq!(browser.find_all(&format!("{turn} td")).len(), 2);
    assert_eq!(browser.find(&format!("{turn} pre")).text(), "print(1)");
    assert!(browser.find_all(&format!("{turn} b")).is_empty(), "a tag of the data is an element");
    browser.hook("tab-raw").click();
    browser.wait_for("the text as it stands", || {
        browser.text_of(turn).contains("**Bold** and $x^2$").then_some(())
    });
    assert!(browser.url().contains("tab=raw"), "{}", browser.url());
    browser.goto(&browser.url());
    browser.wait_for("the same after a reload", || browser.text_of(turn).contains("**Bold**").then_some(()));
}

#[test]
fn a_text_is_plain_and_says_so_when_what_reads_markdown_does_not_arrive() {
    let (_root, server, browser, url) = open(&[record("md", "Show me", "**Bold**\n\nand more")], &[]);
    browser.devtools("Network.enable", &json!({}));
    browser.devtools("Network.setBlockedURLs", &json!({"urls": ["*blendscope-markdown*"]}));
    browser.goto(&server.url(&url));
    browser.wait_for("a word on it", || browser.text_of("main").contains("did not arrive").then_some(()));
    assert_eq!(browser.find_all("#turn-2 p").len(), 2);
    assert!(browser.text_of("#turn-2").contains("**Bold**"));
}

#[test]
fn a_box_in_a_text_is_drawn_on_the_picture() {
    let answer = "It is at [0.10, 0.20, 0.50, 0.60].";
    let records = [picture_record("box", "images/dot.gif", answer)];
    let (_root, server, browser, url) = open(&records, &[("images/dot.gif", GIF)]);
    browser.goto(&server.url(&url));
    let drawn = browser.hook("drawn-box");
    assert_eq!(drawn.text(), "1");
    assert!(browser.hook("box").text().contains("[0.10, 0.20, 0.50, 0.60]"));
    browser.find("body").type_text("b");
    browser.wait_for("no box", || browser.find_all("[data-testid=drawn-box]").is_empty().then_some(()));
    assert!(browser.text_of("[data-testid=tags]").contains("boxes in the text"));
}

#[test]
fn an_empty_answer_says_that_it_is_empty() {
    let (_root, server, browser, url) = open(&[record("empty", "What is it?", "")], &[]);
    browser.goto(&server.url(&url));
    browser.wait_for("a word on it", || browser.text_of("#turn-2").contains("empty").then_some(()));
}

#[test]
fn what_is_pasted_is_found_before_it_is_called_absent() {
    let records = [picture_record("id-0042", "images/dot.gif", "a dot")];
    let (_root, server, browser, url) = open(&records, &[("images/dot.gif", GIF)]);
    let key = url.rsplit('/').next().unwrap();
    for text in ["id-0042", "images/dot.gif", "set/images/dot.gif", key] {
        let query = blendscope_shared::paths::escape(text);
        browser.goto(&server.url(&format!("/search?q={query}")));
        browser.wait_for(text, || {
            let known = browser.find_all("[data-testid=known]");
            known.first().map(|known| known.text().contains("1 sample")).filter(|is_known| *is_known)
        });
    }
}

#[test]
fn pictures_are_looked_at_closely_and_a_drag_ends_where_it_ends() {
    let records = [picture_record("dot", "images/dot.gif", "a dot")];
    let (_root, server, browser, url) = open(&records, &[("images/dot.gif", GIF)]);
    browser.goto(&server.url(&format!("{url}?picture=1")));
    browser.find("[data-testid=viewer] img");
    let shown = || browser.hook("magnification").text();
    browser.wait_for("a small picture blown up", || (shown() == "400%").then_some(()));
    browser.find("[data-testid=viewer]").type_text("z");
    browser.wait_for("pixel by pixel", || (shown() == "100%").then_some(()));
    let mouse = |kind: &str, x: u64, y: u64, buttons: u64| {
        let event =
            json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", &event);
    };
    let place =
        || browser.run("return document.querySelector('[data-testid=viewer] img').getBoundingClientRect().x");
    mouse("mousePressed", 400, 300, 1);
    mouse("mouseMoved", 450, 300, 1);
    mouse("mouseReleased", 450, 890, 0);
    let before = place();
    mouse("mouseMoved", 700, 300, 0);
    assert_eq!(place(), before, "the picture still follows the pointer");
}

#[test]
fn two_fingers_zoom_and_a_double_tap_fits() {
    let records = [picture_record("dot", "images/dot.gif", "a dot")];
    let (_root, server, browser, url) = open(&records, &[("images/dot.gif", GIF)]);
    browser.goto(&server.url(&format!("{url}?picture=1")));
    browser.find("[data-testid=viewer] img");
    let shown = || browser.hook("magnification").text();
    browser.wait_for("the picture", || (shown() == "400%").then_some(()));
    let touch = |kind: &str, fingers: &[f64]| {
        let points: Vec<_> =
            fingers.iter().enumerate().map(|(id, x)| json!({"x": x, "y": 300, "id": id})).collect();
        browser.devtools("Input.dispatchTouchEvent", &json!({"type": kind, "touchPoints": points}));
    };
    touch("touchStart", &[380.0, 420.0]);
    touch("touchMove", &[360.0, 440.0]);
    touch("touchEnd", &[]);
    browser.wait_for("twice as large", || (shown() == "800%").then_some(()));
    for _ in 0..2 {
        touch("touchStart", &[400.0]);
        touch("touchEnd", &[]);
    }
    browser.wait_for("the whole picture", || (shown() == "400%").then_some(()));
}

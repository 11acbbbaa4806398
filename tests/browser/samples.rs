//! The page of a sample: what it says, matches, pictures at the place of `<image>`, links to its parts, and captions
//! that are text whatever is in them.

use crate::support::{HIT, demo};
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

fn first_sample(server: &Server) -> String {
    let answer = server.json("/api/v1/search?q=");
    server.url(answer["items"][0]["url"].as_str().unwrap())
}

#[test]
fn a_missing_picture_is_a_label_that_names_the_path() {
    let root = Root::with(&[("gone.json", array(&[picture_record("gone", "images/gone.jpg", "nothing")]))]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&first_sample(&server));
    browser.wait_for("the path tried", || {
        browser.text_of("[data-testid=sample]").contains("images/gone.jpg").then_some(())
    });
    assert!(browser.text_of("[data-testid=sample]").to_lowercase().contains("missing"));
    assert!(browser.find_all("[data-testid=sample] img").is_empty(), "a broken picture is shown");
}

#[test]
fn a_broken_picture_says_what_is_wrong() {
    let records = [picture_record("broken", "images/broken.jpg", "noise")];
    let root = Root::with(&[
        ("broken.json", array(&records).as_bytes()),
        ("images/broken.jpg", b"\xff\xd8\xff\xe0 cut"),
    ]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&first_sample(&server));
    browser.wait_for("the label", || {
        browser.text_of("[data-testid=sample]").to_lowercase().contains("broken").then_some(())
    });
    let shown = "return [...document.querySelectorAll('[data-testid=sample] img')].every(image => image.naturalWidth > 0)";
    assert_eq!(browser.run(shown), true, "a broken picture is shown");
}

#[test]
fn a_picture_is_shown_with_its_size_reserved() {
    let records = [picture_record("dot", "images/dot.gif", "a dot")];
    let root = Root::with(&[("dot.json", array(&records).as_bytes()), ("images/dot.gif", GIF)]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&first_sample(&server));
    let image = browser.find("[data-testid=sample] img");
    browser.wait_for("the picture", || image.property("naturalWidth").as_u64().filter(|width| *width > 0));
    assert!(
        !image.property("alt").as_str().unwrap().is_empty(),
        "the picture has no text for who cannot see it"
    );
}

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

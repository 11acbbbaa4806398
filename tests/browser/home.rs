//! The first page: what there is, where to begin, what is wrong; and the places in between, where there is nothing yet,
//! or nothing any more.

use crate::support::{HIT, demo};
use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;

/// Words of an element that is shown, as soon as they are there.
fn words(browser: &Browser, hook: &str) -> String {
    let css = format!("[data-testid=\"{hook}\"]");
    browser.wait_for(&format!("words in {css}"), || {
        Some(browser.text_of(&css)).filter(|text| !text.trim().is_empty())
    })
}

#[test]
fn a_cause_leads_to_exactly_its_samples() {
    let records: Vec<_> = (0..3)
        .map(|n| picture_record(&n.to_string(), &format!("gqa/images/{n}.jpg"), "A dog."))
        .chain([record("t", "What?", "Text.")])
        .collect();
    let root = Root::with(&[("llava/llava_v1_5_mix665k.json", array(&records))]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/"));
    let told = words(&browser, "trouble");
    assert!(told.contains("gqa/images is not here") && told.contains("3 samples"), "{told}");
    browser.find("[data-testid=trouble] a").click();
    browser.find(HIT);
    assert_eq!(browser.total(), 3);
}

#[test]
fn a_search_made_from_the_data_finds_what_it_says() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    let example = browser.hook("example");
    let said = example.text();
    example.click();
    browser.find(HIT);
    let total = browser.total();
    let counted = server.json("/api/v1/examples")["items"][0]["count"].as_u64().unwrap();
    assert_eq!(total, counted, "{said}");
}

#[test]
fn the_first_page_asks_for_little_before_one_scrolls() {
    let (server, browser) = demo();
    browser.resize(1440, 900);
    browser.goto(&server.url("/"));
    words(&browser, "trouble");
    browser.hook("example");
    let seen = "return [...document.querySelectorAll('[data-testid=card] img')].some(img => img.complete && img.naturalWidth)";
    browser.wait_for("the first covers", || browser.run(seen).as_bool().filter(|seen| *seen));
    let asked = browser.run("return performance.getEntriesByType('resource').length + 1").as_u64().unwrap();
    assert!(asked <= 60, "{asked} requests");
    let cards =
        browser.run("return document.querySelectorAll('[data-testid=card]').length").as_u64().unwrap();
    assert!(cards > 12, "{cards} cards are too few to tell");
}

#[test]
fn the_blend_has_its_legend_on_a_phone() {
    let (server, browser) = demo();
    browser.resize(390, 844);
    browser.goto(&server.url("/"));
    let legend = words(&browser, "legend");
    assert!(legend.contains('%') && legend.contains("more"), "{legend}");
    let wide = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(wide <= 390, "the page is {wide} pixels wide");
}

#[test]
fn an_empty_root_says_what_to_put_where_and_fills_by_itself() {
    let root = Root::with::<&str>(&[]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/"));
    assert!(words(&browser, "empty-root").contains("nothing to train on"));
    let layouts = browser.find_all("[data-testid=layout]").len();
    browser.wait_for("the documents", || {
        (layouts > 0 || !browser.find_all("[data-testid=layout]").is_empty()).then_some(())
    });
    browser.find("[data-testid=layout] summary").click();
    browser.wait_for("a place", || {
        browser.text_of("[data-testid=layout]").contains("coco/train2017/").then_some(())
    });
}

#[test]
fn a_template_says_its_instruction_and_how_long_it_is_answered() {
    let records: Vec<_> = (0..40)
        .map(|n| record(&n.to_string(), "Answer in three words or fewer, please.", "It is red."))
        .collect();
    let root = Root::with(&[("short.json", array(&records))]);
    let server = Server::start(root.path());
    let url = server.json("/api/v1/templates")["items"][0]["url"].as_str().unwrap().to_owned();
    let browser = Browser::open();
    browser.goto(&server.url(&url));
    let head = words(&browser, "instruction");
    assert!(head.contains("Answer in three words or fewer"), "{head}");
    browser.wait_for("the length", || {
        browser.text_of("[data-testid=instruction]").contains("3.0 words").then_some(())
    });
}

#[test]
fn a_page_that_is_not_there_has_the_header_and_a_search() {
    let (server, browser) = demo();
    assert_eq!(server.get("/datasetz/umbrella").status, 404);
    browser.goto(&server.url("/datasetz/umbrella"));
    assert!(words(&browser, "not-found").contains("no such page"));
    browser.hook("search-instead").click();
    browser.find(HIT);
    assert!(browser.url().ends_with("/search?q=umbrella"), "{}", browser.url());
}

#[test]
fn a_server_that_went_away_is_told_over_the_page_and_forgotten_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_on(demo::root(), folder.path());
    let browser = Browser::open();
    browser.goto(&server.url("/"));
    words(&browser, "card");
    let cards = browser.find_all("[data-testid=card]").len();
    server.kill();
    browser.find("a[href='/templates']").click();
    assert!(words(&browser, "banner").contains("does not answer"));
    browser.back();
    browser.wait_for("the cards", || (browser.find_all("[data-testid=card]").len() == cards).then_some(()));
}

#[test]
fn a_root_that_vanished_is_told_and_what_was_read_of_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(root.join("notes.json"), array(&[record("1", "What is it?", "A dog.")])).unwrap();
    let server = Server::start_on(&root, &folder.path().join("index"));
    server.wait_until_ready();
    let browser = Browser::open();
    std::fs::rename(&root, folder.path().join("elsewhere")).unwrap();
    browser.wait_for("the server to notice", || server.json("/api/v1/status").get("trouble").map(drop));
    browser.goto(&server.url("/"));
    let told = words(&browser, "banner");
    assert!(told.contains("cannot read the root") && told.contains("stays"), "{told}");
    assert!(words(&browser, "totals").contains("1 sample"));
}

#[test]
fn bad_records_of_a_dataset_are_opened_by_their_link() {
    let root = Root::with(&[("own.jsonl", format!("{}\n{{not json\n", record("a", "What?", "A dog.")))]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/"));
    let told = words(&browser, "trouble");
    assert!(told.contains("1 record"), "{told}");
    browser.find("[data-testid=trouble] a").click();
    browser.wait_for("the bad record", || browser.text_of("#about").contains("Problem").then_some(()));
}

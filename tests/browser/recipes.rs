//! From a document's number to the samples behind it, and from a sample to everything said about its image.

use crate::support::demo;
use blendscope_tests::browser::Browser;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;

fn wait_for_text(browser: &Browser, element: &str, part: &str) {
    browser.wait_for(&format!("`{part}` in {element}"), || {
        browser.text_of(element).contains(part).then_some(())
    });
}

#[test]
fn a_number_of_a_recipe_leads_to_its_samples() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find("header a[href='/recipes']").click();
    browser.find("[data-testid=recipe] a[href='/recipes/convllava']").click();
    wait_for_text(&browser, "h1", "ConvLLaVA");
    wait_for_text(&browser, "[data-testid=stage]", "2,057,066");
    wait_for_text(&browser, "main", "not on this disk");
    let recipe = server.json("/api/v1/recipes/convllava");
    let part = &recipe["stages"][0]["parts"][1];
    browser.find("[data-testid=part] a[href^='/search?dataset=sharegpt4v-cap100k']").click();
    browser.wait_for("the search", || browser.url().contains("/search?").then_some(()));
    assert_eq!(browser.total(), part["samples"].as_u64().unwrap());
}

#[test]
fn every_number_found_of_a_part_leads_to_its_samples() {
    let (server, browser) = demo();
    let recipe = server.json("/api/v1/recipes/convllava");
    let part = &recipe["stages"][0]["parts"][1];
    let link = format!("[data-testid=part] a[href='{}']", part["url"].as_str().unwrap());
    browser.goto(&server.url("/recipes/convllava"));
    browser.find(&link).click();
    browser.wait_for("the search", || browser.url().contains("/search?").then_some(()));
    assert_eq!(browser.total(), part["samples"].as_u64().unwrap());
    browser.back();
    browser.find(&link);
    let stages = recipe["stages"].as_array().unwrap().iter();
    let parts = stages.flat_map(|stage| stage["parts"].as_array().unwrap());
    let missing = parts.filter(|part| part["images_missing"].as_u64() > Some(0));
    let urls: Vec<_> = missing.map(|part| part["url"].as_str().unwrap()).collect();
    assert!(!urls.is_empty(), "the demo root has parts with missing images");
    for url in urls {
        browser.find(&format!("[data-testid=part] a[href='{url}&image_status=missing']"));
    }
}

#[test]
fn every_stage_is_a_filter_that_can_be_taken_away() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?recipe=convllava&stage=1"));
    let expected = server.json("/api/v1/search?recipe=convllava&stage=1")["total"]["count"].as_u64().unwrap();
    assert_eq!(browser.total(), expected);
    browser
        .find("[data-testid=filter][aria-label*=recipe], [data-testid=filter] [aria-label*=recipe]")
        .click();
    browser.wait_for("an address without the recipe", || (!browser.url().contains("recipe=")).then_some(()));
}

#[test]
fn an_image_shows_every_sample_that_shows_it() {
    let (server, browser) = demo();
    let hit = server.json("/api/v1/search?dataset=mg-llava-pretrain&limit=1")["items"][0].clone();
    browser.goto(&server.url(hit["url"].as_str().unwrap()));
    let key = hit["images"][0]["key"].as_str().unwrap();
    browser.find(&format!("[data-testid=sample] a[href='/i/{key}']")).click();
    browser.hook("image");
    let (source, name) = key.split_once('/').unwrap();
    let page = server.json(&format!("/api/v1/images?source={source}&name={name}"));
    let total = page["samples"]["total"].as_u64().unwrap();
    assert!(total >= 2, "the picture is in the pretraining files of two projects");
    wait_for_text(&browser, "main", &format!("Shown in {total} samples"));
}

#[test]
fn boxes_and_terms_are_shown_and_boxes_can_be_taken_away() {
    let (server, browser) = demo();
    let hits = server.json("/api/v1/search?dataset=mg-llava-pretrain&limit=50");
    let with_boxes = hits["items"].as_array().unwrap().iter().find_map(|hit| {
        let sample =
            server.json(&format!("/api/v1/samples/mg-llava-pretrain/{}", hit["key"].as_str().unwrap()));
        let boxes = sample["boxes"].as_array()?.len();
        (1..=12).contains(&boxes).then(|| (hit["url"].as_str().unwrap().to_owned(), boxes as u64))
    });
    let (address, boxes) = with_boxes.expect("a sample of the demo root has boxes");
    browser.goto(&server.url(&address));
    let drawn = || browser.run("return document.querySelectorAll('[data-testid=drawn-box]').length").as_u64();
    browser.wait_for("the boxes", || (drawn() == Some(boxes)).then_some(()));
    browser.hook("boxes").click();
    browser.wait_for("no boxes", || (drawn() == Some(0)).then_some(()));
    assert!(browser.hook("terms").text().contains("must comply"));
}

#[test]
fn a_mixture_file_of_the_root_is_a_recipe_and_begins_a_board() {
    let mixture =
        "datasets:\n  - json_path: ten.json\n    sampling_strategy: first:30%\n  - json_path: none.json\n";
    let records: Vec<_> = (0..10).map(|id| record(&id.to_string(), "Why?", "Since.")).collect();
    let root = Root::with(&[
        ("ten.json", array(&records).as_str()),
        ("mix.yaml", mixture),
        ("bad.yaml", "datasets:\n  - json_path: ["),
    ]);
    let server = Server::start(root.path());
    let browser = Browser::open();
    browser.goto(&server.url("/recipes"));
    wait_for_text(&browser, "[data-testid=broken]", "bad.yaml:3:1");
    browser.find("[data-testid=recipe] a[href='/recipes/mix.yaml']").click();
    wait_for_text(&browser, "[data-testid=stage]", "more than 3 samples");
    wait_for_text(&browser, "main", "no file of this root is `none.json`");
    browser.find("[data-testid=stage] a[href^='/board?']").click();
    wait_for_text(&browser, "[data-total=samples]", "3");
    wait_for_text(&browser, "[data-testid=warnings]", "not known how many samples");
    browser.goto(&server.url("/recipes/bad.yaml"));
    wait_for_text(&browser, "[data-testid=broken]", "bad.yaml:3:1");
}

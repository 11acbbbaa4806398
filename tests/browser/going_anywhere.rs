//! The palette, the scope of the search box, and links between a sample's page and its list.

use crate::support::{HIT, SEARCH_BOX, demo};
use blendscope_tests::browser::ENTER;

/// The control key, held until the end of what is typed.
const CONTROL: &str = "\u{e009}";

#[test]
fn the_palette_leads_to_a_dataset_by_a_few_letters() {
    let (server, browser) = demo();
    browser.goto(&server.url("/"));
    browser.find("body").type_text(&format!("{CONTROL}k"));
    browser.hook("palette").type_text("mix665");
    browser.wait_for("the dataset", || {
        browser.text_of("[role=listbox]").contains("LLaVA-v1.5 mix665k").then_some(())
    });
    browser.run(
        "[...document.querySelectorAll('[role=option]')].find(option => option.textContent.includes('mix665k') && !option.textContent.includes('Enter')).click()",
    );
    browser.wait_for("its page", || browser.url().contains("/datasets/").then_some(()));
    browser.find(HIT);
}

#[test]
fn a_search_from_a_dataset_stays_in_it_until_the_scope_is_taken_away() {
    let (server, browser) = demo();
    browser.goto(&server.url("/datasets/llava-v1.5-mix665k"));
    browser.find(HIT);
    browser.hook("scope");
    browser.find(SEARCH_BOX).type_text(&format!("red{ENTER}"));
    browser.wait_for("the search in the dataset", || {
        browser.url().contains("/datasets/llava-v1.5-mix665k?q=red").then_some(())
    });
    let inside = server.json("/api/v1/search?q=red&dataset=llava-v1.5-mix665k")["total"]["count"].clone();
    assert_eq!(browser.total(), inside);
    browser.find("[data-testid=scope] button").click();
    let everywhere = server.json("/api/v1/search?q=red")["total"]["count"].clone();
    browser.wait_for("the search everywhere", || (browser.total() == everywhere).then_some(()));
}

#[test]
fn escape_leads_from_a_sample_of_a_dataset_back_to_the_dataset() {
    let (server, browser) = demo();
    browser.goto(&server.url("/datasets/llava-v1.5-mix665k?view=list&at=40"));
    browser.find("[data-row='40'] [data-testid=hit]").click();
    browser.hook("open-page").click();
    browser.wait_for("the page", || browser.url().contains("/s/").then_some(()));
    browser.wait_for("its place", || {
        browser.text_of("nav[aria-label=Neighbours]").contains("41 of").then_some(())
    });
    browser.find("body").type_text("\u{e00c}");
    browser.wait_for("the dataset", || {
        browser.url().contains("/datasets/llava-v1.5-mix665k?view=list&at=40").then_some(())
    });
}

#[test]
fn a_stage_of_a_recipe_is_a_filter_by_that_stage_and_nothing_else() {
    let (server, browser) = demo();
    browser.goto(&server.url("/recipes/llm-jp-vila"));
    browser.find("[data-testid=stage] a[href*='stage=llm-jp-vila%2F1']").click();
    browser.wait_for("the search", || browser.url().contains("stage=llm-jp-vila%2F1").then_some(()));
    let total = server.json("/api/v1/search?stage=llm-jp-vila/1")["total"]["count"].clone();
    assert_eq!(browser.total(), total);
    browser.wait_for("its name", || {
        let filters = browser.find_all("[data-testid=filter]");
        (filters.len() == 1 && filters[0].text().contains("Step 0")).then_some(())
    });
}

//! Search, open a sample, come back.

use crate::support::{HIT, conversation, demo, open_first_hit, path, search};

#[test]
fn a_search_shows_as_many_samples_as_the_api_counts() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?view=list"));
    search(&browser, "red");
    let answer = server.json("/api/v1/search?q=red");
    assert_eq!(browser.total(), answer["total"]["count"]);
    assert!(browser.title().contains("red"), "the title does not say what is searched: {}", browser.title());
    // The order of the list is that of the API.
    let snippet = answer["items"][0]["snippets"][0]["text"].as_str().unwrap();
    let beginning: String = snippet.trim_start_matches("<image>").trim().chars().take(20).collect();
    let shown = browser.text_of(HIT);
    assert!(shown.contains(&beginning), "`{beginning}` is not in the first hit: {shown}");
}

#[test]
fn what_matches_is_marked() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&view=list"));
    assert_eq!(browser.find(&format!("{HIT} mark")).text().to_lowercase(), "red");
}

#[test]
fn the_whole_result_can_be_taken_along() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    let total = browser.total();
    browser.find("[popovertarget=download]").click();
    let links = browser.find_all("#download a[download]");
    assert_eq!(links.len(), 3);
    assert!(browser.text_of("#download").contains(&total.to_string()), "it does not say how many samples");
    for link in links {
        let address = link.property("href");
        let answer = server.get(path(address.as_str().unwrap()));
        assert_eq!(answer.text().lines().count() as u64, total, "{address}");
    }
}

#[test]
fn opening_a_hit_shows_the_conversation_of_that_sample() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&sort=file"));
    open_first_hit(&browser);
    let hit = server.json("/api/v1/search?q=red&sort=file&limit=1")["items"][0].clone();
    let url = hit["url"].as_str().unwrap();
    assert!(path(&browser.url()).starts_with(url), "{} is not the page of {url}", browser.url());
    let sample = server.json(&url.replacen("/s/", "/api/v1/samples/", 1));
    let answer = sample["turns"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    // The number of the first item of a list is no text on the page.
    let plain = answer.trim_start_matches("1. ");
    let beginning = plain.split(['\n', '*', '`', '$', '[']).next().unwrap().trim();
    let shown = conversation(&browser);
    assert!(shown.contains(beginning), "`{beginning}` is not in the conversation: {shown}");
}

#[test]
fn back_leads_to_the_list_as_it_was() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?sort=file"));
    browser.find(HIT);
    let list = "[data-testid=results]";
    browser.run_with("document.querySelector(arguments[0]).scrollTop = 3000", &[list.into()]);
    // The number of the first sample in view.
    let first = || {
        let shown = browser.hook("position").property("value");
        shown.as_str().unwrap().replace(',', "").parse::<u64>().unwrap()
    };
    // The place is written into the address as soon as scrolling comes to rest, and is what the box says.
    let (before, standing) = browser.wait_for("the place in the address", || {
        let (standing, url) = (first(), browser.url());
        url.ends_with(&format!("at={}", standing.max(1) - 1)).then_some((url, standing))
    });
    assert!(standing > 1, "the list was not scrolled");
    // A sample in the middle of what is to be seen.
    browser.run(
        "const list = document.querySelector('[data-testid=results]').getBoundingClientRect();
         const at = document.elementFromPoint(list.x + list.width / 2, list.y + list.height / 2);
         at.closest('[data-testid=hit]').click()",
    );
    browser.find("[data-testid=drawer] [data-testid=sample]");
    browser.hook("open-page").click();
    browser.wait_for("the page alone", || browser.find_all("[data-testid=drawer]").is_empty().then_some(()));
    browser.hook("sample");
    browser.back();
    browser.find("[data-testid=drawer]");
    browser.back();
    browser.wait_for("the list where it was", || (first() == standing).then_some(()));
    assert_eq!(browser.url(), before);
    browser.find(HIT);
}

#[test]
fn going_back_twice_before_the_list_is_there_leads_to_where_it_was() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?sort=file&view=list&at=40"));
    browser.find(HIT);
    browser.wait_for("the sample in the list", || {
        let script =
            "const link = document.querySelector('[data-row=\"45\"] a'); link?.click(); return !!link";
        browser.run(script).as_bool().filter(|is_there| *is_there)
    });
    browser.find("[data-testid=drawer] [data-testid=sample]");
    browser.hook("open-page").click();
    browser.wait_for("the page alone", || browser.find_all("[data-testid=drawer]").is_empty().then_some(()));
    browser.run(
        "const travelled = () => new Promise(done => addEventListener('popstate', done, {once: true}));
         const first = travelled();
         history.back();
         return first.then(() => { const second = travelled(); history.back(); return second; }).then(() => true)",
    );
    browser.wait_for("the list where it was", || {
        (browser.hook("position").property("value") == "41").then_some(())
    });
}

#[test]
fn an_empty_result_says_so() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=xyzzyplugh"));
    assert_eq!(browser.total(), 0);
    browser.wait_for("the word that is nowhere", || {
        browser.text_of("main").contains("xyzzyplugh").then_some(())
    });
    assert!(browser.find_all(HIT).is_empty());
}

#[test]
fn the_list_keeps_few_elements_however_long_it_is() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?sort=file"));
    browser.find(HIT);
    assert!(browser.total() > 100);
    for place in [2_000, 20_000, 0, 1_000_000] {
        browser.run_with(
            "document.querySelector('[data-testid=results]').scrollTop = arguments[0]",
            &[place.into()],
        );
        let rows = browser
            .wait_for("rows at the new place", || Some(browser.find_all(HIT).len()).filter(|rows| *rows > 0));
        assert!(rows <= 120, "{rows} rows at {place}");
    }
}

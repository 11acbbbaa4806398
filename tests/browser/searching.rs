//! Search, as you type and by the palette, open a sample, come back.

use crate::support::{HIT, SEARCH_BOX, conversation, demo, open_first_hit, path, search};
use blendscope_tests::browser::{Browser, ENTER};
use serde_json::json;
use std::time::Duration;

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
fn a_result_of_which_a_part_is_missing_says_why_and_draws_no_shares() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    assert!(browser.total() > 0);
    browser.wait_for("shares", || (!browser.find_all("[data-testid=blend] a").is_empty()).then_some(()));
    // As an engine of several machines answers when one of them is gone.
    browser.run(
        "const ask = window.fetch;
        window.fetch = async (...asked) => {
            const answer = await ask(...asked);
            if (!/[/]api[/]v1[/](search|facets)[?]/.test(answer.url)) return answer;
            const body = await answer.json();
            body.incomplete = '2 of 5 parts did not answer';
            body.total.final = false;
            if (body.blend) body.blend = [];
            return new Response(JSON.stringify(body), answer);
        };",
    );
    search(&browser, " umbrella");
    let said = browser.hook("incomplete").text();
    assert!(said.contains("2 of 5 parts did not answer"), "{said}");
    let total = browser.wait_for("a total", || {
        Some(browser.text_of("[data-testid=total]")).filter(|total| total.contains("at least"))
    });
    assert!(!total.contains("so far"), "{total}");
    let shares = browser.find_all("[data-testid=blend] a, [data-testid=legend] li");
    assert!(shares.is_empty(), "{} shares of a part are drawn", shares.len());
    browser.find(SEARCH_BOX).type_text(&format!(" xyzzyplugh{ENTER}"));
    browser.wait_for("what an empty result of a part means", || {
        let told = browser.text_of("[data-testid=results]");
        (told.contains("in the parts that answered") && !told.contains("nowhere")).then_some(())
    });
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
         at.closest('[data-testid=hit]').dataset.middle = ''",
    );
    // As a user does: what a script opens, some browsers pass over on the way back.
    browser.find("[data-middle]").click();
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

#[test]
fn the_first_samples_stand_where_they_stay_before_the_application_runs() {
    let (server, browser) = demo();
    browser.devtools("Network.enable", &json!({}));
    let places =
        "return JSON.stringify([...document.querySelectorAll('.sample-place')].slice(0, 4).map(place => {
        const { x, y, width, height } = place.getBoundingClientRect();
        return [place.querySelector('a').pathname, ...[x, y, width, height].map(Math.round)];
    }))";
    for (view, width) in [("grid", 1440), ("list", 1440), ("grid", 390), ("list", 390)] {
        browser.resize(width, 900);
        let url = server.url(&format!("/search?q=red&view={view}"));
        browser.devtools("Network.setBlockedURLs", &json!({"urls": ["*_bg.wasm"]}));
        browser.run_with("location.assign(arguments[0])", &[url.as_str().into()]);
        browser.find(".first-paint .sample-place");
        let painted = browser.run(places);
        browser.devtools("Network.setBlockedURLs", &json!({"urls": []}));
        browser.goto(&url);
        browser.find(HIT);
        browser.wait_for("the samples of the application alone", || {
            browser.find_all(".first-paint").is_empty().then_some(())
        });
        assert_eq!(browser.run(places), painted, "{view} at {width}");
    }
}

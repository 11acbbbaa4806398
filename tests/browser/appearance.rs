//! Dark and light, wide and narrow; list, grid and table; and the picture in the README, taken by the project itself:
//!
//! `BLENDSCOPE_PICTURE=$PWD/docs/blendscope.png cargo test -p blendscope-tests --test browser readme_picture`

use crate::support::{HIT, demo};
use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::server::Server;
use serde_json::{Value, json};

/// How bright the page's background is, 0 to 1.
fn brightness(browser: &Browser) -> f64 {
    let colour = browser.run(
        "const canvas = document.createElement('canvas').getContext('2d');
         const [body, root] = [document.body, document.documentElement].map(part => getComputedStyle(part).backgroundColor);
         for (const colour of ['white', root, body]) {
             canvas.fillStyle = colour;
             canvas.fillRect(0, 0, 1, 1);
         }
         return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)",
    );
    let parts: Vec<f64> = colour.as_array().unwrap().iter().map(|part| part.as_f64().unwrap()).collect();
    (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]) / 255.0
}

/// An address of every kind of page.
fn addresses(server: &Server) -> Vec<String> {
    let hit = server.json("/api/v1/search?q=red&limit=1")["items"][0].clone();
    vec![
        "/".to_owned(),
        "/search?q=red".to_owned(),
        "/search?q=xyzzyplugh".to_owned(),
        "/templates".to_owned(),
        format!("/datasets/{}", hit["dataset"].as_str().unwrap()),
        hit["url"].as_str().unwrap().to_owned(),
        format!("/i/{}", hit["images"][0]["key"].as_str().unwrap()),
    ]
}

#[test]
fn colours_follow_the_system() {
    let (server, browser) = demo();
    for address in addresses(&server) {
        browser.goto(&server.url(&address));
        browser.find("main");
        for (scheme, range) in [("dark", 0.0..0.2), ("light", 0.8..1.01)] {
            browser.prefer_colour_scheme(scheme);
            let in_range = || range.contains(&brightness(&browser)).then_some(());
            browser.wait_for(&format!("{scheme} colours on {address}"), in_range);
        }
    }
}

#[test]
fn a_phone_shows_every_page_without_scrolling_sideways() {
    let (server, browser) = demo();
    for address in addresses(&server).into_iter().chain(["/nowhere".to_owned()]) {
        browser.goto(&server.url(&address));
        browser.wait_for("the page", || (browser.text_of("main").len() > 40).then_some(()));
        for screen in [390, 320] {
            browser.resize(screen, 844);
            let width = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(width <= u64::from(screen), "{address} is {width} pixels wide on {screen}");
        }
    }
}

#[test]
fn the_colour_of_a_picture_stands_in_its_place_from_the_second_time_on() {
    let (server, browser) = demo();
    let colour = |hit: &Value| hit["images"][0]["colour"].as_str().map(str::to_owned);
    for view in ["list", "grid", "table"] {
        let address = server.url(&format!("/search?view={view}&q=red&sort=file"));
        browser.goto(&address);
        let loaded =
            "const seen = [...document.querySelectorAll('[data-testid=hit] img, [data-testid=line] img')];
            return seen.length > 0 && seen.every(img => img.complete && img.naturalWidth)";
        browser.wait_for("the pictures", || browser.run(loaded).as_bool().filter(|loaded| *loaded));
        let answer = server.json("/api/v1/search?q=red&sort=file");
        let first = answer["items"].as_array().unwrap().iter().find_map(colour).unwrap();
        browser.goto(&address);
        let stands = format!(
            "const probe = document.createElement('i'); probe.style.color = '{first}';
            return [...document.querySelectorAll('[data-testid=hit] img, [data-testid=line] img')]
                .some(img => getComputedStyle(img).backgroundColor === probe.style.color)"
        );
        browser.wait_for(view, || browser.run(&stands).as_bool().filter(|stands| *stands));
    }
}

#[test]
fn the_page_reports_no_error_and_asks_nobody_else() {
    let (server, browser) = demo();
    for address in addresses(&server) {
        browser.goto(&server.url(&address));
        browser.wait_for("the page", || (browser.text_of("main").len() > 40).then_some(()));
        let asked = browser
            .run("return performance.getEntriesByType('resource').map(entry => new URL(entry.name).host)");
        for host in asked.as_array().unwrap() {
            assert_eq!(host, server.address(), "{address}");
        }
        let errors = browser.errors();
        assert!(errors.is_empty(), "{address}: {errors:?}");
    }
}

fn pressed(browser: &Browser, view: &str) -> bool {
    browser.hook(&format!("view-{view}")).property("ariaPressed") == "true"
}

fn show(browser: &Browser, key: &str, view: &str) {
    browser.find("body").type_text(key);
    browser.wait_for(view, || pressed(browser, view).then_some(()));
    browser.find(HIT);
}

/// Number of the first sample in view.
fn position(browser: &Browser) -> String {
    browser.hook("position").property("value").as_str().unwrap().to_owned()
}

#[test]
fn three_keys_change_how_a_list_is_shown_and_the_place_stays() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?view=list&at=300"));
    browser.find(HIT);
    browser.wait_for("the place", || (position(&browser) == "301").then_some(()));
    for (key, view) in [("3", "table"), ("1", "list"), ("2", "grid")] {
        show(&browser, key, view);
        assert!(browser.url().contains(&format!("view={view}")), "{}", browser.url());
        let number: i64 = position(&browser).parse().unwrap();
        assert!((290..=301).contains(&number), "{view} stands at {number}");
    }
}

#[test]
fn the_choice_is_remembered_and_a_link_says_it() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    browser.find(HIT);
    show(&browser, "3", "table");
    browser.goto(&server.url("/search?q=red"));
    browser.find(HIT);
    assert!(pressed(&browser, "table"), "the choice is forgotten");
    browser.run("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }");
    browser.hook("copy-link").click();
    let link = browser
        .wait_for("the copied link", || browser.run("return window.copied").as_str().map(str::to_owned));
    assert!(link.contains("view=table"), "a colleague would see something else: {link}");
}

#[test]
fn a_table_is_sorted_by_a_click_on_its_head() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?view=table"));
    browser.find(HIT);
    let click = || {
        browser.run(
            "[...document.querySelectorAll('[role=columnheader] button')].find(button => button.textContent.startsWith('Characters')).click()",
        )
    };
    for sort in ["-characters", "characters"] {
        click();
        browser.wait_for(sort, || browser.url().contains(&format!("sort={sort}")).then_some(()));
        let first = server.json(&format!("/api/v1/search?sort={sort}&limit=1"))["items"][0].clone();
        let characters = first["characters"].as_u64().unwrap();
        browser.wait_for("the first line", || {
            let text = browser.text_of("[data-testid=line]").replace(',', "");
            text.contains(&characters.to_string()).then_some(())
        });
    }
}

#[test]
fn pictures_grow_by_the_slider_and_rows_fill_the_width() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?view=grid"));
    browser.find(HIT);
    // Heights of the first row, and how far the right edges of full rows are apart.
    let rows = || {
        browser.run(
            "const boxes = [...document.querySelectorAll('[data-testid=hit]')].map(hit => hit.getBoundingClientRect());
             const right = {};
             for (const box of boxes) right[Math.round(box.top)] = Math.max(right[Math.round(box.top)] ?? 0, box.right);
             const edges = Object.values(right);
             return [boxes[0].height, Math.max(...edges) - Math.min(...edges)]",
        )
    };
    let before = rows();
    assert!(before[1].as_f64().unwrap() < 2.0, "rows do not end at the same edge: {before}");
    browser.run_with(
        "const slider = document.querySelector('[data-testid=zoom]');
         slider.value = arguments[0];
         slider.dispatchEvent(new InputEvent('input', {bubbles: true}))",
        &[400.into()],
    );
    browser.wait_for("larger pictures", || (rows()[0].as_f64()? > before[0].as_f64()? * 1.3).then_some(()));
    assert!(browser.url().contains("zoom=400"), "{}", browser.url());
}

#[test]
fn a_sample_is_gone_to_by_its_number_and_nonsense_is_told() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?sort=file"));
    browser.find(HIT);
    let total = browser.total();
    let box_ = browser.hook("position");
    browser.find("body").type_text("g");
    box_.type_text(&format!("321{}", blendscope_tests::browser::ENTER));
    let at = |wanted: u64| {
        let hit = format!("[data-row=\"{}\"] [data-testid=hit]", wanted - 1);
        browser.find(&hit);
    };
    at(321);
    for (text, told) in [("abc", "no number"), ("999999", &format!("1 to {total}"))] {
        browser.find("body").type_text("g");
        browser.hook("position").type_text(&format!("{text}{}", blendscope_tests::browser::ENTER));
        browser.wait_for(told, || {
            let note = browser.text_of("form [role=status]").replace(',', "");
            note.contains(told).then_some(())
        });
    }
    at(total);
}

#[test]
fn the_page_of_a_dataset_is_searched_filtered_and_shown_in_all_ways() {
    let (server, browser) = demo();
    browser.goto(&server.url("/datasets/llava-v1.5-mix665k?q=red&view=table&sort=-turns"));
    browser.find(HIT);
    let wanted = server.json("/api/v1/search?dataset=llava-v1.5-mix665k&q=red")["total"]["count"].clone();
    assert_eq!(json!(browser.total()), wanted);
    browser.find("[data-testid=facet-lang] input[type=checkbox]").click();
    browser.wait_for("the filter in the address of the dataset", || {
        let url = browser.url();
        (url.contains("/datasets/llava-v1.5-mix665k?") && url.contains("lang=")).then_some(())
    });
    browser.find("[role=search] [data-testid=scope]");
}

#[test]
fn readme_picture_shows_the_shelf_with_its_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("playground/data");
    demo::write(&root, &["--samples", "1000"]);
    let (server, browser) = (Server::start(&root), Browser::open());
    server.wait_until_ready();
    browser.prefer_colour_scheme("light");
    browser.resize(1280, 800);
    browser.goto(&server.url("/"));
    let loaded = "const all = [...document.images].filter(image => image.getBoundingClientRect().top < innerHeight); \
                  return all.length >= 8 && all.every(image => image.complete && image.naturalWidth > 0)";
    browser.wait_for("the pictures of the shelf", || browser.run(loaded).as_bool().filter(|all| *all));
    let picture = browser.screenshot();
    assert!(picture.len() > 50_000, "a shelf of pictures does not fit into {} bytes", picture.len());
    if let Some(path) = std::env::var_os("BLENDSCOPE_PICTURE") {
        std::fs::write(path, picture).unwrap();
    }
}

//! Dark and light, wide and narrow.

use crate::support::demo;
use blendscope_tests::browser::Browser;
use blendscope_tests::server::Server;

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
    browser.resize(390, 844);
    for address in addresses(&server) {
        browser.goto(&server.url(&address));
        browser.wait_for("the page", || (browser.text_of("main").len() > 40).then_some(()));
        let width = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(width <= 390, "{address} is {width} pixels wide");
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

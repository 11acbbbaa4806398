//! Pictures at the place of `<image>`, and what stands there when there is none.

use blendscope_tests::browser::Browser;
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;

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

//! Links: copied here and opened there, below a path that a proxy takes away, and addresses that lead nowhere.

use crate::support::{HIT, conversation, demo, open_first_hit, path};
use blendscope_tests::browser::Browser;
use blendscope_tests::demo;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

#[test]
fn a_copied_link_shows_the_same_sample_in_a_fresh_profile() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red"));
    browser.run("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }");
    open_first_hit(&browser);
    let shown = conversation(&browser);
    browser.hook("copy-link").click();
    let copied = browser
        .wait_for("the copied link", || browser.run("return window.copied").as_str().map(str::to_owned));
    assert!(copied.starts_with(&server.url("/s/")), "{copied}");

    // A colleague: another profile, another server, another index of the same data.
    let there = Server::start(demo::root());
    let colleague = Browser::open();
    colleague.goto(&there.url(path(&copied)));
    assert_eq!(conversation(&colleague), shown);
}

#[test]
fn every_address_shows_its_thing_when_opened_by_itself() {
    let (server, browser) = demo();
    let hit = server.json("/api/v1/search?limit=1")["items"][0].clone();
    let dataset = hit["dataset"].as_str().unwrap();
    let title = server.json(&format!("/api/v1/datasets/{dataset}"))["title"].as_str().unwrap().to_owned();
    for (address, expected) in [
        ("/".to_owned(), title.clone()),
        (format!("/datasets/{dataset}"), title),
        (hit["url"].as_str().unwrap().to_owned(), hit["id"].as_str().unwrap().to_owned()),
    ] {
        assert_eq!(server.get(&address).status, 200, "{address}");
        browser.goto(&server.url(&address));
        let found = || browser.text_of("main").contains(&expected).then_some(());
        browser.wait_for(&format!("`{expected}` on {address}"), found);
    }
}

#[test]
fn a_reload_changes_nothing() {
    let (server, browser) = demo();
    browser.goto(&server.url("/search?q=red&sort=longest"));
    let total = browser.total();
    let first = browser.hook("hit").text();
    browser.goto(&browser.url());
    assert_eq!(browser.total(), total);
    assert_eq!(browser.hook("hit").text(), first);
}

#[test]
fn an_unknown_page_is_not_found_and_offers_a_way_home() {
    let (server, browser) = demo();
    assert_eq!(server.get("/no-such-page").status, 404);
    browser.goto(&server.url("/no-such-page"));
    let says_so = || {
        let text = browser.text_of("body").to_lowercase();
        (text.contains("not found") || text.contains("no such page") || text.contains("nothing is"))
            .then_some(())
    };
    browser.wait_for("a sentence that says so", says_so);
    assert!(!browser.find_all("a[href='/']").is_empty(), "there is no way home");
}

#[test]
fn a_sample_that_is_not_there_is_said_to_be_not_there() {
    let (server, browser) = demo();
    let dataset = server.json("/api/v1/search?limit=1")["items"][0]["dataset"].as_str().unwrap().to_owned();
    for address in [
        format!("/s/{dataset}/0000000000000"),
        "/s/no-such-set/0000000000000".to_owned(),
        "/datasets/no-such-set".to_owned(),
    ] {
        browser.goto(&server.url(&address));
        let says_so = || (browser.text_of("[role=alert]").len() > 20).then_some(());
        browser.wait_for(&format!("what is wrong with {address}"), says_so);
        assert!(!browser.find_all("[role=alert] a[href='/']").is_empty(), "{address} offers no way on");
    }
}

/// What the proxy takes away.
const PREFIX: &str = "/user/ada/proxy/7878";

/// Starts a proxy before a server; its address. It lives as long as the tests.
fn proxy(server: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let behind = server.address().to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let behind = behind.clone();
            std::thread::spawn(move || pass_on(client, &behind));
        }
    });
    address
}

/// Passes one request on without the prefix, and the answer back.
fn pass_on(mut client: TcpStream, behind: &str) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match client.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    if !path.starts_with(PREFIX) {
        let _ = client.write_all(b"HTTP/1.1 418 Outside\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    let head = head.replacen(PREFIX, "", 1).replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1);
    let Ok(mut server) = TcpStream::connect(behind) else { return };
    let _ = server.write_all(head.as_bytes());
    let _ = std::io::copy(&mut server, &mut client);
}

/// What of the page was asked for outside the prefix, and links that lead outside.
fn outside(browser: &Browser, base: &str) -> Vec<String> {
    let found = browser.run_with(
        "const asked = performance.getEntriesByType('resource').map(entry => entry.name);
         const links = [...document.querySelectorAll('a[href]')].map(link => link.href);
         return [...asked, ...links].filter(url => url.startsWith('http') && !url.startsWith(arguments[0]))",
        &[base.into()],
    );
    found.as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_page_works_below_a_path_that_a_proxy_takes_away() {
    let (server, browser) = demo();
    let base = format!("http://{}{PREFIX}/", proxy(&server));
    let hit = server.json("/api/v1/search?q=red&limit=1")["items"][0].clone();
    let image = hit["images"][0]["key"].as_str().unwrap().to_owned();
    for page in [
        String::new(),
        "search?q=red".to_owned(),
        format!("datasets/{}", hit["dataset"].as_str().unwrap()),
        hit["url"].as_str().unwrap().trim_start_matches('/').to_owned(),
        format!("i/{image}"),
        "recipes".to_owned(),
        "templates".to_owned(),
    ] {
        browser.goto(&format!("{base}{page}"));
        browser.wait_for(&page, || (browser.text_of("main").len() > 40).then_some(()));
        assert_eq!(outside(&browser, &base), Vec::<String>::new(), "{page}");
    }
    // Moving, opening, and a reload of where that leads.
    browser.goto(&format!("{base}search?q=red"));
    browser.find(HIT).click();
    browser.find("[data-testid=drawer] [data-testid=sample]");
    browser.hook("open-page").click();
    browser.wait_for("the page", || browser.url().starts_with(&format!("{base}s/")).then_some(()));
    browser.goto(&browser.url());
    browser.hook("sample");
    assert_eq!(outside(&browser, &base), Vec::<String>::new());
}

#[test]
fn markdown_is_fetched_below_the_path_and_only_for_a_text_that_needs_it() {
    let records =
        [record("plain", "Say it", "Only words."), record("marked", "Say it", "**Bold** and $x^2$.")];
    let root = Root::with(&[("set.json", array(&records).as_bytes())]);
    let server = Server::start(root.path());
    let base = format!("http://{}{PREFIX}", proxy(&server));
    let browser = Browser::open();
    let answer = server.json("/api/v1/search?sort=file");
    let open = |number: usize| {
        browser.goto(&format!("{base}{}", answer["items"][number]["url"].as_str().unwrap()));
        browser.find("#turn-2 p");
    };
    let fetched = "return performance.getEntriesByType('resource').some(entry => entry.name.includes('blendscope-markdown'))";
    open(0);
    assert_eq!(browser.run(fetched), false);
    open(1);
    browser.find("#turn-2 math msup");
    assert_eq!(browser.find("#turn-2 strong").text(), "Bold");
    assert_eq!((browser.run(fetched), outside(&browser, &base)), (true.into(), Vec::new()));
}

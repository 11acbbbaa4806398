//! What every page looks like, beside pictures of what it looked like: at five widths, light, dark and in forced colours.
//!
//! Pictures are scaled down and compared by the mean colours of their cells, so that a moved line is a difference and
//! another way of smoothing letters is none. `BLENDSCOPE_SCREENSHOTS=write` writes the baselines anew; look at them before
//! they are committed. Where the fonts are others than those of the baselines nothing can be compared, and the tests say so.

mod compare;
mod shots;

use blendscope_tests::server::Server;
use blendscope_tests::{browser::Browser, demo};
use compare::{Baselines, Verdict};
use shots::{SCHEMES, WIDTHS};

/// Takes all pictures of a page of the demo root; `address` finds the page.
#[track_caller]
fn check(page: &str, address: impl Fn(&Server) -> String) {
    let server = Server::start(demo::root());
    let browser = Browser::open();
    let Some(baselines) = Baselines::open(&browser) else { return };
    shots::wait_for_sizes(&server);
    shots::count_questions(&browser);
    browser.goto(&server.url(&address(&server)));
    let mut taken = Vec::new();
    for scheme in SCHEMES {
        for width in WIDTHS {
            let name = format!("{page}-{width}-{}", scheme.name);
            taken.push((name, shots::take(&browser, scheme, width)));
        }
    }
    browser.goto("about:blank");
    let different: Vec<String> = taken
        .iter()
        .filter_map(|(name, picture)| match baselines.compare(&browser, name, picture) {
            Verdict::Same => None,
            Verdict::Different(what) => Some(format!("{name}: {what}")),
        })
        .collect();
    assert!(
        different.is_empty(),
        "{}\nif it has to look so: BLENDSCOPE_SCREENSHOTS=write cargo xtask test --only screenshots",
        different.join("\n")
    );
}

/// The address of the first sample that a search finds.
fn sample(server: &Server, query: &str) -> String {
    let hits = server.json(&format!("/api/v1/search?{query}&limit=1"));
    hits["items"][0]["url"].as_str().expect("the demo root has such a sample").to_owned()
}

#[test]
fn home() {
    check("home", |_| "/".to_owned());
}

#[test]
fn search_list() {
    check("search-list", |_| "/search?q=red&view=list".to_owned());
}

#[test]
fn search_grid() {
    check("search-grid", |_| "/search?q=red&view=grid".to_owned());
}

#[test]
fn search_table() {
    check("search-table", |_| "/search?q=red&view=table".to_owned());
}

#[test]
fn nothing_found() {
    check("nothing-found", |_| "/search?q=red+zzz".to_owned());
}

#[test]
fn japanese() {
    check("japanese", |_| "/search?q=%E7%8A%AC&view=grid".to_owned());
}

#[test]
fn dataset() {
    check("dataset", |server| {
        let datasets = server.json("/api/v1/datasets");
        format!("/datasets/{}", datasets["items"][0]["slug"].as_str().expect("a dataset has a slug"))
    });
}

#[test]
fn sample_alone() {
    check("sample", |server| sample(server, "q=red"));
}

#[test]
fn sample_with_boxes() {
    check("boxes", |server| sample(server, "flag=boxes"));
}

#[test]
fn drawer() {
    check("drawer", |server| {
        let hits = server.json("/api/v1/search?q=red&limit=1");
        let hit = &hits["items"][0];
        let (dataset, key) = (hit["dataset"].as_str(), hit["key"].as_str());
        format!("/search?q=red&open={}/{}&at=0", dataset.unwrap_or_default(), key.unwrap_or_default())
    });
}

#[test]
fn image() {
    check("image", |server| {
        let hits = server.json("/api/v1/search?q=red&image_status=present&limit=1");
        format!("/i/{}", hits["items"][0]["images"][0]["key"].as_str().expect("the sample has a picture"))
    });
}

#[test]
fn recipes() {
    check("recipes", |_| "/recipes".to_owned());
}

#[test]
fn recipe() {
    check("recipe", |_| "/recipes/llm-jp-vila".to_owned());
}

#[test]
fn templates() {
    check("templates", |_| "/templates".to_owned());
}

#[test]
fn not_found() {
    check("not-found", |_| "/nowhere".to_owned());
}

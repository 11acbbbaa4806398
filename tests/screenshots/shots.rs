//! Taking pictures of pages that have come to rest.

use blendscope_shared::{paths, search::SearchParams};
use blendscope_tests::browser::Browser;
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::time::Duration;

/// Widths of windows in pixels.
pub(crate) const WIDTHS: [u32; 5] = [390, 820, 1024, 1440, 2560];
/// Height of the windows.
const HEIGHT: u32 = 900;
/// Largest width of a picture, and the least by which it is scaled down.
const SCALED: (f64, f64) = (480.0, 0.5);
/// How long a page may take to come to rest on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A way in which colours are chosen.
#[derive(Clone, Copy)]
pub(crate) struct Scheme {
    /// Its name in the names of files.
    pub(crate) name: &'static str,
    dark: bool,
    forced: bool,
}

/// All that are looked at.
pub(crate) const SCHEMES: [Scheme; 3] = [
    Scheme { name: "light", dark: false, forced: false },
    Scheme { name: "dark", dark: true, forced: false },
    Scheme { name: "forced", dark: false, forced: true },
];

/// Waits until the server knows the sizes of pictures, which it looks for after everything else.
pub(crate) fn wait_for_sizes(server: &Server) {
    server.wait_until_ready();
    let mut before = Value::Null;
    poll(PATIENCE, || {
        let now = server.json(&paths::facets(&SearchParams::default()))["histograms"]["width"]["all"].clone();
        let is_done = now == before && now.as_array().is_some_and(|bars| bars.iter().any(|bar| *bar != 0));
        before = now;
        is_done.then_some(())
    });
}

/// The page that is open as a picture, scaled down, in WebP; as soon as nothing on it moves any more.
pub(crate) fn take(browser: &Browser, scheme: Scheme, width: u32) -> String {
    browser.resize(width, HEIGHT);
    let feature = |name: &str, value: &str| json!({"name": name, "value": value});
    let features = [
        feature("prefers-color-scheme", if scheme.dark { "dark" } else { "light" }),
        feature("forced-colors", if scheme.forced { "active" } else { "none" }),
        feature("prefers-reduced-motion", "reduce"),
    ];
    browser.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
    let mut before = String::new();
    browser.wait_for("the page at rest", || {
        if browser.run(AT_REST) != true {
            return None;
        }
        let now = capture(browser, width);
        let is_same = now == before;
        before.clone_from(&now);
        is_same.then_some(now)
    })
}

/// Has the pages that are opened from now on count what they ask the server for.
pub(crate) fn count_questions(browser: &Browser) {
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({"source": QUESTIONS}));
}

/// An answer counts as asked for until there was time to show it.
const QUESTIONS: &str = "
    window.questions = 0;
    const ask = window.fetch;
    window.fetch = (...asked) => {
        window.questions += 1;
        return ask(...asked).finally(() => setTimeout(() => { window.questions -= 1; }, 100));
    };";

/// Whether everything in view is there: nothing is waited for, and all pictures are drawn.
const AT_REST: &str = "
    if (window.questions) return false;
    document.activeElement?.blur();
    const waits = document.querySelector('[aria-busy=true], .skeleton, .progress--unknown');
    const inView = picture => {
        const place = picture.getBoundingClientRect();
        return place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
    };
    const pictures = [...document.querySelectorAll('main img')].filter(inView);
    return !waits && pictures.every(picture => picture.complete && picture.naturalWidth > 0);";

fn capture(browser: &Browser, width: u32) -> String {
    let scale = (SCALED.0 / f64::from(width)).min(SCALED.1);
    let clip = json!({"x": 0, "y": 0, "width": width, "height": HEIGHT, "scale": scale});
    let options = json!({"format": "webp", "quality": 80, "clip": clip});
    let taken = browser.devtools("Page.captureScreenshot", &options);
    taken["data"].as_str().expect("the browser answers base64").to_owned()
}

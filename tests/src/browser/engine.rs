//! The browsers that the tests run in, and what a driver is asked for to open one.

use super::driver::Driver;
use serde_json::{Value, json};
use std::env;
use std::path::{Path, PathBuf};

/// The variable that names the engine, as `cargo xtask test --all` sets it.
const VARIABLE: &str = "BLENDSCOPE_BROWSER";

/// Where Debian and its relatives put the smallest browser around `WebKit`.
const MINI_BROWSERS: &str = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser";

/// An engine of browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Chromium: Chrome, Edge, Brave, Opera.
    Chromium,
    /// Gecko: Firefox.
    Firefox,
    /// `WebKitGTK`, the engine of Safari and Epiphany.
    WebKit,
}

impl Engine {
    /// The engine that the environment names; Chromium if it names none.
    pub(crate) fn wanted() -> Self {
        match env::var(VARIABLE).as_deref() {
            Err(_) | Ok("chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok("webkit") => Self::WebKit,
            Ok(other) => panic!("{VARIABLE} is `{other}`, and not chromium, firefox or webkit"),
        }
    }

    /// A driver of its own.
    pub(super) fn start_driver(self) -> Driver {
        match self {
            Self::Chromium => Driver::start("chromedriver", &["--port=0"], "started successfully on port "),
            Self::Firefox => Driver::start("geckodriver", &["--port", "0"], "Listening on 127.0.0.1:"),
            Self::WebKit => Driver::start_on_screen("WebKitWebDriver"),
        }
    }

    /// What is asked for to open a window of 1280 by 900 pixels with the empty folder `profile` as its profile.
    pub(super) fn capabilities(self, profile: &Path) -> Value {
        let mut wanted = match self {
            Self::Chromium => chromium(profile),
            Self::Firefox => firefox(),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": {"binary": mini_browser(), "args": ["--automation"]}
            }),
        };
        wanted["timeouts"] = json!({"script": 30_000, "pageLoad": 60_000});
        json!({"capabilities": {"alwaysMatch": wanted}})
    }
}

fn chromium(profile: &Path) -> Value {
    let arguments = [
        "--headless".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        // Shared memory is tiny in containers.
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        // Root, as in containers, cannot have a sandbox; the pages are our own.
        "--no-sandbox".to_owned(),
        "--window-size=1280,900".to_owned(),
        format!("--user-data-dir={}", profile.display()),
    ];
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {"args": arguments},
        "goog:loggingPrefs": {"browser": "ALL"},
    })
}

/// Its driver makes a profile for each window by itself.
fn firefox() -> Value {
    let quiet = json!({
        "app.update.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
    });
    let arguments = ["-headless", "-width=1280", "-height=900"];
    json!({"browserName": "firefox", "moz:firefoxOptions": {"args": arguments, "prefs": quiet}})
}

/// The browser that comes with `WebKitGTK`'s driver. It lies in a folder named after the architecture.
fn mini_browser() -> PathBuf {
    let (before, after) = MINI_BROWSERS.split_once('*').expect("the pattern has one star");
    let folders = std::fs::read_dir(before).into_iter().flatten().flatten();
    let candidates = folders.map(|folder| PathBuf::from(format!("{}{after}", folder.path().display())));
    candidates.into_iter().find(|path| path.exists()).unwrap_or_else(|| {
        panic!("no {MINI_BROWSERS} is here; to install it: sudo apt-get install webkit2gtk-driver xvfb")
    })
}

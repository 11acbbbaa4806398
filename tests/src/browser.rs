//! A browser with a fresh profile, steered by `WebDriver` (<https://www.w3.org/TR/webdriver2/>).

mod driver;
mod engine;
mod page;

use crate::wait::poll;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use driver::Driver;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

use engine::Engine;
pub use page::Element;

/// How long a page may take to show what a test waits for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key that commits an input, as `WebDriver` writes it.
pub const ENTER: &str = "\u{e007}";

/// A browser window. It is closed when this is dropped; its profile is gone then.
pub struct Browser {
    engine: Engine,
    driver: Driver,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window of 1280 by 900 pixels with a fresh profile, in the engine that the environment names.
    pub fn open() -> Self {
        let engine = Engine::wanted();
        let driver = engine.start_driver();
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let session = driver.call("POST", "/session", &engine.capabilities(profile.path()));
        let session = session["sessionId"].as_str().expect("a new session has an id").to_owned();
        Self { engine, driver, session, _profile: profile }
    }

    /// Opens an address. On a page of the user interface, waits until the application stands in the place of the shell
    /// that is painted before it runs.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        self.post("/url", &json!({"url": url}));
        let is_there = "return !document.getElementById('app') || !!document.getElementById('main')";
        self.wait_for("the application", || self.run(is_there).as_bool().filter(|is_there| *is_there));
    }

    /// Goes back in the history.
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// The address shown.
    pub fn url(&self) -> String {
        string(self.get("/url"))
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        string(self.get("/title"))
    }

    /// Runs JavaScript in the page: a function body, whose `return` value comes back.
    pub fn run(&self, script: &str) -> Value {
        self.run_with(script, &[])
    }

    /// The same with arguments, which the script finds in `arguments`.
    pub fn run_with(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// Sends a command of Chromium's `DevTools` protocol.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Has pages see the preference for a `dark` or `light` colour scheme.
    pub fn prefer_colour_scheme(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": [feature]}));
    }

    /// Gives pages a screen of this size, as of a phone.
    pub fn resize(&self, width: u32, height: u32) {
        if self.engine != Engine::Chromium {
            self.post("/window/rect", &json!({"width": width, "height": height}));
            return;
        }
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Waits until `ask` has an answer, else fails with what the page shows.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        poll(PATIENCE, ask).unwrap_or_else(|| panic!("waited in vain for {what}\n{}", self.state()))
    }

    /// What the window shows, as PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        BASE64_STANDARD.decode(string(self.get("/screenshot"))).expect("the driver answers base64")
    }

    /// What the console reported as errors since this was last asked. Only Chromium tells.
    pub fn errors(&self) -> Vec<String> {
        if self.engine != Engine::Chromium {
            return Vec::new();
        }
        let log = self.post("/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().expect("the driver answers a list of messages").iter();
        let severe = entries.filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| string(entry["message"].clone())).collect()
    }

    /// What the page shows, for the message of a test that fails; a picture is left in the temporary folder.
    fn state(&self) -> String {
        let text = self.run("return document.body ? document.body.innerText : ''");
        let errors = self.errors();
        let picture = std::env::temp_dir().join(format!("blendscope-{}.png", self.session));
        // Not every engine can draw one of a page that keeps it busy.
        let path = format!("/session/{}/screenshot", self.session);
        let drawn = self.driver.try_call("GET", &path, &Value::Null).ok();
        let bytes = drawn.and_then(|drawn| BASE64_STANDARD.decode(string(drawn)).ok());
        let _ = std::fs::write(&picture, bytes.unwrap_or_default());
        format!("at {}\nconsole: {errors:?}\npicture: {}\n{text}", self.url(), picture.display())
    }

    fn get(&self, path: &str) -> Value {
        self.driver.call("GET", &format!("/session/{}{path}", self.session), &Value::Null)
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.driver.try_call("POST", &format!("/session/{}{path}", self.session), body)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.driver.call("POST", &format!("/session/{}{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver closes the window; it is killed right after, so nothing depends on this.
        self.driver.try_call("DELETE", &format!("/session/{}", self.session), &Value::Null).ok();
    }
}

fn string(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("the driver answered {other} instead of text"),
    }
}

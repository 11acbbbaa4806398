//! Chromium with a fresh profile, steered by `WebDriver` (<https://www.w3.org/TR/webdriver2/>) through a `chromedriver`
//! of one's own.

use crate::http::Request;
use crate::wait::poll;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a page may take to show what a test waits for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key that commits an input, as `WebDriver` writes it.
pub const ENTER: &str = "\u{e007}";

/// A browser window. It is closed when this is dropped; its profile is gone then.
pub struct Browser {
    driver: Driver,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window of 1280 by 900 pixels with a fresh profile.
    pub fn open() -> Self {
        let driver = Driver::start();
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
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
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 30_000, "pageLoad": 60_000},
        }}});
        let session = driver.call("POST", "/session", &wanted);
        let session = session["sessionId"].as_str().expect("a new session has an id").to_owned();
        Self { driver, session, _profile: profile }
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

    /// What the console reported as errors since this was last asked.
    pub fn errors(&self) -> Vec<String> {
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
        let _ = std::fs::write(&picture, self.screenshot());
        format!("at {}\nconsole: {errors:?}\npicture: {}\n{text}", self.url(), picture.display())
    }

    fn get(&self, path: &str) -> Value {
        self.driver.call("GET", &format!("/session/{}{path}", self.session), &Value::Null)
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

/// The key under which `WebDriver` writes the reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element of the page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// All elements that match a CSS selector now, in document order.
    pub fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let found = self.post("/elements", &json!({"using": "css selector", "value": css}));
        let found = found.as_array().expect("the driver answers a list of elements");
        found
            .iter()
            .map(|reference| Element { browser: self, id: string(reference[ELEMENT].clone()) })
            .collect()
    }

    /// The first element that matches a CSS selector, as soon as there is one.
    #[track_caller]
    pub fn find(&self, css: &str) -> Element<'_> {
        self.wait_for(&format!("`{css}`"), || self.find_all(css).into_iter().next())
    }

    /// The element with this `data-testid`, as soon as there is one.
    #[track_caller]
    pub fn hook(&self, name: &str) -> Element<'_> {
        self.find(&format!("[data-testid=\"{name}\"]"))
    }

    /// The text that can be read in the first element that matches, or nothing while there is none.
    ///
    /// In one step, so that an element that is replaced in between does no harm.
    pub fn text_of(&self, css: &str) -> String {
        let script =
            "const found = document.querySelector(arguments[0]); return found ? found.innerText : ''";
        string(self.run_with(script, &[css.into()]))
    }

    /// The number behind the `data-testid` `total`, once there is one: `1,204 samples` gives 1204.
    #[track_caller]
    pub fn total(&self) -> u64 {
        self.wait_for("a total", || first_number(&self.text_of("[data-testid=\"total\"]")))
    }
}

impl Element<'_> {
    /// The text that can be read in it.
    pub fn text(&self) -> String {
        string(self.browser.get(&self.path("/text")))
    }

    /// A property, as JavaScript sees it.
    pub fn property(&self, name: &str) -> Value {
        self.browser.get(&self.path(&format!("/property/{name}")))
    }

    /// Clicks into its middle, as a user does: it fails when something covers it.
    pub fn click(&self) {
        self.browser.post(&self.path("/click"), &json!({}));
    }

    /// Types into it.
    pub fn type_text(&self, text: &str) {
        self.browser.post(&self.path("/value"), &json!({"text": text}));
    }

    fn path(&self, rest: &str) -> String {
        format!("/element/{}{rest}", self.id)
    }
}

/// The first number in a text, its thousands grouped by commas or not.
fn first_number(text: &str) -> Option<u64> {
    let begin = text.find(|letter: char| letter.is_ascii_digit())?;
    let number = text[begin..].chars().take_while(|letter| letter.is_ascii_digit() || *letter == ',');
    number.filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// How often it is started before that is given up.
const STARTS: usize = 5;

/// A running `chromedriver`. It is killed when this is dropped, and a browser of its with it.
pub(crate) struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    /// Starts it on a free port. It takes one for IPv4 and wants the same for IPv6, where another program may have it.
    pub(crate) fn start() -> Self {
        (0..STARTS).find_map(|_| Self::try_start()).expect("chromedriver ends before it listens")
    }

    /// Starts it; none if it ends before it listens.
    fn try_start() -> Option<Self> {
        let child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!(
                "the browser tests need Chromium and its driver, but `chromedriver` does not start ({error}); \
                 to install both: cargo xtask test --only chromium, or sudo apt-get install chromium chromium-driver"
            )
        });
        let out = BufReader::new(child.stdout.take().expect("the output is piped"));
        let port = out.lines().map_while(Result::ok).find_map(|line| printed_port(&line));
        let Some(port) = port else {
            let _ = child.wait();
            return None;
        };
        Some(Self { child, address: format!("127.0.0.1:{port}") })
    }

    /// Sends a command and gives the `value` of the answer; fails when it is an error.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path} failed: {error}"))
    }

    /// Sends a command and gives the `value` of the answer, or the error as text.
    pub(crate) fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string();
        let mut request = Request::new(&self.address, method, path);
        if method == "POST" {
            request = request.json(&body);
        }
        let response = request.send().map_err(|error| error.to_string())?;
        let mut answer = response.json();
        if response.status != 200 {
            return Err(format!("{}: {}", answer["value"]["error"], answer["value"]["message"]));
        }
        Ok(answer["value"].take())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in the greeting of `chromedriver`.
fn printed_port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_numbers_are_read() {
        assert_eq!(first_number("1,204 samples, 18 ms"), Some(1204));
        assert_eq!(first_number("no samples"), None);
    }

    #[test]
    fn the_port_is_read_from_the_greeting() {
        assert_eq!(printed_port("ChromeDriver was started successfully on port 34715."), Some(34715));
        assert_eq!(printed_port("Starting ChromeDriver 156.0 on port 0"), None);
    }
}

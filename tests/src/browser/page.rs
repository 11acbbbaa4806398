//! What is on the page.

use super::{Browser, string};
use serde_json::{Value, json};

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
        let found = match self.try_post("/elements", &json!({"using": "css selector", "value": css})) {
            Ok(found) => found,
            // The page was drawn anew while the driver looked.
            Err(error) if error.contains("stale element") => return Vec::new(),
            Err(error) => panic!("looking for `{css}` failed: {error}"),
        };
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

    /// The number behind the `data-testid` `total`, once nothing is being searched for any more: `1,204 samples` gives
    /// 1204.
    #[track_caller]
    pub fn total(&self) -> u64 {
        let script = "const found = document.querySelector('[data-testid=total]');
                      return found && !document.querySelector('[aria-busy=true]') ? found.innerText : ''";
        self.wait_for("a total", || first_number(&string(self.run(script))))
    }
}

impl Element<'_> {
    /// The text that can be read in it, in drawings too.
    pub fn text(&self) -> String {
        let text = self.property("innerText");
        let text = if text.is_null() { self.property("textContent") } else { text };
        string(text).trim().to_owned()
    }

    /// A property, as JavaScript sees it.
    pub fn property(&self, name: &str) -> Value {
        self.browser.get(&self.path(&format!("/property/{name}")))
    }

    /// Clicks into its middle, as a user does, as soon as it is drawn: it fails when something covers it.
    #[track_caller]
    pub fn click(&self) {
        self.browser.wait_for("an element that can be clicked", || {
            match self.browser.try_post(&self.path("/click"), &json!({})) {
                Ok(_) => Some(()),
                Err(error) if error.contains("not interactable") => None,
                Err(error) => panic!("a click failed: {error}\n{}", self.browser.state()),
            }
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_numbers_are_read() {
        assert_eq!(first_number("1,204 samples, 18 ms"), Some(1204));
        assert_eq!(first_number("no samples"), None);
    }
}

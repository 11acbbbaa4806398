//! The content security policy: nothing from elsewhere, no script that is not ours.

use super::Site;
use axum::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// What stands inline in a page and may be run or applied, as hashes in the form of the policy: `'sha256-…'`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Inline {
    scripts: Vec<String>,
    styles: Vec<String>,
}

impl Inline {
    /// All inline scripts and style sheets of a page of our own.
    pub(crate) fn of(html: &str) -> Self {
        Self { scripts: hashes(html, "script"), styles: hashes(html, "style") }
    }
}

/// The policy of a page: what is not named runs nowhere, and only the frames of `site` show it.
///
/// `wasm-unsafe-eval` allows WebAssembly and no evaluation of text. Styles set by script through the CSSOM need no
/// exception.
pub(crate) fn content_security_policy(inline: &Inline, site: &Site) -> HeaderValue {
    let (scripts, styles) = (inline.scripts.join(" "), inline.styles.join(" "));
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self' {styles}; \
         img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {}",
        site.frame_ancestors()
    );
    HeaderValue::from_str(&policy).expect("origins, base64 and the rest are visible ASCII")
}

/// The hashes of all inline elements of this name.
fn hashes(html: &str, element: &str) -> Vec<String> {
    let (begin, end) = (format!("<{element}"), format!("</{element}>"));
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once(&begin) {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((content, after)) = after.split_once(&end) else { break };
        if !attributes.contains("src=") {
            hashes.push(format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(content))));
        }
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_hashed_as_browsers_do() {
        let html = "<script src=\"/a.js\"></script><script type=\"module\">alert('Hello, world.');</script>";
        // The example of the CSP specification, level 2, section 7.17.2.
        assert_eq!(Inline::of(html).scripts, ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]);
    }

    #[test]
    fn the_policy_names_the_hashes() {
        let inline = Inline { scripts: vec!["'sha256-abc='".to_owned()], styles: Vec::new() };
        let policy = content_security_policy(&inline, &Site::default());
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';"));
        assert!(policy.ends_with("frame-ancestors 'none'"));
    }
}

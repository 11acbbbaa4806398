//! The content security policy: nothing from elsewhere, no script that is not ours.

use axum::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// The policy that lets inline scripts run only if their hash is among `script_hashes`.
///
/// `wasm-unsafe-eval` allows WebAssembly and no evaluation of text. Styles set by script through the CSSOM need no
/// exception.
pub(crate) fn content_security_policy(script_hashes: &[String]) -> HeaderValue {
    let hashes = script_hashes.join(" ");
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {hashes}; style-src 'self'; \
         img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("the policy and base64 are visible ASCII")
}

/// The hashes of all inline scripts of a page, in the form of the policy: `'sha256-…'`.
pub(super) fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((script, after)) = after.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            hashes.push(format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))));
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
        assert_eq!(inline_script_hashes(html), ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]);
    }

    #[test]
    fn the_policy_names_the_hashes() {
        let policy = content_security_policy(&["'sha256-abc='".to_owned()]);
        assert!(policy.to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';"));
    }
}

//! Where the service lies on the web: the folder of its host that it lies in, and who may show it in a frame.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use blendscope_shared::addresses::Addresses;
use std::str::FromStr;

/// Where the service lies. By default at the root of its host, and in nobody's frame.
///
/// A proxy that takes its prefix away needs none of this: pages are relative to where the browser sees them.
#[derive(Debug, Default)]
pub(crate) struct Site {
    base_path: BasePath,
    frames: Vec<FrameOrigin>,
}

/// A folder such as `/lab/data`, without `/` at its end; empty for the root of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BasePath(String);

/// Who may show the pages in a frame: an origin such as `https://hub.lab.edu`, or `self`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameOrigin(String);

impl Site {
    /// A service that lies in this folder and may be shown by these.
    pub(crate) fn new(base_path: BasePath, frames: Vec<FrameOrigin>) -> Self {
        Self { base_path, frames }
    }

    /// The folder, empty for the root of the host.
    pub(crate) fn base_path(&self) -> &str {
        &self.base_path.0
    }

    /// Whether anybody may show the pages in a frame.
    pub(crate) fn is_framed(&self) -> bool {
        !self.frames.is_empty()
    }

    /// The sources of the directive `frame-ancestors` (CSP level 3, 6.4.2).
    pub(crate) fn frame_ancestors(&self) -> String {
        if self.frames.is_empty() {
            return "'none'".to_owned();
        }
        self.frames.iter().map(|origin| origin.0.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// An answer with the folder before its addresses.
    pub(crate) fn complete<T: Addresses>(&self, mut answer: T) -> T {
        if !self.base_path.0.is_empty() {
            answer.for_each_address(&mut |address| address.insert_str(0, &self.base_path.0));
        }
        answer
    }

    /// The address as the routes know it; nothing where it lies outside of the folder.
    pub(super) fn inside(&self, uri: &Uri) -> Option<Uri> {
        let rest = uri.path_and_query()?.as_str().strip_prefix(&self.base_path.0)?;
        let path = PathAndQuery::from_str(rest).ok().filter(|_| rest.starts_with('/'))?;
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).ok()
    }
}

impl BasePath {
    /// As it stands in addresses.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BasePath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.trim_end_matches('/');
        let is_plain = |part: &str| {
            let mut bytes = part.bytes();
            !part.is_empty()
                && part != "."
                && part != ".."
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._~@%".contains(&byte))
        };
        let is_path = path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_plain));
        if path.is_empty() && text.starts_with('/') || is_path {
            return Ok(Self(path.to_owned()));
        }
        Err("must be a path such as /blendscope, as it stands in the address".to_owned())
    }
}

impl FromStr for FrameOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "self" {
            return Ok(Self("'self'".to_owned()));
        }
        let origin = text.trim_end_matches('/');
        let is_host = |host: &str| {
            let mut bytes = host.bytes();
            !host.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
        };
        // Editors show pages under schemes of their own, such as `vscode-webview:`.
        let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_origin = match origin.split_once(':') {
            Some(("http" | "https", rest)) => rest.strip_prefix("//").is_some_and(is_host),
            Some((scheme, "")) => !scheme.is_empty() && is_scheme(scheme),
            _ => false,
        };
        let example =
            "must be an origin such as https://hub.lab.edu, or a scheme such as `vscode-webview:`, or `self`";
        if is_origin { Ok(Self(origin.to_owned())) } else { Err(example.to_owned()) }
    }
}

/// The way from a page to the folder of the service: as many steps up as the page's path has folders.
pub(super) fn up_from(path: &str) -> String {
    match path.trim_start_matches('/').matches('/').count() {
        0 => "./".to_owned(),
        folders => "../".repeat(folders),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_a_plain_path() {
        let parse = |text: &str| text.parse::<BasePath>().map(|path| path.0);
        assert_eq!(parse("/x"), Ok("/x".to_owned()));
        assert_eq!(parse("/user/ada/data/"), Ok("/user/ada/data".to_owned()));
        assert_eq!(parse("/"), Ok(String::new()));
        for text in ["", "x", "//x", "/x//y", "/../x", "/x?y", "/a b", "https://a/b"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_frame_is_an_origin_and_says_nothing_else() {
        let parse = |text: &str| text.parse::<FrameOrigin>().map(|origin| origin.0);
        for text in ["https://hub.lab.edu", "http://localhost:8888", "https://[::1]:8", "vscode-webview:"] {
            assert_eq!(parse(text), Ok(text.to_owned()));
        }
        assert_eq!(parse("self"), Ok("'self'".to_owned()));
        assert_eq!(parse("https://hub.lab.edu/"), Ok("https://hub.lab.edu".to_owned()));
        for text in [
            "",
            "*",
            "hub.lab.edu",
            "https://",
            "https://a b",
            "https://a;script-src *",
            "https://a/b",
            "'none'",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_what_lies_in_the_folder_is_inside() {
        let site = Site::new(BasePath("/lab".to_owned()), Vec::new());
        let inside = |uri: &str| site.inside(&uri.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(inside("/lab/search?q=a"), Some("/search?q=a".to_owned()));
        assert_eq!(inside("/lab/"), Some("/".to_owned()));
        assert_eq!(inside("http://host/lab/s/a/b"), Some("http://host/s/a/b".to_owned()));
        for uri in ["/lab", "/lab?x", "/laboratory/x", "/search", "/"] {
            assert_eq!(inside(uri), None, "{uri}");
        }
    }

    #[test]
    fn the_folder_of_the_service_is_found_from_every_page() {
        assert_eq!(["/", "/search", "/recipes/", "/s/set/key"].map(up_from), ["./", "./", "../", "../../"]);
    }
}

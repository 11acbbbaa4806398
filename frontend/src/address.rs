//! Where the service lies: at the root of its host, or in a folder that a proxy gives it.
//!
//! Paths inside the user interface begin with `/` at the root of the service, as in answers of the API. Whatever the
//! browser sees, a link, the address bar, a picture, a call, has the folder before it. The server says where the folder
//! is by the `<base>` of the page.

use blendscope_shared::addresses::Addresses;
use leptos::prelude::*;
use std::sync::OnceLock;

/// The folder without `/` at its end.
static FOLDER: OnceLock<String> = OnceLock::new();

/// What of it stands before the addresses in answers: the server's `--base-path`, which it names in the page.
static BASE_PATH: OnceLock<String> = OnceLock::new();

/// Finds out where the service lies; once, before anything is asked for.
pub(crate) fn find() {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let path = web_sys::Url::new(&base).map(|url| url.pathname()).unwrap_or_default();
    drop(FOLDER.set(path.trim_end_matches('/').to_owned()));
    let element = document().query_selector("base").ok().flatten();
    let base_path = element.and_then(|base| base.get_attribute("data-folder")).unwrap_or_default();
    drop(BASE_PATH.set(base_path));
}

fn folder() -> &'static str {
    FOLDER.get().map_or("", String::as_str)
}

/// An answer with its addresses as paths of the service.
pub(crate) fn plain<T: Addresses>(mut answer: T) -> T {
    if let Some(base_path) = BASE_PATH.get().filter(|path| !path.is_empty()) {
        answer.for_each_address(&mut |address| {
            if let Some(path) = address.strip_prefix(base_path.as_str()) {
                *address = path.to_owned();
            }
        });
    }
    answer
}

/// A path of the service as the browser takes it.
pub(crate) fn at(path: &str) -> String {
    format!("{}{path}", folder())
}

/// The path of the service that a path of the browser stands for; nothing when it is outside.
pub(crate) fn inside(path: &str) -> Option<&str> {
    path.strip_prefix(folder()).map(|rest| if rest.is_empty() { "/" } else { rest })
}

/// The whole address of a path of the service, as it is sent to somebody else.
pub(crate) fn whole(path: &str) -> String {
    format!("{}{}", location().origin().unwrap_or_default(), at(path))
}

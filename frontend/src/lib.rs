//! Blendscope's user interface: a Leptos application that runs in the browser.
//!
//! The address is the state: [`routes`] and [`url_state`] say what an address means, [`router`] follows it, `pages`
//! show it, and [`api`] fetches what they need. Everything that is only arithmetic or text lives in files of its own
//! with native tests: [`list`], [`boxes`], [`zoom`], [`marks`], [`blend`], [`recipe`],
//! [`filters`], [`histogram`], [`rewrite`], [`format`](mod@format).

mod address;
mod api;
mod app;
pub mod blend;
pub mod boxes;
mod browser;
pub mod columns;
#[expect(unreachable_pub, reason = "the component macro writes the types of properties as `pub`")]
mod components;
mod facets;
pub mod filters;
pub mod format;
pub mod histogram;
pub mod json;
mod keys;
mod library;
pub mod list;
mod live;
mod lookup;
pub mod markdown;
pub mod marks;
mod math;
#[expect(unreachable_pub, reason = "the component macro writes the types of properties as `pub`")]
mod pages;
pub mod passport;
pub mod recipe;
mod results;
pub mod rewrite;
mod router;
pub mod routes;
pub mod snippets;
pub mod text;
#[expect(unreachable_pub, reason = "the component macro writes the types of properties as `pub`")]
mod tools;
pub mod url_state;
pub mod zoom;

pub use app::start;
pub use tools::show as show_tools;

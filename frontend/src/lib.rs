//! Blendscope's user interface: a Leptos application that runs in the browser.
//!
//! The address is the state: [`routes`] and [`url_state`] say what an address means, [`router`] follows it, `pages`
//! show it, and [`api`] fetches what they need. Everything that is only arithmetic or text lives in files of its own
//! with native tests: [`window`], [`boxes`], [`zoom`], [`marks`], [`blend`], [`recipe`],
//! [`filters`], [`histogram`], [`rewrite`], [`format`](mod@format).

mod api;
mod app;
pub mod blend;
pub mod boxes;
mod browser;
#[expect(unreachable_pub, reason = "the component macro writes the types of properties as `pub`")]
mod components;
mod facets;
pub mod filters;
pub mod format;
pub mod histogram;
mod keys;
mod library;
pub mod marks;
#[expect(unreachable_pub, reason = "the component macro writes the types of properties as `pub`")]
mod pages;
pub mod recipe;
mod results;
pub mod rewrite;
mod router;
pub mod routes;
pub mod url_state;
pub mod window;
pub mod zoom;

pub use app::start;

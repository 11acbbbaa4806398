//! Helpers for the tests, which try the real binary from outside: over HTTP and in Chromium.
//!
//! ```no_run
//! use blendscope_tests::{root::Root, server::Server};
//!
//! let root = Root::with(&[("birds.json", r#"[{"id": "a", "conversations": []}]"#)]);
//! let server = Server::start(root.path());
//! assert_eq!(server.json("/api/v1/status")["samples"], 1);
//! ```

pub mod binary;
pub mod browser;
pub mod c_program;
pub mod demo;
pub mod http;
pub mod pickle;
pub mod root;
pub mod server;
pub mod wait;
pub mod zip;

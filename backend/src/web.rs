//! The server: connections from the network, the API, and the front end inside the binary.

pub(crate) mod api;
pub(crate) mod connections;
mod html;
mod policy;
mod routes;
mod site;
mod ui;

pub(crate) use routes::router;
pub(crate) use site::{BasePath, FrameOrigin, Site};

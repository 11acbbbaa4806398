//! The server: connections from the network, the API, and the front end inside the binary.

pub(crate) mod api;
pub(crate) mod connections;
mod ui;

//! The network's side of the server: accepts connections, bounds their number and their time, and ends them.
//!
//! HTTP itself is hyper's. What is here is what hyper leaves to its user: [`stream`] notes what comes and goes on a
//! connection, [`activity`] says from that how long it may go on like this and how well it could be done without,
//! [`connection`] serves one, [`open`] knows all and makes room, [`accept`] takes new ones from the [`listener`].

mod accept;
mod activity;
mod bodies;
mod connection;
mod limits;
mod listener;
mod open;
mod stream;

pub(crate) use accept::serve;
pub(crate) use limits::Limits;
pub(crate) use listener::{Listener, UnixSocket};

//! The real binary as programs use it, over HTTP and on the command line.
//!
//! Where a new test goes: by what a user would say is broken. A resource's happy way, bad input and not-found go to
//! the file of the resource; what must hold under bad weather to one of the others.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod support;

// The resources of the API.
mod accounts;
mod blends;
mod board;
mod compare;
mod containers;
mod datasets;
mod draw;
mod export;
mod facets;
mod images;
mod overview;
mod recipes;
mod roots;
mod samples;
mod search;
mod status;
mod templates;

// What the page and the network around it rely on.
mod escapes;
mod pages;
mod placement;

// Bad weather.
mod bad_files;
mod budgets;
mod changes;
mod clean;
mod command_line;
mod connections;
mod damage;
mod hanging;
mod search_command;
mod store;
mod storm;
mod writers;

// All of it against a scan of the files.
mod mixtures;
mod oracle;
mod pairs;
mod real_data;

// The walls of the house.
mod house;

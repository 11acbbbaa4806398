//! The real binary as programs use it, over HTTP and on the command line.
//!
//! Where a new test goes: by what a user would say is broken. A resource's happy way, bad input and not-found go to
//! the file of the resource; what must hold under bad weather to one of the others.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod support;

// The resources of the API.
mod archives;
mod away;
mod blends;
mod bombs;
mod boxes;
mod containers;
mod datasets;
mod explain;
mod export;
mod image_page;
mod images;
mod pickles;
mod picture_states;
mod readings;
mod recipes;
mod roots;
mod samples;
mod search;
mod sizes;
mod status;
mod subsets;
mod templates;

// What the page and the network around it rely on.
mod elsewhere;
mod escapes;
mod facets;
mod http;
mod pages;
mod placement;

// Bad weather.
mod bad_files;
mod budgets;
mod changes;
mod clean;
mod command_line;
mod connections;
mod crashes;
mod damage;
mod histories;
mod load;
mod locks;
mod malformed;
mod reload;
mod search_command;
mod store;
mod storm;
mod writers;

// The whole of it against a scan of the files.
mod oracle;
mod pairs;
mod real_data;

// The house itself.
mod hanging;
mod house;

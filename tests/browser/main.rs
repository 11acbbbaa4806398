//! The real binary as people use it, in Chromium with a fresh profile.
//!
//! Where a new test goes: to the file of what a user does, or a new one. Elements are found by the `data-testid`
//! hooks, by role and by label; never by style classes.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod appearance;
mod board;
mod drawer;
mod facets;
mod home;
mod images;
mod progress;
mod recipes;
mod samples;
mod searching;
mod sharing;
mod support;
mod tools;

//! What the commands of the README are made of, and what the benchmark needs of it.

pub mod browsers;
pub mod build;
pub mod opensearch;
pub mod report;
pub mod run;
pub mod tools;
pub mod workspace;

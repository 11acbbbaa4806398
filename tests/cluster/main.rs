//! The real binary with an index in an `OpenSearch` cluster: the same answers as from an index on this machine, and true
//! ones when a part of the cluster or a worker is gone.
//!
//! `cargo xtask test --only cluster` starts a cluster and runs these; by hand, `BLENDSCOPE_CLUSTER` names one that
//! `cargo xtask cluster` started, which starts nodes again that end. Without one nothing is tried. They run one after the
//! other, as some of them end nodes.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod answers;
mod secured;
mod support;
mod weather;
mod wrong;

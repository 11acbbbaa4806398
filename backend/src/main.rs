//! Blendscope.
fn main() {}

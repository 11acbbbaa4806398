//! Blendscope.

//! The arithmetic of lists of samples: where they stand, and which of them are drawn.

pub mod layout;
pub mod window;

//! For commands that ask once and end: the index as it is now, without keeping others from writing it.

use super::{Library, LibraryError};

impl Library {
    /// Brings the index up to what lies on disk, or takes what it holds where another process writes it; returns when
    /// that is done or stopped. From then on any other process may write.
    pub fn catch_up(&self) -> Result<(), LibraryError> {
        if self.permission.denied().is_some() {
            return self.follow();
        }
        self.pass()?;
        self.permission.let_go();
        Ok(())
    }
}

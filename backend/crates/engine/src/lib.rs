//! What can be asked of an index of samples, and what asking may cost.

mod budget;
mod row;

pub use budget::{Budget, Ended, EndsWork, Held, Memory, NextTurn, Spent};
pub use row::Row;

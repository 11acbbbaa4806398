//! The seam between what is asked and who answers: questions to an index of samples, and the trait of its engines.
//!
//! A [`Question`] is a query with conditions beside it, asked of a [`View`]: one state of an index, in which the
//! generations of a commit are [`Live`]. What a request may cost is its [`Budget`]. Nothing here knows an engine, a
//! server, or where data lies.

mod budget;
#[cfg(feature = "conformance")]
pub mod conformance;
mod field;
mod live;
mod order;
mod question;
mod restriction;
mod row;
mod tally;
mod view;

pub use budget::{Budget, Ended, EndsWork, Held, Memory, NextTurn, Spent};
pub use field::{Field, Name, PictureStatus};
pub use live::{Block, Live, LiveGeneration};
pub use order::{Cursor, Hit, Order, OrderedBy};
pub use question::Question;
pub use restriction::{Accepted, Codes, Restriction};
pub use row::Row;
pub use tally::Tally;
pub use view::{Counts, EngineError, Given, Limits, Meaning, Outcome, Page, Tallied, Tallies, View, Wanted};

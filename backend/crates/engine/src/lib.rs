//! The seam between what is asked and who answers: questions to an index of samples, and the trait of its engines.
//!
//! An [`Engine`] keeps the samples of a root: a [`Writer`] fills it, and a [`View`] of it is asked. A [`Question`] is a
//! query with conditions beside it; of all that was written it is about the generations of a commit, which are [`Live`].
//! What a request may cost is its [`Budget`]. Nothing here knows an engine, a server, or where data lies.

mod budget;
#[cfg(feature = "conformance")]
pub mod conformance;
mod engine;
mod field;
mod live;
mod may_write;
mod order;
mod question;
mod restriction;
mod row;
mod tally;
mod view;

pub use budget::{Budget, Ended, EndsWork, Held, Memory, NextTurn, Spent};
pub use engine::{
    About, Changes, Damage, Depth, Driver, Engine, Examined, Filled, FilledOf, Manifest, NewSample, Numbers,
    Parts, Receipt, Sorted, Writer, Writers,
};
pub use field::{Field, Name, PictureStatus};
pub use live::{Block, Live, LiveGeneration};
pub use may_write::{MayWrite, is_without_locks, may_not_be_written};
pub use order::{Cursor, Hit, Order, OrderedBy};
pub use question::Question;
pub use restriction::{Accepted, Codes, Restriction};
pub use row::Row;
pub use tally::Tally;
pub use view::{Counts, EngineError, Given, Limits, Meaning, Outcome, Page, Tallied, Tallies, View, Wanted};

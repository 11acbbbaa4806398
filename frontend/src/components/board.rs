//! The blend board: a row for each part with what is taken of it, what that comes to, and what is made of it.

mod add_part;
mod export;
mod row;
mod state;
mod totals;

pub(crate) use add_part::AddPart;
pub(crate) use export::BoardExport;
pub(crate) use row::BoardRow;
pub(crate) use state::BoardState;
pub(crate) use totals::{BoardBars, BoardTotals};

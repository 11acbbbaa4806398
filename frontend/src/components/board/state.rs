//! The state of a board: what stands in the address, what can be undone, and what it comes to.

use crate::{
    api::Answer,
    live::{effect, memo},
    router::{self, Router},
    url_state,
};
use blendscope_blend::board::reckon::{Reckoned, is_countable, reckon_counted};
use blendscope_blend::board::{Board, BoardPart, Unit};
use blendscope_shared::{
    board::{BoardAccount, BoardFacts, PartFacts},
    paths,
};
use leptos::prelude::*;

/// A board that is worked on.
#[derive(Clone, Copy)]
pub(crate) struct BoardState {
    /// The board.
    pub(crate) board: RwSignal<Board>,
    /// What is known of its parts.
    pub(crate) facts: Answer<BoardFacts>,
    /// What it comes to; computed here, without asking the server.
    pub(crate) reckoned: Memo<Reckoned>,
    /// Boards before, the latest last.
    past: RwSignal<Vec<Board>>,
    /// Boards that were undone.
    future: RwSignal<Vec<Board>>,
    /// The board as it was before a slider was taken.
    held: StoredValue<Option<Board>>,
    /// The board as nothing is dragged on it.
    resting: RwSignal<Board>,
}

impl BoardState {
    /// Follows the address.
    pub(crate) fn new() -> Self {
        let router = Router::here();
        let board = RwSignal::new(read(&router.query.get_untracked()));
        let sources = memo(move || {
            board.with(|board| {
                let parts = board.parts.iter().map(|part| BoardPart::all(part.source.clone()));
                let (usual, more) = (Board::default(), board.more());
                // What takes longer to count is asked for where it is shown.
                let by = if more.pictures { board.by } else { usual.by };
                let picture = if more.tiles { board.picture } else { usual.picture };
                Board { parts: parts.collect(), by, picture, ..usual }.to_query()
            })
        });
        let facts = Answer::<BoardFacts>::at(move || {
            let sources = sources.get();
            (!sources.is_empty()).then(|| paths::board("", &sources))
        });
        // What is taken is counted when the board rests; while something is dragged, means have to do.
        let resting = RwSignal::new(board.get_untracked());
        let counted = Answer::<BoardAccount>::at(move || {
            resting.with(|board| {
                let facts = known(facts);
                let is_countable = facts.len() == board.parts.len() && is_countable(board, &facts);
                is_countable.then(|| paths::board("account", &board.to_query()))
            })
        });
        let reckoned = memo(move || {
            let (facts, counted) = (known(facts), counted.good().unwrap_or_default());
            board.with(|board| {
                let is_same = counted.board == board.to_query();
                let counted = if is_same { counted.parts.as_slice() } else { &[] };
                if facts.len() == board.parts.len() {
                    reckon_counted(board, &facts, counted)
                } else {
                    Reckoned::default()
                }
            })
        });
        let (past, future) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
        // A link or the history leads to another board.
        effect(move || {
            let other = read(&router.query.get());
            if board.with_untracked(|own| *own != other)
                && router::query_now() == router.query.get_untracked()
            {
                resting.set(other.clone());
                board.set(other);
                past.set(Vec::new());
                future.set(Vec::new());
            }
        });
        Self { board, facts, reckoned, past, future, held: StoredValue::new(None), resting }
    }

    /// What is known of the parts; nothing before the answer is there.
    pub(crate) fn known(self) -> Vec<PartFacts> {
        known(self.facts)
    }

    /// Changes the board by one step.
    pub(crate) fn change(self, change: impl FnOnce(&mut Board)) {
        let before = self.held.get_value().unwrap_or_else(|| self.board.get_untracked());
        self.held.set_value(None);
        self.board.update(change);
        if self.board.with_untracked(|board| *board != before) {
            self.past.update(|past| past.push(before));
            self.future.set(Vec::new());
        }
        self.write_address();
    }

    /// Changes the board while something is dragged: one step, which ends with the next [`Self::change`].
    pub(crate) fn slide(self, change: impl FnOnce(&mut Board)) {
        if self.held.with_value(Option::is_none) {
            self.held.set_value(Some(self.board.get_untracked()));
        }
        self.board.update(change);
    }

    /// Changes a part.
    pub(crate) fn change_part(self, number: usize, change: impl FnOnce(&mut BoardPart)) {
        self.change(|board| {
            if let Some(part) = board.parts.get_mut(number) {
                change(part);
            }
        });
    }

    /// Goes a step back.
    pub(crate) fn undo(self) {
        self.travel(self.past, self.future);
    }

    /// Goes a step forward again.
    pub(crate) fn redo(self) {
        self.travel(self.future, self.past);
    }

    fn travel(self, from: RwSignal<Vec<Board>>, to: RwSignal<Vec<Board>>) {
        let Some(board) = from.try_update(Vec::pop).flatten() else { return };
        to.update(|boards| boards.push(self.board.get_untracked()));
        self.board.set(board);
        self.write_address();
    }

    /// How many steps can be undone, and done again.
    pub(crate) fn steps(self) -> (usize, usize) {
        (self.past.with(Vec::len), self.future.with(Vec::len))
    }

    /// What shares are of.
    pub(crate) fn by(self) -> Unit {
        self.board.with(|board| board.by)
    }

    /// Its query string.
    pub(crate) fn query(self) -> String {
        self.board.with(Board::to_query)
    }

    /// The board is as it is meant to be.
    fn write_address(self) {
        self.resting.set(self.board.get_untracked());
        router::rewrite(&paths::board_page(&self.board.with_untracked(Board::to_query)));
    }
}

fn known(facts: Answer<BoardFacts>) -> Vec<PartFacts> {
    facts.with(|answer| {
        answer.and_then(|answer| answer.as_ref().ok()).map_or_else(Vec::new, |facts| facts.parts.clone())
    })
}

/// The board of an address; an empty one where it says none.
fn read(query: &str) -> Board {
    let pairs = url_state::pairs(query);
    Board::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))).unwrap_or_default()
}

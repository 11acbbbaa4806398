//! The term definition of [`super::tokens`] as a tantivy tokenizer, with pairs of frequent words added.

use super::common::is_common;
use blendscope_query::tokens::{Piece, Scanner, fold_into, is_pictograph};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Name under which the tokenizer is registered.
pub(super) const NAME: &str = "blendscope2";

/// Positions that stay empty between two turns, so that no phrase crosses from one to the next.
const TURN_GAP: usize = 16;

/// Cuts a turn into terms.
#[derive(Clone, Default)]
pub(super) struct Analyzer {
    folded: String,
    token: Token,
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        fold_into(text, &mut self.folded);
        Terms {
            folded: &self.folded,
            token: &mut self.token,
            scanner: Scanner::default(),
            common: None,
            pair: None,
        }
    }
}

/// The terms of one turn.
pub(super) struct Terms<'a> {
    folded: &'a str,
    token: &'a mut Token,
    scanner: Scanner,
    /// The word before, if it is a very frequent one.
    common: Option<Piece>,
    /// The pair that ends with the word just given: its two words.
    pair: Option<(Piece, Piece)>,
}

impl Terms<'_> {
    /// Remembers a word, and the pair it makes with the one before.
    fn look_for_a_pair(&mut self, piece: Piece) {
        let word = &self.folded[piece.bytes.clone()];
        if word.starts_with(is_pictograph) {
            // It takes no place, so that the words around it stand side by side.
            return;
        }
        if !is_common(word) {
            self.common = None;
            return;
        }
        let before = self.common.replace(piece.clone());
        self.pair =
            before.filter(|before| before.position + 1 == piece.position).map(|before| (before, piece));
    }

    fn give(&mut self, piece: &Piece) {
        self.token.position = piece.position as usize + TURN_GAP;
        self.token.position_length = 1;
        self.token.text.clear();
        self.token.text.push_str(&self.folded[piece.bytes.clone()]);
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        if let Some((first, second)) = self.pair.take() {
            self.give(&first);
            self.token.text.push(' ');
            self.token.text.push_str(&self.folded[second.bytes]);
            return true;
        }
        let Some(piece) = self.scanner.next(self.folded) else { return false };
        self.give(&piece);
        self.look_for_a_pair(piece);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

//! The term definition of [`super::tokens`] as a tantivy tokenizer.

use super::tokens::{Scanner, fold_into};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Name under which the tokenizer is registered.
pub(crate) const NAME: &str = "blendscope1";

/// Positions that stay empty between two turns, so that no phrase crosses from one to the next.
const TURN_GAP: usize = 16;

/// Cuts a turn into terms.
#[derive(Clone, Default)]
pub(crate) struct Analyzer {
    folded: String,
    token: Token,
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        fold_into(text, &mut self.folded);
        Terms { folded: &self.folded, token: &mut self.token, scanner: Scanner::default() }
    }
}

/// The terms of one turn.
pub(crate) struct Terms<'a> {
    folded: &'a str,
    token: &'a mut Token,
    scanner: Scanner,
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        let Some(piece) = self.scanner.next(self.folded) else { return false };
        self.token.position = piece.position as usize + TURN_GAP;
        self.token.position_length = 1;
        self.token.text.clear();
        self.token.text.push_str(&self.folded[piece.bytes]);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

//! The fields of the index.
//!
//! Ids and image keys are not among them: nearly every sample has terms of its own there, and a dictionary of unique
//! strings costs a third of the time and a fifth of the size of the whole index. Values that name one sample or one
//! picture belong into columns, where a hash of eight bytes is found by a scan of a millisecond per million.

use blendscope_query::TextField;
use blendscope_query::tokens::{Piece, Scanner, fold_into, is_pictograph};
use tantivy::Index;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

/// Handles to every field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The row of the first sample of its annotation file: what a file brought is deleted by it.
    pub block: Field,
    /// The row, see [`blendscope_engine::Row`].
    pub row: Field,
    /// The texts, in the order of [`TextField`].
    texts: [Field; 5],
}

/// Name of the fast field that carries the row.
pub(crate) const ROW: &str = "row";

/// The fields of texts, in the order of their declaration, each with whether it keeps lengths.
const TEXTS: [(TextField, &str, bool); 5] = [
    (TextField::Human, "human", true),
    (TextField::Gpt, "gpt", true),
    (TextField::System, "system", false),
    (TextField::Other, "other", false),
    (TextField::Extra, "extra", false),
];

impl Fields {
    /// The schema and its handles.
    pub(crate) fn build() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let fields = Self {
            texts: TEXTS.map(|(_, name, lengths)| text(&mut builder, name, lengths)),
            block: builder.add_u64_field("block", NumericOptions::default().set_indexed()),
            row: builder.add_u64_field(ROW, NumericOptions::default().set_fast()),
        };
        (builder.build(), fields)
    }

    /// The field of a text.
    pub(crate) fn of(&self, text: TextField) -> Field {
        self.texts[text as usize]
    }
}

/// Makes the tokenizer known to an index.
pub(crate) fn register_analyzer(index: &Index) {
    index.tokenizers().register(NAME, TextAnalyzer::from(Analyzer::default()));
}

/// A text field with positions; with lengths for ranking where that is worth its byte per sample.
fn text(builder: &mut SchemaBuilder, name: &str, lengths: bool) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(NAME)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(lengths);
    builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

/// Name under which the tokenizer is registered.
pub(crate) const NAME: &str = "blendscope2";

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
pub(crate) struct Terms<'a> {
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

/// The term for two words side by side, if there is one.
pub(crate) fn pair(first: &str, second: &str) -> Option<String> {
    (is_common(first) && is_common(second)).then(|| format!("{first} {second}"))
}

/// Whether a word is one of those that are most frequent in captions and in conversations about pictures.
pub(crate) fn is_common(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "and"
            | "are"
            | "as"
            | "at"
            | "auf"
            | "de"
            | "dem"
            | "der"
            | "die"
            | "ein"
            | "eine"
            | "for"
            | "image"
            | "in"
            | "is"
            | "it"
            | "la"
            | "le"
            | "man"
            | "mit"
            | "of"
            | "on"
            | "photo"
            | "that"
            | "the"
            | "there"
            | "this"
            | "to"
            | "un"
            | "une"
            | "was"
            | "what"
            | "with"
            | "woman"
    )
}

/// Whether a term of the dictionary is a pair; no word contains a blank.
pub(crate) fn is_pair(term: &[u8]) -> bool {
    term.contains(&b' ')
}

/// The terms of a phrase with its pairs in place of their words.
pub(crate) fn with_pairs(terms: &[(u32, String)]) -> Vec<(u32, String)> {
    let mut paired = Vec::with_capacity(terms.len());
    let mut is_covered = false;
    for (index, (position, term)) in terms.iter().enumerate() {
        let next = terms.get(index + 1).filter(|(next, _)| *next == position + 1);
        let pair = next.and_then(|(_, next)| pair(term, next));
        if pair.is_none() && !is_covered {
            paired.push((*position, term.clone()));
        }
        is_covered = pair.is_some();
        paired.extend(pair.map(|pair| (*position, pair)));
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_cover_their_words() {
        let covered = |text: &str| -> Vec<String> {
            let terms: Vec<_> = (0..).zip(text.split(' ').map(ToOwned::to_owned)).collect();
            with_pairs(&terms).into_iter().map(|(at, term)| format!("{at}:{term}")).collect()
        };
        assert_eq!(covered("in the"), ["0:in the"]);
        assert_eq!(covered("horse in a"), ["0:horse", "1:in a"]);
        assert_eq!(covered("man in a red barn"), ["0:man in", "1:in a", "3:red", "4:barn"]);
        assert_eq!(covered("of horses of"), ["0:of", "1:horses", "2:of"]);
    }
}

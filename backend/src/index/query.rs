//! What the user typed, understood: words, phrases, exclusions. Never an error.

use super::tokens::{is_cjk, tokens};

/// Pieces of a query looked at; the rest is named in a note.
const CLAUSES_MAX: usize = 64;

/// Terms of a phrase looked at; each keeps a reader of positions open.
const TERMS_MAX: usize = 256;

/// Letters from which a word still being typed counts as a prefix.
const PREFIX_LETTERS: usize = 3;

/// A query, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// All must match, except the excluded ones, of which none may.
    pub(crate) clauses: Vec<Clause>,
    /// How the query was read where that is not obvious.
    pub(crate) notes: Vec<String>,
    /// There was nothing to look for, although something was typed.
    pub(crate) is_void: bool,
}

/// A word, phrase or prefix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Clause {
    /// As it was typed, without quotes and sign.
    pub(crate) text: String,
    /// What it is.
    pub(crate) kind: ClauseKind,
    /// Samples with it are left out.
    pub(crate) excluded: bool,
    /// Folded terms and their positions, the first at 0. A run of CJK characters is covered by its pairs.
    pub(crate) terms: Vec<(u32, String)>,
}

/// What a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ClauseKind {
    /// One term.
    Word,
    /// Terms in a row, within one turn.
    Phrase,
    /// One term that may go on.
    Prefix,
}

impl ClauseKind {
    /// The name in answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Phrase => "phrase",
            Self::Prefix => "prefix",
        }
    }
}

impl Query {
    /// Reads a query. With `typing`, the last word is taken as a prefix.
    pub(crate) fn parse(text: &str, typing: bool) -> Self {
        let mut query = Self::default();
        for piece in pieces(text, &mut query.notes) {
            match Clause::of(&piece) {
                Some(mut clause) if query.clauses.len() < CLAUSES_MAX => {
                    if clause.terms.len() > TERMS_MAX {
                        clause.terms.truncate(TERMS_MAX);
                        query
                            .notes
                            .push(format!("of a phrase only the first {TERMS_MAX} terms are looked for"));
                    }
                    query.clauses.push(clause);
                }
                Some(_) => {
                    query
                        .notes
                        .push(format!("only the first {CLAUSES_MAX} words and phrases are looked for"));
                    break;
                }
                None => query.notes.push(format!("`{}` has no letter or digit to look for", piece.text)),
            }
        }
        query.is_void = query.clauses.is_empty() && !text.trim().is_empty();
        if typing && text.ends_with(char::is_alphanumeric) {
            query.let_the_last_word_go_on();
        }
        query
    }

    /// Whether every sample matches.
    pub(crate) fn is_everything(&self) -> bool {
        self.clauses.is_empty() && !self.is_void
    }

    fn let_the_last_word_go_on(&mut self) {
        let Some(last) = self.clauses.last_mut().filter(|last| last.kind == ClauseKind::Word) else { return };
        let word = &last.terms[0].1;
        if !word.starts_with(is_cjk) && word.chars().count() >= PREFIX_LETTERS {
            last.kind = ClauseKind::Prefix;
        }
    }
}

impl Clause {
    fn of(piece: &Piece) -> Option<Self> {
        let terms = cover(&piece.text);
        let kind = match terms.len() {
            0 => return None,
            1 => ClauseKind::Word,
            _ => ClauseKind::Phrase,
        };
        Some(Self { text: piece.text.clone(), kind, excluded: piece.excluded, terms })
    }
}

/// The fewest terms that fix a text: every word, the pairs of a run of CJK characters, a CJK character that stands alone.
fn cover(text: &str) -> Vec<(u32, String)> {
    let tokens = tokens(text);
    let is_pair = |term: &str| term.starts_with(is_cjk) && term.chars().nth(1).is_some();
    let pairs: Vec<u32> =
        tokens.iter().filter(|token| is_pair(&token.term)).map(|token| token.position).collect();
    let in_a_pair = |position: u32| {
        pairs.binary_search(&position).is_ok()
            || position.checked_sub(1).is_some_and(|before| pairs.binary_search(&before).is_ok())
    };
    tokens
        .into_iter()
        .filter(|token| is_pair(&token.term) || !token.term.starts_with(is_cjk) || !in_a_pair(token.position))
        .map(|token| (token.position, token.term))
        .collect()
}

/// A stretch of the query between blanks or quotes.
struct Piece {
    text: String,
    excluded: bool,
}

/// Cuts a query at blanks, keeping quoted stretches together.
fn pieces(text: &str, notes: &mut Vec<String>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let signless =
            rest.strip_prefix('-').filter(|after| after.starts_with(|next: char| !next.is_whitespace()));
        let excluded = signless.is_some();
        let body = signless.unwrap_or(rest);
        let (piece, after) = match body.strip_prefix(is_quote) {
            Some(quoted) => quoted_piece(quoted, notes),
            None => body.split_at(
                body.find(|next: char| next.is_whitespace() || is_quote(next)).unwrap_or(body.len()),
            ),
        };
        if !piece.trim().is_empty() {
            pieces.push(Piece { text: piece.trim().to_owned(), excluded });
        }
        rest = after.trim_start();
    }
    pieces
}

fn quoted_piece<'a>(quoted: &'a str, notes: &mut Vec<String>) -> (&'a str, &'a str) {
    if let Some((phrase, after)) = quoted.split_once(is_quote) {
        return (phrase, after);
    }
    notes.push("a closing quote is missing: the phrase goes to the end".to_owned());
    (quoted, "")
}

/// Straight and typographic double quotes.
fn is_quote(symbol: char) -> bool {
    matches!(symbol, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{FF02}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The clauses of a query, one a line: sign, kind, text, then each term after its position.
    fn understood(text: &str, typing: bool) -> String {
        let show = |clause: &Clause| {
            let sign = if clause.excluded { "-" } else { "+" };
            let terms: Vec<_> = clause.terms.iter().map(|(at, term)| format!("{at}:{term}")).collect();
            format!("{sign}{} {} = {}", clause.kind.name(), clause.text, terms.join(" "))
        };
        Query::parse(text, typing).clauses.iter().map(show).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn words_phrases_and_exclusions() {
        assert_eq!(understood("Red  bus", false), "+word Red = 0:red\n+word bus = 0:bus");
        assert_eq!(understood("\"red bus\" -dog", false), "+phrase red bus = 0:red 1:bus\n-word dog = 0:dog");
        assert_eq!(understood("d'une", false), "+phrase d'une = 0:d 1:une");
        assert_eq!(understood("-\"a b\"", false), "-phrase a b = 0:a 1:b");
        assert_eq!(understood("- 42", false), "+word 42 = 0:42");
    }

    #[test]
    fn cjk_is_covered_by_pairs() {
        assert_eq!(understood("犬", false), "+word 犬 = 0:犬");
        assert_eq!(understood("東京", false), "+word 東京 = 0:東京");
        assert_eq!(understood("東京タ", false), "+phrase 東京タ = 0:東京 1:京タ");
        assert_eq!(understood("3D写真", false), "+phrase 3D写真 = 0:3d 1:写真");
        assert_eq!(understood("42歳", false), "+phrase 42歳 = 0:42 1:歳");
    }

    #[test]
    fn only_the_last_word_goes_on_while_typing() {
        assert_eq!(understood("red bus", true), "+word red = 0:red\n+prefix bus = 0:bus");
        assert_eq!(understood("red bu", true), "+word red = 0:red\n+word bu = 0:bu");
        assert_eq!(understood("bus ", true), "+word bus = 0:bus");
        assert_eq!(understood("\"bus\"", true), "+word bus = 0:bus");
        assert_eq!(understood("bus !!!", true), "+word bus = 0:bus");
        assert_eq!(understood("東京", true), "+word 東京 = 0:東京");
    }

    #[test]
    fn odd_queries_say_how_they_were_read() {
        assert!(Query::parse("", false).is_everything());
        assert!(Query::parse("  ", false).is_everything());
        let void = Query::parse("!!! &&", false);
        assert!(void.is_void && void.notes.len() == 2);
        assert_eq!(Query::parse("\"red bus", false).notes.len(), 1);
        let long = Query::parse(&"a.".repeat(1000), false);
        assert_eq!((long.clauses[0].terms.len(), long.notes.len()), (TERMS_MAX, 1));
    }

    proptest! {
        #[test]
        fn no_query_is_an_error(text in ".*", typing: bool) {
            let query = Query::parse(&text, typing);
            prop_assert!(query.clauses.iter().all(|clause| !clause.terms.is_empty() && clause.terms[0].0 == 0));
        }
    }
}

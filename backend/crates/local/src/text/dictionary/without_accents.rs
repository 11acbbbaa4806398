//! An automaton that reads over accents.

use blendscope_query::inflect::{accented, is_accent};
use tantivy_fst::Automaton;

/// Recognizes terms whose bare form is one of some words.
pub struct WithoutAccents {
    /// A tree of the words: for each node its letters with the nodes they lead to, and whether a word ends there.
    nodes: Vec<(Vec<(char, u32)>, bool)>,
}

/// A place in the tree, and the bytes of a character that is not complete.
#[derive(Clone, Copy)]
pub struct Place {
    node: u32,
    bytes: [u8; 4],
    length: u8,
}

/// No word goes on here.
const NOWHERE: u32 = u32::MAX;

impl WithoutAccents {
    /// Recognizes these words, given without accents.
    pub fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut tree = Self { nodes: vec![(Vec::new(), false)] };
        for word in words {
            let mut node = 0;
            for letter in word.chars() {
                node = match tree.child(node, letter) {
                    NOWHERE => tree.grow(node, letter),
                    child => child,
                };
            }
            tree.nodes[node as usize].1 = true;
        }
        tree
    }

    fn child(&self, node: u32, letter: char) -> u32 {
        let letters = &self.nodes[node as usize].0;
        letters.iter().find(|(own, _)| *own == letter).map_or(NOWHERE, |(_, child)| *child)
    }

    fn grow(&mut self, node: u32, letter: char) -> u32 {
        let child = self.nodes.len() as u32;
        self.nodes.push((Vec::new(), false));
        self.nodes[node as usize].0.push((letter, child));
        child
    }

    /// Where a complete character leads.
    fn step(&self, node: u32, symbol: char) -> u32 {
        if symbol.is_ascii() {
            return self.child(node, symbol);
        }
        if is_accent(symbol) {
            return node;
        }
        let letters = &self.nodes[node as usize].0;
        let found =
            letters.iter().find(|(letter, _)| *letter == symbol || accented(*letter).contains(&symbol));
        found.map_or(NOWHERE, |(_, child)| *child)
    }

    /// Whether a character that begins with these bytes leads anywhere.
    fn leads_on(&self, node: u32, bytes: &[u8]) -> bool {
        let mut buffer = [0; 4];
        let mut begins = |symbol: char| symbol.encode_utf8(&mut buffer).as_bytes().starts_with(bytes);
        // The marks U+0300 to U+036F begin with CC and CD.
        matches!(bytes, [0xCC | 0xCD])
            || self.nodes[node as usize]
                .0
                .iter()
                .any(|(letter, _)| begins(*letter) || accented(*letter).iter().any(|letter| begins(*letter)))
    }
}

impl Automaton for &WithoutAccents {
    type State = Place;

    fn start(&self) -> Place {
        Place { node: 0, bytes: [0; 4], length: 0 }
    }

    fn is_match(&self, place: &Place) -> bool {
        place.node != NOWHERE && place.length == 0 && self.nodes[place.node as usize].1
    }

    fn can_match(&self, place: &Place) -> bool {
        place.node != NOWHERE
    }

    fn accept(&self, place: &Place, byte: u8) -> Place {
        let mut next = *place;
        if next.node == NOWHERE || next.length == 4 {
            return Place { node: NOWHERE, ..next };
        }
        next.bytes[usize::from(next.length)] = byte;
        next.length += 1;
        let bytes = &next.bytes[..usize::from(next.length)];
        if let Some(symbol) = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
            return Place { node: self.step(next.node, symbol), bytes: [0; 4], length: 0 };
        }
        if self.leads_on(next.node, bytes) { next } else { Place { node: NOWHERE, ..next } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognizes(words: &[&str], term: &str) -> bool {
        let automaton = &WithoutAccents::new(words.iter().copied());
        let end = term.bytes().fold(automaton.start(), |place, byte| automaton.accept(&place, byte));
        automaton.is_match(&end)
    }

    #[test]
    fn accents_are_read_over() {
        for term in ["cafe", "café", "càfê", "cafe\u{302}"] {
            assert!(recognizes(&["cafes", "cafe"], term), "{term}");
        }
        for term in ["caf", "cafee", "cafф", "犬", "kafe", "cafés"] {
            assert!(!recognizes(&["cafe"], term), "{term}");
        }
        assert!(recognizes(&["еж"], "ёж") && recognizes(&["οδος"], "όδος") && recognizes(&["bo"], "bồ"));
        assert!(recognizes(&["हिन्दी"], "हिन्दी") && !recognizes(&["हिन्दी"], "हन्द"));
    }
}

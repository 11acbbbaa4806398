//! Columns as they are stored: entries of levels and values.
//!
//! A *definition level* says how much of the way to a value is there, a *repetition level* whether a list goes on.

use super::thrift::push_varint;
use super::{Cell, ColumnKind};
use std::io;

/// One stored column of a row group.
pub(super) struct Leaf {
    /// Of lists only.
    repetition: Option<Vec<u8>>,
    definition: Vec<u8>,
    values: Vec<u8>,
}

impl Leaf {
    fn new(repeated: bool) -> Self {
        Self { repetition: repeated.then(Vec::new), definition: Vec::new(), values: Vec::new() }
    }

    /// Values, nulls included.
    pub(super) fn values(&self) -> usize {
        self.definition.len()
    }

    /// The contents of its page: levels and values.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.values.len() + 64);
        for levels in self.repetition.iter().chain([&self.definition]) {
            let runs = runs(levels);
            body.extend((runs.len() as u32).to_le_bytes());
            body.extend(runs);
        }
        body.extend(&self.values);
        body
    }

    fn bytes(&mut self, definition: u8, value: &[u8]) {
        self.definition.push(definition);
        self.values.extend((value.len() as u32).to_le_bytes());
        self.values.extend(value);
    }

    fn int(&mut self, definition: u8, value: i64) {
        self.definition.push(definition);
        self.values.extend(value.to_le_bytes());
    }

    fn nothing(&mut self, definition: u8) {
        self.definition.push(definition);
    }

    fn repeats(&mut self, level: u8) {
        self.repetition.iter_mut().for_each(|levels| levels.push(level));
    }
}

/// Levels as runs of equal ones (<https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>).
fn runs(levels: &[u8]) -> Vec<u8> {
    let mut runs = Vec::new();
    for run in levels.chunk_by(|a, b| a == b) {
        push_varint(&mut runs, (run.len() as u64) << 1);
        runs.push(run[0]);
    }
    runs
}

/// The stored columns of a column.
pub(super) fn leaves_of<'c>(
    kind: ColumnKind,
    cells: impl Iterator<Item = &'c Cell>,
) -> io::Result<Vec<Leaf>> {
    let is_list = kind == ColumnKind::Turns;
    let count = if matches!(kind, ColumnKind::Image | ColumnKind::Turns) { 2 } else { 1 };
    let mut leaves: Vec<_> = (0..count).map(|_| Leaf::new(is_list)).collect();
    for cell in cells {
        match (kind, cell, &mut leaves[..]) {
            (_, Cell::Null, leaves) => nothing(leaves, 0),
            (ColumnKind::Text, Cell::Text(text), [leaf]) => leaf.bytes(1, text.as_bytes()),
            (ColumnKind::Int, Cell::Int(int), [leaf]) => leaf.int(1, *int),
            (ColumnKind::Image, Cell::Image { bytes, path }, [first, second]) => {
                optional(first, bytes.as_deref());
                optional(second, path.as_ref().map(String::as_bytes));
            }
            (ColumnKind::Turns, Cell::Turns(turns), leaves) => add_turns(leaves, turns),
            (kind, cell, _) => {
                let message = format!("{cell:?} stands in a column of kind {kind:?}");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
    }
    Ok(leaves)
}

fn nothing(leaves: &mut [Leaf], definition: u8) {
    for leaf in leaves {
        leaf.repeats(0);
        leaf.nothing(definition);
    }
}

fn optional(leaf: &mut Leaf, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => leaf.bytes(2, bytes),
        None => leaf.nothing(1),
    }
}

fn add_turns(leaves: &mut [Leaf], turns: &[(String, String)]) {
    if turns.is_empty() {
        nothing(leaves, 1);
    }
    for (at, (from, value)) in turns.iter().enumerate() {
        for (leaf, text) in leaves.iter_mut().zip([from, value]) {
            leaf.repeats(u8::from(at > 0));
            leaf.bytes(4, text.as_bytes());
        }
    }
}

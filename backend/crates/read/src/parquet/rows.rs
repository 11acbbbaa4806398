//! Records out of columns: the rows of a row group as JSON text.
//!
//! The way back from levels to values is that of the Dremel paper, section 4.3
//! (<https://research.google/pubs/pub36632/>); here it walks down the schema, and each column is asked for its next
//! entry when it is its turn.

use crate::parquet::column::{Column, ColumnPlace};
use crate::parquet::entries::Levels;
use crate::parquet::error::{ParquetError, bad, ended};
use crate::parquet::group::{Chunk, RowGroup};
use crate::parquet::scalar::json;
use crate::parquet::schema::{Kind, Leaf, Node, Schema};
use crate::parquet::stream::{Codec, Input};
use std::io;

/// The rows of a row group.
pub(super) struct Rows<'f, 's> {
    schema: &'s Schema,
    input: Input<'f>,
    /// One for each leaf; none if it cannot be read.
    columns: Vec<Option<Column<'f, 's>>>,
    scratch: Vec<u8>,
    /// The column that was read last, to be named if that fails.
    current: usize,
}

/// A column that cannot be read at all.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) leaf: usize,
    /// Where it begins in the file.
    pub(super) offset: u64,
    pub(super) message: String,
}

impl<'f, 's> Rows<'f, 's> {
    /// Opens what can be read of a row group, and says what cannot.
    pub(super) fn open(
        input: Input<'f>,
        schema: &'s Schema,
        number: u32,
        group: &RowGroup,
    ) -> (Self, Vec<Unreadable>) {
        let mut unreadable = Vec::new();
        let mut columns = Vec::with_capacity(group.chunks.len());
        for (leaf, (chunk, declared)) in group.chunks.iter().zip(&schema.leaves).enumerate() {
            let place = ColumnPlace { row_group: number, column: leaf as u32 };
            columns.push(match codec(chunk, declared) {
                Ok(codec) => Some(Column::new(input, declared, place, chunk, codec)),
                Err(why) => {
                    let message = format!("column {} is left out: {why}", schema.path(leaf));
                    unreadable.push(Unreadable { leaf, offset: chunk.start, message });
                    None
                }
            });
        }
        (Self { schema, input, columns, scratch: Vec::new(), current: 0 }, unreadable)
    }

    /// Whether there is anything to be read.
    pub(super) fn any(&self) -> bool {
        self.columns.iter().any(Option::is_some)
    }

    /// Writes the next row.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Result<(), ParquetError> {
        let schema = self.schema;
        self.members(&schema.columns, 0, out)
            .and_then(|()| self.input.meter.spend(out.len() as u64))
            .map_err(|error| self.blame(error))
    }

    fn blame(&self, error: io::Error) -> ParquetError {
        let path = self.schema.path(self.current);
        let offset = self.columns[self.current].as_ref().map_or(0, Column::position);
        ParquetError::of(error, offset, &format!("column {path}, page at byte {offset}"))
    }

    fn members(&mut self, nodes: &'s [Node], repetition: u8, out: &mut Vec<u8>) -> io::Result<()> {
        let mut before = b'{';
        for node in nodes {
            if self.first_readable(node).is_some() {
                out.push(before);
                json(out, &node.name)?;
                out.push(b':');
                self.value(node, repetition, out)?;
                before = b',';
            }
        }
        if before == b'{' {
            out.push(before);
        }
        out.push(b'}');
        Ok(())
    }

    /// Writes the next value of a node, whose first entries have to have this repetition level.
    fn value(&mut self, node: &'s Node, repetition: u8, out: &mut Vec<u8>) -> io::Result<()> {
        let Some(first) = self.first_readable(node) else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        let levels = self.peek(first)?;
        if levels.repetition != repetition {
            return Err(bad(format!("a repetition level of {} instead of {repetition}", levels.repetition)));
        }
        if levels.definition < node.defined {
            out.extend_from_slice(b"null");
            return self.pass(node, levels);
        }
        match &node.kind {
            Kind::Leaf => self.leaf(first, out),
            Kind::Struct(nodes) => self.members(nodes, repetition, out),
            Kind::List { filled, .. } if levels.definition < *filled => {
                out.extend_from_slice(b"[]");
                self.pass(node, levels)
            }
            Kind::List { item, again, .. } => self.items(item, first, repetition, *again, out),
        }
    }

    fn items(
        &mut self,
        item: &'s Node,
        first: usize,
        repetition: u8,
        again: u8,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        out.push(b'[');
        self.value(item, repetition, out)?;
        while self.goes_on(first, again)? {
            out.push(b',');
            self.value(item, again, out)?;
            self.check_length(out)?;
        }
        out.push(b']');
        Ok(())
    }

    /// Whether a column's next entry belongs to the list that is being written.
    fn goes_on(&mut self, leaf: usize, again: u8) -> io::Result<bool> {
        self.current = leaf;
        let Some(column) = &mut self.columns[leaf] else {
            return Ok(false);
        };
        Ok(column.peek(&mut self.scratch)?.is_some_and(|levels| levels.repetition >= again))
    }

    fn leaf(&mut self, leaf: usize, out: &mut Vec<u8>) -> io::Result<()> {
        self.current = leaf;
        if let Some(column) = &mut self.columns[leaf] {
            column.write(&mut self.scratch, out)?;
        }
        self.check_length(out)
    }

    fn check_length(&self, out: &[u8]) -> io::Result<()> {
        let longest = self.input.meter.longest_record();
        if out.len() as u64 > longest {
            return Err(bad(format!("a record of more than {longest} bytes")));
        }
        Ok(())
    }

    /// Moves over the entries of a node that is not there; all its columns have to say so.
    fn pass(&mut self, node: &Node, levels: Levels) -> io::Result<()> {
        for leaf in node.leaves.clone() {
            if self.columns[leaf].is_some() && self.peek(leaf)? != levels {
                return Err(bad("its levels are at odds with those of the column beside it"));
            }
            if let Some(column) = &mut self.columns[leaf] {
                column.pass();
            }
        }
        Ok(())
    }

    fn peek(&mut self, leaf: usize) -> io::Result<Levels> {
        self.current = leaf;
        let column = self.columns[leaf].as_mut().ok_or_else(|| bad("it is left out"))?;
        let levels = column.peek(&mut self.scratch)?;
        levels.ok_or_else(|| ended(&format!("it ends after {} values", column.number())))
    }

    fn first_readable(&self, node: &Node) -> Option<usize> {
        node.leaves.clone().find(|&leaf| self.columns[leaf].is_some())
    }
}

/// The codec of a column; why it cannot be read otherwise.
pub(super) fn codec(chunk: &Chunk, leaf: &Leaf) -> Result<Codec, String> {
    if chunk.encrypted {
        return Err("it is encrypted".to_owned());
    }
    if chunk.elsewhere {
        return Err("its pages are in another file".to_owned());
    }
    if let Some(encoding) = chunk.odd_encoding {
        return Err(format!("encoding {encoding} is not known"));
    }
    if chunk.physical != leaf.physical.number() {
        return Err(format!("its type is {}, the schema says {}", chunk.physical, leaf.physical.number()));
    }
    Codec::from_number(chunk.codec).map_err(|name| format!("codec {name} is not read"))
}

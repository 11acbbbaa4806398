//! The footer: the schema and where everything is
//! (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>).

use super::thrift::ThriftWriter;
use super::{Chunk, ColumnKind, Group, Packing};

const INT64: usize = 2;
const BYTE_ARRAY: usize = 6;
const OPTIONAL: usize = 1;
const REPEATED: usize = 2;
/// Old names of the meanings of text and lists, and their ids among the new ones.
const UTF8: (usize, u8) = (0, 1);
const LIST: (usize, u8) = (3, 3);

/// A node of the schema; parents come before their children.
struct Node<'n> {
    name: &'n str,
    /// The type of a leaf.
    stored: Option<usize>,
    repetition: usize,
    children: usize,
    meaning: Option<(usize, u8)>,
}

/// The bytes of the footer.
pub(super) fn write_footer(columns: &[(String, ColumnKind)], groups: &[Group], packing: Packing) -> Vec<u8> {
    let children = columns.len();
    let mut schema = vec![Node { name: "schema", stored: None, repetition: 0, children, meaning: None }];
    schema.extend(columns.iter().flat_map(|(name, kind)| nodes(name, *kind)));
    let paths: Vec<_> = columns.iter().flat_map(|(name, kind)| paths(name, *kind)).collect();
    let mut footer = ThriftWriter::new();
    footer.i32(1, 1);
    footer.structures(2, &schema, write_node);
    footer.i64(3, groups.iter().map(|group| group.rows as u64).sum());
    footer.structures(4, groups, |writer, group| write_group(writer, group, &paths, packing));
    footer.text(6, "blendscope demo");
    footer.end()
}

/// The nodes of a column.
fn nodes(name: &str, kind: ColumnKind) -> Vec<Node<'_>> {
    let leaf = |name, stored, meaning| Node {
        name,
        stored: Some(stored),
        repetition: OPTIONAL,
        children: 0,
        meaning,
    };
    let text = |name| leaf(name, BYTE_ARRAY, Some(UTF8));
    let group =
        |name, repetition, children, meaning| Node { name, stored: None, repetition, children, meaning };
    match kind {
        ColumnKind::Text => vec![text(name)],
        ColumnKind::Int => vec![leaf(name, INT64, None)],
        ColumnKind::Image => {
            vec![group(name, OPTIONAL, 2, None), leaf("bytes", BYTE_ARRAY, None), text("path")]
        }
        ColumnKind::Turns => vec![
            group(name, OPTIONAL, 1, Some(LIST)),
            group("list", REPEATED, 1, None),
            group("element", OPTIONAL, 2, None),
            text("from"),
            text("value"),
        ],
    }
}

/// The ways to the leaves of a column, with the types of those.
fn paths(name: &str, kind: ColumnKind) -> Vec<(Vec<&str>, usize)> {
    match kind {
        ColumnKind::Text => vec![(vec![name], BYTE_ARRAY)],
        ColumnKind::Int => vec![(vec![name], INT64)],
        ColumnKind::Image => vec![(vec![name, "bytes"], BYTE_ARRAY), (vec![name, "path"], BYTE_ARRAY)],
        ColumnKind::Turns => {
            ["from", "value"].map(|leaf| (vec![name, "list", "element", leaf], BYTE_ARRAY)).to_vec()
        }
    }
}

fn write_node(writer: &mut ThriftWriter, node: &Node<'_>) {
    if let Some(stored) = node.stored {
        writer.i32(1, stored);
    }
    writer.i32(3, node.repetition);
    writer.text(4, node.name);
    if node.children > 0 {
        writer.i32(5, node.children);
    }
    if let Some((old, new)) = node.meaning {
        writer.i32(6, old);
        writer.structure(10, |meaning| meaning.structure(new, |_| ()));
    }
}

fn write_group(writer: &mut ThriftWriter, group: &Group, paths: &[(Vec<&str>, usize)], packing: Packing) {
    let chunks: Vec<_> = group.chunks.iter().zip(paths).collect();
    writer.structures(1, &chunks, |writer, (chunk, (path, stored))| {
        writer.i64(2, chunk.offset);
        writer.structure(3, |writer| write_chunk(writer, chunk, path, *stored, packing));
    });
    writer.i64(2, group.chunks.iter().map(|chunk| chunk.unpacked).sum());
    writer.i64(3, group.rows as u64);
}

fn write_chunk(writer: &mut ThriftWriter, chunk: &Chunk, path: &[&str], stored: usize, packing: Packing) {
    writer.i32(1, stored);
    // Plain values, and levels in runs.
    writer.i32s(2, &[0, 3]);
    writer.texts(3, path);
    writer.i32(4, usize::from(packing == Packing::Snappy));
    writer.i64(5, chunk.values as u64);
    writer.i64(6, chunk.unpacked);
    writer.i64(7, chunk.packed);
    writer.i64(9, chunk.offset);
}

//! The schema: a tree of named values, and what its leaves mean.

mod element;
mod meaning;

pub(super) use meaning::{Meaning, Physical, Unit};

use crate::parquet::error::bad;
use crate::parquet::thrift::{Field, Kind as ThriftKind, Thrift};
use element::{Element, Repetition};
use std::io;
use std::ops::Range;

/// Most nodes of a schema; a few bytes of a footer can claim one.
const MOST_NODES: usize = 1 << 14;
/// Values inside values, at most.
const DEEPEST: u8 = 64;

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) columns: Vec<Node>,
    pub(super) leaves: Vec<Leaf>,
}

/// A named value.
///
/// *Definition levels* count how many of the optional and repeated nodes on the way to a value are there,
/// *repetition levels* which of the repeated nodes begins anew.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The definition level from which on the value is there; below it, it is null.
    pub(super) defined: u8,
    /// Its leaves, by number.
    pub(super) leaves: Range<usize>,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A single value.
    Leaf,
    /// Named values.
    Struct(Vec<Node>),
    /// Any number of values of one kind.
    List {
        /// What each of them is; without a name.
        item: Box<Node>,
        /// The definition level from which on there is one.
        filled: u8,
        /// The repetition level at which there is one more.
        again: u8,
    },
}

/// A leaf of the tree: what is stored as a column.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) physical: Physical,
    pub(super) meaning: Meaning,
    /// The definition level at which the value is there.
    pub(super) defined: u8,
    /// The highest repetition level.
    pub(super) repeated: u8,
}

impl Schema {
    /// Reads the field of the footer that holds the tree's nodes, parents first.
    pub(super) fn parse(thrift: &mut Thrift<'_>, field: Field) -> io::Result<Self> {
        let count = thrift.list(field, ThriftKind::STRUCT)?;
        if count > MOST_NODES {
            return Err(bad(format!("the schema has {count} nodes, more than {MOST_NODES}")));
        }
        let elements: Vec<_> = (0..count).map(|_| Element::parse(thrift)).collect::<io::Result<_>>()?;
        let mut elements = elements.into_iter();
        let root = elements.next().ok_or_else(|| bad("the schema is empty"))?;
        let mut builder = Builder { elements, leaves: Vec::new() };
        let columns = builder.children(root.children, Levels::default())?;
        if builder.elements.next().is_some() || builder.leaves.is_empty() {
            return Err(bad("the schema's nodes are no tree with columns"));
        }
        Ok(Self { columns, leaves: builder.leaves })
    }

    /// The names on the way to a leaf, with dots between them.
    pub(super) fn path(&self, leaf: usize) -> String {
        let mut names = Vec::new();
        let mut nodes = self.columns.as_slice();
        while let Some(node) = nodes.iter().find(|node| node.leaves.contains(&leaf)) {
            if !node.name.is_empty() {
                names.push(node.name.chars().take(100).collect::<String>());
            }
            nodes = match &node.kind {
                Kind::Leaf => &[],
                Kind::Struct(children) => children,
                Kind::List { item, .. } => std::slice::from_ref(item),
            };
        }
        names.join(".")
    }
}

/// Levels of a node's surroundings.
#[derive(Clone, Copy, Default)]
struct Levels {
    defined: u8,
    repeated: u8,
    depth: u8,
    /// Whether the node around is a list or a map.
    in_list: bool,
}

struct Builder {
    elements: std::vec::IntoIter<Element>,
    leaves: Vec<Leaf>,
}

impl Builder {
    fn children(&mut self, count: u64, levels: Levels) -> io::Result<Vec<Node>> {
        if count > self.elements.len() as u64 {
            return Err(bad(format!("a node of the schema claims {count} children")));
        }
        (0..count).map(|_| self.node(levels)).collect()
    }

    fn node(&mut self, outer: Levels) -> io::Result<Node> {
        let element = self.elements.next().ok_or_else(|| bad("a child is missing in the schema"))?;
        if outer.depth == DEEPEST {
            return Err(bad(format!("the schema is deeper than {DEEPEST}")));
        }
        let levels = Levels {
            defined: outer.defined + u8::from(element.repetition != Repetition::Required),
            repeated: outer.repeated + u8::from(element.repetition == Repetition::Repeated),
            depth: outer.depth + 1,
            in_list: element.is_list,
        };
        let first = self.leaves.len();
        let kind = match element.physical {
            Some(physical) => {
                let (defined, repeated) = (levels.defined, levels.repeated);
                self.leaves.push(Leaf { physical, meaning: element.meaning, defined, repeated });
                Kind::Leaf
            }
            None => group(self.children(element.children, levels)?, element.is_list)?,
        };
        let leaves = first..self.leaves.len();
        let node = Node { name: element.name, kind, defined: levels.defined, leaves };
        Ok(if element.repetition == Repetition::Repeated { repeat(node, outer, levels) } else { node })
    }
}

/// A group of nodes; lists and maps are written as groups around something repeated.
fn group(mut children: Vec<Node>, is_list: bool) -> io::Result<Kind> {
    match children.pop() {
        Some(Node { kind: kind @ Kind::List { .. }, .. }) if is_list && children.is_empty() => Ok(kind),
        Some(last) => {
            children.push(last);
            Ok(Kind::Struct(children))
        }
        None => Err(bad("a node of the schema has neither a type nor children")),
    }
}

/// Makes a list of what is repeated.
///
/// Today's writers put a group of one child around the items of a list; older ones, and maps, have no such group. The
/// rules are those of <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists>.
fn repeat(node: Node, outer: Levels, levels: Levels) -> Node {
    let Node { name, kind, leaves, .. } = node;
    let is_item = name == "array" || name.ends_with("_tuple");
    let item = match kind {
        Kind::Struct(mut children) if outer.in_list && children.len() == 1 && !is_item => children.remove(0),
        kind => Node { name: String::new(), kind, defined: levels.defined, leaves: leaves.clone() },
    };
    let item = Box::new(Node { name: String::new(), ..item });
    let kind = Kind::List { item, filled: levels.defined, again: levels.repeated };
    Node { name, kind, defined: outer.defined, leaves }
}

//! The values that a pickle builds.

use crate::EmbeddedImage;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Deepest nesting of a record, so that its JSON text can be parsed again.
const DEEPEST: u8 = 100;

/// Estimated bytes of a value in a stack or container, room for growth included.
pub(super) const VALUE_WEIGHT: u64 = 64;

/// Estimated bytes of a container without its values.
const NODE_WEIGHT: u64 = 128;

/// A value. Containers are shared, as the memo makes them.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number beyond the signed ones.
    Unsigned(u64),
    Float(f64),
    Text(Rc<str>),
    Image(Rc<EmbeddedImage>),
    Bytes(Rc<Blob>),
    Node(Rc<RefCell<Node>>),
    /// Something that only makes a value together with others.
    Callable(Callable),
    /// A number type of numpy.
    Dtype(Rc<Dtype>),
    /// Something that a name stands for which is not known, and why a record that has it is lost.
    Foreign(Rc<str>),
    /// An array of numpy of which only the making has been seen.
    Array,
    /// The outermost container, whose values are records.
    Root(Kind),
    /// A value that cannot be had, for this reason; the record that has it is lost.
    Lost(Rc<str>),
}

/// Bytes that are no image that can be addressed.
#[derive(Debug)]
pub(super) struct Blob {
    /// Their number.
    pub(super) len: u64,
    /// BLAKE3 of them.
    pub(super) hash: [u8; 32],
    /// The first of them.
    pub(super) head: [u8; Self::HEAD],
}

impl Blob {
    /// Bytes that are kept.
    pub(super) const HEAD: usize = 64;

    /// All bytes, where they are few.
    pub(super) fn all(&self) -> Option<&[u8]> {
        self.head.get(..usize::try_from(self.len).ok()?)
    }

    pub(super) fn of(bytes: &[u8]) -> Value {
        let mut head = [0; Self::HEAD];
        let known = bytes.len().min(head.len());
        head[..known].copy_from_slice(&bytes[..known]);
        Value::Bytes(Rc::new(Self { len: bytes.len() as u64, hash: *blake3::hash(bytes).as_bytes(), head }))
    }
}

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A list or a set.
    List,
    /// What cannot change any more.
    Tuple,
    /// Keys and values in turn.
    Dict,
}

/// A container.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    items: Vec<Value>,
    /// Containers below it, at most; itself included.
    depth: u8,
    /// Upper bound of its JSON text's bytes.
    size: u64,
    /// Whether it stands inside another value. Then it is complete, or a part of itself.
    held: bool,
    lost: Option<Rc<str>>,
    /// Why nothing may hold it: arguments of a callable are no values.
    misfit: Option<&'static str>,
}

impl Node {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, items: Vec::new(), depth: 1, size: 2, held: false, lost: None, misfit: None }
    }

    pub(super) fn items(&self) -> &[Value] {
        &self.items
    }

    /// Its keys and values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.items.as_chunks().0.iter().map(|[key, value]| (key, value))
    }

    /// Why it is lost, if it is.
    pub(super) fn lost(&self) -> Option<&Rc<str>> {
        self.lost.as_ref()
    }

    /// Whether nothing will be added by a pickle that is written as `CPython` does: in batches of 1000, and of one
    /// value only where that is all or the last.
    pub(super) fn is_closed_dict(&self) -> bool {
        self.kind == Kind::Dict && (self.lost.is_some() || !(self.items.len() / 2).is_multiple_of(1000))
    }

    /// Adds values, keys and values in turn to a dict; `limit` is for the size.
    pub(super) fn extend(&mut self, values: impl ExactSizeIterator<Item = Value>, limit: u64) {
        if self.held {
            return self.lose("it contains itself, or is changed behind its end");
        }
        if self.lost.is_some() {
            return;
        }
        if self.items.is_empty() {
            self.items.reserve_exact(values.len());
        }
        for (index, value) in values.enumerate() {
            let as_key = self.kind == Kind::Dict && index % 2 == 0;
            match self.admit(&value, as_key) {
                Ok(()) if self.size <= limit => self.items.push(value),
                Ok(()) => self.lose(&format!("it takes more than {} MB", limit >> 20)),
                Err(reason) => self.lose(&reason),
            }
            if self.lost.is_some() {
                return;
            }
        }
    }

    /// Counts a value in.
    fn admit(&mut self, value: &Value, as_key: bool) -> Result<(), Rc<str>> {
        let mut size = size(value);
        match value {
            Value::Lost(reason) | Value::Foreign(reason) => return Err(reason.clone()),
            Value::Root(_) => self.misfit = Some("it contains the list that it stands in"),
            Value::Callable(_) | Value::Dtype(_) | Value::Array => {
                self.misfit = Some("it contains a type, not a value");
            }
            Value::Node(child) => {
                let Ok(mut child) = child.try_borrow_mut() else { return Err("it contains itself".into()) };
                child.held = true;
                if let Some(reason) = &child.lost {
                    return Err(reason.clone());
                }
                self.misfit = self.misfit.or(child.misfit);
                if as_key && child.depth > 1 {
                    return Err("a key of it is nested".into());
                }
                if child.depth >= DEEPEST {
                    return Err(format!("it is nested deeper than {DEEPEST}").into());
                }
                self.depth = self.depth.max(child.depth + 1);
            }
            _ => {}
        }
        if let Some(reason) = self.misfit.filter(|_| self.kind != Kind::Tuple) {
            return Err(reason.into());
        }
        if as_key && !matches!(value, Value::Text(_)) {
            // Its JSON text becomes a text again, with its quotes escaped.
            size = size * 2 + 2;
        }
        self.size += size + 1;
        Ok(())
    }

    fn lose(&mut self, reason: &str) {
        self.lost = Some(reason.into());
        self.items = Vec::new();
    }

    /// Whether it can be taken for complete.
    pub(super) fn is_closed(&self) -> bool {
        self.held
    }

    /// Notes that it is complete.
    pub(super) fn close(&mut self) {
        self.held = true;
    }
}

/// Upper bound of the bytes of a value's JSON text.
pub(super) fn size(value: &Value) -> u64 {
    match value {
        Value::Text(text) => {
            let escaped = text.bytes().filter(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')).count();
            (text.len() + 5 * escaped + 2) as u64
        }
        Value::Image(_) => 256,
        Value::Bytes(_) => 112,
        Value::Node(node) => node.try_borrow().map_or(u64::MAX / 4, |node| node.size),
        _ => 25,
    }
}

/// Estimated bytes of memory of a value that is made.
pub(super) fn weight(value: &Value) -> u64 {
    VALUE_WEIGHT
        + match value {
            Value::Text(text) => text.len() as u64 + 16,
            Value::Image(_) | Value::Bytes(_) | Value::Node(_) => NODE_WEIGHT,
            _ => 0,
        }
}

/// What a value is, for people.
pub(super) fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "None",
        Value::Bool(_) => "a bool",
        Value::Int(_) | Value::Unsigned(_) | Value::Float(_) => "a number",
        Value::Text(_) => "a text",
        Value::Image(_) => "an image",
        Value::Bytes(_) => "bytes",
        Value::Node(node) => match node.borrow().kind {
            Kind::List => "a list",
            Kind::Tuple => "a tuple",
            Kind::Dict => "a dict",
        },
        Value::Callable(_) | Value::Dtype(_) | Value::Array | Value::Foreign(_) => "a type",
        Value::Root(_) => "the list itself",
        Value::Lost(_) => "a value that is lost",
    }
}

/// A callable that stands for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// `numpy.core.multiarray.scalar`.
    Scalar,
    /// `numpy.dtype`.
    Dtype,
    /// `numpy.ndarray`, which is only an argument.
    ArrayType,
    /// `numpy.core.multiarray._reconstruct`, the beginning of an array.
    Array,
    /// `numpy.core.numeric._frombuffer`, an array of protocol 5.
    ArrayOfBytes,
    /// `_codecs.encode`.
    Encode,
    /// `bytes` or `bytearray`.
    Bytes,
    /// A list, set or tuple.
    List,
    /// A dict that keeps its order, or has a default.
    Dict,
    /// A text, a number of any precision, or a truth value.
    Plain,
    /// Parts of a path.
    Path,
    /// `datetime.date`.
    Date,
    /// `datetime.time`.
    Time,
    /// `datetime.datetime`.
    DateTime,
    /// `datetime.timezone`, which is left out.
    Zone,
    /// `datetime.timedelta`.
    Span,
}

/// A type of numpy's, such as `<f8`.
#[derive(Debug)]
pub(super) struct Dtype {
    /// `f8`, as numpy names it.
    pub(super) name: Box<str>,
    /// Whether the highest byte comes first; a `BUILD` behind the type's making says so.
    pub(super) is_big: Cell<bool>,
}

//! Writing Thrift's compact protocol
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).

const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Writes a structure, field by field in the order of their ids.
pub(super) struct ThriftWriter {
    bytes: Vec<u8>,
    last: u8,
}

impl ThriftWriter {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), last: 0 }
    }

    /// A number of 32 bits, not below zero.
    pub(super) fn i32(&mut self, id: u8, value: usize) {
        self.head(id, I32);
        self.int(value as u64);
    }

    /// A number of 64 bits, not below zero.
    pub(super) fn i64(&mut self, id: u8, value: u64) {
        self.head(id, I64);
        self.int(value);
    }

    pub(super) fn text(&mut self, id: u8, text: &str) {
        self.head(id, BINARY);
        self.counted(text);
    }

    pub(super) fn structure(&mut self, id: u8, write: impl FnOnce(&mut Self)) {
        self.head(id, STRUCT);
        self.inner(write);
    }

    /// A list of structures.
    pub(super) fn structures<T>(&mut self, id: u8, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.list(id, STRUCT, items.len());
        for item in items {
            self.inner(|writer| write(writer, item));
        }
    }

    pub(super) fn i32s(&mut self, id: u8, items: &[usize]) {
        self.list(id, I32, items.len());
        for &item in items {
            self.int(item as u64);
        }
    }

    pub(super) fn texts(&mut self, id: u8, items: &[&str]) {
        self.list(id, BINARY, items.len());
        for item in items {
            self.counted(item);
        }
    }

    /// The bytes of the whole structure.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    fn inner(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.last, 0);
        write(self);
        self.bytes.push(0);
        self.last = outer;
    }

    fn head(&mut self, id: u8, kind: u8) {
        self.bytes.push((id - self.last) << 4 | kind);
        self.last = id;
    }

    fn list(&mut self, id: u8, kind: u8, count: usize) {
        self.head(id, LIST);
        if count < 15 {
            self.bytes.push((count as u8) << 4 | kind);
        } else {
            self.bytes.push(15 << 4 | kind);
            push_varint(&mut self.bytes, count as u64);
        }
    }

    /// The lowest bit is for the sign.
    fn int(&mut self, value: u64) {
        push_varint(&mut self.bytes, value << 1);
    }

    fn counted(&mut self, text: &str) {
        push_varint(&mut self.bytes, text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }
}

/// Writes a number in seven bits a byte, the lowest first.
pub(super) fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 128 {
        bytes.push(value as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
}

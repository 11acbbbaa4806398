//! Writing lists of records as pickles of protocol 4, the way `CPython` does, but without frames.
//!
//! Source of the opcodes: the comments of `Lib/pickletools.py` in `CPython`, and PEP 3154.

use std::collections::HashMap;
use std::io::{self, Write};

/// Values that are put into their container at once.
const BATCH: usize = 1000;

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, the ones that are none included.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A dict with text keys, in order.
    Dict(Vec<(String, Value)>),
}

/// A dict of these entries.
pub fn dict<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Dict(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Writes records as one pickled list, one after another, and returns their number.
pub fn write_pickle(records: impl IntoIterator<Item = Value>, to: &mut dyn Write) -> io::Result<u64> {
    let mut writer = PickleWriter { to, memo: 0, keys: HashMap::new() };
    writer.to.write_all(b"\x80\x04]")?;
    writer.memoize()?;
    let mut records = records.into_iter().fuse().peekable();
    let mut count = 0;
    while records.peek().is_some() {
        writer.to.write_all(b"(")?;
        for record in records.by_ref().take(BATCH) {
            writer.value(&record)?;
            count += 1;
        }
        writer.to.write_all(b"e")?;
    }
    writer.to.write_all(b".")?;
    Ok(count)
}

struct PickleWriter<'w> {
    to: &'w mut dyn Write,
    /// Values remembered so far.
    memo: u32,
    /// Numbers of the keys among them. In Python equal keys are mostly one and the same text.
    keys: HashMap<String, u32>,
}

impl PickleWriter<'_> {
    fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::None => self.to.write_all(b"N"),
            Value::Bool(truth) => self.to.write_all(if *truth { b"\x88" } else { b"\x89" }),
            Value::Int(number) => self.int(*number),
            Value::Float(number) => {
                self.to.write_all(b"G")?;
                self.to.write_all(&number.to_be_bytes())
            }
            Value::Text(text) => self.counted(text.as_bytes(), [0x8c, b'X', 0x8d]),
            Value::Bytes(bytes) => self.counted(bytes, [b'C', b'B', 0x8e]),
            Value::List(values) => self.list(values),
            Value::Dict(entries) => self.dict(entries),
        }
    }

    /// A whole number, in as few bytes as it needs.
    fn int(&mut self, number: i64) -> io::Result<()> {
        if let Ok(small) = u8::try_from(number) {
            return self.to.write_all(&[b'K', small]);
        }
        if let Ok(small) = u16::try_from(number) {
            self.to.write_all(b"M")?;
            return self.to.write_all(&small.to_le_bytes());
        }
        if let Ok(small) = i32::try_from(number) {
            self.to.write_all(b"J")?;
            return self.to.write_all(&small.to_le_bytes());
        }
        // One sign bit more than the number's own bits.
        let bits = 65 - if number < 0 { (!number).leading_zeros() } else { number.leading_zeros() };
        let count = bits.div_ceil(8) as usize;
        self.to.write_all(&[0x8a, count as u8])?;
        self.to.write_all(&number.to_le_bytes()[..count])
    }

    /// Bytes behind their length, by the opcode for lengths of one, four or eight bytes.
    fn counted(&mut self, bytes: &[u8], codes: [u8; 3]) -> io::Result<()> {
        let length = bytes.len() as u64;
        let (code, width) = match length {
            0..=0xff => (codes[0], 1),
            0x100..=0xffff_ffff => (codes[1], 4),
            _ => (codes[2], 8),
        };
        self.to.write_all(&[code])?;
        self.to.write_all(&length.to_le_bytes()[..width])?;
        self.to.write_all(bytes)?;
        self.memoize()
    }

    fn list(&mut self, values: &[Value]) -> io::Result<()> {
        self.to.write_all(b"]")?;
        self.memoize()?;
        if let [value] = values {
            self.value(value)?;
            return self.to.write_all(b"a");
        }
        for batch in values.chunks(BATCH) {
            self.to.write_all(b"(")?;
            for value in batch {
                self.value(value)?;
            }
            self.to.write_all(b"e")?;
        }
        Ok(())
    }

    fn dict(&mut self, entries: &[(String, Value)]) -> io::Result<()> {
        self.to.write_all(b"}")?;
        self.memoize()?;
        if let [(key, value)] = entries {
            self.key(key)?;
            self.value(value)?;
            return self.to.write_all(b"s");
        }
        for batch in entries.chunks(BATCH) {
            self.to.write_all(b"(")?;
            for (key, value) in batch {
                self.key(key)?;
                self.value(value)?;
            }
            self.to.write_all(b"u")?;
        }
        Ok(())
    }

    /// A key: the first time as a text, from then on by its number.
    fn key(&mut self, key: &str) -> io::Result<()> {
        match self.keys.get(key) {
            Some(&known) if let Ok(small) = u8::try_from(known) => self.to.write_all(&[b'h', small]),
            Some(known) => {
                self.to.write_all(b"j")?;
                self.to.write_all(&known.to_le_bytes())
            }
            None => {
                self.keys.insert(key.to_owned(), self.memo);
                self.counted(key.as_bytes(), [0x8c, b'X', 0x8d])
            }
        }
    }

    fn memoize(&mut self) -> io::Result<()> {
        self.memo += 1;
        self.to.write_all(b"\x94")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(records: impl IntoIterator<Item = Value>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_pickle(records, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn small_pickles_are_what_cpython_writes() {
        let records =
            ["a", "猫"].map(|text| dict([("id", Value::Int(7)), ("t", Value::Text(text.to_owned()))]));
        let expected: &[u8] = b"\x80\x04]\x94(}\x94(\x8c\x02id\x94K\x07\x8c\x01t\x94\x8c\x01a\x94u\
            }\x94(h\x02K\x07h\x03\x8c\x03\xe7\x8c\xab\x94ue.";
        assert_eq!(written(records), expected);

        let values = [Value::None, Value::Bool(true), Value::Float(0.5), Value::Bytes(b"x".to_vec())];
        let list = dict([("l", Value::List(values.to_vec()))]);
        let expected: &[u8] = b"\x80\x04]\x94(}\x94\x8c\x01l\x94]\x94(N\x88G?\xe0\0\0\0\0\0\0C\x01x\x94ese.";
        assert_eq!(written([list]), expected);
        assert_eq!(written([]), b"\x80\x04]\x94.");
    }

    #[test]
    fn whole_numbers_take_as_few_bytes_as_they_need() {
        let rows: [(i64, &[u8]); 9] = [
            (255, b"K\xff"),
            (256, b"M\0\x01"),
            (-1, b"J\xff\xff\xff\xff"),
            (65536, b"J\0\0\x01\0"),
            (1 << 31, b"\x8a\x05\0\0\0\x80\0"),
            (-(1 << 31) - 1, b"\x8a\x05\xff\xff\xff\x7f\xff"),
            (4_896_263_451_343, b"\x8a\x06\xcf2\x0b\0t\x04"),
            (i64::MAX, b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"),
            (i64::MIN, b"\x8a\x08\0\0\0\0\0\0\0\x80"),
        ];
        for (number, expected) in rows {
            let bytes = written([dict([("n", Value::Int(number))])]);
            let start = b"\x80\x04]\x94(}\x94\x8c\x01n\x94".len();
            assert_eq!(&bytes[start..bytes.len() - 3], expected, "{number}");
        }
    }

    #[test]
    fn records_are_put_in_by_the_thousand_and_counted() {
        let records = (0..2001).map(|number| dict([("n", Value::Int(number % 100))]));
        let mut bytes = Vec::new();
        assert_eq!(write_pickle(records, &mut bytes).unwrap(), 2001);
        let batches = bytes.windows(2).filter(|pair| pair == b"se").count();
        assert_eq!(batches, 3);
    }
}

//! The few callables that pickles name for plain data, recognized by name and never called.
//!
//! `numpy` writes a scalar as `scalar(dtype, bytes)`, protocol 2 writes bytes as `_codecs.encode(text, 'latin1')`.

use crate::pickle::value::{Blob, Value};
use std::cell::Cell;
use std::rc::Rc;

/// A callable that stands for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// `numpy.core.multiarray.scalar`.
    Scalar,
    /// `numpy.dtype`.
    Dtype,
    /// `_codecs.encode`.
    Encode,
    /// `bytes` or `bytearray`.
    Bytes,
}

/// A type of numpy's, such as `<f8`.
#[derive(Debug)]
pub(super) struct Dtype {
    /// `f8`, as numpy names it.
    name: Box<str>,
    /// Whether the highest byte comes first; a `BUILD` behind the type's making says so.
    is_big: Cell<bool>,
}

impl Callable {
    pub(super) fn find(module: &str, name: &str) -> Option<Self> {
        match (module, name) {
            ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Some(Self::Scalar),
            ("numpy", "dtype") => Some(Self::Dtype),
            ("_codecs", "encode") => Some(Self::Encode),
            ("builtins" | "__builtin__", "bytes" | "bytearray") => Some(Self::Bytes),
            _ => None,
        }
    }

    /// Its name, for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "`numpy.core.multiarray.scalar`",
            Self::Dtype => "`numpy.dtype`",
            Self::Encode => "`_codecs.encode`",
            Self::Bytes => "`bytes` or `bytearray`",
        }
    }

    /// The value that a call would make; none where the arguments are none that Python writes.
    pub(super) fn value(self, args: &[Value]) -> Option<Value> {
        match (self, args) {
            (Self::Scalar, [Value::Dtype(dtype), value]) => Some(dtype.scalar(value)),
            (Self::Dtype, [Value::Text(name), ..]) => {
                Some(Value::Dtype(Rc::new(Dtype { name: (&**name).into(), is_big: Cell::new(false) })))
            }
            (Self::Encode | Self::Bytes, [value, Value::Text(encoding)])
                if matches!(&**encoding, "latin1" | "latin-1") =>
            {
                latin(value)
            }
            (Self::Bytes, [value @ (Value::Bytes(_) | Value::Image(_) | Value::Lost(_))]) => {
                Some(value.clone())
            }
            (Self::Bytes, []) => Some(Blob::of(b"")),
            _ => None,
        }
    }
}

/// The bytes of a text whose characters stand for them.
fn latin(value: &Value) -> Option<Value> {
    match value {
        // Base64 is the same in every encoding.
        Value::Image(_) | Value::Lost(_) => Some(value.clone()),
        Value::Text(text) => {
            let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
            Some(Blob::of(&bytes?))
        }
        _ => None,
    }
}

impl Dtype {
    /// Takes the state in that `BUILD` gives: a tuple whose second value is the order of bytes. False if it is not.
    pub(super) fn build(&self, state: &[Value]) -> bool {
        let Some(Value::Text(order)) = state.get(1) else { return false };
        self.is_big.set(&**order == ">");
        true
    }

    fn scalar(&self, value: &Value) -> Value {
        let number = match value {
            Value::Bytes(blob) if blob.len <= 8 => self.number(&blob.head[..blob.len as usize]),
            // Bytes that Python 2 wrote and that happen to be UTF-8.
            Value::Text(text) => self.number(text.as_bytes()),
            _ => None,
        };
        let lost = || {
            Value::Lost(format!("it has a numpy value of the type {}, which is not read", self.name).into())
        };
        number.unwrap_or_else(lost)
    }

    fn number(&self, bytes: &[u8]) -> Option<Value> {
        let mut low = [0; 8];
        low.get_mut(..bytes.len())?.copy_from_slice(bytes);
        if self.is_big.get() {
            low[..bytes.len()].reverse();
        }
        let whole = u64::from_le_bytes(low);
        let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
        let signed = whole.cast_signed() << unused >> unused;
        match (&*self.name, bytes.len()) {
            ("b1", 1) => Some(Value::Bool(whole != 0)),
            ("i1", 1) | ("i2", 2) | ("i4", 4) | ("i8", 8) => Some(Value::Int(signed)),
            ("u1", 1) | ("u2", 2) | ("u4", 4) | ("u8", 8) => {
                Some(i64::try_from(whole).map_or(Value::Unsigned(whole), Value::Int))
            }
            ("f4", 4) => Some(Value::Float(shortest(f32::from_bits(whole as u32)))),
            ("f8", 8) => Some(Value::Float(f64::from_bits(whole))),
            _ => None,
        }
    }
}

/// The number that has the same shortest decimal form, so that 0.1 does not become 0.10000000149011612.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

//! The callables that pickles name for plain data, recognized by name and never called: arrays and numbers of numpy,
//! dates and times.
//!
//! `numpy` writes a scalar as `scalar(dtype, bytes)`, protocol 2 writes bytes as `_codecs.encode(text, 'latin1')`.
//! Short arrays become lists of their numbers, bytes of a picture the picture, others are described by type and shape.

use super::value::{Callable, Dtype, Node};
use crate::pickle::value::{Blob, Kind, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

impl Callable {
    pub(super) fn find(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Self::Scalar,
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => Self::Array,
            ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Self::ArrayOfBytes,
            ("numpy", "dtype") => Self::Dtype,
            ("numpy", "ndarray") => Self::ArrayType,
            ("_codecs", "encode") => Self::Encode,
            ("builtins" | "__builtin__", name) => return Self::builtin(name),
            ("collections", "OrderedDict" | "defaultdict" | "Counter") => Self::Dict,
            ("decimal", "Decimal") | ("fractions", "Fraction") => Self::Plain,
            (
                "pathlib" | "pathlib._local",
                "PosixPath" | "PurePosixPath" | "Path" | "PurePath" | "WindowsPath" | "PureWindowsPath",
            ) => Self::Path,
            ("datetime", "date") => Self::Date,
            ("datetime", "time") => Self::Time,
            ("datetime", "datetime") => Self::DateTime,
            ("datetime", "timezone") => Self::Zone,
            ("datetime", "timedelta") => Self::Span,
            _ => return None,
        })
    }

    fn builtin(name: &str) -> Option<Self> {
        Some(match name {
            "bytes" | "bytearray" => Self::Bytes,
            "list" | "set" | "frozenset" | "tuple" => Self::List,
            "dict" => Self::Dict,
            "str" | "unicode" | "int" | "float" | "bool" => Self::Plain,
            _ => return None,
        })
    }

    /// Its name, for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "`numpy.core.multiarray.scalar`",
            Self::Dtype => "`numpy.dtype`",
            Self::ArrayType | Self::Array | Self::ArrayOfBytes => "`numpy.ndarray`",
            Self::Encode => "`_codecs.encode`",
            Self::Bytes => "`bytes` or `bytearray`",
            Self::List => "`list`, `set` or `tuple`",
            Self::Dict => "`dict`",
            Self::Plain => "`str`, `int`, `float` or `Decimal`",
            Self::Path => "`pathlib.Path`",
            Self::Date | Self::Time | Self::DateTime | Self::Zone | Self::Span => "`datetime`",
        }
    }

    /// The value that a call would make; none where the arguments are none that Python writes. Containers take at most
    /// `limit` bytes.
    pub(super) fn value(self, args: &[Value], limit: u64) -> Option<Value> {
        match self {
            Self::Scalar => match args {
                [Value::Dtype(dtype), value] => Some(dtype.scalar(value)),
                _ => None,
            },
            Self::Dtype => match args {
                [Value::Text(name), ..] => {
                    Some(Value::Dtype(Rc::new(Dtype { name: (&**name).into(), is_big: Cell::new(false) })))
                }
                _ => None,
            },
            Self::ArrayType => None,
            Self::Array => matches!(args, [Value::Callable(Self::ArrayType), ..]).then_some(Value::Array),
            Self::ArrayOfBytes => match args {
                [bytes, Value::Dtype(dtype), Value::Node(shape), ..] => {
                    Some(array_of(shape.borrow().items(), dtype, bytes, limit))
                }
                _ => None,
            },
            Self::Encode | Self::Bytes => self.bytes(args),
            Self::List => match args {
                [] => Some(container_of(Kind::List, Vec::new(), limit)),
                [Value::Node(items)] => {
                    Some(container_of(Kind::List, items.borrow().items().to_vec(), limit))
                }
                _ => None,
            },
            Self::Dict => dict(args, limit),
            Self::Plain => match args {
                [value @ (Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_))] => {
                    Some(value.clone())
                }
                _ => None,
            },
            Self::Path => path(args),
            Self::Date | Self::Time | Self::DateTime | Self::Zone | Self::Span => self.moment(args),
        }
    }

    fn bytes(self, args: &[Value]) -> Option<Value> {
        match args {
            [value, Value::Text(encoding)] if matches!(&**encoding, "latin1" | "latin-1") => latin(value),
            [value @ (Value::Bytes(_) | Value::Image(_) | Value::Lost(_))] if self == Self::Bytes => {
                Some(value.clone())
            }
            [] if self == Self::Bytes => Some(Blob::of(b"")),
            _ => None,
        }
    }

    fn moment(self, args: &[Value]) -> Option<Value> {
        let text = match (self, args) {
            (Self::Zone, _) => return Some(Value::Text("UTC offset".into())),
            (Self::Span, [Value::Int(days), Value::Int(seconds), Value::Int(micros)]) => {
                format!("{days} days {seconds}.{micros:06} s")
            }
            (Self::Date, [Value::Bytes(blob)]) => date(blob.all()?)?,
            (Self::Time, [Value::Bytes(blob), ..]) => time(blob.all()?)?,
            (Self::DateTime, [Value::Bytes(blob), ..]) => date_time(blob.all()?)?,
            _ => return None,
        };
        Some(Value::Text(text.into()))
    }
}

/// A dict: empty, perhaps with the type of its default, or of a list of pairs.
fn dict(args: &[Value], limit: u64) -> Option<Value> {
    match args {
        [] | [Value::Callable(_) | Value::Foreign(_) | Value::Null] => {
            Some(container_of(Kind::Dict, Vec::new(), limit))
        }
        [Value::Node(pairs)] => {
            let pairs = pairs.borrow();
            if pairs.kind == Kind::Dict {
                return Some(container_of(Kind::Dict, pairs.items().to_vec(), limit));
            }
            let mut members = Vec::with_capacity(pairs.items().len() * 2);
            for pair in pairs.items() {
                let Value::Node(pair) = pair else { return None };
                let pair = pair.borrow();
                let [key, value] = pair.items() else { return None };
                members.extend([key.clone(), value.clone()]);
            }
            Some(container_of(Kind::Dict, members, limit))
        }
        _ => None,
    }
}

/// A path out of its parts, of which the first may be the root.
fn path(args: &[Value]) -> Option<Value> {
    let mut path = String::new();
    for part in args {
        let Value::Text(part) = part else { return None };
        if !path.is_empty() && !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(part);
    }
    Some(Value::Text(path.into()))
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

    /// Its name as numpy has it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// All numbers of bytes; none where one is of a type that is not read.
    pub(super) fn numbers(&self, bytes: &[u8]) -> Option<Vec<Value>> {
        let width = self.name.get(1..)?.parse().ok().filter(|width| matches!(width, 1..=8))?;
        bytes.chunks(width).map(|bytes| self.number(bytes)).collect()
    }

    /// A text of numpy: four bytes a character, filled up with zeros.
    fn text(&self, bytes: &[u8]) -> Option<Value> {
        self.name.strip_prefix('U')?;
        let code = |bytes: &[u8; 4]| {
            if self.is_big.get() { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) }
        };
        let chars = bytes.as_chunks().0.iter().map(code).take_while(|code| *code != 0);
        let text: Option<String> = chars.map(char::from_u32).collect();
        Some(Value::Text(text?.into()))
    }

    fn scalar(&self, value: &Value) -> Value {
        let number = match value {
            Value::Bytes(blob) => {
                blob.all().and_then(|bytes| self.number(bytes).or_else(|| self.text(bytes)))
            }
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

/// An array out of the state that `BUILD` gives: version, shape, type, order, and the values as bytes or as a list.
pub(super) fn array_of_state(state: &[Value], limit: u64) -> Value {
    match state {
        [_, Value::Node(shape), Value::Dtype(dtype), _, values] => {
            array_of(shape.borrow().items(), dtype, values, limit)
        }
        _ => Value::Lost("it has an array of numpy in an unknown form".into()),
    }
}

/// An array of this shape and type.
fn array_of(shape: &[Value], dtype: &Rc<Dtype>, values: &Value, limit: u64) -> Value {
    let is_flat = shape.len() <= 1;
    match values {
        // A list of objects stands for itself.
        Value::Node(_) | Value::Lost(_) => return values.clone(),
        Value::Image(_) if is_flat => return values.clone(),
        Value::Bytes(blob) if is_flat => {
            if let Some(numbers) = blob.all().and_then(|bytes| dtype.numbers(bytes)) {
                return container_of(Kind::List, numbers, limit);
            }
        }
        _ => {}
    }
    let sides: Vec<String> = shape.iter().map(side).collect();
    let sides = sides.join("x");
    if !is_flat && dtype.name() == "u1" {
        return Value::Lost(
            format!("it has a picture as an array of numpy (u1, {sides}), which is not read").into(),
        );
    }
    let member = |name: &str, value: Value| [Value::Text(name.into()), value];
    let members =
        [member("numpy", Value::Text(dtype.name().into())), member("shape", Value::Text(sides.into()))];
    container_of(Kind::Dict, members.into_iter().flatten().collect(), limit)
}

fn side(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        _ => "?".to_owned(),
    }
}

/// A container of these values.
pub(super) fn container_of(kind: Kind, values: Vec<Value>, limit: u64) -> Value {
    let mut node = Node::new(kind);
    node.extend(values.into_iter(), limit);
    Value::Node(Rc::new(RefCell::new(node)))
}

/// A date of four bytes: year, month, day.
fn date(bytes: &[u8]) -> Option<String> {
    let [high, low, month, day] = bytes.try_into().ok()?;
    // The highest bit of the month says which of two equal times of a night is meant.
    Some(format!("{:04}-{:02}-{day:02}", u16::from_be_bytes([high, low]), month & 0x7f))
}

/// A time of six bytes: hour, minute, second, and three of microseconds.
fn time(bytes: &[u8]) -> Option<String> {
    let [hour, minute, second, high, middle, low] = bytes.try_into().ok()?;
    let micros = u32::from_be_bytes([0, high, middle, low]);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    Some(format!("{:02}:{minute:02}:{second:02}{fraction}", hour & 0x7f))
}

/// A date and a time of ten bytes.
fn date_time(bytes: &[u8]) -> Option<String> {
    let (day, clock) = bytes.split_at_checked(4)?;
    Some(format!("{}T{}", date(day)?, time(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_moments_are_iso_8601() {
        let bytes = b"\x07\xe8\x02\x1d\x17\x3b\x08\x00\x03\xe8";
        assert_eq!(date_time(bytes).unwrap(), "2024-02-29T23:59:08.001000");
        assert_eq!(date(&bytes[..4]).unwrap(), "2024-02-29");
        assert_eq!(time(b"\x01\x02\x03\0\0\0").unwrap(), "01:02:03");
        assert_eq!(date_time(b"\x07\xe8"), None);
    }
}

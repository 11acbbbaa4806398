//! Orders of results in the words of the cluster's search API, and places in them.
//!
//! Every order ends with the position of a sample over all datasets in file order, so it is total. Where generations stand
//! in file order, rows do too, and the row is sorted by; else a script looks the position up.

use crate::fields::{ROW, number_name};
use blendscope_engine::{Cursor, Hit, Live, Order, Row};
use serde_json::{Value, json};

/// The 64-bit number by which seeded random order sorts, as `engine::Order` has it: the finalizer of `SplitMix64`.
const SHUFFLE: &str = "long m=doc['key'].value ^ ((Number)params.s).longValue(); m=(m^(m>>>30))*-4658895280553007687L; \
                       m=(m^(m>>>27))*-7723592293110705685L; m=m^(m>>>31); ";

/// The position of a sample: the last block that begins at or before its row, and the rows behind that.
const POSITION: &str = "long r=doc['row'].value; int a=0; int b=params.r.length-1; while (a<b) {int c=(a+b+1)/2; \
                        if (((Number)params.r[c]).longValue()<=r) {a=c;} else {b=c-1;}} \
                        return (double)(((Number)params.p[a]).longValue()+r-((Number)params.r[a]).longValue());";

/// What is sorted by, at one level.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// A field of the index.
    Field(&'static str),
    /// A script that gives a number.
    Script(Value),
    /// How well a sample matches.
    Score,
}

/// A level of an order.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub key: Key,
    pub is_down: bool,
}

/// An order as the cluster knows it.
pub(crate) struct Sorting<'a> {
    live: &'a Live,
    order: Order,
    /// The last one is the position.
    pub levels: Vec<Level>,
    /// Whether rows stand in for positions.
    is_by_row: bool,
}

impl<'a> Sorting<'a> {
    /// An order of live samples; none by a number that the cluster does not have.
    pub(crate) fn new(order: Order, live: &'a Live) -> Option<Self> {
        let rows = live.blocks().filter(|(_, block)| block.rows > 0);
        let rows = rows.map(|(at, block)| live.generations()[at].row(block.first_row));
        let is_by_row = rows.is_sorted();
        let level = |key, is_down| Level { key, is_down };
        let mut levels = match order {
            Order::Relevance => vec![level(Key::Score, true)],
            Order::File => Vec::new(),
            Order::Up(field) => vec![level(Key::Field(number_name(field)?), false)],
            Order::Down(field) => vec![level(Key::Field(number_name(field)?), true)],
            Order::Random(seed) => {
                [true, false].map(|is_high| level(Key::Script(shuffle(seed, is_high)), false)).into()
            }
        };
        levels
            .push(level(if is_by_row { Key::Field(ROW) } else { Key::Script(position_script(live)) }, false));
        Some(Self { live, order, levels, is_by_row })
    }

    /// The `sort` of a search.
    pub(crate) fn sort(&self) -> Vec<Value> {
        self.levels.iter().map(Level::sort).collect()
    }

    /// Whether relevance is asked for.
    pub(crate) fn is_by_score(&self) -> bool {
        self.order == Order::Relevance
    }

    /// The row that a hit is of, by its sort values.
    pub(crate) fn row(&self, sort: &[Value]) -> Option<Row> {
        let last = number(sort.last()?)?;
        if self.is_by_row { Some(Row(last)) } else { self.live.row_at(last) }
    }

    /// The position of a hit, by its sort values.
    pub(crate) fn position(&self, sort: &[Value]) -> Option<u64> {
        let last = number(sort.last()?)?;
        if self.is_by_row { self.live.position(Row(last)) } else { Some(last) }
    }

    /// The cursor behind a hit.
    pub(crate) fn cursor(&self, sort: &[Value]) -> Option<Cursor> {
        let position = self.position(sort)?;
        let first = sort.first()?;
        let key = match self.order {
            Order::Relevance => {
                return Some(Cursor::AfterHit(Hit { score: first.as_f64()? as f32, position }));
            }
            Order::File => position,
            Order::Up(_) | Order::Down(_) => self.order.key(first.as_i64()?.cast_unsigned()),
            Order::Random(_) => number(first)? << 32 | number(sort.get(1)?)?,
        };
        Some(Cursor::AfterRank(self.order, key, position))
    }

    /// The cursor behind a position in file order.
    pub(crate) fn cursor_of_file(&self, position: u64) -> Option<Cursor> {
        (self.order == Order::File).then_some(Cursor::AfterRank(self.order, position, position))
    }

    /// The `search_after` of a cursor.
    pub(crate) fn after(&self, cursor: Cursor) -> Vec<Value> {
        let (key, position) = match cursor {
            Cursor::AfterHit(hit) => return vec![json!(hit.score), self.place(hit.position)],
            Cursor::AfterRank(_, key, position) => (key, position),
        };
        let mut after = match self.order {
            Order::Relevance | Order::File => Vec::new(),
            Order::Up(_) => vec![json!(key.cast_signed())],
            Order::Down(_) => vec![json!((u64::MAX - key).cast_signed())],
            Order::Random(_) => vec![json!((key >> 32) as f64), json!(f64::from(key as u32))],
        };
        after.push(self.place(position));
        after
    }

    /// The value of the last level for a position.
    fn place(&self, position: u64) -> Value {
        if !self.is_by_row {
            return json!(position as f64);
        }
        // Behind the last sample there is nothing.
        json!(self.live.row_at(position).map_or(i64::MAX, |row| row.0.cast_signed()))
    }
}

impl Level {
    /// Its part of a `sort`.
    fn sort(&self) -> Value {
        let order = if self.is_down { "desc" } else { "asc" };
        match &self.key {
            Key::Field(name) => json!({*name: {"order": order}}),
            Key::Script(script) => json!({"_script": {"type": "number", "order": order, "script": script}}),
            Key::Score => json!({"_score": {"order": order}}),
        }
    }

    /// A value that stands before all others, or behind all.
    pub(crate) fn bound(&self, is_behind: bool) -> Value {
        let is_largest = is_behind != self.is_down;
        match self.key {
            Key::Field(_) => json!(if is_largest { i64::MAX } else { i64::MIN }),
            Key::Script(_) | Key::Score => json!(if is_largest { f64::MAX } else { f64::MIN }),
        }
    }

    /// A value as it stands in a `search_after`.
    pub(crate) fn value(&self, value: i64) -> Value {
        match self.key {
            Key::Field(_) => json!(value),
            Key::Script(_) | Key::Score => json!(value as f64),
        }
    }
}

/// A sort value that is a whole number, however it is written.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().map(|number| (number as i64).cast_unsigned()))
}

fn shuffle(seed: u64, is_high: bool) -> Value {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let salt = seed.wrapping_mul(GOLDEN).wrapping_add(GOLDEN).cast_signed();
    let half = if is_high { "return (double)(m>>>32);" } else { "return (double)(m&4294967295L);" };
    json!({"source": format!("{SHUFFLE}{half}"), "params": {"s": salt}})
}

fn position_script(live: &Live) -> Value {
    let blocks = live.blocks().filter(|(_, block)| block.rows > 0);
    let mut places: Vec<(u64, u64)> = blocks
        .map(|(at, block)| (live.generations()[at].row(block.first_row).0, block.first_position))
        .collect();
    places.sort_unstable();
    let (rows, positions): (Vec<u64>, Vec<u64>) = places.into_iter().unzip();
    json!({"source": POSITION, "params": {"r": rows, "p": positions}})
}

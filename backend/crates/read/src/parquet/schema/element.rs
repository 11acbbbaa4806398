//! One node of a schema as the footer describes it.

use crate::parquet::error::bad;
use crate::parquet::schema::meaning::{Annotation, Meaning, Physical};
use crate::parquet::thrift::Thrift;
use std::io;

/// How often a value may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repetition {
    Required,
    Optional,
    Repeated,
}

/// One node.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) repetition: Repetition,
    /// How many of the nodes that follow are its children.
    pub(super) children: u64,
    /// The type of a leaf.
    pub(super) physical: Option<Physical>,
    pub(super) meaning: Meaning,
    /// Whether it is a list or a map.
    pub(super) is_list: bool,
}

impl Element {
    pub(super) fn parse(thrift: &mut Thrift<'_>) -> io::Result<Self> {
        let (mut name, mut repetition, mut children) = (String::new(), 0, 0);
        let (mut physical, mut length) = (None, 0);
        let mut annotation = Annotation::default();
        thrift.fields(|thrift, field| {
            match field.id {
                1 => physical = Some(thrift.int(field)?),
                2 => length = thrift.size(field)?,
                3 => repetition = thrift.int(field)?,
                4 => name = String::from_utf8_lossy(thrift.binary(field)?).into_owned(),
                5 => children = thrift.size(field)?,
                6 => annotation.converted = Some(thrift.int(field)?),
                7 => annotation.scale = Some(thrift.int(field)?),
                10 => annotation.parse_logical(thrift, field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        let repetition = match repetition {
            0 => Repetition::Required,
            1 => Repetition::Optional,
            2 => Repetition::Repeated,
            other => return Err(bad(format!("the schema knows no repetition {other}"))),
        };
        let physical = match physical {
            Some(number) if children == 0 => Some(Physical::from_number(number, length)?),
            _ => None,
        };
        let meaning = physical.map_or(Meaning::Plain, |physical| annotation.meaning(physical));
        Ok(Self { name, repetition, children, physical, meaning, is_list: annotation.is_list() })
    }
}

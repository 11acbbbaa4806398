//! Which samples a fact of a query holds for: one entry per field.

use super::keys::key_hash;
use super::snapshot::{OpenFile, Snapshot};
use crate::columns::{Column, Flag, Language, Row};
use crate::index::{Condition, Fact, FactField, FactTest};
use crate::read::id_hash;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The test for a fact; none for fields that nothing is known of.
pub(super) fn test_of(fact: &Fact, snapshot: &Snapshot) -> Option<FactTest> {
    match (fact.field, &fact.condition) {
        (FactField::Dataset, Condition::Is(slug)) => {
            let number = snapshot.dataset_index(slug).ok();
            Some(by_file(snapshot, move |file| Some(file.dataset) == number))
        }
        (FactField::Language, Condition::Is(code)) => {
            let language = Language::parse(code);
            Some(by_value(snapshot, Column::Language, move |value| Some(Language(value)) == language))
        }
        (FactField::Id, Condition::Is(id)) => {
            let hash = id_hash(id);
            Some(by_value(snapshot, Column::Id, move |value| value == hash))
        }
        (FactField::Flag, Condition::Is(name)) => {
            let flag = Flag::from_name(name)? as u64;
            Some(by_value(snapshot, Column::Flags, move |value| value & flag != 0))
        }
        (FactField::Image, Condition::Is(key)) => Some(by_image(snapshot, key)),
        (field, Condition::Range(from, to)) => {
            let range = *from..=*to;
            Some(by_value(snapshot, number_column(field)?, move |value| range.contains(&value)))
        }
        (_, Condition::Is(_)) => None,
    }
}

/// The column of a number.
fn number_column(field: FactField) -> Option<Column> {
    match field {
        FactField::Turns => Some(Column::Turns),
        FactField::Words => Some(Column::Words),
        FactField::WordsHuman => Some(Column::WordsHuman),
        FactField::WordsGpt => Some(Column::WordsGpt),
        FactField::Images => Some(Column::Images),
        _ => None,
    }
}

fn by_value(
    snapshot: &Snapshot,
    column: Column,
    holds: impl Fn(u64) -> bool + Send + Sync + 'static,
) -> FactTest {
    let files = by_generation(snapshot);
    Arc::new(move |row: Row| {
        files.get(&row.generation()).is_some_and(|file| holds(file.columns().value(column, row.ordinal())))
    })
}

/// Samples with an image of this key; a file whose column of keys cannot be read has none.
fn by_image(snapshot: &Snapshot, key: &str) -> FactTest {
    let rows: HashSet<Row> = snapshot
        .files
        .iter()
        .filter_map(|file| Some((file, file.with_image_key(key_hash(key)).ok()?)))
        .flat_map(|(file, ordinals)| ordinals.map(|ordinal| file.row(ordinal)))
        .collect();
    Arc::new(move |row: Row| rows.contains(&row))
}

fn by_file(snapshot: &Snapshot, holds: impl Fn(&OpenFile) -> bool) -> FactTest {
    let files = by_generation(snapshot).into_iter();
    let held: HashMap<u32, bool> = files.map(|(generation, file)| (generation, holds(&file))).collect();
    Arc::new(move |row: Row| held.get(&row.generation()).copied().unwrap_or(false))
}

fn by_generation(snapshot: &Snapshot) -> HashMap<u32, Arc<OpenFile>> {
    snapshot.files.iter().map(|file| (file.state.generation, Arc::clone(file))).collect()
}

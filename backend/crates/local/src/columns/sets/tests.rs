use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tempfile::TempDir;

const NAMES: SetNames = SetNames { numbers: "x", sets: "x_sets" };

fn told(column: &SetColumn, ordinal: u32) -> BTreeSet<String> {
    let set = &column.sets()[column.set_of(ordinal) as usize];
    set.iter().map(|value| column.values()[*value as usize].clone()).collect()
}

fn file(folder: &TempDir) -> PartsWriter {
    PartsWriter::create(folder.path().join("1.gen")).unwrap()
}

fn open(folder: &TempDir, file: &mut PartsWriter, rows: usize) -> SetColumn {
    let parts = Arc::new(Parts::open(&folder.path().join("1.gen"), file.flush().unwrap()).unwrap());
    SetColumn::open(&parts, NAMES, rows).unwrap()
}

proptest! {
    #[test]
    fn every_row_has_its_values_after_every_flush(
        batches in prop::collection::vec(prop::collection::vec(prop::collection::vec("[a-d犬]{0,2}", 0..4), 0..20), 1..5)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, mut writer) = (file(&folder), SetColumnWriter::new(NAMES));
        let mut all: Vec<BTreeSet<String>> = Vec::new();
        for batch in &batches {
            for row in batch {
                writer.push(row.iter().map(String::as_str), &mut file).unwrap();
                all.push(row.iter().cloned().collect());
            }
            writer.flush(&mut file).unwrap();
            let column = open(&folder, &mut file, all.len());
            let read: Vec<_> = (0..all.len() as u32).map(|ordinal| told(&column, ordinal)).collect();
            prop_assert_eq!(&read, &all);
            prop_assert_eq!(column.numbers().iter().count(), all.len());
        }
        let column = open(&folder, &mut file, all.len());
        let distinct: BTreeSet<_> = all.iter().filter(|set| !set.is_empty()).collect();
        prop_assert_eq!(column.sets().len(), distinct.len() + 1, "no set has two numbers");
        prop_assert_eq!(column.untold(), 0);
    }
}

#[test]
fn rows_beyond_the_last_place_are_counted_and_empty() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, mut writer) = (file(&folder), SetColumnWriter::new(NAMES));
    let rows = interned::SETS_MAX + 10;
    for row in 0..rows {
        writer.push([row.to_string().as_str()], &mut file).unwrap();
    }
    writer.push(["7"], &mut file).unwrap();
    writer.flush(&mut file).unwrap();
    let column = open(&folder, &mut file, rows + 1);
    assert_eq!(column.sets().len(), interned::SETS_MAX);
    assert_eq!(column.untold(), 11);
    let last = interned::SETS_MAX as u32 - 2;
    assert_eq!(told(&column, last), BTreeSet::from([last.to_string()]));
    assert_eq!(told(&column, last + 1), BTreeSet::new());
    assert_eq!(told(&column, rows as u32), BTreeSet::from(["7".to_owned()]), "known sets keep their place");
}

#[test]
fn values_are_bounded_by_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, mut writer) = (file(&folder), SetColumnWriter::new(NAMES));
    let long = "x".repeat(interned::BYTES_MAX + 1);
    writer.push([long.as_str(), "a"], &mut file).unwrap();
    writer.push(["a"], &mut file).unwrap();
    writer.flush(&mut file).unwrap();
    let column = open(&folder, &mut file, 2);
    assert_eq!((column.untold(), column.values()), (1, &["a".to_owned()][..]));
    assert_eq!(told(&column, 1), BTreeSet::from(["a".to_owned()]));
}

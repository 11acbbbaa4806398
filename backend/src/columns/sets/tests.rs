use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn told(column: &SetColumn, ordinal: u32) -> BTreeSet<String> {
    let set = &column.sets()[column.set_of(ordinal) as usize];
    set.iter().map(|value| column.values()[*value as usize].clone()).collect()
}

proptest! {
    #[test]
    fn every_row_has_its_values_after_every_flush(
        batches in prop::collection::vec(prop::collection::vec(prop::collection::vec("[a-d犬]{0,2}", 0..4), 0..20), 1..5)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SetColumnWriter::create(folder.path(), "x").unwrap();
        let mut all: Vec<BTreeSet<String>> = Vec::new();
        for batch in &batches {
            for row in batch {
                writer.push(row.iter().map(String::as_str)).unwrap();
                all.push(row.iter().cloned().collect());
            }
            writer.flush().unwrap();
            let column = SetColumn::open(folder.path(), "x", all.len()).unwrap();
            let read: Vec<_> = (0..all.len() as u32).map(|ordinal| told(&column, ordinal)).collect();
            prop_assert_eq!(&read, &all);
            prop_assert_eq!(column.numbers().iter().count(), all.len());
        }
        writer.finish().unwrap();
        let column = SetColumn::open(folder.path(), "x", all.len()).unwrap();
        let distinct: BTreeSet<_> = all.iter().filter(|set| !set.is_empty()).collect();
        prop_assert_eq!(column.sets().len(), distinct.len() + 1, "no set has two numbers");
        prop_assert_eq!(column.untold(), 0);
    }
}

#[test]
fn rows_beyond_the_last_place_are_counted_and_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = SetColumnWriter::create(folder.path(), "x").unwrap();
    let rows = interned::SETS_MAX + 10;
    for row in 0..rows {
        writer.push([row.to_string().as_str()]).unwrap();
    }
    writer.push(["7"]).unwrap();
    writer.finish().unwrap();
    let column = SetColumn::open(folder.path(), "x", rows + 1).unwrap();
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
    let mut writer = SetColumnWriter::create(folder.path(), "x").unwrap();
    let long = "x".repeat(interned::BYTES_MAX + 1);
    writer.push([long.as_str(), "a"]).unwrap();
    writer.push(["a"]).unwrap();
    writer.finish().unwrap();
    let column = SetColumn::open(folder.path(), "x", 2).unwrap();
    assert_eq!((column.untold(), column.values()), (1, &["a".to_owned()][..]));
    assert_eq!(told(&column, 1), BTreeSet::from(["a".to_owned()]));
}

#[test]
fn a_damaged_file_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = SetColumnWriter::create(folder.path(), "x").unwrap();
    writer.push(["coco"]).unwrap();
    writer.flush().unwrap();
    writer.push(["coco", "gqa"]).unwrap();
    writer.finish().unwrap();
    let path = folder.path().join("x.1.sets");
    let whole = std::fs::read(&path).unwrap();
    let open =
        |rows| SetColumn::open(folder.path(), "x", rows).map(|_| ()).map_err(|error| error.to_string());

    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(open(1), Ok(()), "the first row needs only what is there");
    assert!(open(2).unwrap_err().contains("x.1.sets is damaged at byte"));

    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        assert!(open(2).unwrap_err().contains("x.1.sets is damaged at byte"), "byte {place}");
    }
}

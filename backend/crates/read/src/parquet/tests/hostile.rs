//! Files that are cut short, damaged, or lie.

use super::*;
use std::time::{Duration, Instant};

fn file_of_rows(count: usize) -> Vec<u8> {
    file_with(
        &[vec![row("a", b"\xff\xd8\xff picture"); count], vec![row("b", b"text"); count]],
        Packing::Snappy,
    )
}

fn footer_at(bytes: &[u8]) -> usize {
    let tail = bytes.len() - 8;
    tail - u32::from_le_bytes(bytes[tail..tail + 4].try_into().unwrap()) as usize
}

#[test]
fn a_file_cut_short_says_so_and_where() {
    let bytes = file_of_rows(3);
    for (cut, expected) in [
        (bytes.len() - 1, "cut short"),
        (100, "cut short"),
        (11, "the file has 11 bytes, too few for parquet"),
        (0, "the file has 0 bytes"),
    ] {
        let reading = read_bytes(&bytes[..cut]);
        assert!(reading.rows.is_empty());
        let [problem] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
        assert!(problem.message.contains(expected), "{cut}: {}", problem.message);
        assert!(problem.offset <= cut as u64 && problem.number.is_none());
    }
    let middle_is_missing = [&bytes[..40], &bytes[bytes.len() - 40..]].concat();
    let reading = read_bytes(&middle_is_missing);
    assert!(reading.messages()[0].contains("parts of it are missing"), "{:?}", reading.problems);
}

#[test]
fn an_encrypted_footer_is_named() {
    let mut bytes = file_of_rows(1);
    let end = bytes.len() - 4;
    bytes[end..].copy_from_slice(b"PARE");
    assert!(read_bytes(&bytes).messages()[0].contains("encrypted"));
}

#[test]
fn a_damaged_page_loses_the_rest_of_its_row_group_and_no_more() {
    let mut bytes = file_of_rows(3);
    // The first byte of the first page's header.
    bytes[4] = 0xff;
    let reading = read_bytes(&bytes);
    assert_eq!(reading.rows.len(), 3, "the second row group is read");
    assert_eq!(reading.problems.iter().filter_map(|problem| problem.number).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(reading.messages()[0].contains("column id, page at byte 4"), "{:?}", reading.messages());
}

#[test]
fn a_column_that_cannot_be_read_is_named_and_the_others_are_read() {
    let mut bytes = include_bytes!("../fixtures/gzip.parquet").to_vec();
    // The end of column n's path and its codec: zigzag 2 for gzip. LZO is 3.
    let at = bytes.windows(4).rposition(|four| four == b"\x01n\x15\x04").unwrap();
    bytes[at + 3] = 6;
    let reading = read_bytes(&bytes);
    assert_eq!(reading.messages(), ["column n is left out: codec LZO is not read"]);
    assert_eq!(reading.rows.len(), 40);
    assert_eq!(reading.rows[1], json!({"text": "a red bus and a red bus and a red bus, 1"}));
}

#[test]
fn pictures_behind_a_column_that_cannot_be_read_are_found() {
    let mut bytes = file_of_rows(2);
    // The end of column n's path and its codec: zigzag 1 for Snappy.
    let places: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"\x01n\x15\x02").map(|(at, _)| at).collect();
    assert_eq!(places.len(), 2, "one in each row group");
    for at in places {
        bytes[at + 3] = 6;
    }
    let file = file_of(&bytes);
    let reading = read(&file);
    assert_eq!((reading.rows.len(), reading.messages().len()), (4, 1), "{:?}", reading.messages());
    let pictures = images(&reading.rows[0]).into_iter().map(|image| bytes_at(&file, image));
    assert_eq!(pictures.collect::<Vec<_>>(), [b"\xff\xd8\xff picture"]);
}

#[test]
fn columns_that_are_claimed_and_not_there_take_no_memory() {
    let bytes = file_of_rows(1);
    let footer = footer_at(&bytes);
    // The number of columns inside of `conversations`, 1 or zigzag 2, behind its name.
    let name = b"conversations\x15\x02";
    let at = bytes.windows(name.len()).rposition(|part| part == name).unwrap() + name.len() - 1;
    assert!(at > footer);
    let claimed = [0xfe, 0xff, 0xff, 0xff, 0x0f];
    let huge = [&bytes[..at], &claimed, &bytes[at + 1..]].concat();
    let end = huge.len() - 8;
    let lying = [&huge[..end], &((end - footer) as u32).to_le_bytes(), MAGIC].concat();
    let reading = read_bytes(&lying);
    assert!(reading.rows.is_empty());
    assert!(
        reading.messages()[0].contains("columns are claimed inside of others"),
        "{:?}",
        reading.messages()
    );
}

#[test]
fn rows_that_are_claimed_and_not_there_do_not_hang() {
    let bytes = file_of_rows(3);
    let footer = footer_at(&bytes);
    // A row group's number of rows, 3 or zigzag 6, before its place in the file.
    let at = bytes.windows(3).rposition(|three| three == [0x16, 6, 0x26]).unwrap();
    assert!(at > footer);
    let huge = [&bytes[..=at], &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], &bytes[at + 2..]].concat();
    let length = (huge.len() - 8 - footer) as u32;
    let end = huge.len() - 8;
    let lying = [&huge[..end], &length.to_le_bytes(), MAGIC].concat();
    let begun = Instant::now();
    let reading = read_bytes(&lying);
    assert_eq!(reading.rows.len(), 6, "the rows that are there are read");
    assert!(reading.messages()[0].contains("row 3 of row group 1 is lost"), "{}", reading.messages()[0]);
    assert!(reading.messages().last().is_some_and(|last| last.contains("far more comes out of this file")));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        for fixture in [
            &include_bytes!("../fixtures/images.parquet")[..],
            include_bytes!("../fixtures/delta.parquet"),
            include_bytes!("../fixtures/types.parquet"),
            include_bytes!("../fixtures/lz4.parquet"),
        ] {
            let mut bytes = fixture.to_vec();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let file = file_of(&bytes);
            let reading = read(&file);
            for image in reading.rows.iter().flat_map(images) {
                // An error, or the very bytes that were read before.
                if let Ok(bytes) = crate::read_embedded(&file, crate::Container::PARQUET, None, &image, &mut |_| Ok(())) {
                    prop_assert_eq!(*blake3::hash(&bytes).as_bytes(), image.hash);
                }
            }
        }
    }
}

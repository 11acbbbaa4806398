//! Lists of ids and of pairs, plain and packed, with odd lines.

use super::*;
use crate::testing::{file_of, member};

const ANY: usize = 1 << 20;

fn read(bytes: &[u8], limit: usize) -> IdList {
    read_opened(&file_of(bytes), limit, &AtomicBool::new(false)).unwrap()
}

#[test]
fn ids_are_found_plain_and_packed() {
    let text = "\u{feff}1234567890123\r\n\n  42 \nVG_100K_2/2412354\n42\n犬";
    for bytes in [text.as_bytes().to_vec(), member(text.as_bytes(), 6)] {
        let list = read(&bytes, ANY);
        assert_eq!((list.listed, list.len(), list.bad, &list.cut), (5, 4, 0, &None));
        for id in ["1234567890123", "42", "VG_100K_2/2412354", "犬"] {
            assert!(list.has(id_hash(id)), "{id}");
        }
        assert!(!list.has(id_hash("43")) && !list.has(id_hash("")));
    }
}

#[test]
fn pairs_are_sorted_and_each_stands_once() {
    let text = "shard_number,index\n12,7\n0, 5\r\n12,7\n12\n+1,2\n4294967296,0\n";
    let list = read(&member(text.as_bytes(), 9), ANY);
    assert_eq!(list.entries, Entries::Pairs(vec![(0, 5), (12, 7)]));
    assert_eq!((list.listed, list.bad), (3, 4));
    assert!(!list.has(id_hash("12")), "a list of pairs says nothing of ids");
}

#[test]
fn bad_lines_are_counted_and_the_first_are_kept() {
    let long = "x".repeat(LONGEST_ID + 1);
    let list =
        read([b"1\n<!doctype html>\n\n\xff\n2,3\n".as_slice(), long.as_bytes()].concat().as_slice(), ANY);
    assert_eq!((list.listed, list.bad, list.cut.as_deref()), (1, 4, None));
    assert_eq!((list.first_bad[0].number, list.first_bad[0].offset), (Some(1), 2));
    let list = read(&b"a b\n".repeat(5000), ANY);
    assert_eq!((list.bad, list.first_bad.len()), (5000, KEPT_BAD_LINES));
}

#[test]
fn a_list_that_is_not_whole_says_so() {
    let numbers: String = (0..5000).flat_map(|number| [number.to_string(), "\n".to_owned()]).collect();
    let long = read(numbers.as_bytes(), 3000);
    assert_eq!(long.len(), 3000);
    assert!(long.cut.unwrap().contains("more than 3000 entries"));
    let packed = member(numbers.as_bytes(), 6);
    let short = read(&packed[..packed.len() / 2], ANY);
    assert!(short.cut.unwrap().contains("cut short"));
    assert_eq!(read(numbers.as_bytes(), 5000).cut, None);
    assert_eq!(read(b"", ANY).len(), 0);
}

#[test]
fn repetitions_cost_neither_room_nor_time() {
    let text = "7\n".repeat(3_000_000);
    let list = read(&member(text.as_bytes(), 6), 1);
    assert_eq!((list.listed, list.len(), list.cut.as_deref()), (3_000_000, 1, None));
}

#[test]
fn the_hash_of_an_id_is_the_same_for_ever() {
    assert_eq!(id_hash("42").to_le_bytes(), blake3::hash(b"42").as_bytes()[..8]);
    let missing = read_ids(Path::new("/no/such/ids.txt.gz"), ANY, &AtomicBool::new(false)).unwrap_err();
    assert!(missing.to_string().contains("ids.txt.gz"));
}

#[test]
fn a_list_without_entries_is_no_reason_to_go_on_for_ever() {
    let stop = AtomicBool::new(false);
    let blank = file_of(&member(&vec![b'\n'; 50_000_000], 6));
    let read = std::thread::scope(|scope| {
        let reading = scope.spawn(|| read_opened(&blank, ANY, &stop));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        reading.join().unwrap()
    });
    assert!(read.unwrap_err().1.to_string().contains("stopped"));
}

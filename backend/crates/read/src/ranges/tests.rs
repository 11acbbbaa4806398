//! Ranges come as a plain cut of the text would give them, whatever lies between them.

use super::*;
use crate::split::Limits;
use crate::testing::{file_of, member, read_all};
use proptest::prelude::*;

/// Text of some deflate blocks and reads: lines of different numbers.
fn text() -> Vec<u8> {
    (0..200_000u64).flat_map(|line| format!("{:x}\n", line.wrapping_mul(0x9E37_79B9)).into_bytes()).collect()
}

fn cut(text: &[u8], steps: &[(u64, u64)]) -> Vec<Range<u64>> {
    let mut at = 0;
    let mut ranges = Vec::new();
    for (gap, length) in steps {
        let start = at + gap;
        at = start + length;
        if at > text.len() as u64 {
            break;
        }
        ranges.push(start..at);
    }
    ranges
}

fn read(mut reader: RangeReader<'_>) -> Vec<(u32, Vec<u8>)> {
    let mut found = Vec::new();
    while let Some((number, bytes)) = reader.next().unwrap() {
        found.push((number, bytes.to_vec()));
    }
    found
}

fn numbered(ranges: &[Range<u64>]) -> Ranges<'_> {
    Box::new((0..).zip(ranges.iter().cloned()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_range_is_that_part_of_the_text(
        steps in prop::collection::vec((prop_oneof![0u64..30, 0u64..40_000, 0u64..900_000], 1u64..3_000), 1..60),
    ) {
        let text = text();
        let ranges = cut(&text, &steps);
        let wanted: Vec<(u32, Vec<u8>)> =
            (0..).zip(&ranges).map(|(at, range)| (at, text[range.start as usize..range.end as usize].to_vec())).collect();
        let plain = file_of(&text);
        prop_assert_eq!(&read(RangeReader::new(&plain, Container::JSON_LINES, None, numbered(&ranges))), &wanted);
        let packed = file_of(&member(&text, 6));
        let gzip = Container::JSON_LINES.gzip();
        prop_assert_eq!(&read(RangeReader::new(&packed, gzip, None, numbered(&ranges))), &wanted);
        let limits = Limits { spacing: 64 << 10, ..Limits::DEFAULT };
        let checkpoints = read_all(&packed, gzip, limits).end.checkpoints.unwrap();
        prop_assert!(checkpoints.len() > 5);
        let reader = RangeReader::new(&packed, gzip, Some(&checkpoints), numbered(&ranges));
        prop_assert_eq!(&read(reader), &wanted);
    }
}

#[test]
fn a_range_past_the_end_is_an_error_behind_those_that_are_there() {
    let range = 4..20;
    for (file, container) in [
        (file_of(b"0123456789"), Container::JSON_LINES),
        (file_of(&member(b"0123456789", 6)), Container::JSON_LINES.gzip()),
    ] {
        let ranges: Ranges<'_> = Box::new([(7, 0..3), (8, 1 << 20..1 << 21), (9, range.clone())].into_iter());
        let mut reader = RangeReader::new(&file, container, None, ranges);
        assert_eq!(reader.next().unwrap(), Some((7, b"012".as_slice())));
        assert!(matches!(reader.next(), Err(ReadError::Gone { .. })));
    }
}

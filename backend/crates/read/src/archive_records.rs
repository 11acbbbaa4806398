//! Records of annotation files inside a tar or zip archive, as a rule next to the pictures that they are about.
//!
//! A file that lies in an archive is read like one that does not: its records get the same JSON form that other readers
//! hand out, and pictures in base64 the address of their characters in the archive, unless the file is deflated.

use crate::archive::{Archive, ArchiveError, Member};
use crate::dialect::stored_form;
use crate::records::read_text;
use crate::sniff::sniff_text;
use crate::split::{Item, Limits, Output, Problem, Stop};
use crate::{Container, Sniff};
use std::ops::ControlFlow;

/// Streams the records of all annotation files in an archive, in its order. What is not read of it is reported.
pub(crate) fn read_archive(archive: Archive<'_>, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    let listing = match archive.list(u64::MAX) {
        Ok(listing) => listing,
        Err(ArchiveError::Io(error)) => return Err(Stop::Failed(error)),
        Err(ArchiveError::Damaged(reason)) => return out.trouble(0, reason),
    };
    for member in &listing.texts {
        read_member(member, limits, out)?;
    }
    for path in &listing.unread {
        out.trouble(0, format!("{path} in the archive is not read: unpack it"))?;
    }
    match listing.trouble {
        Some(trouble) => out.trouble(0, trouble),
        None => Ok(()),
    }
}

fn read_member(member: &Member<'_>, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    let Member { path, text } = member;
    let form = match sniff_text(*text)? {
        Sniff::Records(container) => container.form,
        Sniff::Foreign(reason) | Sniff::Unreadable(reason) => {
            return out.trouble(text.begin(), format!("{path} is not read: {reason}"));
        }
        Sniff::Pictures { .. } | Sniff::Boxes => return Ok(()),
    };
    let mut sent = Ok(());
    read_text(*text, form, limits, &mut |item| {
        sent = match item {
            Item::Record(record) => {
                match stored_form(Container::plain(form), record.offset, record.raw, text.is_addressed()) {
                    Ok(stored) => out.record(record.offset, &stored, record.disk_done),
                    Err(error) => out.lost(record.offset, format!("{path}: {error}")),
                }
            }
            Item::Problem(problem) => {
                out.pass_on(Problem { message: format!("{path}: {}", problem.message), ..problem })
            }
        };
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    sent
}

#[cfg(test)]
mod tests {
    use crate::pack::{tar_of, zip_of};
    use crate::testing::{file_of, member, read_all};
    use crate::{Container, ImageRef, Item, Limits, Sniff, parse_record, read_embedded, sniff};
    use base64::Engine;
    use base64::engine::general_purpose;
    use proptest::prelude::*;
    use std::fs;
    use std::ops::ControlFlow;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";
    /// A picture of one dot.
    const WHOLE_PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
    const LINES: &[u8] = br#"{"id":1,"image":"images/a.png","conversations":[{"from":"human","value":"Who?"},{"from":"gpt","value":"Me."}]}
{"id":2,"image":"images/b.png","conversations":[{"from":"human","value":"Why?"},{"from":"gpt","value":"So."}]}
"#;

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        tar_of(files.iter().copied()).unwrap()
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        zip_of(files.iter().copied()).unwrap()
    }

    /// A zip archive of one deflated file; `size` and `crc` are what it says of its contents.
    fn deflated(path: &str, text: &[u8], crc: u32) -> Vec<u8> {
        let packed = miniz_oxide::deflate::compress_to_vec(text, 6);
        let numbers = [crc, packed.len() as u32, text.len() as u32].map(u32::to_le_bytes).concat();
        let lengths = [path.len() as u16, 0].map(u16::to_le_bytes).concat();
        let mut bytes =
            [b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".as_slice(), &numbers, &lengths, path.as_bytes()].concat();
        bytes.extend(&packed);
        let directory = bytes.len() as u32;
        bytes.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
        bytes.extend([numbers, lengths, vec![0; 14], path.as_bytes().to_vec()].concat());
        let length = bytes.len() as u32 - directory;
        bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        bytes.extend([length, directory].map(u32::to_le_bytes).concat());
        bytes.extend([0, 0]);
        bytes
    }

    fn crc(text: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(text);
        crc.sum()
    }

    fn sniffed(bytes: &[u8]) -> Sniff {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, bytes).unwrap();
        sniff(&path)
    }

    /// The texts of all turns, and the problems.
    fn read(bytes: &[u8], container: Container) -> (Vec<String>, Vec<String>) {
        let reading = read_all(&file_of(bytes), container, Limits::DEFAULT);
        let samples = reading.records.iter().map(|record| parse_record(container, &record.raw).unwrap());
        let turns =
            samples.flat_map(|sample| sample.turns.into_iter().map(|turn| turn.text).collect::<Vec<_>>());
        (turns.collect(), reading.problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn annotation_files_of_an_archive_are_read_wherever_they_lie_in_it() {
        let pictures: [(&str, &[u8]); 2] = [("images/a.png", PNG), ("images/b.png", PNG)];
        for (path, text) in [
            ("train.jsonl", LINES),
            (
                "notes/train.json",
                br#"[{"image":"a.png","caption":"Who?"},{"image":"b.png","caption":"Why?"}]"#,
            ),
            (
                "train.json",
                br#"{"data":[{"image":"a.png","caption":"Who?"},{"image":"b.png","caption":"Why?"}]}"#,
            ),
            ("captions.csv", b"image,caption\nimages/a.png,Who?\nimages/b.png,Why?\n"),
        ] {
            for files in
                [[&pictures[..], &[(path, text)]].concat(), [&[(path, text)][..], &pictures].concat()]
            {
                for bytes in [tar(&files), zip(&files)] {
                    assert_eq!(sniffed(&bytes), Sniff::Records(Container::ARCHIVE), "{path}");
                    let (turns, problems) = read(&bytes, Container::ARCHIVE);
                    let said = |text: &str| turns.iter().any(|turn| turn.ends_with(text));
                    assert!(said("Who?") && said("Why?"), "{path}: {turns:?}");
                    assert_eq!(problems, Vec::<String>::new(), "{path}");
                }
            }
        }
    }

    #[test]
    fn an_archive_of_nothing_but_annotation_files_is_read_packed_too() {
        let files: [(&str, &[u8]); 2] = [("x/train.jsonl", LINES), ("x/val.jsonl", LINES)];
        let bytes = member(&tar(&files), 6);
        assert_eq!(sniffed(&bytes), Sniff::Records(Container::ARCHIVE.gzip()));
        assert_eq!(read(&bytes, Container::ARCHIVE.gzip()).0.len(), 8);
        let with_pictures = member(&tar(&[files[0], ("x/a.png", PNG)]), 6);
        let Sniff::Foreign(reason) = sniffed(&with_pictures) else { panic!("its pictures cannot be shown") };
        assert!(reason.contains("x/train.jsonl") && reason.contains("unpack it"), "{reason}");
    }

    #[test]
    fn a_deflated_file_is_read_and_its_checksum_looked_at() {
        let bytes = deflated("train.jsonl", LINES, crc(LINES));
        assert_eq!(sniffed(&bytes), Sniff::Records(Container::ARCHIVE));
        let (turns, problems) = read(&bytes, Container::ARCHIVE);
        assert_eq!((turns.len(), problems), (4, Vec::new()));
        let (turns, problems) = read(&deflated("train.jsonl", LINES, 7), Container::ARCHIVE);
        assert_eq!(turns.len(), 4);
        assert!(problems[0].contains("train.jsonl") && problems[0].contains("checksum"), "{problems:?}");
    }

    #[test]
    fn what_is_not_read_of_an_archive_is_told() {
        for (path, text, part) in [
            ("train.parquet", b"PAR1".as_slice(), "train.parquet in it is not read"),
            ("info.json", br#"{"version":1}"#, "info.json in it is not read: one JSON object"),
        ] {
            for bytes in
                [tar(&[("images/a.png", PNG), (path, text)]), zip(&[("images/a.png", PNG), (path, text)])]
            {
                let Sniff::Pictures { note: Some(note) } = sniffed(&bytes) else { panic!("{path} is told") };
                assert!(note.contains(part), "{note}");
            }
        }
        let Sniff::Pictures { note: Some(note) } = sniffed(&zip(&[("1.png", PNG), ("1.txt", b"A dog.")]))
        else {
            panic!("texts beside pictures are told")
        };
        assert!(note.contains("1 texts beside them, such as 1.txt"), "{note}");
        let bytes = tar(&[("train.jsonl", LINES), ("more.parquet", b"PAR1"), ("a.png", PNG)]);
        let (_, problems) = read(&bytes, Container::ARCHIVE);
        assert_eq!(problems, ["more.parquet in the archive is not read: unpack it"]);
    }

    #[test]
    fn samples_one_by_one_stay_those_of_a_shard() {
        let one: &[u8] = br#"{"conversations":[{"from":"human","value":"Who?"}]}"#;
        let files: [(&str, &[u8]); 2] = [("0001.json", one), ("0002.json", one)];
        assert_eq!(sniffed(&tar(&files)), Sniff::Records(Container::TAR));
        let pairs: [(&str, &[u8]); 3] = [("0001.json", one), ("0001.png", PNG), ("train.jsonl", LINES)];
        assert_eq!(sniffed(&tar(&pairs)), Sniff::Records(Container::TAR));
        assert_eq!(
            sniffed(&zip(&[("a.png", PNG), ("a.json", br#"{"boxes":[1]}"#), ("b.png", PNG)])),
            Sniff::Pictures { note: None }
        );
    }

    #[test]
    fn pictures_in_base64_have_their_place_in_the_archive() {
        let png = general_purpose::STANDARD.encode(WHOLE_PNG);
        let line = format!("{{\"image\":\"{png}\",\"caption\":\"A dog.\"}}\n");
        for bytes in [tar(&[("a/t.jsonl", line.as_bytes())]), zip(&[("a/t.jsonl", line.as_bytes())])] {
            let file = file_of(&bytes);
            let mut images = Vec::new();
            crate::read_opened(&file, Container::ARCHIVE, Limits::DEFAULT, &mut |item| {
                if let Item::Record(record) = item {
                    images.extend(parse_record(Container::ARCHIVE, record.raw).unwrap().images);
                }
                ControlFlow::Continue(())
            })
            .unwrap();
            let [ImageRef::Embedded(image)] = &images[..] else { panic!("{images:?}") };
            let read = read_embedded(&file, Container::ARCHIVE, None, image, &mut |_| Ok(())).unwrap();
            assert_eq!(*blake3::hash(&read).as_bytes(), image.hash);
        }
        let packed = deflated("t.jsonl", line.as_bytes(), crc(line.as_bytes()));
        let reading = read_all(&file_of(&packed), Container::ARCHIVE, Limits::DEFAULT);
        assert!(reading.raws()[0].contains("unpack the archive"), "{:?}", reading.raws());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn whatever_is_damaged_of_an_archive_its_reader_ends(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
            length in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
            kind in 0..3_u8,
        ) {
            let files: [(&str, &[u8]); 3] =
                [("a/1.png", PNG), ("a/t.jsonl", LINES), ("a/c.csv", b"image,caption\na/1.png,A dog.\n")];
            let mut bytes = match kind {
                0 => tar(&files),
                1 => zip(&files),
                _ => deflated("t.jsonl", LINES, crc(LINES)),
            };
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if is_cut {
                bytes.truncate(length.index(bytes.len()));
            }
            drop(sniffed(&bytes));
            let reading = read_all(&file_of(&bytes), Container::ARCHIVE, Limits::DEFAULT);
            let lost = reading.problems.iter().filter(|problem| problem.number.is_some()).count();
            prop_assert_eq!(reading.end.records, (reading.records.len() + lost) as u64);
        }
    }
}

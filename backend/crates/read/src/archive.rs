//! Annotation files inside a tar or zip archive, as a rule next to the pictures that they are about.
//!
//! A file that lies in an archive is read like one that does not: its records get the same JSON form that other readers
//! hand out, and pictures in base64 the address of their characters in the archive, unless the file is deflated. Which
//! files of an archive are annotations is found by listing it and looking into those whose names say that they are
//! text; the JSON file of one picture is none.

use crate::dialect::stored_form;
use crate::gzip::Checkpoints;
use crate::records::read_text;
use crate::sniff::sniff_text;
use crate::split::{Deflated, Item, Limits, Output, Problem, Stop, TextAt, read_at};
use crate::tar::{TarError, TarMembers};
use crate::unpacked::Unpacked;
use crate::zip::{ZipError, ZipMember, scan_zip, unpacked_path};
use crate::{Container, File, Packing, Sniff, is_picture_name, is_sidecar_name, open_file};
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// How many folders of an archive are named.
const FOLDERS: usize = 20;

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

/// The folders inside a plain archive that its annotation files lie in, a few at most; none for an archive that cannot be
/// read. Pictures may be named from there.
pub fn annotation_folders(path: &Path) -> Vec<String> {
    let listed = open_file(path).and_then(|file| {
        let listing = Archive::plain(&file)?.list(u64::MAX).unwrap_or_default();
        Ok(listing.texts.into_iter().map(|member| member.path).collect::<Vec<_>>())
    });
    let paths = listed.unwrap_or_default();
    let folders: BTreeSet<&str> = paths.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    folders.into_iter().take(FOLDERS).map(str::to_owned).collect()
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

/// Ends of the names of files that may be annotations.
const TEXTS: [&str; 5] = ["json", "jsonl", "ndjson", "csv", "tsv"];

/// Ends of the names of data that is not read out of an archive.
const UNREAD: [&str; 14] = [
    "parquet", "arrow", "feather", "pkl", "pickle", "gz", "zst", "xz", "bz2", "tar", "tgz", "zip",
    "tfrecord", "xlsx",
];

/// The most files that may be annotations: an archive with more has one for each picture.
const MOST_TEXTS: usize = 10_000;

/// How many of the files that are not read are named.
const NAMED: usize = 3;

/// Bytes of a zip member's header before its name.
const ZIP_HEADER: usize = 30;

/// An archive, by its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Archive<'f> {
    pub(crate) file: &'f File,
    pub(crate) packing: Packing,
    pub(crate) checkpoints: Option<&'f Checkpoints>,
    /// Number of its bytes when unpacked as a whole.
    pub(crate) length: u64,
}

/// An annotation file, or what may be one.
pub(crate) struct Member<'f> {
    /// Its path in the archive.
    pub(crate) path: String,
    pub(crate) text: TextAt<'f>,
}

impl Member<'_> {
    /// Whether it is called a JSON file, as what says something about one picture is.
    pub(crate) fn is_json(&self) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("json"))
    }
}

/// What lies in an archive.
#[derive(Default)]
pub(crate) struct Listing<'f> {
    /// Number of files that are called pictures.
    pub(crate) pictures: u64,
    /// Texts and JSON files of single pictures: how many there are, and the first.
    pub(crate) other_texts: u64,
    pub(crate) first_other_text: Option<String>,
    /// What may be annotations, in the archive's order.
    pub(crate) texts: Vec<Member<'f>>,
    /// The first files that look like data and are not read out of an archive.
    pub(crate) unread: Vec<String>,
    /// What is wrong with the archive.
    pub(crate) trouble: Option<String>,
}

/// Why an archive cannot be listed.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    Io(io::Error),
    Damaged(String),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl<'f> Archive<'f> {
    /// One that is not packed as a whole.
    pub(crate) fn plain(file: &'f File) -> io::Result<Self> {
        Ok(Self { file, packing: Packing::Plain, checkpoints: None, length: file.metadata()?.len() })
    }

    /// Lists the archive; of a tar archive so many files at most, since it has no directory.
    pub(crate) fn list(self, most: u64) -> Result<Listing<'f>, ArchiveError> {
        let mut sorting = Sorting::default();
        let trouble =
            if self.is_zip()? { self.list_zip(&mut sorting)? } else { self.list_tar(most, &mut sorting)? };
        let mut listing = sorting.finish();
        listing.trouble = listing.trouble.or(trouble);
        Ok(listing)
    }

    fn is_zip(self) -> io::Result<bool> {
        let mut magic = [0; 2];
        Ok(Unpacked::new(self.file, self.packing, self.checkpoints).fill(&mut magic, 0)? && magic == *b"PK")
    }

    fn list_zip(self, sorting: &mut Sorting<'f>) -> Result<Option<String>, ArchiveError> {
        let mut failed = None;
        let guesses =
            scan_zip(self.file, &mut |member| match sorting.add(&member.path, || self.zip_text(member)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            });
        match (failed, guesses) {
            (Some(error), _) | (None, Err(ZipError::Io(error))) => Err(ArchiveError::Io(error)),
            (None, Err(error)) => Err(ArchiveError::Damaged(error.to_string())),
            (None, Ok(guesses)) => Ok(guesses),
        }
    }

    /// The text of a zip member: behind its header, whose length only the header says.
    fn zip_text(self, member: &ZipMember) -> io::Result<TextAt<'f>> {
        let mut header = [0; ZIP_HEADER];
        let filled = read_at(self.file, &mut header, member.offset)?;
        let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        // A header that is not there makes a text that is no annotations.
        let names = if filled == ZIP_HEADER { length(26) + length(28) } else { 0 };
        let begin = member.offset.saturating_add(ZIP_HEADER as u64 + names);
        let ZipMember { stored, size, crc, .. } = *member;
        Ok(if member.is_deflated {
            TextAt::deflated(self.file, Deflated { begin, stored, size, crc })
        } else {
            TextAt::member(self.file, Packing::Plain, None, begin, begin.saturating_add(stored))
        })
    }

    fn list_tar(self, most: u64, sorting: &mut Sorting<'f>) -> Result<Option<String>, ArchiveError> {
        let bytes = Unpacked::new(self.file, self.packing, self.checkpoints);
        let mut members = TarMembers::of(bytes, self.length);
        for _ in 0..most {
            let member = match members.next_member() {
                Ok(Some(member)) => member,
                Ok(None) => break,
                Err(TarError::Io(error)) => return Err(ArchiveError::Io(error)),
                Err(error) => return Ok(Some(error.to_string())),
            };
            let path = unpacked_path(&member.path).filter(|_| member.is_file);
            let end = member.data + member.size;
            let text = || Ok(TextAt::member(self.file, self.packing, self.checkpoints, member.data, end));
            if let Some(path) = path {
                sorting.add(&path, text)?;
            }
        }
        Ok(None)
    }
}

/// Sorts an archive's files by their names.
#[derive(Default)]
struct Sorting<'f> {
    listing: Listing<'f>,
    /// Hashes of the pictures' paths without their extensions.
    pictures: HashSet<u64>,
    /// The same of texts that may be of single pictures, and the path of the first.
    captions: Vec<u64>,
    first_caption: Option<String>,
}

impl<'f> Sorting<'f> {
    fn add(&mut self, path: &str, text: impl FnOnce() -> io::Result<TextAt<'f>>) -> io::Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        // What macOS adds to each file of an archive.
        if name.starts_with('.') || path.starts_with("__MACOSX/") {
            return Ok(());
        }
        let end = name.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
        if is_picture_name(name) {
            self.listing.pictures += 1;
            self.pictures.insert(stem(path));
        } else if TEXTS.contains(&end.as_str()) {
            if self.listing.texts.len() < MOST_TEXTS {
                self.listing.texts.push(Member { path: path.to_owned(), text: text()? });
            }
        } else if is_sidecar_name(name) {
            self.captions.push(stem(path));
            self.first_caption.get_or_insert_with(|| path.to_owned());
        } else if UNREAD.contains(&end.as_str()) && self.listing.unread.len() < NAMED {
            self.listing.unread.push(path.to_owned());
        }
        Ok(())
    }

    fn finish(self) -> Listing<'f> {
        let Self { mut listing, pictures, captions, first_caption } = self;
        let before = listing.texts.len();
        let mut first = None;
        listing.texts.retain(|member| {
            let is_of_picture = member.is_json() && pictures.contains(&stem(&member.path));
            if is_of_picture && first.is_none() {
                first = Some(member.path.clone());
            }
            !is_of_picture
        });
        let captions = captions.iter().filter(|stem| pictures.contains(stem)).count();
        listing.other_texts = (before - listing.texts.len() + captions) as u64;
        listing.first_other_text = first.or(first_caption);
        if before == MOST_TEXTS {
            let trouble =
                format!("no more than {MOST_TEXTS} annotation files of the archive are looked into");
            listing.trouble = Some(trouble);
        }
        listing
    }
}

/// The hash of a path without its extension.
fn stem(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.rsplit_once('.').map_or(path, |(stem, _)| stem).hash(&mut hasher);
    hasher.finish()
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

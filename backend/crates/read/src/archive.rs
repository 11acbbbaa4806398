//! What lies in a tar or zip archive: the files that may be annotations, how many are pictures, and what is not read.
//!
//! Which files of an archive are annotations is found by listing it and looking into those whose names say that they are
//! text; the JSON file of one picture is none.

use crate::gzip::Checkpoints;
use crate::split::{Deflated, TextAt, read_at};
use crate::tar::{TarError, TarMembers};
use crate::unpacked::Unpacked;
use crate::zip::{ZipError, ZipMember, scan_zip, unpacked_path};
use crate::{File, Packing, is_picture_name, is_sidecar_name, open_file};
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// How many folders of an archive are named.
const FOLDERS: usize = 20;

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

//! Archives as folders: what is found in them, where it appears, the many forms of zip archives, and damaged ones.

use super::{Archives, Member, first_names};
use crate::{ImageError, PictureMemory, name_hash};
use blendscope_read::pack;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

/// A root with archives in it, and a cache beside it.
struct Root {
    folder: TempDir,
    cache: TempDir,
    archives: Vec<(PathBuf, Vec<PathBuf>)>,
}

impl Root {
    fn new() -> Self {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Self { folder, cache, archives: Vec::new() }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    fn add(mut self, relative: &str, bytes: Vec<u8>) -> Self {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        self.archives.push((path, Vec::new()));
        self
    }

    /// The last archive stands for this folder too.
    fn for_folder(mut self, relative: &str) -> Self {
        let folder = self.path(relative);
        self.archives.last_mut().unwrap().1.push(folder);
        self
    }

    fn open(&self) -> Archives {
        let bases = ["data".to_owned(), "playground/data".to_owned()];
        let data = [self.path("data"), self.path("more")];
        Archives::open(&self.archives, &data, &bases, self.cache.path(), &AtomicBool::new(false))
    }

    /// The bytes that appear at a path.
    fn read(&self, archives: &Archives, relative: &str) -> Option<Vec<u8>> {
        archives.find(&self.path(relative)).map(|member| bytes_of(&member).unwrap())
    }
}

/// The bytes of a member.
fn bytes_of(member: &Member) -> Result<Vec<u8>, ImageError> {
    let content = member.source(&PictureMemory::new(1 << 30))?.content;
    Ok(content.head(content.len() as usize)?)
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    pack::tar_of(files.iter().copied()).unwrap()
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    pack::zip_of(files.iter().copied()).unwrap()
}

fn problem(archives: &Archives) -> &str {
    let [(_, message)] = archives.problems() else { panic!("{:?}", archives.problems()) };
    message
}

#[test]
fn an_archive_cut_short_says_so() {
    let files = [("1.jpg", &[1; 1000][..]), ("2.jpg", &[2; 1000])];
    let (tar, zip) = (tar_of(&files), zip_of(&files));
    let root = Root::new().add("x.tar", tar[..2500].to_vec());
    let archives = root.open();
    assert_eq!(
        problem(&archives),
        "only the first 1 files can be found: the archive is cut short at byte 2500: fetch it again"
    );
    assert_eq!(root.read(&archives, "1.jpg").unwrap(), [1; 1000]);
    // What is wrong is reported again when the index comes from the cache.
    assert_eq!(root.open().problems(), archives.problems());

    let root = Root::new().add("x.zip", zip[..zip.len() - 40].to_vec());
    assert!(problem(&root.open()).starts_with("the end of the zip archive is missing"));
    assert!(first_names(&root.path("x.zip"), 5).unwrap_err().to_string().contains("cut short"));
}

#[test]
fn what_is_no_archive_is_told() {
    let root = Root::new().add("x.tar", b"<html>".to_vec()).add("y.zip", Vec::new());
    let archives = root.open();
    assert_eq!(archives.problems().len(), 2);
    assert!(archives.problems()[0].1.starts_with("neither a tar nor a zip archive"));
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(
        is_zip in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let files = [("data/1.jpg", &b"one"[..]), ("data/a/2.jpg", &[2; 600]), ("data/3.png", b"")];
        let mut bytes = if is_zip { zip_of(&files) } else { tar_of(&files)[..5120].to_vec() };
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let root = Root::new().add("data/x.zip", bytes);
        let archives = root.open();
        for path in ["data/1.jpg", "data/data/1.jpg", "data/a/2.jpg", "data/3.png"] {
            if let Some(member) = archives.find(&root.path(path))
                && let Ok(bytes) = bytes_of(&member)
            {
                prop_assert_eq!(bytes.len() as u64, member.size);
            }
        }
        archives.names(&root.path("data"));
        let _ = first_names(&root.path("data/x.zip"), 2);
    }
}

#[test]
fn members_appear_beside_the_archive_and_below_its_name() {
    let root = Root::new()
        .add("data/llava/images.zip", zip_of(&[("00453/1.jpg", b"zip"), ("./top.jpg", b"top")]))
        .add("data/sam/000000.tar", tar_of(&[("./sa_1.jpg", b"one"), ("sa_1.json", b"{}")]))
        .add("data/sam/000001.tar", tar_of(&[("./sa_2.jpg", b"two")]));
    let archives = root.open();
    assert!(archives.problems().is_empty(), "{:?}", archives.problems());
    for (path, bytes) in [
        ("data/llava/images/00453/1.jpg", "zip"),
        ("data/llava/00453/1.jpg", "zip"),
        ("data/llava/images/top.jpg", "top"),
        ("data/sam/sa_1.jpg", "one"),
        ("data/sam/000000/sa_1.jpg", "one"),
        ("data/sam/sa_2.jpg", "two"),
    ] {
        assert_eq!(root.read(&archives, path).as_deref(), Some(bytes.as_bytes()), "{path}");
    }
    for path in
        ["data/sam/000001/sa_1.jpg", "data/llava/images/00453", "data/llava/images", "data", "data/sam/x"]
    {
        assert!(archives.find(&root.path(path)).is_none(), "{path}");
    }
    assert!(archives.find(&root.path("data/sam/../sam/sa_1.jpg")).is_none());
    assert!(Archives::empty().find(&root.path("data/sam/sa_1.jpg")).is_none());
}

#[test]
fn names_of_a_folder_come_from_all_archives_in_it() {
    let root = Root::new()
        .add("data/sam/000000.tar", tar_of(&[("sa_1.jpg", b"1"), ("in/sa_9.jpg", b"9")]))
        .add("data/sam/000001.tar", tar_of(&[("sa_2.jpg", b"2"), ("sa_1.jpg", b"1")]));
    let archives = root.open();
    let mut expected = [name_hash("sa_1.jpg"), name_hash("sa_2.jpg")];
    expected.sort_unstable();
    assert_eq!(archives.names(&root.path("data/sam")), expected);
    assert_eq!(archives.names(&root.path("data/sam/in")), [name_hash("sa_9.jpg")]);
    assert_eq!(archives.names(&root.path("data/sam/000000/in")), [name_hash("sa_9.jpg")]);
    assert!(archives.names(&root.path("data")).is_empty());
}

#[test]
fn a_data_folder_inside_an_archive_is_the_roots_own() {
    let wikiart = [("data/wikiart/images/1.jpg", &b"1"[..]), ("data/wikiart/images/2.jpg", b"2")];
    let half = [("data/web/1.jpg", &b"1"[..]), ("readme.txt", b"")];
    let root = Root::new()
        .add("downloads/wikiart.zip", zip_of(&wikiart))
        .add("downloads/web.zip", zip_of(&half))
        .add("downloads/deep.tar", tar_of(&[("playground/data/coco/3.jpg", b"3")]));
    let archives = root.open();
    for folder in ["data", "more"] {
        let read = |path: &str| root.read(&archives, &format!("{folder}/{path}"));
        assert_eq!(read("wikiart/images/1.jpg").as_deref(), Some(&b"1"[..]));
        assert_eq!(read("coco/3.jpg").as_deref(), Some(&b"3"[..]));
        assert_eq!(read("web/1.jpg"), None, "not all members lie in a data folder");
    }
    assert!(archives.names(&root.path("more/wikiart/images")).contains(&name_hash("2.jpg")));
}

#[test]
fn the_last_of_several_members_with_one_path_counts() {
    let files = [("1.jpg", &b"old"[..]), ("./1.jpg", b"newer")];
    let root = Root::new().add("a/x.zip", zip_of(&files)).add("b/x.tar", tar_of(&files));
    let archives = root.open();
    assert_eq!(root.read(&archives, "a/1.jpg").unwrap(), b"newer");
    assert_eq!(root.read(&archives, "b/1.jpg").unwrap(), b"newer");
}

#[test]
fn a_changed_archive_is_noticed_and_indexed_anew() {
    let root = Root::new().add("x.tar", tar_of(&[("1.jpg", b"one")]));
    let archives = root.open();
    let before = archives.find(&root.path("1.jpg")).unwrap();
    std::fs::write(root.path("x.tar"), tar_of(&[("0.jpg", &[1; 9_000]), ("1.jpg", b"uno")])).unwrap();
    let error = bytes_of(&before).unwrap_err().to_string();
    assert!(error.contains("changed"), "{error}");
    let archives = root.open();
    assert_eq!(root.read(&archives, "1.jpg").unwrap(), b"uno");
    assert_ne!(archives.find(&root.path("1.jpg")).unwrap().version(), before.version());
}

#[test]
fn an_index_is_made_once_and_a_damaged_one_again() {
    let root = Root::new().add("x.tar", tar_of(&[("1.jpg", b"one")]));
    let index = || std::fs::read_dir(root.cache.path()).unwrap().next().unwrap().unwrap().path();
    let written = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
    root.open();
    let first = written(&index());
    root.open();
    assert_eq!(written(&index()), first);
    let whole = std::fs::read(index()).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(index(), &damaged).unwrap();
        assert_eq!(root.read(&root.open(), "1.jpg").unwrap(), b"one", "byte {at}");
        assert_eq!(std::fs::read(index()).unwrap(), whole);
    }
    std::fs::write(index(), &whole[..10]).unwrap();
    assert_eq!(root.read(&root.open(), "1.jpg").unwrap(), b"one");
    assert_eq!(std::fs::read_dir(root.cache.path()).unwrap().count(), 1);
}

#[test]
fn an_archive_appears_in_the_folder_that_it_stands_for() {
    let root = Root::new().add("sam/000000.tar", tar_of(&[("./sa_1.jpg", b"one")])).for_folder("sam/images");
    let archives = root.open();
    for place in ["sam/images/sa_1.jpg", "sam/sa_1.jpg", "sam/000000/sa_1.jpg"] {
        assert_eq!(root.read(&archives, place).as_deref(), Some(&b"one"[..]), "{place}");
    }
    assert_eq!(archives.names(&root.path("sam/images")).len(), 1);
}

#[test]
fn stopping_leaves_the_rest_for_later() {
    let root = Root::new().add("x.tar", tar_of(&[("1.jpg", b"one")]));
    let archives = Archives::open(&root.archives, &[], &[], root.cache.path(), &AtomicBool::new(true));
    assert!(archives.problems().is_empty());
    assert!(archives.find(&root.path("1.jpg")).is_none());
}

/// The same archive with the checksums of its only file's contents.
fn summed(zip: Vec<u8>, contents: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(contents);
    patched(zip, Some(14), 16, &crc.sum().to_le_bytes())
}

/// Puts a little-endian number into every directory entry (and, with `header`, every header) of a zip archive.
fn patched(mut bytes: Vec<u8>, header: Option<usize>, entry: usize, value: &[u8]) -> Vec<u8> {
    for at in 0..bytes.len() - 3 {
        let place = match &bytes[at..at + 4] {
            b"PK\x03\x04" => header,
            b"PK\x01\x02" => Some(entry),
            _ => None,
        };
        if let Some(place) = place {
            bytes[at + place..at + place + value.len()].copy_from_slice(value);
        }
    }
    bytes
}

fn only(root: &Root) -> Member {
    root.open().find(&root.path("1.jpg")).unwrap()
}

#[test]
fn deflated_members_are_unpacked() {
    let text = b"red red red red red red red red".repeat(100);
    let packed = miniz_oxide::deflate::compress_to_vec(&text, 9);
    let zip = patched(zip_of(&[("1.jpg", &packed)]), Some(8), 10, &[8, 0]);
    let zip = patched(zip, Some(22), 24, &(text.len() as u32).to_le_bytes());
    let root = Root::new().add("x.zip", summed(zip, &text));
    assert_eq!(bytes_of(&only(&root)).unwrap(), text);
}

#[test]
fn a_checksum_that_is_not_true_is_an_error() {
    let mut zip = zip_of(&[("1.jpg", b"one")]);
    let place = zip.windows(3).position(|bytes| bytes == b"one").unwrap();
    assert_eq!(bytes_of(&only(&Root::new().add("x.zip", zip.clone()))).unwrap(), b"one");
    zip[place] ^= 1;
    let root = Root::new().add("x.zip", zip);
    let member = only(&root);
    assert!(member.source(&PictureMemory::new(1 << 20)).unwrap_err().to_string().contains("its CRC-32 is"));
    assert!(member.glance().is_err());
}

#[test]
fn names_of_other_code_pages_are_found_and_told() {
    // Without the flag that says that they are UTF-8.
    let mut zip = patched(zip_of(&[("??.jpg", b"one")]), Some(6), 8, &[0, 0]);
    for at in 0..zip.len() - 2 {
        if zip[at..at + 2] == *b"??" {
            zip[at..at + 2].copy_from_slice(b"\x8e\xca");
        }
    }
    let root = Root::new().add("x.zip", zip);
    let archives = root.open();
    assert_eq!(root.read(&archives, "\u{5199}.jpg").unwrap(), b"one", "Shift JIS");
    assert_eq!(root.read(&archives, "\u{c4}\u{2569}.jpg").unwrap(), b"one", "code page 437");
    assert!(problem(&archives).contains("1 name is not UTF-8"));
}

#[test]
fn a_size_that_is_not_true_is_an_error() {
    let packed = miniz_oxide::deflate::compress_to_vec(&[0; 10_000], 9);
    let zip = patched(zip_of(&[("1.jpg", &packed)]), Some(8), 10, &[8, 0]);
    for size in [0_u32, 10, 9_999, 10_001, u32::MAX - 1] {
        let root = Root::new().add("x.zip", patched(zip.clone(), None, 24, &size.to_le_bytes()));
        assert!(bytes_of(&only(&root)).is_err(), "{size}");
    }
    let root = Root::new().add("x.zip", patched(zip_of(&[("1.jpg", b"one")]), None, 20, &[200, 0]));
    assert!(bytes_of(&only(&root)).is_err());
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let files = [("1.jpg", &b"one"[..])];
    for (entry, value, told) in [
        (8, 1_u16, "1 encrypted file is left out"),
        (10, 93, "1 file packed by zstd (method 93), which is not read, is left out"),
    ] {
        let root = Root::new().add("x.zip", patched(zip_of(&files), None, entry, &value.to_le_bytes()));
        let archives = root.open();
        assert_eq!(problem(&archives), told);
        assert!(archives.find(&root.path("1.jpg")).is_none());
    }
}

#[test]
fn names_are_made_the_same() {
    let windows = patched(zip_of(&[("a\\b\\1.jpg", b"one")]), None, 5, &[0]);
    let files = [("a\\2.jpg", &b"two"[..]), ("../3.jpg", b""), ("日本/4.jpg", b"four"), ("folder/", b"")];
    let root = Root::new().add("x.zip", windows).add("y.zip", zip_of(&files));
    let archives = root.open();
    assert_eq!(root.read(&archives, "a/b/1.jpg").unwrap(), b"one");
    assert_eq!(root.read(&archives, "a\\2.jpg").unwrap(), b"two", "written on Unix");
    assert_eq!(root.read(&archives, "日本/4.jpg").unwrap(), b"four");
    assert_eq!(first_names(&root.path("y.zip"), 9).unwrap(), ["a\\2.jpg", "日本/4.jpg"]);
    assert_eq!(first_names(&root.path("y.zip"), 1).unwrap(), ["a\\2.jpg"]);
}

#[test]
fn links_are_left_out() {
    let link = patched(zip_of(&[("1.jpg", b"../../etc/passwd")]), None, 40, &0o120_777_u16.to_le_bytes());
    let root = Root::new().add("x.zip", link);
    assert!(root.open().find(&root.path("1.jpg")).is_none());
}

#[test]
fn something_before_and_a_comment_behind_do_no_harm() {
    let mut zip = zip_of(&[("1.jpg", b"one")]);
    let comment_length = zip.len() - 2;
    let comment = b"PK\x05\x06 is how an end begins";
    zip[comment_length] = comment.len() as u8;
    zip.extend(comment);
    let root = Root::new().add("x.zip", [b"PK\x03\x04 unpacks itself", &zip[..]].concat());
    assert_eq!(bytes_of(&only(&root)).unwrap(), b"one");
}

#[test]
fn zip64_numbers_replace_full_fields() {
    let bytes = zip_of(&[("1.jpg", b"one")]);
    let (directory, end) = (bytes.len() - 22 - 46 - 5, bytes.len() - 22);
    let mut entry = bytes[directory..end].to_vec();
    entry[20..28].fill(0xff);
    entry[42..46].fill(0xff);
    entry[30] = 28;
    entry.extend([1, 0, 24, 0]);
    for number in [3_u64, 3, 0] {
        entry.extend(number.to_le_bytes());
    }
    let mut zip = [&bytes[..directory], &entry].concat();
    let end64 = zip.len() as u64;
    zip.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    for number in [1, 1, entry.len() as u64, directory as u64] {
        zip.extend(number.to_le_bytes());
    }
    zip.extend(b"PK\x06\x07\0\0\0\0");
    zip.extend(end64.to_le_bytes());
    zip.extend([1, 0, 0, 0]);
    zip.extend([&bytes[end..end + 8], &[0xff; 12], &[0; 2]].concat());
    let root =
        Root::new().add("x.zip", zip.clone()).add("y/x.zip", [&[b'P', b'K', 3, 4, 0], &zip[..]].concat());
    assert_eq!(root.open().problems(), []);
    assert_eq!(bytes_of(&only(&root)).unwrap(), b"one");
    assert_eq!(root.read(&root.open(), "y/1.jpg").unwrap(), b"one");
}

//! Boxes by id, over several files, and what happens when a file changes.

use super::*;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

/// A folder with a folder for the index and box files.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn open(&self, paths: &[PathBuf]) -> BoxIndex {
        BoxIndex::open_or_build(&self.home(), paths, &AtomicBool::new(false)).unwrap().unwrap()
    }

    /// Inode of the table: another one when it was written anew.
    fn inode(&self) -> u64 {
        std::fs::metadata(self.home().join("boxes.1.idx")).unwrap().ino()
    }
}

fn labels(index: &BoxIndex, id: &str) -> Vec<String> {
    index.boxes_of(id).into_iter().map(|labelled| labelled.label).collect()
}

fn item(id: &str, label: &str) -> String {
    format!(r#"{{"id":{id},"boxes":[[1,2,3,4]],"scores":[0.5],"labels":["{label}"]}}"#)
}

#[test]
fn boxes_are_found_by_id_over_all_files() {
    let place = Place::new();
    let list =
        format!("[{},{},{}]", item("17", "bus"), item("\"VG_100K/2\"", "犬"), r#"{"id":9,"frames":[]}"#);
    let one = place.file("one.json", &list);
    let two =
        place.file("two.json", &format!("{{\"a b\": {}, \"17\": {}}}", item("1", "cat"), item("1", "late")));
    let index = place.open(&[one, two]);
    assert_eq!(labels(&index, "17"), ["bus"], "the first file counts");
    assert_eq!(labels(&index, "VG_100K/2"), ["犬"]);
    assert_eq!(labels(&index, "a b"), ["cat"]);
    for other in ["9", "1", "", "\"17\""] {
        assert_eq!(index.boxes_of(other), [], "{other}");
    }
    let counts: Vec<_> = index.files().iter().map(|file| (file.items, file.videos, file.problems)).collect();
    assert_eq!(counts, [(2, 1, 0), (2, 0, 0)]);
    let expected = LabelledBox { edges: [1., 2., 3., 4.], label: "bus".to_owned(), score: Some(0.5) };
    assert_eq!(index.boxes_of("17"), [expected]);
}

#[test]
fn later_items_of_a_file_replace_earlier_ones() {
    let place = Place::new();
    let lines = place.file("a.jsonl", &[item("5", "old"), item("\"5\"", "new")].join("\n"));
    assert_eq!(labels(&place.open(&[lines]), "5"), ["new"]);
}

#[test]
fn ten_thousand_ids_are_all_found() {
    let place = Place::new();
    let items: Vec<String> = (0..10_000).map(|id| item(&id.to_string(), &format!("label {id}"))).collect();
    let index = place.open(&[place.file("a.json", &format!("[{}]", items.join(",")))]);
    for id in (0..10_000).step_by(37) {
        assert_eq!(labels(&index, &id.to_string()), [format!("label {id}")]);
    }
}

#[test]
fn a_changed_file_gives_nothing_until_it_is_read_again() {
    let place = Place::new();
    let path = place.file("a.json", &format!("[{}]", item("1", "old")));
    let paths = [path.clone()];
    let index = place.open(&paths);
    let first = place.inode();
    place.open(&paths);
    assert_eq!(place.inode(), first, "nothing changed, so nothing is read again");
    place.file("a.json", &format!("[{}, {}]", item("2", "two"), item("1", "new")));
    assert_eq!(index.boxes_of("1"), []);
    assert_eq!(labels(&place.open(&paths), "1"), ["new"]);
    assert_ne!(place.inode(), first);
    let more = [path, place.file("b.json", &item("3", "three"))];
    assert_eq!(labels(&place.open(&more), "3"), ["three"]);
}

#[test]
fn an_item_of_another_id_is_not_taken_for_the_right_one() {
    let place = Place::new();
    let path = place.file("a.json", &format!("[{}]", item("1", "one")));
    let index = place.open(std::slice::from_ref(&path));
    let before: SystemTime = std::fs::metadata(&path).unwrap().modified().unwrap();
    place.file("a.json", &format!("[{}]", item("2", "one")));
    File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    assert_eq!(index.boxes_of("1"), []);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_read() {
    let place = Place::new();
    let good = place.file("a.json", &item("1", "one"));
    let index = place.open(&[place.folder.path().join("gone.json"), good]);
    assert_eq!(labels(&index, "1"), ["one"]);
    assert!(index.files()[0].first_problems[0].contains("gone.json"));
}

#[test]
fn what_is_kept_and_damaged_is_made_anew() {
    let place = Place::new();
    let paths = [place.file("a.json", &format!("[{},{}]", item("1", "one"), item("2", "two")))];
    place.open(&paths);
    let table = place.home().join("boxes.1.idx");
    let whole = std::fs::read(&table).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&table, &whole[..length]).unwrap();
        assert_eq!(labels(&place.open(&paths), "2"), ["two"], "cut at {length}");
        assert_eq!(std::fs::read(&table).unwrap(), whole);
    }
}

#[test]
fn without_files_or_when_stopped_there_is_no_index() {
    let place = Place::new();
    let stopping = AtomicBool::new(false);
    assert!(BoxIndex::open_or_build(&place.home(), &[], &stopping).unwrap().is_none());
    stopping.store(true, Ordering::Relaxed);
    let paths = [place.file("a.json", &item("1", "one"))];
    assert!(BoxIndex::open_or_build(&place.home(), &paths, &stopping).unwrap().is_none());
    assert_eq!(std::fs::read_dir(place.home()).unwrap().count(), 0);
}

#[test]
fn several_may_make_the_table_at_once() {
    let place = Place::new();
    let paths = [place.file("boxes.json", &format!("[{}]", item("17", "bus")))];
    std::fs::create_dir_all(place.home()).unwrap();
    let table = place.home().join("boxes.1.idx");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert!(build(&table, &paths, &AtomicBool::new(false)).unwrap());
                }
            });
        }
    });
    assert_eq!(labels(&place.open(&paths), "17"), ["bus"]);
    assert_eq!(std::fs::read_dir(place.home()).unwrap().count(), 1, "nothing else is left");
}

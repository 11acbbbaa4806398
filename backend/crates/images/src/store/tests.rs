//! The files themselves: damage, size, order of removal.

use super::*;

fn key(number: u32) -> blake3::Hash {
    blake3::hash(&number.to_le_bytes())
}

/// A store of files of 108 bytes each, numbered, the lower the longer unused.
fn filled(dir: &Path, max_bytes: u64, numbers: std::ops::Range<u32>) -> Arc<Store> {
    let store = Arc::new(Store::new(dir.to_owned(), u64::MAX));
    for number in numbers {
        store.save(&key(number), &[number as u8; 100]).unwrap();
        let age = Duration::from_hours(u64::from(1000 - number));
        let file = File::open(store.path(&key(number))).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    Arc::new(Store::new(dir.to_owned(), max_bytes))
}

fn kept(store: &Store, numbers: std::ops::Range<u32>) -> Vec<u32> {
    numbers.filter(|&number| store.path(&key(number)).exists()).collect()
}

#[test]
fn a_damaged_file_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), u64::MAX, 0..4);
    let rewrite = |number, change: fn(&mut Vec<u8>)| {
        let path = store.path(&key(number));
        let mut content = fs::read(&path).unwrap();
        change(&mut content);
        fs::write(&path, content).unwrap();
    };
    rewrite(0, |content| content[50] ^= 1);
    rewrite(1, |content| content.truncate(60));
    rewrite(2, Vec::clear);
    for number in 0..3 {
        assert_eq!(store.load(&key(number)), None);
    }
    assert_eq!(store.load(&key(3)), Some(vec![3; 100]));
    assert_eq!(kept(&store, 0..4), [3]);
}

#[test]
fn the_longest_unused_go_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 1080, 0..20);
    assert!(store.load(&key(2)).is_some());
    store.sweep();
    // 972 bytes, nine tenths of the bound, are nine files: the one just used and the eight written last.
    assert_eq!(kept(&store, 0..20), [2, 12, 13, 14, 15, 16, 17, 18, 19]);
    assert_eq!(store.used_bytes.load(Ordering::Relaxed), 972);
}

#[test]
fn a_store_within_its_bound_keeps_everything() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 2160, 0..20);
    store.sweep();
    assert_eq!(kept(&store, 0..20).len(), 20);
}

#[test]
fn writing_keeps_to_the_bound_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::new(dir.path().to_owned(), 1080));
    for number in 0..500 {
        store.save(&key(number), &[0; 100]).unwrap();
    }
    let start = SystemTime::now();
    while store.used_bytes.load(Ordering::Relaxed) > 1080 || store.is_sweeping.load(Ordering::Acquire) {
        assert!(!is_older(start, Duration::from_secs(20)), "never within the bound");
        store.sweep_in_background();
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!((1..=10).contains(&kept(&store, 0..500).len()));
}

#[test]
fn leftovers_go_and_the_files_of_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 0, 0..1);
    let folder = store.path(&key(0)).parent().unwrap().to_owned();
    for name in ["unfinished-old", "unfinished-new", "notes.txt"] {
        let file = File::create(folder.join(name)).unwrap();
        let age = if name == "unfinished-new" { Duration::ZERO } else { Duration::from_hours(2) };
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    store.sweep();
    let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["notes.txt", "unfinished-new"]);
}

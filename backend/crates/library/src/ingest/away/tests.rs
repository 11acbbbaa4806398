use super::*;
use crate::store::state::FileState;
use crate::store::state::GenerationState;
use crate::store::state::Stamp;
use blendscope_read::Container;
use std::fs;

fn found(root: &Path, paths: &[&str]) -> Resolved {
    let file = |path: &&str| FoundFile {
        path: root.join(path),
        relative: (*path).to_owned(),
        container: Container::JSON_ARRAY,
        bytes: 2,
    };
    let files: Vec<FoundFile> = paths.iter().map(file).collect();
    let dataset = FoundDataset { slug: "set".to_owned(), files, ..FoundDataset::default() };
    let datasets = if paths.is_empty() { Vec::new() } else { vec![dataset] };
    Resolved { root: root.to_owned(), datasets, ..Resolved::default() }
}

/// Three samples of each file, which were on a device of this number.
fn indexed(paths: &[&str], device: u64) -> Manifest {
    let mut manifest = Manifest::default();
    for (number, path) in (1..).zip(paths) {
        let stamp = Stamp { device, ..Stamp::default() };
        let file = FileState { rows: 3, ..FileState::new((*path).to_owned(), Container::JSON_ARRAY, stamp) };
        let dataset = "set".to_owned();
        let files = vec![file];
        manifest.put(GenerationState { generation: number, dataset, files, ..GenerationState::default() });
    }
    manifest
}

fn device(path: &Path) -> u64 {
    fs::metadata(path).unwrap().dev()
}

#[test]
fn a_removed_file_is_gone_and_one_on_a_disk_that_is_not_mounted_is_away() {
    let root = tempfile::tempdir().unwrap();
    let here = device(root.path());
    fs::write(root.path().join("other.json"), "[]").unwrap();
    fs::create_dir(root.path().join("disk")).unwrap();
    let resolved = found(root.path(), &["other.json"]);
    let paths = ["other.json", "disk/inner/set.json"];

    let gone = Away::of(&resolved, &indexed(&paths, here));
    assert_eq!(gone.trouble(), None);
    let away = Away::of(&resolved, &indexed(&paths, here + 1));
    assert!(away.holds("set", "disk/inner/set.json") && !away.holds("set", "other.json"));
    assert!(!away.is_all());
    let trouble = away.trouble().unwrap();
    assert!(trouble.contains("the folder disk is empty") && trouble.contains("3 samples"), "{trouble}");

    // Something else lies where it was: nothing is mounted over it.
    fs::write(root.path().join("disk/note.txt"), "moved").unwrap();
    assert_eq!(Away::of(&resolved, &indexed(&paths, here + 1)).trouble(), None);
}

#[test]
fn an_empty_root_is_told_whatever_its_device() {
    let root = tempfile::tempdir().unwrap();
    let (here, nothing) = (device(root.path()), found(root.path(), &[]));
    let away = Away::of(&nothing, &indexed(&["a.json", "b/c.json"], here));
    assert!(away.is_all());
    let trouble = away.trouble().unwrap();
    assert!(trouble.contains("is empty") && trouble.contains("2 files there, 6 samples"), "{trouble}");
    assert!(!Away::of(&nothing, &Manifest::default()).is_all());
}

#[test]
fn files_that_are_away_stand_where_they_were() {
    let root = tempfile::tempdir().unwrap();
    let before = found(root.path(), &["a.json", "b.json", "c.json"]);
    fs::write(root.path().join("c.json"), "[]").unwrap();
    let files = HashSet::from([("set".to_owned(), "b.json".to_owned())]);
    let away = Away { files, ..Away::default() };
    for left in [&["a.json", "c.json"][..], &[]] {
        let mut resolved = found(root.path(), left);
        away.restore(&mut resolved, &before);
        let names: Vec<&str> = resolved.datasets[0].files.iter().map(|file| &*file.relative).collect();
        assert_eq!(names, if left.is_empty() { vec!["b.json"] } else { vec!["a.json", "b.json", "c.json"] });
    }
}

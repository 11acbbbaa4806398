use super::*;
use crate::state::Ranks;
use blendscope_local::PartsEnd;

fn state(generation: u32, rows: u32) -> GenerationState {
    GenerationState {
        generation,
        dataset: "mine".to_owned(),
        files: Vec::new(),
        rows,
        refs: 0,
        end: PartsEnd::default(),
        late: None,
        complete: true,
        keys_stamp: 1,
        folders_stamp: None,
        sized_at: None,
        broken: None,
        subset: None,
        has_repeats: false,
        ranks: Ranks::Unknown,
    }
}

#[test]
fn a_commit_is_read_back_and_writes_only_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::empty();
    let mut writer = ManifestWriter::new(folder.path(), None, &manifest);
    (1..100).for_each(|generation| manifest.put(state(generation, 5)));
    let first = writer.write(&manifest).unwrap();
    let before = manifest.clone();
    manifest.put(state(7, 6));
    manifest.generations.remove(&8);
    let second = writer.write(&manifest).unwrap();
    assert!(second.bytes - first.bytes < first.bytes / 20, "{first:?} {second:?}");
    assert_eq!(first.manifest(folder.path()).unwrap(), before);
    assert_eq!(second.manifest(folder.path()).unwrap(), manifest);
    assert_eq!(Commit::parse(&second.to_text()), Some(second));
}

#[test]
fn what_a_killed_process_left_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::empty();
    let mut writer = ManifestWriter::new(folder.path(), None, &manifest);
    manifest.put(state(1, 5));
    let first = writer.write(&manifest).unwrap();
    let mut lost = manifest.clone();
    (2..9).for_each(|generation| lost.put(state(generation, 5)));
    writer.write(&lost).unwrap();

    let committed = first.manifest(folder.path()).unwrap();
    let mut writer = ManifestWriter::new(folder.path(), Some(&first), &committed);
    manifest.put(state(2, 9));
    let second = writer.write(&manifest).unwrap();
    assert_eq!(second.manifest(folder.path()).unwrap(), manifest);
}

#[test]
fn a_log_of_outdated_states_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::empty();
    let mut writer = ManifestWriter::new(folder.path(), None, &manifest);
    let dataset = "x".repeat(100_000);
    let mut last = None;
    for rows in 0..40 {
        manifest.put(GenerationState { dataset: dataset.clone(), ..state(1, rows) });
        last = Some(writer.write(&manifest).unwrap());
    }
    let last = last.unwrap();
    assert!(last.log > 1 && last.bytes < 3 * OUTDATED_SPARE, "{last:?}");
    assert_eq!(last.manifest(folder.path()).unwrap(), manifest);
}

#[test]
fn a_damaged_log_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::empty();
    let mut writer = ManifestWriter::new(folder.path(), None, &manifest);
    manifest.put(state(1, 5));
    let commit = writer.write(&manifest).unwrap();
    let path = writer.path();
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        assert!(commit.manifest(folder.path()).is_err(), "byte {at}");
    }
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(commit.manifest(folder.path()).is_err());
}

//! Archives that are not as they should be.

use super::*;
use crate::archive::first_names;
use proptest::prelude::*;

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
    // What is wrong is told again when the index comes from the cache.
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

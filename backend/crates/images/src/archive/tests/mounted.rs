//! Where members appear.

use super::*;
use crate::name_hash;

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

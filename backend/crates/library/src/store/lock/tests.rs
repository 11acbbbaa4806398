use super::*;
use crate::store::lock::Holder;
use crate::store::lock::beat::Beat;
use crate::store::lock::beat::FILE;
use std::fs;
use std::fs::FileTimes;
use std::time::Duration;
use std::time::SystemTime;

fn put(dir: &Path, holder: &Holder, age: Duration) {
    let path = dir.join(FILE);
    fs::write(&path, serde_json::to_string(holder).unwrap()).unwrap();
    let time = SystemTime::now() - age;
    File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn elsewhere() -> Holder {
    Holder { host: "elsewhere".to_owned(), process: 7, ..Holder::this() }
}

#[test]
fn one_process_holds_a_folder_until_it_lets_go() {
    let dir = tempfile::tempdir().unwrap();
    let beat = Beat::take(dir.path()).unwrap().ok().unwrap();
    let holder = Beat::take(dir.path()).unwrap().err().unwrap();
    assert!(holder.contains(&std::process::id().to_string()), "{holder}");
    assert!(beat.check().is_ok());
    drop(beat);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(Beat::take(dir.path()).unwrap().is_ok());
}

#[test]
fn a_beat_from_elsewhere_holds_for_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), &elsewhere(), Duration::from_secs(30));
    assert_eq!(Beat::take(dir.path()).unwrap().err().unwrap(), "7 on elsewhere");
    assert!(matches!(Lock::take(dir.path()), Err(LibraryError::Held { .. })), "flock does not see it");
    put(dir.path(), &elsewhere(), Duration::from_secs(90));
    assert!(Beat::take(dir.path()).unwrap().is_ok());
    assert!(Lock::take(dir.path()).is_ok());
}

#[test]
fn a_process_of_this_machine_that_is_gone_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let gone = Holder { process: child.id(), ..Holder::this() };
    child.wait().unwrap();
    put(dir.path(), &gone, Duration::ZERO);
    assert!(Beat::take(dir.path()).unwrap().is_ok());
    // Its number came again.
    put(dir.path(), &Holder { started: 1, ..Holder::this() }, Duration::ZERO);
    assert!(Beat::take(dir.path()).unwrap().is_ok());
}

#[test]
fn who_was_taken_for_dead_notices_it() {
    let dir = tempfile::tempdir().unwrap();
    let beat = Beat::take(dir.path()).unwrap().ok().unwrap();
    put(dir.path(), &elsewhere(), Duration::ZERO);
    assert_eq!(beat.check().unwrap_err(), Lost::To("7 on elsewhere".to_owned()));
    drop(beat);
    assert!(dir.path().join(FILE).exists(), "the lock of another was removed");
}

#[test]
fn of_many_at_a_stale_lock_one_wins() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), &elsewhere(), Duration::from_secs(90));
        let taken: Vec<_> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| Beat::take(dir.path()).unwrap())).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let holding = taken.iter().flatten().filter(|beat| beat.check().is_ok()).count();
        assert_eq!(holding, 1);
    }
}

#[test]
fn half_a_lock_file_holds_for_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(FILE), "{\"host").unwrap();
    assert!(Beat::take(dir.path()).unwrap().is_err());
}

#[test]
fn a_folder_that_is_removed_or_replaced_is_not_held_any_more() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("index");
    fs::create_dir(&dir).unwrap();
    let lock = Lock::take(&dir).unwrap();
    assert_eq!(lock.check(), Ok(()));
    fs::rename(&dir, parent.path().join("moved")).unwrap();
    assert_eq!(lock.check(), Err(Lost::Folder));
    fs::create_dir(&dir).unwrap();
    let other = Lock::take(&dir).unwrap();
    assert_eq!((lock.check(), other.check()), (Err(Lost::Folder), Ok(())));
}

#[test]
fn whoever_may_only_read_sees_whether_somebody_writes() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Lock::holder_of_readable(dir.path()), None);
    let lock = Lock::take(dir.path()).unwrap();
    assert_eq!(Lock::holder_of_readable(dir.path()), Some(std::process::id().to_string()));
    drop(lock);
    assert_eq!(Lock::holder_of_readable(dir.path()), None);
    assert!(Lock::take(dir.path()).is_ok());
}

//! What the cache promises to those who ask it.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;

const PLENTY: u64 = 1 << 20;

fn never() -> Result<Vec<u8>, ImageError> {
    panic!("made again")
}

#[test]
fn a_thumbnail_is_made_once_and_outlives_the_cache() {
    let dir = tempfile::tempdir().unwrap();
    let cache = ThumbnailCache::open(dir.path(), PLENTY);
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![1, 2, 3])).unwrap(), [1, 2, 3]);
    assert_eq!(&*cache.get_or_make("a", never).unwrap(), [1, 2, 3]);
    assert_eq!(&*cache.get_or_make("b", || Ok(vec![4])).unwrap(), [4]);
    drop(cache);
    let cache = ThumbnailCache::open(dir.path(), PLENTY);
    assert_eq!(&*cache.get_or_make("a", never).unwrap(), [1, 2, 3]);
    assert!(cache.trouble().is_none());
}

#[test]
fn requests_at_the_same_time_wait_for_one_making() {
    let dir = tempfile::tempdir().unwrap();
    let cache = ThumbnailCache::open(dir.path(), PLENTY);
    let (made, start) = (AtomicUsize::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let answer = cache.get_or_make("a", || {
                    made.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(50));
                    Ok(vec![7])
                });
                assert_eq!(&*answer.unwrap(), [7]);
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
    assert!(cache.flights().is_empty());
}

#[test]
fn errors_are_answered_and_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = ThumbnailCache::open(dir.path(), PLENTY);
    assert!(matches!(cache.get_or_make("a", || Err(ImageError::Empty)), Err(ImageError::Empty)));
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
}

#[test]
fn a_folder_that_cannot_be_written_means_no_caching_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("thumbnails");
    // A file where the folder should be stops even the superuser, whom permissions do not.
    std::fs::write(&place, "").unwrap();
    let cache = ThumbnailCache::open(&place, PLENTY);
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![2])).unwrap(), [2]);
    assert!(cache.trouble().is_some());

    std::fs::remove_file(&place).unwrap();
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![3])).unwrap(), [3]);
    assert!(cache.trouble().is_none());
    assert_eq!(&*cache.get_or_make("a", never).unwrap(), [3]);
}

#[test]
fn a_panic_while_making_does_not_block_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let cache = ThumbnailCache::open(dir.path(), PLENTY);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cache.get_or_make("a", never)));
    assert!(panicked.is_err());
    assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
    assert!(cache.flights().is_empty());
}

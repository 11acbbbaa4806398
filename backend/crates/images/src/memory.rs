//! The memory of all pictures that are being read and decoded: one bound for all of them together, by what this process
//! may use (that of the machine, or less where a control group (cgroups(7), versions 1 and 2) says so).
//!
//! Whoever decodes says first how many bytes it takes, and waits until so many are free. Pictures that take a lot do so
//! one after the other and never have all of it, so that ordinary ones go on meanwhile.

use crate::error::ImageError;
use crate::probe::Probe;
use blendscope_read::places;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that this process may use; none where the system does not tell.
pub fn memory_allowed() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let of_groups = limits_of(&groups).into_iter().filter_map(|file| bytes_in(&file));
    of_groups.chain(memory_of_machine()).min()
}

/// Gives memory that is free back to the system. The allocator of glibc keeps pieces that other threads freed, which after
/// large pictures are hundreds of megabytes; it takes some milliseconds.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a function of the C library; it takes no pointer")]
pub fn give_back_memory() {
    // SAFETY: any thread may call it at any time, and it touches nothing that is in use.
    unsafe { libc::malloc_trim(0) };
}

/// Gives memory that is free back to the system; other allocators do so by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_memory() {}

fn memory_of_machine() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

/// Files with the limits of the groups that `/proc/self/cgroup` names, and of all groups around them. Inside a container
/// the names may be those of the machine, and only the last file is there.
fn limits_of(groups: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (fields.next(), fields.next()) else { continue };
        let (mounts, name): (&[&str], _) = if controllers.is_empty() {
            (&["/sys/fs/cgroup", "/sys/fs/cgroup/unified"], "memory.max")
        } else if controllers.split(',').any(|controller| controller == "memory") {
            (&["/sys/fs/cgroup/memory"], "memory.limit_in_bytes")
        } else {
            continue;
        };
        let around = Path::new(group.trim_start_matches('/')).ancestors();
        files.extend(
            around.flat_map(|group| mounts.iter().map(move |mount| Path::new(mount).join(group).join(name))),
        );
    }
    files
}

/// The number in a file; none where there is no limit.
fn bytes_in(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// The largest bound that is chosen without being asked for, in bytes.
const USUAL_MAX: u64 = 768 << 20;

/// The share of the memory this process may use that is chosen.
const SHARE: u64 = 4;

/// The longest that is waited for memory.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Pictures that may wait; one more is sent away at once.
const WAITING_MAX: usize = 32;

/// What those are told who cannot wait.
const BUSY: ImageError = ImageError::Busy { why: "other large pictures are being read", retry_secs: 2 };

/// The bound, and what is taken of it.
#[derive(Debug)]
pub struct PictureMemory {
    bytes: u64,
    taken: Mutex<Taken>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    /// By all.
    bytes: u64,
    /// By those that take a lot, and by pictures that are on their way to a client.
    large_bytes: u64,
    /// Whether one that takes a lot is being read or decoded.
    has_large: bool,
    waiting: usize,
}

/// A part of the memory, given back when dropped.
#[derive(Debug)]
pub struct Reserved {
    memory: Arc<PictureMemory>,
    bytes: u64,
    is_large: bool,
    /// Whether it is the one that is being read or decoded.
    is_at_work: bool,
}

impl PictureMemory {
    /// A bound of so many bytes for all pictures together.
    pub fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self { bytes, taken: Mutex::default(), changed: Condvar::new() })
    }

    /// The bound that is chosen without being asked for: 768 MB, or a quarter of what this process may use if that is
    /// less.
    pub fn usual() -> Arc<Self> {
        Self::new(memory_allowed().map_or(USUAL_MAX, |bytes| (bytes / SHARE).min(USUAL_MAX)))
    }

    /// Bytes that one picture may take: 600 of 768 MB. The rest is for the ordinary ones beside it.
    pub fn for_one(&self) -> u64 {
        self.bytes / 32 * 25
    }

    /// Bytes up to which a picture is an ordinary one: so few are free beside the largest.
    fn ordinary(&self) -> u64 {
        self.bytes / 8
    }

    /// Waits until so many bytes are free, and takes them. `may_grow` says that more may be wanted while these are held.
    pub fn reserve(self: &Arc<Self>, bytes: u64, may_grow: bool) -> Result<Reserved, ImageError> {
        let is_large = may_grow || bytes > self.ordinary();
        let reserved = Reserved { memory: Arc::clone(self), bytes: 0, is_large, is_at_work: false };
        reserved.grown_to(bytes)
    }

    fn fits(&self, taken: &Taken, reserved: &Reserved, more: u64) -> bool {
        let is_in_turn = !reserved.is_large
            || (reserved.is_at_work || !taken.has_large) && taken.large_bytes + more <= self.for_one();
        is_in_turn && taken.bytes + more <= self.bytes
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for `more` bytes.
    fn wait(&self, reserved: &Reserved, more: u64) -> Result<MutexGuard<'_, Taken>, ImageError> {
        let mut taken = self.taken();
        if self.fits(&taken, reserved, more) {
            return Ok(taken);
        }
        if taken.waiting >= WAITING_MAX {
            return Err(BUSY);
        }
        places::leave();
        taken.waiting += 1;
        let until = Instant::now() + WAIT_MAX;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            taken = self.changed.wait_timeout(taken, left).unwrap_or_else(PoisonError::into_inner).0;
            let is_in_time = Instant::now() < until;
            if is_in_time && !self.fits(&taken, reserved, more) {
                continue;
            }
            taken.waiting -= 1;
            return if is_in_time { Ok(taken) } else { Err(BUSY) };
        }
    }
}

/// Bytes of pictures in memory that are not worth being counted: as many times as there are places to read them at.
const FEW_BYTES: u64 = 8 << 20;

/// Reserves what reading a picture of `bytes` bytes into memory takes, which is `reading` until it is read; none where
/// that is little.
pub fn reserve(
    memory: &Arc<PictureMemory>,
    reading: u64,
    bytes: u64,
) -> Result<Option<Reserved>, ImageError> {
    if reading <= FEW_BYTES {
        return Ok(None);
    }
    memory.reserve(reading, bytes > FEW_BYTES).map(Some)
}

impl Reserved {
    /// Bytes that are held.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Waits for what is missing to `bytes` in all. Only what was reserved to grow may be asked to.
    pub fn grown_to(mut self, bytes: u64) -> Result<Self, ImageError> {
        if bytes > self.memory.for_one() {
            return Err(ImageError::TooMuchMemory { needed: bytes, limit: self.memory.for_one() });
        }
        let more = bytes.saturating_sub(self.bytes);
        let memory = Arc::clone(&self.memory);
        let mut taken = memory.wait(&self, more)?;
        taken.bytes += more;
        self.bytes += more;
        if self.is_large {
            taken.large_bytes += more;
            taken.has_large = true;
            self.is_at_work = true;
            drop(taken);
            // It may take seconds, and there may be few places.
            places::leave();
        }
        Ok(self)
    }

    /// Keeps only so many bytes, if that is not little.
    pub fn shrunk_to(mut self, bytes: u64) -> Option<Self> {
        if bytes <= FEW_BYTES {
            return None;
        }
        let less = self.bytes.saturating_sub(bytes);
        let mut taken = self.memory.taken();
        taken.bytes -= less;
        if self.is_large {
            taken.large_bytes -= less;
        }
        drop(taken);
        self.bytes -= less;
        self.memory.changed.notify_all();
        Some(self)
    }

    /// Keeps only so many bytes, which are neither read nor decoded any more: the next one may begin.
    #[must_use]
    pub fn settled_at(mut self, bytes: u64) -> Self {
        let mut taken = self.memory.taken();
        let less = self.bytes.saturating_sub(bytes);
        taken.bytes -= less;
        if self.is_large {
            taken.large_bytes -= less;
            taken.has_large &= !self.is_at_work;
        } else {
            taken.large_bytes += self.bytes - less;
        }
        drop(taken);
        (self.bytes, self.is_large, self.is_at_work) = (self.bytes - less, true, false);
        self.memory.changed.notify_all();
        self
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut taken = self.memory.taken();
        taken.bytes -= self.bytes;
        if self.is_large {
            taken.large_bytes -= self.bytes;
        }
        taken.has_large &= !self.is_at_work;
        let is_last_large = self.is_large && taken.large_bytes == 0;
        drop(taken);
        self.memory.changed.notify_all();
        if is_last_large {
            give_back_memory();
        }
    }
}

/// How much one picture may cost to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of pixels.
    pub max_pixels: u64,
    /// The longest time, looked at whenever the decoder asks for more bytes.
    pub max_time: Duration,
}

impl Default for Limits {
    /// 200 megapixels, 10 seconds.
    fn default() -> Self {
        Self { max_pixels: 200_000_000, max_time: Duration::from_secs(10) }
    }
}

impl Limits {
    pub(crate) fn check_pixels(&self, probe: &Probe) -> Result<(), ImageError> {
        let (width, height) = (probe.width, probe.height);
        if probe.pixels() > self.max_pixels {
            return Err(ImageError::TooManyPixels { width, height, limit: self.max_pixels });
        }
        Ok(())
    }

    /// When decoding that begins now has to end.
    pub fn until(&self) -> Instant {
        Instant::now() + self.max_time
    }

    pub(crate) fn too_slow(&self) -> ImageError {
        ImageError::TooSlow { limit_secs: self.max_time.as_secs() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn limits_of_all_groups_around_are_looked_for() {
        let files = limits_of("5:cpuset:/x\n4:memory:/a/b\n0::/c\n");
        let names: Vec<_> = files.iter().map(|file| file.to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/a/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "/sys/fs/cgroup/c/memory.max",
                "/sys/fs/cgroup/unified/c/memory.max",
                "/sys/fs/cgroup/memory.max",
                "/sys/fs/cgroup/unified/memory.max",
            ]
        );
        assert!(limits_of("nonsense").is_empty());
    }

    #[test]
    fn ordinary_pictures_go_on_beside_the_largest() {
        let memory = PictureMemory::new(768);
        assert_eq!(memory.for_one(), 600);
        let largest = memory.reserve(600, false).unwrap();
        let _ordinary = memory.reserve(96, false).unwrap();
        let too_large = memory.reserve(601, false).unwrap_err();
        assert!(matches!(too_large, ImageError::TooMuchMemory { needed: 601, limit: 600 }));
        let second = thread::spawn({
            let memory = Arc::clone(&memory);
            move || memory.reserve(100, false).map(|reserved| reserved.bytes())
        });
        while memory.taken().waiting == 0 {
            thread::yield_now();
        }
        drop(largest);
        assert_eq!(second.join().unwrap().unwrap(), 100);
        assert_eq!(memory.taken().bytes, 96);
    }

    #[test]
    fn what_is_sent_lets_the_next_one_begin() {
        let memory = PictureMemory::new(768);
        let read = memory.reserve(400, false).unwrap();
        let sent = read.settled_at(200);
        let next = memory.reserve(300, true).unwrap().grown_to(400).unwrap();
        drop(sent);
        let next = next.grown_to(600).unwrap();
        drop(next);
        let taken = memory.taken();
        assert_eq!((taken.bytes, taken.large_bytes, taken.has_large), (0, 0, false));
    }

    #[test]
    fn a_full_queue_sends_away_at_once() {
        let memory = PictureMemory::new(768);
        let _largest = memory.reserve(600, false).unwrap();
        memory.taken().waiting = WAITING_MAX;
        assert!(matches!(memory.reserve(600, false), Err(ImageError::Busy { .. })));
        memory.taken().waiting = 0;
    }
}

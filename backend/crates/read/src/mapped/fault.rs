//! What happens when a page of a mapped file is gone: the file was emptied or cut short, or its disk fails.
//!
//! The system sends `SIGBUS` to the thread that touches such a page, and the process ends. The handler here looks whether
//! the address lies in a map of ours; if so it maps a page of zeros there and notes it, and the thread goes on. Any other
//! `SIGBUS` ends the process as before.
//!
//! A handler may run at any moment, in the middle of any other code: it takes no lock and no memory. So the maps are noted
//! in a table of fixed size, in atomics that it can read at any time.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// Maps that are noted at most; more than the system allows a process is no use.
const SLOTS: usize = 1 << 16;

/// A map, or none where the length is zero.
struct Slot {
    begin: AtomicUsize,
    length: AtomicUsize,
    has_lost: AtomicBool,
}

static TABLE: [Slot; SLOTS] = [const {
    Slot { begin: AtomicUsize::new(0), length: AtomicUsize::new(0), has_lost: AtomicBool::new(false) }
}; SLOTS];

/// Slots from here on were never used.
static USED: AtomicUsize = AtomicUsize::new(0);

/// Slots below [`USED`] that are free again.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

static LOST: AtomicU64 = AtomicU64::new(0);

/// Bytes of a page, once the handler is in its place.
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// How many pages of mapped files were lost so far.
pub fn lost_pages() -> u64 {
    LOST.load(Ordering::Acquire)
}

/// Keeps a map noted as long as this exists; it has to go before the map does.
pub(super) struct Guard(usize);

impl Guard {
    /// Notes a map; none when there are too many.
    pub(super) fn of(map: &[u8]) -> Option<Self> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(install);
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = free.pop().or_else(|| {
            let next = USED.load(Ordering::Relaxed);
            (next < SLOTS).then(|| {
                USED.store(next + 1, Ordering::Release);
                next
            })
        })?;
        let slot = &TABLE[number];
        slot.has_lost.store(false, Ordering::Relaxed);
        slot.begin.store(map.as_ptr() as usize, Ordering::Release);
        slot.length.store(map.len(), Ordering::Release);
        Some(Self(number))
    }

    /// Whether a page of the map was lost.
    pub(super) fn has_lost(&self) -> bool {
        TABLE[self.0].has_lost.load(Ordering::Acquire)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        TABLE[self.0].length.store(0, Ordering::Release);
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
    }
}

/// Puts the handler in its place. Where that fails, a lost page ends the process as before.
#[expect(unsafe_code, reason = "there is no safe way to handle a signal at the instruction that caused it")]
fn install() {
    // SAFETY: both calls get what their manuals ask for: a name, and an action that is zeroed and then filled. The handler
    // uses atomics and two calls of the system only. It runs on the thread's own signal stack.
    unsafe {
        let page = libc::sysconf(libc::_SC_PAGESIZE);
        PAGE.store(usize::try_from(page).unwrap_or(4096), Ordering::Release);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handle as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut());
    }
}

/// The handler of `SIGBUS`.
#[expect(unsafe_code, reason = "only mapping something else there mends a page that is gone")]
extern "C" fn handle(signal: c_int, about: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the system hands a valid `siginfo_t` to handlers that asked for one. The page that is mapped anew lies in a
    // map of ours, which is only ever read, and nobody has read anything from it: it could not be.
    unsafe {
        let address = (*about).si_addr() as usize;
        if !zero_page_at(address) {
            // Not ours: the instruction is tried again and ends the process.
            libc::signal(signal, libc::SIG_DFL);
        }
    }
}

/// Maps zeros at the page of an address, if that lies in a map that is noted.
#[expect(unsafe_code, reason = "mapping at a fixed address is unsafe")]
fn zero_page_at(address: usize) -> bool {
    let used = USED.load(Ordering::Acquire);
    let is_in = |slot: &&Slot| {
        let (begin, length) = (slot.begin.load(Ordering::Acquire), slot.length.load(Ordering::Acquire));
        address.wrapping_sub(begin) < length
    };
    let Some(slot) = TABLE[..used].iter().find(is_in) else { return false };
    let size = PAGE.load(Ordering::Acquire);
    let page = (address & !(size - 1)) as *mut c_void;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
    // SAFETY: the page belongs to a map of ours, which is unmapped as a whole together with this page.
    let mapped = unsafe { libc::mmap(page, size, libc::PROT_READ, flags, -1, 0) };
    if mapped == libc::MAP_FAILED {
        return false;
    }
    slot.has_lost.store(true, Ordering::Release);
    LOST.fetch_add(1, Ordering::AcqRel);
    true
}

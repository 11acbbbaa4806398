//! How much memory this process may use: that of the machine, or less where a control group (cgroups(7), versions 1 and
//! 2) says so.

use std::fs;
use std::path::{Path, PathBuf};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}

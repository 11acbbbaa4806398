//! Small C programs that stand between the binary and the system, so that the system fails in a way of the test's.

use std::path::Path;
use std::process::Command;

/// Runs a program under which `flock` fails with an error number, as on file systems without locks: its first argument
/// is the number, the rest is the command. Ends with 77 where the system does not let it.
pub const WITHOUT_FLOCK: &str = r"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **words) {
    if (count < 3) return 77;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_flock, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (atoi(words[1]) & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 77;
    execv(words[2], words + 2);
    return 77;
}
";

/// A library to load before all others: reading `failing.jsonl` from its first megabyte up to the byte that `FAILING_TO`
/// names fails with an error of the disk.
pub const FAILING_DISK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t pread64(int file, void *into, size_t count, off64_t at) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (!real) real = (ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        if (at >= 1 << 20 && at < atoll(getenv("FAILING_TO")) && strstr(path, "failing.jsonl")) {
            errno = EIO;
            return -1;
        }
    }
    return real(file, into, count, at);
}
"#;

/// A library to load before all others: whatever has the text of the file that `HANGING` names in its path hangs as long as
/// that file says so, be it looked at, listed, opened or read. The list of mounts is that of the file `HANGING_MOUNTS`.
pub const HANGING_DISK: &str = r#"
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void hang(const char *path) {
    for (;;) {
        char text[256];
        int file = REAL(open64)(getenv("HANGING"), O_RDONLY);
        ssize_t length = file < 0 ? -1 : REAL(pread64)(file, text, sizeof text - 1, 0);
        if (file >= 0) close(file);
        if (length <= 0) return;
        text[length] = 0;
        if (!strstr(path, text)) return;
        usleep(20000);
    }
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (!strcmp(path, "/proc/self/mountinfo")) path = getenv("HANGING_MOUNTS");
    else hang(path);
    return REAL(open64)(path, flags, mode);
}

int statx(int at, const char *restrict path, int flags, unsigned mask, struct statx *restrict into) {
    hang(path);
    return REAL(statx)(at, path, flags, mask, into);
}

DIR *opendir(const char *path) {
    hang(path);
    return REAL(opendir)(path);
}

char *realpath(const char *restrict path, char *restrict into) {
    hang(path);
    return REAL(realpath)(path, into);
}

ssize_t pread64(int file, void *into, size_t count, off64_t at) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        hang(path);
    }
    return REAL(pread64)(file, into, count, at);
}
"#;

/// Compiles a program, or with `-shared` among the options a library.
pub fn compile(source: &str, target: &Path, options: &[&str]) {
    let file = target.with_extension("c");
    std::fs::write(&file, source).expect("a file can be written in a temporary folder");
    let compiled = Command::new("cc").args(options).arg("-o").arg(target).arg(&file).status();
    assert!(compiled.is_ok_and(|status| status.success()), "no C compiler, or it refuses {}", file.display());
}

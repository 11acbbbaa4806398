//! Laws of what a reader hands out, and files with given bytes to try them on.

use blendscope_read::{Container, File, Item, Problem, RawRecord, Sample, parse_record};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Watches what a reader hands out, item by item.
pub(super) struct Laws {
    container: Container,
    /// Records so far, the lost ones included.
    seen: u64,
    /// Where the last record ended, in bytes of the text.
    last: u64,
}

impl Laws {
    pub(super) fn new(container: Container) -> Self {
        Self { container, seen: 0, last: 0 }
    }

    /// Checks an item; hands back a record with its sample, if it is one.
    pub(super) fn check<'a>(&mut self, item: &Item<'a>) -> Option<(RawRecord<'a>, Option<Sample>)> {
        match item {
            Item::Record(record) => Some((*record, self.record(*record))),
            Item::Problem(problem) => {
                self.problem(problem);
                None
            }
        }
    }

    fn record(&mut self, record: RawRecord<'_>) -> Option<Sample> {
        assert_eq!(record.number, self.seen, "records are numbered one after the other");
        self.seen += 1;
        assert!(!record.raw.is_empty(), "a record has text");
        if !self.container.is_kept() {
            assert!(record.offset >= self.last, "records come in file order and do not overlap");
            assert_eq!(record.raw, record.raw.trim_ascii(), "no blanks around a record");
            self.last = record.offset + record.raw.len() as u64;
        }
        let sample = parse_record(self.container, record.raw).ok();
        if let Some(sample) = &sample {
            assert_eq!(sample.key(), sample.key());
        }
        sample
    }

    fn problem(&mut self, problem: &Problem) {
        assert!(!problem.message.is_empty(), "a problem says what is wrong");
        assert!(problem.message.len() < 4096, "a problem is said in few words");
        if let Some(number) = problem.number {
            assert_eq!(number, self.seen, "lost records are numbered too");
            self.seen += 1;
        }
    }

    /// Checks the number of records that the reader itself counted.
    pub(super) fn finish(self, counted: u64) {
        assert_eq!(counted, self.seen, "records read and lost are the records seen");
    }
}

thread_local! {
    /// One file without a name, written over and over: making one costs more than reading it.
    static FILE: std::fs::File = tempfile::tempfile().expect("the folder for temporary files can be written");
}

/// Runs `run` on a file that has these bytes.
pub(crate) fn with_file(bytes: &[u8], run: impl FnOnce(&File)) {
    with_scratch(bytes, |file| run(&file.try_clone().expect("a file can be opened twice").into()));
}

fn with_scratch(bytes: &[u8], run: impl FnOnce(&std::fs::File)) {
    FILE.with(|file| {
        let written = file.set_len(0).and_then(|()| file.write_all_at(bytes, 0));
        written.expect("there is room for temporary files");
        run(file);
    });
}

/// Runs `run` on the path of a file that has these bytes.
pub(crate) fn with_path(bytes: &[u8], run: impl FnOnce(&Path)) {
    with_scratch(bytes, |file| run(&PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))));
}

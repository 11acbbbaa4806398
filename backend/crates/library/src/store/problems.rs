//! The bad records of a generation.

use crate::LibraryError;
use blendscope_engine::{Parts, Writer};
use blendscope_read::Problem;
use blendscope_shared::dataset::RecordProblem;
use serde::{Deserialize, Serialize};

/// Problems whose text is stored; further ones are only counted.
const PROBLEMS_MAX: usize = 100;

/// The problems, as JSON.
const PROBLEMS: &str = "problems";

/// The bad records of a generation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Problems {
    /// The first of them.
    pub first: Vec<RecordProblem>,
    /// How many there are.
    pub total: u64,
    /// How many there were when they were last written.
    #[serde(skip)]
    written: u64,
}

impl Problems {
    /// What was written for a generation; empty if nothing was.
    pub(crate) fn read(parts: &dyn Parts) -> Self {
        let text = parts.last(PROBLEMS).ok().flatten();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Adds a problem of a file.
    pub(crate) fn push(&mut self, file: &str, problem: Problem) {
        self.total += 1;
        if self.first.len() < PROBLEMS_MAX {
            let Problem { number, offset, message } = problem;
            let file = file.to_owned();
            self.first.push(RecordProblem { file, record: number, byte_offset: offset, message });
        }
    }

    /// Writes them, if there are new ones.
    pub(crate) fn flush(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        if self.total > self.written {
            self.written = self.total;
            let text = serde_json::to_vec(self).expect("problems hold only strings and numbers");
            writer.add_part(PROBLEMS, &text)?;
        }
        Ok(())
    }
}

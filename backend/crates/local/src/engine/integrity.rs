//! Whether the files of the engine are as they were written: each is read as a whole once and held against its checksums,
//! files up to [`CHECKED_AT_ONCE`] before anything of them is shown, larger ones beside serving.
//!
//! Whose samples were in a damaged file of the text index is found by counting: each generation must have as many samples
//! there as the manifest says.

use super::LocalEngine;
use crate::text::TextIndex;
use blendscope_columns::LateFile;
use blendscope_columns::{Contents, damage_in, unreadable_file};
use blendscope_engine::{Damage, Depth, Filled, Outcome, Sorted};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files of a generation up to so many bytes are checked when they are opened.
const CHECKED_AT_ONCE: u64 = 64 << 20;

/// What was looked at in this process, and what was found.
#[derive(Default)]
pub(crate) struct Integrity(Mutex<Found>);

#[derive(Default)]
struct Found {
    /// Files of generations, and of their late columns, of which all was looked at.
    checked: HashSet<(u32, Option<LateFile>)>,
    /// Generations of which not all was looked at yet.
    pending: BTreeSet<u32>,
    /// Generations that are not as they were written, each with the file that is damaged; none where the text index has
    /// lost samples of it.
    damaged: BTreeMap<u32, Option<PathBuf>>,
    /// What made all of the index useless, so that it was made anew.
    useless: Option<PathBuf>,
}

impl Integrity {
    /// Begins with what was damaged so that the index was made anew, if anything was.
    pub(crate) fn new(useless: Option<PathBuf>) -> Self {
        Self(Mutex::new(Found { useless, ..Found::default() }))
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing of these generations is left to be looked at.
    pub(crate) fn is_checked(&self, filled: &[Filled]) -> bool {
        let found = self.found();
        !filled.iter().any(|of| found.pending.contains(&of.generation))
    }

    /// What was found damaged; `text` is named where only samples of the text index are missing.
    pub(crate) fn damage(&self, index: &TextIndex, text: impl FnOnce() -> PathBuf) -> Damage {
        let mut files: BTreeSet<PathBuf> = index.damaged_files().into_iter().collect();
        let found = self.found();
        files.extend(found.damaged.values().flatten().chain(&found.useless).cloned());
        if files.is_empty() && !found.damaged.is_empty() {
            files.insert(text());
        }
        Damage {
            files: files.into_iter().collect(),
            generations: found.damaged.keys().copied().collect(),
            is_committed: index.has_damage(),
        }
    }
}

impl LocalEngine {
    /// Tells the generations that are as a manifest says from the others.
    pub(crate) fn sort_out_generations(&self, filled: &[Filled], may_be_mended: bool) -> Outcome<Sorted> {
        if may_be_mended {
            self.integrity.found().damaged.clear();
        }
        let mut samples = self.text.view()?.samples_by_generation();
        let mut damaged = Vec::new();
        for of in filled {
            let has_all = samples.remove(&of.generation).unwrap_or(0) == of.samples;
            let is_known = self.integrity.found().damaged.contains_key(&of.generation);
            if !has_all && !is_known {
                self.integrity.found().damaged.insert(of.generation, None);
            }
            if !has_all || is_known || !self.is_whole(of)? {
                damaged.push(of.generation);
            }
        }
        Ok(Sorted { damaged, unknown: samples.into_keys().collect() })
    }

    /// Whether the files of a generation can be read, and as far as that is quickly done, are as they were written.
    fn is_whole(&self, of: &Filled) -> Outcome<bool> {
        let (number, contents) = (of.generation, Contents::of(&of.receipt));
        if let Some(path) = unreadable_file(&self.store, number, &contents)? {
            self.integrity.found().damaged.insert(number, Some(path));
            return Ok(false);
        }
        for late in contents.files() {
            if self.integrity.found().checked.contains(&(number, late)) {
                continue;
            }
            if late.map_or(contents.end, |late| late.end).at > CHECKED_AT_ONCE {
                self.integrity.found().pending.insert(number);
            } else if !self.check_file(number, &contents, late)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a file of a generation and holds it against its checksums.
    fn check_file(&self, number: u32, contents: &Contents, late: Option<LateFile>) -> Outcome<bool> {
        let damaged = damage_in(&self.store, number, contents, late)?;
        let mut found = self.integrity.found();
        if damaged.is_some() {
            found.damaged.insert(number, damaged);
            return Ok(false);
        }
        if contents.is_finished {
            found.checked.insert((number, late));
        }
        Ok(true)
    }

    /// Looks at the files of the text index and of generations.
    pub(crate) fn check_files(
        &self,
        filled: &[Filled],
        depth: Depth,
        is_over: &dyn Fn() -> bool,
    ) -> Outcome<()> {
        self.text.check(depth == Depth::Everything, is_over);
        for of in filled {
            if is_over() {
                return Ok(());
            }
            let (number, contents) = (of.generation, Contents::of(&of.receipt));
            let is_pending = self.integrity.found().pending.contains(&number);
            let is_looked_at = match depth {
                Depth::Pending => is_pending,
                Depth::Unseen => contents.is_finished,
                Depth::Everything => true,
            };
            if is_looked_at {
                self.check_generation(number, &contents, depth, is_over)?;
            }
        }
        Ok(())
    }

    fn check_generation(
        &self,
        number: u32,
        contents: &Contents,
        depth: Depth,
        is_over: &dyn Fn() -> bool,
    ) -> Outcome<()> {
        let opened = self.opened().get(&number).cloned();
        let lost = opened.as_ref().and_then(|opened| opened.lost_file());
        let mut is_whole = lost.is_none();
        if !is_whole {
            self.integrity.found().damaged.insert(number, lost);
        }
        for late in contents.files() {
            if is_over() {
                return Ok(());
            }
            let is_new = !self.integrity.found().checked.contains(&(number, late));
            if is_new || depth == Depth::Everything {
                is_whole &= self.check_file(number, contents, late)?;
            }
        }
        self.integrity.found().pending.remove(&number);
        if let Some(opened) = opened.filter(|_| is_whole && depth == Depth::Everything) {
            opened.accept_change();
        }
        Ok(())
    }
}

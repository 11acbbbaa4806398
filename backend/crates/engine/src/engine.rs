//! The seam: what keeps the samples of a root. They come in *generations*, which a [`Writer`] fills; a commit says which
//! of these there are, and a [`View`] of it is asked.
//!
//! A generation is one reading of some annotation files. What was added to it is seen only when a commit's [`Manifest`]
//! has a document of it, so an interrupted reading leaves nothing to repair. These documents mean nothing to an engine,
//! and neither do the *parts* of a generation: bytes under names that are kept with it. What the engine itself has to know
//! of a generation is its [`Receipt`], which means nothing to anybody else.

use crate::{EngineError, Field, Limits, Live, MayWrite, Outcome, View};
use blendscope_query::TextField;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A kind of engine. The program is handed one, and opens every root with it.
pub trait Driver: Send + Sync {
    /// Opens what there is of a root, and makes it where there is nothing yet and this process may write. What turns out
    /// to be useless as a whole is made anew. `folder` is for the engine's own files; it exists.
    fn open(&self, folder: &Path, may_write: MayWrite) -> Outcome<Arc<dyn Engine>>;

    /// Looks at everything in a folder as it is on disk, whoever writes it. `filled` says which generations a manifest
    /// names.
    fn examine(&self, folder: &Path, filled: FilledOf<'_>) -> Outcome<Vec<Examined>>;

    /// How many processes may fill an index at once.
    fn writers(&self) -> Writers {
        Writers::One
    }

    /// The options of the command line that name it and where it is; none for the one that is there without any.
    fn options(&self) -> String {
        String::new()
    }
}

/// How many processes may fill an index at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// One, which holds the folder; all others show what it has done.
    One,
    /// Any number: the engine says which files another one reads.
    Many,
    /// Others; this process only asks.
    None,
}

/// Says which generations a manifest names; none when its documents make no sense.
pub type FilledOf<'a> = &'a dyn Fn(&Manifest) -> Option<Vec<Filled>>;

/// A file that was looked at: its bytes, or what is wrong with it.
pub type Examined = (PathBuf, Result<u64, String>);

/// What an engine calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// What it cannot do.
    pub limits: Limits,
}

/// What an engine has to know of a generation to open it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt(pub Value);

/// A generation that a commit names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Its number.
    pub generation: u32,
    /// The latest receipt for it.
    pub receipt: Receipt,
    /// Samples of it that were not removed.
    pub samples: u64,
}

/// What the last commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Another one after each commit.
    pub commit: String,
    /// What is said about all generations together.
    pub head: String,
    /// A document of each generation, by number.
    pub documents: BTreeMap<u32, String>,
}

/// What a commit changes in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What is said about all generations together.
    pub head: String,
    /// New documents of generations, by number.
    pub put: Vec<(u32, String)>,
    /// Generations that are gone.
    pub gone: Vec<u32>,
}

/// Generations that are not as the manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// Those of which something is damaged or missing: their files have to be read again.
    pub damaged: Vec<u32>,
    /// Those that the manifest does not name although there are samples of them.
    pub unknown: Vec<u32>,
}

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What was too large to be looked at when it was opened.
    Pending,
    /// Also what this process wrote itself.
    Unseen,
    /// Everything, whether it was looked at before or not.
    Everything,
}

/// What was found damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Its files.
    pub files: Vec<PathBuf>,
    /// The generations that lost something.
    pub generations: Vec<u32>,
    /// Whether the last commit still has something of it, so that another commit is due.
    pub is_committed: bool,
}

/// What keeps the samples of one root.
pub trait Engine: Send + Sync {
    /// What it calls itself.
    fn about(&self) -> About;

    /// Why it answers not at all, or incompletely, at the moment.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// What there is to say of its parts, such as how many machines there are; none where there is nothing.
    fn state(&self) -> Option<String> {
        None
    }

    /// The [`Manifest::commit`] of the last commit; none when there was none.
    fn last_commit(&self) -> Outcome<Option<String>>;

    /// What the last commit says; none when there was none.
    fn manifest(&self) -> Outcome<Option<Manifest>>;

    /// The state of the last commit in which these generations are live; `filled` are the same, in the same order.
    fn view(&self, live: &Arc<Live>, filled: &[Filled]) -> Outcome<Arc<dyn View>>;

    /// The parts of a generation as of a receipt.
    fn parts(&self, generation: u32, receipt: &Receipt) -> Outcome<Arc<dyn Parts>>;

    /// The one writer of this process.
    fn writer(&self) -> Outcome<Box<dyn Writer>>;

    /// Gives numbers to all samples of a generation that was finished, in the order of its rows, in place of those that it
    /// had. They count once a commit has a document with the receipt.
    fn amend(&self, filled: &Filled, numbers: &mut [Numbers<'_>]) -> Outcome<Receipt>;

    /// Removes what belongs to none of these generations, as a killed process leaves it. What cannot be removed now is
    /// left for another time.
    fn sweep(&self, filled: &[Filled]);

    /// Holds the generations of a manifest against what there is of them. What was found damaged before counts too, unless
    /// another process may have mended it since.
    fn sort_out(&self, filled: &[Filled], may_be_mended: bool) -> Outcome<Sorted>;

    /// Whether everything of these generations was looked at.
    fn is_checked(&self, _filled: &[Filled]) -> bool {
        true
    }

    /// Looks at these generations and at what they share, until `is_over` says so.
    fn check(&self, _filled: &[Filled], _depth: Depth, _is_over: &dyn Fn() -> bool) -> Outcome<()> {
        Ok(())
    }

    /// Whether something changed under its hands, so that everything has to be looked at again.
    fn has_changed(&self) -> bool {
        false
    }

    /// What was found damaged.
    fn damage(&self) -> Damage {
        Damage::default()
    }
}

/// A field and the numbers of all samples of a generation in it.
pub type Numbers<'a> = (Field, &'a mut dyn Iterator<Item = u64>);

/// A sample about to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewSample<'a> {
    /// The ordinal of the first sample of its annotation file.
    pub first_of_file: u32,
    /// Its texts in their order. A phrase is looked for within one of them.
    pub texts: &'a [(TextField, &'a str)],
    /// Its numbers, in the order of [`Field::GIVEN`].
    pub numbers: &'a [u64; Field::GIVEN.len()],
    /// The hashes of the keys of its images, in their order; 0 for one without a key.
    pub images: &'a [u64],
}

/// Fills generations, one after the other, and commits.
pub trait Writer {
    /// Begins a generation of these annotation files and gives it its number, which no other ever had. None when another
    /// process is reading one of them.
    fn begin(&mut self, files: &[&str]) -> Outcome<Option<u32>>;

    /// Adds the next sample to the generation that was begun.
    fn add(&mut self, sample: &NewSample<'_>) -> Outcome<()>;

    /// Gives the numbers of all its samples in a field.
    fn add_numbers(&mut self, numbers: Numbers<'_>) -> Outcome<()>;

    /// Adds a part; there may be several of one name.
    fn add_part(&mut self, name: &str, bytes: &[u8]) -> Outcome<()>;

    /// Has the next commit hold what was added so far.
    fn checkpoint(&mut self) -> Outcome<Receipt>;

    /// Ends the generation.
    fn finish(&mut self) -> Outcome<Receipt>;

    /// Takes the samples of an annotation file out of a generation, those that were added before this call.
    fn remove(&mut self, generation: u32, rows: Range<u32>) -> Outcome<()>;

    /// Takes all samples of a generation out.
    fn forget(&mut self, generation: u32) -> Outcome<()>;

    /// Whether this process may finish what all have read, which is done by one; then it may until it closes or is gone.
    fn may_finish(&mut self) -> Outcome<bool> {
        Ok(true)
    }

    /// Makes everything so far last and be seen, all of it at once.
    fn commit(&mut self, changes: &Changes) -> Outcome<()>;

    /// Ends writing. What is still to be tidied up is waited for until `is_stopping` says so.
    fn close(self: Box<Self>, is_stopping: &dyn Fn() -> bool) -> Outcome<()>;
}

/// Bytes under names that are kept with a generation.
pub trait Parts: Send + Sync {
    /// How many parts have a name.
    fn count(&self, name: &str) -> usize;

    /// The `number`-th part with a name, in the order in which they were added; there has to be one.
    fn get(&self, name: &str, number: usize) -> Outcome<Cow<'_, [u8]>>;

    /// The error of a part that is not what was written.
    fn damaged(&self, name: &str) -> EngineError;
}

impl dyn Parts + '_ {
    /// The last part with a name, if there is one.
    pub fn last(&self, name: &str) -> Outcome<Option<Cow<'_, [u8]>>> {
        self.count(name).checked_sub(1).map(|last| self.get(name, last)).transpose()
    }

    /// All parts with a name, in the order in which they were added.
    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = Outcome<Cow<'p, [u8]>>> + 'p {
        (0..self.count(name)).map(move |number| self.get(name, number))
    }
}

//! Finding the templates of a generation while it is read, with exact counts and in bounded memory.
//!
//! Mixtures are made of a few hundred prompts ("Answer the question using a single word or phrase.") around questions
//! that are all different. Which ones is found by counting: [`pieces`] cuts an instruction into everything that may be
//! such a prompt, [`Frequent`] holds those that come up often in bounded memory, and [`choose`] takes the ones that say
//! something of their own; these three are pure.
//!
//! Which pieces are frequent is known at the end only. So the hashes of every sample's pieces go to a file of their own,
//! beside a bounded table of what comes up often. At the end that file is walked twice: to count the pieces of the table
//! exactly, then to write which templates each sample has. A sample counts once for a template.

mod choose;
mod frequent;
mod pieces;
#[cfg(test)]
mod tests;

use crate::LibraryError;
use crate::store::sets::SetsWriter;
use crate::store::templates::{SETS, TEXTS, Texts, template_id};
use blendscope_engine::{Field, Writer};
use blendscope_read::Sample;
use blendscope_shared::role::Role;
use choose::{Candidate, choose};
use frequent::{ByHash, Frequent};
use pieces::{add_instruction, pieces};
use std::fs::File;
use std::io;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

/// A template has at least so many samples, and one of so many of its generation's.
const SAMPLES_MIN: u32 = 8;
const ONE_OF: u32 = 2000;

/// Gathers the instructions of a generation while it is read.
pub(crate) struct TemplatesWriter {
    /// Per sample the number of its hashes in 4 bytes, then 8 bytes each; a file without a name, which goes with this.
    hashes: BufWriter<File>,
    frequent: Frequent,
    rows: u32,
    /// The instructions of the sample at hand, one after the other, and where each ends; they stay for their memory.
    text: String,
    ends: Vec<usize>,
}

impl TemplatesWriter {
    /// Begins with nothing; needs room for the hashes in a folder.
    pub(crate) fn create(dir: &Path) -> Result<Self, LibraryError> {
        let file = tempfile::tempfile_in(dir);
        let file = file.map_err(|source| LibraryError::Io { path: dir.to_owned(), source })?;
        Ok(Self {
            hashes: BufWriter::new(file),
            frequent: Frequent::default(),
            rows: 0,
            text: String::new(),
            ends: Vec::new(),
        })
    }

    /// Adds the instructions of the next sample.
    pub(crate) fn push(&mut self, sample: &Sample) -> Result<(), LibraryError> {
        self.rows += 1;
        self.text.clear();
        self.ends.clear();
        for turn in sample.turns.iter().filter(|turn| turn.role == Role::Human) {
            add_instruction(&turn.text, &mut self.text);
            self.ends.push(self.text.len());
        }
        let (mut found, mut begin) = (Vec::new(), 0);
        for end in &self.ends {
            pieces(&self.text[begin..*end], &mut |piece| found.push((piece.hash(), piece)));
            begin = *end;
        }
        found.sort_unstable_by_key(|(hash, _)| *hash);
        found.dedup_by_key(|(hash, _)| *hash);
        for (hash, piece) in &found {
            self.frequent.add(*hash, *piece);
        }
        let written = write_hashes(&mut self.hashes, found.iter().map(|(hash, _)| *hash));
        written.map_err(hashes_error)
    }

    /// Chooses the templates and writes which samples have them.
    pub(crate) fn finish(self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        let mut hashes = self.hashes.into_inner().map_err(|error| hashes_error(error.into_error()))?;
        let threshold = SAMPLES_MIN.max(self.rows.div_ceil(ONE_OF)).max(self.frequent.missed() + 2);
        let (mut numbers, mut candidates) = (ByHash::default(), Vec::new());
        for (hash, candidate) in self.frequent.into_candidates(threshold) {
            numbers.insert(hash, candidates.len());
            candidates.push(candidate);
        }
        let mut samples = Hashes::of(&mut hashes)?;
        while let Some(hashes) = samples.next()? {
            hashes.filter_map(|hash| numbers.get(&hash)).for_each(|number| candidates[*number].count += 1);
        }
        let chosen = choose(&candidates, u64::from(threshold));
        let samples = write_sets(writer, &mut hashes, &numbers, &chosen, &candidates)?;
        write_texts(writer, samples, chosen.iter().map(|number| &candidates[*number]))
    }
}

/// Writes the templates of each sample, and gives the number of samples that have any.
fn write_sets(
    writer: &mut dyn Writer,
    hashes: &mut File,
    numbers: &ByHash<usize>,
    chosen: &[usize],
    candidates: &[Candidate],
) -> Result<u64, LibraryError> {
    let mut ids: Vec<Option<String>> = vec![None; candidates.len()];
    for number in chosen {
        ids[*number] = Some(template_id(&candidates[*number].piece().to_text()));
    }
    let mut sets = SetsWriter::new(SETS);
    let (mut samples, mut failure) = (0, None);
    let mut hashes = Hashes::of(hashes)?;
    let mut of_samples = std::iter::from_fn(|| match hashes.next() {
        Ok(Some(hashes)) => {
            let mut templates = hashes.filter_map(|hash| ids[*numbers.get(&hash)?].as_deref()).peekable();
            samples += u64::from(templates.peek().is_some());
            Some(sets.number(templates))
        }
        Ok(None) => None,
        Err(error) => {
            failure = Some(error);
            None
        }
    });
    writer.add_numbers((Field::Templates, &mut of_samples))?;
    failure.map_or(Ok(()), Err)?;
    sets.flush(writer)?;
    Ok(samples)
}

fn write_texts<'a>(
    writer: &mut dyn Writer,
    samples: u64,
    chosen: impl Iterator<Item = &'a Candidate>,
) -> Result<(), LibraryError> {
    let items = chosen.map(|candidate| (candidate.piece().to_text(), candidate.count)).collect();
    let text = serde_json::to_vec(&Texts { samples, items }).expect("texts and counts are valid JSON");
    Ok(writer.add_part(TEXTS, &text)?)
}

fn hashes_error(source: io::Error) -> LibraryError {
    LibraryError::Io { path: "the file of hashes of instructions".into(), source }
}

fn write_hashes(file: &mut impl Write, hashes: impl ExactSizeIterator<Item = u64>) -> io::Result<()> {
    file.write_all(&(hashes.len() as u32).to_le_bytes())?;
    hashes.map(u64::to_le_bytes).try_for_each(|hash| file.write_all(&hash))
}

/// Hands out the hashes of every sample's pieces.
struct Hashes<'f> {
    file: BufReader<&'f mut File>,
    bytes: Vec<u8>,
}

impl<'f> Hashes<'f> {
    fn of(file: &'f mut File) -> Result<Self, LibraryError> {
        file.rewind().map_err(hashes_error)?;
        Ok(Self { file: BufReader::new(file), bytes: Vec::new() })
    }

    /// Those of the next sample; none behind the last one.
    fn next(&mut self) -> Result<Option<impl Iterator<Item = u64> + '_>, LibraryError> {
        let mut number = [0; 4];
        match self.file.read_exact(&mut number) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(hashes_error(error)),
        }
        self.bytes.resize(u32::from_le_bytes(number) as usize * 8, 0);
        self.file.read_exact(&mut self.bytes).map_err(hashes_error)?;
        Ok(Some(self.bytes.as_chunks::<8>().0.iter().map(|hash| u64::from_le_bytes(*hash))))
    }
}

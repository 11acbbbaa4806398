//! From the parts of a mixture to files, and how many samples these have.

use super::names::Names;
use super::places::Places;
use super::records;
use blendscope_blend::document::Mistake;
use blendscope_blend::evaluate::Facts;
use blendscope_blend::format::{Format, Records};
use blendscope_blend::mixture::{self, LeftOut, Part};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::ControlFlow;

/// Where the samples of a part are.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// What the mixture is reckoned with; its files are relative to the root.
    pub(super) facts: Facts,
    /// How each file is read, and how many samples it has.
    pub(super) files: Vec<(Records, u64)>,
    /// The folder of which these are all files, relative to the root.
    pub(super) folder: Option<String>,
    /// The list of ordinals that are left out, relative to the root.
    pub(super) left_out: Option<String>,
}

/// Finds parts, each file counted once.
pub(super) struct Sources<'p> {
    places: &'p Places,
    format: Format,
    given: &'p [(String, String)],
    counts: &'p [(String, u64)],
    slices: Option<&'p str>,
    names: Names<'p>,
    known: HashMap<(String, Records), Counted>,
    used: HashSet<String>,
    notes: Vec<String>,
}

/// What is known of a file when it has been read.
#[derive(Clone, Copy, Debug)]
struct Counted {
    samples: u64,
    has_pictures: Option<bool>,
}

impl<'p> Sources<'p> {
    /// Sources below a root, with what is given beside the mixture.
    pub(super) fn new(
        places: &'p Places,
        format: Format,
        given: &'p [(String, String)],
        counts: &'p [(String, u64)],
        slices: Option<&'p str>,
    ) -> Self {
        let (known, used, notes) = (HashMap::new(), HashSet::new(), Vec::new());
        Self { places, format, given, counts, slices, names: Names::new(places), known, used, notes }
    }

    /// What is unusual about what was given or found.
    pub(super) fn notes(mut self) -> Vec<String> {
        let given = self.given.iter().map(|(name, _)| ("--name", name));
        for (option, name) in given.chain(self.counts.iter().map(|(name, _)| ("--count", name))) {
            if !self.used.contains(name) {
                self.notes.push(format!("`{option} {name}=…` is for no part of this mixture"));
            }
        }
        self.notes
    }

    /// Where a part is, and how many samples there are.
    pub(super) fn find(&mut self, part: &Part) -> Result<Source, Mistake> {
        let wrong = |why: String| Mistake::at(part.at, format!("{}: {why}", part.name));
        let mut source = self.files_of(part).map_err(wrong)?;
        if let Some(left_out) = &part.left_out {
            let (path, ordinals) = self.left_out(left_out).map_err(wrong)?;
            source.left_out = Some(path);
            source.facts.left_out = ordinals;
        }
        Ok(source)
    }

    fn files_of(&mut self, part: &Part) -> Result<Source, String> {
        if let Some((_, count)) = self.counts.iter().find(|(name, _)| *name == part.name) {
            self.used.insert(part.name.clone());
            return Ok(Source { facts: Facts { of: *count, ..Facts::default() }, ..Source::default() });
        }
        if let Some((_, file)) = self.given.iter().find(|(name, _)| *name == part.name) {
            self.used.insert(part.name.clone());
            let file = self.places.find(file)?;
            return self.counted(&[file], None);
        }
        match &part.source {
            mixture::Source::Name(name) => self.counted(&self.names.files(name, self.format)?, None),
            mixture::Source::Beside(path) => self.below(&[self.places.beside(path)?]),
            mixture::Source::Paths(paths) => {
                let paths: Vec<String> =
                    paths.iter().map(|path| self.places.find(path)).collect::<Result<_, _>>()?;
                self.below(&paths)
            }
            mixture::Source::Query(query) => Err(format!(
                "a search needs an index: write its records by `blendscope export {} '{query}' --out FILE` and name that file, \
                 or say with `--count` how many it finds",
                self.places.root().display()
            )),
            mixture::Source::Elsewhere(place) => Err(format!(
                "comes from {place} and lies not below the root; say with `--count {0}=N` how many samples it has, or with \
                 `--name {0}=FILE` which file it is",
                part.name
            )),
        }
    }

    /// Files, and of a folder all files in it where the trainer takes folders.
    fn below(&mut self, paths: &[String]) -> Result<Source, String> {
        let [path] = paths else { return self.counted(paths, None) };
        if !self.places.absolute(path).is_dir() || self.format != Format::LlamaFactory {
            return self.counted(paths, None);
        }
        let entries = fs::read_dir(self.places.absolute(path))
            .map_err(|error| format!("{path} cannot be read: {error}"))?;
        let mut files: Vec<String> = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_str().ok_or_else(|| format!("a name in {path} is no UTF-8"))?;
            files.push(format!("{}/{name}", path.trim_end_matches('/')));
        }
        files.sort();
        let odd = files
            .first()
            .and_then(|first| Some((first, files.iter().find(|file| kind(file) != kind(first))?)));
        if let Some((first, other)) = odd {
            return Err(format!("{first} and {other} are of two kinds, and a folder has to be of one"));
        }
        if files.is_empty() {
            return Err(format!("{path} is an empty folder"));
        }
        if files.len() > 1 {
            self.notes.push(format!("{path}: the trainer takes the files of a folder in the order of the disk; here they are by name"));
        }
        self.counted(&files, Some(path.clone()))
    }

    fn counted(&mut self, files: &[String], folder: Option<String>) -> Result<Source, String> {
        let mut source = Source { folder, ..Source::default() };
        for file in files {
            let (records, counted) = self.count(file)?;
            source.files.push((records, counted.samples));
            source.facts.of += counted.samples;
            source.facts.has_pictures = source.facts.has_pictures.or(counted.has_pictures);
        }
        source.facts.files = files.to_vec();
        Ok(source)
    }

    fn count(&mut self, file: &str) -> Result<(Records, Counted), String> {
        let path = self.places.absolute(file);
        if path.is_dir() && self.format == Format::Energon {
            return Err(format!(
                "{file} is a folder; say with `--count` how many samples a prepared one has"
            ));
        }
        if path.is_dir() {
            return Err(format!("{file} is a folder, and has to be a file"));
        }
        let records = self.format.records(file).map_err(|why| format!("{file}: {why}"))?;
        if let Some(counted) = self.known.get(&(file.to_owned(), records)) {
            return Ok((records, *counted));
        }
        let mut counted = Counted { samples: 0, has_pictures: None };
        let read = records::visit(&path, records, &mut |record| {
            counted.samples += 1;
            if record.ordinal == 0 {
                let first: Option<serde_json::Map<String, serde_json::Value>> =
                    serde_json::from_slice(record.raw).ok();
                counted.has_pictures = first.map(|first| first.contains_key("image"));
            }
            ControlFlow::Continue(())
        });
        read.map_err(|why| format!("{file}: {why}"))?;
        if self.format == Format::ConvLlava && records == Records::Lines {
            self.notes.push(format!("{file}: the trainer reads JSON arrays only, and these are lines"));
        }
        self.known.insert((file.to_owned(), records), counted);
        Ok((records, counted))
    }

    /// A list of ordinals: its path relative to the root, and what is in it.
    fn left_out(&self, left_out: &LeftOut) -> Result<(String, Vec<i128>), String> {
        let path = match left_out {
            LeftOut::File(path) => self.places.find(path)?,
            LeftOut::Slice(path) => {
                let folder = self.slices.ok_or_else(|| {
                    format!("`@` names the list {path} in VILA's folder of slices; say with `--slices DIR` where it is")
                })?;
                self.places.find(&format!("{}/{path}", folder.trim_end_matches('/')))?
            }
        };
        let text = fs::read(self.places.absolute(&path))
            .map_err(|error| format!("{path} cannot be read: {error}"))?;
        let ordinals: Vec<i64> = serde_json::from_slice(&text)
            .map_err(|error| format!("{path} is no list of numbers: {error}"))?;
        Ok((path, ordinals.into_iter().map(i128::from).collect()))
    }
}

/// What LLaMA-Factory takes for the same kind of file.
fn kind(file: &str) -> &str {
    let ending = file.rsplit('.').next().unwrap_or_default();
    if ending == "jsonl" { "json" } else { ending }
}

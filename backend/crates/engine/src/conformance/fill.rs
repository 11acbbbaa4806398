//! Filling an engine with a corpus, by the verbs by which a root is filled.

use super::corpus::{Corpus, Generation, Sample};
use crate::{Changes, Engine, EngineError, Field, Filled, NewSample, Receipt, View, Writer};
use blendscope_query::TextField;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A part that every generation gets. It is called as something else may be that an engine keeps.
const PART: &str = "sources";

/// What is said about all generations together.
const HEAD: &str = "a corpus";

/// Fills an engine that has nothing with all generations of a corpus, and commits those that are live. Gives each with its
/// receipt.
pub fn fill(engine: &dyn Engine, corpus: &mut Corpus) -> Result<Vec<Filled>, String> {
    fill_all(engine, corpus)
        .map_err(|error| error.to_string())?
        .map_err(|trouble| format!("filling: {trouble}"))
}

/// The view in which the generations of a corpus are live that a commit names.
pub fn open(engine: &dyn Engine, corpus: &Corpus, filled: &[Filled]) -> Result<Arc<dyn View>, String> {
    let live = Arc::new(corpus.live());
    let of = |number: u32| filled.iter().find(|of| of.generation == number).cloned();
    let in_order: Vec<Filled> = live.generations().iter().filter_map(|live| of(live.number)).collect();
    engine.view(&live, &in_order).map_err(|error| error.to_string())
}

type Checked<T> = Result<Result<T, String>, EngineError>;

fn fill_all(engine: &dyn Engine, corpus: &mut Corpus) -> Checked<Vec<Filled>> {
    if engine.manifest()?.is_some() {
        return Ok(Err("a new engine has a manifest".to_owned()));
    }
    let mut writer = engine.writer()?;
    let mut all = Vec::new();
    for of in &mut corpus.generations {
        let Some(filled) = fill_generation(of, writer.as_mut())? else {
            return Ok(Err("a generation was not begun".to_owned()));
        };
        all.push(filled);
    }
    let live =
        |filled: &&Filled| corpus.generations.iter().any(|of| of.is_live && of.number == filled.generation);
    let document = |of: &Filled| (of.generation, format!("generation {}", of.generation));
    let put: Vec<(u32, String)> = all.iter().filter(live).map(document).collect();
    writer.commit(&Changes { head: HEAD.to_owned(), put: put.clone(), gone: Vec::new() })?;
    writer.close(&|| false)?;
    let committed = engine.manifest()?.unwrap_or_default();
    if committed.head != HEAD || committed.documents != BTreeMap::from_iter(put) {
        return Ok(Err(format!("the manifest is {committed:?}")));
    }
    check_parts(engine, &all)?.map_or(Ok(Ok(all)), |trouble| Ok(Err(trouble)))
}

fn fill_generation(of: &mut Generation, writer: &mut dyn Writer) -> Result<Option<Filled>, EngineError> {
    let Some(number) = writer.begin(&["file"])? else { return Ok(None) };
    of.number = number;
    let (mut row, mut samples, mut hidden) = (0, 0, Vec::new());
    for (is_shown, own) in &of.files {
        let first_of_file = row;
        for sample in own {
            add(sample, first_of_file, writer)?;
            row += 1;
        }
        if *is_shown {
            samples += own.len() as u64;
        } else {
            hidden.push(first_of_file..row);
        }
        writer.checkpoint()?;
    }
    writer.add_part(PART, b"first")?;
    writer.add_part(PART, number.to_string().as_bytes())?;
    writer.add_numbers((Field::Templates, &mut (0..u64::from(row))))?;
    let receipt: Receipt = writer.finish()?;
    for rows in hidden {
        writer.remove(number, rows)?;
    }
    Ok(Some(Filled { generation: number, receipt, samples }))
}

fn add(sample: &Sample, first_of_file: u32, writer: &mut dyn Writer) -> Result<(), EngineError> {
    let texts: Vec<(TextField, &str)> =
        sample.turns.iter().map(|(role, text)| (TextField::of_role(role), text.as_str())).collect();
    let numbers = Field::GIVEN.map(|field| sample.value(field).unwrap_or_default());
    writer.add(&NewSample { first_of_file, texts: &texts, numbers: &numbers, images: &sample.images })
}

/// What is wrong with the parts that were kept.
fn check_parts(engine: &dyn Engine, all: &[Filled]) -> Result<Option<String>, EngineError> {
    for of in all {
        let parts = engine.parts(of.generation, &of.receipt)?;
        let own: Result<Vec<_>, _> = parts.all(PART).map(|part| part.map(Vec::from)).collect();
        let expected = [b"first".to_vec(), of.generation.to_string().into_bytes()];
        if own? != expected || parts.count("another") != 0 || parts.last("another")?.is_some() {
            return Ok(Some(format!("the parts of generation {} are others", of.generation)));
        }
    }
    Ok(None)
}

//! What is read from the files of several generations, those that are live as of a commit and in their order.

use crate::{ColumnError, GenerationColumns};
use blendscope_engine::{Field, Live, Row};
use std::sync::Arc;

/// The numbers of some samples in some fields: a list per field, each in the order of the rows.
pub fn numbers(
    live: &Live,
    generations: &[Arc<GenerationColumns>],
    rows: &[Row],
    fields: &[Field],
) -> Vec<Vec<u64>> {
    let mut all: Vec<Vec<u64>> = fields.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    let mut ordinals = Vec::new();
    // Runs of samples of one generation that ascend.
    for run in rows.chunk_by(|row, next| row.generation() == next.generation() && row < next) {
        let of = live.at(run[0].generation()).map(|at| &generations[at]);
        ordinals.clear();
        ordinals.extend(run.iter().map(|row| row.ordinal()));
        for (field, numbers) in fields.iter().zip(&mut all) {
            match of {
                Some(of) => of.append(*field, &ordinals, numbers),
                None => numbers.resize(numbers.len() + run.len(), 0),
            }
        }
    }
    all
}

/// The hashes of the keys of each sample's images; the rows are of one generation and ascend.
pub fn images(
    live: &Live,
    generations: &[Arc<GenerationColumns>],
    rows: &[Row],
) -> Result<Vec<Vec<u64>>, ColumnError> {
    let Some(at) = rows.first().and_then(|row| live.at(row.generation())) else {
        return Ok(vec![Vec::new(); rows.len()]);
    };
    let ordinals: Vec<u32> = rows.iter().map(|row| row.ordinal()).collect();
    generations[at].images_of(&ordinals)
}

/// The numbers but 0 that several samples of a dataset have in a field, each with its sample; sorted.
///
/// All numbers are sorted first, but without their rows: these are the most of a dataset that is ever in memory at once.
pub fn repeated(generations: &[Arc<GenerationColumns>], field: Field, dataset: usize) -> Vec<(u64, Row)> {
    let all = || generations.iter().filter(|of| of.live.dataset == dataset);
    let samples: u64 = all().map(|of| of.live.samples()).sum();
    let mut numbers = Vec::with_capacity(samples as usize);
    for of in all() {
        numbers.extend(of.shown(field).map(|(number, _)| number).filter(|number| *number != 0));
    }
    numbers.sort_unstable();
    let pairs = numbers.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut repeated: Vec<u64> = pairs.map(|pair| pair[0]).collect();
    repeated.dedup();
    drop(numbers);
    let mut rows = Vec::new();
    for of in all().filter(|_| !repeated.is_empty()) {
        let equal = of.shown(field).filter(|(number, _)| repeated.binary_search(number).is_ok());
        rows.extend(equal.map(|(number, ordinal)| (number, of.live.row(ordinal))));
    }
    rows.sort_unstable();
    rows
}

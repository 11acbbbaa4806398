//! Which samples there are, as of a commit: generations, their files' blocks of rows, and positions in file order.

use crate::Row;
use roaring::RoaringBitmap;
use std::collections::HashMap;

/// The generations of a commit whose samples are shown. A question is answered from these and no others.
#[derive(Clone, Debug, Default)]
pub struct Live {
    generations: Vec<LiveGeneration>,
    by_number: HashMap<u32, usize>,
    /// Places of generations and of their blocks, in the order of positions.
    in_file_order: Vec<(usize, usize)>,
    samples: u64,
}

/// A generation of which samples are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveGeneration {
    /// Its number.
    pub number: u32,
    /// Number of its dataset.
    pub dataset: usize,
    /// The rows that were written, whether shown or not.
    pub rows: u32,
    blocks: Vec<Block>,
    shown: RoaringBitmap,
}

/// The rows of a file that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Row of its first sample.
    pub first_row: u32,
    /// Number of its samples.
    pub rows: u32,
    /// Number of the file, over all datasets.
    pub file: usize,
    /// Position of its first sample over all datasets in file order.
    pub first_position: u64,
}

impl Live {
    /// Generations in the order in which they are asked: by dataset, then by number.
    pub fn new(generations: Vec<LiveGeneration>) -> Self {
        let by_number = generations.iter().enumerate().map(|(at, of)| (of.number, at)).collect();
        let samples = generations.iter().map(LiveGeneration::samples).sum();
        let blocks = |(at, of): (usize, &LiveGeneration)| (0..of.blocks.len()).map(move |block| (at, block));
        let mut in_file_order: Vec<(usize, usize)> =
            generations.iter().enumerate().flat_map(blocks).collect();
        in_file_order.sort_by_key(|(at, block)| generations[*at].blocks[*block].first_position);
        Self { generations, by_number, in_file_order, samples }
    }

    /// All of them.
    pub fn generations(&self) -> &[LiveGeneration] {
        &self.generations
    }

    /// Samples of all of them.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// The place of a generation among all, by its number.
    pub fn at(&self, number: u32) -> Option<usize> {
        self.by_number.get(&number).copied()
    }

    /// The generation and the block of a row; none for rows that are not shown.
    pub fn locate(&self, row: Row) -> Option<(&LiveGeneration, &Block)> {
        let of = &self.generations[self.at(row.generation())?];
        Some((of, of.block_of(row.ordinal())?))
    }

    /// All blocks in file order, each with the place of its generation among all.
    pub fn blocks(&self) -> impl Iterator<Item = (usize, &Block)> {
        self.in_file_order.iter().map(|(at, block)| (*at, &self.generations[*at].blocks[*block]))
    }

    /// The row of the sample at a position over all datasets in file order; none behind the last one.
    pub fn row_at(&self, position: u64) -> Option<Row> {
        let first = |(at, block): &(usize, usize)| self.generations[*at].blocks[*block].first_position;
        let behind = self.in_file_order.partition_point(|place| first(place) <= position);
        let (at, block) = self.in_file_order[behind.checked_sub(1)?];
        let (of, block) = (&self.generations[at], &self.generations[at].blocks[block]);
        let before = position - block.first_position;
        (before < u64::from(block.rows)).then(|| of.row(block.first_row + before as u32))
    }

    /// Where a row stands over all datasets in file order; none for rows that are not shown.
    pub fn position(&self, row: Row) -> Option<u64> {
        let (_, block) = self.locate(row)?;
        Some(block.first_position + u64::from(row.ordinal() - block.first_row))
    }
}

impl LiveGeneration {
    /// A generation of `rows` rows, of which those of some files are shown.
    pub fn new(number: u32, dataset: usize, rows: u32, mut blocks: Vec<Block>) -> Self {
        blocks.sort_by_key(|block| block.first_row);
        let mut shown = RoaringBitmap::new();
        for block in &blocks {
            shown.insert_range(block.first_row..block.first_row + block.rows);
        }
        Self { number, dataset, rows, blocks, shown }
    }

    /// The rows of its files that are shown, ascending.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The ordinals of the samples that are shown.
    pub fn shown(&self) -> &RoaringBitmap {
        &self.shown
    }

    /// How many samples are shown.
    pub fn samples(&self) -> u64 {
        self.shown.len()
    }

    /// Whether all its rows are shown.
    pub fn is_whole(&self) -> bool {
        self.shown.len() == u64::from(self.rows)
    }

    /// The row at an ordinal.
    pub fn row(&self, ordinal: u32) -> Row {
        Row::new(self.number, ordinal)
    }

    /// The block of a row; none for rows that are not shown.
    pub fn block_of(&self, ordinal: u32) -> Option<&Block> {
        let behind = self.blocks.partition_point(|block| block.first_row <= ordinal);
        let block = &self.blocks[behind.checked_sub(1)?];
        (ordinal - block.first_row < block.rows).then_some(block)
    }
}

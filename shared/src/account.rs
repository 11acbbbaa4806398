//! Accounts: how much a set of samples is, in each unit that somebody may count.
//!
//! A share of samples is not a share of tokens, and what is trained on are the answers; so the units stand side by side.

use crate::dataset::LanguageCount;
use serde::{Deserialize, Serialize};

/// Tokens of one picture that models in use make of it: `ConvLLaVA` at 768 and 1024 pixels, CLIP-L/14 at 336 pixels
/// (`LLaVA`, `ShareGPT4V`, `MG-LLaVA`; `ConvLLaVA` at 1536), `SigLIP` (llm-jp).
pub const PICTURE_TOKENS: [u64; 4] = [144, 256, 576, 729];

/// Stands in the place of a number of tokens: as many as the picture's size makes, see [`any_resolution_tokens`].
pub const ANY_RESOLUTION: u64 = 0;

/// Sides of a tile in pixels and in tokens, by CLIP-L/14 at 336 pixels.
const TILE: (u64, u64) = (336, 24);

/// Tokens of a tile.
pub const TILE_TOKENS: u64 = TILE.1 * TILE.1;

/// Columns and rows of the grids of tiles that LLaVA-NeXT has, in its order.
const GRIDS: [(u64, u64); 5] = [(1, 2), (2, 1), (2, 2), (3, 1), (1, 3)];

/// Tokens that LLaVA-NeXT makes of a picture of this size by `anyres`: one tile of the whole, and the tiles of the grid that
/// keeps most of it, without the padding around it and with a token at the end of each row.
#[expect(clippy::cast_sign_loss, reason = "sizes are never below 0")]
pub fn any_resolution_tokens(width: u64, height: u64) -> u64 {
    if width == 0 || height == 0 {
        return TILE_TOKENS;
    }
    let fit = |(columns, rows): (u64, u64)| {
        let (across, down) = (columns * TILE.0, rows * TILE.0);
        let scale = (across as f64 / width as f64).min(down as f64 / height as f64);
        let scaled = (width as f64 * scale) as u64 * (height as f64 * scale) as u64;
        let kept = scaled.min(width * height);
        (kept, across * down - kept)
    };
    let better = |best: (u64, u64), grid: (u64, u64)| {
        let (of_best, of_grid) = (fit(best), fit(grid));
        let is_better = of_grid.0 > of_best.0 || of_grid.0 == of_best.0 && of_grid.1 < of_best.1;
        if is_better { grid } else { best }
    };
    let (columns, rows) = GRIDS.into_iter().fold(GRIDS[0], better);
    let (across, down) = (columns * TILE.1, rows * TILE.1);
    let is_wider = width * down > height * across;
    let (across, down) = if is_wider {
        let own = (height as f64 * (across as f64 / width as f64)) as u64;
        (across, down - 2 * (down.saturating_sub(own) / 2))
    } else {
        let own = (width as f64 * (down as f64 / height as f64)) as u64;
        (across - 2 * (across.saturating_sub(own) / 2), down)
    };
    TILE_TOKENS + down * (across + 1)
}

/// Estimated tokens of texts with so many characters, of which so many are CJK: three for every four CJK characters, and
/// one for every four others. What a tokenizer really makes of them depends on the tokenizer, by a third or more in CJK
/// texts.
pub fn estimated_tokens(characters: u64, cjk: u64) -> u64 {
    (characters.saturating_sub(cjk) + 3 * cjk).div_ceil(4)
}

/// What a set of samples comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Samples.
    pub samples: u64,
    /// Samples without an image.
    pub text_only: u64,
    /// Samples whose turns have no word: their length is 0, and LLaVA's trainer and those made of it stop at one.
    pub empty: u64,
    /// Turns.
    pub turns: u64,
    /// Words between blanks, as the trainers count lengths. Japanese and Chinese have none: a turn is one word, or few.
    pub words: ByRole,
    /// Unicode characters.
    pub characters: ByRole,
    /// Text tokens of all turns, see [`estimated_tokens`].
    pub tokens: u64,
    /// Text tokens of the responses, which is what is trained on.
    pub tokens_gpt: u64,
    /// Image refs.
    pub images: u64,
    /// Different pictures among them, by their keys; null where they were not counted.
    pub pictures: Option<u64>,
    /// Tokens of the images by their sizes; null where that was not counted.
    pub tiles: Option<Tiles>,
    /// Languages by number of samples, most frequent first.
    pub languages: Vec<LanguageCount>,
}

/// Tokens of images by their sizes, as LLaVA-NeXT has it: [`any_resolution_tokens`] of the only image of a sample, one tile
/// for each of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tiles {
    /// Tokens.
    pub tokens: u64,
    /// Images that are counted as one tile since their size is not known.
    pub unknown: u64,
}

/// What takes longer to count, and is counted on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct More {
    /// Different pictures: all of their names have to be compared.
    pub pictures: bool,
    /// Tokens of images by their sizes: each has to be looked at.
    pub tiles: bool,
}

/// A number of all turns, and of those of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ByRole {
    /// Of all turns.
    pub all: u64,
    /// Of the instructions.
    pub human: u64,
    /// Of the responses.
    pub gpt: u64,
    /// Of all others, such as system prompts.
    pub other: u64,
}

impl ByRole {
    /// From those of all turns, of the instructions, and of the responses.
    pub fn of(all: u64, human: u64, gpt: u64) -> Self {
        Self { all, human, gpt, other: all.saturating_sub(human.saturating_add(gpt)) }
    }
}

/// Answer of `GET /api/v1/accounts`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountAnswer {
    /// Of all samples.
    #[serde(flatten)]
    pub account: Account,
    /// Of each dataset that has some, in the catalog's order; pictures are counted over all of them only.
    pub datasets: Vec<DatasetAccount>,
    /// Tokens of all images, for some numbers of tokens of one.
    pub image_tokens: Vec<ImageTokens>,
    /// Whether everything is read, and all of it was counted.
    pub is_final: bool,
    /// Time to find them and to add up, in milliseconds.
    pub took_ms: f64,
    /// Why not everything was counted, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
}

/// What the samples of one dataset come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatasetAccount {
    /// Slug of the dataset.
    pub dataset: String,
    /// Name for people.
    pub title: String,
    /// What they come to.
    pub account: Account,
}

/// How many tokens images are by a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageTokens {
    /// Tokens of one image.
    pub each: u64,
    /// Tokens of all.
    pub all: u64,
}

impl ImageTokens {
    /// Of so many images, by each policy of [`PICTURE_TOKENS`].
    pub fn of(images: u64) -> Vec<Self> {
        PICTURE_TOKENS.iter().map(|each| Self { each: *each, all: images * each }).collect()
    }
}

/// Answer of `GET /api/v1/recipes/{slug}/overlap`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overlap {
    /// Of each stage, in order.
    pub stages: Vec<StageOverlap>,
    /// Whether the engine can tell, and everything is read.
    pub is_final: bool,
}

/// What of a stage was in a stage before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageOverlap {
    /// Different pictures.
    pub pictures: u64,
    /// Those of them that were in a stage before.
    pub pictures_before: u64,
    /// Different samples, by their keys.
    pub samples: u64,
    /// Those of them that were in a stage before: the same id, pictures and turns.
    pub samples_before: u64,
}

/// Different samples, by their keys, and different pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Distinct {
    /// Samples.
    pub samples: u64,
    /// Pictures.
    pub pictures: u64,
}

/// Answer of `GET /api/v1/compare?a=…&b=…`: what two blends have in common, as far as they are under the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Common {
    /// Of the one.
    pub a: Distinct,
    /// Of the other.
    pub b: Distinct,
    /// In both.
    pub both: Distinct,
    /// Whether the engine can tell.
    pub is_known: bool,
    /// Whether everything is read.
    pub is_final: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_estimated_by_script() {
        for (characters, cjk, tokens) in [(0, 0, 0), (8, 0, 2), (9, 0, 3), (8, 8, 6), (12, 8, 7)] {
            assert_eq!(estimated_tokens(characters, cjk), tokens);
        }
    }

    #[test]
    fn a_picture_has_as_many_tokens_as_its_tiles() {
        // One tile of the whole, then the unpadded rows, each with a token at its end.
        for (width, height, tokens) in [
            (336, 336, 576 + 24 * 25),
            (672, 672, 576 + 48 * 49),
            (640, 480, 576 + 36 * 49),
            (480, 640, 576 + 48 * 37),
            (1008, 336, 576 + 24 * 73),
            (336, 1008, 576 + 72 * 25),
            (0, 480, 576),
        ] {
            assert_eq!(any_resolution_tokens(width, height), tokens, "{width} x {height}");
        }
    }

    #[test]
    fn what_is_neither_asked_nor_answered_is_the_rest() {
        assert_eq!(ByRole::of(10, 3, 5).other, 2);
    }
}

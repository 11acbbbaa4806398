//! Lists of ids: which records of the shards a project chose.

use super::shards::{self, coyo_id};
use super::{DemoError, DemoOptions};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Ids of COYO's records, one a line.
const COYO: &str = "mdx/coyo/coyo_6m_ids.txt.gz";
/// Shard and place of mmc4's documents.
const MMC4: &str = "mdx/mmc4/mmc4_6m_ids.csv.gz";
/// Where lists are.
pub(super) const PATHS: [&str; 2] = [COYO, MMC4];

/// Records whose ids are listed although they are in no shard of the root.
const ELSEWHERE: u64 = 40;

/// Writes both lists: about two thirds of what is in the shards, and some of what is not.
pub(super) fn write(dir: &Path, options: &DemoOptions) -> Result<(), DemoError> {
    let is_chosen = |number: &u64| number % 3 != 1;
    let pairs = shards::samples_of("coyo-700m", options) + ELSEWHERE;
    let coyo = (0..pairs).filter(is_chosen).map(|number| format!("{}\n", coyo_id(number)));
    let documents = shards::samples_of("mmc4-core", options);
    let first_shard = (0..documents).filter(is_chosen).map(|place| format!("0,{place}\n"));
    let others = (1..=ELSEWHERE).map(|number| format!("{},{}\n", number * 17, number * 131 % 97));
    for (path, text) in [(COYO, coyo.collect::<String>()), (MMC4, first_shard.chain(others).collect())] {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(DemoError::at(folder))?;
        packed(&text).and_then(|bytes| fs::write(&path, bytes)).map_err(DemoError::at(&path))?;
    }
    Ok(())
}

fn packed(text: &str) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes())?;
    gzip.finish()
}

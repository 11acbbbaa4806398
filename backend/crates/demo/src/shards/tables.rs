//! Parquet tables: `SynthDoG`'s Japanese pages, and LLaVA-NeXT's conversations.

use super::{Content, Shard};
use crate::DemoError;
use crate::pictures::encoded;
use crate::record::mixture::{about, chat_id};
use crate::record::{id, turns::Turns};
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::texts::chat;
use blendscope_read::pack::tables::{Cell, ColumnKind, Packing, ParquetWriter};
use serde_json::json;

/// Rows of a row group.
const GROUP: usize = 16;

/// The pages that `synthdog_ja_102k.json` was converted from, with their text on one line.
pub(super) fn pages(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    let shown: Vec<Shown> =
        shard.numbers.clone().map(|number| Shown { source: Source::SynthdogJa, number }).collect();
    let rows = shown.iter().zip(encoded(seed, &shown)?).map(|(&page, bytes)| {
        let text = page.picture(seed).japanese_caption(&mut Rng::new(0, "page", page.number));
        let truth = json!({"gt_parse": {"text_sequence": text.replace('\n', " ")}}).to_string();
        vec![Cell::Image { bytes: Some(bytes), path: None }, Cell::Text(truth)]
    });
    let columns = [("image", ColumnKind::Image), ("ground_truth", ColumnKind::Text)];
    write(shard, &columns, Packing::Uncompressed, &rows.collect::<Vec<_>>())?;
    Ok(Content::pairs(shard.records()))
}

/// Conversations as in the instruction mixture; every sixth one has no picture.
pub(super) fn conversations(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let shown = shard.numbers.clone().map(|number| (number % 6 != 2).then(|| picture(shard, number)));
    let shown: Vec<Option<Shown>> = shown.collect();
    let with_picture: Vec<Shown> = shown.iter().flatten().copied().collect();
    let mut bytes = encoded(shard.options.seed, &with_picture)?.into_iter();
    let mut rows = Vec::new();
    for (number, shown) in shard.numbers.clone().zip(shown) {
        let mut rng = Rng::new(shard.options.seed, "next", number);
        let (name, turns, image) = match shown {
            Some(shown) => {
                let path = shown.path().rsplit('/').next().map(ToOwned::to_owned);
                let turns = about(shard.options, shown, &mut rng);
                (id::as_text(id::of_picture(shown)), turns, Cell::Image { bytes: bytes.next(), path })
            }
            None => (chat_id(&mut rng), Turns(chat(&mut rng)), Cell::Null),
        };
        let turns = turns.messages().map(|(from, value)| (from.to_owned(), value)).collect();
        rows.push(vec![
            Cell::Text(name),
            Cell::Turns(turns),
            Cell::Text("llava-next-instruct".into()),
            image,
        ]);
    }
    let columns = [
        ("id", ColumnKind::Text),
        ("conversations", ColumnKind::Turns),
        ("data_source", ColumnKind::Text),
        ("image", ColumnKind::Image),
    ];
    write(shard, &columns, Packing::Snappy, &rows)?;
    let embedded = with_picture.len() as u64;
    let samples = shard.records();
    Ok(Content { samples, text_only: samples - embedded, image_refs: embedded, embedded })
}

/// A picture that has a file too.
fn picture(shard: &Shard<'_>, number: u64) -> Shown {
    let sources = [Source::Coco, Source::Gqa, Source::Vg, Source::OcrVqa];
    let source = sources[(number % sources.len() as u64) as usize];
    Shown { source, number: number % source.pictures(shard.options.samples) }
}

fn write(
    shard: &Shard<'_>,
    columns: &[(&str, ColumnKind)],
    packing: Packing,
    rows: &[Vec<Cell>],
) -> Result<(), DemoError> {
    let packed = || {
        let mut table = ParquetWriter::new(Vec::new(), columns, packing)?;
        for group in rows.chunks(GROUP) {
            table.row_group(group)?;
        }
        table.finish()
    };
    shard.write(packed())
}

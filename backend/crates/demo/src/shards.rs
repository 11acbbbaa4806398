//! Shards: annotation files with the pictures inside them.
//!
//! There are few records in them however large the root is, and none in roots without pictures: they are there to be
//! seen, and each is made in memory. They are pickles of documents in the schema of mmc4 (sentences, and pictures that
//! each match one of them), pictures with a caption each (COYO's pickles, Japanese ones, shards of `WebDataset`), and
//! parquet tables (`SynthDoG`'s Japanese pages, LLaVA-NeXT's conversations).

use super::{DemoError, DemoOptions, DemoSummary, Progress, write_file};
use crate::pictures::encoded;
use crate::record::{self, Turns, about, chat_id};
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::texts::chat;
use crate::words::{capital, shuffled};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_read::pack::pickle::{Value, dict, write_pickle};
use blendscope_read::pack::tables::{Cell, ColumnKind, Packing, ParquetWriter};
use blendscope_read::pack::tar_of;
use serde_json::json;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Most samples of a dataset of shards.
const MOST: u64 = 240;
/// Smaller roots have no shards.
const SMALLEST_ROOT: u64 = 100;

/// A `.count` file of a shard that is not there.
pub(super) const LONE_COUNT: &str = "mmc4-core/pkl-core-limit-tokens/docs_shard_1_v3.count";

/// A dataset of shards.
pub(super) struct Shards {
    /// Its files, relative to the root.
    pub(super) files: &'static [&'static str],
    /// Its share of all samples, per thousand.
    pub(super) share: u64,
    /// Samples that it has at least.
    fewest: u64,
    count: Count,
    write: fn(&Shard<'_>) -> Result<Content, DemoError>,
}

/// What the `.count` file beside a shard says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    /// There is none.
    None,
    /// The number of records.
    Right,
    /// One more.
    Wrong,
}

/// Makes the table of shards of a row for each dataset of them.
macro_rules! shards {
    ($([$($file:literal),+] $share:literal $fewest:literal $count:ident $write:path;)+) => {
        /// Every dataset of shards.
        pub(super) const SHARDS: &[Shards] = &[$(Shards {
            files: &[$($file),+], share: $share, fewest: $fewest, count: Count::$count, write: $write,
        }),+];
    };
}

shards! {
    ["coyo-700m/pkl03-split/part-00000.pkl", "coyo-700m/pkl03-split/part-00001.pkl"] 24 6 Right coyo_pickle;
    ["alt_pair_ja/pkl02/00000.pkl"] 12 2 Right japanese_pairs;
    ["mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl"] 8 4 Right english_documents;
    ["interleaved_ja/pkl-limit-tokens/00000.pkl"] 6 2 Wrong japanese_documents;
    ["synthdog-ja/data/train-00000-of-00001-7d2c81b40e95fa36.parquet"] 16 3 None table_of_pages;
    ["LLaVA-NeXT-Data/data/train-00000-of-00001.parquet"] 12 3 None table_of_conversations;
    ["web_shards/00000.tar", "web_shards/00001.tar"] 12 4 None web_shard;
}

/// A shard to be written.
struct Shard<'a> {
    /// Absolute.
    path: PathBuf,
    /// Its number among the files of its dataset.
    file: usize,
    /// Numbers of its records in the dataset.
    numbers: Range<u64>,
    options: &'a DemoOptions,
}

/// What a shard holds.
#[derive(Default)]
struct Content {
    samples: u64,
    text_only: u64,
    image_refs: u64,
    embedded: u64,
}

impl Content {
    /// Pairs of an embedded picture and what is said about it.
    fn pairs(samples: u64) -> Self {
        Self { samples, text_only: 0, image_refs: samples, embedded: samples }
    }
}

/// Samples in shards altogether.
pub(super) fn samples(options: &DemoOptions) -> u64 {
    SHARDS.iter().map(|shards| shards.samples(options)).sum()
}

/// Samples in the shards below a folder of the root.
pub(super) fn samples_of(folder: &str, options: &DemoOptions) -> u64 {
    let is_below = |shards: &&Shards| shards.files.iter().all(|file| Path::new(file).starts_with(folder));
    SHARDS.iter().filter(is_below).map(|shards| shards.samples(options)).sum()
}

/// Writes all shards.
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), DemoError> {
    for shards in SHARDS {
        let samples = shards.samples(options);
        let of_file = samples.div_ceil(shards.files.len() as u64);
        for (file, path) in shards.files.iter().enumerate() {
            let first = file as u64 * of_file;
            let numbers = first..samples.min(first + of_file);
            let shard = Shard { path: dir.join(path), file, numbers, options };
            if shard.numbers.is_empty() {
                continue;
            }
            add(summary, &(shards.write)(&shard)?);
            write_count(&shard, shards.count)?;
            progress(Progress { done: summary.samples, total: options.samples });
        }
    }
    if samples(options) > 0 { write_file(&dir.join(LONE_COUNT), b"4") } else { Ok(()) }
}

impl Shards {
    fn samples(&self, options: &DemoOptions) -> u64 {
        if !options.images || options.samples < SMALLEST_ROOT {
            return 0;
        }
        (options.samples * self.share / 1000).clamp(self.fewest, MOST)
    }
}

fn add(summary: &mut DemoSummary, content: &Content) {
    summary.annotation_files += 1;
    summary.samples += content.samples;
    summary.text_only += content.text_only;
    summary.image_refs += content.image_refs;
    summary.embedded_pictures += content.embedded;
}

fn write_count(shard: &Shard<'_>, count: Count) -> Result<(), DemoError> {
    let records = shard.numbers.end - shard.numbers.start;
    let said = match count {
        Count::None => return Ok(()),
        Count::Right => records,
        Count::Wrong => records + 1,
    };
    let path = shard.path.with_extension("count");
    write_file(&path, said.to_string().as_bytes())
}

impl Shard<'_> {
    /// Writes the shard's file.
    fn write(&self, bytes: io::Result<Vec<u8>>) -> Result<(), DemoError> {
        write_file(&self.path, &bytes.map_err(DemoError::at(&self.path))?)
    }

    /// Writes the shard's file as a pickle.
    fn pickle(&self, records: impl IntoIterator<Item = Value>) -> Result<(), DemoError> {
        let mut bytes = Vec::new();
        self.write(write_pickle(records, &mut bytes).map(|_| bytes))
    }

    /// Number of its records.
    fn records(&self) -> u64 {
        self.numbers.end - self.numbers.start
    }
}

/// Pictures of the longest document; loaders take the first six.
const MOST_PICTURES: usize = 8;

/// A document before it is written.
struct Document {
    sentences: Vec<String>,
    pictures: Vec<Placed>,
}

/// A picture of a document.
struct Placed {
    shown: Shown,
    /// Number of the sentence that it matches.
    sentence: usize,
    /// Whether its bytes are there.
    has_bytes: bool,
}

/// English documents. The first has too many pictures for loaders, the second two at one sentence, the third one
/// without bytes.
fn english_documents(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    write_documents(shard, |number| {
        let mut rng = Rng::new(seed, "mmc4", number);
        let count = if number == 0 { MOST_PICTURES } else { rng.between(2, 3) };
        let pictures = pictures_of_documents(Source::Mmc4, number, count);
        let about = |shown: Shown, rng: &mut Rng| sentence(&shown.picture(seed).caption(rng));
        let mut document = document(&pictures, &about, "document line", &mut rng);
        match number {
            // The first six are not those that come first in the text.
            0 => document.pictures.rotate_left(3),
            1 => share_sentence(&mut document),
            2 => document.pictures[1].has_bytes = false,
            _ => {}
        }
        document
    })
}

/// Japanese documents.
fn japanese_documents(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    write_documents(shard, |number| {
        let mut rng = Rng::new(seed, "interleaved_ja", number);
        let pictures = pictures_of_documents(Source::InterleavedJa, number, rng.between(1, 3));
        let about = |shown: Shown, rng: &mut Rng| shown.picture(seed).japanese_caption(rng);
        document(&pictures, &about, "japanese document line", &mut rng)
    })
}

fn pictures_of_documents(source: Source, document: u64, count: usize) -> Vec<Shown> {
    (0..count as u64).map(|place| Shown { source, number: document * MOST_PICTURES as u64 + place }).collect()
}

/// A sentence about each picture, and one to three others before it.
fn document(
    pictures: &[Shown],
    about: &dyn Fn(Shown, &mut Rng) -> String,
    others: &str,
    rng: &mut Rng,
) -> Document {
    let mut others = shuffled(rng, others).into_iter().cycle().map(ToOwned::to_owned);
    let mut document = Document { sentences: Vec::new(), pictures: Vec::new() };
    for &shown in pictures {
        document.sentences.extend(others.by_ref().take(rng.between(1, 3)));
        let sentence = document.sentences.len();
        document.sentences.push(about(shown, rng));
        document.pictures.push(Placed { shown, sentence, has_bytes: true });
    }
    document.sentences.extend(others.next());
    document
}

/// Puts the second picture beside the first, at one sentence that speaks of both.
fn share_sentence(document: &mut Document) {
    let (first, second) = (document.pictures[0].sentence, document.pictures[1].sentence);
    let text = document.sentences.remove(second);
    document.sentences[first] += " The second picture: ";
    document.sentences[first] += &text;
    for picture in &mut document.pictures[2..] {
        picture.sentence -= 1;
    }
    document.pictures[1].sentence = first;
}

/// A caption as a sentence.
fn sentence(caption: &str) -> String {
    let caption = capital(caption);
    if caption.ends_with('.') { caption } else { format!("{caption}.") }
}

/// Writes the documents of a shard.
fn write_documents(shard: &Shard<'_>, document: impl Fn(u64) -> Document) -> Result<Content, DemoError> {
    let documents: Vec<(u64, Document)> =
        shard.numbers.clone().map(|number| (number, document(number))).collect();
    let placed: Vec<&Placed> = documents.iter().flat_map(|(_, document)| &document.pictures).collect();
    let with_bytes: Vec<Shown> =
        placed.iter().filter(|placed| placed.has_bytes).map(|placed| placed.shown).collect();
    let mut bytes = encoded(shard.options.seed, &with_bytes)?.into_iter();
    let records = documents.iter().map(|(number, document)| document_record(*number, document, &mut bytes));
    shard.pickle(records)?;
    Ok(Content {
        samples: shard.records(),
        text_only: 0,
        image_refs: placed.len() as u64,
        embedded: with_bytes.len() as u64,
    })
}

/// A document in mmc4's schema; `bytes` are those of the pictures that have some.
fn document_record(number: u64, document: &Document, bytes: &mut impl Iterator<Item = Vec<u8>>) -> Value {
    let mut rng = Rng::new(number, "similarities", 0);
    let (mut infos, mut matrix) = (Vec::new(), Vec::new());
    for placed in &document.pictures {
        let similarities = similarities(document, placed.sentence, &mut rng);
        let name = placed.shown.path();
        let mut info = vec![
            ("image_name", Value::Text(name.clone())),
            ("raw_url", Value::Text(format!("https://pictures.example/pages/{name}"))),
            ("matched_text_index", Value::Int((placed.sentence as u64).cast_signed())),
            ("matched_sim", Value::Float(similarities[placed.sentence])),
            ("face_detections", Value::None),
        ];
        if let Some(bytes) = placed.has_bytes.then(|| bytes.next()).flatten() {
            info.push(("image_base64", Value::Text(STANDARD.encode(bytes))));
        }
        infos.push(dict(info));
        matrix.push(Value::List(similarities.into_iter().map(Value::Float).collect()));
    }
    dict([
        ("text_list", Value::List(document.sentences.iter().cloned().map(Value::Text).collect())),
        ("url", Value::Text(format!("https://pages.example/{number}"))),
        ("could_have_url_duplicate", Value::Int((number % 2).cast_signed())),
        ("image_info", Value::List(infos)),
        ("similarity_matrix", Value::List(matrix)),
    ])
}

/// How similar a picture is to each sentence; most of all to the one that it matches.
fn similarities(document: &Document, matched: usize, rng: &mut Rng) -> Vec<f64> {
    let similarity = |sentence: usize| {
        let least = if sentence == matched { 2400 } else { 1000 };
        (least + rng.below(1200)) as f64 / 10_000.0
    };
    (0..document.sentences.len()).map(similarity).collect()
}

/// A shard of COYO: pictures as base64, captions in English.
fn coyo_pickle(shard: &Shard<'_>) -> Result<Content, DemoError> {
    pickle(shard, Source::Coyo, |shown, bytes, rng| {
        let id = coyo_id(shown.number);
        // The similarities by two sizes of CLIP, added; those of 0.6 and less were left out.
        let similarity = 0.6 + rng.below(2000) as f64 / 10_000.0;
        dict([
            ("id", Value::Int(id)),
            ("url", Value::Text(format!("https://pictures.example/coyo/{id}.jpg"))),
            ("text", Value::Text(shown.picture(shard.options.seed).caption(rng))),
            ("clip_sim", Value::Float(similarity)),
            ("image", Value::Text(STANDARD.encode(bytes))),
        ])
    })
}

/// A shard of Japanese pairs: pictures as bytes.
fn japanese_pairs(shard: &Shard<'_>) -> Result<Content, DemoError> {
    pickle(shard, Source::AltPairsJa, |shown, bytes, rng| {
        let name = shown.path();
        dict([
            ("id", Value::Text(name.trim_end_matches(".jpg").to_owned())),
            ("url", Value::Text(format!("https://pictures.example/ja/{name}"))),
            ("caption", Value::Text(shown.picture(shard.options.seed).japanese_caption(rng))),
            ("is_alt_text", Value::Bool(true)),
            ("rawbytes", Value::Bytes(bytes)),
        ])
    })
}

/// A tar archive in which a picture and what is said about it stand one after another: in the first archive captions as text,
/// in the second as JSON with more beside them.
fn web_shard(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let pictures = captioned_pictures(shard, Source::WebShards)?;
    let members = pictures.into_iter().enumerate().flat_map(|(place, (shown, bytes))| {
        let key = format!("{:05}{place:04}", shard.file);
        let seed = shard.options.seed;
        let caption = shown.picture(seed).caption(&mut Rng::new(seed, "web shards", shown.number));
        let url = format!("https://pictures.example/web/{}", shown.path());
        let said = if shard.file == 0 {
            (format!("{key}.txt"), caption)
        } else {
            let fields = json!({"caption": caption, "url": url, "key": key, "status": "success"});
            (format!("{key}.json"), fields.to_string())
        };
        [(format!("{key}.jpg"), bytes), (said.0, said.1.into_bytes())]
    });
    shard.write(tar_of(members))?;
    Ok(Content::pairs(shard.records()))
}

/// The id of one of COYO's records: thirteen digits.
pub(crate) fn coyo_id(number: u64) -> i64 {
    let scatter = Rng::new(0, "coyo ids", number).next();
    (1_100_000_000_000 + number * 1_000_000_007 + scatter % 1_000_000_000).cast_signed()
}

/// The pictures of a shard with their bytes.
fn captioned_pictures(shard: &Shard<'_>, source: Source) -> Result<Vec<(Shown, Vec<u8>)>, DemoError> {
    let pictures: Vec<Shown> = shard.numbers.clone().map(|number| Shown { source, number }).collect();
    let encoded = encoded(shard.options.seed, &pictures)?;
    Ok(pictures.into_iter().zip(encoded).collect())
}

fn pickle(
    shard: &Shard<'_>,
    source: Source,
    record: impl Fn(Shown, Vec<u8>, &mut Rng) -> Value,
) -> Result<Content, DemoError> {
    let records = captioned_pictures(shard, source)?
        .into_iter()
        .map(|(shown, bytes)| record(shown, bytes, &mut Rng::new(shard.options.seed, "pairs", shown.number)));
    shard.pickle(records)?;
    Ok(Content::pairs(shard.records()))
}

/// Rows of a row group.
const GROUP: usize = 16;

/// The pages that `synthdog_ja_102k.json` was converted from, with their text on one line.
fn table_of_pages(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    let shown: Vec<Shown> =
        shard.numbers.clone().map(|number| Shown { source: Source::SynthdogJa, number }).collect();
    let rows = shown.iter().zip(encoded(seed, &shown)?).map(|(&page, bytes)| {
        let text = page.picture(seed).japanese_caption(&mut Rng::new(0, "page", page.number));
        let truth = json!({"gt_parse": {"text_sequence": text.replace('\n', " ")}}).to_string();
        vec![Cell::Image { bytes: Some(bytes), path: None }, Cell::Text(truth)]
    });
    let columns = [("image", ColumnKind::Image), ("ground_truth", ColumnKind::Text)];
    write_table(shard, &columns, Packing::Uncompressed, &rows.collect::<Vec<_>>())?;
    Ok(Content::pairs(shard.records()))
}

/// Conversations as in the instruction mixture; every sixth one has no picture.
fn table_of_conversations(shard: &Shard<'_>) -> Result<Content, DemoError> {
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
                (record::as_text(record::of_picture(shown)), turns, Cell::Image { bytes: bytes.next(), path })
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
    write_table(shard, &columns, Packing::Snappy, &rows)?;
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

fn write_table(
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

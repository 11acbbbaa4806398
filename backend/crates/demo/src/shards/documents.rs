//! Pickles of documents in the schema of mmc4: sentences, and pictures that each match one of them.

use super::{Content, Shard};
use crate::DemoError;
use crate::pictures::encoded;
use crate::rng::Rng;
use crate::sources::{Shown, Source};
use crate::words::{capital, shuffled};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_read::pack::pickle::{Value, dict};

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
pub(super) fn english(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    write(shard, |number| {
        let mut rng = Rng::new(seed, "mmc4", number);
        let count = if number == 0 { MOST_PICTURES } else { rng.between(2, 3) };
        let pictures = pictures(Source::Mmc4, number, count);
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
pub(super) fn japanese(shard: &Shard<'_>) -> Result<Content, DemoError> {
    let seed = shard.options.seed;
    write(shard, |number| {
        let mut rng = Rng::new(seed, "interleaved_ja", number);
        let pictures = pictures(Source::InterleavedJa, number, rng.between(1, 3));
        let about = |shown: Shown, rng: &mut Rng| shown.picture(seed).japanese_caption(rng);
        document(&pictures, &about, "japanese document line", &mut rng)
    })
}

fn pictures(source: Source, document: u64, count: usize) -> Vec<Shown> {
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
fn write(shard: &Shard<'_>, document: impl Fn(u64) -> Document) -> Result<Content, DemoError> {
    let documents: Vec<(u64, Document)> =
        shard.numbers.clone().map(|number| (number, document(number))).collect();
    let placed: Vec<&Placed> = documents.iter().flat_map(|(_, document)| &document.pictures).collect();
    let with_bytes: Vec<Shown> =
        placed.iter().filter(|placed| placed.has_bytes).map(|placed| placed.shown).collect();
    let mut bytes = encoded(shard.options.seed, &with_bytes)?.into_iter();
    let records = documents.iter().map(|(number, document)| record(*number, document, &mut bytes));
    shard.pickle(records)?;
    Ok(Content {
        samples: shard.records(),
        text_only: 0,
        image_refs: placed.len() as u64,
        embedded: with_bytes.len() as u64,
    })
}

/// A document in mmc4's schema; `bytes` are those of the pictures that have some.
fn record(number: u64, document: &Document, bytes: &mut impl Iterator<Item = Vec<u8>>) -> Value {
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

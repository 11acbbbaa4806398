//! The samples of a result, each with what of the query is in it.

use super::Library;
use super::records::{OpenedFiles, Record};
use super::snapshot::{Located, OpenFile, Snapshot};
use super::LibraryError;
use super::language::Language;
use super::sample_values::Flag as FlagBit;
use blendscope_engine::{Budget, Field, Row};
use blendscope_query::{Expanded, snippets};
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::paths;
use blendscope_shared::role::Role;
use blendscope_shared::sample::{Flag, Turn};
use blendscope_shared::search::SearchHit;

/// Images shown per hit.
const IMAGES_MAX: usize = 8;
/// Characters of the first instruction and of the first response.
const BEGINNING: usize = 240;

/// The numbers that are shown of a sample.
const SHOWN: [Field; 6] =
    [Field::Images, Field::Turns, Field::Words, Field::Characters, Field::Language, Field::Flags];

/// What is shown of a sample beside its record.
pub(crate) struct Numbers {
    pub images: u64,
    pub turns: u64,
    pub words: u64,
    pub characters: u64,
    /// Its language, as a code.
    pub lang: String,
    pub flags: Vec<Flag>,
}

/// A sample of a page: its file, where it is found there, and what is shown of it.
type Found<'s> = (&'s OpenFile, Located, Numbers);

impl Library {
    /// The samples of a page, each with its relevance, with what of the query is in them. What changed since the page was
    /// asked for is left out.
    pub(crate) fn hits(
        &self,
        snapshot: &Snapshot,
        page: &[(Row, f32)],
        expanded: &Expanded,
        budget: &Budget,
    ) -> Result<Vec<SearchHit>, LibraryError> {
        let mut opened = OpenedFiles::default();
        let mut hits = Vec::with_capacity(page.len());
        for (found, (_, score)) in snapshot.look_up(page.iter().map(|(row, _)| *row))?.into_iter().zip(page) {
            budget.check()?;
            if let Some(found) = found {
                hits.push(self.hit(snapshot, &mut opened, expanded, found, *score));
            }
        }
        Ok(hits)
    }

    fn hit<'a>(
        &self,
        snapshot: &Snapshot,
        opened: &mut OpenedFiles<'a>,
        expanded: &Expanded,
        (file, located, numbers): Found<'a>,
        score: f32,
    ) -> SearchHit {
        let dataset = &snapshot.found(file.dataset).slug;
        let key = located.key_text();
        let hit = SearchHit {
            url: paths::sample_page(dataset, &key),
            dataset: dataset.clone(),
            key,
            ordinal: file.dataset_ordinal(located.ordinal),
            image_count: numbers.images,
            turn_count: numbers.turns,
            words: numbers.words,
            characters: numbers.characters,
            lang: numbers.lang,
            flags: numbers.flags,
            score,
            ..SearchHit::default()
        };
        match self.read_record(opened, file, &located) {
            Ok(record) => self.fill_in(hit, snapshot, file, &record, expanded),
            Err(error) => SearchHit { trouble: Some(error.to_string()), ..hit },
        }
    }

    fn fill_in(
        &self,
        hit: SearchHit,
        snapshot: &Snapshot,
        file: &OpenFile,
        record: &Record,
        expanded: &Expanded,
    ) -> SearchHit {
        let images = record.sample.images.iter().take(IMAGES_MAX);
        SearchHit {
            id: record.sample.id_text(),
            images: images.map(|image| self.image_view(snapshot, file, image)).collect(),
            snippets: snippets(&record.sample.turns, expanded),
            question: beginning(&record.sample.turns, &Role::Human),
            answer: beginning(&record.sample.turns, &Role::Gpt),
            ..hit
        }
    }
}

impl Snapshot {
    /// Where samples are found and what is shown of them, all asked for at once; none for those that are not shown.
    fn look_up(
        &self,
        rows: impl Iterator<Item = Row>,
    ) -> Result<Vec<Option<Found<'_>>>, LibraryError> {
        let rows: Vec<Row> = rows.collect();
        let located = self.locate_all(&rows)?;
        let numbers = self.view.numbers(&rows, &SHOWN)?;
        let of_row = |at: usize| Numbers::of(std::array::from_fn(|field| numbers[field][at]));
        let found = located.into_iter().enumerate();
        Ok(found.map(|(at, found)| found.map(|(file, located)| (file, located, of_row(at)))).collect())
    }
}

impl Numbers {
    /// Of a sample of a file.
    pub(crate) fn read(file: &OpenFile, ordinal: u32) -> Result<Self, LibraryError> {
        let numbers = file.numbers(&[ordinal], &SHOWN)?;
        Ok(Self::of(std::array::from_fn(|field| numbers[field][0])))
    }

    /// In the order of [`SHOWN`].
    fn of([images, turns, words, characters, language, flags]: [u64; SHOWN.len()]) -> Self {
        let flag = |name: &str| {
            let title = FlagBit::title_of(name).unwrap_or(name);
            Flag { name: name.to_owned(), title: title.to_owned() }
        };
        Self {
            images,
            turns,
            words,
            characters,
            lang: Language(language).code(),
            flags: FlagBit::names_of(flags).map(flag).collect(),
        }
    }
}

/// How the first turn of a role begins.
fn beginning(turns: &[Turn], role: &Role) -> Option<String> {
    let turn = turns.iter().find(|turn| turn.role == *role)?;
    let text = turn.text.replace(IMAGE_TOKEN, "");
    let text = text.trim();
    let cut: String = text.chars().take(BEGINNING).collect();
    Some(if cut.len() < text.len() { format!("{cut}…") } else { cut })
}

//! The samples of a result, each with what of the query is in it.

use super::Library;
use super::records::{OpenedFiles, Record};
use super::snapshot::{OpenFile, Snapshot};
use blendscope_engine::{Field, Row};
use blendscope_local::{Column, Flag as FlagBit, Language};
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

impl Library {
    /// A sample of a result, with what of the query is in it.
    pub fn hit<'a>(
        &self,
        snapshot: &'a Snapshot,
        opened: &mut OpenedFiles<'a>,
        expanded: &Expanded,
        (row, score): (Row, f32),
    ) -> Option<SearchHit> {
        let (file, ordinal) = snapshot.locate(row)?;
        let dataset = &snapshot.found(file.dataset).slug;
        let key = file.key_text(ordinal);
        let hit = SearchHit {
            url: paths::sample_page(dataset, &key),
            dataset: dataset.clone(),
            key,
            ordinal: file.dataset_ordinal(ordinal),
            image_count: file.value(Column::Images, ordinal),
            turn_count: file.value(Column::Turns, ordinal),
            words: file.value(Column::Words, ordinal),
            characters: file.value(Column::Characters, ordinal),
            lang: Language(file.value(Column::Language, ordinal)).code(),
            flags: file.flags(ordinal),
            score,
            ..SearchHit::default()
        };
        match self.read_record(opened, file, ordinal) {
            Ok(record) => Some(self.fill_in(hit, snapshot, file, &record, expanded)),
            Err(error) => Some(SearchHit { trouble: Some(error.to_string()), ..hit }),
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

impl OpenFile {
    /// What is remarkable about a sample.
    pub(super) fn flags(&self, ordinal: u32) -> Vec<Flag> {
        let bits = self.generation.data.value(Field::Flags, self.in_generation(ordinal));
        let flag = |name: &str| {
            let title = FlagBit::title_of(name).unwrap_or(name);
            Flag { name: name.to_owned(), title: title.to_owned() }
        };
        FlagBit::names_of(bits).map(flag).collect()
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

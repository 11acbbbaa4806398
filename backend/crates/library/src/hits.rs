//! The samples of a result, each with what of the query is in it.

use super::Library;
use super::records::{OpenedFiles, Record};
use super::snapshot::{OpenFile, Snapshot};
use blendscope_engine::Row;
use blendscope_local::Column;
use blendscope_query::{Expanded, snippets};
use blendscope_shared::paths;
use blendscope_shared::search::SearchHit;

/// Images shown per hit.
const IMAGES_MAX: usize = 8;

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
            ..hit
        }
    }
}

//! One sample in full.

use super::dimensions::{DIMENSIONS, FIELDS, Kind, dimension};
use super::records::{OpenedFiles, Record};
use super::snapshot::{OpenFile, Snapshot};
use super::{Library, LibraryError};
use blendscope_engine::{Budget, Name, Row};
use blendscope_local::{Column, Language};
use blendscope_query::{Query, marks};
use blendscope_read::Sample;
use blendscope_shared::image::ImageView;
use blendscope_shared::key::SampleKey;
use blendscope_shared::paths;
use blendscope_shared::sample::{FilePlace, SampleView, StageOf, TurnMarks, Twin};
use std::sync::Arc;

impl Library {
    /// The sample with this key, or the n-th of equal ones for `key~n`.
    ///
    /// With a query, its hits are marked.
    pub fn sample(
        &self,
        dataset: &str,
        key: &str,
        query: &str,
        budget: &Budget,
    ) -> Result<SampleView, LibraryError> {
        let snapshot = self.snapshot();
        let (file, ordinal) = snapshot.find(dataset, key)?;
        let mut view = self.sample_view(&snapshot, &file, ordinal)?;
        if !query.is_empty() {
            let expanded = snapshot.view.expand(Query::parse(query, false, &FIELDS), budget)?;
            let found = marks(&view.turns, &expanded).into_iter();
            view.marks = found.map(|(turn, marks)| TurnMarks { turn, marks }).collect();
        }
        Ok(view)
    }

    /// The sample at a position of a dataset, from 0 in file order.
    pub fn sample_at(&self, dataset: &str, ordinal: u64) -> Result<SampleView, LibraryError> {
        let snapshot = self.snapshot();
        let index = snapshot.dataset_index(dataset)?;
        let Some((file, ordinal)) = snapshot.at(index, ordinal) else {
            let samples = snapshot.samples_of(index);
            return Err(LibraryError::PastTheEnd { dataset: dataset.to_owned(), ordinal, samples });
        };
        self.sample_view(&snapshot, file, ordinal)
    }

    fn sample_view(
        &self,
        snapshot: &Snapshot,
        file: &OpenFile,
        ordinal: u32,
    ) -> Result<SampleView, LibraryError> {
        let found = snapshot.found(file.dataset);
        let Record { raw, sample } = self.read_record(&mut OpenedFiles::default(), file, ordinal)?;
        let place = file.place(ordinal);
        let position = file.dataset_ordinal(ordinal);
        let key = file.key_text(ordinal);
        let slug = &found.slug;
        Ok(SampleView {
            url: paths::sample_page(slug, &key),
            dataset: slug.clone(),
            key,
            id: sample.id_text(),
            ordinal: position,
            file: FilePlace {
                path: file.state().path.clone(),
                record: place.record,
                byte_offset: place.offset,
            },
            words: file.value(Column::Words, ordinal),
            characters: file.value(Column::Characters, ordinal),
            lang: Language(file.value(Column::Language, ordinal)).code(),
            flags: file.flags(ordinal),
            stages: stages_of(snapshot, file, ordinal),
            images: self.image_views(snapshot, file, &sample),
            boxes: self.boxes_of(found, &sample),
            terms: found.terms.clone().filter(|_| found.is_restricted),
            marks: Vec::new(),
            turns: sample.turns,
            extra: sample.extra,
            raw: file.reading().shown(place.offset, &raw).into_owned(),
            odd: sample.odd,
            previous: position.checked_sub(1).and_then(|before| snapshot.page_at(file.dataset, before)),
            next: snapshot.page_at(file.dataset, position + 1),
            twins: snapshot.twins(file, ordinal),
        })
    }
}

/// The stages of recipes that a sample is part of.
fn stages_of(snapshot: &Snapshot, file: &OpenFile, ordinal: u32) -> Vec<StageOf> {
    let Some(Kind::Facet(stage)) = dimension("stage").map(|number| &DIMENSIONS[number].kind) else {
        return Vec::new();
    };
    let of = &file.generation;
    let row = file.in_generation(ordinal);
    let code = stage.field.map_or(0, |field| of.data.value(field, row));
    let named = |value: String| StageOf {
        title: (stage.title)(snapshot, &value).unwrap_or_else(|| value.clone()),
        value,
    };
    (stage.values)(snapshot, of, code).into_iter().map(named).collect()
}

/// What is said of an image that llm-jp's loader leaves out.
const LATE_IMAGE: &str =
    "not among the first 6 images of the document, which are all that llm-jp's loader takes";

impl Library {
    fn image_views(&self, snapshot: &Snapshot, file: &OpenFile, sample: &Sample) -> Vec<ImageView> {
        let views = sample.images.iter().map(|image| self.image_view(snapshot, file, image));
        let mut views: Vec<ImageView> = views.collect();
        for late in &sample.late_images {
            if let Some(view) = views.get_mut(*late) {
                view.note.get_or_insert_with(|| LATE_IMAGE.to_owned());
            }
        }
        views
    }
}

impl Snapshot {
    /// The file and ordinal of the sample with this key, or of the n-th of equal ones for `key~n`.
    pub fn find(&self, dataset: &str, key: &str) -> Result<(Arc<OpenFile>, u32), LibraryError> {
        let index = self.dataset_index(dataset)?;
        let unknown = || LibraryError::UnknownSample { dataset: dataset.to_owned(), key: key.to_owned() };
        let (name, rank) = parse_key(key).ok_or_else(unknown)?;
        self.with_key(index, name, rank)?.ok_or_else(unknown)
    }

    /// A dataset's sample with a key: the one of this rank where several are equal.
    fn with_key(
        &self,
        dataset: usize,
        key: SampleKey,
        rank: u64,
    ) -> Result<Option<(Arc<OpenFile>, u32)>, LibraryError> {
        let rows = self.view.find(Name::Key, key.0, Some(dataset))?;
        let place = |row: Row| self.locate(row).map(|(file, ordinal)| (Arc::clone(file), ordinal));
        let mut found: Vec<_> = rows.into_iter().filter_map(place).collect();
        found.sort_by_key(|(file, ordinal)| (file.rank(*ordinal), file.position(*ordinal)));
        Ok(found.into_iter().nth(rank as usize - 1))
    }

    /// Address of the sample at a position of a dataset.
    fn page_at(&self, dataset: usize, position: u64) -> Option<String> {
        let (file, ordinal) = self.at(dataset, position)?;
        Some(paths::sample_page(&self.found(dataset).slug, &file.key_text(ordinal)))
    }

    /// Samples with the same key in other datasets, one of each.
    fn twins(&self, file: &OpenFile, ordinal: u32) -> Vec<Twin> {
        let key = file.value(Column::Key, ordinal);
        let others = (0..self.datasets.len()).filter(|dataset| *dataset != file.dataset);
        let twin = |dataset: usize| {
            let (file, ordinal) = self.with_key(dataset, SampleKey(key), 1).ok().flatten()?;
            let slug = self.found(dataset).slug.clone();
            Some(Twin { url: paths::sample_page(&slug, &file.key_text(ordinal)), dataset: slug })
        };
        others.filter_map(twin).collect()
    }
}

impl OpenFile {
    /// The lasting name of a sample: its key, with `~n` for the second and further ones of equal samples.
    pub fn key_text(&self, ordinal: u32) -> String {
        let key = SampleKey(self.value(Column::Key, ordinal)).to_text();
        match self.rank(ordinal) {
            0 | 1 => key,
            rank => format!("{key}~{rank}"),
        }
    }
}

fn parse_key(text: &str) -> Option<(SampleKey, u64)> {
    let (key, rank) = match text.split_once('~') {
        Some((key, rank)) => (key, rank.parse().ok().filter(|rank| *rank > 0)?),
        None => (text, 1),
    };
    Some((SampleKey::from_text(key)?, rank))
}

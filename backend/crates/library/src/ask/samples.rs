//! One sample in full.

use crate::ask::answers::Current;
use crate::ask::dimensions::{DIMENSIONS, FIELDS, Kind, dimension};
use crate::ask::search::Numbers;
use crate::store::records::{OpenedFiles, Record};
use crate::store::snapshot::{Located, OpenFile, Snapshot};
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Name};
use blendscope_query::{Query, marks};
use blendscope_read::Sample;
use blendscope_shared::image::ImageView;
use blendscope_shared::key::SampleKey;
use blendscope_shared::paths;
use blendscope_shared::sample::{FilePlace, SampleView, StageOf, TurnMarks, Twin};

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
        let snapshot = self.current();
        let (file, ordinal) = snapshot.find(dataset, key)?;
        let mut view = self.sample_view(&snapshot, file, ordinal)?;
        if !query.is_empty() {
            let expanded = snapshot.view.expand(Query::parse(query, false, &FIELDS), budget)?;
            let found = marks(&view.turns, &expanded).into_iter();
            view.marks = found.map(|(turn, marks)| TurnMarks { turn, marks }).collect();
        }
        Ok(view)
    }

    /// The sample at a position of a dataset, from 0 in file order.
    pub fn sample_at(&self, dataset: &str, ordinal: u64) -> Result<SampleView, LibraryError> {
        let snapshot = self.current();
        let index = snapshot.dataset_index(dataset)?;
        let Some((file, ordinal)) = snapshot.at(index, ordinal) else {
            let samples = snapshot.samples_of(index);
            return Err(LibraryError::PastTheEnd { dataset: dataset.to_owned(), ordinal, samples });
        };
        self.sample_view(&snapshot, file, ordinal)
    }

    fn sample_view(
        &self,
        snapshot: &Current,
        file: &OpenFile,
        ordinal: u32,
    ) -> Result<SampleView, LibraryError> {
        let found = snapshot.found(file.dataset);
        let located = file.locate_one(ordinal)?;
        let Record { raw, sample } = self.read_record(&mut OpenedFiles::default(), file, &located)?;
        let place = located.place;
        let position = file.dataset_ordinal(ordinal);
        let key = located.key_text();
        let numbers = Numbers::read(file, ordinal)?;
        let page_at = |position: u64| snapshot.page_at(file.dataset, position);
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
            words: numbers.words,
            characters: numbers.characters,
            lang: numbers.lang,
            flags: numbers.flags,
            stages: stages_of(snapshot, file, ordinal)?,
            images: self.image_views(snapshot, file, &sample),
            boxes: self.boxes_of(found, &sample),
            terms: found.terms.clone().filter(|_| found.is_restricted),
            marks: Vec::new(),
            turns: sample.turns,
            extra: sample.extra,
            raw: file.reading().shown(place.offset, &raw).into_owned(),
            odd: sample.odd,
            previous: position.checked_sub(1).map_or(Ok(None), page_at)?,
            next: page_at(position + 1)?,
            twins: snapshot.twins(file.dataset, located.key)?,
        })
    }
}

/// The stages of recipes that a sample is part of.
fn stages_of(snapshot: &Current, file: &OpenFile, ordinal: u32) -> Result<Vec<StageOf>, LibraryError> {
    let Some(Kind::Facet(stage)) = dimension("stage").map(|number| &DIMENSIONS[number].kind) else {
        return Ok(Vec::new());
    };
    let code = file.numbers(&[ordinal], stage.field.as_slice())?.first().map_or(0, |codes| codes[0]);
    let named = |value: String| StageOf {
        title: (stage.title)(snapshot, &value).unwrap_or_else(|| value.clone()),
        value,
    };
    Ok((stage.values)(snapshot, &file.generation, code).into_iter().map(named).collect())
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
    pub fn find(&self, dataset: &str, key: &str) -> Result<(&OpenFile, u32), LibraryError> {
        let index = self.dataset_index(dataset)?;
        let unknown = || LibraryError::UnknownSample { dataset: dataset.to_owned(), key: key.to_owned() };
        let (name, rank) = parse_key(key).ok_or_else(unknown)?;
        let (file, located) = self.with_key(index, name, rank)?.ok_or_else(unknown)?;
        Ok((file, located.ordinal))
    }

    /// A dataset's sample with a key: the one of this rank where several are equal.
    fn with_key(
        &self,
        dataset: usize,
        key: SampleKey,
        rank: u64,
    ) -> Result<Option<(&OpenFile, Located)>, LibraryError> {
        let rows = self.view.find(Name::Key, key.0, Some(dataset))?;
        let mut found: Vec<_> = self.locate_all(&rows)?.into_iter().flatten().collect();
        found.sort_by_key(|(file, located)| (located.rank, file.position(located.ordinal)));
        Ok(found.into_iter().nth(rank as usize - 1))
    }

    /// Address of the sample at a position of a dataset.
    fn page_at(&self, dataset: usize, position: u64) -> Result<Option<String>, LibraryError> {
        let Some((file, ordinal)) = self.at(dataset, position) else { return Ok(None) };
        let key = file.locate_one(ordinal)?.key_text();
        Ok(Some(paths::sample_page(&self.found(dataset).slug, &key)))
    }

    /// Samples with the same key in other datasets, one of each.
    fn twins(&self, own: usize, key: SampleKey) -> Result<Vec<Twin>, LibraryError> {
        let mut twins = Vec::new();
        for dataset in (0..self.datasets.len()).filter(|dataset| *dataset != own) {
            if let Some((_, located)) = self.with_key(dataset, key, 1)? {
                let slug = self.found(dataset).slug.clone();
                twins.push(Twin { url: paths::sample_page(&slug, &located.key_text()), dataset: slug });
            }
        }
        Ok(twins)
    }
}

fn parse_key(text: &str) -> Option<(SampleKey, u64)> {
    let (key, rank) = match text.split_once('~') {
        Some((key, rank)) => (key, rank.parse().ok().filter(|rank| *rank > 0)?),
        None => (text, 1),
    };
    Some((SampleKey::from_text(key)?, rank))
}

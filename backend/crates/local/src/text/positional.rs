//! Phrases, also those whose last word may go on, and words near each other.
//!
//! A *sequence* is a word or phrase: slots at fixed offsets, each filled by one of some terms. Documents are intersected
//! first; positions are read only of those that have a term for every slot.

mod spans;

use crate::rows::Gathered;
use crate::text::Outcome;
use crate::text::docs::Docs;
use crate::text::source::{DocReader, Source};
use blendscope_engine::Budget;
use spans::{Followed, Spans, near};
use tantivy::postings::SegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

/// Sequences of which each stands near the one before it, in one field.
#[derive(Clone, Debug)]
pub(crate) struct Positional {
    /// At least one.
    pub sequences: Vec<Sequence>,
    /// Terms that may stand between each sequence and the next: one number less than there are sequences.
    pub reach: Vec<u32>,
    /// Where they are looked for.
    pub field: Field,
}

/// A word or phrase.
#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    /// In any order; each must be filled.
    pub slots: Vec<Slot>,
    /// Terms from the first to the last, both counted.
    pub length: u32,
}

/// A place of a sequence: terms of which one must stand there, those of each source at an offset of its own.
#[derive(Clone, Debug)]
pub(crate) struct Slot(pub Vec<(u32, Source)>);

impl Positional {
    /// What its words take of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        let slots = self.sequences.iter().flat_map(|sequence| &sequence.slots);
        slots.flat_map(|slot| &slot.0).map(|(_, source)| size_of::<(u32, Source)>() + source.size()).sum()
    }

    /// The documents of a segment, ascending, each with how often it matches.
    pub(crate) fn find(&self, segment: &SegmentReader, budget: &Budget) -> Outcome<Vec<(DocId, u32)>> {
        let mut docs = self.documents(segment, budget)?;
        let mut found: Option<Spans> = None;
        for (index, sequence) in self.sequences.iter().enumerate() {
            if docs.is_empty() {
                return Ok(Vec::new());
            }
            let spans = sequence.spans(segment, self.field, &docs, budget)?;
            let _held = budget.hold(spans.size())?;
            let spans = match found {
                None => spans,
                Some(before) => near(&before, &spans, self.reach[index - 1]),
            };
            docs = spans.docs();
            found = Some(spans);
        }
        Ok(found.map(|spans| spans.counts()).unwrap_or_default())
    }

    /// Documents that have a term for every slot.
    fn documents(&self, segment: &SegmentReader, budget: &Budget) -> Outcome<Vec<DocId>> {
        let (mut lists, mut sets) = (Vec::new(), Vec::new());
        for slot in self.sequences.iter().flat_map(|sequence| &sequence.slots) {
            match slot.only() {
                Some((_, term)) => match postings_of(segment, self.field, term, IndexRecordOption::Basic)? {
                    Some(postings) => lists.push(postings),
                    None => return Ok(Vec::new()),
                },
                None => sets.push(slot.documents(segment, self.field, budget)?),
            }
        }
        // The rarest term, or set of terms, goes first.
        lists.sort_by_key(SegmentPostings::doc_freq);
        sets.sort_by_key(Docs::len);
        let mut lists = lists.into_iter();
        let mut docs = match lists.next() {
            Some(list) => all_docs(list),
            None if sets.is_empty() => Vec::new(),
            None => sets.remove(0).to_list(),
        };
        docs.retain(|doc| sets.iter().all(|set| set.contains(*doc)));
        for mut list in lists {
            budget.check()?;
            docs.retain(|doc| {
                let found = if list.doc() < *doc { list.seek(*doc) } else { list.doc() };
                found == *doc
            });
        }
        Ok(docs)
    }
}

impl Sequence {
    /// Whether every slot has a term that could fill it.
    pub(crate) fn is_possible(&self) -> bool {
        self.slots.iter().all(|slot| slot.0.iter().any(|(_, source)| source.is_possible()))
    }

    /// The terms by which relevance is reckoned: those the query names.
    pub(crate) fn named_terms(&self) -> impl Iterator<Item = &String> {
        self.slots.iter().filter_map(|slot| match slot.0.first() {
            Some((_, Source::Terms(terms))) => terms.first(),
            _ => None,
        })
    }

    /// Where it stands in some documents.
    fn spans(
        &self,
        segment: &SegmentReader,
        field: Field,
        docs: &[DocId],
        budget: &Budget,
    ) -> Outcome<Spans> {
        let mut slots: Vec<(u32, &Slot)> = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            slots.push((slot.frequency(segment, field)?, slot));
        }
        // The rarest goes first: the positions of the others are read only where it stands.
        slots.sort_by_key(|(frequency, _)| *frequency);
        let mut spans = Spans::new(self.length);
        for (index, (_, slot)) in slots.into_iter().enumerate() {
            if index == 0 {
                slot.for_each_postings(segment, field, budget, |postings, offset| {
                    spans.read(postings, docs, offset, budget)
                })?;
                spans.sort();
            } else {
                let mut followed = Followed::new(&spans);
                slot.for_each_postings(segment, field, budget, |postings, offset| {
                    followed.read(postings, offset, budget)
                })?;
                let marks = followed.into_marks();
                spans.retain(&marks);
            }
        }
        Ok(spans)
    }
}

impl Slot {
    /// Terms that all stand at one offset.
    pub(crate) fn at(offset: u32, source: Source) -> Self {
        Self(vec![(offset, source)])
    }

    /// Its term and offset, if there is only one.
    fn only(&self) -> Option<(u32, &str)> {
        match self.0.as_slice() {
            [(offset, source)] => source.only().map(|term| (*offset, term)),
            _ => None,
        }
    }

    /// Documents with its term; those with one of several are not counted and taken to be many.
    fn frequency(&self, segment: &SegmentReader, field: Field) -> Outcome<u32> {
        let Some((_, term)) = self.only() else { return Ok(u32::MAX) };
        Ok(segment.inverted_index(field)?.doc_freq(&Term::from_field_text(field, term))?)
    }

    fn documents(&self, segment: &SegmentReader, field: Field, budget: &Budget) -> Outcome<Docs> {
        let mut found = Gathered::default();
        let inverted = segment.inverted_index(field)?;
        let mut reader = DocReader::new(&inverted, budget);
        for (_, source) in &self.0 {
            source.for_each_term(&inverted, field, budget, |_, info| {
                reader.read(info, |doc| found.push(doc))
            })?;
        }
        Ok(Docs::gathered(found))
    }

    fn for_each_postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        budget: &Budget,
        mut visit: impl FnMut(SegmentPostings, u32) -> Outcome<()>,
    ) -> Outcome<()> {
        for (offset, source) in &self.0 {
            source.for_each_postings(segment, field, budget, |postings| visit(postings, *offset))?;
        }
        Ok(())
    }
}

fn postings_of(
    segment: &SegmentReader,
    field: Field,
    term: &str,
    option: IndexRecordOption,
) -> Outcome<Option<SegmentPostings>> {
    Ok(segment.inverted_index(field)?.read_postings(&Term::from_field_text(field, term), option)?)
}

fn all_docs(mut postings: SegmentPostings) -> Vec<DocId> {
    let mut docs = Vec::with_capacity(postings.doc_freq() as usize);
    let mut doc = postings.doc();
    while doc != TERMINATED {
        docs.push(doc);
        doc = postings.advance();
    }
    docs
}

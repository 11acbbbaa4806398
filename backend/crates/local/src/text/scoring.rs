//! Relevance of samples that are known to match: what each word and phrase gives, added up clause by clause.

use crate::text::Outcome;
use crate::text::evaluated::{EvaluatedClause, InField};
use crate::text::plan::{EXACT_WEIGHT, Look};
use crate::text::positional::{Positional, Sequence};
use crate::text::source::Scan;
use blendscope_engine::Budget;
use blendscope_query::{Expanded, Leaf};
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25StatisticsProvider, Bm25Weight, EnableScoring};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

/// What gives samples their relevance.
pub(crate) struct Scoring {
    pub parts: Vec<Part>,
}

/// What one word or phrase gives in one field.
pub(crate) struct Part {
    /// Where.
    pub field: Field,
    /// What.
    pub kind: Kind,
    /// Times that the query asks for it.
    pub times: Score,
}

/// What gives relevance.
pub(crate) enum Kind {
    /// A word.
    Word(Word),
    /// One of many words: each sample with one is given the same. The field's number in the clause's plan.
    Alike(Arc<EvaluatedClause>, usize),
    /// A phrase, or words near each other.
    Places(Arc<EvaluatedClause>, usize, Option<Bm25Weight>),
}

/// A word that gives relevance.
pub(crate) struct Word {
    pub(crate) term: Term,
    weight: Bm25Weight,
    /// The clause that looked it up in the dictionaries, with its field's and its own number in the plan.
    found: Option<(Arc<EvaluatedClause>, usize, usize)>,
}

impl Word {
    /// Its postings in a segment, the `number`-th.
    fn postings(
        &self,
        number: usize,
        inverted: &InvertedIndexReader,
    ) -> tantivy::Result<Option<SegmentPostings>> {
        let option = IndexRecordOption::WithFreqs;
        let Some((evaluated, field, word)) = &self.found else {
            return Ok(inverted.read_postings(&self.term, option)?);
        };
        let InField::Words(infos) = &evaluated.segments[number].fields[*field] else { return Ok(None) };
        let info = infos[*word].as_ref();
        Ok(info.map(|info| inverted.read_postings_from_terminfo(info, option)).transpose()?)
    }
}

impl Scoring {
    /// The relevance by some clauses; one that is given several times counts as often.
    pub(crate) fn new(
        clauses: &[Arc<EvaluatedClause>],
        statistics: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<Self> {
        let mut times: HashMap<*const EvaluatedClause, Score> = HashMap::new();
        for evaluated in clauses {
            *times.entry(Arc::as_ptr(evaluated)).or_default() += 1.0;
        }
        let mut parts = Vec::new();
        for evaluated in clauses {
            if let Some(times) = times.remove(&Arc::as_ptr(evaluated)) {
                add_parts(evaluated, times, statistics, &mut parts)?;
            }
        }
        Ok(Self { parts })
    }

    /// The relevance of some documents of a segment, which ascend; `number` is the segment's among the searcher's.
    pub(crate) fn scores(
        &self,
        number: usize,
        segment: &SegmentReader,
        docs: &[DocId],
        budget: &Budget,
    ) -> Outcome<Vec<Score>> {
        let mut scores = vec![0.0; docs.len()];
        for part in &self.parts {
            budget.check()?;
            part.add(number, segment, docs, |at, score, _| scores[at] += score)?;
        }
        Ok(scores)
    }
}

fn add_parts(
    evaluated: &Arc<EvaluatedClause>,
    times: Score,
    statistics: &dyn Bm25StatisticsProvider,
    parts: &mut Vec<Part>,
) -> tantivy::Result<()> {
    for (number, (field, look)) in evaluated.plan.iter().enumerate() {
        let field = *field;
        let mut add = |kind| parts.push(Part { field, kind, times });
        match look {
            Look::Words(words) => {
                for (at, (word, weight)) in words.iter().enumerate() {
                    let found = Some((Arc::clone(evaluated), number, at));
                    weighed(field, word, *weight, found, statistics)?.map(&mut add);
                }
            }
            Look::Alike(_, typed) => {
                add(Kind::Alike(Arc::clone(evaluated), number));
                weighed(field, typed, EXACT_WEIGHT, None, statistics)?.map(add);
            }
            Look::Places(positional) => {
                let terms = named_terms(positional);
                let weight = (!terms.is_empty()).then(|| Bm25Weight::for_terms(statistics, &terms));
                add(Kind::Places(Arc::clone(evaluated), number, weight.transpose()?));
            }
        }
    }
    Ok(())
}

/// A word that occurs in a field.
fn weighed(
    field: Field,
    word: &str,
    weight: Score,
    found: Option<(Arc<EvaluatedClause>, usize, usize)>,
    statistics: &dyn Bm25StatisticsProvider,
) -> tantivy::Result<Option<Kind>> {
    let term = Term::from_field_text(field, word);
    if statistics.doc_freq(&term)? == 0 {
        return Ok(None);
    }
    let rarity = Bm25Weight::for_terms(statistics, std::slice::from_ref(&term))?;
    Ok(Some(Kind::Word(Word { term, weight: rarity.boost_by(weight), found })))
}

fn named_terms(positional: &Positional) -> Vec<Term> {
    let named = positional.sequences.iter().flat_map(Sequence::named_terms);
    named.map(|term| Term::from_field_text(positional.field, term)).collect()
}

impl Part {
    /// Calls `add` with the place of each of `docs` that has it, with what it gives to that document and how often it
    /// occurs there (0 where that is not known).
    pub(crate) fn add(
        &self,
        number: usize,
        segment: &SegmentReader,
        docs: &[DocId],
        mut add: impl FnMut(usize, Score, u32),
    ) -> tantivy::Result<()> {
        let times = self.times;
        match &self.kind {
            Kind::Word(word) => {
                let inverted = segment.inverted_index(self.field)?;
                let Some(postings) = word.postings(number, &inverted)? else { return Ok(()) };
                let lengths = segment.fieldnorms_readers().get_field(self.field)?;
                for_each_common(docs, postings, |at, doc, count| {
                    add(at, times * word.weight.score(length_of(lengths.as_ref(), doc), count), count);
                });
            }
            Kind::Alike(evaluated, field) => {
                let InField::Alike(found) = &evaluated.segments[number].fields[*field] else { return Ok(()) };
                for (at, _) in docs.iter().enumerate().filter(|(_, doc)| found.contains(**doc)) {
                    add(at, times, 0);
                }
            }
            Kind::Places(evaluated, field, weight) => {
                let InField::Counted(found) = &evaluated.segments[number].fields[*field] else {
                    return Ok(());
                };
                let lengths = segment.fieldnorms_readers().get_field(self.field)?;
                let mut at = 0;
                for (doc, count) in found {
                    at += leap(&docs[at..], *doc);
                    if docs.get(at) == Some(doc) {
                        let given = weight
                            .as_ref()
                            .map_or(1.0, |weight| weight.score(length_of(lengths.as_ref(), *doc), *count));
                        add(at, times * given, *count);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The length class of a document. Where a field has none, all count as short.
fn length_of(lengths: Option<&FieldNormReader>, doc: DocId) -> u8 {
    lengths.map_or(1, |lengths| lengths.fieldnorm_id(doc))
}

/// Calls `visit` for each of `docs` that a word stands in: with its place, itself, and how often.
fn for_each_common(docs: &[DocId], mut postings: SegmentPostings, mut visit: impl FnMut(usize, DocId, u32)) {
    let mut at = 0;
    while at < docs.len() {
        let wanted = docs[at];
        let doc = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
        if doc == TERMINATED {
            return;
        }
        if doc == wanted {
            visit(at, doc, postings.term_freq());
            at += 1;
        } else {
            at += leap(&docs[at..], doc);
        }
    }
}

/// How many documents to pass over until one is `target` or behind it: few mostly, so that steps grow from one.
fn leap(docs: &[DocId], target: DocId) -> usize {
    let mut reach = 1;
    while docs.get(reach - 1).is_some_and(|doc| *doc < target) {
        reach *= 2;
    }
    let from = reach / 2;
    from + docs[from..reach.min(docs.len())].partition_point(|doc| *doc < target)
}

/// What length does to relevance in BM25 (k1 = 1.2, b = 0.75): the part that it has no say in, and the one that it has.
const WITHOUT_LENGTH: f32 = 1.2 * (1.0 - 0.75);
const BY_LENGTH: f32 = 1.2 * 0.75;

/// Kept lengths are at most this share too short.
const ROUNDED: f32 = 1.0 / 9.0;

/// Documents up to which a word has no blocks that could be passed over.
const BLOCK: u32 = 128;

/// How much sums of the same numbers may differ by the order in which they are added up.
pub(crate) const ADDED_UP: f32 = 1e-5;

/// The share of the needed relevance below which a block of a segment may be passed over for these clauses; none where no
/// block may be.
pub(crate) fn pruned_share(
    scan: Scan<'_>,
    wanted: &[Arc<EvaluatedClause>],
    number: usize,
) -> Outcome<Option<f32>> {
    let segment = scan.searcher.segment_reader(number as u32);
    let mut share = 1.0 - ADDED_UP;
    for evaluated in wanted {
        for ((field, _), found) in evaluated.plan.iter().zip(&evaluated.segments[number].fields) {
            let InField::Words(infos) = found else { return Ok(None) };
            if segment.schema().get_field_entry(*field).has_fieldnorms() {
                share = share.min(share_in(scan, segment, *field)?);
            } else if infos.iter().flatten().any(|info| info.doc_freq >= BLOCK) {
                // Nothing is kept of blocks in such a field.
                return Ok(None);
            }
        }
    }
    Ok(Some(share))
}

fn share_in(scan: Scan<'_>, segment: &SegmentReader, field: Field) -> Outcome<f32> {
    let samples = scan.searcher.num_docs().max(1);
    let average = scan.living.terms_in(scan.searcher, field)? as f32 / samples as f32;
    let own = segment.inverted_index(field)?.total_num_tokens() as f32 / segment.max_doc().max(1) as f32;
    if average <= 0.0 || own <= 0.0 {
        return Ok(1.0 - ADDED_UP);
    }
    let apart = 1.0 + WITHOUT_LENGTH * (own / average - 1.0).abs();
    // The engine takes a document of nothing but the word, its length not rounded, for the best there could be.
    let alone = (1.0 + BY_LENGTH / average) / (1.0 + BY_LENGTH * (1.0 - ROUNDED) / average);
    Ok((1.0 - ADDED_UP) / (apart * alone))
}

/// The statistics of one state of the index, as a query sees them.
pub(crate) struct Relevance<'a> {
    scan: Scan<'a>,
    /// Samples with one of the forms, for each form.
    with_forms: HashMap<Term, u64>,
}

impl<'a> Relevance<'a> {
    /// The statistics for a query.
    pub(crate) fn new(scan: Scan<'a>, expanded: &Expanded) -> Self {
        let mut with_forms = HashMap::new();
        for (leaf, _) in expanded.query().leaves() {
            let Leaf::Clause(clause) = leaf else { continue };
            for atom in clause.atoms() {
                let forms = expanded.forms(clause.scope, atom);
                let count = forms.iter().map(|form| form.count).sum();
                let terms = forms.iter().flat_map(|form| {
                    let fields = clause.scope.fields().iter().filter(|field| form.fields.contains(field));
                    fields.map(|field| Term::from_field_text(scan.fields.of(*field), &form.term))
                });
                with_forms.extend(terms.map(|term| (term, count)));
            }
        }
        Self { scan, with_forms }
    }

    /// Scoring by these statistics.
    pub(crate) fn scoring(&self) -> EnableScoring<'_> {
        EnableScoring::Enabled { searcher: self.scan.searcher, statistics_provider: self }
    }
}

impl Bm25StatisticsProvider for Relevance<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.scan.living.terms_in(self.scan.searcher, field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.scan.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        match self.with_forms.get(term) {
            Some(count) => Ok((*count).min(self.total_num_docs()?)),
            None => self.scan.living.samples_with(self.scan.searcher, term),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_leap_lands_on_the_first_that_is_not_before(
            docs in proptest::collection::btree_set(0_u32..100, 0..60),
            target in 0_u32..110,
        ) {
            let docs: Vec<u32> = docs.into_iter().collect();
            prop_assert_eq!(leap(&docs, target), docs.iter().filter(|doc| **doc < target).count());
        }
    }
}

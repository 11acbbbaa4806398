//! What one clause finds in one state of the index: made once, then counted, combined with others and ranked from.

use crate::rows::Gathered;
use crate::text::Outcome;
use crate::text::docs::Docs;
use crate::text::plan::{Look, plan};
use crate::text::source::{DocReader, Scan, Source};
use blendscope_dictionary::{Beginning, Words};
use blendscope_query::{Clause, Expanded};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader, Term};

/// Bytes that a word takes while the words of a prefix are counted, about.
const WORD_SIZE: usize = 96;

/// What a clause finds.
pub(crate) struct EvaluatedClause {
    /// How it was looked for.
    pub plan: Vec<(Field, Look)>,
    /// What was found, in the order of the searcher's segments.
    pub segments: Vec<Found>,
    /// Samples found.
    pub count: u64,
    /// Words that begin as asked, for a prefix.
    pub beginning: Option<Beginning>,
}

/// What a clause finds in a segment.
pub(crate) struct Found {
    /// Samples with it in any field; none that are deleted.
    pub docs: Docs,
    /// What ranking needs, for each field of the plan.
    pub fields: Vec<InField>,
}

/// What ranking starts from in a field of a segment.
pub(crate) enum InField {
    /// Where the postings of each word are, if the field has it.
    Words(Vec<Option<TermInfo>>),
    /// Documents with one of the words.
    Alike(Docs),
    /// Documents with how often each matches, ascending.
    Counted(Vec<(DocId, u32)>),
}

impl EvaluatedClause {
    /// Looks a clause up.
    pub(crate) fn find(plan: Vec<(Field, Look)>, scan: &Scan<'_>) -> Outcome<Self> {
        let is_prefix = |(_, look): &(Field, Look)| matches!(look, Look::Alike(Source::Prefix(_), _));
        let mut words = plan.iter().any(is_prefix).then(Words::default);
        let mut segments = Vec::with_capacity(scan.searcher.segment_readers().len());
        for number in 0..scan.searcher.segment_readers().len() {
            let room = words.as_ref().map_or(0, |words| words.len() * WORD_SIZE);
            let _held = scan.budget.hold(room)?;
            segments.push(Found::in_segment(&plan, number, scan, &mut words)?);
        }
        let count = segments.iter().map(|found| found.docs.len() as u64).sum();
        Ok(Self { plan, segments, count, beginning: words.as_ref().map(Beginning::of) })
    }

    /// What it takes of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        let of_field = |field: &InField| match field {
            InField::Words(infos) => size_of_val(infos.as_slice()),
            InField::Alike(docs) => docs.size(),
            InField::Counted(list) => size_of_val(list.as_slice()),
        };
        let of_found = |found: &Found| {
            let fields: usize = found.fields.iter().map(of_field).sum();
            size_of::<Found>() + size_of_val(found.fields.as_slice()) + found.docs.size() + fields
        };
        let plan =
            size_of_val(self.plan.as_slice()) + self.plan.iter().map(|(_, look)| look.size()).sum::<usize>();
        size_of::<Self>() + plan + self.segments.iter().map(of_found).sum::<usize>()
    }
}

impl Found {
    fn in_segment(
        plan: &[(Field, Look)],
        number: usize,
        scan: &Scan<'_>,
        words: &mut Option<Words>,
    ) -> Outcome<Self> {
        let segment = scan.searcher.segment_reader(number as u32);
        let infos = words_in_dictionaries(plan, segment, scan)?;
        let mut docs = docs_with_words(plan, &infos, segment, scan)?;
        let mut fields = Vec::with_capacity(plan.len());
        for ((field, look), infos) in plan.iter().zip(infos) {
            fields.push(match look {
                Look::Words(_) => InField::Words(infos),
                Look::Alike(source, _) => {
                    let mut found = docs_alike(source, *field, number, scan, words)?;
                    found.keep_alive(segment.alive_bitset());
                    docs.unite(&found);
                    InField::Alike(found)
                }
                Look::Places(positional) => {
                    let mut found = positional.find(segment, scan.budget)?;
                    if let Some(alive) = segment.alive_bitset() {
                        found.retain(|(doc, _)| alive.is_alive(*doc));
                    }
                    docs.unite(&Docs::ascending(found.iter().map(|(doc, _)| *doc)));
                    InField::Counted(found)
                }
            });
        }
        docs.keep_alive(segment.alive_bitset());
        Ok(Self { docs, fields })
    }
}

/// Where the words of a plan stand in the dictionaries of a segment: for each field, for each of its words.
fn words_in_dictionaries(
    plan: &[(Field, Look)],
    segment: &SegmentReader,
    scan: &Scan<'_>,
) -> Outcome<Vec<Vec<Option<TermInfo>>>> {
    let mut all = Vec::with_capacity(plan.len());
    for (field, look) in plan {
        let mut infos = Vec::new();
        if let Look::Words(words) = look {
            let inverted = segment.inverted_index(*field)?;
            for (word, _) in words {
                scan.budget.check()?;
                infos.push(inverted.get_term_info(&Term::from_field_text(*field, word))?);
            }
        }
        all.push(infos);
    }
    Ok(all)
}

/// The documents with one of the words of a plan.
fn docs_with_words(
    plan: &[(Field, Look)],
    infos: &[Vec<Option<TermInfo>>],
    segment: &SegmentReader,
    scan: &Scan<'_>,
) -> Outcome<Docs> {
    let of_field = |((field, _), infos): (&(Field, Look), &Vec<Option<TermInfo>>)| {
        let field = *field;
        infos.iter().flatten().map(move |info| (field, info.clone())).collect::<Vec<_>>()
    };
    let terms: Vec<(Field, TermInfo)> = plan.iter().zip(infos).flat_map(of_field).collect();
    let mut found = Gathered::default();
    read_terms(&terms, segment, scan, |doc| found.push(doc))?;
    Ok(Docs::gathered(found))
}

/// Calls `visit` with every document of some terms, those of one field one after the other.
fn read_terms(
    terms: &[(Field, TermInfo)],
    segment: &SegmentReader,
    scan: &Scan<'_>,
    mut visit: impl FnMut(DocId),
) -> Outcome<()> {
    for of_field in terms.chunk_by(|left, right| left.0 == right.0) {
        let inverted: &InvertedIndexReader = &*segment.inverted_index(of_field[0].0)?;
        let mut reader = DocReader::new(inverted, scan.budget);
        for (_, info) in of_field {
            reader.read(info, &mut visit)?;
        }
    }
    Ok(())
}

/// The documents with one of some words; the words themselves are added to `words` if that is wanted.
fn docs_alike(
    source: &Source,
    field: Field,
    number: usize,
    scan: &Scan<'_>,
    words: &mut Option<Words>,
) -> Outcome<Docs> {
    let mut found = Gathered::default();
    let inverted = scan.searcher.segment_reader(number as u32).inverted_index(field)?;
    let mut reader = DocReader::new(&inverted, scan.budget);
    source.for_each_term(&inverted, field, scan.budget, |term, info| {
        if let Some(words) = words {
            let samples = u64::from(scan.living.samples_in(number, &inverted, info)?);
            match words.get_mut(term) {
                Some(count) => *count += samples,
                None if samples > 0 => drop(words.insert(term.to_vec(), samples)),
                None => {}
            }
        }
        reader.read(info, |doc| found.push(doc))
    })?;
    Ok(Docs::gathered(found))
}

/// Bytes that all clauses in the cache take at most.
const CACHE_BYTES: u64 = 32 << 20;

/// Clauses that there is room for to begin with.
const EXPECTED: usize = 64;

/// Cache of the evaluated clauses of one state of the index: people and pages ask for the same words again and again.
pub(crate) struct ClauseCache(Cache<Clause, Arc<EvaluatedClause>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Clause, Arc<EvaluatedClause>> for Bytes {
    fn weight(&self, _: &Clause, evaluated: &Arc<EvaluatedClause>) -> u64 {
        evaluated.size() as u64 + 1
    }
}

impl Default for ClauseCache {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, CACHE_BYTES, Bytes))
    }
}

impl ClauseCache {
    /// What a clause finds.
    pub(crate) fn of(
        &self,
        clause: &Clause,
        expanded: &Expanded,
        scan: &Scan<'_>,
    ) -> Outcome<Arc<EvaluatedClause>> {
        // The text as it was typed makes no difference.
        let key = Clause { text: String::new(), ..clause.clone() };
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let evaluated = Arc::new(EvaluatedClause::find(plan(expanded, scan.fields, clause), scan)?);
        self.0.insert(key, Arc::clone(&evaluated));
        Ok(evaluated)
    }
}

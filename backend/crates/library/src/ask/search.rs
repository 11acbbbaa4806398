//! Searching: from parameters to an answer, its samples with what of the query is in them, the explanation of the query, and
//! why a sample stands where it stands.

use crate::ask::answers::{Asked, Current};
use crate::ask::dimensions::{FIELDS, dimension};
use crate::ask::filter::{Filter, restriction};
use crate::store::records::{OpenedFiles, Record};
use crate::store::snapshot::{Located, OpenFile, Snapshot};
use crate::store::values::{Flag as FlagBit, Language};
use crate::{Library, LibraryError};
use blendscope_blend::{Part as Share, blend};
use blendscope_engine::{
    Budget, Counts, Cursor, Field, Meaning, Order, Page, Question, Restriction, Row, Wanted,
};
use blendscope_query::{Clause, Expanded, Leaf, Node, Predicate, Query, snippets};
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::paths;
use blendscope_shared::role::Role;
use blendscope_shared::sample::{Flag, Turn};
use blendscope_shared::search::{
    BlendPart, ExplainedTerm, Explanation, ParamError, Part, SearchAnswer, SearchHit, SearchParams, Sort,
    SortBy, Term, TermForm, Total, Understood,
};
use std::sync::Arc;
use std::time::Instant;

/// What a search is about, resolved against a snapshot.
pub(crate) struct Request<'a> {
    params: &'a SearchParams,
    /// What it may cost.
    pub budget: &'a Budget,
    /// What the engine is asked.
    pub question: Question,
    /// The numbers of the dimensions that the question's restrictions are about.
    pub restricted: Vec<usize>,
    /// In which order samples come.
    pub order: Order,
}

impl Library {
    /// Searches samples, within a budget.
    pub fn search(&self, params: &SearchParams, budget: &Budget) -> Result<SearchAnswer, LibraryError> {
        let started = Instant::now();
        let snapshot = self.current();
        let request = Request::read(params, &snapshot, budget)?;
        let (counts, page) = request.page(&snapshot)?;
        let took_ms = milliseconds(started);

        let is_all = budget.incomplete().is_none();
        // No shares are drawn from a part.
        let (blend, left_out) = if is_all { snapshot.blend(&counts, params) } else { (Vec::new(), 0) };
        let total = Total { count: counts.values().sum(), is_final: snapshot.is_final() && is_all };
        let items = self.hits(&snapshot, &page.rows, &request.question.expanded, budget)?;
        Ok(SearchAnswer {
            total,
            took_ms,
            items,
            understood: request.explanation(&snapshot, total.count)?,
            blend,
            left_out,
            next: page.next.map(Cursor::to_text),
            incomplete: budget.incomplete(),
            total_ms: milliseconds(started),
        })
    }
}

impl<'a> Request<'a> {
    /// Reads a request, as of a snapshot.
    pub(crate) fn read(
        params: &'a SearchParams,
        snapshot: &Current,
        budget: &'a Budget,
    ) -> Result<Self, LibraryError> {
        let filter = Filter::read(params, snapshot, budget)?;
        let query = Query::parse(&params.q, params.typing, &FIELDS).said_by(&filter.roles);
        let mut expanded = snapshot.view.expand(query, budget)?;
        let predicates = conditions_of(&mut expanded, snapshot, budget)?;
        let (restricted, restrictions) = filter.restrictions.into_iter().unzip();
        let question = Question { expanded, predicates, restrictions };
        let order = match params.effective_sort() {
            Sort::Relevance if question.asks_no_text() => Order::File,
            Sort::Relevance => Order::Relevance,
            Sort::File => Order::File,
            Sort::Longest => Order::Down(Field::Characters),
            Sort::Shortest => Order::Up(Field::Characters),
            Sort::Up(by) => Order::Up(field_of(by)),
            Sort::Down(by) => Order::Down(field_of(by)),
            Sort::Random => Order::Random(params.seed),
        };
        Ok(Self { params, budget, question, restricted, order })
    }

    /// Samples of the result per generation, and the page that was asked for.
    fn page(&self, snapshot: &Current) -> Result<(Counts, Page), LibraryError> {
        let cursor = self.params.cursor.as_deref();
        let after = cursor.map(|text| Cursor::parse(text, self.order)).transpose()?;
        let (skip, limit) = (self.params.offset, self.params.effective_limit());
        let most = snapshot.view.limits().relevance;
        if self.order == Order::Relevance && skip > most {
            let counts = snapshot.view.counts(&self.question, self.budget)?;
            return if skip >= counts.values().sum() {
                Ok((counts, Page::default()))
            } else {
                Err(too_far(most))
            };
        }
        let wanted = Wanted { order: self.order, after, skip, limit };
        Ok(snapshot.view.page(&self.question, &wanted, self.budget)?)
    }
}

/// The number to sort by.
fn field_of(by: SortBy) -> Field {
    match by {
        SortBy::Turns => Field::Turns,
        SortBy::Characters => Field::Characters,
        SortBy::Words => Field::Words,
        SortBy::WordsHuman => Field::WordsHuman,
        SortBy::WordsGpt => Field::WordsGpt,
        SortBy::Images => Field::Images,
        SortBy::Lang => Field::Language,
    }
}

/// Why a page by relevance does not begin far behind: all samples before it would be held to find it.
fn too_far(most: u64) -> LibraryError {
    let message = format!(
        "a page by relevance begins no further behind than {most}; follow `next`, or choose another `sort`"
    );
    LibraryError::BadParameter(ParamError { parameter: "offset".to_owned(), message })
}

/// What the predicates of a query ask for; what cannot be looked up holds for no sample, and a note says so.
fn conditions_of(
    expanded: &mut Expanded,
    snapshot: &Current,
    budget: &Budget,
) -> Result<Vec<(Predicate, Arc<Restriction>)>, LibraryError> {
    let (mut predicates, mut notes) = (Vec::new(), Vec::new());
    for predicate in expanded.query().predicates() {
        match dimension(predicate.field.name) {
            Some(number) => {
                let conditions = std::slice::from_ref(&predicate.condition);
                let restriction = restriction(snapshot, number, conditions, budget)?;
                predicates.push((predicate.clone(), Arc::new(restriction)));
            }
            None => notes.push(format!("`{predicate}`: nothing is known of this for any sample")),
        }
    }
    expanded.note(notes);
    Ok(predicates)
}

impl Snapshot {
    /// The composition of a set of samples, given as samples per generation, and how many of them are no part of it:
    /// those of reference datasets that are not asked for.
    pub fn blend(&self, counts: &Counts, params: &SearchParams) -> (Vec<BlendPart>, u64) {
        let is_counted = |dataset: &usize| {
            let found = self.found(*dataset);
            !found.is_reference || params.reference || params.dataset.contains(&found.slug)
        };
        let of_dataset = |dataset: usize| -> u64 {
            let generations = self.generations_of(dataset).iter();
            generations.filter_map(|of| counts.get(&of.state.generation)).sum()
        };
        let all = 0..self.datasets.len();
        // Where there is nothing else, there is nothing to keep apart.
        let keeps_apart = all.clone().any(|dataset| is_counted(&dataset));
        let (counted, others): (Vec<usize>, Vec<usize>) =
            all.partition(|dataset| !keeps_apart || is_counted(dataset));
        let part = |dataset: usize| Share {
            dataset: &self.found(dataset).slug,
            count: of_dataset(dataset),
            all: self.samples_of(dataset),
        };
        let parts: Vec<Share<'_>> = counted.into_iter().map(part).collect();
        (blend(&parts), others.into_iter().map(of_dataset).sum())
    }
}

fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}

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
    fn look_up(&self, rows: impl Iterator<Item = Row>) -> Result<Vec<Option<Found<'_>>>, LibraryError> {
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

impl Library {
    /// What the relevance of a sample for a query is made of. A query without words gives none.
    pub fn explain(
        &self,
        dataset: &str,
        key: &str,
        query: &str,
        budget: &Budget,
    ) -> Result<Explanation, LibraryError> {
        let snapshot = self.current();
        let (file, ordinal) = snapshot.find(dataset, key)?;
        let params = SearchParams { q: query.to_owned(), ..SearchParams::default() };
        let request = Request::read(&params, &snapshot, budget)?;
        let row = file.row(ordinal);
        let given = snapshot.view.explain(&request.question, row, budget)?;
        let is_match = given.is_some();
        let terms: Vec<ExplainedTerm> = given
            .into_iter()
            .flatten()
            .map(|given| ExplainedTerm {
                text: given.text,
                field: given.field,
                occurrences: given.occurrences,
                samples: given.samples,
                score: given.score,
            })
            .collect();
        Ok(Explanation { score: terms.iter().map(|term| term.score).sum(), is_match, terms })
    }
}

/// Words that occur nowhere for which similar ones are looked up, in one query.
const SUGGESTED_MAX: usize = 6;

/// Parts of a query without which the count of an empty result is given.
const PARTS_MAX: usize = 8;

impl Request<'_> {
    /// The query as it was understood, for a result of `total` samples.
    pub(crate) fn explanation(&self, snapshot: &Current, total: u64) -> Result<Understood, LibraryError> {
        let query = self.question.expanded.query();
        let mut terms = Vec::new();
        let mut words_left = SUGGESTED_MAX;
        for (leaf, excluded) in query.leaves() {
            let term = match leaf {
                Leaf::Clause(clause) => self.term(clause, snapshot, &mut words_left)?,
                Leaf::Predicate(predicate) => self.predicate_term(predicate, snapshot)?,
            };
            terms.push(Term { excluded, ..term });
        }
        let without = if total == 0 { self.without_each(snapshot)? } else { Vec::new() };
        Ok(Understood { terms, notes: query.notes.clone(), query: query.to_string(), without })
    }

    fn term(
        &self,
        clause: &Clause,
        snapshot: &Current,
        words_left: &mut usize,
    ) -> Result<Term, LibraryError> {
        let meaning = self.meaning(clause, snapshot)?;
        let form = |(text, count): &(String, u64)| TermForm { text: text.clone(), count: *count };
        Ok(Term {
            text: clause.text.clone(),
            field: clause.scope.name().map(str::to_owned),
            count: meaning.count,
            kind: clause.kind().to_owned(),
            forms: meaning.forms.iter().map(form).collect(),
            form_count: meaning.forms_count as u64,
            suggestions: snapshot.view.suggestions(
                &self.question.expanded,
                clause,
                words_left,
                self.budget,
            )?,
            excluded: false,
        })
    }

    fn predicate_term(&self, predicate: &Predicate, snapshot: &Current) -> Result<Term, LibraryError> {
        let shown = predicate.to_string();
        let text = shown.split_once(':').map_or(shown.as_str(), |(_, value)| value).to_owned();
        let alone = Query { root: Some(Node::Predicate(predicate.clone())), ..Query::default() };
        let question = Question { restrictions: Vec::new(), ..self.question.with(alone) };
        Ok(Term {
            text,
            field: Some(predicate.field.name.to_owned()),
            count: snapshot.view.counts(&question, self.budget)?.values().sum(),
            kind: "fact".to_owned(),
            ..Term::default()
        })
    }

    fn meaning(&self, clause: &Clause, snapshot: &Current) -> Result<Arc<Meaning>, LibraryError> {
        snapshot.answer(Asked::Clause(clause.clone()), self.budget, || {
            Ok(snapshot.view.meaning(&self.question.expanded, clause, self.budget)?)
        })
    }

    /// What would be found without each of the parts.
    fn without_each(&self, snapshot: &Current) -> Result<Vec<Part>, LibraryError> {
        let query = self.question.expanded.query();
        if query.parts().len() < 2 {
            return Ok(Vec::new());
        }
        let mut without = Vec::new();
        for (index, part) in query.parts().iter().enumerate().take(PARTS_MAX) {
            let rest = self.question.with(query.without(index));
            let counts = snapshot.view.counts(&rest, self.budget)?;
            without.push(Part { part: part.to_string(), count: counts.values().sum() });
        }
        Ok(without)
    }
}

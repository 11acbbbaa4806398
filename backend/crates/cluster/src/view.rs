//! Answers to questions: each is one search of the cluster or a few, restricted to the generations that are live.
//!
//! A shard that does not answer makes no error in `OpenSearch` but a smaller total. So every answer is looked at for that,
//! and what is not all there is says so, or fails where all of it is needed.

mod far;
mod tally;

use crate::client::ClusterError;
use crate::fields::{GENERATION, PASSED_OVER_MAX, ROW, WINDOW, text_name};
use crate::filter::{Conditions, name_of, shown};
use crate::health::missing_shards;
use crate::order::Sorting;
use crate::query::QueryWriter;
use crate::receipt::ClusterReceipt;
use crate::shared::Shared;
use crate::stored::AllMeanings;
use crate::words::{Beginning, GenerationWords, LiveWords};
use blendscope_columns::{Contents, GenerationColumns, images, numbers, repeated};
use blendscope_dictionary::{Beginning as Begun, Dictionary, Expansions, Words, meaning, suggestions};
use blendscope_engine::{
    Budget, Counts, Field, Given, Limits, Live, LiveGeneration, Meaning, Name, Order, Outcome, Page,
    Question, Restriction, Row, Tallied, Tallies, View, Wanted,
};
use blendscope_query::{Atom, Clause, Expanded, Predicate, Query};
use roaring::RoaringBitmap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

/// What a cluster cannot do.
pub(crate) const LIMITS: Limits = Limits { relevance: PASSED_OVER_MAX };

/// Generations that one answer counts; more would be too many for the cluster.
const GENERATIONS_MAX: usize = 65_535;

/// Hits of an answer while all of a result is read.
const HITS: usize = 10_000;

/// One state of the index: what is live as of a commit.
pub(crate) struct ClusterView {
    shared: Arc<Shared>,
    live: Arc<Live>,
    /// In the order of `live`.
    generations: Vec<Arc<GenerationColumns>>,
    contents: Vec<Contents>,
    meanings: Vec<AllMeanings>,
    words: OnceLock<Vec<Arc<GenerationWords>>>,
    expansions: Expansions,
}

/// A hit: its sort values.
pub(crate) type SortValues = Vec<Value>;

impl ClusterView {
    /// The state in which these generations are live, in the order of `live`.
    pub(crate) fn new(
        shared: Arc<Shared>,
        live: Arc<Live>,
        generations: Vec<Arc<GenerationColumns>>,
        receipts: Vec<ClusterReceipt>,
    ) -> Self {
        let (contents, meanings) =
            receipts.into_iter().map(|receipt| (receipt.contents, receipt.meanings)).unzip();
        let (words, expansions) = (OnceLock::new(), Expansions::default());
        Self { shared, live, generations, contents, meanings, words, expansions }
    }

    /// The words of all live generations, read when first asked for. Of those that are not finished there are none yet.
    fn words(&self) -> Outcome<&[Arc<GenerationWords>]> {
        if let Some(words) = self.words.get() {
            return Ok(words);
        }
        let finished =
            self.generations.iter().zip(&self.contents).filter(|(_, contents)| contents.is_finished);
        let words = finished
            .map(|(of, contents)| self.shared.words(of.live.number, contents))
            .collect::<Outcome<_>>()?;
        Ok(self.words.get_or_init(|| words))
    }

    fn conditions(&self) -> Conditions<'_> {
        Conditions { live: &self.live, meanings: &self.meanings }
    }

    /// Asks the cluster; an answer that is not all there is is noted.
    fn search(&self, body: &Value, budget: &Budget) -> Outcome<Value> {
        budget.check()?;
        let answer = self.searched(body)?;
        budget.check()?;
        if let Some(missing) = missing_shards(&answer) {
            budget.note_incomplete(missing);
        }
        Ok(answer)
    }

    /// Asks the cluster where all of the answer is needed.
    fn search_all(&self, body: &Value) -> Outcome<Value> {
        let answer = self.searched(body)?;
        missing_shards(&answer).map_or(Ok(answer), |missing| Err(ClusterError::Partial(missing).into()))
    }

    /// The same copies of shards are asked each time, so that pages by relevance fit together.
    fn searched(&self, body: &Value) -> Outcome<Value> {
        let path = format!(
            "/{}/_search?preference=blendscope&include_named_queries_score=true",
            self.shared.client.name()
        );
        Ok(self.shared.client.ask("POST", &path, body)?)
    }

    /// What a question asks for, and what restricts it.
    fn query(&self, question: &Question, filter: Vec<Value>, budget: &Budget) -> Outcome<Value> {
        let words = LiveWords { generations: self.words_for(question)?, budget };
        let writer = QueryWriter { expanded: &question.expanded, words: &words };
        let query = writer.query(&|predicate: &Predicate| {
            self.conditions().predicate(question.predicate(predicate).map(AsRef::as_ref))
        })?;
        Ok(json!({"bool": {"must": query, "filter": filter}}))
    }

    /// No words are read for a question that needs none.
    fn words_for(&self, question: &Question) -> Outcome<&[Arc<GenerationWords>]> {
        if question.asks_no_text() { Ok(&[]) } else { self.words() }
    }

    /// The generations whose samples are the result, where nothing has to be asked to know that.
    fn whole_generations(&self, question: &Question) -> Option<Vec<&LiveGeneration>> {
        let restrictions = restrictions_of(question);
        let generations = self.conditions().passing(&restrictions);
        let is_whole = question.is_everything() && Conditions::pass_wholly(&generations, &restrictions);
        is_whole.then_some(generations)
    }

    /// Samples by generation, of an answer with [`by_generation`].
    fn counts_of(answer: &Value) -> Outcome<Counts> {
        let counted = &answer["aggregations"]["generations"];
        if counted["sum_other_doc_count"] != 0 {
            let why =
                format!("the index has more than {GENERATIONS_MAX} parts, too many to be counted at once");
            return Err(ClusterError::Unusable(why).into());
        }
        let buckets = counted["buckets"].as_array().into_iter().flatten();
        let count = |bucket: &Value| {
            let generation = u32::try_from(bucket["key"].as_u64()?).ok()?;
            Some((generation, bucket["doc_count"].as_u64()?))
        };
        Ok(buckets.filter_map(count).collect())
    }

    /// All hits behind a place, as far as `limit` goes.
    fn hits(
        &self,
        body: &Value,
        sorting: &Sorting<'_>,
        after: Option<Vec<Value>>,
        limit: usize,
        budget: &Budget,
    ) -> Outcome<(Value, Vec<SortValues>)> {
        let mut body = body.clone();
        body["size"] = json!(limit);
        body["sort"] = json!(sorting.sort());
        body["stored_fields"] = json!("_none_");
        if let Some(after) = after {
            body["search_after"] = json!(after);
        }
        let mut answer = self.search(&body, budget)?;
        let hits = answer["hits"]["hits"].take();
        let hits = hits.as_array().into_iter().flatten();
        let hits = hits.filter_map(|hit| hit["sort"].as_array().cloned()).collect();
        Ok((answer, hits))
    }

    fn sorting(&self, order: Order) -> Outcome<Sorting<'_>> {
        let sorting = Sorting::new(order, &self.live);
        sorting.ok_or_else(|| ClusterError::Unusable("the cluster has no such order".to_owned()).into())
    }

    /// A page in file order of whole generations, by arithmetic alone.
    fn file_page(&self, generations: &[&LiveGeneration], wanted: &Wanted, sorting: &Sorting<'_>) -> Page {
        let first = match wanted.after {
            Some(blendscope_engine::Cursor::AfterRank(_, _, position)) => position.saturating_add(1),
            _ => 0,
        };
        let numbers: HashSet<u32> = generations.iter().map(|of| of.number).collect();
        let (mut skip, mut rows) = (wanted.skip, Vec::new());
        for (at, block) in self.live.blocks() {
            let of = &self.live.generations()[at];
            if rows.len() > wanted.limit {
                break;
            }
            if !numbers.contains(&of.number) {
                continue;
            }
            let all = u64::from(block.rows);
            let begin = first.saturating_sub(block.first_position).min(all);
            let skipped = skip.min(all - begin);
            skip -= skipped;
            let more = (wanted.limit as u64 + 1).saturating_sub(rows.len() as u64);
            let end = all.min(begin + skipped + more);
            rows.extend((begin + skipped..end).map(|place| of.row(block.first_row + place as u32)));
        }
        let has_more = rows.len() > wanted.limit;
        rows.truncate(wanted.limit);
        let last = rows.last().filter(|_| has_more).and_then(|row| self.live.position(*row));
        let next = last.and_then(|position| sorting.cursor_of_file(position));
        Page { rows: rows.into_iter().map(|row| (row, 0.0)).collect(), next }
    }

    /// A page that the cluster is asked for.
    fn searched_page(
        &self,
        question: &Question,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Outcome<(Counts, Page)> {
        let sorting = self.sorting(wanted.order)?;
        let query = self.query(question, self.conditions().filter(&restrictions_of(question)), budget)?;
        let counting = json!({
            "size": 0, "query": query, "track_total_hits": true,
            "aggs": {"generations": by_generation(&self.live)}
        });
        let is_far = wanted.skip > 0;
        let counts = if is_far { Some(Self::counts_of(&self.search(&counting, budget)?)?) } else { None };
        let total = counts.as_ref().map_or(u64::MAX, |counts| counts.values().sum());
        if let Some(counts) = counts.clone().filter(|_| wanted.skip >= total) {
            return Ok((counts, Page::default()));
        }
        let place = match wanted.after {
            Some(cursor) => far::Place { after: Some(sorting.after(cursor)), skip: wanted.skip },
            None => self.place(&query, &sorting, wanted, budget)?,
        };
        let (skip, body) = (place.skip as usize, if is_far { json!({"query": query}) } else { counting });
        let (answer, mut hits) = self.hits(&body, &sorting, place.after, skip + wanted.limit + 1, budget)?;
        hits.drain(..skip.min(hits.len()));
        let has_more = hits.len() > wanted.limit;
        hits.truncate(wanted.limit);
        let next = hits.last().filter(|_| has_more).and_then(|last| sorting.cursor(last));
        let hit = |sort: &SortValues| {
            let score = sort.first().and_then(Value::as_f64).filter(|_| sorting.is_by_score());
            Some((sorting.row(sort)?, score.unwrap_or(0.0) as f32))
        };
        let page = Page { rows: hits.iter().filter_map(hit).collect(), next };
        Ok((counts.map_or_else(|| Self::counts_of(&answer), Ok)?, page))
    }

    /// Where a page begins: what is far behind is narrowed down first.
    fn place(
        &self,
        query: &Value,
        sorting: &Sorting<'_>,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Outcome<far::Place> {
        let is_near = wanted.skip + wanted.limit as u64 + 1 < WINDOW;
        if is_near || sorting.is_by_score() {
            return Ok(far::Place { after: None, skip: wanted.skip });
        }
        far::find(query, sorting, &self.live, wanted.skip, &|body| self.search(body, budget))
    }

    /// Reads all of a result in an order; fails where not all of it answers.
    fn read_all(
        &self,
        query: &Value,
        sorting: &Sorting<'_>,
        limit: u64,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        let (mut after, mut visited) = (None, 0_u64);
        let mut expected = limit;
        while visited < expected {
            let is_first = after.is_none();
            let body = json!({"query": query, "track_total_hits": is_first});
            let wanted = usize::try_from(limit - visited).unwrap_or(usize::MAX).min(HITS);
            let (answer, hits) = self.hits(&body, sorting, after.take(), wanted, budget)?;
            if let Some(missing) = missing_shards(&answer) {
                return Err(ClusterError::Partial(missing).into());
            }
            if is_first {
                expected = limit.min(answer["hits"]["total"]["value"].as_u64().unwrap_or(0));
            }
            hits.iter().filter_map(|sort| sorting.position(sort)).for_each(&mut *visit);
            visited += hits.len() as u64;
            let Some(last) = hits.into_iter().last() else { break };
            after = Some(last);
        }
        if visited == expected {
            return Ok(());
        }
        Err(ClusterError::Partial(format!("it gave {visited} samples of {expected}")).into())
    }
}

impl View for ClusterView {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn expand(&self, query: Query, budget: &Budget) -> Outcome<Expanded> {
        self.expansions.expand(query, &LiveWords { generations: self.words()?, budget })
    }

    fn meaning(&self, expanded: &Expanded, clause: &Clause, budget: &Budget) -> Outcome<Meaning> {
        let words = LiveWords { generations: self.words()?, budget };
        let query = QueryWriter { expanded, words: &words }.clause(clause)?;
        let query = json!({"bool": {"filter": [query, shown(&self.conditions().passing(&[]))]}});
        let answer = self.search(&json!({"size": 0, "track_total_hits": true, "query": query}), budget)?;
        let count = answer["hits"]["total"]["value"].as_u64().unwrap_or(0);
        meaning(expanded, clause, count, |atom: &Atom| {
            let Atom::Prefix(prefix) = atom else { return Ok(None) };
            let (mut found, fields) = (Words::new(), clause.scope.fields());
            words.search(fields, &|| Beginning(prefix.as_bytes()), "", &mut |word, _, samples| {
                *found.entry(word.to_vec()).or_default() += samples;
            })?;
            Ok(Some(Begun::of(&found)))
        })
    }

    fn suggestions(
        &self,
        expanded: &Expanded,
        clause: &Clause,
        most: &mut usize,
        budget: &Budget,
    ) -> Outcome<Vec<String>> {
        let words = LiveWords { generations: self.words()?, budget };
        suggestions(expanded, clause, &words, &self.expansions, most)
    }

    fn counts(&self, question: &Question, budget: &Budget) -> Outcome<Counts> {
        if let Some(generations) = self.whole_generations(question) {
            return Ok(samples_of(&generations));
        }
        let query = self.query(question, self.conditions().filter(&restrictions_of(question)), budget)?;
        let body = json!({"size": 0, "query": query, "aggs": {"generations": by_generation(&self.live)}});
        Self::counts_of(&self.search(&body, budget)?)
    }

    fn page(&self, question: &Question, wanted: &Wanted, budget: &Budget) -> Outcome<(Counts, Page)> {
        let wanted = match wanted.order {
            // All are as relevant as each other.
            Order::Relevance if question.asks_no_text() => &Wanted { order: Order::File, ..*wanted },
            _ => wanted,
        };
        match self.whole_generations(question) {
            Some(generations) if wanted.order == Order::File => {
                let page = self.file_page(&generations, wanted, &self.sorting(Order::File)?);
                Ok((samples_of(&generations), page))
            }
            _ => self.searched_page(question, wanted, budget),
        }
    }

    fn tally(&self, question: &Question, wanted: &[Tallied], budget: &Budget) -> Outcome<Vec<Tallies>> {
        tally::tally(self, question, wanted, budget)
    }

    fn sums(&self, question: &Question, fields: &[Field], budget: &Budget) -> Outcome<Vec<Counts>> {
        tally::sums(self, question, fields, budget)
    }

    /// Names are read from files; the cluster only says of which samples.
    fn names(
        &self,
        question: &Question,
        name: Name,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        let mut found: BTreeMap<u32, RoaringBitmap> = BTreeMap::new();
        self.positions(question, Order::File, u64::MAX, budget, &mut |position| {
            if let Some(row) = self.live.row_at(position) {
                found.entry(row.generation()).or_default().insert(row.ordinal());
            }
        })?;
        for (generation, ordinals) in found {
            budget.check()?;
            if let Some(at) = self.live.at(generation) {
                self.generations[at].names(name, &ordinals, visit)?;
            }
        }
        Ok(())
    }

    fn positions(
        &self,
        question: &Question,
        order: Order,
        limit: u64,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        let order = if order == Order::Relevance && question.asks_no_text() { Order::File } else { order };
        if let Some(generations) = self.whole_generations(question).filter(|_| order == Order::File) {
            let numbers: HashSet<u32> = generations.iter().map(|of| of.number).collect();
            let own = |at: usize| numbers.contains(&self.live.generations()[at].number);
            let blocks = self.live.blocks().filter(|(at, _)| own(*at));
            let all = blocks
                .flat_map(|(_, block)| (0..u64::from(block.rows)).map(|row| block.first_position + row));
            all.take(usize::try_from(limit).unwrap_or(usize::MAX)).for_each(visit);
            return Ok(());
        }
        let sorting = self.sorting(order)?;
        let query = self.query(question, self.conditions().filter(&restrictions_of(question)), budget)?;
        self.read_all(&query, &sorting, limit, budget, visit)
    }

    fn numbers(&self, rows: &[Row], fields: &[Field]) -> Outcome<Vec<Vec<u64>>> {
        Ok(numbers(&self.live, &self.generations, rows, fields))
    }

    fn images(&self, rows: &[Row]) -> Outcome<Vec<Vec<u64>>> {
        Ok(images(&self.live, &self.generations, rows)?)
    }

    fn repeated(&self, field: Field, dataset: usize) -> Outcome<Vec<(u64, Row)>> {
        Ok(repeated(&self.generations, field, dataset))
    }

    fn find(&self, name: Name, hash: u64, dataset: Option<usize>) -> Outcome<Vec<Row>> {
        let asked = |of: &&LiveGeneration| dataset.is_none_or(|dataset| of.dataset == dataset);
        let generations: Vec<&LiveGeneration> = self.live.generations().iter().filter(asked).collect();
        let named = json!({"term": {name_of(name): hash.cast_signed()}});
        let query = json!({"bool": {"filter": [named, shown(&generations)]}});
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let mut body = json!({
                "size": HITS, "query": query, "sort": [{ROW: "asc"}], "stored_fields": "_none_"
            });
            if let Some(after) = after.take() {
                body["search_after"] = after;
            }
            let answer = self.search_all(&body)?;
            let hits = answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
            rows.extend(hits.iter().filter_map(|hit| hit["sort"][0].as_u64()).map(Row));
            match hits.last() {
                Some(last) if hits.len() == HITS => after = Some(last["sort"].clone()),
                _ => return Ok(rows),
            }
        }
    }

    fn explain(&self, question: &Question, row: Row, budget: &Budget) -> Outcome<Option<Vec<Given>>> {
        if self.live.locate(row).is_none() {
            return Ok(None);
        }
        let mut filter = self.conditions().filter(&restrictions_of(question));
        filter.push(json!({"term": {ROW: row.0}}));
        let mut query = self.query(question, filter, budget)?;
        let words = LiveWords { generations: self.words_for(question)?, budget };
        let writer = QueryWriter { expanded: &question.expanded, words: &words };
        let (mut named, mut parts) = (Vec::new(), Vec::new());
        for clause in question.expanded.query().wanted() {
            for (text, query) in writer.clause_by_field(clause)? {
                let name = parts.len().to_string();
                named.push(json!({"bool": {"must": query, "_name": name}}));
                parts.push((clause, text, query));
            }
        }
        query["bool"]["should"] = json!(named);
        let answer = self.search_all(&json!({"size": 1, "query": query, "stored_fields": "_none_"}))?;
        let Some(hit) = answer["hits"]["hits"].get(0) else { return Ok(None) };
        let mut all = Vec::new();
        for (number, (clause, text, query)) in parts.into_iter().enumerate() {
            let Some(score) = hit["matched_queries"][number.to_string()].as_f64() else { continue };
            let query = json!({"bool": {"filter": [query, shown(&self.conditions().passing(&[]))]}});
            let found = self.search(&json!({"size": 0, "track_total_hits": true, "query": query}), budget)?;
            all.push(Given {
                text: clause.text.clone(),
                field: text_name(text).to_owned(),
                occurrences: 1,
                samples: found["hits"]["total"]["value"].as_u64().unwrap_or(0),
                score: score as f32,
            });
        }
        all.sort_by(|left, right| right.score.total_cmp(&left.score));
        Ok(Some(all))
    }
}

/// The restrictions of a question.
fn restrictions_of(question: &Question) -> Vec<&Restriction> {
    question.restrictions.iter().map(AsRef::as_ref).collect()
}

/// Samples of whole generations.
fn samples_of(generations: &[&LiveGeneration]) -> Counts {
    let samples = generations.iter().map(|of| (of.number, of.samples()));
    samples.filter(|(_, samples)| *samples > 0).collect()
}

/// Counts samples by generation.
fn by_generation(live: &Live) -> Value {
    json!({"terms": {"field": GENERATION, "size": live.generations().len().clamp(1, GENERATIONS_MAX)}})
}

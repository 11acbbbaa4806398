//! The index as its callers see it: what is put in is found, counted, ranked, explained and marked.

use crate::rows::RowSet;
use crate::text::*;
use blendscope_engine::{Budget, Counts, Row};
use blendscope_query::{Condition, Leaf, Predicate, PredicateField, Query, TextField, marks};
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use std::sync::Arc;
use tempfile::TempDir;

/// Some predicates to ask for.
const PREDICATES: [PredicateField; 2] =
    [PredicateField { name: "turns", is_number: true }, PredicateField { name: "lang", is_number: false }];

/// Samples of one instruction and one response each.
fn index_of(samples: &[(&str, &str)]) -> (TempDir, SearchView) {
    let dir = TempDir::new().unwrap();
    let index = TextIndex::open_or_create(dir.path(), Arc::new(|| Ok(()))).unwrap();
    let mut writer = index.writer().unwrap();
    for (ordinal, (human, gpt)) in (0..).zip(samples) {
        let texts = [(TextField::Human, *human), (TextField::Gpt, *gpt)];
        writer.add(Row::new(1, ordinal), Row::new(1, 0), &texts).unwrap();
    }
    writer.commit("test").unwrap();
    writer.finish_merges(&|| false).unwrap();
    let view = index.view().unwrap();
    (dir, view)
}

/// `turns:n` holds for the first n samples, every other predicate for the second.
fn predicates(predicate: &Predicate) -> Arc<RowSet> {
    let ordinals: Vec<u32> = match predicate.condition {
        Condition::Range(from, _) => (0..from as u32).collect(),
        Condition::Is(_) => vec![1],
    };
    Arc::new(RowSet::new([(1, ordinals.into_iter().collect())]))
}

/// The samples found, best first.
fn found(view: &SearchView, query: &str) -> Vec<u32> {
    let budget = Budget::unlimited();
    let expanded = view.expand(Query::parse(query, false, &PREDICATES), &budget).unwrap();
    let prepared = view.prepare(&expanded, None, None, &predicates, &budget).unwrap();
    let hits = prepared.best(10, None, &|row| Some(row.0)).unwrap();
    assert_eq!(prepared.count_by_generation().values().sum::<u64>(), hits.len() as u64, "{query}");
    hits.iter().map(|hit| Row(hit.position).ordinal()).collect()
}

fn sorted(view: &SearchView, query: &str) -> Vec<u32> {
    let mut rows = found(view, query);
    rows.sort_unstable();
    rows
}

#[test]
fn every_operator_finds_what_it_says() {
    let (_dir, view) = index_of(&[
        ("What is on the hill?", "A red barn and two white horses."),
        ("Where is the horse?", "In the red barn, on the hill."),
        ("Was ist das?", "Ein Hund im Café"),
        ("何がいますか？", "東京に白い犬がいます 🐕"),
    ]);
    for (query, expected) in [
        ("horse", vec![0, 1]),
        ("\"horse\"", vec![1]),
        ("horse -hill", vec![]),
        ("horses OR hunde", vec![0, 1, 2]),
        ("-(horse OR hund)", vec![3]),
        ("hor*", vec![0, 1]),
        ("\"red ba*\"", vec![0, 1]),
        ("\"on the*\" where", vec![1]),
        ("horze~", vec![1]),
        ("cafe", vec![2]),
        ("\"cafe\"", vec![]),
        ("red NEAR/2 horse", vec![]),
        ("red NEAR/4 horse", vec![0]),
        ("hill NEAR/1 on", vec![0, 1]),
        ("\"red barn\" NEAR/1 hill", vec![]),
        ("\"red barn\" NEAR/2 hill", vec![1]),
        ("human:horse", vec![1]),
        ("human:the gpt:horse", vec![0]),
        ("\"is on the hill\"", vec![0]),
        ("\"in the\"", vec![1]),
        ("犬", vec![3]),
        ("白い犬", vec![3]),
        ("白犬", vec![]),
        ("🐕", vec![3]),
        ("turns:3 horse", vec![0, 1]),
        ("turns:1 OR hund", vec![0, 2]),
        ("horse -turns:1", vec![1]),
        ("lang:de OR 犬", vec![1, 3]),
        ("!!!", vec![]),
    ] {
        assert_eq!(sorted(&view, query), expected, "{query}");
    }
}

#[test]
fn phrases_and_near_stay_within_a_turn() {
    let dir = TempDir::new().unwrap();
    let index = TextIndex::open_or_create(dir.path(), Arc::new(|| Ok(()))).unwrap();
    let mut writer = index.writer().unwrap();
    let texts = ["a white horse", "barn in the hills"].map(|text| (TextField::Gpt, text));
    writer.add(Row::new(1, 0), Row::new(1, 0), &texts).unwrap();
    writer.commit("test").unwrap();
    let view = index.view().unwrap();
    assert_eq!(found(&view, "horse barn"), [0]);
    assert!(found(&view, "\"horse barn\"").is_empty());
    assert!(found(&view, "horse NEAR/15 barn").is_empty());
    assert_eq!(found(&view, "barn NEAR/15 hills"), [0]);
}

#[test]
fn the_word_as_typed_comes_before_its_forms() {
    let (_dir, view) = index_of(&[("q", "old dogs play"), ("q", "my dog plays"), ("q", "our dogs play")]);
    assert_eq!(found(&view, "dog")[0], 1);
    assert_eq!(found(&view, "dogs")[2], 1);
    assert_eq!(found(&view, "dog my")[0], 1);
}

#[test]
fn a_clause_tells_its_forms_and_what_may_have_been_meant() {
    let (_dir, view) = index_of(&[("q", "two dogs and a dog"), ("q", "more dogs"), ("q", "a giraffe")]);
    let told = |query: &str| {
        let budget = Budget::unlimited();
        let expanded = view.expand(Query::parse(query, false, &PREDICATES), &budget).unwrap();
        let (leaf, _) = expanded.query().leaves()[0];
        let Leaf::Clause(clause) = leaf else { panic!("{leaf:?}") };
        let count = view.meaning(&expanded, clause, &budget).unwrap().count;
        let suggestions = view.suggestions(&expanded, clause, &mut 1, &budget).unwrap();
        (count, view.meaning(&expanded, clause, &budget).unwrap(), suggestions)
    };
    let (count, meaning, _) = told("dog");
    assert_eq!(count, 2);
    assert_eq!(meaning.forms, [("dogs".to_owned(), 2), ("dog".to_owned(), 1)]);
    assert_eq!(told("do*").1.forms_count, 2);
    assert_eq!(told("girafe").2, ["giraffe"]);
    assert_eq!(told("\"a girafe\"").2, ["giraffe"]);
    assert_eq!(told("dgo").2, ["dog"]);
    assert!(told("犬").2.is_empty());
}

/// The text with its marks in brackets.
fn marked(view: &SearchView, text: &str, query: &str) -> String {
    let budget = Budget::unlimited();
    let expanded = view.expand(Query::parse(query, false, &PREDICATES), &budget).unwrap();
    let turns = [Turn { role: Role::Gpt, text: text.to_owned() }];
    let mut shown = String::new();
    let mut at = 0;
    let letters: Vec<char> = text.chars().collect();
    for [begin, end] in marks(&turns, &expanded).into_iter().flat_map(|(_, spans)| spans) {
        shown.extend(&letters[at..begin]);
        shown.push('[');
        shown.extend(&letters[begin..end]);
        shown.push(']');
        at = end;
    }
    shown.extend(&letters[at..]);
    shown
}

#[test]
fn every_hit_is_marked_where_it_is() {
    let text = "Dogs and a dog: the Dög's bus, 白い犬 🐕 red buses";
    let (_dir, view) = index_of(&[("q", text)]);
    for (query, expected) in [
        ("dog", "[Dogs] and a [dog]: the [Dög]'s bus, 白い犬 🐕 red buses"),
        ("\"dog\"", "Dogs and a [dog]: the Dög's bus, 白い犬 🐕 red buses"),
        ("bu*", "Dogs and a dog: the Dög's [bus], 白い犬 🐕 red [buses]"),
        ("\"red bu*\"", "Dogs and a dog: the Dög's bus, 白い犬 🐕 [red buses]"),
        ("buzes~", "Dogs and a dog: the Dög's bus, 白い犬 🐕 red [buses]"),
        ("い犬 🐕", "Dogs and a dog: the Dög's bus, 白[い犬] [🐕] red buses"),
        ("a NEAR/0 dog", "Dogs and [a] [dog]: the Dög's bus, 白い犬 🐕 red buses"),
        ("bus -dog", "Dogs and a dog: the Dög's [bus], 白い犬 🐕 red [buses]"),
        ("human:dog OR red", "Dogs and a dog: the Dög's bus, 白い犬 🐕 [red] buses"),
    ] {
        assert_eq!(marked(&view, text, query), expected, "{query}");
    }
}

#[test]
fn a_generation_is_taken_out_as_a_whole() {
    let dir = TempDir::new().unwrap();
    let index = TextIndex::open_or_create(dir.path(), Arc::new(|| Ok(()))).unwrap();
    let mut writer = index.writer().unwrap();
    for (generation, rows) in [(1, 3), (2, 2)] {
        for ordinal in 0..rows {
            let row = Row::new(generation, ordinal);
            writer.add(row, Row::new(generation, 0), &[]).unwrap();
        }
    }
    writer.commit("test").unwrap();
    assert_eq!(index.view().unwrap().samples_by_generation(), Counts::from([(1, 3), (2, 2)]));
    writer.remove_generation(1).unwrap();
    writer.commit("test").unwrap();
    assert_eq!(index.view().unwrap().samples_by_generation(), Counts::from([(2, 2)]));
}

/// Texts of a sample that repeat after a while, long ones among them, some with a system prompt.
fn varied(ordinal: u32) -> Vec<(TextField, String)> {
    let words = ["red", "bus", "dog", "dogs", "hill", "the", "buses"];
    let length = 1 + ordinal % 7 + if ordinal.is_multiple_of(5) { ordinal % 60 } else { 0 };
    let text = |step: u32| -> String {
        let word = |at: u32| words[((ordinal * 31 + at * step) % 97 % words.len() as u32) as usize];
        (0..length).map(word).collect::<Vec<_>>().join(" ")
    };
    let mut texts = vec![(TextField::Human, text(3)), (TextField::Gpt, text(5))];
    if ordinal.is_multiple_of(3) {
        texts.insert(0, (TextField::System, text(7)));
    }
    texts
}

/// An index of the same 3,000 samples as ever, after some histories of files that came and went.
fn index_with_history(rewrites: u32) -> (TempDir, SearchView) {
    let dir = TempDir::new().unwrap();
    let index = TextIndex::open_or_create(dir.path(), Arc::new(|| Ok(()))).unwrap();
    let mut writer = index.writer().unwrap();
    for file in 0..10 {
        for round in 0..=rewrites * (file % 3) {
            let first = Row::new(file * 100 + round, 0);
            if round > 0 {
                writer.remove(Row::new(file * 100 + round - 1, 0)).unwrap();
            }
            let is_last = round == rewrites * (file % 3);
            for ordinal in 0..300 {
                // What is rewritten was another text before.
                let text = if is_last { file * 300 + ordinal } else { ordinal * 7 + 1 };
                let texts = varied(text);
                let texts: Vec<_> = texts.iter().map(|(field, text)| (*field, text.as_str())).collect();
                writer.add(Row::new(first.generation(), ordinal), first, &texts).unwrap();
            }
            if file % 2 == 0 {
                writer.commit("test").unwrap();
            }
        }
    }
    writer.commit("test").unwrap();
    writer.finish_merges(&|| false).unwrap();
    let view = index.view().unwrap();
    (dir, view)
}

#[test]
fn counts_and_order_do_not_depend_on_what_was_there_before() {
    let budget = Budget::unlimited();
    let position = |row: Row| Some(u64::from(row.generation() / 100 * 300 + row.ordinal()));
    let answers = |view: &SearchView| -> Vec<String> {
        let queries = [
            "dog",
            "\"dog\"",
            "bus",
            "the",
            "red bus",
            "\"red bus\"",
            "do*",
            "dig~",
            "system:red",
            "buse~",
            "red NEAR/2 hill",
            "\"the d*\"",
            "hill OR bus -dog",
        ];
        let answer = |query: &&str| {
            let expanded = view.expand(Query::parse(query, false, &PREDICATES), &budget).unwrap();
            let told = expanded.query().leaves().into_iter().filter_map(|(leaf, _)| match leaf {
                Leaf::Clause(clause) => Some((
                    view.meaning(&expanded, clause, &budget).unwrap().count,
                    view.meaning(&expanded, clause, &budget).unwrap(),
                )),
                Leaf::Predicate(_) => None,
            });
            let told: Vec<_> = told.collect();
            let prepared = view.prepare(&expanded, None, None, &predicates, &budget).unwrap();
            let few = prepared.best(20, None, &position).unwrap();
            let more = prepared.best(20, few.last().copied(), &position).unwrap();
            let all = prepared.best(3000, None, &position).unwrap();
            assert_eq!([few.as_slice(), &more].concat(), all[..few.len() + more.len()], "{query}");
            format!("{query}: {told:?} {all:?}")
        };
        queries.iter().map(answer).collect()
    };
    let (_dir, fresh) = index_with_history(0);
    let expected = answers(&fresh);
    for rewrites in [1, 3] {
        let (_dir, view) = index_with_history(rewrites);
        for (answer, expected) in answers(&view).iter().zip(&expected) {
            assert!(answer == expected, "after {rewrites} rewrites:\n{answer:.600}\nfresh:\n{expected:.600}");
        }
    }
}

//! Queries and how they are read.

use super::{parser, *};
use proptest::prelude::*;

const LANG: PredicateField = PredicateField { name: "lang", is_number: false };
const TURNS: PredicateField = PredicateField { name: "turns", is_number: true };

/// Some fields to ask about.
const FIELDS: [PredicateField; 9] = [
    LANG,
    TURNS,
    PredicateField { name: "dataset", is_number: false },
    PredicateField { name: "flag", is_number: false },
    PredicateField { name: "words_human", is_number: true },
    PredicateField { name: "width", is_number: true },
    PredicateField { name: "words", is_number: true },
    PredicateField { name: "id", is_number: false },
    PredicateField { name: "image", is_number: false },
];

fn parse(text: &str, typing: bool) -> Query {
    Query::parse(text, typing, &FIELDS)
}

/// A query as it was read, written out.
fn read(text: &str) -> String {
    parse(text, false).to_string()
}

fn notes(text: &str) -> Vec<String> {
    parse(text, false).notes
}

#[test]
fn words_and_phrases() {
    assert_eq!(read("Red  bus"), "red bus");
    assert_eq!(read("\"Red bus\" -dog"), "\"red bus\" -dog");
    assert_eq!(read("\"bus\""), "\"bus\"");
    assert_eq!(read("d'une"), "\"d une\"");
    assert_eq!(read("-\"a b\""), "-\"a b\"");
    assert_eq!(read("- 42"), "42");
    assert_eq!(read("ＡＢＣ １２"), "abc 12");
    assert_eq!(read("„red bus“"), "\"red bus\"");
    assert_eq!(read("a AND b && c"), "a b c");
}

#[test]
fn cjk_is_exact_and_covered_by_pairs() {
    let terms = |text: &str| match parse(text, false).root {
        Some(Node::Clause(Clause { first: Atom::Phrase(phrase), .. })) => phrase.terms,
        root => panic!("{root:?}"),
    };
    assert_eq!(read("犬"), "\"犬\"");
    assert_eq!(read("東京"), "\"東京\"");
    assert_eq!(terms("東京タ"), [(0, "東京".to_owned()), (1, "京タ".to_owned())]);
    assert_eq!(terms("3D写真"), [(0, "3d".to_owned()), (1, "写真".to_owned())]);
    assert_eq!(terms("42歳"), [(0, "42".to_owned()), (1, "歳".to_owned())]);
    assert_eq!(read("東京タワー"), "\"東京タワー\"");
    assert_eq!(read("東京*"), "\"東京\"");
}

#[test]
fn pictographs_are_terms() {
    assert_eq!(read("🐶"), "\"🐶\"");
    assert_eq!(read("❤️"), "\"❤\"");
    assert_eq!(read("dog 🐶*"), "dog \"🐶\"");
    assert!(notes("🐶").is_empty());
}

#[test]
fn alternatives_groups_and_exclusions() {
    assert_eq!(read("red OR bus"), "red OR bus");
    assert_eq!(read("red|bus || car"), "red OR bus OR car");
    assert_eq!(read("a b OR c"), "(a b) OR c");
    assert_eq!(notes("a b OR c").len(), 1);
    assert_eq!(read("a (b OR c)"), "a (b OR c)");
    assert_eq!(read("(a b) OR c"), "(a b) OR c");
    assert!(notes("(a b) OR c").is_empty());
    assert_eq!(read("-(a OR b) c"), "-(a OR b) c");
    assert_eq!(read("a NOT b NOT NOT c"), "a -b c");
    assert_eq!(read("a OR -b"), "a OR -b");
    assert_eq!(read("f(x) (g(x))"), "\"f x\" \"g x\"");
    assert_eq!(read("or not and"), "or not and");
}

#[test]
fn prefixes_and_similar_words() {
    assert_eq!(read("bu* \"red bu*\""), "bu* \"red bu*\"");
    assert_eq!(read("\"bu*\""), "bu*");
    assert_eq!(read("buss~ elephant~ buss~2 elephant~1"), "buss~1 elephant~2 buss~2 elephant~1");
    assert_eq!(read("buss~0"), "\"buss\"");
    for (query, written) in [
        ("dog~", "dog"),
        ("犬犬犬犬~", "\"犬犬犬犬\""),
        ("\"red buss~\"", "\"red buss\""),
        ("buss~3", "buss~2"),
        ("r*d", "\"r d\""),
    ] {
        assert_eq!(read(query), written);
        assert_eq!(notes(query).len(), 1, "{query}");
    }
}

#[test]
fn near() {
    assert_eq!(read("red NEAR/5 bus"), "red NEAR/5 bus");
    assert_eq!(read("red NEAR \"big bus\" NEAR/0 dog*"), "red NEAR/10 \"big bus\" NEAR/0 dog*");
    assert_eq!(read("human:red NEAR/2 human:bus"), "human:red NEAR/2 human:bus");
    assert_eq!(read("human:(red NEAR/2 bus)"), "human:red NEAR/2 human:bus");
    assert_eq!(read("-red NEAR/2 bus dog"), "-(red NEAR/2 bus) dog");
    for (query, written) in [
        ("red NEAR/99 bus", "red NEAR/15 bus"),
        ("NEAR/5 bus", "bus"),
        ("red NEAR/5", "red"),
        ("red NEAR/5 (a OR b)", "red (a OR b)"),
        ("red NEAR/5 turns:3", "red turns:3"),
        ("human:red NEAR/5 gpt:bus", "human:red gpt:bus"),
        ("red NEAR/5 -bus", "red -bus"),
    ] {
        assert_eq!(read(query), written);
        assert_eq!(notes(query).len(), 1, "{query}");
    }
}

#[test]
fn fields_and_predicates() {
    assert_eq!(
        read("human:Red gpt:\"big bus\" extra:(a OR b)"),
        "human:red gpt:\"big bus\" (extra:a OR extra:b)"
    );
    assert_eq!(read("lang:de OR -flag:empty_answer"), "lang:\"de\" OR -flag:\"empty_answer\"");
    assert_eq!(read("dataset:(a OR b) id:\"x y\""), "(dataset:\"a\" OR dataset:\"b\") id:\"x y\"");
    for (query, written) in [
        ("turns:>3", "turns:4.."),
        ("turns:>=3", "turns:3.."),
        ("turns:<3", "turns:0..2"),
        ("turns:<=3", "turns:0..3"),
        ("turns:=3", "turns:3"),
        ("words:10..50", "words:10..50"),
        ("WORDS_HUMAN:..5", "words_human:0..5"),
        ("width:640..", "width:640.."),
        ("image:coco/train2017/1.jpg", "image:\"coco/train2017/1.jpg\""),
    ] {
        assert_eq!(read(query), written);
        assert!(notes(query).is_empty(), "{query}");
    }
    for (query, written) in [
        ("foo:bar", "\"foo bar\""),
        ("turns:many", "\"turns many\""),
        ("human: bus", "human bus"),
        ("turns:..", "turns"),
    ] {
        assert_eq!(read(query), written);
        assert_eq!(notes(query).len(), 1, "{query}");
    }
    assert!(notes("10:30 https://example.org").is_empty());
}

#[test]
fn broken_queries_are_read_as_words() {
    for (query, written) in [
        ("\"red bus", "red bus"),
        ("(red bus", "red bus"),
        ("red) bus", "red bus"),
        ("red OR", "red"),
        ("OR red", "red"),
        ("red NOT", "red"),
        ("red -", "red"),
        ("!!! red", "red"),
    ] {
        assert_eq!(read(query), written);
        assert_eq!(notes(query).len(), 1, "{query}");
    }
    let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
    assert!(!notes(&deep).is_empty());
}

#[test]
fn nothing_to_look_for() {
    assert!(parse("", false).is_everything());
    assert!(parse("  ", false).is_everything());
    for query in ["!!!", "\"\"", "()", "-", "OR", "\"!\" ("] {
        assert!(parse(query, false).is_void, "{query}");
    }
}

#[test]
fn limits_are_noted() {
    let long = parse(&"a.".repeat(1000), false);
    assert!(
        matches!(long.root, Some(Node::Clause(Clause { first: Atom::Phrase(phrase), .. })) if phrase.terms.len() == parser::TERMS_MAX)
    );
    assert_eq!(long.notes.len(), 1);
    let many = parse(&"word ".repeat(1000), false);
    assert_eq!((many.leaves().len(), many.notes.len()), (64, 1));
}

#[test]
fn only_the_last_word_goes_on_while_typing() {
    let typing = |text: &str| parse(text, true).to_string();
    assert_eq!(typing("red bus"), "red bus*");
    assert_eq!(typing("red bu"), "red bu");
    assert_eq!(typing("bus "), "bus");
    assert_eq!(typing("\"bus\""), "\"bus\"");
    assert_eq!(typing("bus !!!"), "bus");
    assert_eq!(typing("東京"), "\"東京\"");
    assert_eq!(typing("a -gpt:bus"), "a -gpt:bus*");
}

#[test]
fn parts_can_be_left_out() {
    let query = parse("red (a OR b) turns:3", false);
    assert_eq!(query.parts().len(), 3);
    assert_eq!(query.without(1).to_string(), "red turns:3");
    assert!(parse("red", false).without(0).is_everything());
}

fn word() -> impl Strategy<Value = String> {
    "[a-zé0-9_]{1,9}"
}

fn atom() -> impl Strategy<Value = Atom> {
    let terms = prop::collection::vec(word(), 2..4);
    prop_oneof![
        word().prop_map(Atom::Word),
        prop_oneof![word(), Just("犬".to_owned()), Just("東京".to_owned())].prop_map(Atom::Exact),
        word().prop_map(Atom::Prefix),
        ("[a-z]{4,9}", 1..=2_u8).prop_map(|(word, edits)| Atom::Fuzzy(word, edits)),
        (terms, any::<bool>())
            .prop_map(|(terms, goes_on)| Atom::Phrase(Phrase { terms: (0..).zip(terms).collect(), goes_on })),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let scope =
        prop::sample::select(vec![Scope::Turns, Scope::Human, Scope::Gpt, Scope::System, Scope::Extra]);
    let near = prop::collection::vec((0..=15_u32, atom()), 0..2);
    let clause = (scope, atom(), near)
        .prop_map(|(scope, first, near)| Node::Clause(Clause { text: String::new(), scope, first, near }));
    let predicate = prop_oneof![
        (0..9_u64, 0..9_u64)
            .prop_map(|(from, to)| Predicate { field: TURNS, condition: Condition::Range(from, to) }),
        "[a-z]{1,5}".prop_map(|value| Predicate { field: LANG, condition: Condition::Is(value) }),
    ];
    let leaf = prop_oneof![4 => clause, 1 => predicate.prop_map(Node::Predicate)];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let not = inner.clone().prop_map(|node| match node {
            Node::Not(node) => *node,
            node => Node::Not(Box::new(node)),
        });
        let parts = prop::collection::vec(inner, 2..4);
        prop_oneof![
            not,
            parts.clone().prop_map(|nodes| Node::all_of(parser::flat(nodes)).expect("two parts")),
            parts.prop_map(Node::Or),
        ]
    })
}

proptest! {
    #[test]
    fn no_query_is_an_error(text in ".*", typing: bool) {
        let query = parse(&text, typing);
        prop_assert_eq!(query.is_everything(), text.trim().is_empty());
        prop_assert!(query.leaves().len() <= 64);
    }

    #[test]
    fn what_is_written_out_reads_the_same_again(text in "([a-c犬東é\"()|*~: -]|OR |NOT |NEAR/3 |human:|turns:>){0,30}") {
        let query = parse(&text, false);
        prop_assume!(!query.is_void);
        prop_assert_eq!(read(&query.to_string()), query.to_string());
    }

    #[test]
    fn every_tree_survives_being_written_out(node in node()) {
        let query = Query { root: Some(node), ..Query::default() };
        prop_assume!(query.leaves().len() <= 64);
        let again = parse(&query.to_string(), false);
        prop_assert_eq!(again.to_string(), query.to_string());
        prop_assert_eq!(again.notes.iter().filter(|note| !note.contains("read as `(a b) OR c`")).count(), 0);
    }
}

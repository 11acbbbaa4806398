use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn texts(instruction: &str) -> BTreeSet<String> {
    let mut clean = String::new();
    add_instruction(instruction, &mut clean);
    let mut found = BTreeSet::new();
    pieces(&clean, &mut |piece| {
        found.insert(piece.to_text());
    });
    found
}

fn set(expected: &[&str]) -> BTreeSet<String> {
    expected.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn lines_and_sentences_are_pieces() {
    let question = "Is bigfoot in the picture?";
    let (first, second) = ("You are provided with an image.", "Answer the question based on it.");
    let both = format!("{first} {second}");
    let whole = format!("{both}\n\n{question}");
    assert_eq!(texts(&format!("<image>\n{whole}")), set(&[&whole, &both, first, second, question]));
}

#[test]
fn place_holders_are_no_text() {
    for written in
        ["<image>\nWhat is this?", "What is this?\n<image>", "<image><image> What is <image>this?<image>"]
    {
        assert_eq!(texts(written), set(&["What is this?"]), "{written}");
    }
    assert_eq!(texts("<image>"), set(&[]));
}

#[test]
fn sentences_end_where_people_end_them() {
    assert_eq!(
        texts("这张照片里有什么？请简要描述一下。"),
        set(&["这张照片里有什么？请简要描述一下。", "这张照片里有什么？", "请简要描述一下。"])
    );
    for one in [
        "Is the U.S. flag shown here?",
        "Choose one of A. rabbit B. meadow grasses C. deer",
        "Is it taller than 3.5 m. or not",
        "Who wrote this book?",
        "Which of them, e.g. the left one, is red?",
    ] {
        assert_eq!(texts(one), set(&[one]));
    }
    let quoted = "Who said \"what a day!\" Tell me the name.";
    assert_eq!(texts(quoted), set(&[quoted, "Who said \"what a day!\"", "Tell me the name."]));
}

#[test]
fn what_stands_before_a_colon_is_a_piece_that_goes_on() {
    let caption = "Reference OCR token: M, A, X";
    assert_eq!(texts(caption), set(&[caption, "Reference OCR token: …"]));
    assert_eq!(texts("Translate this into French:"), set(&["Translate this into French:"]));
    assert_eq!(
        texts("请把这句话翻译成英文：你好"),
        set(&["请把这句话翻译成英文：你好", "请把这句话翻译成英文： …"])
    );
    assert_eq!(texts("Did they meet at 12:30 there?"), set(&["Did they meet at 12:30 there?"]));
}

#[test]
fn trivialities_and_options_are_none() {
    for text in [
        "Yes.",
        "the dog",
        "[0.32, 0.8, 0.59, 1.0]",
        "是的",
        "A. Both are caused by cooling.",
        "(2) on the left side",
        "",
    ] {
        assert_eq!(texts(text), set(&[]), "{text}");
    }
    assert_eq!(texts("这是什么？"), set(&["这是什么？"]));
    assert_eq!(texts("What is it?\nA. the left one\nB. the right one").len(), 2, "whole and question");
}

#[test]
fn long_texts_are_only_cut() {
    let long = "Tell me more. ".repeat(1000);
    assert_eq!(texts(&long), set(&["Tell me more."]));
}

proptest! {
    #[test]
    fn whatever_is_written_can_be_cut_and_pieces_have_their_pieces(
        written in "([a-c. :?!。：\n\"犬]|<image>){0,60}"
    ) {
        let mut clean = String::new();
        add_instruction(&written, &mut clean);
        let mut all = BTreeSet::new();
        pieces(&clean, &mut |piece| {
 all.insert(piece);
 });
        for piece in &all {
            prop_assert!(clean.contains(piece.text));
            prop_assert_eq!(piece.text.trim(), piece.text);
            if !piece.goes_on {
                pieces(piece.text, &mut |inner| assert!(all.contains(&inner), "{inner:?} of {piece:?}"));
            }
        }
    }
}

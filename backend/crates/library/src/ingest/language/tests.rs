use super::*;

/// A code and a line a line: captions as data sets have them.
const LINES: &str = include_str!("lines.txt");

fn code(text: &str) -> String {
    detect(std::iter::once(text)).code()
}

#[test]
fn captions_are_told_apart() {
    let wrong: Vec<_> = LINES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(wanted, text)| (wanted, code(text), text))
        .filter(|(wanted, found, _)| wanted != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_language_has_five_lines() {
    let wanted = "en de fr es it pt nl pl cs sv da no fi tr ru uk bg sr el he ar fa ur hi mr ne bn ta th ko ja zh vi id";
    for wanted in wanted.split(' ') {
        let count = LINES.lines().filter(|line| line.starts_with(&format!("{wanted}\t"))).count();
        assert!(count >= 5, "{wanted}: {count}");
    }
}

#[test]
fn what_is_too_short_or_shared_is_not_guessed() {
    for text in [
        "",
        "yes",
        "12 34",
        "Hallo",
        "собака",
        "سلام",
        "α",
        "東京",
        "Barack Obama Angela Merkel Emmanuel Macron",
    ] {
        assert_eq!(code(text), "und", "{text}");
    }
    for (wanted, text) in
        [("el", "καλημέρα"), ("ko", "안녕"), ("ja", "ねこ"), ("he", "שלום"), ("th", "แมว"), ("zh", "这是狗")]
    {
        assert_eq!(code(text), wanted, "{text}");
    }
}

#[test]
fn code_addresses_and_tags_do_not_decide() {
    for text in [
        "for i in range(10): print(i) if x is not None else foo(bar)",
        "https://example.com/the/image/is/in/this/page.html",
        "<image> <image> <image> <image> <image> <image>",
        "[0.32, 0.8, 0.59, 1.0]",
        "```python\nimport os\nfor name in os.listdir(where): print(name) # this is the end of the loop\n```",
    ] {
        assert_eq!(code(text), "und", "{text}");
    }
    let german = "Hier ist der Code:\n```python\nfor i in x:\n  print('the end of the loop is in this line')\n```\nSo wird er benutzt.";
    assert_eq!(code(german), "de");
    assert_eq!(code("请看 https://example.com/the/image/is/in/this/page.html 这张图片"), "zh");
    assert_eq!(code("<image>\nОпишите, пожалуйста, это изображение."), "ru");
}

#[test]
fn accents_of_their_own_are_read_as_well() {
    assert_eq!(code("Un homme a\u{300} la fene\u{302}tre regarde la rue\u{301} et\u{301}e"), "fr");
    assert_eq!(code("Mу\u{306}ж"), "und");
}

#[test]
fn the_answer_counts_beside_a_long_instruction() {
    let instruction = "Describe the image. ".repeat(40);
    let texts = [
        instruction.as_str(),
        "公園のベンチに座っている男性と犬が、赤い傘を持った女性を見ています。後ろには古い建物があります。",
    ];
    assert_eq!(detect(texts.into_iter()).code(), "ja");
}

#[test]
fn long_texts_without_blanks_are_cut() {
    assert_eq!(code(&"犬がいます".repeat(100_000)), "ja");
    assert_eq!(code(&"a".repeat(1_000_000)), "und");
}

#[test]
fn codes_round_trip() {
    for code in ["en", "ku"] {
        assert_eq!(Language::from_code(code).code(), code);
    }
    assert_eq!(Language::UNDECIDED.code(), "und");
}

//! Samples that are hard to show well: markup, right-to-left text, code, formulas, emoji, great length.

use super::Prose;
use crate::rng::Rng;

/// Question and answer of the n-th hard sample; `None` when there are no more of them.
pub(crate) fn special(number: u64, rng: &mut Rng) -> Option<(String, String)> {
    let pair = |ask: &str, answer: &str| Some((ask.to_owned(), answer.to_owned()));
    match number {
        0 => pair(
            "Show me what a cross-site scripting attempt looks like, <b>as plain text</b>.",
            "A harmless example is `<script>alert(\"captions are text\")</script>` or <img src=x onerror=\"alert(1)\">. A page that shows it as written is safe; a page on which a window pops up is not. &lt;script&gt; is the escaped form.",
        ),
        1 => pair(
            "Translate \"The red boat is on the lake\" into Hebrew, Arabic and Persian.",
            "Hebrew: הסירה האדומה נמצאת על האגם.\nArabic: القارب الأحمر على البحيرة.\nPersian: قایق قرمز روی دریاچه است.\nAll three are written from right to left, while numbers such as 42 run from left to right.",
        ),
        2 => pair("How do I count words in a file with Python and with Rust?", CODE),
        3 => pair("What is the normal distribution? Please give the formula and its mean.", FORMULA),
        4 => pair(
            "Describe a day at the beach using emoji. 🏖️",
            "☀️ 08:00 wake up 🥐☕ → 🚲 ride to the sea 🌊 → 🏖️ 👨‍👩‍👧‍👦 build a castle 🏰 → 🍉🍦 → ⛵ watch boats → 🌅 sunset → 🌙😴. Flags: 🇯🇵 🇫🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿. Skin tones: 👋🏻 👋🏽 👋🏿. 楽しい一日でした！",
        ),
        5 => Some((
            "Write a very long story about a lighthouse keeper, without any headings.".to_owned(),
            story(rng),
        )),
        6 => pair(
            "Which languages do you speak? Answer with one sentence in each.",
            "English: The sun is rising. Deutsch: Die Straße heißt „Große Gasse“. Français : L’été, c’est déjà fini ! Español: ¿Dónde está el niño? Čeština: Příliš žluťoučký kůň. Ελληνικά: Η θάλασσα είναι μπλε. Русский: Снег идёт. 中文：湖上有三条红色的船。 日本語：東京タワーの写真を撮りました。 한국어: 안녕하세요, 반갑습니다. ไทย: สวัสดีครับ Türkçe: İstanbul ve Iğdır. Tiếng Việt: Trời hôm nay đẹp.",
        ),
        _ => None,
    }
}

const CODE: &str = "# Counting words\n\nHere are **two** short programs.\n\n1. In *Python*:\n\n```python\nfrom pathlib import Path\n\ntext = Path(\"notes.txt\").read_text(encoding=\"utf-8\")\nprint(len(text.split()))\n```\n\n2. In *Rust*:\n\n```rust\nfn main() -> std::io::Result<()> {\n    let text = std::fs::read_to_string(\"notes.txt\")?;\n    println!(\"{}\", text.split_whitespace().count());\n    Ok(())\n}\n```\n\n| language | lines |\n|---|---:|\n| Python | 3 |\n| Rust | 5 |\n\n> Both split at white space, so `don't` counts as one word.\n\n- [x] works on UTF-8\n- [ ] counts Japanese words, which are not separated by blanks";

const FORMULA: &str = "The normal distribution has the density\n\n$$f(x) = \\frac{1}{\\sigma\\sqrt{2\\pi}} \\exp\\left(-\\frac{(x-\\mu)^2}{2\\sigma^2}\\right).$$\n\nIts mean is $E[X] = \\mu$ and its variance is $\\operatorname{Var}(X) = \\sigma^2$. About $68\\%$ of the values lie within $\\mu \\pm \\sigma$, and for $n$ independent draws the mean $\\bar{x} = \\frac{1}{n}\\sum_{i=1}^{n} x_i$ has the standard error $\\sigma/\\sqrt{n}$.";

/// About 6,000 words.
fn story(rng: &mut Rng) -> String {
    let prose = Prose::new();
    let mut text = String::from("There was once a keeper who counted every boat that passed.");
    for _ in 0..60 {
        text += "\n\n";
        text += &prose.words(rng, 100);
    }
    text
}

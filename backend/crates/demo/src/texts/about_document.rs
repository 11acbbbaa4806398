//! Texts about pages.

use super::Question;
use super::english::{list, number, with_article};
use crate::document::{Cover, Document, Letter, Receipt, money};
use crate::rng::Rng;

/// One sentence.
pub(super) fn caption(document: &Document, rng: &mut Rng) -> String {
    match document {
        Document::Receipt(page) => format!("receipt of {} over {}", page.shop, money(page.total())),
        Document::Letter(page) => format!("a letter from {} about \"{}\"", page.sender, page.subject),
        Document::Cover(page) => {
            let start = rng.pick(&["book cover of", "the cover of the book", "front cover of"]);
            format!("{start} \"{}\" by {}", page.title, page.author)
        }
        Document::Kana(lines) => format!("a page with {} lines of Japanese text", number(lines.len())),
    }
}

/// A few sentences.
pub(super) fn paragraph(document: &Document, rng: &mut Rng) -> String {
    match document {
        Document::Receipt(page) => receipt_paragraph(page),
        Document::Letter(page) => format!(
            "This is a short letter dated {}. {} writes to {} about \"{}\". The body reads: \"{}\" The letter closes \
             with kind regards and the sender's name.",
            page.date,
            page.sender,
            page.recipient,
            page.subject,
            page.lines.join(" ")
        ),
        Document::Cover(page) => format!(
            "The image shows the cover of a book on {} ground. The title, \"{}\", is set in large letters at the \
             top, the genre \"{}\" stands below it, and the name of the author, {}, is at the bottom. {}",
            with_article(page.hue.name()),
            page.title,
            page.genre,
            page.author,
            rng.pick(&["The design uses few plain shapes.", "A simple ornament fills the middle."])
        ),
        Document::Kana(lines) => format!(
            "A sheet of lined paper carries {} lines of Japanese: {}",
            number(lines.len()),
            lines.join(" / ")
        ),
    }
}

fn receipt_paragraph(page: &Receipt) -> String {
    let items: Vec<String> = page
        .items
        .iter()
        .map(|(name, price)| format!("{} for {}", name.to_lowercase(), money(*price)))
        .collect();
    format!(
        "The image shows the printed receipt no. {} of {}, dated {} at {}. It lists {} items: {}. The total comes to {}.",
        page.number,
        page.shop,
        page.date,
        page.time,
        number(page.items.len()),
        list(&items),
        money(page.total())
    )
}

/// Everything one can ask about a page.
pub(super) fn questions(document: &Document) -> Vec<Question> {
    match document {
        Document::Receipt(page) => receipt(page),
        Document::Letter(page) => letter(page),
        Document::Cover(page) => cover(page),
        Document::Kana(lines) => vec![Question::new(
            "How many lines of text are on the page?",
            lines.len().to_string(),
            format!("There are {} lines of text on the page.", number(lines.len())),
            vec![],
        )],
    }
}

fn receipt(page: &Receipt) -> Vec<Question> {
    let dearest = page.dearest();
    let mut questions = vec![
        Question::new(
            "What is the name of the shop?",
            &page.shop,
            format!("The receipt is from {}.", page.shop),
            vec![],
        ),
        Question::new(
            "What is the total amount?",
            money(page.total()),
            format!("The total amount is {}.", money(page.total())),
            vec![],
        ),
        Question::new(
            "What is the date on the receipt?",
            &page.date,
            format!("The receipt is dated {}.", page.date),
            vec![],
        ),
        Question::new(
            "At what time was the purchase made?",
            &page.time,
            format!("The purchase was made at {}.", page.time),
            vec![],
        ),
        Question::new(
            "What is the receipt number?",
            page.number.to_string(),
            format!("The receipt number is {}.", page.number),
            vec![],
        ),
        Question::new(
            "How many items were bought?",
            page.items.len().to_string(),
            format!("{} items were bought.", page.items.len()),
            vec![],
        ),
        Question::new(
            "Which item is the most expensive?",
            dearest.0,
            format!("The most expensive item is {} at {}.", dearest.0, money(dearest.1)),
            vec![],
        ),
    ];
    for (name, price) in &page.items {
        let wrong = page.items.iter().filter(|item| item.1 != *price).map(|item| money(item.1)).collect();
        let long = format!("{name} costs {}.", money(*price));
        questions.push(Question::new(
            format!("What is the price of \"{name}\"?"),
            money(*price),
            long,
            wrong,
        ));
    }
    questions
}

fn letter(page: &Letter) -> Vec<Question> {
    vec![
        Question::new(
            "Who wrote the letter?",
            &page.sender,
            format!("The letter was written by {}.", page.sender),
            vec![page.recipient.clone()],
        ),
        Question::new(
            "To whom is the letter addressed?",
            &page.recipient,
            format!("It is addressed to {}.", page.recipient),
            vec![page.sender.clone()],
        ),
        Question::new(
            "What is the letter about?",
            page.subject,
            format!("The subject is \"{}\".", page.subject),
            vec![],
        ),
        Question::new(
            "What is the date of the letter?",
            &page.date,
            format!("The letter is dated {}.", page.date),
            vec![],
        ),
    ]
}

fn cover(page: &Cover) -> Vec<Question> {
    let is = |genre: &str| {
        (if page.genre == genre { "Yes" } else { "No" }, if page.genre == genre { "is" } else { "is not" })
    };
    let (answer, verb) = is("Travel");
    vec![
        Question::new(
            "Who is the author of this book?",
            &page.author,
            format!("The author of this book is {}.", page.author),
            vec![],
        ),
        Question::new(
            "What is the title of this book?",
            &page.title,
            format!("The title of this book is \"{}\".", page.title),
            vec![],
        ),
        Question::new(
            "What type of book is this?",
            page.genre,
            format!("This is a book of the genre \"{}\".", page.genre),
            vec![],
        ),
        Question::new(
            "Is this a travel book?",
            answer,
            format!("{answer}, this {verb} a travel book."),
            vec![],
        ),
        Question::new(
            "What is the main color of the cover?",
            page.hue.name(),
            format!("The cover is mainly {}.", page.hue.name()),
            vec![],
        ),
    ]
}

/// A Japanese description.
pub(super) fn japanese(document: &Document) -> String {
    match document {
        Document::Receipt(page) => {
            format!(
                "{}のレシートです。日付は{}、品物は{}点で、合計は{}です。",
                page.shop,
                page.date,
                page.items.len(),
                money(page.total())
            )
        }
        Document::Letter(page) => {
            format!("{}から{}への手紙です。日付は{}です。", page.sender, page.recipient, page.date)
        }
        Document::Cover(page) => format!("「{}」という本の表紙です。著者は{}です。", page.title, page.author),
        Document::Kana(lines) => lines.join("\n"),
    }
}

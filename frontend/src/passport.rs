//! All that is said about one picture, put in order: who says it, which texts answer the same question, and which of
//! them stand side by side in two languages.

use blendscope_shared::{
    image_page::{ImageSamples, Saying, SayingKind},
    paths,
    search::SearchHit,
};

/// Languages that come first, whatever the data has most of.
const FIRST: [&str; 2] = ["en", "ja"];

/// A text about the picture, with what is to be known of its sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The text and what was asked.
    pub saying: Saying,
    /// Slug of the dataset.
    pub dataset: String,
    /// Address of the turn on the page of its sample.
    pub url: String,
    /// Position of the sample in its dataset, from 0.
    pub ordinal: u64,
    /// Language of the sample.
    pub lang: String,
    /// Where in its sample it stands: the number that the id ends in, turns of the sample, turn. Translations of one
    /// conversation agree in it.
    place: Option<(String, u64, u64)>,
}

/// A question with the texts that answer it.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// As it is asked, with the language; more than one where it was translated.
    pub asked: Vec<(String, String)>,
    /// What is answered.
    pub answers: Vec<Said>,
}

impl Said {
    fn new(saying: Saying, hit: &SearchHit) -> Self {
        let id = hit.id.as_deref().unwrap_or_default();
        let digits = id.len() - id.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let number = (digits > 0).then(|| id[id.len() - digits..].to_owned());
        Self {
            place: number.map(|number| (number, hit.turn_count, saying.turn)),
            url: format!("{}#turn-{}", paths::sample_page(&hit.dataset, &hit.key), saying.turn + 1),
            dataset: hit.dataset.clone(),
            ordinal: hit.ordinal,
            lang: hit.lang.clone(),
            saying,
        }
    }

    /// Characters of the text.
    pub fn characters(&self) -> u64 {
        self.saying.text.chars().count() as u64
    }

    /// Words of the text, as trainers count them.
    pub fn words(&self) -> u64 {
        self.saying.text.split_whitespace().count() as u64
    }

    /// Who says it: the model where it is known, else the dataset.
    pub fn who(&self) -> (Option<&str>, &str) {
        match &self.saying.author {
            Some(author) => (Some(author), ""),
            None => (None, &self.dataset),
        }
    }
}

/// The texts of a page of samples.
pub fn texts(samples: &mut ImageSamples) -> Vec<Said> {
    let said = std::mem::take(&mut samples.said);
    let with_hit = |saying: Saying| Some(Said::new(saying.clone(), samples.items.get(saying.sample)?));
    said.into_iter().filter_map(with_hit).collect()
}

/// The texts of one kind.
pub fn of_kind(said: &[Said], kind: SayingKind) -> Vec<Said> {
    said.iter().filter(|said| said.saying.kind == kind).cloned().collect()
}

/// The languages of texts: English and Japanese first, then as they come.
pub fn languages(said: &[Said]) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for lang in FIRST.into_iter().chain(said.iter().map(|said| said.lang.as_str())) {
        if languages.iter().all(|known| known != lang) && said.iter().any(|said| said.lang == lang) {
            languages.push(lang.to_owned());
        }
    }
    languages
}

/// Puts answers to the same question together; a question and its translation too, where nothing else stands at the
/// same place of a conversation.
pub fn questions(said: Vec<Said>) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for answer in said {
        let asked = (answer.lang.clone(), answer.saying.question.clone());
        match questions.iter_mut().find(|question| question.asked[0] == asked) {
            Some(question) => question.answers.push(answer),
            None => questions.push(Question { asked: vec![asked], answers: vec![answer] }),
        }
    }
    let mut merged: Vec<Question> = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        let original = merged.iter_mut().find(|original| is_translation(&questions, original, number));
        match original {
            Some(original) => {
                original.asked.extend(question.asked.iter().cloned());
                original.answers.extend(question.answers.iter().cloned());
            }
            None => merged.push(question.clone()),
        }
    }
    merged
}

/// Whether a question is another one in another language: they share a place in a conversation, at which no third
/// question of these languages stands.
fn is_translation(all: &[Question], original: &Question, number: usize) -> bool {
    let question = &all[number];
    let lang = &question.asked[0].0;
    let places = |question: &Question| -> Vec<_> {
        question.answers.iter().filter_map(|answer| answer.place.clone()).collect()
    };
    if original.asked.iter().any(|(known, _)| known == lang) {
        return false;
    }
    let shared: Vec<_> =
        places(question).into_iter().filter(|place| places(original).contains(place)).collect();
    let is_alone = |place: &(String, u64, u64)| {
        let there = all.iter().filter(|other| places(other).contains(place));
        there.filter(|other| other.asked[0].0 == *lang || other.asked[0].0 == original.asked[0].0).count()
            == 2
    };
    !shared.is_empty() && shared.iter().all(is_alone)
}

/// Puts texts of two languages in pairs, those by the same author first; what has no counterpart is the rest.
pub fn side_by_side(said: Vec<Said>) -> (Vec<[Said; 2]>, Vec<Said>) {
    let languages = languages(&said);
    let [first, second, ..] = languages.as_slice() else { return (Vec::new(), said) };
    let (left, others): (Vec<_>, Vec<_>) = said.into_iter().partition(|said| said.lang == *first);
    let (mut right, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|said| said.lang == *second);
    let (mut pairs, mut rest) = (Vec::new(), Vec::new());
    for said in left {
        let place = right.iter().position(|other| other.saying.author == said.saying.author).unwrap_or(0);
        if right.is_empty() {
            rest.push(said);
        } else {
            pairs.push([said, right.remove(place)]);
        }
    }
    rest.extend(right);
    rest.extend(others);
    (pairs, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lang: &str, question: &str, author: Option<&str>, place: (&str, u64)) -> Said {
        let author = author.map(str::to_owned);
        let saying = Saying { question: question.to_owned(), author, ..Saying::default() };
        let place = Some((place.0.to_owned(), 2, place.1));
        Said { saying, lang: lang.to_owned(), place, ..Said::default() }
    }

    #[test]
    fn a_question_and_its_translation_are_one() {
        let together = questions(vec![
            said("en", "What is it?", None, ("51", 1)),
            said("en", "Describe it.", None, ("52", 1)),
            said("ja", "これは何ですか？", None, ("51", 1)),
            said("ja", "これは何ですか？", Some("Bard"), ("51", 1)),
        ]);
        assert_eq!(together.len(), 2);
        assert_eq!((together[0].asked.len(), together[0].answers.len()), (2, 3));
    }

    #[test]
    fn questions_that_could_be_either_stay_apart() {
        let apart = questions(vec![
            said("en", "What is it?", None, ("51", 1)),
            said("en", "Where is it?", None, ("51", 1)),
            said("ja", "これは何ですか？", None, ("51", 1)),
        ]);
        assert_eq!(apart.len(), 3);
    }

    #[test]
    fn the_same_author_stands_beside_itself() {
        let (pairs, rest) = side_by_side(vec![
            said("ja", "", Some("Bard"), ("1", 1)),
            said("ja", "", Some("GPT-4"), ("1", 1)),
            said("en", "", Some("GPT-4"), ("1", 1)),
        ]);
        assert_eq!((pairs.len(), rest.len()), (1, 1));
        assert_eq!(pairs[0].each_ref().map(|said| said.lang.as_str()), ["en", "ja"]);
        assert_eq!(pairs[0][1].saying.author.as_deref(), Some("GPT-4"));
    }

    #[test]
    fn what_is_in_one_language_has_no_counterpart() {
        let (pairs, rest) =
            side_by_side(vec![said("ja", "", None, ("1", 1)), said("ja", "", None, ("2", 1))]);
        assert_eq!((pairs.len(), rest.len()), (0, 2));
    }
}

//! Searches to begin with, made from the data: for the two most frequent languages the thing that most samples speak of,
//! and the instruction that most of them repeat.

use crate::ask::answers::Asked;
use crate::{Library, LibraryError};
use blendscope_engine::Budget;
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::overview::{Example, Examples};
use blendscope_shared::paths;
use blendscope_shared::search::{SearchHit, SearchParams, Sort};
use std::collections::{BTreeMap, BTreeSet};

/// Samples of a language that are read for the words in them.
const READ: u32 = 120;
/// Languages with a search of their own.
const LANGUAGES: usize = 2;
/// Samples that are looked at for pictures of a search, and how many it has.
const LOOKED_AT: u32 = 40;
const IMAGES: usize = 4;
/// The seed of what is drawn: the same root shows the same.
const SEED: u64 = 7;
/// Words behind `a` that name no thing.
const NO_THINGS: [&str; 40] = [
    "man's",
    "few",
    "lot",
    "large",
    "small",
    "little",
    "young",
    "single",
    "variety",
    "group",
    "pair",
    "couple",
    "number",
    "black",
    "white",
    "red",
    "blue",
    "green",
    "brown",
    "yellow",
    "close",
    "different",
    "new",
    "big",
    "long",
    "short",
    "person",
    "very",
    "good",
    "great",
    "beautiful",
    "wooden",
    "bright",
    "simple",
    "well",
    "certain",
    "part",
    "piece",
    "set",
    "person's",
];
/// Words of Chinese characters that speak of the picture or of speaking, not of a thing in it.
const NO_THINGS_JA: [&str; 20] = [
    "画像", "写真", "説明", "質問", "表示", "可能", "一般", "場合", "必要", "以下", "詳細", "存在", "配置",
    "全体", "背景", "中央", "様子", "人々", "印象", "提供",
];

impl Library {
    /// Searches that find something worth a look.
    pub fn examples(&self, budget: &Budget) -> Result<Examples, LibraryError> {
        let current = self.current();
        let is_lasting = || current.is_final() && budget.incomplete().is_none();
        let found = current.answer_if(Asked::Examples, is_lasting, || self.find_examples(budget))?;
        Ok(Examples::clone(&found))
    }

    fn find_examples(&self, budget: &Budget) -> Result<Examples, LibraryError> {
        let facets = self.facets(&SearchParams::default(), budget)?.facets;
        let languages = facets.get("lang").into_iter().flatten();
        let languages = languages.filter(|value| value.count > 0 && value.value != "und").take(LANGUAGES);
        let mut items = Vec::new();
        for language in languages {
            if let Some(word) = self.thing(&language.value, budget)? {
                let params = SearchParams { q: word.clone(), ..SearchParams::default() };
                items.extend(self.example(word, &language.value, params, budget)?);
            }
        }
        if let Some(template) = self.templates(&[], 0, 1)?.items.pop() {
            let mut params = SearchParams::default();
            params.choose("template", vec![template.id]);
            items.extend(self.example(format!("“{}”", template.text), "und", params, budget)?);
        }
        Ok(Examples { items, next: None })
    }

    /// The thing that most samples of a language speak of.
    fn thing(&self, lang: &str, budget: &Budget) -> Result<Option<String>, LibraryError> {
        let mut params = SearchParams {
            sort: Some(Sort::Random),
            seed: SEED,
            limit: Some(READ),
            ..SearchParams::default()
        };
        params.choose("lang", vec![lang.to_owned()]);
        let hits = self.search(&params, budget)?.items;
        let texts = hits.iter().filter_map(|hit| hit.answer.as_deref());
        Ok(most_frequent(texts.map(|text| things(lang, text))))
    }

    /// A search with its count and pictures; nothing when it finds nothing.
    fn example(
        &self,
        title: String,
        lang: &str,
        params: SearchParams,
        budget: &Budget,
    ) -> Result<Option<Example>, LibraryError> {
        let mut drawn =
            SearchParams { sort: Some(Sort::Random), seed: SEED, limit: Some(LOOKED_AT), ..params.clone() };
        let count = self.search(&SearchParams { limit: Some(1), ..params.clone() }, budget)?.total.count;
        drawn.choose("image_status", vec!["present".to_owned()]);
        let images = pictures(self.search(&drawn, budget)?.items);
        let url = paths::search_page(&params);
        Ok((count > 0).then(|| Example { title, lang: lang.to_owned(), count, url, images }))
    }
}

/// The first picture of each sample, each picture once.
fn pictures(hits: Vec<SearchHit>) -> Vec<ImageView> {
    let mut images: Vec<ImageView> = Vec::new();
    for image in hits.into_iter().filter_map(|hit| hit.images.into_iter().next()) {
        let is_shown = image.status == ImageStatus::Present && !image.thumbnail.is_empty();
        if is_shown && images.len() < IMAGES && images.iter().all(|known| known.key != image.key) {
            images.push(image);
        }
    }
    images
}

/// The words of a text that are likely to name things: in English those behind `a` and `an`, in Japanese and Chinese
/// two Chinese characters between others, else long words.
fn things(lang: &str, text: &str) -> BTreeSet<String> {
    match lang {
        "en" => {
            let words: Vec<String> = text
                .split(|letter: char| !letter.is_alphabetic())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            let behind = words.windows(2).filter(|pair| matches!(pair[0].as_str(), "a" | "an"));
            let things = behind.map(|pair| pair[1].clone());
            things.filter(|word| word.len() >= 3 && !NO_THINGS.contains(&word.as_str())).collect()
        }
        "ja" | "zh" => {
            let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
            // In Japanese a particle behind them says that they stand for a thing.
            let is_noun = |rest: &str| {
                lang == "zh" || rest.starts_with(['が', 'の', 'を', 'に', 'は', 'で', 'と', 'や'])
            };
            let runs = text.split(|letter: char| !is_han(letter)).filter(|run| run.chars().count() == 2);
            let rest_of = |run: &str| &text[run.as_ptr() as usize - text.as_ptr() as usize + run.len()..];
            let things = runs.filter(|run| is_noun(rest_of(run)) && !NO_THINGS_JA.contains(run));
            things.map(str::to_owned).collect()
        }
        _ => {
            let words = text.split(|letter: char| !letter.is_alphabetic()).map(str::to_lowercase);
            words.filter(|word| word.chars().count() >= 6).collect()
        }
    }
}

/// What most of the texts have; the first by name of equally frequent ones.
fn most_frequent(texts: impl Iterator<Item = BTreeSet<String>>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in texts.flatten() {
        *counts.entry(word).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_named_behind_an_article() {
        let found = things("en", "A bus drives past a large dog and an Umbrella.");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["bus", "umbrella"]);
        let found = things("ja", "写真には電車が写っています。駅前の電車。");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["電車", "駅前"]);
    }

    #[test]
    fn what_most_texts_have_is_chosen_and_the_first_of_equals() {
        let texts = [["bus", "dog"], ["bus", "cat"]].map(|words| words.map(str::to_owned).into());
        assert_eq!(most_frequent(texts.into_iter()).as_deref(), Some("bus"));
        assert_eq!(most_frequent([["b", "a"].map(str::to_owned).into()].into_iter()).as_deref(), Some("a"));
        assert_eq!(most_frequent(std::iter::empty()), None);
    }
}

//! What a pasted text is the name of: the id of samples, a picture by its path in any spelling or its key, the key of a
//! sample.

use crate::api;
use blendscope_shared::{
    paths,
    search::{SearchHit, SearchParams},
};

/// Longer texts are no names.
const LONGEST: usize = 400;
/// Folders before the name of a file that a key may have.
const FOLDERS: usize = 3;

/// Something with that name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    /// What it is, in words.
    pub(crate) what: String,
    /// In how many samples.
    pub(crate) count: u64,
    /// Where they are listed.
    pub(crate) url: String,
    /// One of them.
    pub(crate) example: SearchHit,
}

/// Looks for everything that a text may be the name of.
pub(crate) async fn find(text: &str, sources: &[String]) -> Vec<Found> {
    let name = text.trim().trim_matches('"');
    if name.is_empty()
        || name.len() > LONGEST
        || name.contains(char::is_whitespace) && !name.contains(['/', '.'])
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let questions = [
        ("id", vec![bare(name).to_owned()], "The id"),
        ("image", image_keys(name, sources), "A picture"),
        ("key", sample_key(name).into_iter().collect(), "The key of a sample"),
    ];
    for (filter, values, what) in questions {
        if values.is_empty() {
            continue;
        }
        let params = SearchParams {
            filters: [(filter.to_owned(), values)].into(),
            limit: Some(1),
            ..SearchParams::default()
        };
        let Ok(answer) = api::search(&params, None).await else { continue };
        let Some(example) = answer.items.into_iter().next() else { continue };
        let picture =
            example.images.iter().map(|image| &image.key).find(|key| params.filters[filter].contains(key));
        let (what, url) = match picture {
            Some(key) => (format!("The picture {key}"), paths::image_page(key)),
            None => (
                format!("{what} {}", bare(name)),
                paths::search_page(&SearchParams { limit: None, ..params }),
            ),
        };
        found.push(Found { what, count: answer.total.count, url, example });
    }
    found
}

/// A value without the field of a query before it: `id:7`, `image:coco/7`.
fn bare(name: &str) -> &str {
    ["id:", "image:", "key:"]
        .iter()
        .find_map(|field| name.strip_prefix(field))
        .unwrap_or(name)
        .trim_matches('"')
}

/// The keys that a picture may have whose path ends so: of every image source the name alone and with the folders before
/// it, as it is written and without its ending.
fn image_keys(name: &str, sources: &[String]) -> Vec<String> {
    let path = bare(name).replace('\\', "/");
    let path = path.trim_start_matches("file://").trim_start_matches("./").trim_matches('/');
    let stem = match path.rsplit_once('.') {
        Some((stem, ending)) if (1..=5).contains(&ending.len()) && !ending.contains('/') => stem,
        _ => path,
    };
    let mut keys = vec![path.to_owned(), stem.to_owned()];
    for form in [path, stem] {
        let folders: Vec<&str> = form.split('/').collect();
        for begin in folders.len().saturating_sub(FOLDERS)..folders.len() {
            let name = folders[begin..].join("/");
            keys.extend(sources.iter().map(|source| format!("{source}/{name}")));
            // COCO's file names of 2014 have their set before the number.
            if let Some((_, number)) = name.rsplit_once('_').filter(|(_, number)| number.len() == 12) {
                keys.extend(sources.iter().map(|source| format!("{source}/{number}")));
            }
        }
    }
    keys.retain(|key| key.contains('/'));
    keys.sort();
    keys.dedup();
    keys
}

/// The key in a text that is one, or that ends with one as links do.
fn sample_key(name: &str) -> Option<String> {
    let last = bare(name).rsplit('/').next()?.split(['?', '#']).next()?;
    let key = last.split('~').next()?;
    let is_base32 = |letter: u8| letter.is_ascii_digit() || letter.is_ascii_uppercase();
    (key.len() == 13 && key.bytes().all(is_base32)).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_picture_leads_to_its_key() {
        let sources = ["coco".to_owned(), "llava_pretrain".to_owned()];
        let wanted = "coco/000000006395".to_owned();
        for text in [
            "000000006395.jpg",
            "000000006395",
            "coco/train2017/000000006395.jpg",
            "coco/000000006395",
            "image:coco/000000006395",
            "/data/playground/coco/train2014/COCO_train2014_000000006395.jpg",
            "coco\\train2017\\000000006395.jpg",
        ] {
            assert!(image_keys(text, &sources).contains(&wanted), "{text}");
        }
        let nested = image_keys("llava/llava_pretrain/images/00011/000114116.jpg", &sources);
        assert!(nested.contains(&"llava_pretrain/00011/000114116".to_owned()));
    }

    #[test]
    fn a_sample_key_is_known_by_its_form() {
        assert_eq!(sample_key("http://h/s/mmc4-core/1NZ9TT5VEWVFP?q=x").as_deref(), Some("1NZ9TT5VEWVFP"));
        assert_eq!(sample_key("1NZ9TT5VEWVFP~2").as_deref(), Some("1NZ9TT5VEWVFP~2"));
        assert_eq!(sample_key("umbrella"), None);
    }
}

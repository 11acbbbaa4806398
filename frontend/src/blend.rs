//! The pieces of a blend bar, and the colour of a dataset.

/// Colours that can be told apart, also by colour-blind eyes: `.tone-0` to `.tone-7` in `style/tokens.css`.
const TONES: u32 = 8;
/// Patterns laid over the colours, which tell the members of a family apart without colour too: `.weave-0` to
/// `.weave-3`.
const WEAVES: u32 = 4;
/// The colour of each known family of datasets, by how slugs begin: tone and weave. The first that fits counts.
const FAMILIES: [(&str, u32, u32); 42] = [
    ("blip-laion-cc-sbu-558k-add-path", 0, 1),
    ("blip-laion-cc-sbu-558k", 0, 0),
    ("llava-pretrain-558k-ja", 5, 3),
    ("llava-cc3m-pretrain", 0, 2),
    ("mg-llava-pretrain", 0, 3),
    ("llava-v1.5-mix665k", 1, 0),
    ("llava-v1.5-subset-358k", 1, 1),
    ("llava-v1.5-instruct-620k-ja", 5, 2),
    ("llava-instruct-150k-ja", 5, 1),
    ("llava-instruct-ja-156k", 5, 0),
    ("japanese-photos-conv", 5, 2),
    ("ja-vg-vqa", 5, 3),
    ("llava-instruct-150k", 1, 2),
    ("llava-instruct-80k", 1, 3),
    ("llava-next-738k", 1, 1),
    ("llava-next-779k", 1, 2),
    ("open-llava-next", 1, 3),
    ("mg-llava-sft", 1, 2),
    ("llava-complex-reasoning", 3, 1),
    ("llava-conversation", 3, 2),
    ("llava-detail", 3, 3),
    ("llava-bench", 2, 3),
    ("sharegpt4v-pt", 3, 1),
    ("sharegpt4v-cap100k", 3, 0),
    ("sharegpt4v-mix665k", 3, 2),
    ("share-textvqa", 3, 3),
    ("allava-caption-laion", 2, 0),
    ("allava-caption-vflan", 2, 1),
    ("allava-instruct-laion", 2, 2),
    ("allava-instruct-vflan", 2, 3),
    ("evol-instruct", 6, 3),
    ("vision-flan", 6, 2),
    ("synthdog-en", 0, 2),
    ("synthdog-ja-parquet", 0, 3),
    ("synthdog-ja", 0, 1),
    ("llm-jp-mm-pair-step0", 4, 0),
    ("llm-jp-mm-pair-step1", 4, 1),
    ("llm-jp-mm-interleaved", 4, 2),
    ("coyo", 6, 0),
    ("mmc4-core-texts", 7, 1),
    ("mmc4", 7, 0),
    ("text-flan", 7, 3),
];
/// The smallest share that gets a piece of its own in the bar; what is smaller is drawn together as "others".
const SMALLEST_PIECE: f64 = 0.006;

/// One dataset's part of a set of samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// Slug of the dataset.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// How many of whatever is counted.
    pub count: u64,
    /// Part of the whole, 0 to 1.
    pub share: f64,
    /// Share here divided by the share in all data, if there is something to compare with.
    pub lift: Option<f64>,
    /// Style classes of its colour.
    pub swatch: String,
}

/// Style classes of a dataset's colour and pattern: the same in every root. Unknown ones get one by their name.
pub fn swatch(slug: &str) -> String {
    let known = FAMILIES.iter().find(|(beginning, ..)| slug.starts_with(beginning));
    let (tone, weave) = known.map_or_else(
        || {
            let hash = hash(slug);
            (hash % TONES, hash / TONES % WEAVES)
        },
        |(_, tone, weave)| (*tone, *weave),
    );
    format!("tone tone-{tone} weave-{weave}")
}

/// FNV-1a, which every version of this page computes alike.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// How a share differs from the share in everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tendency {
    /// Clearly more.
    More,
    /// Clearly less.
    Less,
    /// About the same.
    AsUsual,
}

/// What a lift means: within 15 % of 1 it is as usual.
pub fn tendency(lift: f64) -> Tendency {
    match lift {
        lift if lift > 1.15 => Tendency::More,
        lift if lift < 0.85 => Tendency::Less,
        _ => Tendency::AsUsual,
    }
}

/// Turns counts into shares, largest first, leaving out nothing but zeros.
pub fn shares(mut parts: Vec<Share>) -> Vec<Share> {
    let whole: u64 = parts.iter().map(|part| part.count).sum();
    parts.retain(|part| part.count > 0);
    for part in &mut parts {
        part.share = part.count as f64 / whole as f64;
    }
    largest_first(parts, |part| part.count)
}

/// Sorts by a count, the largest first; equal ones stay in their order. Meant for dozens: a general sort would only
/// make the module larger.
pub fn largest_first<T>(items: impl IntoIterator<Item = T>, count: impl Fn(&T) -> u64) -> Vec<T> {
    let mut sorted: Vec<T> = Vec::new();
    for item in items {
        let place = sorted.partition_point(|other| count(other) >= count(&item));
        sorted.insert(place, item);
    }
    sorted
}

/// How many of the shares (largest first) are drawn on their own; the rest is "others". A single small share needs no
/// grouping.
pub fn drawn_alone(shares: &[Share]) -> usize {
    let large = shares.iter().take_while(|part| part.share >= SMALLEST_PIECE).count();
    if shares.len() - large <= 1 { shares.len() } else { large }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(slug: &str, count: u64) -> Share {
        Share { slug: slug.to_owned(), count, ..Share::default() }
    }

    #[test]
    fn shares_add_up_and_are_sorted() {
        let parts = shares(vec![part("a", 1), part("none", 0), part("b", 3)]);
        assert_eq!(parts.iter().map(|part| part.slug.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(shares(vec![part("none", 0)]), []);
    }

    #[test]
    fn equal_counts_keep_their_order() {
        let sorted = largest_first([("a", 1), ("b", 2), ("c", 1), ("d", 2)], |item| item.1);
        assert_eq!(sorted, [("b", 2), ("d", 2), ("a", 1), ("c", 1)]);
    }

    #[test]
    fn small_parts_are_drawn_together_but_a_single_one_alone() {
        let many = shares(vec![part("a", 1_000), part("b", 1), part("c", 1)]);
        assert_eq!(drawn_alone(&many), 1);
        let one = shares(vec![part("a", 1_000), part("b", 1)]);
        assert_eq!(drawn_alone(&one), 2);
    }

    #[test]
    fn a_dataset_has_its_colour_in_every_root() {
        assert_eq!(swatch("llava-v1.5-mix665k"), "tone tone-1 weave-0");
        assert_eq!(swatch("blip-laion-cc-sbu-558k"), "tone tone-0 weave-0");
        assert_eq!(swatch("my-own-set"), swatch("my-own-set"));
        assert_ne!(swatch("allava-caption-vflan-4v"), swatch("allava-caption-laion-4v"));
    }

    #[test]
    fn a_small_difference_is_none() {
        assert_eq!(
            [1.1, 0.9, 2.9, 0.5].map(tendency),
            [Tendency::AsUsual, Tendency::AsUsual, Tendency::More, Tendency::Less]
        );
    }
}

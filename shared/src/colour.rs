//! The colour of a dataset: the same on every page, in every figure and in every root.

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

/// The number of a dataset's colour, and that of the pattern over it. Unknown ones get one by their name.
pub fn of(slug: &str) -> (u32, u32) {
    let known = FAMILIES.iter().find(|(beginning, ..)| slug.starts_with(beginning));
    known.map_or_else(
        || {
            let hash = hash(slug);
            (hash % TONES, hash / TONES % WEAVES)
        },
        |(_, tone, weave)| (*tone, *weave),
    )
}

/// FNV-1a, which every version of this page computes alike.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

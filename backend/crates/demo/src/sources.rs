//! Image sources of the demo root: how many pictures each has, how they are named, what they show.

use super::picture::{Picture, Subject};
use super::rng::Rng;
use super::words::say;

macro_rules! sources {
    ($($source:ident $name:literal $share:literal $subject:ident;)+) => {
        /// A family of pictures with one naming.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Source { $($source),+ }

        impl Source {
            /// Every source.
            pub(super) const ALL: &[Self] = &[$(Self::$source),+];

            /// Name of its stream of random numbers, how many pictures with files it has in a root of a thousand
            /// samples, and what they show.
            fn facts(self) -> (&'static str, u64, Subject) {
                match self { $(Self::$source => ($name, $share, Subject::$subject)),+ }
            }
        }
    };
}

// Name, pictures with files per thousand samples, what they show; those without files are inside pickles and tables.
sources! {
    Coco "coco" 90 Everyday;
    Gqa "gqa" 28 Everyday;
    Vg "vg" 42 Everyday;
    OcrVqa "ocr_vqa" 28 Cover;
    TextVqa "textvqa" 22 Lettering;
    Pretrain "llava_pretrain" 100 Web;
    Sam "sam" 28 Landscape;
    Wikiart "wikiart" 8 Landscape;
    Laion "allava_laion" 38 Web;
    DocVqa "docvqa" 28 Receipt;
    Dvqa "dvqa" 32 Chart;
    SynthdogJa "synthdog-ja" 16 Kana;
    Lab "lab_notes" 8 Landscape;
    AltPairJa "alt_pair_ja" 16 Everyday;
    ShareTextVqa "share_textvqa" 8 Lettering;
    Vflan "vflan" 14 Web;
    Coyo "coyo" 0 Web;
    AltPairsJa "alt_pairs_ja" 0 Everyday;
    Mmc4 "mmc4" 0 Landscape;
    InterleavedJa "interleaved_ja" 0 Everyday;
    WebShards "web_shards" 0 Web;
}

/// A picture of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) source: Source,
    pub(super) number: u64,
}

impl Shown {
    /// What it shows.
    pub(super) fn picture(self, seed: u64) -> Picture {
        self.source.picture(seed, self.number)
    }

    /// Its path below the root.
    pub(super) fn path(self) -> String {
        self.source.path(self.number)
    }

    /// The archive that its file is in, by its path below the root; `None` for a file in a folder. SAM comes in archives, of
    /// which people unpack some.
    pub(super) fn archive(self) -> Option<&'static str> {
        match self.source {
            Source::ShareTextVqa => Some(WEB_ARCHIVE),
            Source::Sam if self.number.is_multiple_of(2) && self.number < 2 * MOST_IN_ARCHIVE => {
                Some(SAM_ARCHIVE)
            }
            _ => None,
        }
    }

    /// The path of its second copy, of which `LLaVA-Pretrain` has a few.
    pub(super) fn copy(self) -> Option<String> {
        let is_copied = self.source == Source::Pretrain && self.number < COPIES;
        is_copied.then(|| self.path().replace("llava/llava_pretrain/", "LLaVA-Pretrain/"))
    }

    /// What is wrong with its file. Every forty-third of some sources is missing, a few early ones are broken.
    pub(super) fn fate(self) -> Fate {
        use Source::{AltPairJa, Coco, OcrVqa, Pretrain, Sam, Vg};
        match (self.source, self.number) {
            (Coco | Pretrain, 5) => Fate::Truncated,
            (Vg | Sam, 3) => Fate::Empty,
            (OcrVqa, 4) | (Pretrain, 6) => Fate::Gif,
            (OcrVqa, 7) => Fate::WebPage,
            (Coco | Pretrain | Vg | OcrVqa | Sam | AltPairJa, n) if n % 43 == 2 => Fate::Missing,
            _ => Fate::Whole,
        }
    }
}

/// The archive with pictures from the web, whose paths begin at the data folder.
pub(super) const WEB_ARCHIVE: &str = "share_textvqa/images.zip";
/// The archive with pictures of SAM, each with its masks.
pub(super) const SAM_ARCHIVE: &str = "sam/images/000000.tar";
/// Archives are made in memory, so that they stay small.
const MOST_IN_ARCHIVE: u64 = 128;
/// Pictures that are there twice.
const COPIES: u64 = 8;

/// What is wrong with a picture, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Whole,
    /// The file is not there.
    Missing,
    /// The file has no bytes.
    Empty,
    /// The file ends too early.
    Truncated,
    /// The file is a web page that says that the picture is gone.
    WebPage,
    /// The file is a GIF, whatever its name says; it can be shown.
    Gif,
}

impl Source {
    /// Pictures of this source that have files, missing ones included, in a root of so many samples.
    pub(super) fn pictures(self, samples: u64) -> u64 {
        let most = if self == Self::ShareTextVqa { MOST_IN_ARCHIVE } else { u64::MAX };
        match self.facts().1 {
            0 => 0,
            per_thousand => (samples * per_thousand / 1000).clamp(8, most),
        }
    }

    /// Every picture that has a file of its own, or should have one.
    pub(super) fn of_files(samples: u64) -> impl Iterator<Item = Shown> {
        let numbers = move |source: Self| (0..source.pictures(samples)).map(move |number| (source, number));
        Self::ALL.iter().copied().flat_map(numbers).map(|(source, number)| Shown { source, number })
    }

    /// Description of a picture.
    pub(super) fn picture(self, seed: u64, number: u64) -> Picture {
        let (stream, _, subject) = self.facts();
        Picture::random(subject, &mut Rng::new(seed, stream, number))
    }

    /// Path of a picture below the root; of one that is in no file, the name that documents and tables give it.
    pub(super) fn path(self, number: u64) -> String {
        let n = number;
        let scatter = Rng::new(0, self.facts().0, n).next();
        match self {
            Self::Coco => format!("coco/train2017/{:012}.jpg", 9 + n * 289 + scatter % 280),
            Self::Gqa => format!("gqa/images/{}.jpg", 2_315_000 + n * 11 + scatter % 10),
            Self::Vg if n.is_multiple_of(2) => format!("vg/VG_100K/{}.jpg", 2_320_000 + n * 7 + scatter % 6),
            Self::Vg => format!("vg/VG_100K_2/{}.jpg", 2_320_000 + n * 7 + scatter % 6),
            Self::OcrVqa => format!("ocr_vqa/images/{}.jpg", isbn(14_003_000 + n * 97 + scatter % 90)),
            Self::TextVqa => format!("textvqa/train_images/{scatter:016x}.jpg"),
            Self::Pretrain => {
                let id = 1_234 + n * 433 + scatter % 430;
                format!("llava/llava_pretrain/images/{:05}/{id:09}.jpg", id / 10_000)
            }
            Self::Sam => format!("sam/images/sa_{}.jpg", 1_000 + n * 13 + scatter % 12),
            Self::Wikiart => format!(
                "wikiart/images/{}-{}.jpg",
                say(&mut Rng::new(0, "painting", n), "painting name"),
                n + 1
            ),
            Self::Laion => format!("allava_laion/images/{}.jpeg", 100_200_000 + n * 37 + scatter % 36),
            Self::DocVqa => {
                format!("docvqa/images/{}{:04}_{}.png", letters(scatter), n % 10_000, n / 10_000 + 1)
            }
            Self::Dvqa => format!("dvqa/images/bar_train_{:08}.png", n * 17 + scatter % 16),
            Self::SynthdogJa => format!("synthdog-ja/image/{:03}/{:05}.jpg", n / 1_200, n % 1_200),
            Self::Lab => format!("lab_notes/pictures/cam{}_{:05}.png", n % 3 + 1, n),
            Self::AltPairJa => {
                format!("alt_pair_ja/image_step0/{:09}.jpg", 20_000_000 + n * 613 + scatter % 610)
            }
            Self::ShareTextVqa => format!("share_textvqa/images/{scatter:016x}.jpg"),
            Self::Vflan => {
                let (task, extension) = (task(n), if n % 5 == 4 { "png" } else { "jpg" });
                format!("vflan/images_191task_1k/{task}_{n}_{:08x}.{extension}", scatter >> 32)
            }
            Self::Coyo | Self::AltPairsJa | Self::Mmc4 | Self::InterleavedJa | Self::WebShards => {
                format!("{:012x}.jpg", scatter >> 16)
            }
        }
    }
}

/// An ISBN-10 with its check digit.
fn isbn(nine_digits: u64) -> String {
    let digits = format!("{nine_digits:09}");
    let sum: u64 = digits.bytes().zip(1..).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    match sum % 11 {
        10 => format!("{digits}X"),
        check => format!("{digits}{check}"),
    }
}

/// Four letters.
fn letters(scatter: u64) -> String {
    (0..4_u32).map(|place| char::from(b'a' + (scatter / 26_u64.pow(place) % 26) as u8)).collect()
}

/// Name of a task of Vision-FLAN, as its pictures' names begin; some have a plus sign.
fn task(number: u64) -> &'static str {
    const TASKS: [&str; 3] =
        ["VQA-E+visual_question_answering", "VQAv2+visual_question_answering", "OK-VQA+short_answer"];
    TASKS[(number % TASKS.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn isbn_check_digits_are_right() {
        assert_eq!(isbn(30_640_615), "0306406152");
        assert_eq!(isbn(140_031_996), "140031996X");
    }

    #[test]
    fn no_two_pictures_share_a_path() {
        let mut seen = HashSet::new();
        for source in Source::ALL {
            assert!((0..20_000).all(|number| seen.insert(source.path(number))), "{source:?}");
        }
    }

    #[test]
    fn a_copy_has_the_name_of_the_first_one() {
        let shown = |source, number| Shown { source, number };
        let (path, copy) = (Source::Pretrain.path(3), shown(Source::Pretrain, 3).copy().unwrap());
        assert_eq!(path.strip_prefix("llava/llava_pretrain/"), copy.strip_prefix("LLaVA-Pretrain/"));
        assert_eq!((shown(Source::Pretrain, COPIES).copy(), shown(Source::Coco, 0).copy()), (None, None));
    }
}

//! Image sources of the demo root: how many pictures each has, how they are named, what they show.

mod names;

use super::picture::{Picture, Subject};
use super::rng::Rng;
use names::{artist_and_title, isbn, letters, task};

/// A family of pictures with one naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Coco,
    Gqa,
    Vg,
    OcrVqa,
    TextVqa,
    Pretrain,
    Sam,
    Wikiart,
    Laion,
    DocVqa,
    Dvqa,
    SynthdogJa,
    Lab,
    AltPairJa,
    ShareTextVqa,
    Vflan,
    /// Pictures inside COYO's pickles; like those that follow, they are in no file of their own.
    Coyo,
    AltPairsJa,
    Mmc4,
    InterleavedJa,
    WebShards,
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

    /// What is wrong with its file.
    pub(super) fn fate(self) -> Fate {
        self.source.fate(self.number)
    }

    /// The archive that its file is in, by its path below the root; `None` for a file in a folder.
    pub(super) fn archive(self) -> Option<&'static str> {
        self.source.archive(self.number)
    }

    /// The path of its copy, if it has one.
    pub(super) fn copy(self) -> Option<String> {
        self.source.copy(self.number)
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
    /// Every source whose pictures are files, be it in an archive.
    pub(super) const OF_FILES: [Self; 16] = [
        Self::Coco,
        Self::Gqa,
        Self::Vg,
        Self::OcrVqa,
        Self::TextVqa,
        Self::Pretrain,
        Self::Sam,
        Self::Wikiart,
        Self::Laion,
        Self::DocVqa,
        Self::Dvqa,
        Self::SynthdogJa,
        Self::Lab,
        Self::AltPairJa,
        Self::ShareTextVqa,
        Self::Vflan,
    ];

    /// Pictures of this source that have files, missing ones included, in a root of so many samples.
    pub(super) fn pictures(self, samples: u64) -> u64 {
        let per_thousand = match self {
            Self::Coco => 90,
            Self::Pretrain => 100,
            Self::Vg => 42,
            Self::Laion => 38,
            Self::Dvqa => 32,
            Self::OcrVqa | Self::Sam | Self::DocVqa | Self::Gqa => 28,
            Self::TextVqa => 22,
            Self::SynthdogJa | Self::AltPairJa => 16,
            Self::Vflan => 14,
            Self::Wikiart | Self::Lab | Self::ShareTextVqa => 8,
            Self::Coyo | Self::AltPairsJa | Self::Mmc4 | Self::InterleavedJa | Self::WebShards => return 0,
        };
        let most = if self == Self::ShareTextVqa { MOST_IN_ARCHIVE } else { u64::MAX };
        (samples * per_thousand / 1000).clamp(8, most)
    }

    /// Every picture that has a file of its own, or should have one.
    pub(super) fn of_files(samples: u64) -> impl Iterator<Item = Shown> {
        let numbers = move |source: Self| (0..source.pictures(samples)).map(move |number| (source, number));
        Self::OF_FILES.into_iter().flat_map(numbers).map(|(source, number)| Shown { source, number })
    }

    /// What its pictures show.
    fn subject(self) -> Subject {
        match self {
            Self::Coco | Self::Gqa | Self::Vg | Self::AltPairJa | Self::AltPairsJa | Self::InterleavedJa => {
                Subject::Everyday
            }
            Self::Pretrain | Self::Laion | Self::Vflan | Self::Coyo | Self::WebShards => Subject::Web,
            Self::Sam | Self::Wikiart | Self::Lab | Self::Mmc4 => Subject::Landscape,
            Self::TextVqa | Self::ShareTextVqa => Subject::Lettering,
            Self::OcrVqa => Subject::Cover,
            Self::DocVqa => Subject::Paper,
            Self::Dvqa => Subject::Chart,
            Self::SynthdogJa => Subject::Kana,
        }
    }

    /// Description of a picture.
    pub(super) fn picture(self, seed: u64, number: u64) -> Picture {
        Picture::random(self.subject(), &mut Rng::new(seed, self.name(), number))
    }

    /// Name of its stream of random numbers.
    fn name(self) -> &'static str {
        match self {
            Self::Coco => "coco",
            Self::Gqa => "gqa",
            Self::Vg => "vg",
            Self::OcrVqa => "ocr_vqa",
            Self::TextVqa => "textvqa",
            Self::Pretrain => "llava_pretrain",
            Self::Sam => "sam",
            Self::Wikiart => "wikiart",
            Self::Laion => "allava_laion",
            Self::DocVqa => "docvqa",
            Self::Dvqa => "dvqa",
            Self::SynthdogJa => "synthdog-ja",
            Self::Lab => "lab_notes",
            Self::AltPairJa => "alt_pair_ja",
            Self::ShareTextVqa => "share_textvqa",
            Self::Vflan => "vflan",
            Self::Coyo => "coyo",
            Self::AltPairsJa => "alt_pairs_ja",
            Self::Mmc4 => "mmc4",
            Self::InterleavedJa => "interleaved_ja",
            Self::WebShards => "web_shards",
        }
    }

    /// Path of a picture below the root; of one that is in no file, the name that documents and tables give it.
    pub(super) fn path(self, number: u64) -> String {
        let n = number;
        let scatter = Rng::new(0, self.name(), n).next();
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
            Self::Wikiart => format!("wikiart/images/{}-{}.jpg", artist_and_title(scatter), n + 1),
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

    /// The archive that a picture's file is in. SAM comes in archives, of which people unpack some.
    fn archive(self, number: u64) -> Option<&'static str> {
        match self {
            Self::ShareTextVqa => Some(WEB_ARCHIVE),
            Self::Sam if number.is_multiple_of(2) && number < 2 * MOST_IN_ARCHIVE => Some(SAM_ARCHIVE),
            _ => None,
        }
    }

    /// The path of a second copy of a picture, of which `LLaVA-Pretrain` has a few.
    fn copy(self, number: u64) -> Option<String> {
        let is_copied = self == Self::Pretrain && number < COPIES;
        is_copied.then(|| self.path(number).replace("llava/llava_pretrain/", "LLaVA-Pretrain/"))
    }

    /// What is wrong with a picture. Every forty-third of some sources is missing, a few early ones are broken.
    pub(super) fn fate(self, number: u64) -> Fate {
        match (self, number) {
            (Self::Coco | Self::Pretrain, 5) => Fate::Truncated,
            (Self::Vg | Self::Sam, 3) => Fate::Empty,
            (Self::OcrVqa, 4) | (Self::Pretrain, 6) => Fate::Gif,
            (Self::OcrVqa, 7) => Fate::WebPage,
            (Self::Coco | Self::Pretrain | Self::Vg | Self::OcrVqa | Self::Sam | Self::AltPairJa, n)
                if n % 43 == 2 =>
            {
                Fate::Missing
            }
            _ => Fate::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_pictures_share_a_path() {
        let mut seen = HashSet::new();
        let embedded =
            [Source::Coyo, Source::AltPairsJa, Source::Mmc4, Source::InterleavedJa, Source::WebShards];
        for source in Source::OF_FILES.into_iter().chain(embedded) {
            assert!((0..20_000).all(|number| seen.insert(source.path(number))), "{source:?}");
        }
    }

    #[test]
    fn a_copy_has_the_name_of_the_first_one() {
        let (path, copy) = (Source::Pretrain.path(3), Source::Pretrain.copy(3).unwrap());
        assert_eq!(path.strip_prefix("llava/llava_pretrain/"), copy.strip_prefix("LLaVA-Pretrain/"));
        assert_eq!((Source::Pretrain.copy(COPIES), Source::Coco.copy(0)), (None, None));
    }
}

//! Image sources of the demo root: how many pictures each has, how they are named, what they show.

use super::picture::{Picture, Subject};
use super::rng::Rng;

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
}

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
    /// Every source.
    pub(super) const ALL: [Self; 13] = [
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
    ];

    /// Pictures of this source, missing ones included, in a root of so many samples.
    pub(super) fn pictures(self, samples: u64) -> u64 {
        let per_thousand = match self {
            Self::Coco => 96,
            Self::Pretrain => 110,
            Self::Vg | Self::Laion => 44,
            Self::Dvqa => 36,
            Self::OcrVqa | Self::Sam | Self::DocVqa | Self::Gqa => 30,
            Self::TextVqa | Self::SynthdogJa => 24,
            Self::Wikiart | Self::Lab => 9,
        };
        (samples * per_thousand / 1000).max(8)
    }

    /// What its pictures show.
    fn subject(self) -> Subject {
        match self {
            Self::Coco | Self::Gqa | Self::Vg => Subject::Everyday,
            Self::Pretrain | Self::Laion => Subject::Web,
            Self::Sam | Self::Wikiart | Self::Lab => Subject::Landscape,
            Self::TextVqa => Subject::Lettering,
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
        }
    }

    /// Path of a picture below the root.
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
        }
    }

    /// What is wrong with a picture. Every forty-third of some sources is missing, a few early ones are broken.
    pub(super) fn fate(self, number: u64) -> Fate {
        match (self, number) {
            (Self::Coco | Self::Pretrain, 5) => Fate::Truncated,
            (Self::Vg | Self::Sam, 3) => Fate::Empty,
            (Self::OcrVqa, 4) | (Self::Pretrain, 6) => Fate::Gif,
            (Self::OcrVqa, 7) => Fate::WebPage,
            (Self::Coco | Self::Pretrain | Self::Vg | Self::OcrVqa | Self::Sam, n) if n % 43 == 2 => {
                Fate::Missing
            }
            _ => Fate::Whole,
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

fn artist_and_title(scatter: u64) -> String {
    const ARTISTS: [&str; 6] = [
        "elise-marchetti",
        "j-van-der-linde",
        "tomas-okonkwo",
        "hana-mizushima",
        "r-b-thornfield",
        "lucia-ferreiro",
    ];
    const TITLES: [&str; 6] = [
        "evening-by-the-water",
        "the-long-road",
        "study-in-green",
        "after-the-rain",
        "village-feast",
        "first-snow",
    ];
    format!("{}_{}", ARTISTS[(scatter % 6) as usize], TITLES[(scatter / 6 % 6) as usize])
}

fn letters(scatter: u64) -> String {
    (0..4_u32).map(|place| char::from(b'a' + (scatter / 26_u64.pow(place) % 26) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_pictures_share_a_path() {
        let mut seen = HashSet::new();
        for source in Source::ALL {
            assert!((0..20_000).all(|number| seen.insert(source.path(number))), "{source:?}");
        }
    }

    #[test]
    fn isbn_check_digits_are_right() {
        assert_eq!(isbn(30_640_615), "0306406152");
        assert_eq!(isbn(140_031_996), "140031996X");
    }
}

//! The datasets of the demo root: where each lies, how it is written, and what share of the samples it has.

use super::sources::Source;

/// How records lie in an annotation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// A JSON array, one record per line.
    Lines,
    /// A JSON array on a single line.
    SingleLine,
    /// A JSON array, indented.
    Indented,
    /// JSON lines.
    JsonLines,
    /// A JSON array, compressed by gzip.
    Gzip,
}

/// What the records of a dataset say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Web captions under an instruction.
    ShortCaption,
    /// The mixture of LLaVA 1.5: conversations, short answers, choices, boxes, text without pictures.
    Mixture,
    /// Detailed captions.
    DetailedCaption,
    /// Detailed captions with the web's own caption and address beside them.
    WebCaption,
    /// Questions that need thinking, for the same pictures.
    WebInstruct,
    /// Japanese conversations.
    Japanese,
    /// Japanese short answers.
    JapaneseShort,
    /// Short answers about pages or charts.
    Short,
    /// Pages written down.
    Transcript,
    /// Japanese and English captions in turn.
    Bilingual,
    /// Several pictures per record, in a schema of its own.
    SeveralPictures,
    /// Questions about the weather.
    Weather,
}

/// A dataset.
pub(super) struct Dataset {
    /// Annotation file, relative to the root.
    pub(super) path: &'static str,
    pub(super) container: Container,
    pub(super) style: Style,
    /// Its share of all samples, per thousand.
    pub(super) share: u64,
    /// Sources of its pictures with their shares in percent.
    pub(super) sources: &'static [(Source, usize)],
    /// What image paths are relative to, as a prefix below the root.
    pub(super) image_root: &'static str,
    /// Bad records among the good ones.
    pub(super) bad_records: u64,
}

/// Every dataset; the first one takes what rounding leaves over.
pub(super) const DATASETS: &[Dataset] = &[
    Dataset {
        path: "llava/llava_sft/llava_v1_5_mix665k.json",
        container: Container::Lines,
        style: Style::Mixture,
        share: 300,
        sources: &[
            (Source::Coco, 55),
            (Source::Vg, 13),
            (Source::OcrVqa, 13),
            (Source::Gqa, 12),
            (Source::TextVqa, 7),
        ],
        image_root: "",
        bad_records: 3,
    },
    Dataset {
        path: "llava/llava_pretrain/blip_laion_cc_sbu_558k.json",
        container: Container::SingleLine,
        style: Style::ShortCaption,
        share: 180,
        sources: &[(Source::Pretrain, 100)],
        image_root: "llava/llava_pretrain/images/",
        bad_records: 0,
    },
    Dataset {
        path: "sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json",
        container: Container::Lines,
        style: Style::DetailedCaption,
        share: 110,
        sources: &[(Source::Coco, 48), (Source::Pretrain, 28), (Source::Sam, 19), (Source::Wikiart, 5)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "allava_laion/ALLaVA-Caption-LAION-4V.json",
        container: Container::Lines,
        style: Style::WebCaption,
        share: 50,
        sources: &[(Source::Laion, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "allava_laion/ALLaVA-Instruct-LAION-4V.json",
        container: Container::Lines,
        style: Style::WebInstruct,
        share: 50,
        sources: &[(Source::Laion, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "llava_instruct_ja/llava_instruct_ja_156k.json",
        container: Container::Indented,
        style: Style::Japanese,
        share: 80,
        sources: &[(Source::Coco, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "ja-vg-vqa/ja-vg-vqa_instruct_99k.json",
        container: Container::Lines,
        style: Style::JapaneseShort,
        share: 60,
        sources: &[(Source::Vg, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "docvqa/docvqa_train.json",
        container: Container::Lines,
        style: Style::Short,
        share: 35,
        sources: &[(Source::DocVqa, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "dvqa/dvqa_train.json",
        container: Container::Lines,
        style: Style::Short,
        share: 40,
        sources: &[(Source::Dvqa, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "synthdog-ja/synthdog_ja_102k.json",
        container: Container::Indented,
        style: Style::Transcript,
        share: 25,
        sources: &[(Source::SynthdogJa, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "bilingual_captions/captions_en_ja.jsonl",
        container: Container::JsonLines,
        style: Style::Bilingual,
        share: 30,
        sources: &[(Source::Coco, 70), (Source::Gqa, 30)],
        image_root: "",
        bad_records: 2,
    },
    Dataset {
        path: "sam/sam_detailed_captions.json.gz",
        container: Container::Gzip,
        style: Style::DetailedCaption,
        share: 20,
        sources: &[(Source::Sam, 100)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "compare_pictures/spot_the_difference.json",
        container: Container::Lines,
        style: Style::SeveralPictures,
        share: 12,
        sources: &[(Source::Coco, 60), (Source::Gqa, 40)],
        image_root: "",
        bad_records: 0,
    },
    Dataset {
        path: "lab_notes/weather_questions_v3.json",
        container: Container::Lines,
        style: Style::Weather,
        share: 8,
        sources: &[(Source::Lab, 100)],
        image_root: "",
        bad_records: 0,
    },
];

impl Dataset {
    /// Samples of this dataset in a root of so many.
    pub(super) fn samples(&self, total: u64) -> u64 {
        let exact = |dataset: &Self| total * dataset.share / 1000;
        if self.path == DATASETS[0].path {
            return total - DATASETS[1..].iter().map(exact).sum::<u64>();
        }
        exact(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_samples_add_up() {
        assert_eq!(DATASETS.iter().map(|dataset| dataset.share).sum::<u64>(), 1000);
        for dataset in DATASETS {
            assert_eq!(dataset.sources.iter().map(|source| source.1).sum::<usize>(), 100, "{}", dataset.path);
        }
        for total in [1, 50, 2000, 1_234_567] {
            assert_eq!(DATASETS.iter().map(|dataset| dataset.samples(total)).sum::<u64>(), total);
        }
    }
}

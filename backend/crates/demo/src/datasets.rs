//! The datasets of the demo root that are text: where each lies, how it is written, and what share of the samples it has.

use super::sources::{Shown, Source};

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
    /// Captions of two datasets, merged.
    Merged,
    /// Japanese captions.
    JapaneseCaption,
    /// Detailed captions of Vision-FLAN's pictures.
    TaskCaption,
    /// Vision-FLAN's tasks.
    Task,
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
    /// What its pictures' paths below the root begin with, and what stands there in its image refs.
    pub(super) renamed: (&'static str, &'static str),
    /// Bad records among the good ones.
    pub(super) bad_records: u64,
}

/// Makes the table of datasets of a row for each of them.
macro_rules! datasets {
    ($($path:literal $container:ident $style:ident $share:literal [$($source:ident $percent:literal),+]
       $renamed:tt $bad:literal;)+) => {
        /// Every dataset; the first one takes what rounding leaves over.
        pub(super) const DATASETS: &[Dataset] = &[$(Dataset {
            path: $path,
            container: Container::$container,
            style: Style::$style,
            share: $share,
            sources: &[$((Source::$source, $percent)),+],
            renamed: $renamed,
            bad_records: $bad,
        }),+];
    };
}

// Path, container, style, share; sources of the pictures; what is renamed in their paths; bad records.
datasets! {
    "llava/llava_sft/llava_v1_5_mix665k.json" Lines Mixture 260 [Coco 55, Vg 13, OcrVqa 13, Gqa 12, TextVqa 7] ("", "") 3;
    "llava/llava_pretrain/blip_laion_cc_sbu_558k.json" SingleLine ShortCaption 150 [Pretrain 100] ("llava/llava_pretrain/images/", "") 0;
    "sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json" Lines DetailedCaption 100 [Coco 44, Pretrain 25, Sam 18, Wikiart 5, ShareTextVqa 8] ("", "") 0;
    "allava_laion/ALLaVA-Caption-LAION-4V.json" Lines WebCaption 42 [Laion 100] ("", "") 0;
    "allava_laion/ALLaVA-Instruct-LAION-4V.json" Lines WebInstruct 42 [Laion 100] ("", "") 0;
    "llava_instruct_ja/llava_instruct_ja_156k.json" Indented Japanese 70 [Coco 100] ("", "") 0;
    "ja-vg-vqa/ja-vg-vqa_instruct_99k.json" Lines JapaneseShort 50 [Vg 100] ("", "") 0;
    "docvqa/docvqa_train.json" Lines Short 30 [DocVqa 100] ("", "") 0;
    "dvqa/dvqa_train.json" Lines Short 35 [Dvqa 100] ("", "") 0;
    "synthdog-ja/synthdog_ja_102k.json" Indented Transcript 16 [SynthdogJa 100] ("", "") 0;
    "bilingual_captions/captions_en_ja.jsonl" JsonLines Bilingual 25 [Coco 70, Gqa 30] ("", "") 2;
    "sam/sam_detailed_captions.json.gz" Gzip DetailedCaption 12 [Sam 100] ("", "") 0;
    "compare_pictures/spot_the_difference.json" Lines SeveralPictures 10 [Coco 60, Gqa 40] ("", "") 0;
    "lab_notes/weather_questions_v3.json" Lines Weather 8 [Lab 100] ("", "") 0;
    "alt_pair_ja/llm-jp_mm_pair_step0_558k.json" Lines JapaneseCaption 16 [AltPairJa 100] ("alt_pair_ja/image_step0/", "") 0;
    "allava/allava_vflan/ALLaVA-Caption-VFLAN-4V.json" Lines TaskCaption 14 [Vflan 100] ("vflan/", "allava_vflan/images/") 0;
    "vflan/annotation_191-task_1k.json" Indented Task 16 [Vflan 100] ("vflan/images_191task_1k/", "") 0;
    "train_json/pretrain.json" Lines Merged 14 [Pretrain 50, Laion 50] ("llava/llava_pretrain/", "LLaVA-Pretrain/") 0;
}

impl Dataset {
    /// The path of a picture as this dataset writes it.
    pub(super) fn image_ref(&self, shown: Shown) -> String {
        let path = shown.path();
        let (below_root, written) = self.renamed;
        path.strip_prefix(below_root).map_or_else(|| path.clone(), |rest| format!("{written}{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DemoOptions, shards};

    #[test]
    fn shares_are_whole_and_samples_add_up() {
        let of_shards = shards::SHARDS.iter().map(|shards| shards.share).sum::<u64>();
        assert_eq!(DATASETS.iter().map(|dataset| dataset.share).sum::<u64>() + of_shards, 1000);
        for dataset in DATASETS {
            assert_eq!(dataset.sources.iter().map(|source| source.1).sum::<usize>(), 100, "{}", dataset.path);
        }
        for (samples, images) in [(1, true), (99, true), (100, true), (400, false), (1_234_567, true)] {
            let options = DemoOptions { samples, images, seed: 1 };
            let of_text = DATASETS.iter().map(|dataset| dataset.samples(&options)).sum::<u64>();
            assert_eq!(of_text + shards::samples(&options), samples);
        }
    }

    #[test]
    fn refs_are_written_as_each_dataset_has_them() {
        let written = |path: &str, source| {
            let dataset = DATASETS.iter().find(|dataset| dataset.path == path).unwrap();
            dataset.image_ref(Shown { source, number: 1 })
        };
        let vflan = Source::Vflan.path(1);
        let name = vflan.strip_prefix("vflan/images_191task_1k/").unwrap();
        assert_eq!(written("vflan/annotation_191-task_1k.json", Source::Vflan), name);
        assert_eq!(
            written("allava/allava_vflan/ALLaVA-Caption-VFLAN-4V.json", Source::Vflan),
            format!("allava_vflan/images/images_191task_1k/{name}")
        );
        assert!(written("train_json/pretrain.json", Source::Pretrain).starts_with("LLaVA-Pretrain/images/"));
        assert_eq!(written("train_json/pretrain.json", Source::Laion), Source::Laion.path(1));
    }
}

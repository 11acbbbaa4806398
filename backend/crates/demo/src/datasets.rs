//! The datasets of the demo root that are text: where each lies, how it is written, and what share of the samples it has.

mod table;

pub(super) use table::DATASETS;

use super::DemoOptions;
use super::shards;
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

impl Dataset {
    /// Samples of this dataset in a root of so many.
    pub(super) fn samples(&self, options: &DemoOptions) -> u64 {
        let exact = |dataset: &Self| options.samples * dataset.share / 1000;
        if self.path == DATASETS[0].path {
            let others = DATASETS[1..].iter().map(exact).sum::<u64>();
            return options.samples - others - shards::samples(options);
        }
        exact(self)
    }

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

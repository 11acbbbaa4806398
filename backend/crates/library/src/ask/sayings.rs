//! What samples say about their pictures: each response in full with what was asked for, what kind of text it is, and
//! which model wrote it.

use crate::store::records::OpenedFiles;
use crate::store::snapshot::Snapshot;
use crate::{Library, LibraryError};
use blendscope_engine::Row;
use blendscope_read::Sample;
use blendscope_shared::boxes::has_box;
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::image_page::{Saying, SayingKind};
use blendscope_shared::role::Role;
use blendscope_shared::sample::LabelledBox;
use blendscope_shared::search::SearchHit;

impl Library {
    /// What the samples in these rows say, and the boxes that are known of them. `hits` are the same samples as far as
    /// they are shown; what cannot be read says nothing, and its hit says why.
    pub(crate) fn said(
        &self,
        snapshot: &Snapshot,
        rows: impl Iterator<Item = Row>,
        hits: &[SearchHit],
    ) -> Result<(Vec<Saying>, Vec<LabelledBox>), LibraryError> {
        let rows: Vec<Row> = rows.collect();
        let mut opened = OpenedFiles::default();
        let (mut said, mut boxes) = (Vec::new(), Vec::new());
        let shown = snapshot.locate_all(&rows)?.into_iter().flatten();
        for (number, ((file, located), hit)) in shown.zip(hits).enumerate() {
            if hit.trouble.is_some() {
                continue;
            }
            let Ok(record) = self.read_record(&mut opened, file, &located) else { continue };
            said.extend(sayings(&record.sample, &file.state().path, number));
            for labelled in self.boxes_of(snapshot.found(file.dataset), &record.sample) {
                if !boxes.contains(&labelled) {
                    boxes.push(labelled);
                }
            }
        }
        Ok((said, boxes))
    }
}

/// What one sample says, turn by turn.
fn sayings(sample: &Sample, path: &str, number: usize) -> Vec<Saying> {
    let author = author(sample, path);
    let mut question = String::new();
    let mut said = Vec::new();
    for (turn, content) in (0..).zip(&sample.turns) {
        let text = without_marks(&content.text);
        match content.role {
            Role::System => {}
            Role::Human => question = text,
            _ if text.is_empty() => {}
            Role::Gpt | Role::Other(_) => {
                let kind = kind(sample, &question, &text);
                let question = question.clone();
                said.push(Saying { sample: number, turn, kind, question, text, author: author.clone() });
            }
        }
    }
    said
}

fn kind(sample: &Sample, question: &str, text: &str) -> SayingKind {
    match () {
        () if has_box(question) || has_box(text) => SayingKind::Region,
        () if sample.is_document && sample.images.len() > 1 => SayingKind::Document,
        () if asks_for_a_description(question) => SayingKind::Caption,
        () => SayingKind::Answer,
    }
}

fn without_marks(text: &str) -> String {
    text.replace(IMAGE_TOKEN, "").trim().to_owned()
}

/// Characters of the longest instruction that is taken for one to describe.
const INSTRUCTION_MAX: usize = 240;

/// What instructions to describe ask for, and what of.
const ASKED: [&str; 22] = [
    "describe",
    "describing",
    "description",
    "caption",
    "depict",
    "explanation",
    "interpretation",
    "summar",
    "account",
    "narrative",
    "snapshot",
    "analyze",
    "walk through",
    "happening",
    "detail",
    "説明",
    "描写",
    "キャプション",
    "解説",
    "要約",
    "描述",
    "概括",
];
const OF: [&str; 14] = [
    "image", "picture", "photo", "scene", "visual", "painting", "artwork", "画像", "写真", "図", "絵", "图",
    "照片", "情景",
];

/// Whether an instruction asks for a description of the picture; nothing at all does too. A rule of words, which the
/// instructions of LLaVA's and `ShareGPT4V`'s caption sets all follow.
fn asks_for_a_description(question: &str) -> bool {
    let question = question.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| question.contains(word));
    question.is_empty() || question.chars().count() <= INSTRUCTION_MAX && has(&ASKED) && has(&OF)
}

/// Models, by how they are written in ids and names of files; the longer of two that begin alike first.
const MODELS: [(&str, &str); 16] = [
    ("gpt4-vision", "GPT-4V"),
    ("gpt-4-vision", "GPT-4V"),
    ("gpt4v", "GPT-4V"),
    ("gpt-4v", "GPT-4V"),
    ("gpt4o", "GPT-4o"),
    ("gpt-4o", "GPT-4o"),
    ("gpt4", "GPT-4"),
    ("gpt-4", "GPT-4"),
    ("bing_chat", "Bing Chat"),
    ("bard", "Bard"),
    ("claude3", "Claude 3"),
    ("claude", "Claude"),
    ("gemini", "Gemini"),
    ("blip", "BLIP"),
    ("cogvlm", "CogVLM"),
    ("qwen", "Qwen"),
];

/// The model that wrote a sample: what the record calls `model`, else one that is named in its id, else in the name of
/// its file.
fn author(sample: &Sample, path: &str) -> Option<String> {
    let stated = sample.extra.get("model").and_then(|model| model.as_str()).map(str::trim);
    if let Some(model) = stated.filter(|model| !model.is_empty()) {
        return Some(model.to_owned());
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    sample.id_text().and_then(|id| model_in(&id)).or_else(|| model_in(file))
}

/// The model that is named in an id or the name of a file, as a word of it; with four digits behind it, which are its
/// version.
fn model_in(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    MODELS.iter().find_map(|(written, model)| {
        let (before, behind) = name.split_once(written)?;
        let is_word = !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric);
        let digits =
            behind.trim_start_matches(['_', '-']).split(|letter: char| !letter.is_ascii_digit()).next();
        let version = digits.filter(|digits| digits.len() == 4).map(|digits| format!(" {digits}"));
        is_word.then(|| format!("{model}{}", version.unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_to_describe_are_told_from_questions() {
        for text in [
            "",
            "Describe the image concisely.",
            "Write a terse but informative summary of the picture.",
            "Render a clear and concise summary of the photo.",
            "この写真について詳しく説明してください。",
        ] {
            assert!(asks_for_a_description(text), "{text}");
        }
        for text in [
            "What are the colors of the bus in the image?",
            "Describe the reason for this change.",
            "この料理の名前は何ですか？",
        ] {
            assert!(!asks_for_a_description(text), "{text}");
        }
    }

    #[test]
    fn models_are_words_of_a_name() {
        for (name, model) in [
            ("lbw_ja_bard_0718_ja_52", Some("Bard 0718")),
            ("lbw_ja_answers_gpt4_ja_14", Some("GPT-4")),
            ("sharegpt4v_instruct_gpt4-vision_cap100k.json", Some("GPT-4V")),
            ("blip_laion_cc_sbu_558k.json", Some("BLIP")),
            ("bombardier_12", None),
            ("sharegpt4v-pt_147", None),
        ] {
            assert_eq!(model_in(name).as_deref(), model, "{name}");
        }
    }
}

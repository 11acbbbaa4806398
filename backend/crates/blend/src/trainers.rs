//! The mixture files of trainers, a file per family: what they say, what the trainer takes, how they are written.
//!
//! Each family has a type for what its files say, with `parse` and `write`, which are inverse to each other, and
//! `mixture`, the trainer's rule. The rules were read in the sources of the trainers that each file names.

pub mod blendscope;
pub mod convllava;
pub mod energon;
pub mod internvl;
pub mod llama_factory;
pub mod llava_next;
pub mod qwen;
pub mod vila;
pub mod xcomposer;

use crate::document::Mistake;
use crate::format::{Format, ends_in};
use crate::mixture::Mixture;

/// Fetches a further file that a mixture names, by its path as written there. The reason when it cannot be read.
pub type Load<'l> = &'l mut dyn FnMut(&str) -> Result<String, String>;

/// What is given beside a mixture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Which mixture of a registry is meant.
    pub mixture: Option<String>,
    /// The text of a registry for a string.
    pub registry: Option<String>,
    /// The name of the mixture file; the folder of a `dataset_info.json` is its own.
    pub file: Option<String>,
}

/// Reads a mixture: the text of a file, or a string. A byte order mark before it is passed over.
pub fn read(format: Format, text: &str, beside: &Beside, load: Load<'_>) -> Result<Mixture, Mistake> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match (format, &beside.file) {
        (Format::LlavaNext, None) => Ok(llava_next::Data::of_path(text)?.mixture()),
        (Format::LlavaNext, Some(file)) if !ends_in(file, ".yaml") => {
            Ok(llava_next::Data::of_path(file)?.mixture())
        }
        (Format::LlavaNext, Some(_)) => Ok(llava_next::Data::parse(text)?.mixture()),
        (Format::Vila, _) => vila::Registry::parse(text)?.mixture(beside.mixture.as_deref()),
        (Format::VilaString, _) => {
            let registry = beside.registry.as_deref().map(vila::Registry::parse).transpose()?;
            vila::Terms::parse(text).mixture(registry.as_ref())
        }
        (Format::Vila15, _) => Ok(vila::Names::parse(text).mixture()),
        (Format::ConvLlava, _) => Ok(convllava::Names::parse(text).mixture()),
        (Format::InternVl, _) => internvl::Meta::parse(text)?.mixture(),
        (Format::XComposer, _) => xcomposer::Lines::parse(text).mixture(xcomposer::Unit::Thousands),
        (Format::XComposerRatio, _) => xcomposer::Lines::parse(text).mixture(xcomposer::Unit::Ratio),
        (Format::Qwen, _) => Ok(qwen::Names::parse(text).mixture()),
        (Format::Energon, file) => energon::read(text, file.as_deref().unwrap_or_default(), load),
        (Format::LlamaFactory, file) => llama_factory::read(text, file.as_deref().unwrap_or_default(), load),
        (Format::Blendscope, _) => blendscope::File::parse(text)?.mixture(text),
    }
}

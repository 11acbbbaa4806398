//! One trainer's mixture as another's: what is taken of each file, said in the words of the other format.
//!
//! Counts are kept or the export is refused. Where the other trainer takes as many samples but others, or in another
//! order, a note says so.

use crate::format::Format;
use crate::mixture::Order;
use crate::pick::{Pick, Step};
use crate::said::{Piece, Said};
use crate::trainers::{
    blendscope, convllava, energon, internvl, llama_factory, llava_next, qwen, vila, xcomposer,
};

/// A mixture in another format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file, or the string.
    pub text: String,
    /// What the format cannot say.
    pub notes: Vec<String>,
}

/// Says pieces in a format; the reason where it cannot be said.
pub fn export(
    format: Format,
    pieces: &[Piece],
    order: &Order,
    total: Option<u64>,
) -> Result<Exported, String> {
    let mut notes = Vec::new();
    let is_weighted = pieces.iter().any(|piece| piece.weight.is_some());
    match format {
        Format::Blendscope => return Ok(Exported { text: blendscope::say(pieces, order, total), notes }),
        Format::Energon if is_weighted => return Ok(Exported { text: energon::say_weights(pieces)?, notes }),
        _ => {}
    }
    let flat = flattened(pieces, order, &mut notes)?;
    let said: Vec<Said<'_>> = flat.iter().map(Said::of).collect::<Result<_, _>>()?;
    let text = match format {
        Format::LlavaNext => llava_next::say(&said, &mut notes)?,
        Format::Vila | Format::VilaString | Format::Vila15 => vila::say(format, &said, &mut notes)?,
        Format::ConvLlava => convllava::say(&said, &mut notes)?,
        Format::Qwen => qwen::say(&said, &mut notes)?,
        Format::InternVl => internvl::say(&said, &mut notes)?,
        Format::XComposer => xcomposer::say(xcomposer::Unit::Thousands, &said, &mut notes)?,
        Format::XComposerRatio => xcomposer::say(xcomposer::Unit::Ratio, &said, &mut notes)?,
        Format::Energon => energon::say(&said, &mut notes)?,
        Format::LlamaFactory | Format::Blendscope => llama_factory::say(&said, &mut notes)?,
    };
    Ok(Exported { text, notes })
}

/// Pieces one after the other that have the counts of interleaved ones.
fn flattened(pieces: &[Piece], order: &Order, notes: &mut Vec<String>) -> Result<Vec<Piece>, String> {
    let Order::Interleaved(turns) = order else { return Ok(pieces.to_vec()) };
    let lengths: Option<Vec<u64>> = pieces.iter().map(|piece| piece.pick.as_ref()?.samples()).collect();
    let counts = turns.counts(&lengths.unwrap_or_default())?;
    notes.push("the parts come one after the other here, and not in turn".to_owned());
    let cut = |(piece, count): (&Piece, u64)| {
        let mut piece = piece.clone();
        if let Some(pick) = &mut piece.pick {
            let length = pick.samples().unwrap_or(u64::MAX);
            if count > length && pick.steps != [Step::Passes(1)] {
                return Err(format!("{}: drawn samples that begin again cannot be said", piece.title));
            }
            if count > length {
                pick.steps = vec![Step::Passes(count.div_ceil(length))];
            }
            pick.cap(count);
            if let ([Step::Head(first)], true) = (pick.steps.as_slice(), pick.left_out.is_empty()) {
                *pick = Pick::of(pick.within.start..pick.within.start + first, vec![Step::Passes(1)]);
            }
        }
        Ok(piece)
    };
    pieces.iter().zip(counts).map(cut).collect()
}

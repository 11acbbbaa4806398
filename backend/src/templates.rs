//! Templates: the constant parts of instructions, which many samples repeat word for word.
//!
//! Mixtures are made of a few hundred prompts ("Answer the question using a single word or phrase.") around questions
//! that are all different. Which ones is found by counting: [`pieces`] cuts an instruction into everything that may be
//! such a prompt, [`Frequent`] keeps those that come up often in bounded memory, and [`choose`] takes the ones that say
//! something of their own. No I/O.

mod choose;
mod frequent;
mod id;
mod pieces;

pub(crate) use choose::{Candidate, choose};
pub(crate) use frequent::{ByHash, Frequent};
pub(crate) use id::template_id;
pub(crate) use pieces::{add_instruction, pieces};

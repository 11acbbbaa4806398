//! Which generations there are, as of a commit: the engine keeps a document of each, which is its state as JSON.

use crate::LibraryError;
use crate::store::state::GenerationState;
use blendscope_engine::{Changes, Filled, Manifest as Committed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Everything that is known of the generations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// By number.
    pub generations: BTreeMap<u32, Arc<GenerationState>>,
    /// Whether everything under the root had been read when this was committed.
    pub is_final: bool,
}

/// What is said about all generations together.
#[derive(Serialize, Deserialize)]
struct Head {
    is_final: bool,
}

impl Manifest {
    /// Reads what the engine kept.
    pub fn read(committed: &Committed) -> Result<Self, LibraryError> {
        let unknown = |_| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "the list of generations makes no sense");
            LibraryError::IndexLost(Box::new(error))
        };
        let Head { is_final } = serde_json::from_str(&committed.head).map_err(unknown)?;
        let mut generations = BTreeMap::new();
        for (number, document) in &committed.documents {
            generations.insert(*number, Arc::new(serde_json::from_str(document).map_err(unknown)?));
        }
        Ok(Self { generations, is_final })
    }

    /// The generations of a dataset.
    pub fn of_dataset<'m>(&'m self, slug: &'m str) -> impl Iterator<Item = &'m Arc<GenerationState>> {
        self.generations.values().filter(move |state| state.dataset == slug)
    }

    /// Takes the new state of a generation.
    pub fn put(&mut self, state: GenerationState) {
        self.generations.insert(state.generation, Arc::new(state));
    }

    /// The generations as the engine knows them.
    pub fn filled(&self) -> Vec<Filled> {
        self.generations.values().map(|state| state.filled()).collect()
    }
}

/// The states as they were last committed, to tell what changes.
pub(crate) struct LastCommitted(BTreeMap<u32, Arc<GenerationState>>);

impl LastCommitted {
    /// Begins with what a commit says.
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self(manifest.generations.clone())
    }

    /// What a commit of this manifest changes; it is the last one from now on.
    pub(crate) fn change_to(&mut self, manifest: &Manifest) -> Changes {
        let is_known = |state: &&Arc<GenerationState>| self.0.get(&state.generation) == Some(*state);
        let new = manifest.generations.values().filter(|state| !is_known(state));
        let text = |state: &GenerationState| {
            serde_json::to_string(state).expect("states hold only texts and numbers")
        };
        let put = new.map(|state| (state.generation, text(state))).collect();
        let gone =
            self.0.keys().filter(|number| !manifest.generations.contains_key(number)).copied().collect();
        self.0.clone_from(&manifest.generations);
        let head = Head { is_final: manifest.is_final };
        Changes { head: serde_json::to_string(&head).expect("a truth value is valid JSON"), put, gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_those_since_the_last_commit_and_documents_are_read_back() {
        let state = |generation, rows| GenerationState { generation, rows, ..GenerationState::default() };
        let mut manifest = Manifest::default();
        let mut last = LastCommitted::new(&manifest);
        (1..4).for_each(|generation| manifest.put(state(generation, 5)));
        let first = last.change_to(&manifest);
        assert_eq!((first.put.len(), first.gone.len()), (3, 0));
        let documents = first.put.into_iter().collect();
        let committed = Committed { commit: String::new(), head: first.head, documents };
        assert_eq!(Manifest::read(&committed).unwrap(), manifest);
        manifest.put(state(2, 6));
        manifest.generations.remove(&3);
        manifest.is_final = true;
        let second = last.change_to(&manifest);
        assert_eq!(second.put.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
        assert_eq!((second.gone, second.head != committed.head), (vec![3], true));
        assert!(last.change_to(&manifest).put.is_empty());
        assert!(Manifest::read(&Committed { head: "{}".to_owned(), ..committed }).is_err());
    }
}

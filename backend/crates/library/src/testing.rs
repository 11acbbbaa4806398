//! A writer of tests: what is given to it stays in memory.

use blendscope_engine::{Changes, EngineError, Field, NewSample, Numbers, Outcome, Parts, Receipt, Writer};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

/// Parts in memory.
#[derive(Default)]
pub(crate) struct MemoryParts(HashMap<String, Vec<Vec<u8>>>);

impl Parts for MemoryParts {
    fn count(&self, name: &str) -> usize {
        self.0.get(name).map_or(0, Vec::len)
    }

    fn get(&self, name: &str, number: usize) -> Outcome<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(&self.0[name][number]))
    }

    fn damaged(&self, name: &str) -> EngineError {
        EngineError::Failed(Box::new(io::Error::other(format!("{name} is damaged"))))
    }
}

/// Keeps the parts and the numbers of one generation.
#[derive(Default)]
pub(crate) struct MemoryWriter {
    pub parts: MemoryParts,
    pub numbers: HashMap<Field, Vec<u64>>,
}

impl Writer for MemoryWriter {
    fn begin(&mut self, _: &[&str]) -> Outcome<Option<u32>> {
        Ok(Some(1))
    }

    fn add(&mut self, _: &NewSample<'_>) -> Outcome<()> {
        Ok(())
    }

    fn add_numbers(&mut self, (field, numbers): Numbers<'_>) -> Outcome<()> {
        self.numbers.insert(field, numbers.collect());
        Ok(())
    }

    fn add_part(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        self.parts.0.entry(name.to_owned()).or_default().push(bytes.to_owned());
        Ok(())
    }

    fn checkpoint(&mut self) -> Outcome<Receipt> {
        Ok(Receipt::default())
    }

    fn finish(&mut self) -> Outcome<Receipt> {
        Ok(Receipt::default())
    }

    fn remove(&mut self, _: u32, _: Range<u32>) -> Outcome<()> {
        Ok(())
    }

    fn forget(&mut self, _: u32) -> Outcome<()> {
        Ok(())
    }

    fn commit(&mut self, _: &Changes) -> Outcome<()> {
        Ok(())
    }

    fn close(self: Box<Self>, _: &dyn Fn() -> bool) -> Outcome<()> {
        Ok(())
    }
}

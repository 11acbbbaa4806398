//! A stable hash of several fields: the same on every machine and for every version of the compiler.

/// Hashes fields one after the other, each with its length, by BLAKE3.
#[derive(Default)]
pub struct FieldHash(blake3::Hasher);

impl FieldHash {
    /// Adds a field.
    pub fn bytes(&mut self, field: &[u8]) -> &mut Self {
        self.number(field.len() as u64);
        self.0.update(field);
        self
    }

    /// Adds a number.
    pub fn number(&mut self, field: u64) -> &mut Self {
        self.0.update(&field.to_le_bytes());
        self
    }

    /// The first eight bytes of the hash.
    pub fn finish(&self) -> u64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0.finalize().as_bytes()[..8]);
        u64::from_le_bytes(first)
    }
}

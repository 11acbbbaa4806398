//! What stands before a member's header when the header cannot hold it: GNU long names, pax records.

use super::header;

/// Path and size that replace those of the header which follows.
#[derive(Debug, Default)]
pub(super) struct Extension {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// The payload is a map of pieces, not the file's bytes.
    pub(super) is_sparse: bool,
}

impl Extension {
    /// Takes the payload of a GNU long name.
    pub(super) fn take_long_name(&mut self, payload: &[u8]) {
        self.path = Some(header::text(payload).to_vec());
    }

    /// Takes pax records, `<length> <key>=<value>\n` each (POSIX.1-2001); the error says what is wrong.
    pub(super) fn take_pax(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        const BAD: &str = "a pax header has a broken record";
        let mut rest = payload;
        // Some writers fill the payload up with zeros.
        while !rest.is_empty() && rest[0] != 0 {
            let (record, behind) = cut_record(rest).ok_or(BAD)?;
            let equals = record.iter().position(|&byte| byte == b'=').ok_or(BAD)?;
            self.take_record(&record[..equals], &record[equals + 1..])?;
            rest = behind;
        }
        Ok(())
    }

    fn take_record(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"size" => self.size = Some(decimal(value).ok_or("the size in a pax header is no number")?),
            key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
            _ => {}
        }
        Ok(())
    }
}

/// The first record without its length and line end, and what follows it.
fn cut_record(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = text.iter().take(20).position(|&byte| byte == b' ')?;
    let length = usize::try_from(decimal(&text[..space])?).ok()?;
    let (record, rest) = text.split_at_checked(length)?;
    Some((record.get(space + 1..)?.strip_suffix(b"\n")?, rest))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pax_records_replace_path_and_size() {
        let mut extension = Extension::default();
        extension.take_pax("21 path=日本/1.jpg\n20 size=10000000000\n11 x=1=2=3\n\0\0".as_bytes()).unwrap();
        assert_eq!(extension.path.as_deref(), Some("日本/1.jpg".as_bytes()));
        assert_eq!(extension.size, Some(10_000_000_000));
        assert!(!extension.is_sparse);
    }

    #[test]
    fn broken_records_are_refused() {
        for bad in
            ["8 path=1\n", "11 path=1\n", "99 path=1\n", "x", "10 pathx1\n", "10 size=x\n", "0 ", "1 a=b\n"]
        {
            assert!(Extension::default().take_pax(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}

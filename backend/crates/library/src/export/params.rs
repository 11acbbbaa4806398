//! What to take along.

use blendscope_shared::search::{ParamError, SearchParams, Sort};

/// What each line says of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// The whole record as it stands in the file.
    #[default]
    Records,
    /// Its names and where it stands: dataset, key, the record's own id, file, number of the record.
    Ids,
    /// Its lasting link.
    Links,
}

impl Lines {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Records, Self::Ids, Self::Links];

    /// The name in query strings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Ids => "ids",
            Self::Links => "links",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lines| lines.name() == name)
    }
}

/// What to take along: a search, how many of its samples, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportParams {
    /// The search; its page is of no account.
    pub query: SearchParams,
    /// What each line says.
    pub lines: Lines,
    /// The most samples to take, the first in the order asked for; all when absent.
    pub limit: Option<u64>,
    /// What stands before the path in links, such as `http://127.0.0.1:7878`; may be empty.
    pub base: String,
}

impl ExportParams {
    /// Reads decoded query-string pairs: those of a search without its paging, and `what`. Bad values are errors that
    /// name the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ParamError> {
        let (mut params, mut of_search) = (Self::default(), Vec::new());
        for (name, value) in pairs {
            let bad = |message: String| ParamError { parameter: name.to_owned(), message };
            match name {
                "what" => {
                    let lines = Lines::from_name(value);
                    params.lines =
                        lines.ok_or_else(|| bad(format!("`{value}` is not one of records, ids, links")))?;
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| *limit > 0);
                    let limit = limit.ok_or_else(|| bad(format!("`{value}` is not a number of samples")))?;
                    params.limit = Some(limit);
                }
                "cursor" | "offset" => {
                    return Err(bad(
                        "has no place here: the whole result is sent, or its first `limit` samples"
                            .to_owned(),
                    ));
                }
                _ => of_search.push((name, value)),
            }
        }
        params.query = SearchParams::parse(of_search)?;
        Ok(params)
    }

    /// The search whose result is meant. Where it names no order it is that of the files, which reads them once.
    pub fn search(&self) -> SearchParams {
        let sort = self.query.sort.or(Some(Sort::File));
        SearchParams { sort, ..self.query.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_what_and_how_many() {
        let params = ExportParams::parse([("q", "bus"), ("what", "ids"), ("limit", "1000000")]).unwrap();
        assert_eq!(
            (params.query.q.as_str(), params.lines, params.limit),
            ("bus", Lines::Ids, Some(1_000_000))
        );
        assert_eq!(params.search().sort, Some(Sort::File));
        let random = ExportParams::parse([("sort", "random")]).unwrap();
        assert_eq!((random.lines, random.search().sort), (Lines::Records, Some(Sort::Random)));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (name, value) in [
            ("what", "everything"),
            ("limit", "0"),
            ("limit", "-1"),
            ("cursor", "f0"),
            ("offset", "0"),
            ("sort", "best"),
        ] {
            assert_eq!(ExportParams::parse([(name, value)]).unwrap_err().parameter, name);
        }
    }
}

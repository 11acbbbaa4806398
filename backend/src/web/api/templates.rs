//! `/templates`: instructions that many samples share.

use super::query::{Query, bad};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_engine::Budget;
use blendscope_library::Library;
use blendscope_shared::search::{ParamError, SearchParams};

/// Which templates are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    datasets: Vec<String>,
    offset: usize,
    limit: usize,
    /// Whether it is counted how long they are answered.
    lengths: bool,
}

impl Wanted {
    /// `cursor` is the `next` of an earlier answer.
    fn parse(query: Query) -> Result<Self, ParamError> {
        let (datasets, others) = query.split("dataset");
        others.only(&["offset", "limit", "cursor", "lengths"])?;
        let (offset, cursor) = (others.number("offset")?, others.number("cursor")?);
        if offset.is_some() && cursor.is_some() {
            return Err(bad("cursor", "cannot be combined with `offset`"));
        }
        let limit = others.number("limit")?.unwrap_or(SearchParams::DEFAULT_LIMIT);
        if !(1..=SearchParams::MAX_LIMIT).contains(&limit) {
            return Err(bad("limit", &format!("must be from 1 to {}, not {limit}", SearchParams::MAX_LIMIT)));
        }
        let lengths = match others.text("lengths") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(bad("lengths", "is neither `true` nor `false`")),
        };
        Ok(Self { datasets, offset: offset.or(cursor).unwrap_or(0), limit: limit as usize, lengths })
    }
}

/// `GET /templates`; `dataset` may be repeated, and then only templates of these datasets are listed;
/// with `lengths=true` it is counted how long they are answered.
pub(super) async fn list_templates(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Wanted { datasets, offset, limit, lengths } = Wanted::parse(query)?;
    let templates = if lengths {
        let ask = move |library: &Library, budget: &Budget| {
            library.templates_with_lengths(&datasets, offset, limit, budget)
        };
        state.search(ask).await?
    } else {
        state.ask(Lane::Records, move |library| library.templates(&datasets, offset, limit)).await?
    };
    let templates = state.site.complete(templates);
    answer::json_unless_known(&headers, &templates, &templates)
}

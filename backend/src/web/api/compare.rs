//! `/compare`: what two blends have in common; `/compare/figure`: both for a paper. `a` and `b` say each what it is, as in
//! the address of the page: `convllava/1` for a stage, or `?` and a search.

use super::board::{figure, form_of, one_of};
use super::query::{Query, bad};
use super::{ApiError, AppState, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_blend::board::Board;
use blendscope_library::Compared;
use blendscope_shared::search::SearchParams;

/// `GET /compare?a=&b=`.
pub(super) async fn get_compare(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (a, b, rest) = both(query)?;
    rest.only(&[])?;
    let common = state.search(move |library, budget| library.common(&a, &b, budget)).await?;
    answer::json_unless_known(&headers, &common, &common)
}

/// `GET /compare/figure?as=&a=&b=`, `by` a unit.
pub(super) async fn get_figure(State(state): State<AppState>, query: Query) -> Result<Response, ApiError> {
    let (form, query) = one_of(query, "as")?;
    let form = form_of(&form)?;
    let (a, b, rest) = both(query)?;
    let Board { by, .. } = Board::parse(rest.pairs())?;
    let table = state.search(move |library, budget| library.compare_table(&a, &b, by, budget)).await?;
    Ok(figure(form, table.write(form)))
}

fn both(query: Query) -> Result<(Compared, Compared, Query), ApiError> {
    let (a, query) = one_of(query, "a")?;
    let (b, query) = one_of(query, "b")?;
    Ok((compared("a", &a)?, compared("b", &b)?, query))
}

fn compared(name: &str, said: &str) -> Result<Compared, ApiError> {
    if let Some(search) = said.strip_prefix('?') {
        let params = SearchParams::parse(Query::parse(search)?.pairs())?;
        return Ok(Compared::Search(Box::new(params)));
    }
    let wrong = || bad(name, "is neither a stage such as `convllava/1` nor `?` and a search");
    let (slug, number) = said.split_once('/').unwrap_or((said, "1"));
    Ok(Compared::Stage(slug.to_owned(), number.parse().map_err(|_| wrong())?))
}

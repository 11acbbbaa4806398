//! `/board`: what is known of the parts of a blend board, and what is made of it: a trainer's mixture file, the samples
//! with their manifest, a figure. The board is the query string, as in the address of its page.

use super::query::{Query, Segments, bad};
use super::{ApiError, AppState, answer, export};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use blendscope_blend::board::Board;
use blendscope_blend::board::table::Form;
use blendscope_blend::format::Format;
use blendscope_library::Lines;
use blendscope_shared::board::MixtureFile;
use blendscope_shared::search::SearchParams;

/// `GET /board`.
pub(super) async fn get_board(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (board, sources) = read(&query)?;
    let facts = state.search(move |library, budget| library.board(&sources, board.more(), budget)).await?;
    answer::json_unless_known(&headers, &facts, &facts)
}

/// `GET /board/account`: what the samples come to that the board takes.
pub(super) async fn get_account(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (board, sources) = read(&query)?;
    let account =
        state.search(move |library, budget| library.board_account(&board, &sources, budget)).await?;
    answer::json_unless_known(&headers, &account, &account)
}

/// `GET /board/mixture?to=`: the board in the words of a trainer.
pub(super) async fn get_mixture(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (to, query) = one_of(query, "to")?;
    let names = || Format::ALL.map(Format::name).join(", ");
    let format =
        Format::from_name(&to).ok_or_else(|| bad("to", &format!("`{to}` is none of {}", names())))?;
    let (board, sources) = read(&query)?;
    let exported =
        state.search(move |library, budget| library.export_board(&board, &sources, format, budget)).await?;
    let file = MixtureFile { text: exported.text, notes: exported.notes };
    answer::json_unless_known(&headers, &file, &file)
}

/// `GET /board/samples`: the records of the board's samples, as JSON lines; with `what=manifest` where each is from.
pub(super) async fn get_samples(State(state): State<AppState>, query: Query) -> Result<Response, ApiError> {
    let (what, query) = query.split("what");
    let lines = match what.as_slice() {
        [] => Lines::Records,
        [what] => Lines::from_name(what).ok_or_else(|| bad("what", "is neither `records` nor `manifest`"))?,
        _ => return Err(bad("what", "is given twice").into()),
    };
    let (board, sources) = read(&query)?;
    let name = match lines {
        Lines::Records => "blend.jsonl".to_owned(),
        other => format!("blend.{}.jsonl", other.name()),
    };
    export::stream(&state, name, move |library, budget| library.write_board(&board, &sources, lines, budget))
        .await
}

/// `GET /board/figure?as=`: the board for a paper.
pub(super) async fn get_figure(State(state): State<AppState>, query: Query) -> Result<Response, ApiError> {
    let (form, query) = one_of(query, "as")?;
    let form = form_of(&form)?;
    let (board, sources) = read(&query)?;
    let table = state.search(move |library, budget| library.board_table(&board, &sources, budget)).await?;
    Ok(figure(form, table.write(form)))
}

/// `GET /recipes/{slug}/figure?as=`: a recipe for a paper; `by` a unit, `of=here` what is under the root.
pub(super) async fn get_recipe_figure(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    query: Query,
) -> Result<Response, ApiError> {
    let (form, query) = one_of(query, "as")?;
    let form = form_of(&form)?;
    let Board { by, is_here, .. } = Board::parse(query.pairs())?;
    let table = state.search(move |library, _| library.recipe_table(&slug, by, is_here)).await?;
    Ok(figure(form, table.write(form)))
}

/// The form of a figure, by its name.
pub(super) fn form_of(name: &str) -> Result<Form, ApiError> {
    let form = Form::ALL.into_iter().find(|form| form.name() == name);
    Ok(form.ok_or_else(|| bad("as", "is none of svg, latex, markdown"))?)
}

/// A figure as a file.
pub(super) fn figure(form: Form, text: String) -> Response {
    let (kind, name) = match form {
        Form::Svg => ("image/svg+xml", "blend.svg"),
        Form::Latex => ("text/plain; charset=utf-8", "blend.tex"),
        Form::Markdown => ("text/plain; charset=utf-8", "blend.md"),
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&export::disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A parameter that has to be there once, and the others.
pub(super) fn one_of(query: Query, name: &str) -> Result<(String, Query), ApiError> {
    let (mut values, others) = query.split(name);
    match (values.pop(), values.is_empty()) {
        (Some(value), true) => Ok((value, others)),
        _ => Err(bad(name, "has to be given once").into()),
    }
}

/// The board, and the searches of its parts.
fn read(query: &Query) -> Result<(Board, Vec<SearchParams>), ApiError> {
    let board = Board::parse(query.pairs())?;
    let source = |source: &str| Ok::<_, ApiError>(SearchParams::parse(Query::parse(source)?.pairs())?);
    let sources = board.parts.iter().map(|part| source(&part.source)).collect::<Result<_, _>>()?;
    Ok((board, sources))
}

//! `/search`: samples that match, by query string or by JSON body.

use super::body::JsonBody;
use super::query::{NoQuery, Query, bad};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::search::{FacetsAnswer, ParamError, SearchAnswer, SearchParams};
use serde_json::{Map, Value};

/// `GET /search`.
pub(super) async fn search(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = SearchParams::parse(query.pairs())?;
    let answer = state.ask(Lane::Records, move |library| library.search(&params)).await?;
    let untimed = SearchAnswer { took_ms: 0.0, total_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// `GET /facets`.
pub(super) async fn facets(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = SearchParams::parse(query.pairs())?;
    let answer = state.ask(Lane::Records, move |library| library.facets(&params)).await?;
    let untimed = FacetsAnswer { took_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// `POST /facets`: as `POST /search`.
pub(super) async fn facets_by_body(
    State(state): State<AppState>,
    _: NoQuery,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let params = params_of(&body)?;
    answer::json(&state.ask(Lane::Records, move |library| library.facets(&params)).await?)
}

/// `POST /search`: the same parameters as a JSON object, for queries too long for an address.
pub(super) async fn search_by_body(
    State(state): State<AppState>,
    _: NoQuery,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let params = params_of(&body)?;
    answer::json(&state.ask(Lane::Records, move |library| library.search(&params)).await?)
}

fn params_of(body: &[u8]) -> Result<SearchParams, ApiError> {
    let pairs = pairs_of_body(body)?;
    Ok(SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}

/// The parameters of a JSON body as the pairs of a query string.
pub(super) fn pairs_of_body(body: &[u8]) -> Result<Vec<(String, String)>, ApiError> {
    let object = serde_json::from_slice(body).map_err(|error| ApiError::BadBody(error.to_string()))?;
    Ok(pairs_of(object)?)
}

/// The object as the pairs of a query string: an array repeats its name, null is as good as absent.
fn pairs_of(object: Map<String, Value>) -> Result<Vec<(String, String)>, ParamError> {
    let mut pairs = Vec::new();
    for (name, value) in object {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => return Err(bad(&name, "must not be nested")),
            };
            pairs.push((name.clone(), text));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(value: Value) -> Result<SearchParams, ParamError> {
        let pairs = pairs_of(value.as_object().unwrap().clone())?;
        SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    #[test]
    fn a_body_says_the_same_as_a_query_string() {
        let by_body = params(json!({
            "q": "red bus", "typing": true, "dataset": ["a", "b"], "limit": 7, "cursor": null,
        }));
        let by_query = Query::parse("q=red+bus&typing=true&dataset=a&dataset=b&limit=7").unwrap();
        assert_eq!(by_body, SearchParams::parse(by_query.pairs()));
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert_eq!(params(json!({"q": {"and": []}})).unwrap_err().parameter, "q");
        assert_eq!(params(json!({"seed": "red"})).unwrap_err().parameter, "seed");
        assert_eq!(params(json!({"limit": 7.5})).unwrap_err().parameter, "limit");
    }
}

//! The first answer of a page of results, put into the page: its samples are on screen before the application runs, and
//! the browser has one thing less to ask for.

use super::search_params;
use crate::web::api::AppState;
use crate::web::html::escape;
use axum::extract::Query;
use axum::http::Uri;
use blendscope_shared::search::SearchParams;
use std::time::Duration;
use tokio::time::timeout;

/// How long the page waits for it. A search that takes longer is asked for by the page itself, as if it were not here.
const PATIENCE: Duration = Duration::from_millis(50);
/// Samples that the list asks for at once.
const PAGE: u32 = 50;

/// An answer and the search that it belongs to.
pub(super) struct FirstAnswer {
    search: String,
    json: String,
}

impl FirstAnswer {
    /// The answer to what a page of results shows first, if it is there in time.
    pub(super) async fn of(state: &AppState, uri: &Uri) -> Option<Self> {
        let params = SearchParams { limit: Some(PAGE), offset: offset(uri), ..search_params(uri)? };
        let search = params.to_query();
        let answer = state.search(move |library, budget| library.search(&params, budget));
        let answer = timeout(PATIENCE, answer).await.ok()?.ok()?;
        let json = serde_json::to_string(&state.site.complete(answer)).ok()?;
        Some(Self { search, json })
    }

    /// Writes it before the first script of the shell, as data that no browser runs.
    pub(super) fn write_into(&self, shell: &str) -> String {
        let Some((head, rest)) = shell.split_once("<script") else { return shell.to_owned() };
        let (search, json) = (escape(&self.search), self.json.replace('<', "\\u003c"));
        format!(
            "{head}<script type=\"application/json\" id=\"first-answer\" data-search=\"{search}\">{json}</script><script{rest}"
        )
    }
}

/// Where the page begins that holds the sample at which the list stands.
fn offset(uri: &Uri) -> u64 {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|pairs| pairs.0).unwrap_or_default();
    let at = pairs.iter().find(|(name, _)| name == "at").and_then(|(_, at)| at.parse().ok()).unwrap_or(0);
    at / u64::from(PAGE) * u64::from(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_data_ends_the_script() {
        let first = FirstAnswer { search: "q=\"a\"".to_owned(), json: "{\"q\":\"</script><b>\"}".to_owned() };
        assert_eq!(
            first.write_into("<head><script>x</script>"),
            "<head><script type=\"application/json\" id=\"first-answer\" data-search=\"q=&quot;a&quot;\">\
             {\"q\":\"\\u003c/script>\\u003cb>\"}</script><script>x</script>"
        );
    }
}

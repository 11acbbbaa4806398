//! `blendscope search`: a search in the terminal, its samples as lines of text, with how much there is, how the query
//! was read, and what may have been meant.

use super::error::CliError;
use super::query::{QueryArgs, as_texts, catch_up};
use super::signals::unless_stopped;
use super::terminal::{Colours, Look, Paint, harmless, note, or_closed};
use blendscope_engine::Budget;
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::search::{SearchAnswer, SearchHit, SearchParams, Snippet, Term};
use clap::Args;
use clap::builder::RangedU64ValueParser;
use indicatif::HumanCount;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// Search a folder with data in the terminal; exits with 0 if something was found, 1 if not, 2 on failure
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SearchArgs {
    #[command(flatten)]
    query: QueryArgs,

    /// Samples to show
    #[arg(long, value_name = "N", default_value_t = 10,
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=u64::from(SearchParams::MAX_LIMIT)))]
    limit: u32,

    /// Samples to leave out at the beginning
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u64,

    /// Print the answer of the API, one JSON object, instead
    #[arg(long)]
    json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colours,
}

const EXAMPLES: &str = "Examples:
  blendscope search playground/data red bus
  blendscope search playground/data '\"traffic light\" -night' --dataset llava-v1.5-mix665k
  blendscope search playground/data 'gpt:sorry' --json | jq .total.count
All samples of a result, as JSON lines: blendscope export --help";

/// Runs the command; says whether anything was found.
pub(super) fn run(args: &SearchArgs) -> Result<bool, CliError> {
    let params = args.params()?;
    let paint = Paint::of(args.color);
    let library = args.query.open()?;
    let searching = Arc::clone(&library);
    let search = move || {
        catch_up(&searching)?;
        Ok(searching.search(&params, &Budget::unlimited())?)
    };
    let answer = unless_stopped(search, || library.shut_down())?;
    let printed = if args.json { print_json(&answer) } else { print(&answer, paint) };
    or_closed(printed)?;
    if !args.json {
        for line in lines_of_summary(&answer) {
            note(&line);
        }
    }
    Ok(answer.total.count > 0)
}

impl SearchArgs {
    fn params(&self) -> Result<SearchParams, CliError> {
        let mut pairs = self.query.pairs();
        pairs.push(("limit".to_owned(), self.limit.to_string()));
        pairs.push(("offset".to_owned(), self.offset.to_string()));
        SearchParams::parse(as_texts(&pairs)).map_err(|error| CliError::Usage(error.to_string()))
    }
}

fn print(answer: &SearchAnswer, paint: Paint) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for hit in &answer.items {
        for line in lines_of_hit(hit, paint) {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn print_json(answer: &SearchAnswer) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, answer)?;
    writeln!(out)?;
    out.flush()
}

/// Columns that the names of roles take.
const ROLE_WIDTH: usize = 7;

/// The lines of a sample: its name, what it says by role, its images, its link.
fn lines_of_hit(hit: &SearchHit, paint: Paint) -> Vec<String> {
    let mut lines = vec![title(hit, paint)];
    lines.extend(hit.trouble.iter().map(|trouble| format!("  {}", harmless(trouble))));
    lines.extend(hit.snippets.iter().map(|snippet| {
        let role = format!("{:<ROLE_WIDTH$}", harmless(snippet.role.name()));
        format!("  {}{}", paint.text(Look::Aside, &role), passage(snippet, paint))
    }));
    if hit.image_count > 0 {
        let role = format!("{:<ROLE_WIDTH$}", "images");
        lines.push(format!("  {}{}", paint.text(Look::Aside, &role), images(hit)));
    }
    lines.push(format!("  {}", paint.text(Look::Aside, &hit.url)));
    lines
}

fn title(hit: &SearchHit, paint: Paint) -> String {
    let name = paint.text(Look::Title, &harmless(&format!("{}/{}", hit.dataset, hit.key)));
    let id = hit.id.as_ref().map_or(String::new(), |id| format!("id {}, ", harmless(id)));
    let aside = format!("{id}{}, {}", counted(hit.turn_count, "turn"), counted(hit.words, "word"));
    format!("{name}  {}", paint.text(Look::Aside, &aside))
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A passage with its matches marked.
fn passage(snippet: &Snippet, paint: Paint) -> String {
    let text: Vec<char> = harmless(&snippet.text).chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    for [begin, end] in &snippet.marks {
        out.extend(&text[at..*begin]);
        let found: String = text[*begin..*end].iter().collect();
        out.push_str(&paint.text(Look::Match, &found));
        at = *end;
    }
    out.extend(&text[at..]);
    out
}

fn images(hit: &SearchHit) -> String {
    let mut names: Vec<String> = hit.images.iter().map(image).collect();
    let more = hit.image_count.saturating_sub(names.len() as u64);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

fn image(view: &ImageView) -> String {
    // One elsewhere on the network has no key.
    let name = harmless(if view.key.is_empty() { &view.written } else { &view.key });
    match (view.status, view.width.zip(view.height)) {
        (ImageStatus::Present, Some((width, height))) => format!("{name} ({width}×{height})"),
        (ImageStatus::Missing, _) => format!("{name} (missing)"),
        (ImageStatus::Broken, _) => format!("{name} (broken)"),
        (ImageStatus::NotEmbedded, _) => format!("{name} (not embedded)"),
        (ImageStatus::Remote, _) => format!("{name} (remote)"),
        _ => name,
    }
}

/// Words that are offered in place of one that does not occur.
const SUGGESTIONS: usize = 3;

/// Lines about a result; the last one says how much there is.
fn lines_of_summary(answer: &SearchAnswer) -> Vec<String> {
    let understood = &answer.understood;
    let mut lines: Vec<String> = understood.notes.iter().map(|note| format!("note: {note}")).collect();
    lines.extend(understood.terms.iter().filter_map(did_you_mean));
    lines.extend(
        understood
            .without
            .iter()
            .map(|part| format!("note: without `{}` there would be {}", part.part, found(part.count))),
    );
    lines.push(total(answer));
    lines.iter().map(|line| harmless(line)).collect()
}

fn did_you_mean(term: &Term) -> Option<String> {
    let suggestions: Vec<&str> = term.suggestions.iter().take(SUGGESTIONS).map(String::as_str).collect();
    let (last, others) = suggestions.split_last()?;
    let words =
        if others.is_empty() { (*last).to_owned() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("note: no sample has `{}`; did you mean {words}?", term.text))
}

fn total(answer: &SearchAnswer) -> String {
    let (count, shown) = (answer.total.count, answer.items.len() as u64);
    let shown = if shown < count { format!(", {} shown", HumanCount(shown)) } else { String::new() };
    let so_far = if answer.total.is_final { "" } else { "; another process is still indexing" };
    format!("{} in {} ms{shown}{so_far}", found(count), answer.took_ms)
}

fn found(count: u64) -> String {
    if count == 1 { "1 sample".to_owned() } else { format!("{} samples", HumanCount(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::terminal::Colours;
    use blendscope_shared::role::Role;
    use blendscope_shared::search::{Part, SearchHit, Total, Understood};

    fn hit() -> SearchHit {
        let image = |key: &str, status| ImageView { key: key.to_owned(), status, ..ImageView::default() };
        SearchHit {
            dataset: "birds".to_owned(),
            key: "0123456789abc".to_owned(),
            id: Some("a\u{1b}[31m".to_owned()),
            url: "/s/birds/0123456789abc".to_owned(),
            images: vec![image("coco/1", ImageStatus::Missing)],
            image_count: 9,
            turn_count: 2,
            words: 1,
            snippets: vec![Snippet {
                turn: 1,
                role: Role::Gpt,
                text: "…赤いバス\nis red".to_owned(),
                marks: vec![[1, 3], [9, 12]],
            }],
            ..SearchHit::default()
        }
    }

    #[test]
    fn a_hit_says_what_where_and_how_to_get_there() {
        assert_eq!(
            lines_of_hit(&hit(), Paint::of(Colours::Never)),
            [
                "birds/0123456789abc  id a\u{fffd}[31m, 2 turns, 1 word",
                "  gpt    …赤いバス is red",
                "  images coco/1 (missing), and 8 more",
                "  /s/birds/0123456789abc",
            ]
        );
    }

    #[test]
    fn matches_stand_out() {
        let lines = lines_of_hit(&hit(), Paint::of(Colours::Always));
        assert!(lines[1].contains("…\u{1b}[1;31m赤い\u{1b}[0mバス is "), "{:?}", lines[1]);
        assert!(lines[1].ends_with("\u{1b}[1;31mred\u{1b}[0m"), "{:?}", lines[1]);
    }

    #[test]
    fn what_was_found_is_said_last() {
        let answer = SearchAnswer {
            total: Total { count: 1662, is_final: true },
            took_ms: 0.8,
            items: vec![SearchHit::default(); 10],
            ..SearchAnswer::default()
        };
        assert_eq!(lines_of_summary(&answer), ["1,662 samples in 0.8 ms, 10 shown"]);
    }

    #[test]
    fn an_empty_result_says_what_may_help() {
        let term = |text: &str, suggestions: &[&str]| Term {
            text: text.to_owned(),
            suggestions: suggestions.iter().map(|word| (*word).to_owned()).collect(),
            ..Term::default()
        };
        let understood = Understood {
            terms: vec![term("trafic", &["traffic", "tragic"]), term("bus", &[])],
            notes: vec!["a quote was not closed".to_owned()],
            without: vec![Part { part: "trafic".to_owned(), count: 1 }],
            ..Understood::default()
        };
        let total = Total { count: 0, is_final: false };
        let answer = SearchAnswer { total, understood, ..SearchAnswer::default() };
        assert_eq!(
            lines_of_summary(&answer),
            [
                "note: a quote was not closed",
                "note: no sample has `trafic`; did you mean traffic or tragic?",
                "note: without `trafic` there would be 1 sample",
                "0 samples in 0 ms; another process is still indexing",
            ]
        );
    }
}

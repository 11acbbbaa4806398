//! Copies of a sample, in the forms in which people take it elsewhere.

use super::{Icon, Symbol, copying};
use crate::{
    address,
    library::{Library, Progress},
    live::live,
    snippets,
};
use blendscope_shared::{
    image::{ImageStatus, ImageView},
    paths,
    sample::SampleView,
};
use leptos::prelude::*;

/// Something to copy: its name and the text, which is also shown.
#[derive(Clone)]
struct Form {
    name: &'static str,
    text: String,
}

/// A menu in three groups; each line shows what will be copied. Beside a list the commonest are buttons of their own.
#[component]
pub(crate) fn CopyMenu(
    /// The sample.
    sample: SampleView,
    /// Shows the commonest as buttons.
    #[prop(optional)]
    is_row: bool,
) -> impl IntoView {
    let library = Library::here();
    let sample = StoredValue::new(sample);
    let groups = Signal::derive(move || sample.with_value(|sample| groups(sample, library)));
    let line = |form: Form| {
        let done = RwSignal::new(None::<bool>);
        let shown: String = form.text.chars().take(90).collect::<String>().replace('\n', " ⏎ ");
        let note = move || match done.get() {
            None => "",
            Some(true) => "copied",
            Some(false) => "not allowed here",
        };
        let text = form.text;
        view! {
            <button type="button" class="menu__line" on:click=move |_| copying::copy(text.clone(), done)>
                <span>{form.name}</span>
                <span class="ellipsis" dir="ltr">{shown}</span>
                <span aria-live="polite">{live(note)}</span>
            </button>
        }
    };
    let menu = move || {
        let group = |(title, forms): (&'static str, Vec<Form>)| {
            view! {
                <div role="group" aria-label=title>
                    <h3>{title}</h3>
                    {forms.into_iter().map(line).collect_view()}
                </div>
            }
        };
        groups.get().into_iter().filter(|(_, forms)| !forms.is_empty()).map(group).collect_view()
    };
    let quick = is_row.then(|| {
        let all: Vec<Form> = untrack(|| groups.get()).into_iter().flat_map(|(_, forms)| forms).collect();
        let button = |name: &'static str| {
            let form = all.iter().find(|form| form.name == name)?;
            let text = form.text.clone();
            Some(view! { <super::CopyButton label=name text=Signal::stored(text) class="button button--quiet button--small" /> })
        };
        view! {
            <span class="muted">"Copy"</span>
            {["Link", "Id", "Path, as written", "Text"].map(button).collect_view()}
        }
    });
    let id = if is_row { "copy-more" } else { "copy" };
    view! {
        <div class="copyrow">
            {quick}
            <button class=if is_row { "button button--quiet button--small" } else { "button" } type="button" popovertarget=id data-testid="copy">
                {(!is_row).then(|| view! { <Icon symbol=Symbol::Copy /> })}
                {if is_row { "more" } else { "Copy" }}
                <Icon symbol=Symbol::Down />
            </button>
            <div class="popover menu" popover="auto" id=id>{live(menu)}</div>
        </div>
    }
}

fn groups(sample: &SampleView, library: Library) -> Vec<(&'static str, Vec<Form>)> {
    let form = |name, text: String| Form { name, text };
    let root = library.progress.with(|progress| match progress {
        Progress::Known(status) => status.root.clone(),
        Progress::Unknown | Progress::Offline => ".".to_owned(),
    });
    let text =
        sample.turns.iter().map(|turn| format!("{}: {}", turn.role.name(), turn.text)).collect::<Vec<_>>();
    let mut record = vec![form("Link", address::whole(&paths::sample_page(&sample.dataset, &sample.key)))];
    record.extend(sample.id.clone().map(|id| form("Id", id)));
    record.push(form("Key", sample.key.clone()));
    record.push(form("Text", text.join("\n\n")));
    record.push(form("JSON", sample.raw.clone()));
    let lines = |of: fn(&ImageView) -> String| {
        let lines: Vec<String> = sample.images.iter().map(of).filter(|line| !line.is_empty()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let mut pictures = Vec::new();
    pictures.extend(lines(|image| image.written.clone()).map(|text| form("Path, as written", text)));
    pictures.extend(lines(found).map(|text| form("Path, as found", text)));
    pictures.extend(lines(|image| image.key.clone()).map(|text| form("Image key", text)));
    let container = library.container(&sample.dataset, &sample.file.path);
    let mut elsewhere = Vec::new();
    elsewhere.extend(snippets::python(sample, &container, &root).map(|text| form("Python", text)));
    elsewhere.push(form("Command", snippets::command(sample, &root)));
    elsewhere.push(form("curl", snippets::curl(sample, &address::whole(""))));
    vec![("This record", record), ("Pictures, one line each", pictures), ("To load it elsewhere", elsewhere)]
}

/// Where a picture was found, as far as that is known.
fn found(image: &ImageView) -> String {
    let place = image.tried.last().filter(|_| image.status == ImageStatus::Present);
    place.cloned().unwrap_or_default()
}

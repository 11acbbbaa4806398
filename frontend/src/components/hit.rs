//! A sample of a list: as a row with passages, as a picture, as a line of a table.

use super::{DatasetChip, Icon, MarkedText, SampleList, Symbol, TermsBadge, Thumbnail, Why};
use crate::{
    address::at,
    columns::{Column, Columns},
    format,
    list::layout::Rect,
    live::{live, memo},
    router::Entry,
    text,
};
use blendscope_shared::{
    image::{ImageStatus, ImageView},
    role::Role,
    search::{SearchHit, SearchParams, Snippet, Sort},
};
use leptos::{ev::MouseEvent, prelude::*};

/// Pictures of a stack that are leafed through.
const LEAVES: usize = 6;
/// Width of a Latin letter of a tile's line, in pixels.
const LETTER: f64 = 6.4;
/// What of the line stands before the first hit.
const BEFORE_MARK: f64 = 0.25;
/// Latin letters before the first hit in a cell of the table.
const BEFORE_IN_TABLE: f64 = 10.0;

/// A row: picture, passages, facts.
#[component]
pub(crate) fn ListRow(row: u64, hit: SearchHit) -> impl IntoView {
    let list = SampleList::here();
    let query = list.results.head.with_untracked(|head| {
        let params = &head.as_ref()?.params;
        (params.effective_sort() == Sort::Relevance).then(|| params.q.clone())
    });
    let why = query.map(|query| {
        view! { <Why dataset=hit.dataset.clone() key=hit.key.clone() query /> }
    });
    let number = format::count(row + 1);
    view! {
        <HitLink row href=list.href(row, &hit) class="hit">
            <HitContent hit />
        </HitLink>
        <span class="hit__number">{number}</span>
        {why}
    }
}

/// The link around a sample; a plain click opens it beside the list.
#[component]
fn HitLink(row: u64, href: String, class: &'static str, children: Children) -> impl IntoView {
    let list = SampleList::here();
    let open = move |event: MouseEvent| {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !has_modifier {
            event.prevent_default();
            list.open(row, Entry::Push);
        }
    };
    let is_current = move || (list.selected.get() == Some(row)).then_some("true");
    view! {
        <a class=class data-testid="hit" href=at(&href) aria-current=is_current on:click=open>
            {children()}
        </a>
    }
}

/// What is shown of a sample in a row.
#[component]
pub(crate) fn HitContent(hit: SearchHit) -> impl IntoView {
    let lang = text::lang(&hit.lang);
    let length = text::length(&hit.lang, hit.words, hit.characters);
    let lines = match hit.snippets.len() {
        0 | 1 => "4",
        2 => "2",
        _ => "1",
    };
    let terms = hit.images.iter().find_map(|image| image.terms.clone());
    let passages = hit.snippets.into_iter().map(|snippet| view! { <Passage snippet lang=lang.clone() /> });
    let passages = passages.collect_view();
    let stack = (hit.image_count > 1).then(|| view! { <StackBadge count=hit.image_count /> });
    view! {
        <span class="hit__picture">
            {match hit.images.into_iter().next() {
                Some(image) => view! { <Thumbnail image width=148.0 /> }.into_any(),
                None => view! { <span class="thumbnail thumbnail--text"><Icon symbol=Symbol::Text />"text only"</span> }.into_any(),
            }}
            {stack}
        </span>
        <span class="hit__body">
            <span class="hit__snippets" style=("--lines", lines)>
                {hit.trouble.map(|trouble| view! { <span class="bad">{trouble}</span> })}
                {passages}
            </span>
            <span class="hit__facts">
                <DatasetChip slug=hit.dataset />
                <span class="hit__id" dir="auto">{hit.id}</span>
                <span>{format::counted(hit.turn_count, "turn", "turns")}</span>
                <span>{length}</span>
                {terms.map(|terms| view! { <TermsBadge terms is_small=true /> })}
            </span>
        </span>
    }
}

#[component]
fn Passage(snippet: Snippet, lang: Option<String>) -> impl IntoView {
    let class = format!("role role--{}", role_class(&snippet.role));
    let role = snippet.role.name().to_owned();
    view! {
        <span class="snippet">
            <span class=class>{role}</span>
            <span class="snippet__text" dir="auto" lang=lang>
                <MarkedText snippet />
            </span>
        </span>
    }
}

/// How many pictures a sample has.
#[component]
fn StackBadge(count: u64) -> impl IntoView {
    view! {
        <span class="stack-badge" title=format::counted(count, "picture", "pictures")>
            <Icon symbol=Symbol::Stack />
            {count.to_string()}
        </span>
    }
}

/// A picture with a line of text; on hover and focus more of it.
#[component]
pub(crate) fn GridTile(row: u64, hit: SearchHit, rect: Memo<Rect>) -> impl IntoView {
    let list = SampleList::here();
    let lang = text::lang(&hit.lang);
    let length = text::length(&hit.lang, hit.words, hit.characters);
    let line = best(&hit);
    let more = line.clone();
    let facts = format!("{} · {length}", format::counted(hit.turn_count, "turn", "turns"));
    let is_stack = hit.image_count > 1;
    let stack = is_stack.then(|| view! { <StackBadge count=hit.image_count /> });
    let leaf = RwSignal::new(0_usize);
    let href = list.href(row, &hit);
    let pictures: Vec<ImageView> = hit.images.iter().take(LEAVES).cloned().collect();
    let leaves = pictures.len();
    let leaf_through = move |event: leptos::ev::PointerEvent| {
        if leaves > 1 && event.pointer_type() == "mouse" {
            let share = f64::from(event.offset_x()) / rect.get_untracked().width.max(1.0);
            leaf.set(leaf_at(share, leaves));
        }
    };
    let segments = is_stack.then(|| {
        let segment = |number: usize| view! { <i class:on=move || leaf.get() == number></i> };
        view! { <span class="tile__leaf" aria-hidden="true">{(0..leaves).map(segment).collect_view()}</span> }
    });
    let shown = line.clone();
    let words_lang = lang.clone();
    let room = memo(move || rect.get().width / LETTER);
    let caption = move || {
        view! { <MarkedText snippet=from_first_mark(line.clone(), room.get() * BEFORE_MARK) /> }
    };
    let picture = move || match pictures.get(leaf.get()).cloned() {
        Some(image) => view! { <TilePicture image width=rect.get_untracked().width /> }.into_any(),
        None => view! {
            <span class="tile__words" dir="auto" lang=words_lang.clone()>
                <MarkedText snippet=shown.clone() />
            </span>
        }
        .into_any(),
    };
    view! {
        <HitLink row href class="tile">
            <span
                class="tile__picture"
                class:tile__picture--stack=is_stack
                on:pointermove=leaf_through
                on:pointerleave=move |_| leaf.set(0)
            >
                {live(picture)}
                {segments}
                {stack}
                <span class="tile__more" aria-hidden="true">
                    <span class="tile__passage" dir="auto" lang=lang.clone()><MarkedText snippet=more /></span>
                    <small>{facts}</small>
                </span>
            </span>
            <span class="tile__line">
                <DatasetChip slug=hit.dataset is_small=true />
                <span class="ellipsis" dir="auto" lang=lang>{live(caption)}</span>
            </span>
        </HitLink>
    }
}

#[expect(clippy::cast_sign_loss, reason = "a share is never negative")]
fn leaf_at(share: f64, leaves: usize) -> usize {
    ((share.clamp(0.0, 0.999)) * leaves as f64) as usize
}

/// The picture of a tile, or why there is none.
#[component]
fn TilePicture(image: ImageView, width: f64) -> impl IntoView {
    let why = match image.status {
        ImageStatus::Missing => Some("picture missing"),
        ImageStatus::Broken => Some("picture broken"),
        ImageStatus::NotEmbedded => Some("not in the file"),
        ImageStatus::Remote => Some("on the web"),
        ImageStatus::Present if image.thumbnail.is_empty() => Some("not shown here"),
        ImageStatus::Present | ImageStatus::Unchecked => None,
    };
    match why {
        Some(why) => view! {
            <span class="tile__absent">
                <b>{why}</b>
                <span class="mono" dir="auto">{image.written}</span>
            </span>
        }
        .into_any(),
        None => view! { <Thumbnail image width /> }.into_any(),
    }
}

/// What is worth reading of a sample in one line: what matches, else what is said of the picture.
fn best(hit: &SearchHit) -> Snippet {
    let marked = hit.snippets.iter().find(|snippet| !snippet.marks.is_empty());
    if let Some(snippet) = marked {
        return snippet.clone();
    }
    let words = hit.trouble.as_ref().or(hit.answer.as_ref()).or(hit.question.as_ref());
    let plain = |text: &String| Snippet { turn: 0, role: Role::Gpt, text: text.clone(), marks: Vec::new() };
    words
        .filter(|text| !text.is_empty())
        .map(plain)
        .or_else(|| hit.snippets.first().cloned())
        .unwrap_or(Snippet { turn: 0, role: Role::Gpt, text: String::new(), marks: Vec::new() })
}

/// A passage from shortly before its first hit on, so that the hit is in view in a short line: with at most so much
/// before it, in widths of a Latin letter.
fn from_first_mark(snippet: Snippet, before: f64) -> Snippet {
    let Some(first) = snippet.marks.first().map(|mark| mark[0]) else { return snippet };
    let characters: Vec<char> = snippet.text.chars().collect();
    let first = first.min(characters.len());
    let mut left = before;
    let fits = characters[..first].iter().rev().take_while(|letter| {
        left -= text::width(**letter);
        left >= 0.0
    });
    let from = first - fits.count();
    // Cutting off a letter or two wins nothing.
    if from <= 2 {
        return snippet;
    }
    let blank = characters[from..first].iter().position(|letter| letter.is_whitespace());
    let from = blank.map_or(from, |blank| from + blank + 1);
    let text = std::iter::once('…').chain(characters[from..].iter().copied()).collect();
    let marks = snippet.marks.iter().map(|mark| mark.map(|offset| offset - from + 1)).collect();
    Snippet { text, marks, ..snippet }
}

/// The head of a table: a button per column that sorts by it, and an edge that is dragged.
#[component]
pub(crate) fn TableHead() -> impl IntoView {
    let list = SampleList::here();
    let width = move || format::decimal(list.width(), 0) + "px";
    let columns = Columns::here();
    let router = crate::router::Router::here();
    let sort = memo(move || router.state.with(|state| state.params.effective_sort()));
    let head = move |column: Column| {
        let state = move || column.sorted(sort.get());
        let sorted =
            move || state().map(|is_descending| if is_descending { "descending" } else { "ascending" });
        let press = move |_| {
            let next = column.next_sort(sort.get_untracked());
            let params =
                router.state.with_untracked(|state| SearchParams { sort: next, ..state.params.clone() });
            router.go(&router.searched(params), Entry::Push);
        };
        let name = column.title();
        let content = if column.by().is_some() {
            view! {
                <button type="button" on:click=press title=format!("Sort by {}", name.to_ascii_lowercase())>
                    {name}
                    {live(move || state().map(|is_descending| if is_descending { " ↓" } else { " ↑" }))}
                </button>
            }
            .into_any()
        } else {
            view! { <span>{name}</span> }.into_any()
        };
        view! {
            <span role="columnheader" class="table-head__cell" class:right=column.is_number() aria-sort=sorted>
                {content}
                <span
                    class="table-head__edge"
                    on:pointerdown=move |event| columns.begin_resize(column, &event)
                    on:pointermove=move |event| columns.resize(&event)
                    on:pointerup=move |_| columns.end_resize()
                    on:dblclick=move |_| columns.reset(column)
                ></span>
            </span>
        }
        .into_any()
    };
    view! {
        <div class="table-head" role="row" style:width=width>
            {live(move || columns.shown().into_iter().map(head).collect_view())}
        </div>
    }
}

/// A line of the table. Its link stands in the first cell and covers all of it.
#[component]
pub(crate) fn TableRow(row: u64, hit: SearchHit) -> impl IntoView {
    let list = SampleList::here();
    let columns = Columns::here();
    let href = list.href(row, &hit);
    let hit = StoredValue::new(hit);
    let cells = move || {
        let cell = |(place, column): (usize, Column)| {
            let content = hit.with_value(|hit| cell(row, column, hit));
            let content = if place == 0 {
                view! {
                    <HitLink row href=href.clone() class="table-row__link">
                        {content}
                    </HitLink>
                }
                .into_any()
            } else {
                content
            };
            view! {
                <span role="cell" class:right=column.is_number()>
                    {content}
                </span>
            }
        };
        columns.shown().into_iter().enumerate().map(cell).collect_view()
    };
    view! {
        <div
            class="table-row"
            role="row"
            data-testid="line"
            aria-rowindex=(row + 2).to_string()
        >
            {live(cells)}
        </div>
    }
}

/// What a column says of a sample.
fn cell(row: u64, column: Column, hit: &SearchHit) -> AnyView {
    let lang = text::lang(&hit.lang);
    let words = |role: Role, beginning: &Option<String>| {
        let marked = hit.snippets.iter().find(|snippet| snippet.role == role && !snippet.marks.is_empty());
        let plain =
            || Snippet { turn: 0, role, text: beginning.clone().unwrap_or_default(), marks: Vec::new() };
        let snippet = marked.cloned().map_or_else(plain, |snippet| from_first_mark(snippet, BEFORE_IN_TABLE));
        view! { <span class="clamp" dir="auto" lang=lang.clone()><MarkedText snippet /></span> }.into_any()
    };
    let has_spaces = !text::is_unspaced(&hit.lang);
    match column {
        Column::Number => format::count(row + 1).into_any(),
        Column::Picture => {
            let stack = (hit.image_count > 1).then(|| view! { <StackBadge count=hit.image_count /> });
            let image = hit.images.first().cloned();
            view! {
                <span class="table-row__picture">
                    {image.map(|image| view! { <Thumbnail image width=64.0 /> })}
                    {stack}
                </span>
            }
            .into_any()
        }
        Column::Question => words(Role::Human, &hit.question),
        Column::Answer => words(Role::Gpt, &hit.answer),
        Column::Dataset => view! { <DatasetChip slug=hit.dataset.clone() /> }.into_any(),
        Column::Id => view! { <span class="mono clamp" dir="auto">{hit.id.clone()}</span> }.into_any(),
        Column::Lang => format::language(&hit.lang).to_owned().into_any(),
        Column::Turns => format::count(hit.turn_count).into_any(),
        Column::Pictures => format::count(hit.image_count).into_any(),
        Column::Characters => {
            let characters = hit.characters as f64;
            let longest = SampleList::here().results.most_characters;
            let width = move || format::decimal(characters / longest.get().max(1) as f64 * 100.0, 1) + "%";
            view! { {format::count(hit.characters)} <span class="meter" style=("--v", width) aria-hidden="true"></span> }.into_any()
        }
        Column::Words if has_spaces => format::count(hit.words).into_any(),
        Column::Words => {
            view! { <span class="muted" title="This language has no spaces between words">"–"</span> }
                .into_any()
        }
        Column::Flags => hit
            .flags
            .iter()
            .map(|flag| view! { <span class="tag tag--flag">{flag.title.clone()}</span> })
            .collect_view()
            .into_any(),
    }
}

/// Style class of a role.
pub(crate) fn role_class(role: &Role) -> &'static str {
    match role {
        Role::Human => "human",
        Role::Gpt => "gpt",
        Role::System => "system",
        Role::Other(_) => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(text: &str, marks: &[[usize; 2]]) -> Snippet {
        Snippet { turn: 0, role: Role::Gpt, text: text.to_owned(), marks: marks.to_vec() }
    }

    #[test]
    fn a_line_begins_shortly_before_its_first_hit() {
        let line = from_first_mark(snippet("It is a very long way to the dog here", &[[29, 32]]), 10.0);
        assert_eq!((line.text.as_str(), line.marks), ("…to the dog here", vec![[8, 11]]));
        let near = from_first_mark(snippet("a dog", &[[2, 5]]), 1.0);
        assert_eq!(near.text, "a dog");
        // Japanese letters take the room of two.
        let cjk = from_first_mark(snippet("これはとても長い文章でここに犬がいます", &[[14, 15]]), 5.0);
        assert_eq!((cjk.text.as_str(), cjk.marks), ("…こに犬がいます", vec![[3, 4]]));
    }
}

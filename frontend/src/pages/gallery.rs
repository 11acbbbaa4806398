//! Every component that can stand alone, in each of its states: for whoever changes one. Built with the feature `gallery`,
//! as `cargo xtask dev` does.

use crate::{
    api::ApiError,
    blend::{self, Share},
    boxes::Frame,
    components::{
        Absent, BlendBar, BoxesOnPictures, Conversation, CopyButton, DatasetChip, ErrorNotice, HitContent,
        Hits, Icon, MarkedText, PageHeading, ProblemList, ReferenceBadge, Segments, Skeleton, StageBar,
        Symbol, TermTag, TermsBadge, Thumbnail,
    },
    live::memo,
    recipe,
    url_state::Tab,
};
use blendscope_shared::{
    dataset::RecordProblem,
    image::{ImageStatus, ImageView},
    problem::Problem,
    recipe::{Part, Stage},
    role::Role,
    sample::{FilePlace, SampleView, Turn},
    search::{SearchHit, Snippet, Term, TermForm},
};
use leptos::prelude::*;

/// Statuses of pictures that are not there.
const ABSENT: [ImageStatus; 4] =
    [ImageStatus::Missing, ImageStatus::Broken, ImageStatus::Remote, ImageStatus::NotEmbedded];

/// `/dev/gallery`
#[component]
pub(crate) fn GalleryPage() -> impl IntoView {
    view! {
        <article class="page">
            <div class="page__head">
                <PageHeading title=Signal::stored("Gallery".to_owned())>"Gallery"</PageHeading>
            </div>
            {group("Buttons and choices", buttons())}
            {group("Tags", tags())}
            {group("Terms of a query", terms())}
            {group("Waiting", view! { <Skeleton count=2 class="skeleton--card" /><Skeleton count=2 class="skeleton--turn" /> }.into_any())}
            {group("Errors", errors())}
            {group("Pictures that are not there", absent())}
            {group("Bars", bars())}
            {group("Hits", hits())}
            {group("Texts", texts())}
        </article>
    }
}

fn group(title: &'static str, content: AnyView) -> AnyView {
    view! { <section class="gallery"><h2>{title}</h2>{content}</section> }.into_any()
}

fn buttons() -> AnyView {
    let chosen = RwSignal::new(1);
    view! {
        <p class="tags">
            <button class="button" type="button">"plain"</button>
            <button class="button button--main" type="button">"main"</button>
            <button class="button button--quiet" type="button">"quiet"</button>
            <button class="button button--small" type="button">"small"</button>
            <button class="button" type="button" disabled>"disabled"</button>
            <button class="button button--icon" type="button" aria-label="icon"><Icon symbol=Symbol::Copy /></button>
            <span class="button button--icon button--off" aria-hidden="true"><Icon symbol=Symbol::Next /></span>
            <CopyButton label="Copy" text=Signal::stored("copied".to_owned()) class="button" />
        </p>
        <Segments label="Large" names=&["samples", "words", "images"] chosen />
        <Segments label="Small" names=&["samples", "words", "images"] chosen is_small=true />
    }
    .into_any()
}

fn tags() -> AnyView {
    view! {
        <p class="tags">
            <span class="tag">"plain"</span>
            <span class="tag tag--line">"line"</span>
            <span class="tag tag--flag">"flag"</span>
            <span class="tag tag--bad">"bad"</span>
            <ReferenceBadge />
            <TermsBadge terms="CC BY-NC 4.0".to_owned() />
            <DatasetChip slug="llava-v1.5-mix665k".to_owned() />
            <DatasetChip slug="unknown-to-the-catalog".to_owned() is_small=true />
        </p>
    }
    .into_any()
}

fn terms() -> AnyView {
    let term = |text: &str, kind: &str| Term {
        text: text.to_owned(),
        kind: kind.to_owned(),
        count: 1_234,
        ..Term::default()
    };
    let forms = ["dog", "dogs"].map(|text| TermForm { text: text.to_owned(), count: 600 }).to_vec();
    let all = [
        term("red", "word"),
        term("red bus", "phrase"),
        term("gira", "prefix"),
        Term { excluded: true, ..term("cat", "word") },
        Term { field: Some("gpt".to_owned()), ..term("犬", "word") },
        Term { form_count: 4, forms, ..term("dog", "word") },
    ];
    view! { <p class="tags">{all.map(|term| view! { <TermTag term /> }.into_any()).into_iter().collect_view()}</p> }.into_any()
}

fn errors() -> AnyView {
    let problem = Problem {
        kind: "bad-parameter".to_owned(),
        title: "Bad parameter".to_owned(),
        status: 400,
        detail: "parameter `limit`: must be from 1 to 200, not 0".to_owned(),
    };
    let retry = Callback::new(|()| ());
    let problems = vec![
        RecordProblem {
            file: "a.json".to_owned(),
            record: Some(7),
            byte_offset: 512,
            message: "no turns".to_owned(),
        },
        RecordProblem {
            file: "b.json".to_owned(),
            record: None,
            byte_offset: 0,
            message: "is a web page".to_owned(),
        },
    ];
    view! {
        <ErrorNotice error=ApiError::Problem(problem) retry />
        <ErrorNotice error=ApiError::Network retry />
        <ErrorNotice error=ApiError::Status(502) retry />
        <ProblemList problems total=5 />
    }
    .into_any()
}

fn absent() -> AnyView {
    let image = |status| ImageView {
        key: "coco/000000033471".to_owned(),
        status,
        written: "coco/train2017/000000033471.jpg".to_owned(),
        tried: vec!["coco/train2017/000000033471.jpg".to_owned(), "coco/000000033471.jpg".to_owned()],
        trouble: (status == ImageStatus::Broken).then(|| "ends after 512 of 9,000 bytes".to_owned()),
        ..ImageView::default()
    };
    let each = |status| {
        view! {
            <Absent image=image(status) number=Some(0) />
            <span class="hit__picture"><Thumbnail image=image(status) /></span>
        }
        .into_any()
    };
    ABSENT.into_iter().map(each).collect_view().into_any()
}

fn bars() -> AnyView {
    let share = |(slug, count, lift): (&str, u64, Option<f64>)| Share {
        slug: slug.to_owned(),
        title: slug.to_owned(),
        count,
        share: count as f64 / 1_000.0,
        lift,
        swatch: blend::swatch(slug),
    };
    let shares: Vec<Share> = [
        ("llava-v1.5-mix665k", 700, Some(2.9)),
        ("llava-pretrain", 250, Some(0.4)),
        ("sharegpt4v", 50, None),
    ]
    .map(share)
    .to_vec();
    let part = |(title, documented, found): (&str, u64, u64)| Part {
        dataset: title.to_owned(),
        title: title.to_owned(),
        is_found: found > 0,
        documented: Some(documented),
        found,
        samples: found,
        share: found as f64 / 800.0,
        share_documented: Some(documented as f64 / 1_000.0),
        ..Part::default()
    };
    let parts =
        [("llava-pretrain", 600, 600), ("sharegpt4v", 300, 200), ("not-here", 100, 0)].map(part).to_vec();
    let stage =
        Stage { title: "Stage 1".to_owned(), parts, documented: 1_000, found: 800, ..Stage::default() };
    let pieces = recipe::as_documented(&stage).unwrap_or_default();
    view! {
        <BlendBar shares=Signal::stored(shares) unit=Signal::stored("samples") href=|slug: String| format!("/datasets/{slug}") />
        <StageBar name="documented" parts=stage.parts pieces />
    }
    .into_any()
}

fn hits() -> AnyView {
    let snippet = |text: &str, marks: &[[usize; 2]]| Snippet {
        turn: 1,
        role: Role::Gpt,
        text: text.to_owned(),
        marks: marks.to_vec(),
    };
    let hit = |lang: &str, snippets| SearchHit {
        dataset: "llava-pretrain".to_owned(),
        key: "0".repeat(13),
        id: Some("000000033471".to_owned()),
        url: "/dev/gallery".to_owned(),
        turn_count: 2,
        words: 12,
        characters: 60,
        lang: lang.to_owned(),
        snippets,
        ..SearchHit::default()
    };
    let trouble = Some("the file has changed since it was read".to_owned());
    let all = [
        hit("en", vec![snippet("A red bus stands at the corner.", &[[2, 5]])]),
        hit("ja", vec![snippet("赤いバスが角に止まっています。犬がいます。", &[[15, 16]])]),
        hit("ar", vec![snippet("حافلة حمراء عند الزاوية", &[[6, 11]])]),
        SearchHit { trouble, ..hit("und", Vec::new()) },
    ];
    let rows = all
        .map(|hit| view! { <li class="hit"><HitContent hit /></li> }.into_any())
        .into_iter()
        .collect_view();
    let marked = snippet("<image>A dog and another dog", &[[9, 12], [25, 28]]);
    view! {
        <ol class="hits">{rows}</ol>
        <p><MarkedText snippet=marked /></p>
    }
    .into_any()
}

fn texts() -> AnyView {
    let turn = |role, text: &str| Turn { role, text: text.to_owned() };
    let markdown = "**Bold**, *emphasis*, `code`, $x^2$ and a box [0.10, 0.20, 0.50, 0.60].\n\n\
                    1. one\n2. two\n\n> quoted\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n\n\
                    $$\\frac{a}{b}$$";
    let sample = SampleView {
        dataset: "gallery".to_owned(),
        key: "0".repeat(13),
        id: None,
        ordinal: 0,
        url: "/dev/gallery".to_owned(),
        file: FilePlace { path: "a.json".to_owned(), record: 0, byte_offset: 0 },
        turns: vec![
            turn(Role::System, "You are a helpful assistant."),
            turn(Role::Human, "<image>\nWhat is this?"),
            turn(Role::Gpt, markdown),
            turn(Role::Other("tool".to_owned()), ""),
            turn(Role::Gpt, &"A long answer. ".repeat(140)),
        ],
        words: 0,
        characters: 0,
        lang: "en".to_owned(),
        flags: Vec::new(),
        stages: Vec::new(),
        images: Vec::new(),
        boxes: Vec::new(),
        terms: None,
        marks: Vec::new(),
        extra: serde_json::Map::new(),
        odd: Vec::new(),
        raw: String::new(),
        previous: None,
        next: None,
        twins: Vec::new(),
    };
    BoxesOnPictures::provide(Vec::new(), None, Frame::Picture);
    let hits = Hits::provide(0);
    let tab = memo(|| Tab::Markdown);
    view! { <Conversation sample tab open=Callback::new(|_| ()) hits /> }.into_any()
}

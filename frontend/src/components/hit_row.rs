//! A row of the result list.

use super::{DatasetChip, Icon, MarkedText, Symbol, TermsBadge, Thumbnail};
use crate::format;
use blendscope_shared::search::{SearchHit, Snippet};
use leptos::prelude::*;

/// Pictures that fit into a row.
const SHOWN_PICTURES: usize = 1;

/// Picture, passages, facts. The whole row is one link.
#[component]
pub(crate) fn HitRow(
    /// What to show.
    hit: SearchHit,
    /// Where it leads.
    href: String,
) -> impl IntoView {
    let more = hit.image_count.saturating_sub(SHOWN_PICTURES as u64);
    let alt = hit.snippets.first().map_or_else(String::new, |snippet| snippet.text.clone());
    let terms = hit.images.iter().find_map(|image| image.terms.clone());
    let pictures = hit.images.into_iter().take(SHOWN_PICTURES);
    let pictures = pictures.map(|image| view! { <Thumbnail image alt=alt.clone() /> }).collect_view();
    let has_pictures = hit.image_count > 0;
    view! {
        <a class="hit" data-testid="hit" href=href>
            <span class="hit__pictures">
                {pictures}
                {(!has_pictures)
                    .then(|| {
                        view! {
                            <span class="thumbnail thumbnail--text">
                                <Icon symbol=Symbol::Text />
                                <span>"text only"</span>
                            </span>
                        }
                    })} {(more > 0).then(|| view! { <span class="hit__more">{format!("+{more}")}</span> })}
            </span>
            <span class="hit__body">
                <span class="hit__snippets">
                    {hit
                        .trouble
                        .map(|trouble| view! { <span class="snippet snippet--trouble">{trouble}</span> })}
                    {hit.snippets.into_iter().map(|snippet| view! { <Passage snippet /> }).collect_view()}
                </span>
                <span class="hit__facts">
                    <DatasetChip slug=hit.dataset />
                    <span class="hit__id" dir="auto">
                        {hit.id.unwrap_or_else(|| format!("#{}", hit.ordinal))}
                    </span>
                    <span>{format::counted(hit.turn_count, "turn", "turns")}</span>
                    <span>{format::counted(hit.words, "word", "words")}</span>
                    {terms.map(|terms| view! { <TermsBadge terms /> })}
                </span>
            </span>
        </a>
    }
}

#[component]
fn Passage(snippet: Snippet) -> impl IntoView {
    let role = snippet.role.name().to_owned();
    let class = format!("role role--{}", super::turn_bubble::role_class(&snippet.role));
    view! {
        <span class="snippet">
            <span class=class>{role}</span>
            <span class="snippet__text" dir="auto">
                <MarkedText snippet />
            </span>
        </span>
    }
}

//! The rows of a recipe's table: languages, parts, and the account of each stage.

use super::Shown;
use crate::{address::at, blend, format, recipe};
use blendscope_blend::board::Unit;
use blendscope_blend::board::reckon::ReckonedPart;
use blendscope_blend::board::stages::{Column, Stages};
use blendscope_shared::{
    account::{Overlap, StageOverlap},
    paths,
    recipe::Part,
};
use leptos::prelude::*;

/// Units by which languages are told: a share of samples is not one of tokens.
const BY: [Unit; 4] = [Unit::Samples, Unit::Tokens, Unit::AnswerTokens, Unit::ImageTokens];

/// How much of each stage is in each language beside English.
pub(super) fn language_rows(table: &Stages, shown: Shown) -> AnyView {
    let rows = |lang: &String| {
        let name = format::language(lang).to_owned();
        let row = |unit: Unit| {
            let cells: Vec<_> = table
                .columns
                .iter()
                .map(|column| {
                    Some(match column.reckoned.in_language(lang, unit) {
                        Some(share) => language_cell(share, column.reckoned.is_estimate(unit)),
                        None => unknown(),
                    })
                })
                .collect();
            line(format!("by {}", unit.title()), Some(unit.meaning()), &table.columns, cells)
        };
        view! {
            <tbody data-testid="language">
                <tr class="board-table__section">
                    <th scope="rowgroup" colspan=(table.columns.len() + 1).to_string()>
                        {format!("How much is {name}")}
                    </th>
                </tr>
                {BY.map(row).into_iter().collect_view()}
            </tbody>
        }
    };
    let rows = table.languages.iter().map(rows).collect_view();
    let trap = (table.languages.iter().any(|lang| lang == "ja" || lang == "zh") && shown.by == Unit::Words).then(|| {
        view! {
            <tbody>
                <tr>
                    <td class="board-table__trap" colspan=(table.columns.len() + 1).to_string()>
                        "Words are counted between blanks, as the trainers count lengths. Japanese and Chinese have none: a whole answer is one word, or few. Use characters or tokens."
                    </td>
                </tr>
            </tbody>
        }
    });
    view! {
        {trap}
        {rows}
    }
    .into_any()
}

/// What is said where a part that is not here may change everything.
fn unknown() -> AnyView {
    view! {
        <span class="muted" title="Of parts that are not here nothing but the number of samples is known, and of some not even that">
            "not known: of a part too little is known"
        </span>
    }
    .into_any()
}

fn language_cell(share: f64, is_estimate: bool) -> AnyView {
    view! {
        <span class="meter meter--half">
            <span class="meter__fill" style:width=format::decimal(share * 100.0, 2) + "%"></span>
        </span>
        <span class="board-table__number">{format::share(share, is_estimate)}</span>
    }
    .into_any()
}

/// A row of the table: a name, and for each stage what stands there, if anything.
fn line(
    name: String,
    hint: Option<&'static str>,
    columns: &[Column],
    cells: Vec<Option<AnyView>>,
) -> AnyView {
    let cell = |(column, cell): (&Column, Option<AnyView>)| {
        let is_empty = cell.is_none();
        view! {
            <td class:board-table__empty=is_empty data-label=column.stage.title.clone()>
                {cell}
            </td>
        }
    };
    let cells = columns.iter().zip(cells).map(cell).collect_view();
    view! {
        <tr>
            <th scope="row" title=hint>
                {name}
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

/// A row for each dataset.
pub(super) fn part_rows(table: &Stages, shown: Shown) -> AnyView {
    let row = |(number, first): (usize, &Part)| {
        let cells = table.columns.iter().map(|column| {
            let place = column.cells[number];
            let cell = place.map(|place| {
                part_cell(&column.stage.parts[place], &column.reckoned.parts[place], column, place, shown)
            });
            view! {
                <td class:board-table__empty=place.is_none() data-label=column.stage.title.clone()>
                    {cell}
                </td>
            }
        });
        let cells = cells.collect_view();
        view! {
            <tr class="part" data-testid="part">
                <th scope="row">{part_name(first)}</th>
                {cells}
            </tr>
        }
    };
    let rows = table.rows.iter().enumerate().map(row).collect_view();
    view! {
        <tbody>
            <tr class="board-table__section">
                <th scope="rowgroup" colspan=(table.columns.len() + 1).to_string()>
                    {format!("Parts, share by {}", shown.by.title())}
                </th>
            </tr>
            {rows}
        </tbody>
    }
    .into_any()
}

fn part_name(part: &Part) -> AnyView {
    let is_one = part.datasets.len() < 2;
    let title = if part.is_found && is_one {
        view! { <a href=at(&paths::dataset_page(&part.dataset))>{part.title.clone()}</a> }.into_any()
    } else {
        view! { <span>{part.title.clone()}</span> }.into_any()
    };
    let several = (!is_one).then(|| part.datasets.join(", "));
    let language =
        (!part.lang.is_empty() && part.lang != "und").then(|| format::language(&part.lang).to_owned());
    let details = [language, several].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let sub_parts = (!part.parts.is_empty()).then(|| {
        let item = |sub: &blendscope_shared::recipe::SubPart| {
            let number = sub.documented.map(format::count).unwrap_or_default();
            view! { <li>{format!("{} ", sub.title)} <q>{sub.take.clone()}</q> {format!(" {number}")}</li> }
        };
        view! {
            <details class="part__parts">
                <summary>{format!("{} rows of the document", part.parts.len())}</summary>
                <ul>{part.parts.iter().map(item).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <span class="part__title" dir="auto">
            <span class=format!("swatch {}", blend::swatch(&part.dataset)) aria-hidden="true"></span>
            {title}
        </span>
        <span class="part__details">{details}</span>
        {part.note.clone().map(|note| view! { <span class="part__note" dir="auto">{note}</span> })}
        {sub_parts}
    }
    .into_any()
}

/// A dataset's share of a stage: documented with the found part as its fill, and the ways to its samples.
fn part_cell(part: &Part, own: &ReckonedPart, column: &Column, place: usize, shown: Shown) -> AnyView {
    let share = column.reckoned.shares(shown.by)[place].0;
    let amount = own.amount(shown.by);
    let is_open = !shown.is_here && part.documented.is_none();
    let is_estimate = column.reckoned.is_estimate(shown.by);
    let is_known = column.reckoned.is_known(shown.by);
    let whole = is_known && (column.stage.documented_is_whole || shown.is_here);
    let percent = match amount {
        _ if is_open => "not said".to_owned(),
        None => "not known".to_owned(),
        Some(_) if whole => format::share(share, is_estimate),
        Some(_) => format!("≤ {}", format::share(share, is_estimate)),
    };
    let swatch = blend::swatch(&part.dataset);
    let here = if shown.is_here { 1.0 } else { recipe::here(part) };
    let bar = (amount.is_some() && !is_open).then(|| {
        view! {
            <span class=format!("share {swatch}") style:width=format::decimal((share * 100.0).max(0.4), 2) + "%">
                <span class=format!("share__here {swatch}") style:width=format::decimal(here * 100.0, 2) + "%"></span>
            </span>
        }
    });
    let documented =
        part.documented.map(|number| format!("{} documented", recipe::counted(number, &part.unit)));
    let taken = part.taken.map(|number| format!("{} taken", format::count(number)));
    let take = (!part.take.is_empty())
        .then(|| view! { <q class="part__take" title="In the document's own words">{part.take.clone()}</q> });
    let found = if part.is_found {
        format!("{} here", recipe::counted(part.found, &part.unit))
    } else {
        "not on this disk".to_owned()
    };
    let missing = (part.images_missing > 0).then(|| {
        view! {
            <a class="bad" href=recipe::missing_page(part).as_deref().map(at)>
                {format::counted(part.images_missing, "picture", "pictures")}" missing"
            </a>
        }
    });
    view! {
        <span class="share__line">
            <span class="share__scale">{bar}</span>
            <span class="board-table__number">{percent}</span>
        </span>
        <span class="share__words">
            {take}
            {documented.map(|words| view! { <span>{words}</span> })}
            {taken.map(|words| view! { <span>{words}</span> })}
            <a href=part.url.as_deref().map(at)>{found}</a>
            {missing}
        </span>
    }
    .into_any()
}

/// How much of a unit a stage is; more than that where not all of it is here to tell.
fn amount_words(column: &Column, unit: Unit) -> String {
    let reckoned = &column.reckoned;
    let words = format::amount(reckoned.total(unit).0, reckoned.is_estimate(unit));
    if reckoned.is_known(unit) { words } else { format!("> {words}") }
}

/// What each stage comes to.
pub(super) fn account_rows(
    slug: &str,
    table: &Stages,
    shown: Shown,
    overlap: Option<&Overlap>,
    batch: Callback<u64>,
) -> AnyView {
    let columns = &table.columns;
    let text = |words: String| Some(view! { <span class="board-table__number">{words}</span> }.into_any());
    let unit_row = |unit: Unit| {
        let cell = |column: &Column| {
            let total = column.reckoned.total(unit).0;
            (total > 0.0).then(|| text(amount_words(column, unit))).flatten()
        };
        line(unit.title().to_owned(), Some(unit.meaning()), columns, columns.iter().map(cell).collect())
    };
    let link = |url: Option<String>, words: String, class: &'static str| {
        Some(
            view! { <a class=format!("board-table__number {class}") href=url.as_deref().map(at)>{words}</a> }
                .into_any(),
        )
    };
    let page = |number: usize| recipe::stage_page(slug, number as u32 + 1, &columns[number].stage);
    let here = columns
        .iter()
        .enumerate()
        .map(|(number, column)| link(page(number), format::count(column.stage.samples), ""));
    let missing = columns.iter().enumerate().map(|(number, column)| {
        let missing: u64 = column.stage.parts.iter().map(|part| part.images_missing).sum();
        let page = page(number).map(|page| format!("{page}&image_status=missing"));
        if missing > 0 { link(page, format::count(missing), "bad") } else { text("none".to_owned()) }
    });
    let before = |words: &dyn Fn(&StageOverlap) -> (u64, u64)| -> Vec<Option<AnyView>> {
        let stages = overlap.map(|overlap| overlap.stages.as_slice()).unwrap_or_default();
        let cell = |number: usize| {
            let (before, all) = words(stages.get(number)?);
            if number == 0 {
                return text("–".to_owned());
            }
            text(format!("{} of {}", format::count(before), format::count(all)))
        };
        (0..columns.len()).map(cell).collect()
    };
    let steps = columns.iter().map(|column| {
        let counts = column.stage.unit == "samples" || column.stage.unit.is_empty();
        if counts {
            text(format::count(column.reckoned.steps(shown.batch).0))
        } else {
            text("not known: images are counted".to_owned())
        }
    });
    let steps: Vec<_> = steps.collect();
    let batch_box = view! {
        <label class="board-field">
            "Steps in one epoch, batch of "
            <input
                type="number"
                min="1"
                prop:value=shown.batch.to_string()
                on:change=move |event| {
                    if let Ok(number) = event_target_value(&event).parse::<u64>() {
                        batch.run(number.max(1));
                    }
                }
            />
        </label>
    };
    let cells = columns
        .iter()
        .zip(steps)
        .map(|(column, cell)| view! { <td data-label=column.stage.title.clone()>{cell}</td> });
    let cells = cells.collect_view();
    view! {
        <tbody data-testid="account">
            <tr class="board-table__section">
                <th scope="rowgroup" colspan=(columns.len() + 1).to_string()>"Account"</th>
            </tr>
            {Unit::AT_ONCE.map(unit_row).into_iter().collect_view()}
            {line("samples here".to_owned(), None, columns, here.collect())}
            {line("missing pictures here".to_owned(), None, columns, missing.collect())}
            {line("pictures here seen in a stage before".to_owned(), Some("Different pictures, by their keys"), columns, before(&|own| (own.pictures_before, own.pictures)))}
            {line("samples here seen in a stage before".to_owned(), Some("The same id, pictures and turns"), columns, before(&|own| (own.samples_before, own.samples)))}
            <tr>
                <th scope="row">{batch_box}</th>
                {cells}
            </tr>
        </tbody>
    }
    .into_any()
}

//! Where the samples of a list stand: rows of equal height, or pictures in justified rows.

use std::{collections::BTreeMap, sync::Arc};

/// Samples that are laid out together in a justified layout; as many as are fetched at once.
pub const PAGE: u64 = 50;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Distance from the left edge of the list.
    pub x: f64,
    /// Distance from the upper end of the list.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// How the samples of a list are laid out.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    /// Rows of equal height, each with as many samples as there are columns.
    Rows(Rows),
    /// Pictures in rows that fill the width, each row as high as its pictures need.
    Justified(Justified),
}

/// Rows of equal height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rows {
    /// Samples of the whole list.
    pub total: u64,
    /// Samples side by side.
    pub columns: u64,
    /// Width of the list in pixels.
    pub width: f64,
    /// Height of a row in pixels.
    pub height: f64,
}

/// Pictures in justified rows, page by page: each page but the last fills its rows, so that pages do not depend on each
/// other, and those that were not fetched yet are as high as others are on average.
#[derive(Clone, Debug, PartialEq)]
pub struct Justified {
    total: u64,
    style: Style,
    pages: Arc<BTreeMap<u64, Arc<Vec<Rect>>>>,
    /// Height of a page that is not known.
    usual: f64,
    blank: Arc<Vec<Rect>>,
}

/// The sizes of a justified layout, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Style {
    /// Width of the list.
    pub width: f64,
    /// Height of a row that is aimed at.
    pub target: f64,
    /// Room between pictures, and between rows.
    pub gap: f64,
    /// Room under each picture for its line of text.
    pub line: f64,
}

/// Proportions of a picture that is not known yet.
const USUAL_ASPECT: f64 = 1.3;

impl Layout {
    /// Samples of the whole list.
    pub fn total(&self) -> u64 {
        match self {
            Self::Rows(rows) => rows.total,
            Self::Justified(justified) => justified.total,
        }
    }

    /// Width of the list in pixels.
    pub fn width(&self) -> f64 {
        match self {
            Self::Rows(rows) => rows.width,
            Self::Justified(justified) => justified.style.width,
        }
    }

    /// Height of the whole list in pixels.
    pub fn content(&self) -> f64 {
        match self {
            Self::Rows(rows) => rows.total.div_ceil(rows.columns.max(1)) as f64 * rows.height,
            Self::Justified(justified) => justified.page_top(justified.total.div_ceil(PAGE)),
        }
    }

    /// Where a sample stands.
    pub fn rect(&self, sample: u64) -> Rect {
        match self {
            Self::Rows(rows) => rows.rect(sample),
            Self::Justified(justified) => justified.rect(sample),
        }
    }

    /// The first sample of the row that covers a place, given in pixels from the upper end.
    pub fn sample_at(&self, y: f64) -> u64 {
        let last = self.total().saturating_sub(1);
        match self {
            Self::Rows(rows) if rows.height > 0.0 => (whole(y / rows.height) * rows.columns).min(last),
            Self::Rows(_) => 0,
            Self::Justified(justified) => justified.sample_at(y).min(last),
        }
    }

    /// The samples of which something lies between two places.
    pub fn between(&self, top: f64, bottom: f64) -> std::ops::Range<u64> {
        if self.total() == 0 || bottom <= top {
            return 0..0;
        }
        let first = self.sample_at(top);
        let behind = match self {
            Self::Rows(rows) if rows.height > 0.0 => whole((bottom / rows.height).ceil()) * rows.columns,
            Self::Rows(_) => 0,
            Self::Justified(_) => {
                let mut behind = self.sample_at(bottom) + 1;
                let row = self.rect(behind - 1).y;
                while behind < self.total() && (self.rect(behind).y - row).abs() < 0.5 {
                    behind += 1;
                }
                behind
            }
        };
        first..behind.min(self.total()).max(first)
    }
}

impl Rows {
    fn rect(self, sample: u64) -> Rect {
        let columns = self.columns.max(1);
        let width = self.width / columns as f64;
        Rect {
            x: (sample % columns) as f64 * width,
            y: (sample / columns) as f64 * self.height,
            width,
            height: self.height,
        }
    }
}

impl Justified {
    /// A list of which nothing is known but its length.
    pub fn new(total: u64, style: Style) -> Self {
        let blank = Arc::new(justify(&[USUAL_ASPECT; PAGE as usize], style, true));
        let usual = bottom(&blank, style);
        Self { total, style, pages: Arc::default(), usual, blank }
    }

    /// The same list with the proportions (width by height) of the pictures of some pages.
    #[must_use]
    pub fn with_pages<'a>(mut self, pages: impl IntoIterator<Item = (u64, &'a [f64])>) -> Self {
        let mut known = BTreeMap::new();
        for (page, aspects) in pages {
            let fills = (page + 1) * PAGE < self.total;
            known.insert(page, Arc::new(justify(aspects, self.style, fills)));
        }
        let full = known.iter().filter(|(page, _)| (**page + 1) * PAGE < self.total);
        let heights: Vec<f64> = full.map(|(_, rects)| bottom(rects, self.style)).collect();
        if !heights.is_empty() {
            self.usual = heights.iter().sum::<f64>() / heights.len() as f64;
        }
        self.pages = Arc::new(known);
        self
    }

    fn rects(&self, page: u64) -> &[Rect] {
        self.pages.get(&page).unwrap_or(&self.blank)
    }

    fn page_height(&self, page: u64) -> f64 {
        self.pages.get(&page).map_or_else(
            || {
                let samples = self.total.saturating_sub(page * PAGE).min(PAGE);
                if samples == PAGE { self.usual } else { bottom(&self.blank[..samples as usize], self.style) }
            },
            |rects| bottom(rects, self.style),
        )
    }

    fn page_top(&self, page: u64) -> f64 {
        let whole_pages = self.total / PAGE;
        let unusual: f64 = self
            .pages
            .range(..page)
            .map(|(page, rects)| {
                bottom(rects, self.style) - if *page < whole_pages { self.usual } else { 0.0 }
            })
            .sum();
        let last = if page > whole_pages && !self.pages.contains_key(&whole_pages) {
            self.page_height(whole_pages)
        } else {
            0.0
        };
        page.min(whole_pages) as f64 * self.usual + unusual + last
    }

    fn rect(&self, sample: u64) -> Rect {
        let page = sample / PAGE;
        let rects = self.rects(page);
        let place = (sample % PAGE) as usize;
        let rect = rects.get(place).or(rects.last()).copied().unwrap_or_default();
        // A page that is not known is as high as others, and its place-holders are stretched to that.
        let is_full = (page + 1) * PAGE <= self.total;
        let stretch = if self.pages.contains_key(&page) || !is_full {
            1.0
        } else {
            self.usual / bottom(&self.blank, self.style).max(1.0)
        };
        Rect { y: self.page_top(page) + rect.y * stretch, height: rect.height * stretch, ..rect }
    }

    fn sample_at(&self, y: f64) -> u64 {
        let (mut low, mut high) = (0, self.total.div_ceil(PAGE));
        while high - low > 1 {
            let middle = low.midpoint(high);
            if self.page_top(middle) <= y { low = middle } else { high = middle }
        }
        let first = low * PAGE;
        let mut row = first;
        for sample in first..((low + 1) * PAGE).min(self.total) {
            let rect = self.rect(sample);
            if rect.y > y {
                break;
            }
            if (rect.y - self.rect(row).y).abs() > 0.5 {
                row = sample;
            }
        }
        row
    }
}

/// Height of what is laid out, with the gap behind it.
fn bottom(rects: &[Rect], style: Style) -> f64 {
    rects.last().map_or(0.0, |rect| rect.y + rect.height + style.gap)
}

/// Puts pictures of these proportions into rows that fill the width. Where rows break is chosen so that all of them come
/// as near to the height aimed at as can be; without `fills`, the last row is not stretched.
pub fn justify(aspects: &[f64], style: Style, fills: bool) -> Vec<Rect> {
    let mut rects = Vec::with_capacity(aspects.len());
    let mut y = 0.0;
    for (begin, end) in breaks(aspects, style, fills) {
        let row = &aspects[begin..end];
        let is_last = end == aspects.len();
        let full = row_height(row, style);
        let height = if is_last && !fills { full.min(style.target) } else { full };
        let mut x = 0.0;
        for aspect in row {
            let width = height * aspect;
            rects.push(Rect { x, y, width, height: height + style.line });
            x += width + style.gap;
        }
        y += height + style.line + style.gap;
    }
    rects
}

/// Height of the pictures of a row that fills the width.
fn row_height(row: &[f64], style: Style) -> f64 {
    let gaps = style.gap * (row.len().saturating_sub(1)) as f64;
    ((style.width - gaps) / row.iter().sum::<f64>().max(0.01)).max(1.0)
}

/// Begin and end of each row: of all ways to break, the one with the smallest sum of squared differences (as shares)
/// from the height aimed at.
fn breaks(aspects: &[f64], style: Style, fills: bool) -> Vec<(usize, usize)> {
    let count = aspects.len();
    let mut best = vec![(f64::INFINITY, 0_usize); count + 1];
    best[0] = (0.0, 0);
    for end in 1..=count {
        for begin in (0..end).rev() {
            let height = row_height(&aspects[begin..end], style);
            let is_open = end == count && !fills;
            let ratio = (height / style.target.max(1.0)).ln();
            let cost = best[begin].0 + if is_open && ratio > 0.0 { 0.0 } else { ratio * ratio };
            if cost < best[end].0 {
                best[end] = (cost, begin);
            }
            // Longer rows only get lower.
            if height < style.target / 2.5 {
                break;
            }
        }
    }
    let mut rows = Vec::new();
    let mut end = count;
    while end > 0 {
        let begin = best[end].1.min(end - 1);
        rows.push((begin, end));
        end = begin;
    }
    rows.reverse();
    rows
}

#[expect(clippy::cast_sign_loss, reason = "pixels are not negative here, and negative ones count as none")]
fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STYLE: Style = Style { width: 1_000.0, target: 200.0, gap: 8.0, line: 24.0 };

    fn rows_of(rects: &[Rect]) -> Vec<Vec<Rect>> {
        let mut rows: Vec<Vec<Rect>> = Vec::new();
        for rect in rects {
            match rows.last_mut() {
                Some(row) if (row[0].y - rect.y).abs() < 0.5 => row.push(*rect),
                _ => rows.push(vec![*rect]),
            }
        }
        rows
    }

    proptest! {
        #[test]
        fn every_row_of_a_full_page_fills_the_width(aspects in prop::collection::vec(0.6..2.2_f64, 50)) {
            let rects = justify(&aspects, STYLE, true);
            prop_assert_eq!(rects.len(), 50);
            for row in rows_of(&rects) {
                let last = row[row.len() - 1];
                prop_assert!((last.x + last.width - STYLE.width).abs() < 0.5);
                prop_assert!((140.0..300.0).contains(&(row[0].height - STYLE.line)), "{}", row[0].height);
            }
        }

        #[test]
        fn places_and_samples_are_inverse(
            total in 1u64..2_000, known in prop::collection::btree_map(0u64..40, 0.6..2.2_f64, 0..6), sample: u64,
        ) {
            let sample = sample % total;
            let pages: Vec<(u64, Vec<f64>)> = known
                .into_iter()
                .filter(|(page, _)| page * PAGE < total)
                .map(|(page, aspect)| (page, vec![aspect; (total - page * PAGE).min(PAGE) as usize]))
                .collect();
            let layout = Layout::Justified(
                Justified::new(total, STYLE).with_pages(pages.iter().map(|(page, aspects)| (*page, aspects.as_slice()))),
            );
            let rect = layout.rect(sample);
            let first = layout.sample_at(rect.y + 1.0);
            prop_assert!(first <= sample && (layout.rect(first).y - rect.y).abs() < 0.5, "{first} {sample}");
            prop_assert!(rect.y + rect.height <= layout.content() + 0.5);
            prop_assert!(layout.between(rect.y + 1.0, rect.y + 2.0).contains(&sample));
        }
    }

    #[test]
    fn the_last_row_is_not_stretched() {
        let rects = justify(&[1.0], STYLE, false);
        assert!((rects[0].height - 224.0).abs() < 1e-9 && (rects[0].width - 200.0).abs() < 1e-9);
    }

    #[test]
    fn rows_stand_in_columns() {
        let layout = Layout::Rows(Rows { total: 5, columns: 2, width: 900.0, height: 124.0 });
        assert_eq!(layout.rect(3), Rect { x: 450.0, y: 124.0, width: 450.0, height: 124.0 });
        assert!((layout.content() - 372.0).abs() < 1e-9);
        assert_eq!((layout.sample_at(130.0), layout.between(0.0, 125.0)), (2, 0..4));
    }
}

//! The arithmetic of a list of any length in a scrolling box of bounded height.
//!
//! Browsers cannot make an element much higher than 16 million pixels. A longer list gets a spacer of
//! [`MAX_SPACER`] pixels: dragging the scroll bar then maps its position to the list by ratio, while the wheel, keys
//! and fingers still move by pixels. Near both ends bar and list go pixel by pixel, so that there is always room to
//! move on to the very first and the very last row.
//!
//! Where the list stands is said by a sample and the pixels of its row above the edge of the box. So nothing jumps when
//! the height of what lies before it turns out to be another.

use super::layout::Layout;
use std::ops::Range;

/// The largest height of the element that gives the scroll bar its length, in pixels.
pub const MAX_SPACER: f64 = 8_000_000.0;
/// Length of the two ends of a long list in which the scroll bar maps pixel by pixel.
const END: f64 = 50_000.0;
/// More than the gap between two rows, and less than a row, in pixels.
const ROW_GAP: f64 = 10.0;
/// A scroll event that moves by more than this many screens is a jump of the scroll bar.
const JUMP_SCREENS: f64 = 2.0;

/// What does not change while scrolling.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// Where samples stand.
    pub layout: Layout,
    /// Height of the scrolling box in pixels.
    pub viewport: f64,
}

/// Where the list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// The sample that the list was sent to, else the first of the row at the upper edge.
    pub sample: u64,
    /// Pixels of its row above the edge; negative where the list ends before the row could come up to the edge.
    pub within: f64,
    /// What the box's scroll bar says.
    pub scroll_top: f64,
}

impl Geometry {
    /// Height of the element inside the scrolling box.
    pub fn spacer(&self) -> f64 {
        self.layout.content().min(MAX_SPACER)
    }

    fn is_scaled(&self) -> bool {
        self.layout.content() > MAX_SPACER
    }

    fn max_top(&self) -> f64 {
        (self.layout.content() - self.viewport).max(0.0)
    }

    fn max_scroll(&self) -> f64 {
        (self.spacer() - self.viewport).max(0.0)
    }

    /// Pixels of the list above the upper edge of the box, as if the list had its full height.
    pub fn top(&self, position: Position) -> f64 {
        self.layout.rect(position.sample).y + position.within
    }

    fn standing(&self, top: f64, scroll_top: f64) -> Position {
        let sample = self.layout.sample_at(top);
        Position { sample, within: top - self.layout.rect(sample).y, scroll_top }
    }

    /// The position with `top` as near as the list allows and the scroll bar where it belongs.
    pub fn at_top(&self, top: f64) -> Position {
        let top = top.max(0.0).min(self.max_top());
        self.standing(top, self.scroll_of(top))
    }

    /// The position with a sample's row at the upper edge.
    pub fn at_sample(&self, sample: u64) -> Position {
        let sample = sample.min(self.layout.total().saturating_sub(1));
        self.at_place_in(sample, 0.0)
    }

    /// The position that shows the same place of the same sample, after rows turned out to be others.
    pub fn stay(&self, before: Position) -> Position {
        self.at_place_in(before.sample, before.within)
    }

    /// The position with a place within a sample at the upper edge, as near as the list allows.
    fn at_place_in(&self, sample: u64, within: f64) -> Position {
        let row = self.layout.rect(sample);
        let top = (row.y + within.min(row.height)).clamp(0.0, self.max_top());
        Position { sample, within: top - row.y, scroll_top: self.scroll_of(top) }
    }

    /// The first sample of the first row of which at least half is in view; the one that the list was sent to, if that is in
    /// this row.
    pub fn first_shown(&self, position: Position) -> u64 {
        let top = self.top(position);
        let first = self.layout.sample_at(top);
        let row = self.layout.rect(first);
        let is_mostly_above = top - row.y > row.height / 2.0;
        let first = if is_mostly_above { self.layout.sample_at(row.y + row.height + ROW_GAP) } else { first };
        let is_in_that_row = (self.layout.rect(position.sample).y - self.layout.rect(first).y).abs() < 0.5;
        if is_in_that_row { position.sample } else { first }
    }

    /// Where the scroll bar belongs when the list stands at `top`.
    fn scroll_of(&self, top: f64) -> f64 {
        let left = self.max_top() - top;
        if !self.is_scaled() || top <= END {
            top
        } else if left <= END {
            self.max_scroll() - left
        } else {
            END + (top - END) / (self.max_top() - 2.0 * END) * (self.max_scroll() - 2.0 * END)
        }
    }

    /// Where the list stands when the scroll bar of a long list was put at `scroll_top`.
    fn top_of(&self, scroll_top: f64) -> f64 {
        let left = self.max_scroll() - scroll_top;
        if !self.is_scaled() || scroll_top <= END {
            scroll_top
        } else if left <= END {
            self.max_top() - left
        } else {
            END + (scroll_top - END) / (self.max_scroll() - 2.0 * END) * (self.max_top() - 2.0 * END)
        }
    }

    /// The position after the scroll bar was found at `scroll_top`.
    pub fn follow(&self, before: Position, scroll_top: f64) -> Position {
        let moved = scroll_top - before.scroll_top;
        if moved.abs() > self.viewport * JUMP_SCREENS {
            return self.standing(self.top_of(scroll_top).max(0.0).min(self.max_top()), scroll_top);
        }
        let top = (self.top(before) + moved).max(0.0).min(self.max_top());
        let is_at_an_end = scroll_top <= 0.0 || scroll_top >= self.max_scroll();
        // Moving by pixels lets bar and list drift apart; at an end of the bar there must be room to go on.
        if is_at_an_end { self.at_top(top) } else { self.standing(top, scroll_top) }
    }

    /// The smallest move that shows a sample in full.
    pub fn reveal(&self, before: Position, sample: u64) -> Position {
        let rect = self.layout.rect(sample);
        let top = self.top(before);
        if top > rect.y {
            self.at_top(rect.y)
        } else if top < rect.y + rect.height - self.viewport {
            self.at_top(rect.y + rect.height - self.viewport)
        } else {
            before
        }
    }

    /// The samples to draw: what is visible, and half a screen before and behind it.
    pub fn drawn(&self, position: Position) -> Range<u64> {
        let top = self.top(position);
        let over = self.viewport / 2.0;
        self.layout.between((top - over).max(0.0), top + self.viewport + over)
    }

    /// The samples that are visible.
    pub fn visible(&self, position: Position) -> Range<u64> {
        let top = self.top(position);
        self.layout.between(top + 1.0, top + self.viewport - 1.0)
    }

    /// How far down inside the spacer something is drawn that stands at the upper end of the list.
    pub fn offset(&self, position: Position) -> f64 {
        position.scroll_top - self.top(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::layout::{Justified, Rows, Style};

    fn geometry(total: u64, height: f64, viewport: f64) -> Geometry {
        Geometry { layout: Layout::Rows(Rows { total, columns: 1, width: 800.0, height }), viewport }
    }

    fn small() -> Geometry {
        geometry(1_000, 100.0, 750.0)
    }

    fn huge() -> Geometry {
        geometry(5_000_000, 116.0, 800.0)
    }

    #[test]
    fn a_short_list_scrolls_as_it_is() {
        let position = small().follow(small().at_sample(0), 1_234.0);
        assert_eq!(position, Position { sample: 12, within: 34.0, scroll_top: 1_234.0 });
        assert_eq!(small().visible(position), 12..20);
        assert!((small().offset(position)).abs() < 1e-9);
    }

    #[test]
    fn the_number_of_rows_drawn_is_bounded() {
        for row in [0, 1, 2_500_000, 4_999_999] {
            let rows = huge().drawn(huge().at_sample(row));
            assert!(rows.end - rows.start <= 16, "{rows:?}");
        }
        assert_eq!(geometry(3, 100.0, 750.0).drawn(Position::default()), 0..3);
        assert_eq!(geometry(0, 100.0, 750.0).drawn(Position::default()), 0..0);
    }

    #[test]
    fn every_row_of_a_huge_list_can_be_gone_to() {
        for row in [0, 1, 69_000, 2_499_999, 4_999_990] {
            let position = huge().at_sample(row);
            assert_eq!(position.sample, row);
            assert!(position.scroll_top <= MAX_SPACER - 800.0);
        }
        assert_eq!(huge().drawn(huge().at_sample(4_999_999)).end, 5_000_000);
    }

    #[test]
    fn the_wheel_moves_a_huge_list_by_pixels() {
        let huge = huge();
        let before = huge.at_sample(2_000_000);
        let after = huge.follow(before, before.scroll_top + 100.0);
        assert!((huge.top(after) - huge.top(before) - 100.0).abs() < 1e-6);
        assert!((huge.offset(before) - huge.offset(after)).abs() < 1e-6, "drawn rows stay in place");
    }

    #[test]
    fn dragging_the_bar_maps_by_ratio() {
        let huge = huge();
        let half = huge.follow(huge.at_sample(0), (MAX_SPACER - huge.viewport) / 2.0);
        assert!(half.sample.abs_diff(2_500_000) < 5, "{half:?}");
        assert_eq!(huge.follow(half, 0.0).sample, 0);
    }

    #[test]
    fn the_wheel_reaches_both_ends_of_a_huge_list() {
        let huge = huge();
        let mut position = huge.at_sample(600);
        while huge.top(position) > 0.0 {
            let before = huge.top(position);
            position = huge.follow(position, (position.scroll_top - 120.0).max(0.0));
            assert!(huge.top(position) < before, "stuck at {before}");
        }
        let mut position = huge.at_sample(4_999_400);
        while huge.top(position) < huge.max_top() {
            let before = huge.top(position);
            position = huge.follow(position, (position.scroll_top + 120.0).min(huge.max_scroll()));
            assert!(huge.top(position) > before, "stuck at {before}");
        }
    }

    #[test]
    fn a_row_is_revealed_by_the_smallest_move() {
        let small = small();
        let position = small.at_sample(10);
        assert_eq!(small.reveal(position, 12), position);
        assert_eq!(small.reveal(position, 9).sample, 9);
        assert!((small.top(small.reveal(position, 20)) - 1_350.0).abs() < 1e-9);
    }

    #[test]
    fn a_sample_stays_where_it_is_when_pages_before_it_become_known() {
        let style = Style { width: 1_000.0, target: 200.0, gap: 8.0, line: 24.0 };
        let before = Geometry { layout: Layout::Justified(Justified::new(5_000, style)), viewport: 800.0 };
        let position = before.at_sample(2_000);
        let narrow = [0.6; 50];
        let known =
            Justified::new(5_000, style).with_pages([(0, narrow.as_slice()), (39, narrow.as_slice())]);
        let after = Geometry { layout: Layout::Justified(known), viewport: 800.0 };
        let place = |geometry: &Geometry| geometry.offset(position) + geometry.layout.rect(2_000).y;
        assert!((place(&before) - place(&after)).abs() < 1e-6);
    }

    #[test]
    fn a_list_sent_to_a_sample_stands_at_its_row_whatever_row_that_turns_out_to_be() {
        let style = Style { width: 1_000.0, target: 200.0, gap: 8.0, line: 24.0 };
        let blank = Geometry { layout: Layout::Justified(Justified::new(436, style)), viewport: 800.0 };
        let wide = [2.1; 50];
        let known = Justified::new(436, style).with_pages([(0, wide.as_slice())]);
        let known = Geometry { layout: Layout::Justified(known), viewport: 800.0 };
        for sample in 0..50 {
            let place = known.stay(blank.at_sample(sample));
            assert!((known.top(place) - known.layout.rect(sample).y).abs() < 1e-6, "sample {sample}");
            assert_eq!(known.first_shown(place), sample);
        }
    }

    #[test]
    fn a_list_sent_to_its_last_sample_shows_it_however_high_the_last_rows_turn_out_to_be() {
        let style = Style { width: 1_000.0, target: 200.0, gap: 8.0, line: 24.0 };
        let blank = Geometry { layout: Layout::Justified(Justified::new(436, style)), viewport: 800.0 };
        let place = blank.at_sample(435);
        for aspect in [0.5, 1.3, 2.4] {
            let (full, last) = ([aspect; 50], [aspect; 36]);
            let known = Justified::new(436, style).with_pages([(7, full.as_slice()), (8, last.as_slice())]);
            let known = Geometry { layout: Layout::Justified(known), viewport: 800.0 };
            let place = known.stay(place);
            assert_eq!(known.visible(place).end, 436, "proportions {aspect}");
        }
    }
}

//! The arithmetic of a list of any length in a scrolling box of bounded height.
//!
//! Browsers cannot make an element much higher than 16 million pixels. A longer list gets a spacer of
//! [`MAX_SPACER`] pixels: dragging the scroll bar then maps its position to the list by ratio, while the wheel, keys
//! and fingers still move by pixels. Near both ends bar and list go pixel by pixel, so that there is always room to
//! move on to the very first and the very last row.

use std::ops::Range;

/// The largest height of the element that gives the scroll bar its length, in pixels.
pub const MAX_SPACER: f64 = 8_000_000.0;
/// Length of the two ends of a long list in which the scroll bar maps pixel by pixel.
const END: f64 = 50_000.0;
/// Rows kept ready before and behind the visible ones.
const OVERSCAN: u64 = 4;
/// A scroll event that moves by more than this many screens is a jump of the scroll bar.
const JUMP_SCREENS: f64 = 2.0;

/// The sizes that do not change while scrolling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Rows of the whole list.
    pub total: u64,
    /// Height of a row in pixels.
    pub row: f64,
    /// Height of the scrolling box in pixels.
    pub viewport: f64,
}

/// Where the list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// Pixels of the list above the upper edge of the box, as if the list had its full height.
    pub top: f64,
    /// What the box's scroll bar says.
    pub scroll_top: f64,
}

impl Geometry {
    /// Height of the list if it could have it.
    fn content(self) -> f64 {
        self.total as f64 * self.row
    }

    /// Height of the element inside the scrolling box.
    pub fn spacer(self) -> f64 {
        self.content().min(MAX_SPACER)
    }

    fn is_scaled(self) -> bool {
        self.content() > MAX_SPACER
    }

    fn max_top(self) -> f64 {
        (self.content() - self.viewport).max(0.0)
    }

    /// Not `clamp`, which brings along the code to print floating-point numbers, should its ends be wrong.
    fn within(self, top: f64) -> f64 {
        top.max(0.0).min(self.max_top())
    }

    fn max_scroll(self) -> f64 {
        (self.spacer() - self.viewport).max(0.0)
    }

    /// The position with `top` as near as the list allows and the scroll bar where it belongs.
    pub fn at_top(self, top: f64) -> Position {
        let top = self.within(top);
        Position { top, scroll_top: self.scroll_of(top) }
    }

    /// Where the scroll bar belongs when the list stands at `top`.
    fn scroll_of(self, top: f64) -> f64 {
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
    fn top_of(self, scroll_top: f64) -> f64 {
        let left = self.max_scroll() - scroll_top;
        if scroll_top <= END {
            scroll_top
        } else if left <= END {
            self.max_top() - left
        } else {
            END + (scroll_top - END) / (self.max_scroll() - 2.0 * END) * (self.max_top() - 2.0 * END)
        }
    }

    /// The position with a row at the upper edge.
    pub fn at_row(self, row: u64) -> Position {
        self.at_top(row as f64 * self.row)
    }

    /// The position after the scroll bar was found at `scroll_top`.
    pub fn follow(self, before: Position, scroll_top: f64) -> Position {
        if !self.is_scaled() {
            return self.at_top(scroll_top);
        }
        let moved = scroll_top - before.scroll_top;
        if moved.abs() > self.viewport * JUMP_SCREENS {
            return Position { top: self.within(self.top_of(scroll_top)), scroll_top };
        }
        let top = self.within(before.top + moved);
        let is_at_an_end = scroll_top <= 0.0 || scroll_top >= self.max_scroll();
        // Moving by pixels lets bar and list drift apart; at an end of the bar there must be room to go on.
        if is_at_an_end { self.at_top(top) } else { Position { top, scroll_top } }
    }

    /// The smallest move that shows a row in full.
    pub fn reveal(self, before: Position, row: u64) -> Position {
        let above = row as f64 * self.row;
        let below = above + self.row - self.viewport;
        if before.top > above {
            self.at_top(above)
        } else if before.top < below {
            self.at_top(below)
        } else {
            before
        }
    }

    /// The rows to draw.
    pub fn rows(self, position: Position) -> Range<u64> {
        if self.row <= 0.0 {
            return 0..0;
        }
        let first = whole(position.top / self.row);
        let behind = whole(((position.top + self.viewport) / self.row).ceil());
        first.saturating_sub(OVERSCAN).min(self.total)..(behind + OVERSCAN).min(self.total)
    }

    /// The row that counts as the one on top: the first of which at least half is visible.
    pub fn row_on_top(self, position: Position) -> u64 {
        if self.row <= 0.0 {
            return 0;
        }
        whole((position.top / self.row).round()).min(self.total.saturating_sub(1))
    }

    /// Where the first of `rows` is drawn inside the spacer, in pixels from its top.
    pub fn offset(self, position: Position, rows: &Range<u64>) -> f64 {
        position.scroll_top - (position.top - rows.start as f64 * self.row)
    }
}

#[expect(clippy::cast_sign_loss, reason = "pixels and rows are never negative here")]
fn whole(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Geometry = Geometry { total: 1_000, row: 100.0, viewport: 750.0 };
    const HUGE: Geometry = Geometry { total: 5_000_000, row: 116.0, viewport: 800.0 };

    #[test]
    fn a_short_list_scrolls_as_it_is() {
        assert!((SMALL.spacer() - 100_000.0).abs() < 1e-9);
        let position = SMALL.follow(SMALL.at_row(0), 12_345.0);
        assert_eq!(position, Position { top: 12_345.0, scroll_top: 12_345.0 });
        assert_eq!(SMALL.rows(position), 119..135);
        assert!((SMALL.offset(position, &SMALL.rows(position)) - 11_900.0).abs() < 1e-9);
    }

    #[test]
    fn the_number_of_rows_drawn_is_bounded() {
        for row in [0, 1, 2_500_000, 4_999_999] {
            let rows = HUGE.rows(HUGE.at_row(row));
            assert!(rows.end - rows.start <= 16, "{rows:?}");
        }
        assert_eq!(Geometry { total: 3, ..SMALL }.rows(Position::default()), 0..3);
        assert_eq!(Geometry { total: 0, ..SMALL }.rows(Position::default()), 0..0);
    }

    #[test]
    fn every_row_of_a_huge_list_can_be_gone_to() {
        for row in [0, 1, 69_000, 2_499_999, 4_999_990] {
            let position = HUGE.at_row(row);
            assert_eq!(HUGE.row_on_top(position), row);
            assert!(position.scroll_top <= MAX_SPACER - HUGE.viewport);
        }
        let last = HUGE.at_row(4_999_999);
        assert_eq!(HUGE.rows(last).end, 5_000_000);
    }

    #[test]
    fn the_wheel_moves_a_huge_list_by_pixels() {
        let before = HUGE.at_row(2_000_000);
        let after = HUGE.follow(before, before.scroll_top + 100.0);
        assert!((after.top - before.top - 100.0).abs() < 1e-6);
        let rows = HUGE.rows(before);
        assert!(
            (HUGE.offset(before, &rows) - HUGE.offset(after, &rows)).abs() < 1e-6,
            "drawn rows stay in place"
        );
    }

    #[test]
    fn dragging_the_bar_maps_by_ratio() {
        let half = HUGE.follow(HUGE.at_row(0), (MAX_SPACER - HUGE.viewport) / 2.0);
        assert_eq!(HUGE.row_on_top(half), 2_499_997);
        assert_eq!(HUGE.follow(half, 0.0).top.total_cmp(&0.0), std::cmp::Ordering::Equal);
    }

    #[test]
    fn the_wheel_reaches_both_ends_of_a_huge_list() {
        let mut position = HUGE.at_row(600);
        while position.top > 0.0 {
            let before = position.top;
            position = HUGE.follow(position, (position.scroll_top - 120.0).max(0.0));
            assert!(position.top < before, "stuck at {before}");
        }
        let mut position = HUGE.at_row(4_999_400);
        while position.top < HUGE.max_top() {
            let before = position.top;
            position = HUGE.follow(position, (position.scroll_top + 120.0).min(HUGE.max_scroll()));
            assert!(position.top > before, "stuck at {before}");
        }
    }

    #[test]
    fn a_row_is_revealed_by_the_smallest_move() {
        let position = SMALL.at_row(10);
        assert_eq!(SMALL.reveal(position, 12), position);
        assert!((SMALL.reveal(position, 9).top - 900.0).abs() < 1e-9);
        assert!((SMALL.reveal(position, 20).top - 1_350.0).abs() < 1e-9);
    }
}

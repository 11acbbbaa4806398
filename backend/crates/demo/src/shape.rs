//! Paths, written as short as designers write them.

use tiny_skia::{Path, PathBuilder, Rect};

/// A closed or open path; `None` when there is nothing to draw.
pub(super) type Shape = Option<Path>;

/// A circle around a point.
pub(super) fn circle(x: f32, y: f32, radius: f32) -> Shape {
    ellipse(x, y, radius, radius)
}

/// An ellipse around a point.
pub(super) fn ellipse(x: f32, y: f32, radius_x: f32, radius_y: f32) -> Shape {
    PathBuilder::from_oval(Rect::from_xywh(x - radius_x, y - radius_y, radius_x * 2.0, radius_y * 2.0)?)
}

/// A rectangle by its upper left corner and size.
pub(super) fn rect(x: f32, y: f32, width: f32, height: f32) -> Shape {
    Some(PathBuilder::from_rect(Rect::from_xywh(x, y, width, height)?))
}

/// A rectangle with rounded corners.
pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Shape {
    let r = radius.min(width / 2.0).min(height / 2.0);
    let (right, bottom, bend) = (x + width, y + height, r * 0.448);
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - bend, right - bend, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + bend, x + bend, y, x + r, y);
    path.close();
    path.finish()
}

/// A closed polygon.
pub(super) fn poly(points: &[(f32, f32)]) -> Shape {
    let mut path = PathBuilder::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.close();
    path.finish()
}

/// A straight line.
pub(super) fn line(x1: f32, y1: f32, x2: f32, y2: f32) -> Shape {
    let mut path = PathBuilder::new();
    path.move_to(x1, y1);
    path.line_to(x2, y2);
    path.finish()
}

/// A slice of a pie around a point; angles in radians, clockwise from the top.
pub(super) fn slice(x: f32, y: f32, radius: f32, from: f32, to: f32) -> Shape {
    let at = |angle: f32| (x + radius * angle.sin(), y - radius * angle.cos());
    let steps = ((to - from).abs() / 0.02).ceil().max(1.0);
    let mut points = vec![(x, y)];
    let mut step = 0.0;
    while step <= steps {
        points.push(at(from + (to - from) * step / steps));
        step += 1.0;
    }
    poly(&points)
}

/// A path in the notation of SVG: `M`, `L`, `H`, `V`, `Q`, `C` and `Z` with absolute coordinates.
pub(super) fn path(data: &str) -> Shape {
    let mut builder = PathBuilder::new();
    append(&mut builder, data, |x, y| (x, y));
    builder.finish()
}

/// Adds a path in the notation of SVG, each point moved by `place`.
pub(super) fn append(builder: &mut PathBuilder, data: &str, place: impl Fn(f32, f32) -> (f32, f32)) {
    let mut tokens = data.split_ascii_whitespace().peekable();
    let (mut command, mut at) = ('M', (0.0, 0.0));
    while let Some(token) = tokens.peek() {
        if let Some(letter) = token.chars().next().filter(char::is_ascii_alphabetic) {
            command = letter;
            tokens.next();
        }
        let mut number = || tokens.next().and_then(|token| token.parse::<f32>().ok()).unwrap_or(0.0);
        let mut points = [(0.0, 0.0); 3];
        match command {
            'H' => points[0] = (number(), at.1),
            'V' => points[0] = (at.0, number()),
            'Z' => {}
            'C' => points = [(number(), number()), (number(), number()), (number(), number())],
            'Q' => points = [(number(), number()), (number(), number()), (0.0, 0.0)],
            _ => points[0] = (number(), number()),
        }
        at = step(builder, command, points, &place).unwrap_or(at);
        if command == 'M' {
            command = 'L';
        }
    }
}

/// Draws one command and gives back where the pen stands, in the coordinates of the notation.
fn step(
    builder: &mut PathBuilder,
    command: char,
    points: [(f32, f32); 3],
    place: impl Fn(f32, f32) -> (f32, f32),
) -> Option<(f32, f32)> {
    let [a, b, c] = points.map(|(x, y)| place(x, y));
    match command {
        'Z' => builder.close(),
        'M' => builder.move_to(a.0, a.1),
        'Q' => builder.quad_to(a.0, a.1, b.0, b.1),
        'C' => builder.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1),
        _ => builder.line_to(a.0, a.1),
    }
    match command {
        'Z' => None,
        'Q' => Some(points[1]),
        'C' => Some(points[2]),
        _ => Some(points[0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_notation_draws_what_it_says() {
        let bounds = path("M 10 20 H 30 V 50 L 10 50 Z").unwrap().bounds();
        assert_eq!((bounds.left(), bounds.top(), bounds.right(), bounds.bottom()), (10.0, 20.0, 30.0, 50.0));
        let implied = path("M 0 0 10 0 10 10 Z").unwrap().bounds();
        assert_eq!((implied.right(), implied.bottom()), (10.0, 10.0));
    }
}

//! The brush: puts the strokes of a drawing into a picture, in the colours and the light that it lies in.

use super::{Drawing, Ink, What, lettering};
use crate::color::{Rgb, WHITE, rgb};
use crate::rng::Rng;
use std::collections::HashMap;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder, Pixmap,
    Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

/// How something looks: its colours by name, and what is the case.
pub(crate) struct Look<'a> {
    /// Colours that are as they are, whatever the light.
    pub(crate) fixed: &'a HashMap<&'static str, Rgb>,
    /// Colours that lie in the light, as those do that the drawing itself names.
    pub(crate) own: Vec<(&'static str, Rgb)>,
    pub(crate) light: Rgb,
    /// Which of the strokes with a condition are there.
    pub(crate) holds: Vec<&'static str>,
    /// What stands where a drawing has `{}`.
    pub(crate) text: &'static str,
    /// Seed of what is strewn.
    pub(crate) seed: u64,
}

/// Where a drawing goes: its left upper corner, its scale, and whether it is mirrored.
pub(crate) struct Brush<'a> {
    pub(crate) pixmap: &'a mut Pixmap,
    pub(crate) at: (f32, f32),
    pub(crate) scale: (f32, f32),
    pub(crate) is_mirrored: bool,
}

impl Brush<'_> {
    /// Draws all strokes.
    pub(crate) fn draw(&mut self, drawing: &Drawing, look: &Look<'_>) {
        let (x, y) = self.at;
        let transform = if self.is_mirrored {
            let right = x + drawing.size.0 * self.scale.0;
            Transform::from_row(-self.scale.0, 0.0, 0.0, self.scale.1, right, y)
        } else {
            Transform::from_row(self.scale.0, 0.0, 0.0, self.scale.1, x, y)
        };
        for stroke in &drawing.strokes {
            if stroke.when.as_deref().is_none_or(|when| look.holds.contains(&when)) {
                self.stroke(&stroke.what, drawing, look, transform);
            }
        }
    }

    fn stroke(&mut self, what: &What, drawing: &Drawing, look: &Look<'_>, transform: Transform) {
        match what {
            What::Fill(inks, path) => {
                if let Some(shader) = look.shader(inks, path.bounds()) {
                    self.pixmap.fill_path(path, &paint(shader), FillRule::Winding, transform, None);
                }
            }
            What::Line(ink, width, path) => self.line(look.color(ink), *width, path, transform),
            What::Soft(ink, sides) => self.soft(look.color(ink), *sides, transform),
            What::Strew(ink, numbers, path) => {
                let mut rng = Rng::new(look.seed, "strewn", 0);
                self.strew(look.color(ink), *numbers, path, drawing.size.0, transform, &mut rng);
            }
            What::Text(ink, letters) => {
                let text = if letters.text == "{}" { look.text } else { &letters.text };
                if let (Some(path), width) = lettering(letters, text) {
                    self.line(look.color(ink), width, &path, transform);
                }
            }
        }
    }

    /// Draws along a path with round ends.
    fn line(&mut self, color: Color, width: f32, path: &Path, transform: Transform) {
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(path, &paint(Shader::SolidColor(color)), &stroke, transform, None);
    }

    /// An ellipse that fades away towards its edge.
    fn soft(&mut self, color: Color, [x, y, radius_x, radius_y]: [f32; 4], transform: Transform) {
        let mut clear = color;
        clear.set_alpha(0.0);
        let stops = vec![GradientStop::new(0.0, color), GradientStop::new(1.0, clear)];
        let center = Point::from_xy(x, y);
        let flatten =
            Transform::from_row(1.0, 0.0, 0.0, radius_y / radius_x, 0.0, y - y * radius_y / radius_x);
        let shader = RadialGradient::new(center, 0.0, center, radius_x, stops, SpreadMode::Pad, flatten);
        let oval = Rect::from_xywh(x - radius_x, y - radius_y, radius_x * 2.0, radius_y * 2.0)
            .and_then(PathBuilder::from_oval);
        if let (Some(shader), Some(oval)) = (shader, oval) {
            self.pixmap.fill_path(&oval, &paint(shader), FillRule::Winding, transform, None);
        }
    }

    /// Copies of a small path all over a band of the drawing, larger the nearer they are to its lower end.
    fn strew(
        &mut self,
        color: Color,
        [width, count, top, bottom]: [f32; 4],
        path: &Path,
        across: f32,
        transform: Transform,
        rng: &mut Rng,
    ) {
        let mut number = 0.0;
        while number < count {
            let depth = rng.unit();
            let (x, y) = (rng.unit() * across, top + (bottom - top) * depth);
            let size = (0.35 + 0.65 * depth) * rng.span(0.6, 1.1);
            let mut faint = color;
            faint.apply_opacity(rng.span(0.5, 1.0));
            let place = transform.pre_translate(x, y).pre_scale(size, size);
            self.line(faint, width, path, place);
            number += 1.0;
        }
    }
}

impl<'a> Look<'a> {
    /// Nothing but these colours.
    pub(crate) fn plain(fixed: &'a HashMap<&'static str, Rgb>, light: Rgb) -> Self {
        Self { fixed, own: Vec::new(), light, holds: Vec::new(), text: "", seed: 0 }
    }

    /// What an ink looks like here; white if nothing has that name.
    fn color(&self, ink: &Ink) -> Color {
        if let Some(color) = self.fixed.get(ink.name.as_str()) {
            return color.lighter(ink.lighter).with_alpha(ink.alpha);
        }
        let own = self.own.iter().find(|(name, _)| *name == ink.name).map(|(_, color)| *color);
        let written =
            || ink.name.strip_prefix('#').and_then(|hex| u32::from_str_radix(hex, 16).ok()).map(rgb);
        let color = own.or_else(written).unwrap_or(WHITE);
        color.lighter(ink.lighter).lit_by(self.light).with_alpha(ink.alpha)
    }

    /// One colour, or several from the top of the bounds to the bottom.
    fn shader(&self, inks: &[Ink], bounds: Rect) -> Option<Shader<'static>> {
        let last = match inks {
            [] => return None,
            [ink] => return Some(Shader::SolidColor(self.color(ink))),
            [.., _] => inks.len() - 1,
        };
        let stop = |(place, ink)| GradientStop::new(place as f32 / last as f32, self.color(ink));
        let (from, to) = (Point::from_xy(0.0, bounds.top()), Point::from_xy(0.0, bounds.bottom()));
        let stops = inks.iter().enumerate().map(stop).collect();
        LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity())
    }
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}

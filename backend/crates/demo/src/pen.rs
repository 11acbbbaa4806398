//! The pen that draws into a picture, in the coordinates of the thing being drawn and in the light of the scene.

use super::ink::{Ink, Rgb, WHITE, rgb};
use super::shape::{self, Shape};
use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, Pixmap, Point, RadialGradient,
    Shader, SpreadMode, Stroke, Transform,
};

/// Draws shapes into a picture.
pub(super) struct Pen<'a> {
    pixmap: &'a mut Pixmap,
    transform: Transform,
    light: Rgb,
}

impl<'a> Pen<'a> {
    /// A pen in the picture's own pixels and in white light.
    pub(super) fn new(pixmap: &'a mut Pixmap) -> Self {
        Self { pixmap, transform: Transform::identity(), light: WHITE }
    }

    /// The same pen with coordinates moved to (x, y), scaled, and mirrored within `mirror_width` where given.
    pub(super) fn at(&mut self, x: f32, y: f32, scale: f32, mirror_width: Option<f32>) -> Pen<'_> {
        let local = match mirror_width {
            Some(width) => Transform::from_row(-scale, 0.0, 0.0, scale, x + width * scale, y),
            None => Transform::from_row(scale, 0.0, 0.0, scale, x, y),
        };
        Pen { pixmap: self.pixmap, transform: self.transform.pre_concat(local), light: self.light }
    }

    /// Colour of the light.
    pub(super) fn light(&self) -> Rgb {
        self.light
    }

    /// The same pen in light of another colour.
    pub(super) fn in_light(&mut self, light: Rgb) -> Pen<'_> {
        Pen { pixmap: self.pixmap, transform: self.transform, light }
    }

    /// Fills a shape.
    pub(super) fn fill(&mut self, ink: impl Into<Ink>, shape: Shape) {
        self.fill_with(Shader::SolidColor(ink.into().lit_by(self.light).color()), shape.as_ref());
    }

    /// Fills a shape with a vertical gradient over its height.
    pub(super) fn fade(&mut self, top: impl Into<Ink>, bottom: impl Into<Ink>, shape: Shape) {
        self.fade_three(top.into(), None, bottom.into(), shape);
    }

    /// Fills a shape with a vertical gradient of three colours.
    pub(super) fn fade_through(&mut self, top: Rgb, middle: Rgb, bottom: Rgb, shape: Shape) {
        self.fade_three(top.into(), Some(middle.into()), bottom.into(), shape);
    }

    fn fade_three(&mut self, top: Ink, middle: Option<Ink>, bottom: Ink, shape: Shape) {
        let Some(path) = shape else { return };
        let bounds = path.bounds();
        let stop = |position: f32, ink: Ink| GradientStop::new(position, ink.lit_by(self.light).color());
        let mut stops = vec![stop(0.0, top)];
        stops.extend(middle.map(|ink| stop(0.5, ink)));
        stops.push(stop(1.0, bottom));
        let (from, to) = (Point::from_xy(0.0, bounds.top()), Point::from_xy(0.0, bounds.bottom()));
        if let Some(shader) = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity()) {
            self.fill_with(shader, Some(&path));
        }
    }

    /// A soft round light, not dimmed by the scene's light.
    pub(super) fn glow(&mut self, x: f32, y: f32, radius: f32, ink: impl Into<Ink>) {
        self.soft_ellipse(x, y, radius, radius, ink.into());
    }

    /// The soft shadow of something that stands on the ground.
    pub(super) fn shadow(&mut self, x: f32, y: f32, radius_x: f32, radius_y: f32) {
        self.soft_ellipse(x, y, radius_x, radius_y, rgb(0x14_1432).alpha(0.34));
    }

    fn soft_ellipse(&mut self, x: f32, y: f32, radius_x: f32, radius_y: f32, ink: Ink) {
        let flatten =
            Transform::from_row(1.0, 0.0, 0.0, radius_y / radius_x, 0.0, y - y * radius_y / radius_x);
        let stops = vec![GradientStop::new(0.0, ink.color()), GradientStop::new(1.0, ink.faded().color())];
        let center = Point::from_xy(x, y);
        let shader = RadialGradient::new(center, 0.0, center, radius_x, stops, SpreadMode::Pad, flatten);
        if let Some(shader) = shader {
            self.fill_with(shader, shape::ellipse(x, y, radius_x, radius_y).as_ref());
        }
    }

    /// Draws along a path with round ends.
    pub(super) fn stroke(&mut self, ink: impl Into<Ink>, width: f32, shape: Shape) {
        let Some(path) = shape else { return };
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let paint = paint(Shader::SolidColor(ink.into().lit_by(self.light).color()));
        self.pixmap.stroke_path(&path, &paint, &stroke, self.transform, None);
    }

    fn fill_with(&mut self, shader: Shader<'_>, path: Option<&Path>) {
        if let Some(path) = path {
            self.pixmap.fill_path(path, &paint(shader), FillRule::Winding, self.transform, None);
        }
    }
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}

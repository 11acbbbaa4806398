//! Paints charts.

use super::{Chart, Form};
use crate::glyphs::{self, Align, Style};
use crate::ink::{DARK, Rgb, WHITE, rgb};
use crate::paint::color_of;
use crate::pen::Pen;
use crate::shape::{circle, line, path, rect, rounded, slice};
use tiny_skia::Pixmap;

/// Size of a chart in pixels.
const SIZE: (u32, u32) = (560, 420);
/// Left, top, right and bottom of the plotting area.
const PLOT: (f32, f32, f32, f32) = (78.0, 78.0, 532.0, 356.0);
const GRAY: Rgb = rgb(0x6B_7280);

/// Paints a chart; `None` never happens for its fixed size.
pub(crate) fn paint(chart: &Chart) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(SIZE.0, SIZE.1)?;
    let mut pen = Pen::new(&mut pixmap);
    pen.fill(rgb(0xFC_FCFA), rect(0.0, 0.0, 560.0, 420.0));
    glyphs::write_within(&mut pen, chart.title, 280.0, 44.0, Align::Middle, Style::bold(17.0, DARK), 500.0);
    match chart.form {
        Form::Pie => pie(&mut pen, chart),
        Form::Bars => bars(&mut pen, chart),
        Form::Line => curve(&mut pen, chart),
    }
    Some(pixmap)
}

/// Draws grid and labels; gives back the value at the top of the plot.
fn axes(pen: &mut Pen<'_>, chart: &Chart) -> f32 {
    let greatest = chart.values.iter().copied().max().unwrap_or(1);
    let step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].into_iter().find(|step| greatest / step < 6);
    let step = step.unwrap_or(1000);
    let ticks = greatest / step + 1;
    let (left, top, right, bottom) = PLOT;
    for tick in 0..=ticks {
        let y = bottom - (bottom - top) * tick as f32 / ticks as f32;
        pen.stroke(rgb(0xE3_E5EA), 1.0, line(left, y, right, y));
        let label = (tick * step).to_string();
        glyphs::write(pen, &label, left - 10.0, y + 4.5, Align::Right, Style::plain(10.0, GRAY));
    }
    pen.stroke(GRAY, 1.6, line(left, bottom, right, bottom));
    glyphs::write(pen, chart.unit, left - 46.0, top - 14.0, Align::Left, Style::plain(10.5, GRAY));
    for (index, label) in chart.labels.iter().enumerate() {
        let style = Style::plain(11.0, DARK);
        glyphs::write_within(pen, label, column(chart, index), bottom + 22.0, Align::Middle, style, 58.0);
    }
    (ticks * step) as f32
}

/// The middle of a label's column.
fn column(chart: &Chart, index: usize) -> f32 {
    PLOT.0 + (PLOT.2 - PLOT.0) * (index as f32 + 0.5) / chart.labels.len() as f32
}

fn bars(pen: &mut Pen<'_>, chart: &Chart) {
    let top_value = axes(pen, chart);
    let color = color_of(chart.hues[0]);
    let half = (PLOT.2 - PLOT.0) / chart.labels.len() as f32 * 0.31;
    for (index, &value) in chart.values.iter().enumerate() {
        let x = column(chart, index);
        let tall = (PLOT.3 - PLOT.1) * value as f32 / top_value;
        let y = PLOT.3 - tall;
        pen.fade(color.lighter(0.16), color, rounded(x - half, y, half * 2.0, tall, 4.0));
        pen.fill(color, rect(x - half, PLOT.3 - 4.0_f32.min(tall), half * 2.0, 4.0_f32.min(tall)));
        glyphs::write(pen, &value.to_string(), x, y - 7.0, Align::Middle, Style::plain(10.5, DARK));
    }
}

fn curve(pen: &mut Pen<'_>, chart: &Chart) {
    let top_value = axes(pen, chart);
    let color = color_of(chart.hues[0]);
    let y = |value: u32| PLOT.3 - (PLOT.3 - PLOT.1) * value as f32 / top_value;
    let points: Vec<String> = chart
        .values
        .iter()
        .enumerate()
        .map(|(index, &value)| format!("{} {}", column(chart, index), y(value)))
        .collect();
    let data = format!("M {}", points.join(" L "));
    let (first, last) = (column(chart, 0), column(chart, chart.values.len() - 1));
    let under = format!("{data} L {last} {0} L {first} {0} Z", PLOT.3);
    pen.fade(color.alpha(0.30), color.alpha(0.02), path(&under));
    pen.stroke(color, 3.4, path(&data));
    for (index, &value) in chart.values.iter().enumerate() {
        let x = column(chart, index);
        pen.fill(WHITE, circle(x, y(value), 6.0));
        pen.fill(color, circle(x, y(value), 4.2));
        glyphs::write(pen, &value.to_string(), x, y(value) - 12.0, Align::Middle, Style::plain(10.5, DARK));
    }
}

fn pie(pen: &mut Pen<'_>, chart: &Chart) {
    let (x, y, radius) = (204.0, 236.0, 142.0);
    pen.shadow(x, y + 8.0, radius * 1.08, radius * 1.08);
    let mut from = 0.0;
    for (index, (&value, &hue)) in chart.values.iter().zip(&chart.hues).enumerate() {
        let to = from + value as f32 * std::f32::consts::TAU / 100.0;
        let color = color_of(hue);
        pen.fade(color.lighter(0.10), color, slice(x, y, radius, from, to));
        pen.stroke(rgb(0xFC_FCFA), 2.4, slice(x, y, radius, from, to));
        let (sin, cos) = f32::midpoint(from, to).sin_cos();
        let label = format!("{value}%");
        let (text_x, text_y) = (x + sin * radius * 0.70, y - cos * radius * 0.70 + 5.0);
        glyphs::write(
            pen,
            &label,
            text_x,
            text_y,
            Align::Middle,
            Style { weight: 0.17, ..Style::plain(12.0, DARK) },
        );
        let legend = 150.0 + index as f32 * 36.0;
        pen.fill(color, rounded(386.0, legend, 20.0, 20.0, 5.0));
        glyphs::write(pen, chart.labels[index], 418.0, legend + 16.0, Align::Left, Style::plain(13.0, DARK));
        from = to;
    }
}

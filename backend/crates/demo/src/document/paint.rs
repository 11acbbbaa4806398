//! Paints pages.

use super::{Cover, Document, Letter, Receipt, money};
use crate::glyphs::{self, Align, Style};
use crate::ink::{DARK, Rgb, WHITE, rgb};
use crate::paint::color_of;
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::Hue;
use crate::shape::{circle, line, path, poly, rect, rounded};
use tiny_skia::Pixmap;

const PAPER: Rgb = rgb(0xFD_FBF5);
const GRAY: Rgb = rgb(0x7A_7F8C);

/// Paints a page; `None` never happens for these sizes.
pub(crate) fn paint(document: &Document) -> Option<Pixmap> {
    let (width, height) = match document {
        Document::Receipt(_) | Document::Cover(_) => (400, 560),
        Document::Letter(_) => (480, 600),
        Document::Kana(_) => (520, 560),
    };
    let mut pixmap = Pixmap::new(width, height)?;
    let mut pen = Pen::new(&mut pixmap);
    match document {
        Document::Receipt(page) => receipt(&mut pen, page),
        Document::Letter(page) => letter(&mut pen, page),
        Document::Cover(page) => cover(&mut pen, page),
        Document::Kana(lines) => kana(&mut pen, lines),
    }
    Some(pixmap)
}

/// A sheet of paper on a table.
fn sheet(pen: &mut Pen<'_>, width: f32, height: f32, table: Rgb, margin: f32) {
    pen.fade(table.lighter(0.12), table.darker(0.12), rect(0.0, 0.0, width, height));
    pen.fill(
        rgb(0x2A_2038).alpha(0.20),
        rect(margin + 5.0, margin + 7.0, width - margin * 2.0, height - margin * 2.0),
    );
    pen.fade(WHITE, PAPER, rect(margin, margin, width - margin * 2.0, height - margin * 2.0));
}

fn receipt(pen: &mut Pen<'_>, page: &Receipt) {
    sheet(pen, 400.0, 560.0, rgb(0xB9_8A62), 34.0);
    glyphs::write_within(
        pen,
        &page.shop.to_uppercase(),
        200.0,
        92.0,
        Align::Middle,
        Style::bold(19.0, DARK),
        290.0,
    );
    let small = Style::plain(11.5, GRAY);
    glyphs::write(pen, &format!("{}  {}", page.date, page.time), 200.0, 120.0, Align::Middle, small);
    glyphs::write(pen, &format!("Receipt No. {}", page.number), 200.0, 142.0, Align::Middle, small);
    pen.stroke(GRAY.alpha(0.7), 1.2, line(64.0, 162.0, 336.0, 162.0));
    let mut y = 192.0;
    for (name, price) in &page.items {
        glyphs::write(pen, name, 66.0, y, Align::Left, Style::plain(13.0, DARK));
        glyphs::write(pen, &money(*price), 334.0, y, Align::Right, Style::plain(13.0, DARK));
        y += 29.0;
    }
    pen.stroke(GRAY.alpha(0.7), 1.2, line(64.0, y - 8.0, 336.0, y - 8.0));
    glyphs::write(pen, "TOTAL", 66.0, y + 26.0, Align::Left, Style::bold(16.0, DARK));
    glyphs::write(pen, &money(page.total()), 334.0, y + 26.0, Align::Right, Style::bold(16.0, DARK));
    glyphs::write(pen, "Thank you!", 200.0, y + 72.0, Align::Middle, Style::plain(13.0, GRAY));
}

fn letter(pen: &mut Pen<'_>, page: &Letter) {
    sheet(pen, 480.0, 600.0, rgb(0x6E_7F99), 30.0);
    let ink = rgb(0x2E_3A6B);
    glyphs::write(pen, &page.date, 420.0, 86.0, Align::Right, Style::plain(12.0, GRAY));
    glyphs::write(
        pen,
        &format!("To: {}", page.recipient),
        64.0,
        128.0,
        Align::Left,
        Style::plain(13.5, DARK),
    );
    glyphs::write(pen, &format!("From: {}", page.sender), 64.0, 154.0, Align::Left, Style::plain(13.5, DARK));
    glyphs::write(pen, page.subject, 64.0, 212.0, Align::Left, Style::bold(18.0, DARK));
    pen.stroke(rgb(0xE6_5B50), 3.0, line(64.0, 226.0, 128.0, 226.0));
    let first = page.recipient.split(' ').next().unwrap_or_default();
    glyphs::write(pen, &format!("Dear {first},"), 64.0, 270.0, Align::Left, Style::plain(13.5, ink));
    let mut y = 304.0;
    for text in &page.lines {
        glyphs::write_within(pen, text, 64.0, y, Align::Left, Style::plain(13.5, ink), 352.0);
        y += 32.0;
    }
    glyphs::write(pen, "Kind regards,", 64.0, y + 24.0, Align::Left, Style::plain(13.5, ink));
    glyphs::write(pen, &page.sender, 64.0, y + 58.0, Align::Left, Style::plain(17.0, ink));
}

fn cover(pen: &mut Pen<'_>, page: &Cover) {
    let mut rng = Rng::new(page.look, "cover", 0);
    let color = color_of(page.hue);
    pen.fade(color.lighter(0.10), color.darker(0.22), rect(0.0, 0.0, 400.0, 560.0));
    ornament(pen, color, &mut rng);
    pen.fill(color.darker(0.40).alpha(0.55), rect(0.0, 0.0, 14.0, 560.0));
    let (upper, lower) = halves(&page.title);
    // White cannot be read on yellow.
    let (ink, light) =
        if page.hue == Hue::Yellow { (DARK, DARK.lighter(0.15)) } else { (WHITE, color.lighter(0.78)) };
    for (text, y) in [(upper, 86.0), (lower, 144.0)] {
        let style = Style { weight: 0.17, ..Style::plain(36.0, ink) };
        glyphs::write_within(pen, &text, 207.0, y, Align::Middle, style, 340.0);
    }
    pen.fill(light, rect(172.0, 176.0, 70.0, 3.0));
    glyphs::write_within(pen, page.genre, 207.0, 208.0, Align::Middle, Style::plain(13.0, light), 330.0);
    glyphs::write(
        pen,
        &page.author,
        207.0,
        522.0,
        Align::Middle,
        Style { weight: 0.15, ..Style::plain(21.0, ink) },
    );
}

/// Hills under a big sun, or rings, or triangles.
fn ornament(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    let light = color.lighter(0.55);
    match rng.below(3) {
        0 => {
            pen.fill(rgb(0xFF_F1CC), circle(207.0, 320.0, 74.0));
            pen.fill(
                color.lighter(0.28),
                path("M 0 390 C 90 320 180 330 260 380 C 320 410 370 380 400 360 V 560 H 0 Z"),
            );
            pen.fill(
                color.darker(0.10),
                path("M 0 440 C 120 390 220 420 300 440 C 350 450 380 440 400 430 V 560 H 0 Z"),
            );
            pen.fill(color.darker(0.30), path("M 0 490 C 120 460 260 480 400 470 V 560 H 0 Z"));
        }
        1 => {
            for (index, radius) in [120.0, 94.0, 68.0, 42.0, 16.0].into_iter().enumerate() {
                let paint = if index % 2 == 0 { light } else { color.darker(0.05) };
                pen.fill(paint, circle(207.0, 350.0, radius));
            }
        }
        _ => {
            for row in 0..4_u8 {
                for column in 0..=row {
                    let (x, y) = (
                        207.0 + (f32::from(column) - f32::from(row) / 2.0) * 64.0,
                        246.0 + f32::from(row) * 58.0,
                    );
                    let paint = if (row + column) % 2 == 0 { light } else { color.lighter(0.25) };
                    pen.fill(paint, poly(&[(x, y), (x + 30.0, y + 54.0), (x - 30.0, y + 54.0)]));
                }
            }
        }
    }
}

/// A title in two lines of about the same length.
fn halves(title: &str) -> (String, String) {
    let words: Vec<&str> = title.split(' ').collect();
    let middle = if words.len() < 3 { 1 } else { words.len() / 2 };
    (words[..middle].join(" "), words[middle..].join(" "))
}

fn kana(pen: &mut Pen<'_>, lines: &[String]) {
    sheet(pen, 520.0, 560.0, rgb(0xA9_B8A0), 28.0);
    pen.stroke(rgb(0xE6_5B50).alpha(0.5), 1.4, line(62.0, 40.0, 62.0, 520.0));
    let mut y = 90.0;
    for text in lines {
        pen.stroke(rgb(0x9F_B7D6).alpha(0.6), 1.0, line(44.0, y + 10.0, 476.0, y + 10.0));
        glyphs::write_within(
            pen,
            text,
            80.0,
            y,
            Align::Left,
            Style { weight: 0.10, ..Style::plain(27.0, DARK) },
            380.0,
        );
        y += 48.0;
    }
    pen.fill(rgb(0xD9_3A46).alpha(0.85), rounded(436.0, 482.0, 30.0, 30.0, 4.0));
}

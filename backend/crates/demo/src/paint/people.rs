//! People, as friendly figures of few shapes.

use crate::ink::{Rgb, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::Kind;
use crate::shape::{circle, ellipse, line, path};

const SKINS: [u32; 5] = [0xF6_D2B3, 0xEB_BE98, 0xC9_9068, 0x9C_6644, 0x6F_4630];
const HAIRS: [u32; 6] = [0x2D_2424, 0x4A_3228, 0x7A_4B2A, 0xC8_8B4A, 0x8E_8A88, 0xA8_4B32];
const TROUSERS: [u32; 5] = [0x3A_4A6B, 0x4B_4F5C, 0x6A_5847, 0x2F_5D73, 0x5B_5A7A];

/// Where the parts of a body are.
struct Body {
    middle: f32,
    head: f32,
    head_radius: f32,
    shoulder: f32,
    hip: f32,
    ground: f32,
    half: f32,
}

const GROWN_UP: Body = Body {
    middle: 24.0,
    head: 13.5,
    head_radius: 11.0,
    shoulder: 27.0,
    hip: 68.0,
    ground: 118.0,
    half: 12.5,
};
const SMALL: Body =
    Body { middle: 22.0, head: 14.0, head_radius: 12.0, shoulder: 28.0, hip: 55.0, ground: 88.0, half: 10.5 };

/// Draws a man, a woman or a child in clothes of the given colour.
pub(super) fn draw(pen: &mut Pen<'_>, kind: Kind, color: Rgb, rng: &mut Rng) {
    let body = if kind == Kind::Child { &SMALL } else { &GROWN_UP };
    let (skin, hair) = (rgb(rng.one(&SKINS)), rgb(rng.one(&HAIRS)));
    let has_dress = kind == Kind::Woman && rng.chance(55);
    let has_long_hair = kind == Kind::Woman || (kind == Kind::Child && rng.chance(50));
    let walks = rng.chance(60);
    pen.shadow(body.middle, body.ground, 21.0, 4.2);
    if has_long_hair {
        long_hair(pen, body, hair);
    }
    legs(pen, body, if has_dress { skin } else { rgb(rng.one(&TROUSERS)) }, walks);
    arm(pen, body, color.darker(0.22), skin, -1.0, walks);
    torso(pen, body, color, has_dress);
    arm(pen, body, color.darker(0.10), skin, 1.0, walks);
    head(pen, body, skin, hair);
}

fn legs(pen: &mut Pen<'_>, body: &Body, color: Rgb, walks: bool) {
    let stride = if walks { body.half * 0.85 } else { body.half * 0.45 };
    let foot = body.ground - 3.5;
    for (side, shade) in [(-1.0, 0.18), (1.0, 0.0)] {
        let x = body.middle + side * stride;
        pen.stroke(
            color.darker(shade),
            body.half * 0.72,
            line(body.middle + side * 4.5, body.hip, x, foot - 3.0),
        );
        pen.fill(rgb(0x33_2F3D), path(&shoe(x, foot)));
    }
}

fn shoe(x: f32, y: f32) -> String {
    format!(
        "M {} {} H {} C {} {} {} {} {} {} H {} Z",
        x - 4.5,
        y - 3.0,
        x + 3.0,
        x + 8.0,
        y - 2.5,
        x + 10.0,
        y,
        x + 9.5,
        y + 3.5,
        x - 4.5
    )
}

fn torso(pen: &mut Pen<'_>, body: &Body, color: Rgb, has_dress: bool) {
    let (m, top, half) = (body.middle, body.shoulder, body.half);
    let (bottom, hem) =
        if has_dress { (body.hip + 20.0, half * 1.35) } else { (body.hip + 3.0, half * 0.92) };
    let data = format!(
        "M {} {} C {} {} {} {} {} {} H {} C {} {} {} {} {} {} L {} {bottom} Q {m} {} {} {bottom} Z",
        m - half,
        top + 8.0,
        m - half,
        top + 1.0,
        m - half * 0.6,
        top,
        m - half * 0.4,
        top,
        m + half * 0.4,
        m + half * 0.6,
        top,
        m + half,
        top + 1.0,
        m + half,
        top + 8.0,
        m + hem,
        bottom + 3.0,
        m - hem
    );
    pen.fade(color.lighter(0.08), color.darker(0.06), path(&data));
}

fn arm(pen: &mut Pen<'_>, body: &Body, sleeve: Rgb, skin: Rgb, side: f32, walks: bool) {
    let swing = if walks { 6.0 } else { 2.0 };
    let shoulder = (body.middle + side * (body.half - 2.5), body.shoulder + 6.0);
    let hand = (body.middle + side * (body.half + swing), body.hip - 1.0);
    let elbow = (f32::midpoint(shoulder.0, hand.0) + side * 1.5, f32::midpoint(shoulder.1, hand.1));
    pen.stroke(skin, 5.0, line(elbow.0, elbow.1, hand.0, hand.1));
    pen.stroke(sleeve, 7.0, line(shoulder.0, shoulder.1, elbow.0, elbow.1));
    pen.fill(skin, circle(hand.0, hand.1, 3.4));
}

fn head(pen: &mut Pen<'_>, body: &Body, skin: Rgb, hair: Rgb) {
    let (x, y, r) = (body.middle, body.head, body.head_radius);
    pen.stroke(skin.darker(0.10), 7.0, line(x, y + r * 0.7, x, body.shoulder + 1.0));
    pen.fill(skin, circle(x, y, r));
    pen.fill(
        skin.mix(rgb(0xF0_6A6A), 0.35).alpha(0.6),
        ellipse(x + r * 0.55, y + r * 0.38, r * 0.2, r * 0.14),
    );
    let cap = format!(
        "M {} {} C {} {} {} {} {} {} C {} {} {} {} {} {} C {} {} {} {} {} {} Z",
        x - r * 1.04,
        y + r * 0.25,
        x - r * 1.2,
        y - r * 1.45,
        x + r * 1.15,
        y - r * 1.5,
        x + r * 1.02,
        y - r * 0.1,
        x + r * 0.6,
        y - r * 0.35,
        x + r * 0.2,
        y - r * 0.5,
        x - r * 0.1,
        y - r * 0.55,
        x - r * 0.5,
        y - r * 0.4,
        x - r * 0.62,
        y - r * 0.1,
        x - r * 1.04,
        y + r * 0.25
    );
    pen.fill(hair, path(&cap));
    pen.fill(rgb(0x2B_2430), circle(x + r * 0.25, y + r * 0.08, r * 0.10));
    pen.fill(rgb(0x2B_2430), circle(x + r * 0.72, y + r * 0.08, r * 0.10));
}

fn long_hair(pen: &mut Pen<'_>, body: &Body, hair: Rgb) {
    let (x, y, r) = (body.middle, body.head, body.head_radius);
    let data = format!(
        "M {} {} C {} {} {} {} {} {} L {} {} C {} {} {} {} {} {} Z",
        x - r * 1.05,
        y,
        x - r * 1.3,
        y + r * 1.2,
        x - r * 1.3,
        y + r * 1.9,
        x - r * 0.9,
        y + r * 2.2,
        x + r * 0.5,
        y + r * 2.0,
        x + r * 1.0,
        y + r * 1.6,
        x + r * 1.0,
        y + r * 0.6,
        x + r * 1.0,
        y
    );
    pen.fill(hair.darker(0.12), path(&data));
}

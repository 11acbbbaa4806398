//! The colours of a scene: one light, one sky and one ground that go together.

use crate::ink::{Rgb, rgb};
use crate::scene::{Hue, Mood, Season, Time, Weather};

/// The colours of a scene in the open.
pub(super) struct Palette {
    /// Colour of the light that falls on everything.
    pub(super) light: Rgb,
    /// Sky from top to horizon.
    pub(super) sky: [Rgb; 3],
    /// What far things fade into.
    pub(super) haze: Rgb,
    /// Clouds.
    pub(super) cloud: Rgb,
    /// Grass from far to near.
    pub(super) grass: [Rgb; 2],
    /// Water from far to near.
    pub(super) water: [Rgb; 2],
}

/// The colours that belong to a mood; `look` chooses among those equally right.
pub(super) fn of(mood: Mood, look: u64) -> Palette {
    let (sky, light) = sky_and_light(mood.time, look);
    let (sky, light) = match mood.weather {
        Weather::Clear => (sky, light),
        Weather::Cloudy => {
            (sky.map(|color| color.mix(gray(mood.time), 0.45)), light.mix(rgb(0xDD_E3EA), 0.5))
        }
        Weather::Rain => (sky.map(|color| color.mix(gray(mood.time), 0.72)), light.lit_by(rgb(0xD2_DAE4))),
        Weather::Snow => (sky.map(|color| color.mix(gray(mood.time).lighter(0.35), 0.5)), light),
    };
    let grass = grass(mood, look);
    let water = [sky[1].mix(rgb(0x2F_8FB0), 0.35), sky[0].mix(rgb(0x1B_6C96), 0.5)];
    let cloud = sky[2].lighter(if mood.time == Time::Night { 0.12 } else { 0.72 });
    Palette { light, sky, haze: sky[2].mix(sky[1], 0.4), cloud, grass, water }
}

fn sky_and_light(time: Time, look: u64) -> ([Rgb; 3], Rgb) {
    let choose = |skies: [[u32; 3]; 3]| skies[(look % 3) as usize].map(rgb);
    match time {
        Time::Morning => (
            choose([
                [0x8F_C4E8, 0xD9_E4EC, 0xFF_DFC0],
                [0x9A_B8E0, 0xE6_D5E3, 0xFF_D9C2],
                [0x86_CBDD, 0xD6_ECE6, 0xFF_EBC4],
            ]),
            rgb(0xFF_F3E4),
        ),
        Time::Day => (
            choose([
                [0x4F_A9E8, 0x8F_CDF3, 0xDD_F1FA],
                [0x5B_B5E0, 0x9F_D8EE, 0xE9_F6F4],
                [0x3F_97DF, 0x84_C3F2, 0xD2_EAFB],
            ]),
            rgb(0xFF_FFFF),
        ),
        Time::Sunset => (
            choose([
                [0x4B_3F84, 0xD9_6A84, 0xFF_C074],
                [0x35_4A8C, 0xC9_6FA0, 0xFF_AE7C],
                [0x5A_4A90, 0xF0_7F72, 0xFF_D58A],
            ]),
            rgb(0xFF_E4D4),
        ),
        Time::Night => (
            choose([
                [0x0B_1437, 0x1B_2C5E, 0x3A_4E86],
                [0x10_1238, 0x27_2B66, 0x4A_4C8A],
                [0x07_1B36, 0x12_3A5E, 0x2C_6280],
            ]),
            rgb(0xA4_ADE0),
        ),
    }
}

fn gray(time: Time) -> Rgb {
    match time {
        Time::Night => rgb(0x2A_3350),
        Time::Sunset => rgb(0xA8_8A9C),
        Time::Morning => rgb(0xC9_CBD2),
        Time::Day => rgb(0xA9_B9C8),
    }
}

fn grass(mood: Mood, look: u64) -> [Rgb; 2] {
    if mood.weather == Weather::Snow {
        return [rgb(0xE3_EDF6), rgb(0xFA_FCFF)];
    }
    let pairs = match mood.season {
        Season::Spring => [[0xA9_D86E, 0x6F_BF57], [0xB4_DC7E, 0x62_B35E]],
        Season::Summer => [[0x8C_CB62, 0x4E_A556], [0x9A_CF5E, 0x5A_A94A]],
        Season::Autumn => [[0xD9_C46A, 0xA8_9A47], [0xC9_B562, 0x8F_9148]],
        Season::Winter => [[0xB9_C49A, 0x86_9A78], [0xC2_C7A4, 0x8E_A07E]],
    };
    pairs[(look / 3 % 2) as usize].map(rgb)
}

/// The paint for a thing of this colour; each has three shades that everybody calls by the same name.
pub(super) fn paint_of(hue: Hue, look: u64) -> Rgb {
    let shades = match hue {
        Hue::Red => [0xE6_4B4B, 0xD9_3A46, 0xEF_5350],
        Hue::Orange => [0xF5_8F3B, 0xF2_8A2E, 0xFA_9A4A],
        Hue::Yellow => [0xFB_CB43, 0xF7_C531, 0xFF_D55C],
        Hue::Green => [0x4C_AF6D, 0x3F_A364, 0x5B_B96F],
        Hue::Teal => [0x2B_A8A0, 0x25_9C99, 0x38_B2A8],
        Hue::Blue => [0x3E_7CD6, 0x34_6FC9, 0x4A_8AE2],
        Hue::Purple => [0x8E_63C7, 0x80_58BD, 0x9A_70D0],
        Hue::Pink => [0xF5_86A9, 0xF2_7BA2, 0xF9_98B6],
        Hue::Brown => [0x9B_6642, 0x8C_5A3A, 0xA8_714B],
        Hue::Black => [0x35_3748, 0x2E_3040, 0x3C_3E50],
        Hue::Gray => [0x9A_A3B0, 0x8E_98A6, 0xA5_ADB9],
        Hue::White => [0xFA_F8F4, 0xF6_F5F2, 0xFF_FCF7],
    };
    rgb(shades[(look / 7 % 3) as usize])
}

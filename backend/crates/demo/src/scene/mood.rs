//! Season, time of day and weather of a scene.

use crate::rng::Rng;

/// Season of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// Time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Morning,
    Day,
    Sunset,
    Night,
}

/// Weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Clear,
    Cloudy,
    Rain,
    Snow,
}

/// Season, time of day and weather together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mood {
    pub(crate) season: Season,
    pub(crate) time: Time,
    pub(crate) weather: Weather,
}

impl Mood {
    /// A mood in which the picture is likely to look good.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let season =
            rng.one(&[Season::Spring, Season::Summer, Season::Summer, Season::Autumn, Season::Winter]);
        let time = rng.one(&[
            Time::Morning,
            Time::Day,
            Time::Day,
            Time::Day,
            Time::Sunset,
            Time::Sunset,
            Time::Night,
        ]);
        let weather = match (season, rng.below(10)) {
            (Season::Winter, 0..=4) => Weather::Snow,
            (Season::Winter, _) | (_, 0..=5) => Weather::Clear,
            (_, 6..=7) => Weather::Cloudy,
            _ if time == Time::Sunset => Weather::Clear,
            _ => Weather::Rain,
        };
        Self { season, time, weather }
    }

    /// A pleasant day.
    pub(super) const FAIR: Self = Self { season: Season::Summer, time: Time::Day, weather: Weather::Clear };

    /// Whether lamps are lit.
    pub(crate) fn is_dark(self) -> bool {
        self.time == Time::Night
    }
}

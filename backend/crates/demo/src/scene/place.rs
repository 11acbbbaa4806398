//! Places where scenes play, and what is likely to be there.

use super::kind::Kind;

/// Where a scene plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Meadow,
    Street,
    Lake,
    Beach,
    Park,
    Mountains,
    Farm,
    /// A room with a table.
    Room,
}

impl Place {
    /// Every place in the open.
    pub(super) const OUTDOORS: [Self; 7] =
        [Self::Meadow, Self::Street, Self::Lake, Self::Beach, Self::Park, Self::Mountains, Self::Farm];
}

/// A kind of thing that may be at a place.
pub(super) struct Chance {
    pub(super) kind: Kind,
    /// How likely it is, in percent.
    pub(super) percent: usize,
    /// The greatest number of them.
    pub(super) most: usize,
    /// Range of the lower edge, in percent of the picture's height.
    pub(super) base: (f32, f32),
    /// Height of a grown-up at the upper and lower end of that range, in percent of the picture's height.
    pub(super) person: (f32, f32),
}

const fn chance(kind: Kind, percent: usize, most: usize, base: (f32, f32), person: (f32, f32)) -> Chance {
    Chance { kind, percent, most, base, person }
}

/// What may be at a place, from far to near.
pub(super) fn chances(place: Place) -> &'static [Chance] {
    match place {
        Place::Meadow => MEADOW,
        Place::Street => STREET,
        Place::Lake => LAKE,
        Place::Beach => BEACH,
        Place::Park => PARK,
        Place::Mountains => MOUNTAINS,
        Place::Farm => FARM,
        Place::Room => &[],
    }
}

const MEADOW: &[Chance] = &[
    chance(Kind::Balloon, 35, 3, (26.0, 46.0), (12.0, 18.0)),
    chance(Kind::Bird, 40, 4, (10.0, 34.0), (20.0, 24.0)),
    chance(Kind::House, 60, 2, (66.0, 72.0), (12.0, 14.0)),
    chance(Kind::Tree, 70, 4, (66.0, 78.0), (13.0, 19.0)),
    chance(Kind::Sheep, 30, 4, (74.0, 86.0), (15.0, 20.0)),
    chance(Kind::Woman, 35, 1, (84.0, 93.0), (22.0, 27.0)),
    chance(Kind::Man, 30, 1, (84.0, 93.0), (22.0, 27.0)),
    chance(Kind::Child, 30, 2, (86.0, 94.0), (22.0, 27.0)),
    chance(Kind::Kite, 25, 2, (22.0, 42.0), (20.0, 24.0)),
    chance(Kind::Dog, 35, 2, (88.0, 95.0), (22.0, 27.0)),
    chance(Kind::Flower, 35, 6, (90.0, 98.0), (24.0, 29.0)),
];

const STREET: &[Chance] = &[
    chance(Kind::Plane, 12, 1, (10.0, 18.0), (12.0, 15.0)),
    chance(Kind::Bird, 15, 3, (8.0, 20.0), (15.0, 18.0)),
    chance(Kind::Shop, 75, 2, (70.0, 70.0), (20.0, 20.0)),
    chance(Kind::Lamp, 45, 2, (72.0, 72.0), (20.0, 20.0)),
    chance(Kind::Tree, 50, 2, (72.0, 72.0), (15.0, 16.0)),
    chance(Kind::Woman, 45, 2, (73.0, 75.0), (20.0, 20.0)),
    chance(Kind::Man, 45, 2, (73.0, 75.0), (20.0, 20.0)),
    chance(Kind::Dog, 25, 1, (74.0, 75.0), (20.0, 20.0)),
    chance(Kind::Cat, 15, 1, (74.0, 75.0), (20.0, 20.0)),
    chance(Kind::Bus, 35, 1, (85.0, 86.0), (20.0, 20.0)),
    chance(Kind::Truck, 22, 1, (85.0, 86.0), (20.0, 20.0)),
    chance(Kind::Car, 75, 4, (85.0, 95.0), (20.0, 23.0)),
    chance(Kind::Bicycle, 30, 2, (93.0, 96.0), (23.0, 23.0)),
];

const LAKE: &[Chance] = &[
    chance(Kind::Bird, 45, 4, (10.0, 30.0), (20.0, 23.0)),
    chance(Kind::Balloon, 22, 2, (28.0, 42.0), (11.0, 15.0)),
    chance(Kind::Lighthouse, 40, 1, (60.0, 62.0), (11.0, 12.0)),
    chance(Kind::Boat, 90, 5, (64.0, 84.0), (10.0, 20.0)),
    chance(Kind::Duck, 45, 5, (84.0, 95.0), (24.0, 29.0)),
];

const BEACH: &[Chance] = &[
    chance(Kind::Bird, 40, 4, (10.0, 32.0), (20.0, 24.0)),
    chance(Kind::Kite, 35, 2, (24.0, 42.0), (20.0, 24.0)),
    chance(Kind::Plane, 12, 1, (14.0, 24.0), (16.0, 18.0)),
    chance(Kind::Boat, 65, 3, (58.0, 65.0), (8.0, 12.0)),
    chance(Kind::Parasol, 70, 3, (84.0, 91.0), (21.0, 25.0)),
    chance(Kind::Woman, 45, 2, (84.0, 93.0), (22.0, 26.0)),
    chance(Kind::Man, 40, 1, (84.0, 93.0), (22.0, 26.0)),
    chance(Kind::Child, 40, 2, (88.0, 94.0), (23.0, 26.0)),
    chance(Kind::Ball, 45, 2, (91.0, 96.0), (25.0, 28.0)),
    chance(Kind::Dog, 25, 1, (90.0, 95.0), (24.0, 27.0)),
];

const PARK: &[Chance] = &[
    chance(Kind::Bird, 35, 3, (10.0, 30.0), (19.0, 22.0)),
    chance(Kind::Kite, 25, 2, (22.0, 40.0), (19.0, 22.0)),
    chance(Kind::Tree, 85, 4, (68.0, 80.0), (15.0, 21.0)),
    chance(Kind::Lamp, 35, 2, (76.0, 78.0), (19.0, 20.0)),
    chance(Kind::Bench, 60, 2, (79.0, 83.0), (20.0, 22.0)),
    chance(Kind::Woman, 50, 2, (84.0, 93.0), (22.0, 26.0)),
    chance(Kind::Man, 40, 2, (84.0, 93.0), (22.0, 26.0)),
    chance(Kind::Child, 45, 2, (86.0, 94.0), (23.0, 26.0)),
    chance(Kind::Bicycle, 30, 1, (88.0, 93.0), (22.0, 25.0)),
    chance(Kind::Dog, 45, 2, (88.0, 95.0), (22.0, 26.0)),
    chance(Kind::Ball, 25, 1, (92.0, 96.0), (24.0, 26.0)),
    chance(Kind::Cat, 15, 1, (92.0, 96.0), (24.0, 26.0)),
];

const MOUNTAINS: &[Chance] = &[
    chance(Kind::Balloon, 25, 3, (24.0, 40.0), (10.0, 15.0)),
    chance(Kind::Bird, 40, 3, (10.0, 30.0), (18.0, 22.0)),
    chance(Kind::House, 60, 1, (76.0, 79.0), (14.0, 16.0)),
    chance(Kind::Pine, 90, 7, (75.0, 87.0), (12.0, 19.0)),
    chance(Kind::Sheep, 25, 3, (83.0, 92.0), (17.0, 21.0)),
    chance(Kind::Man, 40, 1, (88.0, 94.0), (21.0, 25.0)),
    chance(Kind::Woman, 35, 1, (88.0, 94.0), (21.0, 25.0)),
    chance(Kind::Dog, 30, 1, (90.0, 95.0), (22.0, 25.0)),
    chance(Kind::Snowman, 70, 2, (88.0, 95.0), (22.0, 26.0)),
];

const FARM: &[Chance] = &[
    chance(Kind::Bird, 35, 5, (10.0, 32.0), (18.0, 22.0)),
    chance(Kind::House, 85, 1, (68.0, 72.0), (17.0, 19.0)),
    chance(Kind::Tree, 55, 3, (68.0, 76.0), (14.0, 18.0)),
    chance(Kind::Truck, 25, 1, (80.0, 83.0), (18.0, 19.0)),
    chance(Kind::Cow, 60, 3, (80.0, 92.0), (20.0, 26.0)),
    chance(Kind::Sheep, 40, 4, (80.0, 93.0), (19.0, 24.0)),
    chance(Kind::Man, 30, 1, (86.0, 93.0), (23.0, 26.0)),
    chance(Kind::Dog, 30, 1, (90.0, 95.0), (23.0, 26.0)),
    chance(Kind::Flower, 25, 5, (92.0, 98.0), (24.0, 28.0)),
];

//! Kinds of things and the colours they come in, with their names in English and Japanese.

use Hue::{Black, Blue, Brown, Gray, Green, Orange, Pink, Purple, Red, Teal, White, Yellow};

/// A colour by which people name things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hue {
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Pink,
    Brown,
    Black,
    Gray,
    White,
}

impl Hue {
    /// Every colour.
    pub(crate) const ALL: [Self; 12] =
        [Red, Orange, Yellow, Green, Teal, Blue, Purple, Pink, Brown, Black, Gray, White];

    /// English name.
    pub(crate) fn name(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black", "gray",
            "white",
        ];
        NAMES[self as usize]
    }

    /// Japanese, as it stands before a noun.
    pub(crate) fn japanese(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "赤い",
            "オレンジ色の",
            "黄色い",
            "緑色の",
            "青緑色の",
            "青い",
            "紫色の",
            "ピンクの",
            "茶色い",
            "黒い",
            "灰色の",
            "白い",
        ];
        NAMES[self as usize]
    }

    /// Japanese, as it stands alone.
    pub(crate) fn japanese_noun(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "赤色",
            "オレンジ色",
            "黄色",
            "緑色",
            "青緑色",
            "青色",
            "紫色",
            "ピンク色",
            "茶色",
            "黒色",
            "灰色",
            "白色",
        ];
        NAMES[self as usize]
    }
}

macro_rules! kinds {
    ($($kind:ident $name:literal $plural:literal $ja:literal $counter:literal $size:expr, $height:literal, $group:ident, [$($hue:ident)+];)+) => {
        /// What a thing is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind),+ }

        const FACTS: &[Facts] = &[$(Facts {
            name: $name, plural: $plural, japanese: $ja, counter: $counter,
            size: $size, height: $height, group: Group::$group, hues: &[$($hue),+],
        }),+];

        impl Kind {
            /// Every kind.
            pub(crate) const ALL: &[Self] = &[$(Self::$kind),+];
        }
    };
}

/// What one would call a thing more generally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    People,
    Animals,
    Vehicles,
    Buildings,
    Plants,
    Food,
    Objects,
}

struct Facts {
    name: &'static str,
    plural: &'static str,
    japanese: &'static str,
    counter: &'static str,
    /// Width and height of the drawing.
    size: (f32, f32),
    /// Height as a multiple of a grown-up's, as picture books have it.
    height: f32,
    group: Group,
    hues: &'static [Hue],
}

// Kind, name, plural, Japanese, counter, size of the drawing, height in grown-ups, group, colours.
kinds! {
    Man "man" "men" "男性" "人" (48.0, 120.0), 1.0, People, [Red Orange Yellow Green Teal Blue Purple White Gray];
    Woman "woman" "women" "女性" "人" (48.0, 120.0), 0.97, People, [Red Orange Yellow Green Teal Blue Purple Pink White];
    Child "child" "children" "子ども" "人" (44.0, 90.0), 0.68, People, [Red Orange Yellow Green Teal Blue Pink];
    Dog "dog" "dogs" "犬" "匹" (100.0, 76.0), 0.48, Animals, [Brown Black White Gray Orange];
    Cat "cat" "cats" "猫" "匹" (64.0, 84.0), 0.40, Animals, [Black White Gray Orange Brown];
    Bird "bird" "birds" "鳥" "羽" (70.0, 40.0), 0.26, Animals, [White Black Blue Red];
    Duck "duck" "ducks" "アヒル" "羽" (76.0, 56.0), 0.30, Animals, [White Yellow Brown];
    Cow "cow" "cows" "牛" "頭" (132.0, 92.0), 0.80, Animals, [White Brown Black];
    Sheep "sheep" "sheep" "羊" "頭" (104.0, 76.0), 0.56, Animals, [White];
    Car "car" "cars" "車" "台" (164.0, 66.0), 0.76, Vehicles, [Red Orange Yellow Green Teal Blue White Black Gray];
    Bus "bus" "buses" "バス" "台" (236.0, 104.0), 1.34, Vehicles, [Red Yellow Green Blue Orange White];
    Truck "truck" "trucks" "トラック" "台" (196.0, 96.0), 1.22, Vehicles, [Red Blue Green Yellow White];
    Bicycle "bicycle" "bicycles" "自転車" "台" (124.0, 78.0), 0.68, Vehicles, [Red Blue Green Black Pink Yellow];
    Boat "boat" "boats" "ヨット" "艘" (120.0, 150.0), 2.1, Vehicles, [Red White Blue Yellow Orange Green Pink];
    Plane "airplane" "airplanes" "飛行機" "機" (160.0, 56.0), 0.62, Vehicles, [White Blue Red];
    Balloon "hot-air balloon" "hot-air balloons" "熱気球" "個" (104.0, 150.0), 1.7, Vehicles, [Red Orange Yellow Blue Purple Pink Green];
    House "house" "houses" "家" "軒" (160.0, 132.0), 2.2, Buildings, [White Yellow Red Blue Brown Pink];
    Shop "shop" "shops" "店" "軒" (190.0, 156.0), 2.2, Buildings, [Red Green Blue Yellow Teal Pink];
    Lighthouse "lighthouse" "lighthouses" "灯台" "基" (80.0, 220.0), 3.4, Buildings, [Red White Blue];
    Tree "tree" "trees" "木" "本" (112.0, 150.0), 2.2, Plants, [Green];
    Pine "pine tree" "pine trees" "松の木" "本" (84.0, 150.0), 2.3, Plants, [Green];
    Flower "flower" "flowers" "花" "本" (40.0, 76.0), 0.50, Plants, [Red Orange Yellow Purple Pink White Blue];
    Bench "bench" "benches" "ベンチ" "脚" (124.0, 62.0), 0.50, Objects, [Brown Green Red];
    Lamp "street lamp" "street lamps" "街灯" "本" (44.0, 200.0), 1.95, Objects, [Black Gray Green];
    Parasol "beach umbrella" "beach umbrellas" "ビーチパラソル" "本" (140.0, 130.0), 1.2, Objects, [Red Yellow Blue Orange Green Pink];
    Kite "kite" "kites" "凧" "枚" (64.0, 116.0), 0.8, Objects, [Red Yellow Blue Purple Orange Green];
    Ball "ball" "balls" "ボール" "個" (50.0, 50.0), 0.27, Objects, [Red Yellow Blue Orange Green];
    Snowman "snowman" "snowmen" "雪だるま" "体" (84.0, 124.0), 0.95, Objects, [White];
    Apple "apple" "apples" "りんご" "個" (50.0, 54.0), 0.25, Food, [Red Green Yellow];
    Orange "orange" "oranges" "オレンジ" "個" (50.0, 52.0), 0.24, Food, [Orange];
    Pear "pear" "pears" "洋梨" "個" (48.0, 64.0), 0.30, Food, [Green Yellow];
    Cup "cup" "cups" "カップ" "個" (66.0, 54.0), 0.27, Objects, [White Red Blue Yellow Teal Pink];
    Teapot "teapot" "teapots" "ティーポット" "個" (108.0, 78.0), 0.42, Objects, [White Red Blue Teal Yellow];
    Vase "vase of flowers" "vases of flowers" "花瓶" "個" (84.0, 140.0), 0.80, Objects, [Blue White Teal Pink Orange];
    Book "book" "books" "本" "冊" (34.0, 92.0), 0.50, Objects, [Red Orange Yellow Green Teal Blue Purple Brown];
    DeskLamp "desk lamp" "desk lamps" "電気スタンド" "台" (92.0, 120.0), 0.74, Objects, [Red Yellow Teal Black White];
    Laptop "laptop" "laptops" "ノートパソコン" "台" (130.0, 92.0), 0.52, Objects, [Gray Black];
    Candle "candle" "candles" "ろうそく" "本" (30.0, 84.0), 0.42, Objects, [White Red Yellow Blue];
    Cake "cake" "cakes" "ケーキ" "個" (120.0, 92.0), 0.46, Food, [Pink White Brown];
    Bottle "bottle" "bottles" "瓶" "本" (34.0, 110.0), 0.60, Objects, [Green Blue Brown];
    Plant "potted plant" "potted plants" "鉢植え" "鉢" (88.0, 116.0), 0.64, Plants, [Orange White Teal Yellow];
    Basket "basket" "baskets" "かご" "個" (92.0, 70.0), 0.45, Objects, [Brown];
    Clock "clock" "clocks" "時計" "個" (80.0, 80.0), 0.4, Objects, [Red Black Teal Yellow White];
    Painting "painting" "paintings" "絵" "枚" (120.0, 90.0), 0.6, Objects, [Brown Black White];
    Window "window" "windows" "窓" "枚" (120.0, 120.0), 0.8, Objects, [White];
}

impl Kind {
    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// English name.
    pub(crate) fn name(self) -> &'static str {
        self.facts().name
    }

    /// English name of several.
    pub(crate) fn plural(self) -> &'static str {
        self.facts().plural
    }

    /// Japanese name.
    pub(crate) fn japanese(self) -> &'static str {
        self.facts().japanese
    }

    /// Japanese counter.
    pub(crate) fn counter(self) -> &'static str {
        self.facts().counter
    }

    /// Width and height of the drawing in its own units.
    pub(crate) fn size(self) -> (f32, f32) {
        self.facts().size
    }

    /// Height as a multiple of a grown-up's.
    pub(super) fn height(self) -> f32 {
        self.facts().height
    }

    /// What one would call it more generally.
    pub(crate) fn group(self) -> Group {
        self.facts().group
    }

    /// Colours it comes in.
    pub(crate) fn hues(self) -> &'static [Hue] {
        self.facts().hues
    }

    /// Texts that may stand on it.
    pub(super) fn lettering(self) -> &'static [&'static str] {
        match self {
            Self::Shop => &[
                "BAKERY",
                "CAFE",
                "BOOKS",
                "FLOWERS",
                "PIZZA",
                "MUSIC",
                "TOYS",
                "TEA HOUSE",
                "SHOES",
                "CINEMA",
                "FRUIT",
                "NOODLES",
            ],
            Self::Bus => &["7", "12", "24", "38", "42", "56", "81", "105"],
            Self::Clock => &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
            _ => &[],
        }
    }
}

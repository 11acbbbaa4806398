//! Words for pages: names, goods, titles, Japanese phrases in kana.

pub(super) const FIRST_NAMES: &[&str] = &[
    "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Hugo", "Iris", "Jonas", "Keiko", "Liam",
    "Mara", "Nora", "Oscar", "Paula", "Quentin", "Rosa", "Samir", "Tessa", "Umar", "Vera", "Walter", "Yuki",
    "Zoe",
];

pub(super) const SURNAMES: &[&str] = &[
    "Abbott", "Barnes", "Calder", "Dalton", "Ellis", "Fischer", "Gruber", "Hale", "Ito", "Jansen", "Keller",
    "Lund", "Marsh", "Novak", "Okafor", "Porter", "Quinn", "Reyes", "Sato", "Thorne", "Ueda", "Vargas",
    "Weber", "Yates",
];

pub(super) const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const SHOPS: &[&str] =
    &["Market", "Bakery", "Grocery", "Garden Shop", "Tea Room", "Hardware", "Stationery", "Corner Store"];

pub(super) const GOODS: &[&str] = &[
    "Rye bread",
    "Butter",
    "Oat milk",
    "Green tea",
    "Honey",
    "Tomatoes",
    "Olive oil",
    "Rice 2 kg",
    "Apples 1 kg",
    "Notebook",
    "Pencils",
    "Light bulb",
    "Candles",
    "Flower seeds",
    "Soap",
    "Dark chocolate",
    "Coffee",
    "Eggs",
    "Cheese",
    "Lemons",
    "Garden gloves",
    "Paper tape",
    "Tea cup",
    "Blueberries",
];

pub(super) const SUBJECTS: &[(&str, &[&str])] = &[
    (
        "Garden meeting",
        &[
            "We will meet in the garden behind the",
            "library to plan the spring planting.",
            "Please bring gloves and a small spade.",
            "Tea and cake will be served at four.",
        ],
    ),
    (
        "Lost umbrella",
        &[
            "I believe I left my green umbrella on",
            "the seat of the evening train. It has a",
            "wooden handle with two initials on it.",
            "I would be glad to collect it any day.",
        ],
    ),
    (
        "Library opening hours",
        &[
            "From next month the reading room stays",
            "open until nine on Tuesdays and Fridays.",
            "Returned books can be left in the box",
            "beside the north entrance at any time.",
        ],
    ),
    (
        "Choir rehearsal",
        &[
            "The rehearsal moves to the small hall,",
            "because the stage is being painted.",
            "Please learn the second verse by heart",
            "and arrive ten minutes early.",
        ],
    ),
    (
        "Bridge repair",
        &[
            "The foot bridge over the canal will be",
            "closed for two weeks of repair work.",
            "Cyclists may use the path by the mill.",
            "Thank you for your patience.",
        ],
    ),
    (
        "Survey results",
        &[
            "Nearly half of the families who replied",
            "would like more benches in the park.",
            "A third asked for trees along the road.",
            "The full table is on the next page.",
        ],
    ),
    (
        "Telescope night",
        &[
            "On the first clear evening we set up",
            "three telescopes on the school roof.",
            "Saturn should be visible after eight.",
            "Children are welcome with an adult.",
        ],
    ),
];

pub(super) const GENRES: &[(&str, &[&str])] = &[
    ("Cookbooks, Food & Wine", &["Kitchen", "Recipe", "Orchard", "Spoon", "Table"]),
    ("Travel", &["Journey", "Island", "Harbor", "Road", "Map"]),
    ("Science & Math", &["Galaxy", "Equation", "Atom", "Comet", "Proof"]),
    ("Children's Books", &["Rabbit", "Kite", "Balloon", "Puddle", "Owl"]),
    ("Mystery, Thriller & Suspense", &["Secret", "Letter", "Shadow", "Key", "Witness"]),
    ("Crafts, Hobbies & Home", &["Needle", "Garden", "Pottery", "Lantern", "Quilt"]),
    ("History", &["Empire", "Bridge", "Archive", "Voyage", "Castle"]),
];

pub(super) const ADJECTIVES: &[&str] =
    &["Quiet", "Golden", "Forgotten", "Little", "Winter", "Distant", "Curious", "Blue", "Patient", "Wild"];
pub(super) const PLACES: &[&str] =
    &["Valley", "North Sea", "Old Town", "Mountain", "River", "Lighthouse", "Forest"];
pub(super) const SEASONS: &[&str] = &["Spring", "Summer", "Autumn", "Winter", "the Rain", "the Dark"];

pub(super) const KANA_STARTS: &[&str] = &[
    "ことしは",
    "あしたは",
    "あさの",
    "よるの",
    "ふゆの",
    "なつの",
    "ちいさな",
    "あかい",
    "しろい",
    "あおい",
    "とおくの",
    "むかしの",
    "わたしの",
    "うみの",
    "やまの",
    "まちの",
    "もりの",
    "かわの",
    "ひとりの",
    "ふたりの",
];
pub(super) const KANA_ENDS: &[&str] = &[
    "そらをみる。",
    "とりのうた。",
    "あめのおと。",
    "はなのいろ、",
    "みちのうえ。",
    "ふねのいろ。",
    "かさをさす。",
    "いえのあかり。",
    "ホテルのはた。",
    "ノートとほん、",
    "カメラをもつ。",
    "トマトとナス、",
    "コーヒーをのむ。",
    "マスクをとる。",
    "ねことたぬき、",
    "ほしのなまえ。",
    "つきのあかり。",
    "ゆきのあさ、",
];

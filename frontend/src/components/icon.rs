//! Line drawings, all on a grid of 16 × 16.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A magnifying glass.
    Search,
    /// Two links of a chain.
    Link,
    /// Two sheets.
    Copy,
    /// A tick.
    Done,
    /// A cross.
    Close,
    /// To the left.
    Previous,
    /// To the right.
    Next,
    /// A picture that is not there.
    NoPicture,
    /// A triangle with an exclamation mark.
    Warning,
    /// Two crossing arrows.
    Shuffle,
    /// Three lines of decreasing length.
    Filter,
    /// A sun.
    Light,
    /// A moon.
    Dark,
    /// A screen.
    System,
    /// A sheet with lines: text without pictures.
    Text,
    /// Three layers.
    Recipes,
    /// A speech bubble with lines.
    Templates,
    /// An arrow down to a line.
    Download,
    /// A padlock.
    Terms,
    /// Downwards.
    Down,
    /// Upwards.
    Up,
    /// Two sheets, one behind the other: several pictures.
    Stack,
    /// Rows with a picture each.
    List,
    /// Pictures in rows.
    Grid,
    /// Lines and columns.
    Table,
    /// Sliders: what is shown.
    Columns,
    /// A small square.
    Small,
    /// A large square.
    Large,
    /// An arrow out of a box.
    Open,
    /// A landscape.
    Image,
    /// Three lines.
    Menu,
    /// A clock.
    Clock,
    /// A drum: data.
    Data,
}

impl Symbol {
    fn path(self) -> &'static str {
        match self {
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 14 14",
            Self::Link => {
                "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.9-.9"
            }
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Done => "m3 8.5 3.2 3.2L13 4.8",
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Previous => "M10 3 5 8l5 5",
            Self::Next => "m6 3 5 5-5 5",
            Self::NoPicture => "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 2.2 2.2M9.5 9l1.2-1.2 2.8 2.7M2 14.5 14 1.5",
            Self::Warning => "M8 2.2 14.5 13.5h-13ZM8 6.5v3.2M8 11.4v.4",
            Self::Shuffle => {
                "M2 4.5h2.5l6 7H14M2 11.5h2.5l1.8-2.1M8.9 6.4l1.6-1.9H14M12 2.5l2 2-2 2M12 9.5l2 2-2 2"
            }
            Self::Filter => "M2.5 4.5h11M4.5 8h7M6.5 11.5h3",
            Self::Light => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1"
            }
            Self::Dark => "M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8Z",
            Self::System => "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
            Self::Text => "M3.5 2.5h9v11h-9zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
            Self::Recipes => "m8 2 6 3-6 3-6-3ZM2 8l6 3 6-3M2 11l6 3 6-3",
            Self::Templates => "M2.5 3h11v8h-6l-3 2.5V11h-2zM5 5.8h6M5 8.2h4",
            Self::Download => "M8 2v8M4.8 7 8 10.2 11.2 7M3 13.5h10",
            Self::Down => "m3 6 5 5 5-5",
            Self::Up => "m3 10 5-5 5 5",
            Self::Stack => "M2.5 5.5h8v8h-8zM5.5 5.5v-3h8v8h-3",
            Self::List => "M2.5 3h3.500v3.500H2.500zM8.500 4.500h5M2.500 9.500h3.500V13H2.500zM8.500 11h5",
            Self::Grid => {
                "M2.500 3h5v4.500h-5zM10 3h3.500v4.500H10zM2.500 10h3.500v3.500H2.500zM8.500 10h5v3.500h-5z"
            }
            Self::Table => "M2.500 3h11v10h-11zM2.500 6.200h11M2.500 9.600h11M6.500 3v10",
            Self::Columns => {
                "M3 4.500h5M11.500 4.500H13M3 11.500h1.500M8 11.500h5M9.700 2.800a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400zM6.200 9.800a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400z"
            }
            Self::Small => "M5.500 5.500h5v5h-5z",
            Self::Large => "M2.500 2.500h11v11h-11z",
            Self::Open => "M9.500 2.500h4v4M13.500 2.500 8 8M11.500 9.500v4h-9v-9h4",
            Self::Image => "M2.500 3h11v10h-11zM2.500 11l3.500-3.500 2.500 2.500 2-2 3 3M10.500 5.500h.01",
            Self::Menu => "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
            Self::Clock => "M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM8 5v3.300l2.200 1.400",
            Self::Data => {
                "M8 2.500c3 0 5.500.9 5.500 2s-2.500 2-5.500 2-5.500-.9-5.500-2 2.500-2 5.500-2ZM2.500 4.500v7c0 1.100 2.500 2 5.500 2s5.500-.9 5.500-2v-7M2.500 8c0 1.100 2.500 2 5.500 2s5.500-.9 5.500-2"
            }
            Self::Terms => "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
        }
    }
}

/// A drawing without meaning of its own: the text beside it, or the label of its button, says the same.
#[component]
pub(crate) fn Icon(symbol: Symbol) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=symbol.path()></path>
        </svg>
    }
}

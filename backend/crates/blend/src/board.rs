//! The blend board: parts with what is taken of each, as they stand in an address.
//!
//! `part=random=50%,seed=7@dataset=sharegpt4v-pt-1246k`: before the first `@` stands what is taken, behind it the search
//! whose samples these are. Everything else of a board is a parameter of its own, and left out where it is as usual.
//! What a board comes to is in [`reckon`].

pub mod of_mixture;
pub mod reckon;
pub mod sides;
pub mod stages;
pub mod table;

use crate::mixture::{Amount, Own, Window};
use blendscope_shared::account::{ANY_RESOLUTION, Account, More, PICTURE_TOKENS};
use blendscope_shared::decimal;
use blendscope_shared::paths::escape;
use blendscope_shared::search::ParamError;

/// Parts that a board has at most.
const PARTS_MAX: usize = 100;

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Samples.
    #[default]
    Samples,
    /// Whitespace words of the responses.
    Words,
    /// Characters of all turns.
    Characters,
    /// Estimated text tokens of all turns.
    Tokens,
    /// Estimated text tokens of the responses.
    AnswerTokens,
    /// Image refs.
    Images,
    /// Tokens of all images, by the policy of the board.
    ImageTokens,
    /// Different pictures.
    Pictures,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Samples,
        Self::Words,
        Self::Characters,
        Self::Tokens,
        Self::AnswerTokens,
        Self::Images,
        Self::ImageTokens,
        Self::Pictures,
    ];

    /// Those of which is known at once how much of them there is: all but different pictures.
    pub const AT_ONCE: [Self; 7] = [
        Self::Samples,
        Self::Words,
        Self::Characters,
        Self::Tokens,
        Self::AnswerTokens,
        Self::Images,
        Self::ImageTokens,
    ];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Words => "words",
            Self::Characters => "characters",
            Self::Tokens => "tokens",
            Self::AnswerTokens => "answer-tokens",
            Self::Images => "images",
            Self::ImageTokens => "image-tokens",
            Self::Pictures => "pictures",
        }
    }

    /// The unit of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Words => "answer words",
            Self::Characters => "characters",
            Self::Tokens => "text tokens",
            Self::AnswerTokens => "answer tokens",
            Self::Images => "images",
            Self::ImageTokens => "image tokens",
            Self::Pictures => "different pictures",
        }
    }

    /// What a number of it means, and who counts so.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Samples => {
                "Records: each is read once in an epoch. LLaVA, ConvLLaVA, ShareGPT4V and MG-LLaVA mix by it"
            }
            Self::Words => {
                "Words between blanks in the responses, as LLaVA's length sampler counts; Japanese and Chinese have no blanks"
            }
            Self::Characters => "Unicode characters of all turns",
            Self::Tokens => {
                "Estimated: three for every four CJK characters, one for every four others; a tokenizer may say a third more or less"
            }
            Self::AnswerTokens => "Estimated tokens of the responses, which is what is trained on",
            Self::Images => "References to images, the same picture each time",
            Self::ImageTokens => {
                "Images times the tokens of one: 576 by CLIP-L/14 at 336 pixels, 729 by SigLIP; or as many as its size makes of it"
            }
            Self::Pictures => {
                "Pictures by their keys, each once in a part however often it is there; one that two parts share counts in both"
            }
        }
    }

    /// How much of it an account has; nothing where that was not counted.
    pub fn of(self, account: &Account, picture_tokens: u64) -> Option<u64> {
        Some(match self {
            Self::Samples => account.samples,
            Self::Words => account.words.gpt,
            Self::Characters => account.characters.all,
            Self::Tokens => account.tokens,
            Self::AnswerTokens => account.tokens_gpt,
            Self::Images => account.images,
            Self::ImageTokens if picture_tokens == ANY_RESOLUTION => account.tiles?.tokens,
            Self::ImageTokens => account.images * picture_tokens,
            Self::Pictures => account.pictures?,
        })
    }
}

/// A board.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The stage that it began with, such as `convllava/1`.
    pub from: Option<String>,
    /// Its parts.
    pub parts: Vec<BoardPart>,
    /// Whether parts are as large as what is under the root, and not as documents say.
    pub is_here: bool,
    /// What shares are of.
    pub by: Unit,
    /// What weights add up to: where it is there, parts are taken by their weights.
    pub total: Option<u64>,
    /// Whether that counts text tokens, and not samples.
    pub total_in_tokens: bool,
    /// Samples of a step.
    pub batch: u64,
    /// Devices.
    pub world: u64,
    /// Tokens of a picture; [`ANY_RESOLUTION`] where its size says how many.
    pub picture: u64,
    /// Seed of what is drawn.
    pub seed: u64,
}

/// A part of a board.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoardPart {
    /// The search whose samples it takes from, as in the address of its page.
    pub source: String,
    /// Which of them.
    pub which: Which,
    /// How often these, 1 being once; of a random part always once.
    pub repeat: f64,
    /// No more samples than so many.
    pub cap: Option<u64>,
    /// Its weight; 1 where none is given.
    pub weight: f64,
    /// How many samples a document says that there are.
    pub documented: Option<u64>,
    /// Whether it was added to the stage that the board began with.
    pub is_added: bool,
}

/// Which samples are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// The first ones, in file order.
    First(Amount),
    /// The last ones.
    Last(Amount),
    /// Drawn, each at most once.
    Random(Amount),
}

impl Default for Board {
    fn default() -> Self {
        Self {
            from: None,
            parts: Vec::new(),
            is_here: false,
            by: Unit::Samples,
            total: None,
            total_in_tokens: false,
            batch: 256,
            world: 8,
            picture: PICTURE_TOKENS[2],
            seed: 7,
        }
    }
}

impl Board {
    /// Reads decoded query-string pairs.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ParamError> {
        let mut board = Self::default();
        for (name, value) in pairs {
            let bad = |message: &str| ParamError {
                parameter: name.to_owned(),
                message: format!("`{value}` {message}"),
            };
            let number = || value.parse::<u64>().map_err(|_| bad("is not a whole number in range"));
            let above_0 = || number().and_then(|n| if n == 0 { Err(bad("must be above 0")) } else { Ok(n) });
            match name {
                "part" if board.parts.len() == PARTS_MAX => return Err(bad("is one part too many")),
                "part" => board.parts.push(BoardPart::parse(value).map_err(|why| bad(&why))?),
                "from" => board.from = Some(value.to_owned()),
                "of" => {
                    board.is_here = match value {
                        "here" => true,
                        "documented" => false,
                        _ => return Err(bad("is neither `documented` nor `here`")),
                    }
                }
                "by" => board.by = Unit::from_name(value).ok_or_else(|| bad("is no unit"))?,
                "total" => board.total = Some(above_0()?),
                "total_in" => {
                    board.total_in_tokens = match value {
                        "tokens" => true,
                        "samples" => false,
                        _ => return Err(bad("is neither `samples` nor `tokens`")),
                    }
                }
                "batch" => board.batch = above_0()?,
                "world" => board.world = above_0()?,
                "picture" if value == "any" => board.picture = ANY_RESOLUTION,
                "picture" => board.picture = number()?,
                "seed" => board.seed = number()?,
                _ => return Err(bad("is of a parameter that is not known here")),
            }
        }
        Ok(board)
    }

    /// What has to be counted for it beyond what is known at once.
    pub fn more(&self) -> More {
        More { pictures: self.by == Unit::Pictures, tiles: self.picture == ANY_RESOLUTION }
    }

    /// The query string that says it.
    pub fn to_query(&self) -> String {
        let usual = Self::default();
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.from.clone().map(|from| ("from", from)));
        let text = |part: &BoardPart| format!("{}@{}", part.take_text(), part.source);
        pairs.extend(self.parts.iter().map(|part| ("part", text(part))));
        let numbers = [
            ("batch", self.batch, usual.batch),
            ("world", self.world, usual.world),
            ("seed", self.seed, usual.seed),
        ];
        if self.is_here {
            pairs.push(("of", "here".to_owned()));
        }
        if self.by != usual.by {
            pairs.push(("by", self.by.name().to_owned()));
        }
        pairs.extend(self.total.map(|total| ("total", total.to_string())));
        if self.total.is_some() && self.total_in_tokens {
            pairs.push(("total_in", "tokens".to_owned()));
        }
        if self.picture == ANY_RESOLUTION {
            pairs.push(("picture", "any".to_owned()));
        } else if self.picture != usual.picture {
            pairs.push(("picture", self.picture.to_string()));
        }
        let others = numbers.into_iter().filter(|(_, own, usual)| own != usual);
        pairs.extend(others.map(|(name, own, _)| (name, own.to_string())));
        let pair = |(name, value): (&str, String)| format!("{name}={}", escape(&value));
        pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
    }
}

impl BoardPart {
    /// All samples of a search, once.
    pub fn all(source: impl Into<String>) -> Self {
        Self { source: source.into(), repeat: 1.0, weight: 1.0, ..Self::default() }
    }

    /// Whether all is taken, once.
    pub fn is_all(&self) -> bool {
        self.which == Which::All && self.repeats_once() && self.cap.is_none()
    }

    fn repeats_once(&self) -> bool {
        (self.repeat - 1.0).abs() < f64::EPSILON
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (take, source) = text.split_once('@').ok_or("has no `@` before the search")?;
        Self::of(take, source)
    }

    /// Reads what [`take_text`](Self::take_text) says, of a search.
    pub fn of(take: &str, source: &str) -> Result<Self, String> {
        let mut part = Self::all(source);
        for word in take.split(',').filter(|word| !word.is_empty()) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let number = || value.parse::<u64>().map_err(|_| format!("has no whole number in `{word}`"));
            let factor = || {
                let factor = decimal::parse(value);
                factor
                    .filter(|factor| (0.0..1e9).contains(factor))
                    .ok_or_else(|| format!("has no number in `{word}`"))
            };
            let amount =
                || amount(value).ok_or_else(|| format!("has neither a number nor a share in `{word}`"));
            match name {
                "all" => part.which = Which::All,
                "first" => part.which = Which::First(amount()?),
                "last" => part.which = Which::Last(amount()?),
                "random" => part.which = Which::Random(amount()?),
                "repeat" => part.repeat = factor()?,
                "weight" => part.weight = factor()?,
                "cap" => part.cap = Some(number()?),
                "documented" => part.documented = Some(number()?),
                "added" => part.is_added = true,
                _ => return Err(format!("has `{word}`, which takes nothing")),
            }
        }
        Ok(part)
    }

    /// What is taken of it, as it stands before the `@` of an address.
    pub fn take_text(&self) -> String {
        let mut words = Vec::new();
        match self.which {
            Which::All => {}
            Which::First(amount) => words.push(format!("first={}", amount_text(amount))),
            Which::Last(amount) => words.push(format!("last={}", amount_text(amount))),
            Which::Random(amount) => words.push(format!("random={}", amount_text(amount))),
        }
        if !self.repeats_once() {
            words.push(format!("repeat={}", decimal::short(self.repeat)));
        }
        words.extend(self.cap.map(|cap| format!("cap={cap}")));
        if (self.weight - 1.0).abs() > f64::EPSILON {
            words.push(format!("weight={}", decimal::short(self.weight)));
        }
        words.extend(self.documented.map(|documented| format!("documented={documented}")));
        if self.is_added {
            words.push("added".to_owned());
        }
        words.join(",")
    }

    /// What is taken of it.
    pub(crate) fn own(&self) -> Own {
        let own = Own { cap: self.cap, repeat: Some(self.repeat), ..Own::default() };
        match self.which {
            Which::All => own,
            Which::First(amount) => Own { window: Some(Window::First(amount)), ..own },
            Which::Last(amount) => Own { window: Some(Window::Last(amount)), ..own },
            Which::Random(amount) => Own { random: Some(amount), repeat: None, ..own },
        }
    }
}

/// `100` or `12.5%`.
pub fn amount(text: &str) -> Option<Amount> {
    let Some(percent) = text.strip_suffix('%') else { return text.parse().ok().map(Amount::Count) };
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_share = !whole.is_empty() && whole.len() < 10 && fraction.len() <= 4;
    let digits =
        (is_share && are_digits(whole) && are_digits(fraction)).then(|| format!("{whole}{fraction:0<4}"));
    digits?.parse().ok().map(Amount::Millionths)
}

/// What [`amount`] reads.
pub fn amount_text(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Millionths(millionths) => {
            let fraction = format!("{:04}", millionths % 10_000);
            let fraction = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            format!("{}{point}{fraction}%", millionths / 10_000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(query: &str) -> Vec<(String, String)> {
        let decode = |text: &str| {
            let mut bytes = Vec::new();
            let mut rest = text.bytes();
            while let Some(byte) = rest.next() {
                let hex: String = if byte == b'%' {
                    rest.by_ref().take(2).map(char::from).collect()
                } else {
                    String::new()
                };
                bytes.push(if hex.is_empty() { byte } else { u8::from_str_radix(&hex, 16).unwrap() });
            }
            String::from_utf8(bytes).unwrap()
        };
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), decode(value)));
        query.split('&').filter_map(pair).collect()
    }

    fn parsed(query: &str) -> Result<Board, ParamError> {
        Board::parse(decoded(query).iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    #[test]
    fn a_part_says_what_is_taken_of_a_search() {
        let board = parsed("part=random=12.5%25,cap=10,added@q=red@bus").unwrap();
        let part = &board.parts[0];
        assert_eq!((part.source.as_str(), part.cap, part.is_added), ("q=red@bus", Some(10), true));
        assert_eq!(part.which, Which::Random(Amount::Millionths(125_000)));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for query in [
            "part=dataset=a",
            "part=half@dataset=a",
            "part=first=x@dataset=a",
            "part=repeat=-1@dataset=a",
            "by=bytes",
            "batch=0",
            "of=there",
            "colour=red",
        ] {
            let name = query.split('=').next().unwrap();
            assert_eq!(parsed(query).unwrap_err().parameter, name, "{query}");
        }
    }

    fn any_part() -> impl Strategy<Value = BoardPart> {
        let amount = prop_oneof![
            (0_u64..9999).prop_map(Amount::Count),
            (0_u64..2_000_000).prop_map(Amount::Millionths)
        ];
        let which = (0..4, amount).prop_map(|(kind, amount)| match kind {
            0 => Which::All,
            1 => Which::First(amount),
            2 => Which::Last(amount),
            _ => Which::Random(amount),
        });
        let factor = || (0_u32..9_000).prop_map(|thousandths| f64::from(thousandths) / 1e3);
        let numbers = (prop::option::of(0_u64..99), prop::option::of(0_u64..99), factor(), factor());
        (which, numbers, any::<bool>(), "[a-z]=\\PC{0,9}").prop_map(
            |(which, (cap, documented, repeat, weight), is_added, source)| BoardPart {
                source,
                which,
                repeat,
                cap,
                weight,
                documented,
                is_added,
            },
        )
    }

    proptest! {
        #[test]
        fn a_board_is_what_its_address_says(
            parts in prop::collection::vec(any_part(), 0..4),
            numbers in [1_u64..99, 1_u64..99, 0_u64..99, 0_u64..99],
            total in prop::option::of(1_u64..99), is_here: bool, by in 0..7_usize,
        ) {
            let [batch, world, picture, seed] = numbers;
            let board = Board { parts, batch, world, picture, seed, total, is_here, by: Unit::ALL[by], ..Board::default() };
            prop_assert_eq!(parsed(&board.to_query()).unwrap(), board);
        }
    }
}

//! Chinese or Japanese, where nothing but Han characters is written.

use super::Language;
use super::table::Table;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Frequent characters that Japanese does not write.
const CHINESE: &str = "这这们个说为时对还没吗呢吧你她它您图请张见车红绿门问间东马鸟很哪谁狗着两拍边戴骑墙\
                       這們個說為還沒嗎裡圖請麼您妳麼很哪誰狗著兩邊戴騎牆";

/// Frequent characters that Chinese does not write.
const JAPANESE: &str = "駅桜広気働込畑辻峠絵円発売読駐図対応県写黒単戦様続転浜沢塩歩毎浅渋険検検験";

/// Characters from which on a text without a sign of either is taken for Chinese.
const LEAST: u32 = 5;

/// Both lists: a bit each.
static SIGNS: LazyLock<Table> = LazyLock::new(|| {
    let mut signs: HashMap<u128, u64> = HashMap::new();
    for (bit, list) in [(1, CHINESE), (2, JAPANESE)] {
        list.chars().for_each(|sign| *signs.entry(u128::from(sign as u32)).or_default() |= bit);
    }
    Table::build(&signs)
});

/// What Han characters alone say.
#[derive(Default)]
pub(super) struct Han {
    chinese: u32,
    japanese: u32,
}

impl Han {
    /// Looks at a character.
    pub(super) fn count(&mut self, symbol: char) {
        match SIGNS.get(u128::from(symbol as u32)) {
            1 => self.chinese += 1,
            2 => self.japanese += 1,
            _ => {}
        }
    }

    /// The language of this many characters.
    pub(super) fn decide(&self, characters: u32) -> Language {
        if self.japanese > self.chinese {
            return Language::from_code("ja");
        }
        if self.chinese > 0 || characters >= LEAST { Language::from_code("zh") } else { Language::UNDECIDED }
    }
}

//! English words whose forms no row gives.

use std::collections::BTreeSet;

/// Groups of forms, the word of the dictionary first. Forms that are words of their own in most texts, such as `left`
/// or `saw`, are left out.
const GROUPS: &[&[&str]] = &[
    &["child", "children"],
    &["foot", "feet"],
    &["tooth", "teeth"],
    &["goose", "geese"],
    &["mouse", "mice"],
    &["ox", "oxen"],
    &["knife", "knives"],
    &["wife", "wives"],
    &["life", "lives"],
    &["leaf", "leaves"],
    &["loaf", "loaves"],
    &["wolf", "wolves"],
    &["shelf", "shelves"],
    &["calf", "calves"],
    &["half", "halves"],
    &["thief", "thieves"],
    &["scarf", "scarves"],
    &["hoof", "hooves"],
    &["age", "ages", "aged", "aging"],
    &["tie", "ties", "tied", "tying"],
    &["lie", "lies", "lying"],
    &["die", "dies", "died", "dying"],
    &["go", "goes", "going", "went", "gone"],
    &["do", "does", "did", "doing", "done"],
    &["use", "uses", "used", "using"],
    &["begin", "began", "begun"],
    &["bend", "bent"],
    &["blow", "blew", "blown"],
    &["break", "broke", "broken"],
    &["bring", "brought"],
    &["build", "built"],
    &["buy", "bought"],
    &["catch", "caught"],
    &["choose", "chose", "chosen"],
    &["come", "came"],
    &["draw", "drew", "drawn"],
    &["drink", "drank", "drunk"],
    &["drive", "drove", "driven"],
    &["eat", "ate", "eaten"],
    &["fall", "fell", "fallen"],
    &["feed", "fed"],
    &["fight", "fought"],
    &["fly", "flew", "flown"],
    &["freeze", "froze", "frozen"],
    &["get", "got", "gotten"],
    &["give", "gave", "given"],
    &["grow", "grew", "grown"],
    &["hang", "hung"],
    &["hide", "hid", "hidden"],
    &["hold", "held"],
    &["keep", "kept"],
    &["know", "knew", "known"],
    &["lead", "led"],
    &["make", "made"],
    &["meet", "met"],
    &["ride", "rode", "ridden"],
    &["ring", "rang"],
    &["run", "ran"],
    &["say", "said"],
    &["sell", "sold"],
    &["send", "sent"],
    &["shake", "shook", "shaken"],
    &["sing", "sang", "sung"],
    &["sit", "sat"],
    &["sleep", "slept"],
    &["speak", "spoke", "spoken"],
    &["spend", "spent"],
    &["stand", "stood"],
    &["steal", "stole", "stolen"],
    &["swim", "swam", "swum"],
    &["swing", "swung"],
    &["take", "took", "taken"],
    &["teach", "taught"],
    &["tell", "told"],
    &["think", "thought"],
    &["throw", "threw", "thrown"],
    &["wake", "woke", "woken"],
    &["wear", "wore", "worn"],
    &["write", "wrote", "written"],
];

/// The regular forms of a word together with the groups that it or one of them belongs to, and the regular forms of
/// the first word of its own group.
pub(super) fn with_groups(word: &str, mut forms: BTreeSet<String>) -> BTreeSet<String> {
    for group in GROUPS {
        let is_related = group.contains(&word) || forms.contains(group[0]);
        if is_related {
            forms.extend(group.iter().map(|form| (*form).to_owned()));
            forms.extend(super::rows::forms(group[0], super::tables::CERTAIN));
        }
    }
    forms
}

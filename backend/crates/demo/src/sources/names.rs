//! Names that pictures have in real sources.

/// An ISBN-10 with its check digit.
pub(super) fn isbn(nine_digits: u64) -> String {
    let digits = format!("{nine_digits:09}");
    let sum: u64 = digits.bytes().zip(1..).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    match sum % 11 {
        10 => format!("{digits}X"),
        check => format!("{digits}{check}"),
    }
}

/// Artist and title of a painting.
pub(super) fn artist_and_title(scatter: u64) -> String {
    const ARTISTS: [&str; 6] = [
        "elise-marchetti",
        "j-van-der-linde",
        "tomas-okonkwo",
        "hana-mizushima",
        "r-b-thornfield",
        "lucia-ferreiro",
    ];
    const TITLES: [&str; 6] = [
        "evening-by-the-water",
        "the-long-road",
        "study-in-green",
        "after-the-rain",
        "village-feast",
        "first-snow",
    ];
    format!("{}_{}", ARTISTS[(scatter % 6) as usize], TITLES[(scatter / 6 % 6) as usize])
}

/// Four letters.
pub(super) fn letters(scatter: u64) -> String {
    (0..4_u32).map(|place| char::from(b'a' + (scatter / 26_u64.pow(place) % 26) as u8)).collect()
}

/// Name of a task of Vision-FLAN, as its pictures' names begin; some have a plus sign.
pub(super) fn task(number: u64) -> &'static str {
    const TASKS: [&str; 3] =
        ["VQA-E+visual_question_answering", "VQAv2+visual_question_answering", "OK-VQA+short_answer"];
    TASKS[(number % TASKS.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isbn_check_digits_are_right() {
        assert_eq!(isbn(30_640_615), "0306406152");
        assert_eq!(isbn(140_031_996), "140031996X");
    }
}

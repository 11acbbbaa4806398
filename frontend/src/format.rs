//! Numbers and names as people read them.

pub use blendscope_shared::decimal::rounded as decimal;

/// A count with thousands separators: `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count in three or four characters: `950`, `1.2k`, `665k`, `5.0M`.
pub fn compact(number: u64) -> String {
    let value = number as f64;
    match number {
        0..1_000 => number.to_string(),
        1_000..9_950 => decimal(value / 1e3, 1) + "k",
        9_950..999_500 => decimal(value / 1e3, 0) + "k",
        999_500..9_950_000 => decimal(value / 1e6, 1) + "M",
        9_950_000..999_500_000 => decimal(value / 1e6, 0) + "M",
        _ => decimal(value / 1e9, 1) + "G",
    }
}

/// A count and its noun: `1 sample`, `2,000 samples`.
pub fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

/// A size in bytes: `363 MB`, in powers of 1000 as disks and trainers count.
pub fn bytes(number: u64) -> String {
    let value = number as f64;
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => decimal(value / 1e3, 0) + " kB",
        1_000_000..1_000_000_000 => decimal(value / 1e6, 1) + " MB",
        _ => decimal(value / 1e9, 2) + " GB",
    }
}

/// A share from 0 to 1 in percent: `60%`, `4.2%`, `<0.1%`.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value > 0.0 && value < 0.1 {
        "<0.1%".to_owned()
    } else if value >= 9.95 || value == 0.0 {
        decimal(value, 0) + "%"
    } else {
        decimal(value, 1) + "%"
    }
}

/// A share from 0 to 1 in percent: exact ones with two digits behind the point, estimates with one and a sign.
pub fn share(share: f64, is_estimate: bool) -> String {
    let value = share * 100.0;
    if value > 0.0 && value < 0.01 {
        return "<0.01 %".to_owned();
    }
    if is_estimate { format!("≈ {} %", decimal(value, 1)) } else { decimal(value, 2) + " %" }
}

/// An amount: exact ones in full, estimates in three digits with a sign: `≈ 98.8 M`.
pub fn amount(value: f64, is_estimate: bool) -> String {
    #[expect(clippy::cast_sign_loss, reason = "nothing is counted below 0")]
    let whole = value.round() as u64;
    if !is_estimate {
        return count(whole);
    }
    let (scaled, unit) = match value {
        value if value >= 999.5e6 => (value / 1e9, " G"),
        value if value >= 999.5e3 => (value / 1e6, " M"),
        value if value >= 9_995.0 => (value / 1e3, " k"),
        _ => return format!("≈ {}", count(whole)),
    };
    let places = if scaled < 9.995 { 2 } else { u32::from(scaled < 99.95) };
    format!("≈ {}{unit}", decimal(scaled, places))
}

/// A time in milliseconds: `under 0.1 ms`, `0.8 ms`, `24 ms`, `1.3 s`.
pub fn millis(time_ms: f64) -> String {
    if time_ms < 0.05 {
        "under 0.1 ms".to_owned()
    } else if time_ms < 9.95 {
        decimal(time_ms, 1) + " ms"
    } else if time_ms < 999.5 {
        decimal(time_ms, 0) + " ms"
    } else {
        decimal(time_ms / 1e3, 1) + " s"
    }
}

/// How much more often than in all data: `1.3×`.
pub fn lift(value: f64) -> String {
    decimal(value, u32::from(value < 9.95)) + "×"
}

/// The English name of a language code; the code itself when it is not a common one.
pub fn language(code: &str) -> &str {
    match code {
        "ar" => "Arabic",
        "cs" => "Czech",
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "pt" => "Portuguese",
        "ru" => "Russian",
        "und" => "undecided",
        "zh" => "Chinese",
        other => other,
    }
}

/// A container's name in words.
pub fn container(name: &str) -> &str {
    match name {
        "json_array" => "JSON array",
        "json_lines" => "JSON lines",
        "json_array_gzip" => "JSON array, gzip",
        "json_lines_gzip" => "JSON lines, gzip",
        "parquet" => "Parquet",
        "arrow" => "Arrow",
        "csv" => "CSV",
        "tsv" => "TSV",
        "archive" => "annotation files in an archive",
        other => other,
    }
}

/// Reads a number as people write it: `12,345`, `#12345`, ` 12 345 `.
pub fn parse_count(text: &str) -> Option<u64> {
    let digits: String =
        text.chars().filter(|letter| !matches!(letter, ',' | '#' | '.' | '_' | ' ')).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_told_from_counts() {
        assert_eq!([amount(1_246_901.0, false), amount(98_800_000.0, true)], ["1,246,901", "≈ 98.8 M"]);
        assert_eq!([amount(5_530_000_000.0, true), amount(912.4, true)], ["≈ 5.53 G", "≈ 912"]);
        assert_eq!(
            [share(0.606_155, false), share(0.7023, true), share(0.000_01, false)],
            ["60.62 %", "≈ 70.2 %", "<0.01 %"]
        );
    }

    #[test]
    fn counts_are_grouped_by_three() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (665_298, "665,298"), (5_000_000, "5,000,000")]
        {
            assert_eq!(count(number), text);
            assert_eq!(parse_count(&format!(" #{text}")), Some(number));
        }
        assert_eq!(parse_count("twelve"), None);
        assert_eq!(counted(1, "sample", "samples"), "1 sample");
    }

    #[test]
    fn short_forms_never_round_up_to_four_digits() {
        for (number, text) in [
            (999, "999"),
            (1_000, "1.0k"),
            (9_949, "9.9k"),
            (9_950, "10k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
        ] {
            assert_eq!(compact(number), text);
        }
        assert_eq!(bytes(363_000_000), "363.0 MB");
        assert_eq!(millis(0.84), "0.8 ms");
        assert_eq!(millis(1_300.0), "1.3 s");
    }

    #[test]
    fn decimals_are_rounded() {
        for (value, places, text) in
            [(0.0, 0, "0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-12.5, 2, "-12.50"), (99.996, 2, "100.00")]
        {
            assert_eq!(decimal(value, places), text);
        }
    }

    #[test]
    fn small_shares_are_never_shown_as_nothing() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(0.0001), "<0.1%");
        assert_eq!(percent(0.042), "4.2%");
        assert_eq!(percent(0.604), "60%");
    }
}

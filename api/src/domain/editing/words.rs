//! Numbers, days and places in the words that a preview shows them by.

use chrono::NaiveDate;
use entities::enums::Okrug;

/// Keeps a number and what it counts on one line.
const TIGHT: char = '\u{a0}';

/// A sum: `1 500 ₽`, `99,50 ₽`.
#[must_use]
pub fn roubles(kopecks: i64) -> String {
    let (whole, rest) = (kopecks / 100, kopecks % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(TIGHT);
        }
        grouped.push(digit);
    }
    match rest {
        0 => format!("{grouped}{TIGHT}₽"),
        rest => format!("{grouped},{rest:02}{TIGHT}₽"),
    }
}

/// A share: `12,5 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let share = share.to_string().replace('.', ",");
    format!("{share}{TIGHT}%")
}

/// A day: `08.03.2026`.
#[must_use]
pub fn day(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

/// From one day to another, or without an end.
#[must_use]
pub fn span_of_days(from: Option<NaiveDate>, through: Option<NaiveDate>) -> Option<String> {
    Some(match (from, through) {
        (Some(from), Some(through)) => format!("с {} по {}", day(from), day(through)),
        (Some(from), None) => format!("с {}", day(from)),
        (None, Some(through)) => format!("по {}", day(through)),
        (None, None) => return None,
    })
}

/// An okrug as Muscovites write it.
#[must_use]
pub const fn okrug(okrug: Okrug) -> &'static str {
    match okrug {
        Okrug::Cao => "ЦАО",
        Okrug::Sao => "САО",
        Okrug::Svao => "СВАО",
        Okrug::Vao => "ВАО",
        Okrug::Yuvao => "ЮВАО",
        Okrug::Yuao => "ЮАО",
        Okrug::Yuzao => "ЮЗАО",
        Okrug::Zao => "ЗАО",
        Okrug::Szao => "СЗАО",
        Okrug::Zelao => "ЗелАО",
        Okrug::Nao => "НАО",
        Okrug::Tao => "ТАО",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_russian_readers_expect() {
        for (kopecks, written) in [
            (9_950, "99,50 ₽"),
            (100, "1 ₽"),
            (150_000, "1 500 ₽"),
            (123_456_705, "1 234 567,05 ₽"),
        ] {
            assert_eq!(roubles(kopecks).replace(TIGHT, " "), written);
        }
        assert_eq!(percent(12.5).replace(TIGHT, " "), "12,5 %");
        assert_eq!(percent(20.0).replace(TIGHT, " "), "20 %");
    }

    #[test]
    fn a_span_names_the_ends_that_it_has() {
        let first = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        assert_eq!(
            span_of_days(Some(first), None).as_deref(),
            Some("с 05.01.2026")
        );
        assert_eq!(span_of_days(None, None), None);
    }
}

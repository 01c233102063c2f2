//! Numbers of union cards: printed in many ways, compared in one.

use std::fmt;

use crate::domain::accounts::contact::{is_dash, is_invisible};

/// Letters and digits of a number as it is compared.
const LONGEST_COMPARABLE: usize = 32;
/// Characters of a number as it is shown: every letter may have a sign of its own before it.
const LONGEST_DISPLAY: usize = 64;

/// Why a text is no number of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardNumberProblem {
    Empty,
    TooLong,
    ForbiddenSign,
}

impl CardNumberProblem {
    /// What to tell the person who wrote it. Never holds what was written.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Empty => "Укажите номер профсоюзного билета",
            Self::TooLong => "Номер билета не длиннее 32 букв и цифр",
            Self::ForbiddenSign => "В номере билета бывают только буквы и цифры",
        }
    }
}

/// The number of a union card. Two spellings of one number are equal.
#[derive(Clone)]
pub struct CardNumber {
    display: String,
    comparable: String,
}

impl CardNumber {
    /// Reads a number of Latin and Russian letters and digits.
    ///
    /// # Errors
    /// `Empty` without a letter or digit; `TooLong` above 32 of them, leading zeros not counted, or
    /// above 64 characters in all; `ForbiddenSign` for anything but letters, digits and separators.
    pub fn parse(text: &str) -> Result<Self, CardNumberProblem> {
        let display = tidy(text);
        if display.chars().count() > LONGEST_DISPLAY {
            return Err(CardNumberProblem::TooLong);
        }
        let comparable = comparable(&display)?;
        if comparable.chars().count() > LONGEST_COMPARABLE {
            return Err(CardNumberProblem::TooLong);
        }
        Ok(Self {
            display,
            comparable,
        })
    }

    /// The number as it was typed, with single spaces.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The number in the one spelling that is compared: 1 to 32 capital letters and digits.
    #[must_use]
    pub fn comparable(&self) -> &str {
        &self.comparable
    }
}

impl PartialEq for CardNumber {
    fn eq(&self, other: &Self) -> bool {
        self.comparable == other.comparable
    }
}

impl Eq for CardNumber {}

/// Hides the value: logs must hold no personal data.
impl fmt::Debug for CardNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CardNumber(…)")
    }
}

fn tidy(text: &str) -> String {
    let visible = text.replace(is_invisible, "");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn comparable(display: &str) -> Result<String, CardNumberProblem> {
    let signs = display.chars().filter(|sign| !separates(*sign));
    let whole: String = signs.map(comparable_sign).collect::<Result<_, _>>()?;
    let significant = whole.trim_start_matches('0');
    match (whole.is_empty(), significant.is_empty()) {
        (true, _) => Err(CardNumberProblem::Empty),
        (false, true) => Ok("0".to_owned()),
        (false, false) => Ok(significant.to_owned()),
    }
}

fn separates(sign: char) -> bool {
    sign.is_whitespace() || is_dash(sign) || matches!(sign, '.' | '/' | '\\' | '№')
}

fn comparable_sign(sign: char) -> Result<char, CardNumberProblem> {
    match sign {
        'А'..='Я' | 'а'..='я' | 'Ё' | 'ё' => Ok(latin_look_alike(capital(sign))),
        _ if sign.is_ascii_alphanumeric() => Ok(sign.to_ascii_uppercase()),
        _ => Err(CardNumberProblem::ForbiddenSign),
    }
}

fn capital(letter: char) -> char {
    letter.to_uppercase().next().unwrap_or(letter)
}

/// Nobody sees on a card by which keyboard its letters were typed.
#[must_use]
pub const fn latin_look_alike(letter: char) -> char {
    match letter {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparable_of(text: &str) -> String {
        CardNumber::parse(text).unwrap().comparable().to_owned()
    }

    #[test]
    fn separators_and_case_say_nothing() {
        for written in [
            "AB-12/34",
            "ab 12 34",
            "№ ab.12.34",
            "aB–12—34",
            "ab\u{a0}12\u{2011}34",
            " AB\\1234 ",
            "A\u{200b}B1234",
        ] {
            assert_eq!(comparable_of(written), "AB1234", "{written}");
        }
    }

    #[test]
    fn letters_that_look_alike_are_the_same() {
        assert_eq!(comparable_of("АВЕКМНОРСТУХ"), "ABEKMHOPCTYX");
        assert_eq!(comparable_of("авекмнорстух"), "ABEKMHOPCTYX");
        assert_eq!(comparable_of("мгф-1"), "MГФ1");
        assert_eq!(comparable_of("ё1"), "Ё1");
        assert_eq!(CardNumber::parse("СТ 7"), CardNumber::parse("ct-7"));
    }

    #[test]
    fn leading_zeros_are_dropped_but_for_the_last() {
        assert_eq!(comparable_of("00-0123"), "123");
        assert_eq!(comparable_of("000"), "0");
        assert_eq!(comparable_of("А-007"), "A007");
        assert_eq!(comparable_of("100"), "100");
    }

    #[test]
    fn numbers_are_shown_as_typed() {
        let number = CardNumber::parse("  №  00-12\u{a0} аб ").unwrap();
        assert_eq!(number.display(), "№ 00-12 аб");
    }

    #[test]
    fn numbers_are_neither_empty_nor_endless() {
        assert_eq!(CardNumber::parse(" "), Err(CardNumberProblem::Empty));
        assert_eq!(CardNumber::parse("№ —"), Err(CardNumberProblem::Empty));
        assert!(CardNumber::parse(&"Ж".repeat(32)).is_ok());
        assert!(CardNumber::parse(&format!("0{}", "1".repeat(32))).is_ok());
        for endless in [
            "1".repeat(33),
            "0".repeat(65),
            format!("1{}", "-".repeat(64)),
        ] {
            assert_eq!(CardNumber::parse(&endless), Err(CardNumberProblem::TooLong));
        }
    }

    #[test]
    fn other_signs_are_refused() {
        for written in [
            "12#34",
            "12,34",
            "=\"0012\"",
            "1\u{0}2",
            "ı1",
            "ß1",
            "１２",
            "Ω1",
            "1_2",
        ] {
            let outcome = CardNumber::parse(written);
            assert_eq!(outcome, Err(CardNumberProblem::ForbiddenSign), "{written}");
        }
    }

    #[test]
    fn logs_show_no_values() {
        let shown = format!("{:?}", CardNumber::parse("12345").unwrap());
        assert_eq!(shown, "CardNumber(…)");
    }
}

//! Phones and e-mail addresses as people write them, each brought to one spelling.
//!
//! `Debug` of all types here hides the value: logs must hold no personal data.

use std::fmt;

/// Bytes of a whole address (RFC 5321 §4.5.3.1.3 as corrected by erratum 1690).
const LONGEST_EMAIL: usize = 254;
/// Bytes before the `@` (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;
/// Letters between two dots of a domain (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;
/// Digits of a Russian number behind `+7`.
const NATIONAL_DIGITS: usize = 10;
/// Digits of the longest number there is, its country's code included (E.164).
const MOST_DIGITS: usize = 15;

/// Why a text is no contact that codes can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactProblem {
    Empty,
    BadPhone,
    ForeignPhone,
    BadEmail,
}

impl ContactProblem {
    /// What to tell the person who wrote it. Never holds what was written.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Empty => "Укажите телефон или электронную почту",
            Self::BadPhone => "Телефон пишется так: +7 900 000-00-00",
            Self::ForeignPhone => "Нужен российский номер телефона, он начинается с +7",
            Self::BadEmail => "Электронная почта пишется так: name@example.com",
        }
    }
}

/// A Russian phone in E.164: `+7` and ten digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a phone in any usual spelling: `8 (916) 123-45-67`, `+7…`, `79…`, or ten digits from 9.
    ///
    /// # Errors
    /// `Empty`, `BadPhone`, or `ForeignPhone` for other countries, Kazakhstan's `+76` and `+77`
    /// among them.
    pub fn parse(text: &str) -> Result<Self, ContactProblem> {
        let dialled = Dialled::read(text)?;
        let national = dialled.behind_the_code_of_russia()?;
        match national.as_bytes().first() {
            // Kazakhstan shares the code (ITU-T list of E.164 codes).
            Some(b'6' | b'7') => Err(ContactProblem::ForeignPhone),
            Some(b'3' | b'4' | b'8' | b'9') if national.len() == NATIONAL_DIGITS => {
                Ok(Self(format!("+7{national}")))
            }
            _ => Err(ContactProblem::BadPhone),
        }
    }

    /// The number in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a mobile phone, which alone can get text messages.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with("+79")
    }

    /// The number as its owner recognises it and others don't: `+7 *** ***-12-34`.
    #[must_use]
    pub fn masked(&self) -> String {
        let digits = |range| self.0.get(range).unwrap_or_default();
        format!("+7 *** ***-{}-{}", digits(8..10), digits(10..12))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Phone(…)")
    }
}

/// What a written phone dials.
struct Dialled {
    has_plus: bool,
    digits: String,
}

impl Dialled {
    fn read(text: &str) -> Result<Self, ContactProblem> {
        if text.trim().is_empty() {
            return Err(ContactProblem::Empty);
        }
        let mut dialled = Self {
            has_plus: false,
            digits: String::new(),
        };
        for sign in text.chars() {
            match sign {
                '0'..='9' if dialled.digits.len() < MOST_DIGITS => dialled.digits.push(sign),
                '+' if !dialled.has_plus && dialled.digits.is_empty() => dialled.has_plus = true,
                sign if stands_between_digits(sign) => {}
                _ => return Err(ContactProblem::BadPhone),
            }
        }
        Ok(dialled)
    }

    fn behind_the_code_of_russia(&self) -> Result<&str, ContactProblem> {
        let digits = self.digits.as_str();
        if self.has_plus {
            return match digits.strip_prefix('7') {
                Some(national) => Ok(national),
                None if digits.is_empty() => Err(ContactProblem::BadPhone),
                None => Err(ContactProblem::ForeignPhone),
            };
        }
        match (digits.as_bytes(), digits.len()) {
            ([b'7' | b'8', ..], 11) => Ok(digits.get(1..).unwrap_or_default()),
            ([b'9', ..], NATIONAL_DIGITS) => Ok(digits),
            // From Russia other countries are dialled by 8 10.
            ([b'8', b'1', b'0', ..], 12..) | ([b'1'..=b'6', ..], 11..) => {
                Err(ContactProblem::ForeignPhone)
            }
            _ => Err(ContactProblem::BadPhone),
        }
    }
}

fn stands_between_digits(sign: char) -> bool {
    sign.is_whitespace()
        || is_dash(sign)
        || is_invisible(sign)
        || matches!(sign, '(' | ')' | '[' | ']' | '.')
}

/// Whether a sign is any of Unicode's dashes, hyphens and minuses.
#[must_use]
pub(crate) const fn is_dash(sign: char) -> bool {
    matches!(
        sign,
        '-' | '\u{ad}' | '\u{58a}' | '\u{5be}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{207b}'
                | '\u{208b}'
                | '\u{2212}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

/// Whether a sign takes no room: such come along with text that is copied from address books.
#[must_use]
pub(crate) const fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// An e-mail address in lower case. The domain may be Cyrillic; it is kept as it is written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address, at most 254 bytes of it.
    ///
    /// Quoted names, comments and bare host names are refused, though standards know them.
    ///
    /// # Errors
    /// `Empty` or `BadEmail`.
    pub fn parse(text: &str) -> Result<Self, ContactProblem> {
        let written = text.trim();
        if written.is_empty() {
            return Err(ContactProblem::Empty);
        }
        let (local_part, domain) = written.split_once('@').ok_or(ContactProblem::BadEmail)?;
        let domain = domain.to_lowercase();
        if !is_local_part(local_part) || !is_domain(&domain) {
            return Err(ContactProblem::BadEmail);
        }
        let address = format!("{}@{domain}", local_part.to_ascii_lowercase());
        if address.len() > LONGEST_EMAIL {
            return Err(ContactProblem::BadEmail);
        }
        Ok(Self(address))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as its owner recognises it and others don't: `a***@mail.ru`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local_part, domain) = self.0.split_once('@').unwrap_or_default();
        let first: String = local_part.chars().take(1).collect();
        format!("{first}***@{domain}")
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(…)")
    }
}

/// Words of plain signs with single dots between them.
fn is_local_part(text: &str) -> bool {
    text.len() <= LONGEST_LOCAL_PART
        && text
            .split('.')
            .all(|word| !word.is_empty() && word.chars().all(is_of_local_part))
}

/// The signs of an atom (RFC 5322 §3.2.3) without its two quotes.
const fn is_of_local_part(sign: char) -> bool {
    sign.is_ascii_alphanumeric()
        || matches!(
            sign,
            '!' | '#'
                | '$'
                | '%'
                | '&'
                | '*'
                | '+'
                | '-'
                | '/'
                | '='
                | '?'
                | '^'
                | '_'
                | '{'
                | '|'
                | '}'
                | '~'
        )
}

fn is_domain(text: &str) -> bool {
    let Some((_, top)) = text.rsplit_once('.') else {
        return false;
    };
    text.split('.').all(is_label) && top.chars().count() > 1 && top.chars().any(char::is_alphabetic)
}

fn is_label(text: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&text.chars().count())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .chars()
            .all(|sign| sign == '-' || sign.is_alphanumeric())
}

/// Where a code can be sent.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Contact {
    Phone(Phone),
    Email(Email),
}

impl Contact {
    /// Reads an e-mail address if there is an `@` in the text, and a phone otherwise.
    ///
    /// # Errors
    /// Whatever [`Phone::parse`] and [`Email::parse`] find.
    pub fn parse(text: &str) -> Result<Self, ContactProblem> {
        if text.contains('@') {
            Email::parse(text).map(Self::Email)
        } else {
            Phone::parse(text).map(Self::Phone)
        }
    }

    /// The contact in its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.as_str(),
            Self::Email(email) => email.as_str(),
        }
    }

    /// The contact as its owner recognises it and others don't.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(phone) => phone.masked(),
            Self::Email(email) => email.masked(),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(phone) => phone.fmt(formatter),
            Self::Email(email) => email.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_in_all_usual_spellings_are_the_same_phone() {
        for written in [
            "+79161234567",
            "79161234567",
            "89161234567",
            "9161234567",
            "8 916 123 45 67",
            "8(916)123-45-67",
            "8-916-123-45-67",
            "8.916.123.45.67",
            "+7 (916) 123-45-67",
            "  +7 916 1234567\n",
            "+7\u{a0}(916)\u{a0}123\u{2011}45\u{2011}67",
            "+7\u{202f}916 123–45—67",
            "+7 [916] 123−45−67",
            "\u{202a}+7 916 123-45-67\u{202c}",
            "\u{feff}8\u{ad}9161234567",
        ] {
            let phone = Phone::parse(written).unwrap();
            assert_eq!(phone.as_str(), "+79161234567", "{written}");
        }
    }

    #[test]
    fn landlines_need_a_code_and_are_not_mobile() {
        let landline = Phone::parse("8 (495) 123-45-67").unwrap();
        assert_eq!(landline.as_str(), "+74951234567");
        assert!(!landline.is_mobile());
        assert!(Phone::parse("8 800 555 35 35").is_ok());
        assert!(Phone::parse("916 123-45-67").unwrap().is_mobile());
        assert_eq!(Phone::parse("495 123-45-67"), Err(ContactProblem::BadPhone));
    }

    #[test]
    fn phones_of_other_countries_are_refused() {
        for written in [
            "+7 701 123 45 67",
            "77011234567",
            "8 777 123 45 67",
            "+7 6",
            "+375 29 123-45-67",
            "375291234567",
            "8 10 375 29 123-45-67",
            "+1 212 555 0123",
            "+89161234567",
        ] {
            let outcome = Phone::parse(written);
            assert_eq!(outcome, Err(ContactProblem::ForeignPhone), "{written}");
        }
    }

    #[test]
    fn what_is_no_phone_is_refused() {
        for written in [
            "+",
            "()",
            "123",
            "112",
            "8916123456",
            "891612345678",
            "+7 916 123-45-6",
            "+7 8 916 123-45-67",
            "+7 016 123-45-67",
            "+7+9161234567",
            "8+9161234567",
            "89161234567, 89161234568",
            "8 916 123-45-67 доб. 12",
            "7,91612E+10",
            "٨٩١٦١٢٣٤٥٦٧",
            "8916123456789012345678901234567890",
        ] {
            let outcome = Phone::parse(written);
            assert_eq!(outcome, Err(ContactProblem::BadPhone), "{written}");
        }
        assert_eq!(Phone::parse(" \u{a0}"), Err(ContactProblem::Empty));
    }

    #[test]
    fn addresses_are_brought_to_lower_case() {
        for (written, address) in [
            (" Ivanov@Mail.RU ", "ivanov@mail.ru"),
            (
                "i.i-ivanov+mfp_1@a.b-c.example",
                "i.i-ivanov+mfp_1@a.b-c.example",
            ),
            ("ivanov@Почта.РФ", "ivanov@почта.рф"),
            (
                "ivanov@xn--80a1acny.xn--p1ai",
                "ivanov@xn--80a1acny.xn--p1ai",
            ),
            ("1@2.ru", "1@2.ru"),
        ] {
            assert_eq!(Email::parse(written).unwrap().as_str(), address);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for written in [
            "@",
            "ivanov",
            "@mail.ru",
            "ivanov@",
            "ivanov@mail",
            "ivanov@.ru",
            "ivanov@mail.",
            "ivanov@mail..ru",
            "ivanov@-mail.ru",
            "ivanov@mail-.ru",
            "ivanov@mail.r",
            "ivanov@mail_ru.ru",
            "ivanov@127.0.0.1",
            "ivanov@[127.0.0.1]",
            ".ivanov@mail.ru",
            "ivanov.@mail.ru",
            "iva..nov@mail.ru",
            "iva nov@mail.ru",
            "ivanov@ma il.ru",
            "iva\u{0}nov@mail.ru",
            "ivanov@mail.ru\nBcc: petrov@mail.ru",
            "ivanov@petrov@mail.ru",
            "\"ivanov\"@mail.ru",
            "'ivanov'@mail.ru",
            "<ivanov@mail.ru>",
            "иванов@mail.ru",
            "\u{212a}ivanov@mail.ru",
            "ivanov@mail.ru,petrov@mail.ru",
        ] {
            let outcome = Email::parse(written);
            assert_eq!(outcome, Err(ContactProblem::BadEmail), "{written}");
        }
        assert_eq!(Email::parse(" "), Err(ContactProblem::Empty));
    }

    #[test]
    fn addresses_are_as_long_as_standards_allow() {
        let local_part = "a".repeat(LONGEST_LOCAL_PART);
        let label = "b".repeat(LONGEST_LABEL);
        assert!(Email::parse(&format!("{local_part}@{label}.ru")).is_ok());
        assert!(Email::parse(&format!("{local_part}a@{label}.ru")).is_err());
        assert!(Email::parse(&format!("{local_part}@{label}b.ru")).is_err());
        let domain = |rest: usize| format!("{label}.{label}.{}", "c".repeat(rest));
        assert!(Email::parse(&format!("{local_part}@{}", domain(61))).is_ok());
        assert!(Email::parse(&format!("{local_part}@{}", domain(62))).is_err());
    }

    #[test]
    fn an_at_sign_makes_it_an_address() {
        let phone = Contact::parse("8 916 123-45-67").unwrap();
        assert_eq!(phone.as_str(), "+79161234567");
        let email = Contact::parse("A@mail.ru").unwrap();
        assert_eq!(email.as_str(), "a@mail.ru");
        assert_eq!(Contact::parse("a@"), Err(ContactProblem::BadEmail));
        assert_eq!(Contact::parse("ivanov"), Err(ContactProblem::BadPhone));
        assert_eq!(Contact::parse(""), Err(ContactProblem::Empty));
    }

    #[test]
    fn masks_leave_what_the_owner_recognises() {
        let masked = |written| Contact::parse(written).unwrap().masked();
        assert_eq!(masked("8 916 123-12-34"), "+7 *** ***-12-34");
        assert_eq!(masked("alexey@mail.ru"), "a***@mail.ru");
    }

    #[test]
    fn logs_show_no_values() {
        let shown = |written| format!("{:?}", Contact::parse(written).unwrap());
        assert_eq!(shown("89161234567"), "Phone(…)");
        assert_eq!(shown("a@mail.ru"), "Email(…)");
    }
}

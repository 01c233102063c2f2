//! How much somebody may upload, how long what nobody shows is kept, and what names are kept of files.

use chrono::TimeDelta;

use crate::infra::throttle::Allowance;

/// Files of an account (reliability plan §4.3).
pub const FILES_OF_ACCOUNT: [Allowance; 1] = [Allowance {
    most: 50,
    within: TimeDelta::days(1),
}];
/// Bytes of an account within a day (reliability plan §4.3).
pub const BYTES_OF_ACCOUNT: i64 = 200 * 1024 * 1024;
pub const QUOTA_WITHIN: TimeDelta = TimeDelta::days(1);
/// What nobody has shown for so long goes.
pub const UNUSED_KEPT: TimeDelta = TimeDelta::days(7);
/// No upload is still under way after this.
pub const UPLOAD_ENDS: TimeDelta = TimeDelta::days(1);

/// As the columns hold them, in characters.
pub const LONGEST_ALT: usize = 500;
pub const LONGEST_CREDIT: usize = 200;
const LONGEST_NAME: usize = 200;

/// The last part of a file's name, without what only an attacker would put there; it is shown to staff
/// and names nothing.
#[must_use]
pub fn plain_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|sign| !sign.is_control() && !is_invisible(*sign))
        .take(LONGEST_NAME)
        .collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// Signs that turn the direction of a text or take no room.
const fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text without blanks around it; `None`: too long, or with a sign that PostgreSQL can't hold.
#[must_use]
pub fn plain_text(given: &str, most: usize) -> Option<String> {
    let text = given.trim();
    (text.chars().count() <= most && !text.contains('\0')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_last_part_without_tricks() {
        for (given, kept) in [
            ("../../etc/passwd", Some("passwd")),
            ("C:\\фото\\съезд.jpg", Some("съезд.jpg")),
            ("a\u{202e}gpj.exe\r\n", Some("agpj.exe")),
            ("folder/", None),
            ("", None),
        ] {
            assert_eq!(plain_name(given).as_deref(), kept, "{given}");
        }
        let long = plain_name(&"ж".repeat(300)).unwrap_or_default();
        assert_eq!(long.chars().count(), LONGEST_NAME);
    }

    #[test]
    fn letters_of_a_text_are_counted_and_not_bytes() {
        assert!(plain_text(&"ж".repeat(500), LONGEST_ALT).is_some());
        assert!(plain_text(&"ж".repeat(501), LONGEST_ALT).is_none());
        assert!(plain_text("\0", LONGEST_ALT).is_none());
    }
}

//! Which passwords staff may have: long, and not what attackers try first. No rules of composition.

use unicode_normalization::UnicodeNormalization;

/// With a second factor enforced, twelve are enough (reliability plan §2.2).
const SHORTEST: usize = 12;
const LONGEST: usize = 128;
/// Of zxcvbn's four: "safely unguessable: moderate protection from offline slow-hash scenario".
const LEAST_SCORE: zxcvbn::Score = zxcvbn::Score::Three;
/// What people here would think of first.
const OWN_WORDS: [&str; 9] = [
    "mfp",
    "mtuf",
    "profsoyuz",
    "federation",
    "federaciya",
    "moscow",
    "профсоюз",
    "федерация",
    "москва",
];

/// Whether somebody with that e-mail may have that password.
#[must_use]
pub fn is_strong(password: &str, email: &str) -> bool {
    let password: String = password.nfkc().collect();
    let letters = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&letters) {
        return false;
    }
    let mut known: Vec<&str> = email.split(['@', '.', '-', '_']).collect();
    known.extend(OWN_WORDS);
    zxcvbn::zxcvbn(&password, &known).score() >= LEAST_SCORE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        let email = "olga.ivanova@mtuf.ru";
        for weak in [
            "password1234",
            "qwertyuiopas",
            "ivanovaivanova",
            "111111111111",
            "short",
        ] {
            assert!(!is_strong(weak, email), "{weak}");
        }
        assert!(is_strong("четыре лошади жуют скрепку", email));
        assert!(!is_strong(&"ж".repeat(129), email));
    }
}

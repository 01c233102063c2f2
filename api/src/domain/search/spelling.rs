//! How near a mistyped word is to one that texts have.

use std::collections::BTreeSet;

/// Letters are left out within so many first ones (the prefix of the SymSpell method); whole words
/// are compared afterwards.
const PREFIX: usize = 8;
/// Marks the entry of a word's sound among its deletions.
const SOUND: char = '~';
/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;

/// How many mistakes a word of that length is forgiven.
#[must_use]
pub fn forgiven(letters: usize) -> usize {
    match letters {
        0..SHORTEST => 0,
        4..6 => 1,
        _ => 2,
    }
}

/// Under which entries a stem and what is mistyped for it meet: each without one letter, and the
/// same for what they sound like, which takes most mistakes of writing by ear away.
#[must_use]
pub fn entries(stem: &str) -> BTreeSet<String> {
    let letters = stem.chars().count();
    if letters < SHORTEST || !stem.chars().all(char::is_alphabetic) {
        return BTreeSet::new();
    }
    let heard = sound(stem);
    let mut entries = prefix_without_one(stem);
    entries.extend(
        prefix_without_one(&heard)
            .into_iter()
            .map(|entry| format!("{SOUND}{entry}")),
    );
    entries
}

fn prefix_without_one(word: &str) -> BTreeSet<String> {
    let prefix: String = word.chars().take(PREFIX).collect();
    without_one(&prefix).into_iter().chain([prefix]).collect()
}

fn without_one(word: &str) -> Vec<String> {
    let letters = word.chars().count();
    (0..letters)
        .map(|without| {
            word.chars()
                .enumerate()
                .filter(|(at, _)| *at != without)
                .map(|(_, letter)| letter)
                .collect()
        })
        .collect()
}

/// What a stem sounds like to somebody who writes as they hear: unstressed vowels and voiced
/// consonants fall together, double letters and soft signs are lost.
#[must_use]
pub fn sound(stem: &str) -> String {
    let mut heard = String::with_capacity(stem.len());
    for letter in stem.chars() {
        let sound = match letter {
            'о' | 'а' => 'а',
            'е' | 'э' | 'и' | 'ы' | 'й' | 'я' => 'и',
            'ю' => 'у',
            'б' => 'п',
            'д' => 'т',
            'з' => 'с',
            'г' => 'к',
            'ж' | 'щ' => 'ш',
            'в' => 'ф',
            'ь' | 'ъ' => continue,
            other => other,
        };
        if !heard.ends_with(sound) {
            heard.push(sound);
        }
    }
    heard
}

/// How many mistakes lie between two words; sounding alike counts as one.
#[must_use]
pub fn mistakes(typed: &str, meant: &str) -> usize {
    let letters = strsim::osa_distance(typed, meant);
    if letters > 1 && sound(typed) == sound(meant) {
        1
    } else {
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(typed: &str, meant: &str) -> bool {
        !entries(typed).is_disjoint(&entries(meant))
    }

    #[test]
    fn a_mistake_meets_what_was_meant() {
        for (typed, meant) in [
            ("пасморт", "паспорт"),
            ("поликлинник", "поликлиник"),
            ("зогран", "загран"),
        ] {
            assert!(meet(typed, meant), "{typed}");
        }
        assert!(!meet("паспорт", "отпуск"));
        assert!(entries("3ндфл").is_empty() && entries("мфц").is_empty());
    }

    #[test]
    fn writing_by_ear_is_one_mistake() {
        assert_eq!(mistakes("пасаб", "пособ"), 1);
        assert!(meet("пасаб", "пособ"));
        assert_eq!(mistakes("паспрот", "паспорт"), 1, "swapped letters");
    }
}

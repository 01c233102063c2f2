//! Words typed with the wrong keyboard layout on, or in Latin letters.

/// The same keys on the Russian (ЙЦУКЕН) and the English (QWERTY) layout.
const KEYS: [(char, char); 33] = [
    ('й', 'q'),
    ('ц', 'w'),
    ('у', 'e'),
    ('к', 'r'),
    ('е', 't'),
    ('н', 'y'),
    ('г', 'u'),
    ('ш', 'i'),
    ('щ', 'o'),
    ('з', 'p'),
    ('х', '['),
    ('ъ', ']'),
    ('ф', 'a'),
    ('ы', 's'),
    ('в', 'd'),
    ('а', 'f'),
    ('п', 'g'),
    ('р', 'h'),
    ('о', 'j'),
    ('л', 'k'),
    ('д', 'l'),
    ('ж', ';'),
    ('э', '\''),
    ('я', 'z'),
    ('ч', 'x'),
    ('с', 'c'),
    ('м', 'v'),
    ('и', 'b'),
    ('т', 'n'),
    ('ь', 'm'),
    ('б', ','),
    ('ю', '.'),
    ('ё', '`'),
];

/// Latin spellings of Russian letters, longest first.
const TRANSLITERATIONS: [(&str, &str); 38] = [
    ("shch", "щ"),
    ("sch", "щ"),
    ("yo", "е"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("iy", "ий"),
    ("ye", "е"),
    ("a", "а"),
    ("b", "б"),
    ("v", "в"),
    ("w", "в"),
    ("g", "г"),
    ("d", "д"),
    ("e", "е"),
    ("z", "з"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("f", "ф"),
    ("h", "х"),
    ("c", "ц"),
    ("y", "ы"),
];

/// What the same keys write on the other layout.
#[must_use]
pub fn on_other_layout(text: &str) -> String {
    let swap = |letter: char| {
        let russian = KEYS.iter().find(|(_, english)| *english == letter);
        let english = KEYS.iter().find(|(russian, _)| *russian == letter);
        match (russian, english) {
            (Some((russian, _)), _) => *russian,
            (None, Some((_, english))) => *english,
            (None, None) => letter,
        }
    };
    text.chars()
        .flat_map(char::to_lowercase)
        .map(swap)
        .collect()
}

/// A text in Latin letters as it would be in Russian ones.
#[must_use]
pub fn from_latin(text: &str) -> String {
    let mut rest = text.to_lowercase();
    let mut russian = String::with_capacity(rest.len() * 2);
    while let Some(letter) = rest.chars().next() {
        let known = TRANSLITERATIONS
            .iter()
            .find(|(latin, _)| rest.starts_with(latin));
        let taken = match known {
            Some((latin, cyrillic)) => {
                russian.push_str(cyrillic);
                latin.len()
            }
            None => {
                russian.push(letter);
                letter.len_utf8()
            }
        };
        rest.drain(..taken);
    }
    russian
}

/// Whether a text has letters of the Latin alphabet and none of the Russian one.
#[must_use]
pub fn is_latin(text: &str) -> bool {
    let mut letters = text
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .peekable();
    letters.peek().is_some() && letters.all(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_the_same() {
        assert_eq!(on_other_layout("pfuhfy"), "загран");
        assert_eq!(on_other_layout(",jkmybxysq"), "больничный");
        assert_eq!(on_other_layout("пщыгыдгпш"), "gosuslugi");
    }

    #[test]
    fn latin_letters_are_read_aloud() {
        assert_eq!(from_latin("zagranpasport"), "загранпаспорт");
        assert_eq!(from_latin("bolnichniy"), "болничний");
        assert!(is_latin("mos.ru") && !is_latin("мос ru") && !is_latin("3"));
    }
}

//! Names for addresses: what they are made of.

/// Characters of a slug, leaving room for a number behind it in a column of 80.
const LONGEST_SLUG: usize = 72;

/// A slug of a Russian title, transliterated as the portal's old addresses are
/// (`detskij-otdyh`, `pokazaniya-schyotchikov`); nothing where nothing can be written in Latin.
#[must_use]
pub fn slug_of(title: &str) -> Option<String> {
    let mut slug = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        match latin(letter) {
            Some(latin) => slug.push_str(latin),
            None if letter.is_ascii_alphanumeric() => slug.push(letter),
            None if slug.ends_with('-') || slug.is_empty() => {}
            None => slug.push('-'),
        }
    }
    let cut = match slug.get(..LONGEST_SLUG) {
        // A word that would be cut in two is left out.
        Some(head) => head.rsplit_once('-').map_or(head, |(whole, _)| whole),
        None => &slug,
    };
    let slug = cut.trim_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// Signs that are neither heard nor written in Latin.
const fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "yo",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' => "j",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' | '\'' | '’' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

/// Whether somebody may take a word for a slug: what [`slug_of`] could have made.
#[must_use]
pub fn is_slug(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !word.is_empty()
        && word.len() <= LONGEST_SLUG
        && word.bytes().all(is_plain)
        && !word.starts_with('-')
        && !word.ends_with('-')
        && !word.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_written_as_the_portal_always_wrote_them() {
        let slug = |title| slug_of(title).unwrap();
        assert_eq!(slug("Детский отдых"), "detskij-otdyh");
        assert_eq!(slug("Показания счётчиков"), "pokazaniya-schyotchikov");
        assert_eq!(slug("«Объявление» — 3-НДФЛ!"), "obyavlenie-3-ndfl");
        assert_eq!(slug_of("…"), None);
        assert_eq!(slug_of("漢字"), None);
    }

    #[test]
    fn a_long_title_gives_whole_words() {
        let slug = slug_of(&"профсоюзный ".repeat(20)).unwrap();
        assert!(slug.len() <= LONGEST_SLUG && slug.ends_with("profsoyuznyj"));
        assert!(is_slug(&slug));
    }

    #[test]
    fn what_is_not_plain_is_no_slug() {
        for word in ["", "-a", "a-", "a--b", "Новости", "a b", "A", "a/b"] {
            assert!(!is_slug(word), "{word}");
        }
    }
}

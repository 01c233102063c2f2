//! Values of cells without what only typing brought in.

/// The text with single spaces for all gaps, line breaks and control characters.
pub fn tidy(text: &str) -> String {
    joined(text.split(is_gap))
}

/// The text as titles and fixed words are compared: lower case, ё as е, underscores as spaces.
pub fn folded(text: &str) -> String {
    joined(text.split(|sign| is_gap(sign) || sign == '_'))
        .to_lowercase()
        .replace('ё', "е")
}

fn is_gap(sign: char) -> bool {
    sign.is_whitespace() || sign.is_control()
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut text = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_become_single_spaces() {
        assert_eq!(tidy(" \tАнна\u{a0}\r\n Мария\u{1} "), "Анна Мария");
        assert_eq!(tidy(" \n"), "");
    }

    #[test]
    fn titles_are_compared_without_case_and_underscores() {
        assert_eq!(folded(" Card__Number "), "card number");
        assert_eq!(folded("МОЛОДЁЖЬ"), "молодежь");
    }
}

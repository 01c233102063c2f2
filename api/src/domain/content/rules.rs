//! Pure decisions about content in general.

/// The key that names sort by: lower case, ё next to е, as Russian lists have it.
#[must_use]
pub fn sort_key(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '«' | '»' | '„' | '“' | '"'))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yo_sorts_with_ye_and_quotes_do_not_count() {
        let mut names = ["Жильё", "«Ёлка»", "Евразия"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Евразия", "«Ёлка»", "Жильё"]);
    }
}

//! Given names that are common in Moscow, and the forms that Russian gives them.

/// By how a name ends in its first case, and so in the others.
const AFTER_CONSONANT: [&str; 57] = [
    "александр",
    "антон",
    "артем",
    "богдан",
    "борис",
    "вадим",
    "валентин",
    "виктор",
    "владимир",
    "владислав",
    "вячеслав",
    "герман",
    "глеб",
    "давид",
    "даниил",
    "данил",
    "денис",
    "егор",
    "ефим",
    "захар",
    "иван",
    "кирилл",
    "константин",
    "леонид",
    "магомед",
    "максим",
    "мирон",
    "михаил",
    "мурад",
    "наум",
    "олег",
    "павел",
    "павл",
    "петр",
    "ренат",
    "ринат",
    "родион",
    "руслан",
    "рустам",
    "рустем",
    "самвел",
    "святослав",
    "семен",
    "станислав",
    "степан",
    "тарас",
    "тимур",
    "федор",
    "филипп",
    "эдуард",
    "эльдар",
    "юлиан",
    "яков",
    "ярослав",
    "ахмед",
    "ашот",
    "армен",
];
const AFTER_CONSONANT_ENDINGS: [&str; 6] = ["", "а", "у", "ом", "ем", "е"];

const SHORT_I: [&str; 23] = [
    "алексе",
    "анатоли",
    "андре",
    "аркади",
    "арсени",
    "валери",
    "васили",
    "витали",
    "геннади",
    "георги",
    "григори",
    "дмитри",
    "евгени",
    "игнати",
    "матве",
    "моисе",
    "никола",
    "прокофи",
    "серге",
    "тимофе",
    "юри",
    "афанаси",
    "ерофе",
];
const SHORT_I_ENDINGS: [&str; 5] = ["й", "я", "ю", "ем", "и"];

const ON_A: [&str; 50] = [
    "алин",
    "алл",
    "альбин",
    "анжелик",
    "анн",
    "антонин",
    "арин",
    "валентин",
    "варвар",
    "галин",
    "гульнар",
    "диан",
    "екатерин",
    "елен",
    "елизавет",
    "жанн",
    "зинаид",
    "зульфи",
    "инн",
    "ирин",
    "кристин",
    "ларис",
    "людмил",
    "маргарит",
    "марин",
    "нин",
    "никит",
    "нонн",
    "оксан",
    "ольг",
    "полин",
    "раис",
    "регин",
    "римм",
    "светлан",
    "тамар",
    "татьян",
    "ульян",
    "фаин",
    "эльвир",
    "эмм",
    "даш",
    "маш",
    "наташ",
    "паш",
    "саш",
    "сереж",
    "леш",
    "миш",
    "гриш",
];
const ON_A_ENDINGS: [&str; 8] = ["а", "ы", "и", "е", "у", "ой", "ою", "ей"];

const ON_YA: [&str; 20] = [
    "анастаси",
    "валери",
    "виктори",
    "дарь",
    "евгени",
    "зо",
    "иль",
    "клавди",
    "ксени",
    "лиди",
    "лили",
    "мари",
    "марь",
    "натали",
    "наталь",
    "софи",
    "софь",
    "юли",
    "тан",
    "аксинь",
];
const ON_YA_ENDINGS: [&str; 6] = ["я", "и", "е", "ю", "ей", "ею"];

const SOFT: [&str; 1] = ["игор"];
const SOFT_ENDINGS: [&str; 5] = ["ь", "я", "ю", "ем", "е"];

/// Names that are words as well: they count beside a surname alone.
const WORDS_TOO: [(&str, &[&str]); 8] = [
    ("вер", &ON_A_ENDINGS),
    ("надежд", &ON_A_ENDINGS),
    ("любов", &SOFT_ENDINGS),
    ("роз", &ON_A_ENDINGS),
    ("роман", &AFTER_CONSONANT_ENDINGS),
    ("марк", &AFTER_CONSONANT_ENDINGS),
    ("лев", &AFTER_CONSONANT_ENDINGS),
    ("льв", &AFTER_CONSONANT_ENDINGS),
];

/// Whether a word in lower case, ё as е, is a given name in any case and nothing else.
#[must_use]
pub fn is_given_name(word: &str) -> bool {
    is_of(word, &AFTER_CONSONANT, &AFTER_CONSONANT_ENDINGS)
        || is_of(word, &SHORT_I, &SHORT_I_ENDINGS)
        || is_of(word, &ON_A, &ON_A_ENDINGS)
        || is_of(word, &ON_YA, &ON_YA_ENDINGS)
        || is_of(word, &SOFT, &SOFT_ENDINGS)
}

/// Whether it may be one.
#[must_use]
pub fn may_be_given_name(word: &str) -> bool {
    is_given_name(word)
        || WORDS_TOO
            .iter()
            .any(|(stem, endings)| is_of(word, &[*stem], endings))
}

fn is_of(word: &str, stems: &[&str], endings: &[&str]) -> bool {
    stems.iter().any(|stem| {
        let ending = word.strip_prefix(stem);
        ending.is_some_and(|ending| endings.contains(&ending))
    })
}

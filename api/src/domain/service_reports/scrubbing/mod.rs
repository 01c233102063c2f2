//! Takes out of a comment what could say who somebody is: telephones, addresses in nets and in towns,
//! numbers of documents and applications, dates of birth, names.
//!
//! A program cannot tell everything; it takes rather too much than too little, and a moderator takes
//! out the rest. What stays is what a report is about: dates of now, sums, terms, hours, numbers of
//! windows. Nothing of what is taken out is kept anywhere.

mod addresses;
mod contacts;
mod dates;
mod given_names;
mod names;
mod numbers;
mod words;

use std::ops::Range;

/// A stretch of a text, and what is to stand in its place.
pub struct Span {
    range: Range<usize>,
    label: &'static str,
}

/// Each reads what the ones before have left.
const PASSES: [fn(&str) -> Vec<Span>; 5] = [
    contacts::find,
    dates::find,
    numbers::find,
    addresses::find,
    names::find,
];

/// A comment without personal data, as far as a program can tell; `None`: nothing is left of it.
#[must_use]
pub fn scrub(comment: &str) -> Option<String> {
    let mut text = visible(comment);
    for find in PASSES {
        let spans = find(&text);
        text = replaced(&text, spans);
    }
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The text without signs that nobody sees: between digits they would hide a telephone.
fn visible(text: &str) -> String {
    let is_hidden = |sign: &char| {
        matches!(*sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
            || sign.is_control() && !matches!(*sign, '\n' | '\t')
    };
    text.chars().filter(|sign| !is_hidden(sign)).collect()
}

/// The text with labels in place of those stretches; of two that overlap the first one counts.
fn replaced(text: &str, mut spans: Vec<Span>) -> String {
    spans.sort_by_key(|span| span.range.start);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        if span.range.start < at {
            // What overlaps goes as well.
            at = at.max(span.range.end);
            continue;
        }
        written.push_str(text.get(at..span.range.start).unwrap_or_default());
        written.push_str(span.label);
        at = span.range.end;
    }
    written.push_str(text.get(at..).unwrap_or_default());
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(comment: &str, expected: &str) {
        assert_eq!(scrub(comment).unwrap_or_default(), expected, "{comment}");
    }

    #[track_caller]
    fn stays(comment: &str) {
        becomes(comment, comment);
    }

    #[test]
    fn telephones_go_however_they_are_written() {
        for phone in [
            "+79161234567",
            "8 (916) 123-45-67",
            "8-916-123-45-67",
            "8 916 123 45 67",
            "+7 916 123\u{a0}45\u{a0}67",
            "8.916.123.45.67",
            "8\u{200b}9161234567",
        ] {
            becomes(&format!("Звоните {phone}, жду"), "Звоните [телефон], жду");
        }
        becomes("Мой номер 9161234567", "Мой номер [телефон]");
        becomes("тел. 123-45-67", "тел. [телефон]");
    }

    #[test]
    fn addresses_in_nets_go() {
        becomes("Пишите на ivan.petrov@mail.ru!", "Пишите на [почта]!");
        becomes("почта иван@пример.рф", "почта [почта]");
        becomes("я в телеграме @ivan_petrov", "я в телеграме [контакт]");
        becomes(
            "Вот: https://www.gosuslugi.ru/order/123?x=1, смотрите",
            "Вот: [ссылка], смотрите",
        );
        becomes("t.me/ivan77", "[ссылка]");
        stays("На gosuslugi.ru не вошёл");
    }

    #[test]
    fn numbers_of_documents_go() {
        becomes("СНИЛС 112-233-445 95", "СНИЛС [номер]");
        becomes("ИНН 771234567890 не приняли", "ИНН [номер] не приняли");
        becomes("паспорт 4510 123456", "паспорт [номер]");
        becomes(
            "паспорт серия 4510 номер 123456",
            "паспорт серия [номер] номер [номер]",
        );
        becomes("полис 1234567890123456", "полис [номер]");
        becomes(
            "заявление № 0001-9000003-067201-0012345/26 потеряли",
            "заявление № [номер] потеряли",
        );
        becomes("Заявление 54321 висит", "Заявление [номер] висит");
        becomes(
            "свидетельство II-МЮ № 123456",
            "свидетельство II-МЮ № [номер]",
        );
    }

    #[test]
    fn names_go_in_any_case() {
        becomes("Меня зовут Иванова Мария Петровна.", "Меня зовут [имя].");
        becomes("Отказали Марии Петровне Ивановой", "Отказали [имя]");
        becomes(
            "Обслуживал Сидоров А.Б., грубил",
            "Обслуживал [имя], грубил",
        );
        becomes("Приняла А. Б. Ковальчук", "Приняла [имя]");
        becomes("Сотрудница Елена не помогла", "Сотрудница [имя] не помогла");
        becomes("Говорила с Петром Ивановым вчера", "Говорила с [имя] вчера");
        becomes("ИВАНОВ ИВАН ИВАНОВИЧ", "[имя]");
        becomes("я иванов иван иванович", "я [имя]");
        becomes("Инспектор Кузнецова нагрубила", "Инспектор [имя] нагрубила");
        becomes("Спросите Алексея", "Спросите [имя]");
    }

    #[test]
    fn words_that_only_look_like_names_stay() {
        stays("Надежда была, но отказали");
        stays("Вера в Госуслуги пропала");
        stays("Основной документ не приняли, Уголовной справки не было");
        stays("Московская Федерация профсоюзов помогла");
        stays("Социальный фонд России молчит, Мои Документы работают");
        stays("МФЦ района Марьино открыт");
        stays("Различной литературы хватает");
        stays("Верю вам. Роман читала в очереди.");
        stays("На уровне района, в деревне, в часовне");
    }

    #[test]
    fn addresses_in_towns_go() {
        becomes(
            "Живу: ул. Ленина, д. 5, корп. 2, кв. 17, жду",
            "Живу: [адрес], жду",
        );
        becomes("Тверская улица, дом 12", "[адрес]");
        becomes("прописан в квартире 8", "прописан в [адрес]");
        becomes("индекс 125009", "индекс [номер]");
        stays("МФЦ на улице Тверской закрыт");
        stays("к 5 часам подошёл, сидел дома 5 дней");
    }

    #[test]
    fn days_of_birth_go_and_days_of_now_stay() {
        becomes("родилась 12.03.1980 в Москве", "родилась [дата] в Москве");
        becomes("12 марта 1980 года", "[дата] года");
        becomes("мне 1975 года рождения", "мне [дата] года рождения");
        stays("Подал 12.05.2026, ответ 2026-06-01, прошло 20 дней");
        stays("12.05.2026-15.05.2026 сайт лежал");
        stays("В 2025-2026 годах так не было");
    }

    #[test]
    fn what_a_report_is_about_stays() {
        stays("Ждал 45 минут у окна № 12, с 9.00-18.00 никого");
        stays("Заплатил 150 000 рублей пошлины, потом ещё 1500 ₽");
        stays("Отказ по закону № 210-ФЗ, статья 12");
        stays("Заявление 2026 года, срок 10 рабочих дней, прошло 30");
        stays("В 10:30 упала страница, ошибка 503");
    }

    #[test]
    fn a_comment_may_be_empty_or_strange() {
        assert_eq!(scrub(" \n\t"), None);
        assert_eq!(scrub("\u{200b}"), None);
        stays("…@ № . - (");
        stays("😀 Всё хорошо");
        let long = "8 916 123-45-67 Мария ".repeat(50);
        let scrubbed = scrub(&long).unwrap();
        assert!(!scrubbed.contains("916") && !scrubbed.contains("Мария"));
    }
}

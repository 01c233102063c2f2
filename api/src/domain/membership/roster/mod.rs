//! Rosters of members that offices of unions upload as CSV.
//!
//! A file is decoded whole, and then read line by line, so that a bad line takes nothing from the
//! others. Neither problems nor `Debug` show whose line it is.

mod columns;
mod line;
mod problem;
mod spelling;
mod values;

use std::fmt;

use chrono::NaiveDate;

pub use self::{
    columns::Column,
    problem::{LineProblem, LineProblemCode, RosterProblem},
};
use self::{columns::Columns, line::SeenNumbers};
use super::card_number::CardNumber;
use crate::{
    domain::accounts::contact::{Email, Phone},
    infra::csv_records::Records,
};

/// A member as the office knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct RosterMember {
    pub card_number: CardNumber,
    /// The slug of the primary organisation or its short name, at most 120 characters.
    pub organisation: String,
    /// This and the other parts of the name: 1 to 100 characters, single spaces.
    pub surname: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    /// From 1930 through 2100, like the other day.
    pub member_since: NaiveDate,
    /// The last day of the card, never before `member_since`.
    pub valid_through: Option<NaiveDate>,
    pub status: RosterStatus,
    pub is_youth: bool,
}

/// Hides who it is: logs must hold no personal data.
impl fmt::Debug for RosterMember {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RosterMember(…)")
    }
}

/// Whether a membership holds, as the office says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterStatus {
    Active,
    Suspended,
    Expired,
    Revoked,
}

/// A line and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterLine {
    /// Where the line begins in the file: the first is 1. Breaks in quotes and empty lines count.
    pub number: u64,
    /// The member, or everything that is wrong; never an empty list.
    pub outcome: Result<RosterMember, Vec<LineProblem>>,
}

/// A roster whose header is read.
pub struct Roster<'t> {
    columns: Columns,
    records: Records<'t>,
}

impl<'t> Roster<'t> {
    /// Reads the header: the first line that holds something.
    ///
    /// # Errors
    /// `Empty`, `NotCsv`, `UnknownColumn`, `MissingColumn`, or `DuplicateColumn`, which also
    /// stands for the parts of a name next to the full one.
    pub fn read(text: &'t str) -> Result<Self, RosterProblem> {
        let mut records = Records::of(text);
        let header = records.next().ok_or(RosterProblem::Empty)?;
        Ok(Self {
            columns: Columns::read(&header.cells)?,
            records,
        })
    }

    /// The lines behind the header as they are read. Empty ones are left out, and there may be
    /// none at all.
    ///
    /// Of lines with the same card number only the first is accepted.
    pub fn lines(self) -> impl Iterator<Item = RosterLine> {
        let Self { columns, records } = self;
        let mut seen = SeenNumbers::default();
        records.map(move |record| RosterLine {
            number: record.line,
            outcome: line::member(&columns, &record, &mut seen),
        })
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1251;

    use super::*;
    use crate::infra::text_encoding;

    const HEADER: &str = "Номер билета;Организация;Фамилия;Имя;Отчество;Телефон;E-mail;\
                          В профсоюзе с;Действует до;Статус;Молодёжь";
    const WHOLE: &str = "00-12;ppo-zarya;Ёлкин;Иван;Ильич;8 916 123-45-67;Elkin@Mail.ru;\
                         31.01.2020;2030-12-31;действует;да";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn lines(text: &str) -> Vec<RosterLine> {
        Roster::read(text).unwrap().lines().collect()
    }

    fn only_member(text: &str) -> RosterMember {
        let mut lines = lines(text);
        assert_eq!(lines.len(), 1);
        lines.remove(0).outcome.unwrap()
    }

    /// The problems of a line that differs from the whole one in some columns.
    fn problems(changes: &[(usize, &str)]) -> Vec<(&'static str, LineProblemCode)> {
        let mut cells: Vec<&str> = WHOLE.split(';').collect();
        for (place, value) in changes {
            cells[*place] = value;
        }
        let text = format!("{HEADER}\n{}", cells.join(";"));
        let outcome = lines(&text).remove(0).outcome;
        let found = outcome.err().unwrap_or_default();
        for problem in &found {
            for (_, value) in changes.iter().filter(|(_, value)| value.len() > 3) {
                assert!(!problem.message.contains(value), "{}", problem.message);
            }
        }
        found.iter().map(|one| (one.column, one.code)).collect()
    }

    #[test]
    fn a_whole_line_is_read() {
        let member = only_member(&format!("{HEADER}\n{WHOLE}\n"));
        assert_eq!(member.card_number.display(), "00-12");
        assert_eq!(member.card_number.comparable(), "12");
        assert_eq!(member.organisation, "ppo-zarya");
        assert_eq!(member.surname, "Ёлкин");
        assert_eq!(member.given_name, "Иван");
        assert_eq!(member.patronymic.as_deref(), Some("Ильич"));
        assert_eq!(member.phone.unwrap().as_str(), "+79161234567");
        assert_eq!(member.email.unwrap().as_str(), "elkin@mail.ru");
        assert_eq!(member.member_since, day("2020-01-31"));
        assert_eq!(member.valid_through, Some(day("2030-12-31")));
        assert_eq!(member.status, RosterStatus::Active);
        assert!(member.is_youth);
    }

    #[test]
    fn a_bare_line_is_enough() {
        let text = "card_number,organisation,full_name,member_since\n\
                    7,\"ППО \"\"Заря\"\", цех 1\",  Ким  Анна ,2020-01-31";
        let member = only_member(text);
        assert_eq!(member.organisation, "ППО \"Заря\", цех 1");
        assert_eq!(
            (member.surname.as_str(), member.given_name.as_str()),
            ("Ким", "Анна")
        );
        assert_eq!(
            (member.patronymic, member.phone, member.email),
            (None, None, None)
        );
        assert_eq!(
            (member.valid_through, member.status),
            (None, RosterStatus::Active)
        );
        assert!(!member.is_youth);
    }

    #[test]
    fn full_names_are_cut_into_three() {
        let text = "билет\tппо\tфио\tдата вступления\n\
                    7\tppo\tАлиев Вагиф Мустафа  оглы\t01.02.2003";
        let member = only_member(text);
        assert_eq!(member.surname, "Алиев");
        assert_eq!(member.given_name, "Вагиф");
        assert_eq!(member.patronymic.as_deref(), Some("Мустафа оглы"));
        let alone = text.replace(" Вагиф Мустафа  оглы", "");
        let problem = lines(&alone).remove(0).outcome.unwrap_err().remove(0);
        assert_eq!(problem.column, "full_name");
        assert_eq!(problem.code, LineProblemCode::MissingValue);
    }

    #[test]
    fn the_encoding_makes_no_difference() {
        let text = format!("{HEADER}\r\n{WHOLE}\r\n");
        let expected = only_member(&text);
        for bytes in [
            format!("\u{feff}{text}").into_bytes(),
            WINDOWS_1251.encode(&text).0.into_owned(),
        ] {
            assert_eq!(
                only_member(&text_encoding::decode(&bytes).unwrap()),
                expected
            );
        }
    }

    #[test]
    fn the_delimiter_makes_no_difference() {
        let text = format!("{HEADER}\n{WHOLE}\n");
        let expected = only_member(&text);
        for delimiter in [",", "\t"] {
            assert_eq!(only_member(&text.replace(';', delimiter)), expected);
        }
    }

    #[test]
    fn lines_keep_their_numbers() {
        for line_break in ["\n", "\r\n"] {
            let broken = WHOLE.replace("ppo-zarya", "\"ППО\nЗаря\"");
            let third = WHOLE.replace("00-12", "3");
            let empty = ";;;;;;;;;;";
            let text = [HEADER, &broken, "", empty, &third].join(line_break);
            let lines = lines(&text);
            let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
            assert_eq!(numbers, [2, 6]);
            let first = lines[0].outcome.as_ref().unwrap();
            assert_eq!(first.organisation, "ППО Заря");
        }
    }

    #[test]
    fn empty_columns_behind_are_overlooked() {
        let text = format!("{HEADER};;\n{WHOLE};;\n");
        assert_eq!(only_member(&text).surname, "Ёлкин");
    }

    #[test]
    fn files_without_a_roster_are_refused() {
        let refused = |text| Roster::read(text).err().map(|problem| problem.code());
        assert_eq!(refused(""), Some("EMPTY"));
        assert_eq!(refused(" \r\n;;;\n"), Some("EMPTY"));
        assert_eq!(refused(WHOLE), Some("NOT_CSV"));
        assert_eq!(refused("<html>"), Some("NOT_CSV"));
        assert_eq!(refused("фио;снилс"), Some("UNKNOWN_COLUMN"));
        assert_eq!(refused("фио;ппо"), Some("MISSING_COLUMN"));
        assert_eq!(refused("фио;фио"), Some("DUPLICATE_COLUMN"));
        assert!(lines(HEADER).is_empty());
    }

    #[test]
    fn each_value_is_checked() {
        use LineProblemCode::*;
        let long_name = "ж".repeat(101);
        let long_organisation = "ж".repeat(121);
        for (place, value, column, code) in [
            (0, " ", "card_number", MissingValue),
            (0, "12#45", "card_number", BadCardNumber),
            (0, "----", "card_number", BadCardNumber),
            (1, "", "organisation", MissingValue),
            (1, &long_organisation, "organisation", TooLong),
            (2, "", "surname", MissingValue),
            (2, &long_name, "surname", TooLong),
            (3, "\u{a0}", "given_name", MissingValue),
            (3, &long_name, "given_name", TooLong),
            (4, &long_name, "patronymic", TooLong),
            (5, "123-45-67", "phone", BadPhone),
            (5, "+375 29 123-45-67", "phone", BadPhone),
            (6, "elkin", "email", BadEmail),
            (7, "", "member_since", MissingValue),
            (7, "2020-02-30", "member_since", BadDate),
            (7, "1929-12-31", "member_since", BadDate),
            (8, "01.01.2101", "valid_through", BadDate),
            (8, "2020-01-30", "valid_through", DatesInWrongOrder),
            (9, "уволен", "status", UnknownStatus),
            (10, "может быть", "youth", BadYesNo),
        ] {
            assert_eq!(problems(&[(place, value)]), [(column, code)], "{value}");
        }
    }

    #[test]
    fn bounds_are_within() {
        let name = "ж".repeat(100);
        let organisation = "ж".repeat(120);
        let changes = [
            (1, organisation.as_str()),
            (2, &name),
            (3, &name),
            (4, &name),
        ];
        assert_eq!(problems(&changes), []);
        assert_eq!(problems(&[(8, "2020-01-31")]), []);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        use LineProblemCode::*;
        let found = problems(&[(0, ""), (2, ""), (3, ""), (5, "нет телефона"), (7, "давно")]);
        assert_eq!(
            found,
            [
                ("card_number", MissingValue),
                ("surname", MissingValue),
                ("given_name", MissingValue),
                ("phone", BadPhone),
                ("member_since", BadDate),
            ]
        );
    }

    #[test]
    fn lines_of_another_width_are_refused() {
        let short = WHOLE.trim_end_matches(";да");
        for (line, column) in [
            (short, "youth"),
            (&format!("{WHOLE};x"), "youth"),
            ("1", "organisation"),
        ] {
            let problems = lines(&format!("{HEADER}\n{line}"))
                .remove(0)
                .outcome
                .unwrap_err();
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].code, LineProblemCode::WrongNumberOfColumns);
            assert_eq!(problems[0].column, column);
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_noticed() {
        let open = WHOLE.replace("Ёлкин", "\"Ёлкин");
        let text = format!("{HEADER}\n{open}\n{}", WHOLE.replace("00-12", "13"));
        let lines = lines(&text);
        assert_eq!(lines.len(), 1);
        let problems = lines[0].outcome.as_ref().unwrap_err();
        assert_eq!(problems[0].code, LineProblemCode::WrongNumberOfColumns);
    }

    #[test]
    fn a_card_number_belongs_to_its_first_line() {
        let second = WHOLE.replace("00-12", "№ 12");
        let bad_first = WHOLE.replace("00-12;ppo-zarya", "13;");
        let fourth = WHOLE.replace("00-12", "13");
        let lines = lines(&[HEADER, WHOLE, &second, &bad_first, &fourth].join("\n"));
        assert!(lines[0].outcome.is_ok());
        for (line, first) in [(&lines[1], "в строке 2"), (&lines[3], "в строке 4")] {
            let problems = line.outcome.as_ref().unwrap_err();
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].code, LineProblemCode::DuplicateCardNumber);
            assert!(
                problems[0].message.ends_with(first),
                "{}",
                problems[0].message
            );
        }
    }

    #[test]
    fn logs_show_no_members() {
        let shown = format!("{:?}", lines(&format!("{HEADER}\n{WHOLE}")));
        assert_eq!(
            shown,
            "[RosterLine { number: 2, outcome: Ok(RosterMember(…)) }]"
        );
    }

    #[test]
    fn a_hundred_thousand_lines_are_read() {
        let mut text = HEADER.to_owned();
        for number in 1..=100_000 {
            text.push_str("\r\n");
            text.push_str(&WHOLE.replace("00-12", &number.to_string()));
        }
        let mut last = 1;
        for line in Roster::read(&text).unwrap().lines() {
            last += 1;
            assert_eq!(line.number, last);
            assert!(line.outcome.is_ok());
        }
        assert_eq!(last, 100_001);
    }
}

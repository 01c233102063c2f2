//! A line of a roster read into a member, with everything that is wrong with it.

use std::collections::{HashMap, hash_map::Entry};

use chrono::NaiveDate;
use csv::StringRecord;

use super::{
    RosterMember, RosterStatus,
    columns::{Column, Columns},
    problem::{LineProblem, LineProblemCode},
    spelling::tidy,
    values,
};
use crate::{
    domain::{
        accounts::contact::{Email, Phone},
        membership::card_number::CardNumber,
    },
    infra::csv_records::Record,
};

/// Characters of each part of a name.
const LONGEST_NAME: usize = 100;
/// Characters of an organisation's short name, as the table of organisations holds them.
const LONGEST_ORGANISATION: usize = 120;

/// Card numbers met so far, as they are compared, with the line of each.
#[derive(Default)]
pub struct SeenNumbers(HashMap<String, u64>);

impl SeenNumbers {
    fn accept(&mut self, number: CardNumber, line: u64) -> Result<CardNumber, LineProblem> {
        match self.0.entry(number.comparable().to_owned()) {
            Entry::Vacant(free) => {
                free.insert(line);
                Ok(number)
            }
            Entry::Occupied(first) => Err(LineProblem::new(
                Column::CardNumber,
                LineProblemCode::DuplicateCardNumber,
                format!("Этот номер билета уже есть в строке {}", first.get()),
            )),
        }
    }
}

/// Reads one line.
///
/// # Errors
/// All that is wrong with it, or only its width, since then no value is known to be in its place.
pub fn member(
    columns: &Columns,
    record: &Record,
    seen: &mut SeenNumbers,
) -> Result<RosterMember, Vec<LineProblem>> {
    if let Some(misfit) = columns.misfit(&record.cells) {
        return Err(vec![wrong_width(misfit, columns.count(), &record.cells)]);
    }
    let line = Line {
        columns,
        cells: &record.cells,
    };
    let mut problems = Problems::default();
    let number = line.card_number();
    let number = number.and_then(|number| seen.accept(number, record.line));
    let (
        Some(card_number),
        Some(organisation),
        Some(name),
        Some(phone),
        Some(email),
        Some((member_since, valid_through)),
        Some(status),
        Some(is_youth),
    ) = (
        problems.sieve(number),
        problems.sieve(line.organisation()),
        line.name(&mut problems),
        problems.sieve(line.phone()),
        problems.sieve(line.email()),
        line.term(&mut problems),
        problems.sieve(line.status()),
        problems.sieve(line.is_youth()),
    )
    else {
        return Err(problems.0);
    };
    Ok(RosterMember {
        card_number,
        organisation,
        surname: name.surname,
        given_name: name.given_name,
        patronymic: name.patronymic,
        phone,
        email,
        member_since,
        valid_through,
        status,
        is_youth,
    })
}

fn wrong_width(misfit: Column, expected: usize, cells: &StringRecord) -> LineProblem {
    let message = format!(
        "Столбцов {} вместо {expected}: проверьте разделители и кавычки",
        cells.len()
    );
    LineProblem::new(misfit, LineProblemCode::WrongNumberOfColumns, message)
}

/// Keeps what is wrong and lets through what is right.
#[derive(Default)]
struct Problems(Vec<LineProblem>);

impl Problems {
    fn sieve<T>(&mut self, outcome: Result<T, LineProblem>) -> Option<T> {
        outcome.map_err(|problem| self.0.push(problem)).ok()
    }
}

struct Name {
    surname: String,
    given_name: String,
    patronymic: Option<String>,
}

struct Line<'l> {
    columns: &'l Columns,
    cells: &'l StringRecord,
}

impl Line<'_> {
    fn value(&self, column: Column) -> Option<String> {
        let value = tidy(self.columns.cell(self.cells, column));
        Some(value).filter(|value| !value.is_empty())
    }

    fn required(&self, column: Column) -> Result<String, LineProblem> {
        self.value(column).ok_or_else(|| {
            let message = format!("Не заполнен столбец «{}»", column.title());
            LineProblem::new(column, LineProblemCode::MissingValue, message)
        })
    }

    fn card_number(&self) -> Result<CardNumber, LineProblem> {
        let written = self.required(Column::CardNumber)?;
        CardNumber::parse(&written).map_err(|problem| {
            LineProblem::new(
                Column::CardNumber,
                LineProblemCode::BadCardNumber,
                problem.message(),
            )
        })
    }

    fn organisation(&self) -> Result<String, LineProblem> {
        let organisation = self.required(Column::Organisation)?;
        bounded(organisation, Column::Organisation, LONGEST_ORGANISATION)
    }

    fn name(&self, problems: &mut Problems) -> Option<Name> {
        if self.columns.has(Column::FullName) {
            return problems.sieve(self.full_name());
        }
        let surname = problems.sieve(self.part_of_name(Column::Surname));
        let given_name = problems.sieve(self.part_of_name(Column::GivenName));
        let patronymic = problems.sieve(self.patronymic());
        Some(Name {
            surname: surname?,
            given_name: given_name?,
            patronymic: patronymic?,
        })
    }

    fn full_name(&self) -> Result<Name, LineProblem> {
        let written = self.required(Column::FullName)?;
        let part = |text: &str| bounded(text.to_owned(), Column::FullName, LONGEST_NAME);
        let mut parts = written.splitn(3, ' ');
        let (Some(surname), Some(given_name)) = (parts.next(), parts.next()) else {
            let message = "Укажите фамилию и имя через пробел";
            return Err(LineProblem::new(
                Column::FullName,
                LineProblemCode::MissingValue,
                message,
            ));
        };
        Ok(Name {
            surname: part(surname)?,
            given_name: part(given_name)?,
            patronymic: parts.next().map(part).transpose()?,
        })
    }

    fn part_of_name(&self, column: Column) -> Result<String, LineProblem> {
        bounded(self.required(column)?, column, LONGEST_NAME)
    }

    fn patronymic(&self) -> Result<Option<String>, LineProblem> {
        let written = self.value(Column::Patronymic);
        let bounded = |text| bounded(text, Column::Patronymic, LONGEST_NAME);
        written.map(bounded).transpose()
    }

    fn phone(&self) -> Result<Option<Phone>, LineProblem> {
        let written = self.value(Column::Phone);
        let phone = written.map(|text| Phone::parse(&text)).transpose();
        phone.map_err(|problem| {
            LineProblem::new(Column::Phone, LineProblemCode::BadPhone, problem.message())
        })
    }

    fn email(&self) -> Result<Option<Email>, LineProblem> {
        let written = self.value(Column::Email);
        let email = written.map(|text| Email::parse(&text)).transpose();
        email.map_err(|problem| {
            LineProblem::new(Column::Email, LineProblemCode::BadEmail, problem.message())
        })
    }

    fn term(&self, problems: &mut Problems) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let since = problems.sieve(self.member_since());
        let through = problems.sieve(self.valid_through());
        problems.sieve(in_order(since?, through?))
    }

    fn member_since(&self) -> Result<NaiveDate, LineProblem> {
        day(&self.required(Column::MemberSince)?, Column::MemberSince)
    }

    fn valid_through(&self) -> Result<Option<NaiveDate>, LineProblem> {
        let written = self.value(Column::ValidThrough);
        written
            .map(|text| day(&text, Column::ValidThrough))
            .transpose()
    }

    fn status(&self) -> Result<RosterStatus, LineProblem> {
        values::status(self.columns.cell(self.cells, Column::Status)).ok_or_else(|| {
            LineProblem::new(
                Column::Status,
                LineProblemCode::UnknownStatus,
                "Статус бывает таким: действует, приостановлен, истёк, аннулирован",
            )
        })
    }

    fn is_youth(&self) -> Result<bool, LineProblem> {
        values::yes_or_no(self.columns.cell(self.cells, Column::Youth)).ok_or_else(|| {
            LineProblem::new(
                Column::Youth,
                LineProblemCode::BadYesNo,
                "Напишите «да» или «нет»",
            )
        })
    }
}

fn bounded(text: String, column: Column, most: usize) -> Result<String, LineProblem> {
    if text.chars().count() <= most {
        return Ok(text);
    }
    let message = format!("Не длиннее {most} знаков");
    Err(LineProblem::new(column, LineProblemCode::TooLong, message))
}

fn day(text: &str, column: Column) -> Result<NaiveDate, LineProblem> {
    values::day(text).ok_or_else(|| {
        let message = "Дата пишется так: 31.01.2020, и бывает с 1930 по 2100 год";
        LineProblem::new(column, LineProblemCode::BadDate, message)
    })
}

fn in_order(
    since: NaiveDate,
    through: Option<NaiveDate>,
) -> Result<(NaiveDate, Option<NaiveDate>), LineProblem> {
    if through.is_some_and(|through| through < since) {
        return Err(LineProblem::new(
            Column::ValidThrough,
            LineProblemCode::DatesInWrongOrder,
            "Билет кончается раньше вступления в профсоюз",
        ));
    }
    Ok((since, through))
}

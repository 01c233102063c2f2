//! Which columns a roster has, and what stands in them.

use csv::StringRecord;

use super::{
    problem::RosterProblem,
    spelling::{folded, tidy},
};
use crate::infra::csv_records::is_blank;

/// Characters of an unknown title that are shown.
const LONGEST_SHOWN_TITLE: usize = 60;

/// A column that rosters may have. There is no other: nobody shall upload passports by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    CardNumber,
    Organisation,
    Surname,
    GivenName,
    Patronymic,
    /// Stands for the surname, the given name and the patronymic.
    FullName,
    Phone,
    Email,
    MemberSince,
    ValidThrough,
    Status,
    Youth,
}

impl Column {
    const ALL: [Self; 12] = [
        Self::CardNumber,
        Self::Organisation,
        Self::Surname,
        Self::GivenName,
        Self::Patronymic,
        Self::FullName,
        Self::Phone,
        Self::Email,
        Self::MemberSince,
        Self::ValidThrough,
        Self::Status,
        Self::Youth,
    ];

    /// The canonical name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardNumber => "card_number",
            Self::Organisation => "organisation",
            Self::Surname => "surname",
            Self::GivenName => "given_name",
            Self::Patronymic => "patronymic",
            Self::FullName => "full_name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::MemberSince => "member_since",
            Self::ValidThrough => "valid_through",
            Self::Status => "status",
            Self::Youth => "youth",
        }
    }

    /// The name to show to people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::CardNumber => "Номер билета",
            Self::Organisation => "Организация",
            Self::Surname => "Фамилия",
            Self::GivenName => "Имя",
            Self::Patronymic => "Отчество",
            Self::FullName => "ФИО",
            Self::Phone => "Телефон",
            Self::Email => "Электронная почта",
            Self::MemberSince => "Дата вступления",
            Self::ValidThrough => "Действует до",
            Self::Status => "Статус",
            Self::Youth => "Молодёжь",
        }
    }

    /// Other titles that mean the same, as they are compared.
    const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::CardNumber => &["билет", "номер"],
            Self::Organisation => &["ппо", "первичная организация"],
            Self::Email => &["e-mail", "почта"],
            Self::MemberSince => &["в профсоюзе с"],
            _ => &[],
        }
    }

    fn titled(title: &str) -> Option<Self> {
        let title = folded(title);
        Self::ALL.into_iter().find(|column| {
            title == folded(column.name())
                || title == folded(column.title())
                || column.synonyms().contains(&title.as_str())
        })
    }
}

/// The columns of a file, in its order; all that are required, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// Reads the header. Titles end where only empty ones follow, as spreadsheets leave them.
    ///
    /// # Errors
    /// `NotCsv` if no title is known: it may be a member, who must not be shown in a message. Then
    /// `UnknownColumn`, `DuplicateColumn` or `MissingColumn`.
    pub fn read(header: &StringRecord) -> Result<Self, RosterProblem> {
        let known: Vec<_> = header
            .iter()
            .take(width(header))
            .map(Column::titled)
            .collect();
        if known.iter().all(Option::is_none) {
            return Err(RosterProblem::NotCsv);
        }
        let mut columns = Vec::with_capacity(known.len());
        for (column, title) in known.into_iter().zip(header) {
            columns.push(column.ok_or_else(|| unknown(title))?);
        }
        refuse_repeated(&columns)?;
        refuse_incomplete(&columns)?;
        Ok(Self(columns))
    }

    /// Whether the file has that column.
    pub fn has(&self, column: Column) -> bool {
        self.0.contains(&column)
    }

    /// What a line holds in that column; nothing if the file lacks it.
    pub fn cell<'r>(&self, cells: &'r StringRecord, column: Column) -> &'r str {
        let place = self.0.iter().position(|placed| *placed == column);
        place.and_then(|place| cells.get(place)).unwrap_or_default()
    }

    /// How many columns there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Where a line breaks off, or the last column when it goes on behind it; `None` if it fits.
    pub fn misfit(&self, cells: &StringRecord) -> Option<Column> {
        let missing = self.0.get(cells.len()).copied();
        missing.or_else(|| {
            self.0
                .last()
                .copied()
                .filter(|_| width(cells) > self.count())
        })
    }
}

/// The cells up to the last that holds something.
fn width(cells: &StringRecord) -> usize {
    let filled = cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
    filled.last().map_or(0, |(place, _)| place + 1)
}

fn unknown(title: &str) -> RosterProblem {
    RosterProblem::UnknownColumn(tidy(title).chars().take(LONGEST_SHOWN_TITLE).collect())
}

fn refuse_repeated(columns: &[Column]) -> Result<(), RosterProblem> {
    let names_are_whole = columns.contains(&Column::FullName);
    for (place, column) in columns.iter().enumerate() {
        let is_repeated = columns.iter().skip(place + 1).any(|other| other == column);
        let is_part_of_name = matches!(
            column,
            Column::Surname | Column::GivenName | Column::Patronymic
        );
        if is_repeated || (names_are_whole && is_part_of_name) {
            return Err(RosterProblem::DuplicateColumn(*column));
        }
    }
    Ok(())
}

fn refuse_incomplete(columns: &[Column]) -> Result<(), RosterProblem> {
    let names: &[Column] = if columns.contains(&Column::FullName) {
        &[]
    } else {
        &[Column::Surname, Column::GivenName]
    };
    let others = [
        Column::CardNumber,
        Column::Organisation,
        Column::MemberSince,
    ];
    match others
        .iter()
        .chain(names)
        .find(|one| !columns.contains(one))
    {
        Some(missing) => Err(RosterProblem::MissingColumn(*missing)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(titles: &[&str]) -> Result<Columns, RosterProblem> {
        Columns::read(&StringRecord::from(titles.to_vec()))
    }

    #[test]
    fn titles_are_known_in_both_languages() {
        for (titles, column) in [
            (
                ["card_number", " Номер  билета", "БИЛЕТ", "номер"].as_slice(),
                Column::CardNumber,
            ),
            (
                &[
                    "organisation",
                    "Организация",
                    "ППО",
                    "первичная_организация",
                ],
                Column::Organisation,
            ),
            (&["surname", "Фамилия"], Column::Surname),
            (&["Given Name", "Имя"], Column::GivenName),
            (&["patronymic", "Отчество"], Column::Patronymic),
            (&["full_name", "ФИО"], Column::FullName),
            (&["phone", "Телефон"], Column::Phone),
            (
                &["email", "E-mail", "Почта", "Электронная\nпочта"],
                Column::Email,
            ),
            (
                &["member_since", "В профсоюзе с", "Дата вступления"],
                Column::MemberSince,
            ),
            (&["valid_through", "Действует до"], Column::ValidThrough),
            (&["status", "Статус"], Column::Status),
            (&["youth", "Молодёжь", "молодежь"], Column::Youth),
        ] {
            for title in titles {
                assert_eq!(Column::titled(title), Some(column), "{title}");
            }
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_with_empty_ones_behind() {
        let columns = read(&["ФИО", "Дата вступления", "ППО", "Билет", "", " "]).unwrap();
        assert_eq!(columns.count(), 4);
        let cells = StringRecord::from(vec!["Иванов Иван", "2020-01-31", "ppo", "7"]);
        assert_eq!(columns.cell(&cells, Column::CardNumber), "7");
        assert_eq!(columns.cell(&cells, Column::Phone), "");
    }

    #[test]
    fn unknown_columns_are_named() {
        let outcome = read(&["ФИО", "Паспорт ", "ППО", "Билет", "Дата вступления"]);
        let problem = outcome.unwrap_err();
        assert_eq!(problem, RosterProblem::UnknownColumn("Паспорт".to_owned()));
        assert_eq!(problem.code(), "UNKNOWN_COLUMN");
        assert!(problem.message().contains("«Паспорт»"));
        let untitled = read(&["ФИО", "", "ППО", "Билет", "Дата вступления"]).unwrap_err();
        assert_eq!(untitled, RosterProblem::UnknownColumn(String::new()));
        let endless = read(&["ФИО", &"ж".repeat(1000)]).unwrap_err();
        assert_eq!(endless, RosterProblem::UnknownColumn("ж".repeat(60)));
    }

    #[test]
    fn a_member_in_place_of_the_header_is_not_shown() {
        let outcome = read(&["123", "ppo", "Иванов", "Иван", "2020-01-31"]);
        assert_eq!(outcome, Err(RosterProblem::NotCsv));
    }

    #[test]
    fn the_same_is_not_said_twice() {
        let twice = read(&["Билет", "ППО", "ФИО", "Дата вступления", "номер"]);
        assert_eq!(
            twice,
            Err(RosterProblem::DuplicateColumn(Column::CardNumber))
        );
        let names = read(&["Билет", "ППО", "ФИО", "Дата вступления", "Имя"]);
        assert_eq!(
            names,
            Err(RosterProblem::DuplicateColumn(Column::GivenName))
        );
    }

    #[test]
    fn required_columns_are_named() {
        let all = [
            "card_number",
            "organisation",
            "surname",
            "given_name",
            "member_since",
        ];
        assert!(read(&all).is_ok());
        for (place, missing) in [
            Column::CardNumber,
            Column::Organisation,
            Column::Surname,
            Column::GivenName,
            Column::MemberSince,
        ]
        .into_iter()
        .enumerate()
        {
            let mut titles = all.to_vec();
            titles.remove(place);
            assert_eq!(read(&titles), Err(RosterProblem::MissingColumn(missing)));
        }
    }

    #[test]
    fn lines_are_as_wide_as_the_header() {
        let columns = read(&["ФИО", "Дата вступления", "ППО", "Билет"]).unwrap();
        let misfit = |cells: &[&str]| columns.misfit(&StringRecord::from(cells.to_vec()));
        assert_eq!(misfit(&["a", "b", "c", "d"]), None);
        assert_eq!(misfit(&["a", "b", "c", "d", "", " "]), None);
        assert_eq!(
            misfit(&["a", "b", "c", "d", "", "e"]),
            Some(Column::CardNumber)
        );
        assert_eq!(misfit(&["a", "b"]), Some(Column::Organisation));
        assert_eq!(misfit(&[]), Some(Column::FullName));
    }
}

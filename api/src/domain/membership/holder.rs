//! Who holds a card: only ever in memory, and sealed in the database.

use serde::{Deserialize, Serialize};

use crate::infra::{
    error::Error,
    vault::{DataKey, Sealed},
};

/// The column that holders are sealed for, in the roster, in claims and in imports alike.
const COLUMN: &str = "membership.holder";

/// The holder of a card, as the union's office or the claimant wrote it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub surname: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    /// The card's number as it is written on it.
    pub card_number: String,
    /// E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Holder(…)")
    }
}

impl Holder {
    /// Surname, name and patronymic.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.names().collect::<Vec<_>>().join(" ")
    }

    /// What a cashier may know: `И. П. С.`
    #[must_use]
    pub fn initials(&self) -> String {
        let initial = |name: &str| name.chars().next().map(|letter| format!("{letter}."));
        self.names()
            .filter_map(initial)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What an officer sees in lists: `Иванов П. С.` would do to find somebody, so `И***в П. С.`
    #[must_use]
    pub fn masked_name(&self) -> String {
        let letters: Vec<char> = self.surname.chars().collect();
        let surname = match letters.as_slice() {
            [first, .., last] if letters.len() > 2 => format!("{first}***{last}"),
            [first, ..] => format!("{first}***"),
            [] => String::new(),
        };
        let rest = self
            .names()
            .skip(1)
            .filter_map(|name| name.chars().next())
            .map(|letter| format!(" {letter}."));
        surname + &rest.collect::<String>()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        [&self.surname, &self.given_name]
            .into_iter()
            .chain(&self.patronymic)
            .map(String::as_str)
    }

    /// Seals it under the key of the person.
    pub(super) fn seal(&self, key: &DataKey) -> Result<Sealed, Error> {
        key.seal(COLUMN, self)
    }

    /// Opens what was sealed.
    pub(super) fn open(key: &DataKey, sealed: &[u8]) -> Result<Self, Error> {
        key.open(COLUMN, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_told_of_a_name() {
        let holder = Holder {
            surname: "Иванов".into(),
            given_name: "Пётр".into(),
            patronymic: Some("Сергеевич".into()),
            card_number: "1".into(),
            phone: None,
            email: None,
        };
        assert_eq!(holder.initials(), "И. П. С.");
        assert_eq!(holder.masked_name(), "И***в П. С.");
        assert_eq!(holder.full_name(), "Иванов Пётр Сергеевич");
        let short = Holder {
            surname: "Ян".into(),
            patronymic: None,
            ..holder
        };
        assert_eq!(short.masked_name(), "Я*** П.");
    }
}

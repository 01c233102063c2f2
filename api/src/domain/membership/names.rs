//! What people are called, for those who have to know: whoever notes who came to a session.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{holder::Holder, store::roster};
use crate::{
    domain::accounts::{Accounts, list_holders},
    infra::error::Error,
};

/// A name, in full and in short.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    pub full: String,
    /// `И. П. С.`
    pub initials: String,
}

impl std::fmt::Debug for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Name(…)")
    }
}

impl Name {
    /// As somebody wants to be called.
    fn own(full: String) -> Self {
        let initial = |word: &str| word.chars().next().map(|letter| format!("{letter}."));
        let initials: Vec<String> = full.split_whitespace().filter_map(initial).collect();
        Self {
            initials: initials.join(" "),
            full,
        }
    }
}

/// The names of these accounts' holders, as their unions have them, and else as they call themselves;
/// of whom neither is known nothing is told.
///
/// # Errors
/// Whatever the database reports.
pub async fn list_names(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_ids: &[Uuid],
) -> Result<HashMap<Uuid, Name>, Error> {
    let memberships = roster::list_of_accounts(connection, account_ids).await?;
    let mut names = HashMap::new();
    for (account, person) in list_holders(connection, account_ids).await? {
        let (profile, key) = accounts.open_profile(&account, &person)?;
        let on_roster = memberships
            .iter()
            .find(|row| row.account_id == Some(account.id) && row.person_id == person.id);
        let name = match on_roster {
            Some(row) => {
                let holder = Holder::open(&key, &row.holder)?;
                Some(Name {
                    full: holder.full_name(),
                    initials: holder.initials(),
                })
            }
            None => profile.name.map(Name::own),
        };
        names.extend(name.map(|name| (account.id, name)));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_ones_own_has_initials_too() {
        let name = Name::own("Анна Петрова".into());
        assert_eq!(name.initials, "А. П.");
        assert_eq!(format!("{name:?}"), "Name(…)");
    }
}

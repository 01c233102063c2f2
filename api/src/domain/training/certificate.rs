//! A certificate's number and code. The code is signed by a key that is not in the database, over all
//! that the certificate says: whoever can only write rows can make none, and change none.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entities::{enums::RegistrationState, training_certificate};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::store::{Taught, certificates};
use crate::{
    domain::{
        accounts::Accounts,
        membership::{card_number::latin_look_alike, list_names},
    },
    infra::{
        clock::moscow_date,
        error::Error,
        vault::{Vault, equal_in_constant_time, random_digits},
    },
};

const PURPOSE: &str = "training-certificate";
/// Crockford's base 32: no I, L, O, U.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of the signature: 60 bits, which nobody tries out.
const SIGNED: usize = 12;
/// Digits of a number: the year's two, and random ones, so that nobody counts them.
const NUMBERED: usize = 10;
/// So often a number may be another's already: a hundred million are free in each year.
const TRIES: usize = 10;

/// What a check found. There is no more, and no trace of it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub course_title: String,
    /// `И. П. С.`; none: nobody knows their name.
    pub initials: Option<String>,
    pub issued_on: NaiveDate,
    pub hours: i32,
}

/// Gives a registration its certificate.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn issue(
    transaction: &impl ConnectionTrait,
    registration_id: Uuid,
    course: &Taught,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let today = moscow_date(now);
    for _ in 0..TRIES {
        let year = today.year().rem_euclid(100);
        let certificate = training_certificate::Model {
            id: Uuid::now_v7(),
            registration_id,
            number: format!("{year:02}-{}", random_digits(NUMBERED - 2)?),
            course_title: course.title.clone(),
            hours: course.hours,
            issued_on: today,
            created_at: now,
        };
        if certificates::insert(transaction, certificate).await? {
            return Ok(());
        }
    }
    Err(Error::internal("no number is free", today))
}

/// What is printed on it for whoever wants to check it: `26-04817265-ABCD-EFGH-JKMN`.
#[must_use]
pub fn code_of(vault: &Vault, certificate: &training_certificate::Model) -> String {
    let signature = signature_of(vault, certificate);
    let groups: Vec<String> = signature
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().copied().map(char::from).collect())
        .collect();
    format!("{}-{}", certificate.number, groups.join("-"))
}

fn signature_of(vault: &Vault, certificate: &training_certificate::Model) -> String {
    let text = format!(
        "{}\n{}\n{}\n{}\n{}",
        certificate.number,
        certificate.registration_id,
        certificate.hours,
        certificate.issued_on,
        certificate.course_title
    );
    let digest = vault.sign(PURPOSE, &text);
    let bits = u64::from_str_radix(digest.get(..16).unwrap_or_default(), 16).unwrap_or_default();
    (0..SIGNED)
        .filter_map(|place| {
            let index = usize::try_from((bits >> (5 * place)) & 31).ok()?;
            SIGNS.get(index).copied().map(char::from)
        })
        .collect()
}

/// The number and the signature of a code, however it was typed; `None`: it can't be one.
fn typed(text: &str) -> Option<(String, String)> {
    let signs: String = text
        .chars()
        .filter(|sign| !sign.is_whitespace() && !is_dash(*sign))
        .take(NUMBERED + SIGNED + 1)
        .map(meant)
        .collect();
    let is_code =
        signs.len() == NUMBERED + SIGNED && signs.bytes().all(|sign| SIGNS.contains(&sign));
    if !is_code {
        return None;
    }
    let (digits, signature) = signs.split_at_checked(NUMBERED)?;
    let (year, rest) = digits.split_at_checked(2)?;
    Some((format!("{year}-{rest}"), signature.to_owned()))
}

const fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '\u{2010}'..='\u{2015}')
}

/// What people type for a sign: other cases, look-alikes of digits, Cyrillic look-alikes.
fn meant(sign: char) -> char {
    match latin_look_alike(sign.to_uppercase().next().unwrap_or(sign)) {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

/// What a certificate that holds says; `None`: there is none with that code, for whatever reason.
///
/// # Errors
/// Whatever the database reports.
pub async fn check(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<Found>, Error> {
    let Some((number, signature)) = typed(code) else {
        return Ok(None);
    };
    let found = certificates::find_by_number(connection, &number).await?;
    let Some((certificate, registration)) = found else {
        return Ok(None);
    };
    let is_signed =
        equal_in_constant_time(&signature_of(&accounts.vault, &certificate), &signature);
    if !is_signed || registration.state != RegistrationState::Attended {
        return Ok(None);
    }
    let account_id = registration.account_id;
    let mut names = list_names(accounts, connection, &[account_id]).await?;
    Ok(Some(Found {
        course_title: certificate.course_title,
        initials: names.remove(&account_id).map(|name| name.initials),
        issued_on: certificate.issued_on,
        hours: certificate.hours,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::vault::MasterSecret;

    fn vault(letter: u8) -> Vault {
        Vault::new(&MasterSecret::from_bytes(&[letter; 32]).unwrap()).unwrap()
    }

    fn certificate() -> training_certificate::Model {
        training_certificate::Model {
            id: Uuid::nil(),
            registration_id: Uuid::nil(),
            number: "26-04817265".into(),
            course_title: "Госуслуги для профактива".into(),
            hours: 8,
            issued_on: "2026-12-01".parse().unwrap(),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code_of(&vault(5), &certificate());
        assert_eq!(code.len(), 26, "{code}");
        let signature = signature_of(&vault(5), &certificate());
        let read = Some(("26-04817265".to_owned(), signature));
        assert_eq!(typed(&code), read);
        let loosely = code.to_lowercase().replace('-', " – ").replace('0', "О");
        assert_eq!(typed(&loosely), read);
        let (long, joined) = (format!("{code}0"), code.replace('-', "U"));
        for none in [
            "",
            "26-04817265",
            &code[..25],
            long.as_str(),
            joined.as_str(),
        ] {
            assert_eq!(typed(none), None, "{none}");
        }
    }

    #[test]
    fn a_code_is_of_everything_that_the_certificate_says() {
        let code = code_of(&vault(5), &certificate());
        assert_ne!(code, code_of(&vault(6), &certificate()));
        let with = |change: fn(&mut training_certificate::Model)| {
            let mut other = certificate();
            change(&mut other);
            code_of(&vault(5), &other)
        };
        assert_ne!(code, with(|row| row.hours = 80));
        assert_ne!(code, with(|row| row.course_title.push('!')));
        assert_ne!(code, with(|row| row.registration_id = Uuid::max()));
        assert_ne!(
            code,
            with(|row| row.issued_on = "2026-12-02".parse().unwrap())
        );
        assert_eq!(code, with(|row| row.id = Uuid::max()));
    }
}

//! A member and an administrator to try things as. Only a development server has them.

use chrono::{DateTime, Utc};
use sea_orm::TransactionTrait;
use totp_rs::{Builder, Secret};

use crate::{
    domain::{
        accounts::{
            Accounts,
            contact::{Contact, Email, Phone},
            staff,
        },
        membership::{self, Admission},
        organisations::find_by_slug,
    },
    infra::{db::Database, error::Error, vault::random_token},
};

/// No operator gives numbers out of this range.
const MEMBER_PHONE: &str = "+79000000001";
const MEMBER_ORGANISATION: &str = "ppo-primer-shkola";
const ADMINISTRATOR_EMAIL: &str = "admin@example.ru";

/// What to sign in by.
#[derive(Clone, Debug)]
pub struct DemoPeople {
    /// Its codes come in the log.
    pub member_phone: &'static str,
    pub administrator_email: &'static str,
    pub administrator_password: String,
    /// For an app of one-time codes, base32.
    pub administrator_totp: String,
}

/// Makes both; `None`: they are there already.
///
/// # Errors
/// Whatever the database reports.
pub async fn seed_people(
    accounts: &Accounts,
    database: &Database,
    now: DateTime<Utc>,
) -> Result<Option<DemoPeople>, Error> {
    let unusable = |problem| Error::internal("a demo contact does not read", problem);
    let phone = Contact::Phone(Phone::parse(MEMBER_PHONE).map_err(unusable)?);
    let email = Email::parse(ADMINISTRATOR_EMAIL).map_err(unusable)?;
    if accounts.is_known(database.reader(), &phone).await? {
        return Ok(None);
    }
    let Some(organisation) = find_by_slug(database.reader(), MEMBER_ORGANISATION).await? else {
        return Ok(None);
    };
    let transaction = database.writer().begin().await?;
    let account = accounts.create(&transaction, &phone, None, now).await?;
    let admission = Admission {
        organisation_id: organisation.id,
        card_number: "ДЕМО-0001".into(),
        surname: "Примерова".into(),
        given_name: "Анна".into(),
        patronymic: Some("Ивановна".into()),
        phone: MEMBER_PHONE.into(),
        member_since: "2020-09-01".parse().unwrap_or_default(),
    };
    membership::admit(accounts, &transaction, &account, admission, now).await?;
    transaction.commit().await?;
    let (password, totp) = make_administrator(accounts, database, &email, now).await?;
    Ok(Some(DemoPeople {
        member_phone: MEMBER_PHONE,
        administrator_email: ADMINISTRATOR_EMAIL,
        administrator_password: password,
        administrator_totp: totp,
    }))
}

/// By the way that everybody of staff goes: invitation, password, second factor.
async fn make_administrator(
    accounts: &Accounts,
    database: &Database,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<(String, String), Error> {
    let refused = |code| Error::internal("the demo administrator is refused", code);
    let token = staff::create_first(accounts, database, email, now).await?;
    let password = random_token()?;
    let device = staff::Device::default();
    let opened = staff::set_up(accounts, database, &token, &password, device, now)
        .await?
        .map_err(refused)?;
    let (account_id, session_id) = (opened.session.account_id, opened.session.id);
    let enrolment = staff::enrol_totp(accounts, database, account_id, now)
        .await?
        .map_err(refused)?;
    let code = code_of(&enrolment.secret, now)?;
    staff::confirm_totp(accounts, database, (account_id, session_id), &code, now)
        .await?
        .map_err(refused)?;
    Ok((password, enrolment.secret))
}

fn code_of(secret: &str, now: DateTime<Utc>) -> Result<String, Error> {
    let unreadable = |cause| Error::internal("a TOTP seed does not read", cause);
    let secret = Secret::try_from_base32(secret).map_err(unreadable)?;
    let generator = Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|cause| Error::internal("a TOTP generator can't be made", cause))?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Ok(generator.generate(seconds).to_string())
}

//! Entering an account's holder into a roster: by an approved claim, or, in the demonstration, without
//! one.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account,
    enums::{MembershipSource, MembershipStatus},
    membership,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    card_number::CardNumber,
    claims::{new_serial, number_lookup},
    holder::Holder,
    store::roster,
};
use crate::{
    domain::{accounts::Accounts, organisations::find_issuer},
    infra::{error::Error, vault::Sealed},
};

/// Who enters, where, with which card.
pub struct Admission {
    pub organisation_id: Uuid,
    pub card_number: String,
    pub surname: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    /// E.164.
    pub phone: String,
    pub member_since: NaiveDate,
}

/// Enters an account's holder in the caller's transaction.
///
/// # Errors
/// Whatever the database reports, or that the organisation belongs to no union.
pub async fn admit(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    account: &account::Model,
    admission: Admission,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let issuer = find_issuer(transaction, admission.organisation_id)
        .await?
        .ok_or_else(|| Error::internal("no union issues cards", admission.organisation_id))?;
    let number = CardNumber::parse(&admission.card_number)
        .map_err(|problem| Error::internal("a card's number does not read", problem))?;
    let key = accounts.data_key(transaction, account.person_id).await?;
    let holder = Holder {
        surname: admission.surname,
        given_name: admission.given_name,
        patronymic: admission.patronymic,
        card_number: number.display().to_owned(),
        phone: Some(admission.phone),
        email: None,
    };
    let place = Place {
        issuer_id: issuer.id,
        organisation_id: admission.organisation_id,
        number_lookup: number_lookup(&accounts.vault, issuer.id, &number),
        holder: holder.seal(&key)?,
        member_since: admission.member_since,
        valid_through: None,
    };
    enter(transaction, account, place, now).await?;
    Ok(())
}

/// A place in a union's roster that somebody approved.
pub struct Place {
    pub issuer_id: Uuid,
    pub organisation_id: Uuid,
    pub number_lookup: String,
    /// Sealed under the account's own person.
    pub holder: Sealed,
    pub member_since: NaiveDate,
    pub valid_through: Option<NaiveDate>,
}

/// Writes an account's place in the caller's transaction, and returns the membership's id.
///
/// # Errors
/// Whatever the database reports.
pub async fn enter(
    transaction: &impl ConnectionTrait,
    account: &account::Model,
    place: Place,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let row = membership::Model {
        id,
        person_id: account.person_id,
        account_id: Some(account.id),
        issuer_id: place.issuer_id,
        organisation_id: place.organisation_id,
        number_lookup: place.number_lookup,
        phone_lookup: account.phone_lookup.clone(),
        holder: place.holder,
        content_mac: String::new(),
        status: MembershipStatus::Active,
        sealed_status_reason: None,
        source: MembershipSource::Approval,
        member_since: place.member_since,
        valid_through: place.valid_through,
        is_youth: false,
        card_serial: new_serial()?,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    roster::insert(transaction, row).await?;
    Ok(id)
}

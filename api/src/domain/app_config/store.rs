//! All SQL of consent texts.

use chrono::NaiveDate;
use entities::consent_document;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::digest::sha256_hex;

/// The newest text of each purpose that is in force on that Moscow day.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_current_consents(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<consent_document::Model>, DbErr> {
    let mut documents = consent_document::Entity::find()
        .filter(consent_document::Column::EffectiveFrom.lte(today))
        .order_by_asc(consent_document::Column::Purpose)
        .order_by_desc(consent_document::Column::Version)
        .all(connection)
        .await?;
    documents.dedup_by(|later, first| later.purpose == first.purpose);
    Ok(documents)
}

/// A version of a consent text to be kept.
#[derive(Clone, Debug)]
pub struct NewConsent {
    pub id: Uuid,
    pub purpose: String,
    pub version: i32,
    pub title: String,
    pub text: String,
    pub effective_from: NaiveDate,
    pub is_demo: bool,
}

/// Keeps a version. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_consent(
    connection: &impl ConnectionTrait,
    new: NewConsent,
) -> Result<bool, DbErr> {
    consent_document::Entity::insert(consent_document::ActiveModel {
        id: Set(new.id),
        purpose: Set(new.purpose),
        version: Set(new.version),
        title: Set(new.title),
        text_hash: Set(sha256_hex(&new.text)),
        text: Set(new.text),
        effective_from: Set(new.effective_from),
        is_demo: Set(new.is_demo),
    })
    .on_conflict(
        OnConflict::column(consent_document::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|written| written > 0)
}

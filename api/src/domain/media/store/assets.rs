//! Pictures and what they were made of.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::ImageFormat, media_asset};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{delete_row, fetch_rows, lock_row, row};

row! {
    /// What is needed to show a picture; small enough to be joined to every list and stored in texts.
    #[derive(PartialEq, Eq, Serialize, Deserialize)]
    pub struct Picture of media_asset {
        pub id: Uuid,
        pub format: ImageFormat,
        pub checksum: String,
        pub width: i32,
        pub height: i32,
        pub alt: String,
        pub blur_hash: String,
        pub credit: Option<String>,
    }
}

impl From<&media_asset::Model> for Picture {
    fn from(row: &media_asset::Model) -> Self {
        Self {
            id: row.id,
            format: row.format,
            checksum: row.checksum.clone(),
            width: row.width,
            height: row.height,
            alt: row.alt.clone(),
            blur_hash: row.blur_hash.clone(),
            credit: row.credit.clone(),
        }
    }
}

/// Whose a picture is and what it was made of.
#[derive(Clone, Debug, Default)]
pub struct NewAsset {
    pub is_demo: bool,
    pub organisation_id: Option<Uuid>,
    /// The pseudonym of who uploaded it.
    pub uploaded_by: Option<String>,
    /// SHA-256 of the file as it came.
    pub source_checksum: Option<String>,
    /// Of the file as it came.
    pub bytes: i64,
    pub original_name: Option<String>,
}

/// Keeps a picture whose files are in place. A second insert of the same asset, or of the same file in
/// the same organisation, changes nothing.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_asset(
    connection: &impl ConnectionTrait,
    picture: &Picture,
    new: NewAsset,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let picture = picture.clone();
    media_asset::Entity::insert(media_asset::ActiveModel {
        id: Set(picture.id),
        format: Set(picture.format),
        checksum: Set(picture.checksum),
        width: Set(picture.width),
        height: Set(picture.height),
        alt: Set(picture.alt),
        blur_hash: Set(picture.blur_hash),
        credit: Set(picture.credit),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        organisation_id: Set(new.organisation_id),
        uploaded_by: Set(new.uploaded_by),
        source_checksum: Set(new.source_checksum),
        bytes: Set(new.bytes),
        original_name: Set(new.original_name),
        version: Set(1),
        updated_at: Set(None),
        unused_since_at: Set(None),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

/// A picture with all its columns.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_asset(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<media_asset::Model>, DbErr> {
    media_asset::Entity::find_by_id(id).one(connection).await
}

/// The pictures of these ids, as far as there are such.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_pictures(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Picture>, DbErr> {
    let select =
        media_asset::Entity::find().filter(media_asset::Column::Id.is_in(ids.iter().copied()));
    let pictures: Vec<Picture> = fetch_rows(connection, select).await?;
    Ok(pictures
        .into_iter()
        .map(|picture| (picture.id, picture))
        .collect())
}

/// What an organisation's staff made of the same file before.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_by_source(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    source_checksum: &str,
) -> Result<Option<media_asset::Model>, DbErr> {
    media_asset::Entity::find()
        .filter(media_asset::Column::OrganisationId.eq(organisation_id))
        .filter(media_asset::Column::SourceChecksum.eq(source_checksum))
        .one(connection)
        .await
}

/// How many bytes somebody has uploaded since then.
///
/// # Errors
/// Whatever the driver reports.
pub async fn uploaded_bytes(
    connection: &impl ConnectionTrait,
    uploaded_by: &str,
    since: DateTime<Utc>,
) -> Result<i64, DbErr> {
    // A few dozen rows at most: a SUM would be of another type on each database.
    let bytes: Vec<i64> = media_asset::Entity::find()
        .select_only()
        .column(media_asset::Column::Bytes)
        .filter(media_asset::Column::UploadedBy.eq(uploaded_by))
        .filter(media_asset::Column::CreatedAt.gt(since))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(bytes.into_iter().sum())
}

/// Holds a picture's row until the transaction ends, and reads it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn lock_asset(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<media_asset::Model>, DbErr> {
    lock_row::<media_asset::Entity>(transaction, id).await
}

/// Writes the texts of a picture that the caller holds locked.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_texts(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    alt: &str,
    credit: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use media_asset::Column;
    media_asset::Entity::update_many()
        .col_expr(Column::Alt, Expr::value(alt))
        .col_expr(Column::Credit, Expr::value(credit.map(str::to_owned)))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Deletes the row. Its files are the caller's to sweep.
///
/// # Errors
/// Whatever the driver reports, a text that has just begun to show it included.
pub async fn delete_asset(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<media_asset::Entity>(transaction, id).await
}

//! All SQL of pictures.

use chrono::{DateTime, Utc};
use entities::{enums::ImageFormat, media_asset};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::row;

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

/// Keeps a picture whose files are in place. A second insert of the same asset changes nothing.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_asset(
    connection: &impl ConnectionTrait,
    picture: &Picture,
    is_demo: bool,
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
        is_demo: Set(is_demo),
        created_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(media_asset::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

//! Where content stood on the site that it was brought from: such an address leads on once readers may
//! know of the content, and says nothing before.

use chrono::{DateTime, Utc};
use entities::{
    content,
    enums::{ContentKind, ContentState},
    old_address,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::auth::Audience;

/// An address of another site, as `route` asks for it: the host in lower case, the path without a slash
/// at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldAddress {
    pub host: String,
    pub path: String,
}

/// Remembers where a piece of content stood. An address that leads somewhere already goes on leading
/// there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn remember_address(
    transaction: &impl ConnectionTrait,
    address: &OldAddress,
    content_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use old_address::Column;
    old_address::Entity::insert(old_address::ActiveModel {
        host: Set(address.host.clone()),
        path: Set(address.path.clone()),
        content_id: Set(content_id),
        created_at: Set(now),
    })
    .on_conflict(
        OnConflict::columns([Column::Host, Column::Path])
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

/// What stood at an address once: its kind and its slug, for those who see it now or may learn that it
/// was withdrawn.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_moved_in(
    connection: &impl ConnectionTrait,
    host: &str,
    path: &str,
    audience: &Audience,
) -> Result<Option<(ContentKind, String)>, DbErr> {
    let Some(old) = old_address::Entity::find_by_id((host.to_owned(), path.to_owned()))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    content::Entity::find_by_id(old.content_id)
        .select_only()
        .column(content::Column::Kind)
        .column(content::Column::Slug)
        .filter(content::Column::State.is_in([ContentState::Published, ContentState::Withdrawn]))
        .filter(audience.admits(content::Column::AudienceId))
        .into_tuple()
        .one(connection)
        .await
}

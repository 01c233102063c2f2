//! All SQL of staff's side of pictures.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{benefit, enums::ContentKind, media_asset, news_article, organisation, partner};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, LikeExpr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        content::object_type,
        media::is_shown,
        organisations::{is_within, within_reach},
    },
    infra::{
        auth::Reach,
        db::{Change, Page, Position, Slice, keyset},
    },
};

/// Readers whose copies hear of a changed cover at once. The others' caches are marked stale all the
/// same.
const MOST_CHANGES: u64 = 1000;

/// Which pictures a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct AssetCriteria {
    pub organisation_id: Option<Uuid>,
    /// Part of a description, a credit or a file's name.
    pub words: Option<String>,
    /// Only what nothing shows.
    pub unused: bool,
}

/// Where a picture stands in lists: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssetPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for AssetPosition {
    const LIST: &'static str = "mediaAssets";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &AssetCriteria,
    page: &Page<AssetPosition>,
) -> Result<Slice<media_asset::Model>, DbErr> {
    use media_asset::Column;
    let select = keyset(
        matching(reach, criteria),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &AssetCriteria,
) -> Result<u64, DbErr> {
    matching(reach, criteria).count(connection).await
}

fn matching(reach: &Reach, criteria: &AssetCriteria) -> Select<media_asset::Entity> {
    use media_asset::Column;
    let mut select =
        media_asset::Entity::find().filter(within_reach(reach, Column::OrganisationId));
    if let Some(id) = criteria.organisation_id {
        select = select.filter(is_within(Column::OrganisationId, id, true));
    }
    if let Some(words) = &criteria.words {
        let holds = || LikeExpr::new(format!("%{}%", escaped(words))).escape('!');
        let any = Column::Alt
            .like(holds())
            .or(Column::Credit.like(holds()))
            .or(Column::OriginalName.like(holds()));
        select = select.filter(any);
    }
    if criteria.unused {
        select = select.filter(is_shown().not());
    }
    select
}

/// What a pattern would read as its own signs.
fn escaped(words: &str) -> String {
    words
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

/// Pictures that nothing has shown since before that instant, longest first.
pub async fn list_unused(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    most: u64,
) -> Result<Vec<Uuid>, DbErr> {
    use media_asset::Column;
    media_asset::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UnusedSinceAt.lt(before))
        .filter(Column::IsDemo.eq(false))
        .order_by_asc(Column::UnusedSinceAt)
        .limit(most)
        .into_tuple()
        .all(connection)
        .await
}

/// What readers see changed when the texts of a picture do: what has it as its cover, and the cache
/// tags that stand for all of it.
pub async fn list_showing(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(Vec<Change>, Vec<&'static str>), DbErr> {
    let news: HashMap<Uuid, Uuid> = covered::<news_article::Entity>(
        connection,
        (news_article::Column::Id, news_article::Column::AudienceId),
        news_article::Column::CoverId.eq(id),
    )
    .await?;
    let benefits: HashMap<Uuid, Uuid> = covered::<benefit::Entity>(
        connection,
        (benefit::Column::Id, benefit::Column::AudienceId),
        benefit::Column::CoverId.eq(id),
    )
    .await?;
    let mut tags = Vec::new();
    if !news.is_empty() {
        tags.push("news");
    }
    if !benefits.is_empty() || has_logo_of_partner(connection, id).await? {
        tags.push("benefits");
    }
    if has_logo_of_organisation(connection, id).await? {
        tags.push("organisations");
    }
    let as_changes = |kind, rows: HashMap<Uuid, Uuid>| {
        rows.into_iter()
            .map(move |(object_id, audience_id)| Change {
                object_type: object_type(kind),
                object_id,
                audience_before: Some(audience_id),
                audience_after: Some(audience_id),
            })
    };
    let changes = as_changes(ContentKind::NewsArticle, news)
        .chain(as_changes(ContentKind::Benefit, benefits))
        .collect();
    Ok((changes, tags))
}

async fn covered<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    (id, audience_id): (E::Column, E::Column),
    has_cover: Expr,
) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let rows: Vec<(Uuid, Uuid)> = E::find()
        .select_only()
        .column(id)
        .column(audience_id)
        .filter(has_cover)
        .limit(MOST_CHANGES)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn has_logo_of_partner(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = partner::Entity::find()
        .filter(partner::Column::LogoId.eq(id))
        .count(connection)
        .await?;
    Ok(found > 0)
}

async fn has_logo_of_organisation(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<bool, DbErr> {
    let found = organisation::Entity::find()
        .filter(organisation::Column::LogoId.eq(id))
        .count(connection)
        .await?;
    Ok(found > 0)
}

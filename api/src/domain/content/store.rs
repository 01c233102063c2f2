//! SQL over what all content shares.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::{
    content, content_relation, content_revision,
    enums::{ContentKind, ContentState},
    published_object, redirect, slug_history,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, sea_query::Expr,
};
use uuid::Uuid;

use crate::infra::auth::Audience;

/// Content that was taken back, as those who could see it may learn.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    pub explanation: Option<String>,
    pub replacement: Option<(ContentKind, Uuid)>,
}

/// Where an old address leads.
#[derive(Clone, Debug)]
pub struct Redirected {
    pub target: String,
    pub is_permanent: bool,
}

/// Which of the content exists already, by id.
///
/// # Errors
/// Whatever the driver reports.
pub async fn existing_ids(
    connection: &impl ConnectionTrait,
    kind: ContentKind,
) -> Result<HashSet<Uuid>, DbErr> {
    let ids: Vec<Uuid> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(content::Column::Kind.eq(kind))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().collect())
}

/// Where these pieces of content are on their way; those that are gone are left out.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_states(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, ContentState>, DbErr> {
    let states: Vec<(Uuid, ContentState)> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .column(content::Column::State)
        .filter(content::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(states.into_iter().collect())
}

/// How many bytes the published text of each piece of content has.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_weights(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let weights: Vec<(Uuid, i32)> = content_revision::Entity::find()
        .select_only()
        .column(content_revision::Column::ContentId)
        .expr(Expr::cust("octet_length(CAST(document AS text))"))
        .filter(
            content_revision::Column::Id.in_subquery(
                content::Entity::find()
                    .select_only()
                    .column(content::Column::PublishedRevisionId)
                    .filter(content::Column::Id.is_in(ids.iter().copied()))
                    .into_query(),
            ),
        )
        .into_tuple()
        .all(connection)
        .await?;
    let weight = |(id, bytes)| (id, u64::try_from(bytes).unwrap_or_default());
    Ok(weights.into_iter().map(weight).collect())
}

/// Published content and where it stands.
#[derive(Clone, Debug)]
pub struct AddressedContent {
    pub kind: ContentKind,
    pub slug: String,
    pub updated_at: DateTime<Utc>,
}

/// A stretch of the numbers of changes, as long as all others, that holds something.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Stretch {
    /// Which one, from zero.
    pub number: i64,
    pub modified_at: DateTime<Utc>,
}

/// How much content this audience sees, counted no further than `most`.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_addresses(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    most: u64,
) -> Result<u64, DbErr> {
    addressed(audience).limit(most).count(connection).await
}

/// The addresses of the content whose last changes are numbered above the first bound and up to the
/// second, in that order.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_addresses(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    (above, through): (i64, i64),
) -> Result<Vec<AddressedContent>, DbErr> {
    let rows: Vec<(ContentKind, String, DateTime<Utc>)> = addressed(audience)
        .select_only()
        .column(content::Column::Kind)
        .column(content::Column::Slug)
        .column(content::Column::UpdatedAt)
        .filter(published_object::Column::Seq.gt(above))
        .filter(published_object::Column::Seq.lte(through))
        .order_by_asc(published_object::Column::Seq)
        .into_tuple()
        .all(connection)
        .await?;
    let addressed = |(kind, slug, updated_at)| AddressedContent {
        kind,
        slug,
        updated_at,
    };
    Ok(rows.into_iter().map(addressed).collect())
}

/// The stretches of that length which hold content that this audience sees.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_stretches(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    length: u64,
) -> Result<Vec<Stretch>, DbErr> {
    let number = || Expr::cust(format!("(published_object.seq - 1) / {length}"));
    addressed(audience)
        .select_only()
        .column_as(number(), "number")
        .column_as(content::Column::UpdatedAt.max(), "modified_at")
        .group_by(number())
        .order_by_asc(number())
        .into_model()
        .all(connection)
        .await
}

fn addressed(audience: &Audience) -> Select<content::Entity> {
    let published = content::Entity::belongs_to(published_object::Entity)
        .from(content::Column::Id)
        .to(published_object::Column::ObjectId)
        .into();
    content::Entity::find()
        .join(JoinType::InnerJoin, published)
        .filter(audience.admits(published_object::Column::AudienceId))
}

/// The withdrawal behind an address, for a viewer who could see the content.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_withdrawal(
    connection: &impl ConnectionTrait,
    kind: ContentKind,
    slug: &str,
    audience: &Audience,
) -> Result<Option<Withdrawal>, DbErr> {
    let withdrawn = content::Entity::find()
        .filter(content::Column::Kind.eq(kind))
        .filter(content::Column::Slug.eq(slug))
        .filter(content::Column::State.eq(ContentState::Withdrawn))
        .filter(audience.admits(content::Column::AudienceId))
        .one(connection)
        .await?;
    let Some(withdrawn) = withdrawn else {
        return Ok(None);
    };
    let replacement = match withdrawn.withdrawal_replacement_id {
        Some(id) => content::Entity::find_by_id(id).one(connection).await?,
        None => None,
    };
    Ok(Some(Withdrawal {
        explanation: withdrawn.withdrawal_explanation,
        replacement: replacement.map(|content| (content.kind, content.id)),
    }))
}

/// The slug that content has now, by one it had before; only for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_retired(
    connection: &impl ConnectionTrait,
    kind: ContentKind,
    slug: &str,
    audience: &Audience,
) -> Result<Option<String>, DbErr> {
    let Some(retired) = slug_history::Entity::find_by_id((kind, slug.to_owned()))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    content::Entity::find_by_id(retired.content_id)
        .select_only()
        .column(content::Column::Slug)
        .filter(content::Column::State.eq(ContentState::Published))
        .filter(audience.admits(content::Column::AudienceId))
        .into_tuple()
        .one(connection)
        .await
}

/// The redirect of an address of the old portal.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_redirect(
    connection: &impl ConnectionTrait,
    host: &str,
    path: &str,
) -> Result<Option<Redirected>, DbErr> {
    let found = redirect::Entity::find()
        .filter(redirect::Column::Host.eq(host))
        .filter(redirect::Column::Path.eq(path))
        .one(connection)
        .await?;
    Ok(found.map(|row| Redirected {
        target: row.target,
        is_permanent: row.is_permanent,
    }))
}

/// The addresses of these pieces of content that this audience sees, or saw until they were taken back.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_slugs(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (ContentKind, String)>, DbErr> {
    let shown = [
        ContentState::Published,
        ContentState::Archived,
        ContentState::Withdrawn,
    ];
    let rows: Vec<(Uuid, ContentKind, String)> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .column(content::Column::Kind)
        .column(content::Column::Slug)
        .filter(content::Column::Id.is_in(ids.iter().copied()))
        .filter(content::Column::State.is_in(shown))
        .filter(audience.admits(content::Column::AudienceId))
        .into_tuple()
        .all(connection)
        .await?;
    let keyed = rows.into_iter().map(|(id, kind, slug)| (id, (kind, slug)));
    Ok(keyed.collect())
}

/// Points content to other content, in that order.
///
/// # Errors
/// Whatever the driver reports.
pub async fn relate(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
    kind: ContentKind,
    related_ids: &[Uuid],
) -> Result<(), DbErr> {
    if related_ids.is_empty() {
        return Ok(());
    }
    let mut named = HashSet::new();
    let once = related_ids.iter().filter(|id| named.insert(**id));
    let rows = (0..)
        .zip(once)
        .map(|(position, related_id)| content_relation::ActiveModel {
            content_id: Set(content_id),
            related_id: Set(*related_id),
            related_kind: Set(kind),
            position: Set(position),
        });
    content_relation::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// Points content of a kind to other content anew, in that order.
///
/// # Errors
/// Whatever the driver reports.
pub async fn relate_anew(
    transaction: &impl ConnectionTrait,
    content_id: Uuid,
    kind: ContentKind,
    related_ids: &[Uuid],
) -> Result<(), DbErr> {
    content_relation::Entity::delete_many()
        .filter(content_relation::Column::ContentId.eq(content_id))
        .filter(content_relation::Column::RelatedKind.eq(kind))
        .exec(transaction)
        .await?;
    relate(transaction, content_id, kind, related_ids).await
}

pub(super) async fn list_related(
    connection: &impl ConnectionTrait,
    kind: ContentKind,
    content_ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<Uuid>>, DbErr> {
    let rows = content_relation::Entity::find()
        .filter(content_relation::Column::RelatedKind.eq(kind))
        .filter(content_relation::Column::ContentId.is_in(content_ids))
        .order_by_asc(content_relation::Column::Position)
        .all(connection)
        .await?;
    let mut related: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        related
            .entry(row.content_id)
            .or_default()
            .push(row.related_id);
    }
    Ok(related)
}

/// How much content, published or not, an organisation has.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_content_of(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    content::Entity::find()
        .filter(content::Column::OrganisationId.eq(organisation_id))
        .count(connection)
        .await
}

//! What official pages answered, what their sites let programs ask for, and whose turn it is to ask.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::GuideProbeResult,
    guide_probe::{self, Column},
    guide_probe_site, guide_probe_turn, service_guide,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::infra::db::upsert_rows;

/// The one row of turns.
const TURN: i32 = 1;

/// Takes the turn until that instant; `false`: somebody else has it, or the pause lasts.
pub async fn take_turn(
    connection: &impl ConnectionTrait,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use guide_probe_turn::Column;
    let is_free = Condition::any()
        .add(Column::FreeAt.is_null())
        .add(Column::FreeAt.lte(now));
    let taken = guide_probe_turn::Entity::update_many()
        .col_expr(Column::FreeAt, Expr::value(until))
        .filter(Column::Id.eq(TURN))
        .filter(is_free)
        .exec(connection)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Says when the next turn may begin. As the first statement of a transaction it keeps others from
/// writing what the turn is about.
pub async fn end_turn(
    connection: &impl ConnectionTrait,
    free_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    use guide_probe_turn::Column;
    guide_probe_turn::Entity::update_many()
        .col_expr(Column::FreeAt, Expr::value(free_at))
        .filter(Column::Id.eq(TURN))
        .exec(connection)
        .await
        .map(|_| ())
}

/// A look at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// In Moscow.
    pub day: NaiveDate,
    pub result: GuideProbeResult,
    /// Looks in a row without an answer.
    pub failures: i32,
}

/// The addresses of published guides, each with the last look at it.
pub async fn list_addresses(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(String, Option<Look>)>, DbErr> {
    let addresses: Vec<String> = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::OfficialUrl)
        .distinct()
        .order_by_asc(service_guide::Column::OfficialUrl)
        .into_tuple()
        .all(connection)
        .await?;
    let looks: Vec<(String, NaiveDate, GuideProbeResult, i32)> = guide_probe::Entity::find()
        .select_only()
        .columns([
            Column::Url,
            Column::CheckedOn,
            Column::Result,
            Column::Failures,
        ])
        .order_by_asc(Column::CheckedOn)
        .into_tuple()
        .all(connection)
        .await?;
    let look = |(url, day, result, failures)| {
        (
            url,
            Look {
                day,
                result,
                failures,
            },
        )
    };
    // Several guides lead to one address: the last look counts.
    let mut last: HashMap<String, Look> = looks.into_iter().map(look).collect();
    let with_look = |address: String| {
        let look = last.remove(&address);
        (address, look)
    };
    Ok(addresses.into_iter().map(with_look).collect())
}

/// The published guides with that address.
pub async fn list_guides_at(
    connection: &impl ConnectionTrait,
    url: &str,
) -> Result<Vec<Uuid>, DbErr> {
    service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Id)
        .filter(service_guide::Column::OfficialUrl.eq(url))
        .into_tuple()
        .all(connection)
        .await
}

/// What the pages of these guides answered last.
pub async fn list_probes(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<guide_probe::Model>, DbErr> {
    guide_probe::Entity::find()
        .filter(Column::GuideId.is_in(guide_ids.iter().copied()))
        .all(connection)
        .await
}

/// By which an address that has not changed since can be asked for.
pub async fn find_etag(
    connection: &impl ConnectionTrait,
    url: &str,
) -> Result<Option<String>, DbErr> {
    let probe = guide_probe::Entity::find()
        .filter(Column::Url.eq(url))
        .filter(Column::Etag.is_not_null())
        .order_by_desc(Column::CheckedOn)
        .one(connection)
        .await?;
    Ok(probe.and_then(|probe| probe.etag))
}

/// Writes what pages answered, in place of what they answered before.
pub async fn write_probes(
    transaction: &impl ConnectionTrait,
    probes: Vec<guide_probe::Model>,
) -> Result<(), DbErr> {
    upsert_rows::<guide_probe::Entity>(transaction, probes, &[]).await
}

/// What a site lets programs ask for, as it said last.
pub async fn find_site(
    connection: &impl ConnectionTrait,
    origin: &str,
) -> Result<Option<guide_probe_site::Model>, DbErr> {
    guide_probe_site::Entity::find_by_id(origin.to_owned())
        .one(connection)
        .await
}

/// Writes what a site lets programs ask for.
pub async fn write_site(
    connection: &impl ConnectionTrait,
    site: guide_probe_site::Model,
) -> Result<(), DbErr> {
    upsert_rows::<guide_probe_site::Entity>(connection, vec![site], &[]).await
}

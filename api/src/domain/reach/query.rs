//! Root fields of reach.

use async_graphql::{Context, ID, Object};
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{store, types::ContentReachDay};
use crate::{
    domain::{accounts::may_read, editing::content_id, organisations::covers},
    infra::{
        auth::Permission,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, Now},
    },
};

/// Unless it is said otherwise, thirty days are shown, today included.
const SHOWN: TimeDelta = TimeDelta::days(29);
/// A leap year.
const MOST_DAYS: i64 = 366;

/// Root fields of reach.
#[derive(Default)]
pub struct ReachQuery;

#[Object]
impl ReachQuery {
    /// Сколько раз материал открыли, дочитали и переслали, по дням от ранних к поздним; дней, когда
    /// этого не было, в списке нет. `null` — материала нет, или править его вправе другие.
    async fn content_reach(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификатор черновика или опубликованного материала.")] id: ID,
        #[graphql(desc = "С какого дня; без указания за 30 дней. Не больше 366 дней.")]
        from: Option<Date>,
        #[graphql(desc = "По какой день; без указания по сегодняшний.")] to: Option<Date>,
    ) -> Option<Result<Vec<ContentReachDay>, Error>> {
        list_days(context, &id, from, to).await.transpose()
    }
}

async fn list_days(
    context: &Context<'_>,
    id: &ID,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<Option<Vec<ContentReachDay>>, Error> {
    let reach = may_read(context, Permission::EditContent)?;
    let id = content_id("id", id)?;
    let days = period(from, to, moscow_date(Now::of(context)))?;
    let connection = context.data_unchecked::<Database>().reader();
    let Some(organisation_id) = store::find_organisation(connection, id).await? else {
        return Ok(None);
    };
    if !covers(connection, &reach, organisation_id).await? {
        return Ok(None);
    }
    let days = store::list_days(connection, id, days).await?;
    Ok(Some(days.into_iter().map(ContentReachDay::from).collect()))
}

fn period(
    from: Option<Date>,
    to: Option<Date>,
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate), Error> {
    let to = to.map_or(today, |Date(day)| day);
    let earliest = || to.checked_sub_signed(SHOWN).unwrap_or(to);
    let from = from.map_or_else(earliest, |Date(day)| day);
    let days = (to - from).num_days() + 1;
    // The scalar takes years that PostgreSQL does not know.
    let is_known = (1..=9999).contains(&from.year());
    if !is_known || !(1..=MOST_DAYS).contains(&days) {
        return Err(Error::bad_input("from", "от 1 до 366 дней по день to"));
    }
    Ok((from, to))
}

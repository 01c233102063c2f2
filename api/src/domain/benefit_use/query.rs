//! Root fields of the use of benefits, and its part of `viewer`.

use async_graphql::{Context, Object, connection::EmptyFields};
use entities::enums;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    redeeming::Redeemed,
    reporting::open_comment,
    store::{
        codes::{self, PoolPosition},
        redemptions::{self, RedemptionPosition},
        reports::{self, ReportPosition},
        saved::{self, SavedPosition},
    },
    types::{BenefitCodePool, BenefitReportForStaff, BenefitReportState, Redemption, SavedItem},
};
use crate::{
    domain::accounts::{Accounts, find_account, may_read},
    infra::{
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
        graphql::{List, PageArguments, TotalCount, connect},
    },
};

type SavedList = List<SavedPosition, SavedItem>;
type RedemptionList = List<RedemptionPosition, Redemption>;
type PoolList = List<PoolPosition, BenefitCodePool>;
type ReportList = List<ReportPosition, BenefitReportForStaff>;

/// The part of `viewer` that the use of benefits gives.
#[derive(Default)]
pub struct ViewerBenefitUse;

#[Object]
impl ViewerBenefitUse {
    /// Сохранённое, последнее впереди.
    async fn saved(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<SavedList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_saved(context, page).await)
    }

    /// Полученные льготы, последние впереди.
    async fn redemptions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<RedemptionList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_redemptions(context, page).await)
    }
}

async fn list_saved(context: &Context<'_>, page: PageArguments) -> Result<SavedList, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let database = context.data_unchecked::<Database>().clone();
    let slice = saved::list(database.reader(), account_id, &page.parse()?).await?;
    let items = slice.try_map(|row| {
        let position = SavedPosition {
            saved_at: row.saved_at,
            object_id: row.object_id,
        };
        Ok::<_, Error>((position, SavedItem::of(&row)?))
    })?;
    let count = TotalCount::new(move || {
        let database = database.clone();
        async move { Ok(saved::count(database.reader(), account_id).await?) }.boxed()
    });
    Ok(connect(items, count, |(position, item)| {
        (position, item, EmptyFields)
    }))
}

async fn list_redemptions(
    context: &Context<'_>,
    page: PageArguments,
) -> Result<RedemptionList, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let account = find_account(database.reader(), account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let key = accounts
        .data_key(database.reader(), account.person_id)
        .await?;
    let slice = redemptions::list(database.reader(), account_id, &page.parse()?).await?;
    let opened = slice.try_map(|row| {
        let position = RedemptionPosition {
            redeemed_at: row.redeemed_at,
            id: row.id,
        };
        let redemption = Redemption::from(Redeemed::open(&key, row)?);
        Ok::<_, Error>((position, redemption))
    })?;
    let count = TotalCount::new(move || {
        let database = database.clone();
        async move { Ok(redemptions::count(database.reader(), account_id).await?) }.boxed()
    });
    Ok(connect(opened, count, |(position, redemption)| {
        (position, redemption, EmptyFields)
    }))
}

/// Root fields of the use of benefits.
#[derive(Default)]
pub struct BenefitUseQuery;

#[Object]
impl BenefitUseQuery {
    /// Запасы личных кодов опубликованных льгот, за которые отвечает спрашивающий: новые льготы
    /// впереди.
    async fn benefit_code_pools(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<PoolList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_pools(context, page).await)
    }

    /// Сообщения о том, что льготу не дали, которые вправе решать спрашивающий: старые впереди.
    async fn benefit_reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "В каком состоянии; нет — во всех.")] state: Option<BenefitReportState>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<ReportList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_reports(context, state.map(Into::into), page).await)
    }
}

async fn list_pools(context: &Context<'_>, page: PageArguments) -> Result<PoolList, Error> {
    let reach = may_read(context, Permission::ConfirmBenefitReports)?;
    let database = context.data_unchecked::<Database>().clone();
    let slice = codes::list_pooled(database.reader(), &reach, &page.parse()?).await?;
    let ids: Vec<Uuid> = slice.rows.iter().map(|row| row.id).collect();
    let pools = codes::count_each(database.reader(), &ids).await?;
    let shown = slice.try_map(|row| {
        let position = PoolPosition {
            published_at: row.published_at,
            id: row.id,
        };
        let pool = pools.get(&row.id).copied().unwrap_or_default();
        Ok::<_, Error>((position, BenefitCodePool::of(row, pool)))
    })?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(codes::count_pooled(database.reader(), &reach).await?) }.boxed()
    });
    Ok(connect(shown, count, |(position, pool)| {
        (position, pool, EmptyFields)
    }))
}

async fn list_reports(
    context: &Context<'_>,
    state: Option<enums::BenefitReportState>,
    page: PageArguments,
) -> Result<ReportList, Error> {
    let reach = may_read(context, Permission::ConfirmBenefitReports)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let slice = reports::list(database.reader(), &reach, state, &page.parse()?).await?;
    let ids: Vec<Uuid> = slice.rows.iter().map(|row| row.benefit_id).collect();
    let titles = reports::list_titles(database.reader(), &ids).await?;
    let shown = slice.try_map(|row| {
        let position = ReportPosition {
            created_at: row.created_at,
            id: row.id,
        };
        let comment = open_comment(&accounts.vault, &row)?;
        let title = titles.get(&row.benefit_id).cloned();
        let report = BenefitReportForStaff::of(&row, comment, title);
        Ok::<_, Error>((position, report))
    })?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(reports::count(database.reader(), &reach, state).await?) }.boxed()
    });
    Ok(connect(shown, count, |(position, report)| {
        (position, report, EmptyFields)
    }))
}

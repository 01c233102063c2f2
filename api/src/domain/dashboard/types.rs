//! What staff see of the dashboard.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use chrono::{DateTime as Instant, NaiveDate, Utc};
use entities::{content_draft, enums};
use uuid::Uuid;

use super::{
    rules::{compared, compared_days, is_stale},
    store::{self, DueGuide, MOST_SHOWN, OrganisationNews, Section},
};
use crate::{
    domain::{
        editing::{ContentKind, ContentState, Desk, DraftMeta, state_of},
        guide_watch::{GuideConcern, count_open, list_open},
        guides::ServiceGuide,
        organisations::{Organisation, organisation_of},
        push::{PushCampaign, count_failing_campaigns, list_failing_campaigns},
        reach::{Counts, list_sums},
    },
    infra::{
        auth::{Permission, Reach, Viewer},
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, DateTime, Now},
    },
};

/// Сводка редакции: только то, что в ведении спрашивающего.
pub struct Dashboard(pub Desk);

/// Сводка редакции: только то, что в ведении спрашивающего.
#[Object]
impl Dashboard {
    /// Черновики, которые ждут проверки: дольше всех ждущие впереди.
    async fn waiting_for_review(&self) -> Option<DashboardDrafts> {
        Some(self.section(Section::WaitingForReview))
    }

    /// Черновики, которые начал спрашивающий: последние изменённые впереди.
    async fn my_drafts(&self) -> Option<DashboardDrafts> {
        Some(self.section(Section::Mine))
    }

    /// Возвращённые с проверки спрашивающему: последние впереди.
    async fn returned_to_me(&self) -> Option<DashboardDrafts> {
        Some(self.section(Section::Returned))
    }

    /// Что выйдет за ближайшие 7 дней: ближайшее впереди.
    async fn scheduled(&self) -> Option<DashboardDrafts> {
        Some(self.section(Section::Scheduled))
    }

    /// Опубликованные инструкции, которые пора проверить заново: давно просроченные впереди.
    async fn overdue_guides(&self) -> Option<OverdueGuides> {
        Some(OverdueGuides(self.0.clone()))
    }

    /// Рассылки последних 7 дней, которые остановились или в которых службы доставки насовсем отказали
    /// больше чем в 5 % сообщений: новые впереди. `null` — спрашивающий не вправе рассылать.
    async fn failing_campaigns(&self, context: &Context<'_>) -> Option<FailingCampaigns> {
        let signed_in = context.data_unchecked::<Viewer>().require().ok()?;
        let reach = signed_in.reach(Permission::SendCampaigns, Now::of(context));
        reach.ok().map(FailingCampaigns)
    }

    /// Открытые замечания к инструкциям: дольше всех открытые впереди.
    async fn open_concerns(&self) -> Option<DashboardConcerns> {
        Some(DashboardConcerns(self.0.clone()))
    }

    /// Насколько свежи новости организаций: не больше ста, давно молчащие впереди.
    async fn freshness(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<OrganisationFreshness>, Error>> {
        Some(self.list_freshness(context).await)
    }

    /// Что читатели делали за последние 7 дней и за 7 дней до них.
    async fn reach(&self, context: &Context<'_>) -> Option<Result<ReachComparison, Error>> {
        Some(self.compare_reach(context).await)
    }

    /// Сколько материалов сняли с публикации за последние 30 дней.
    async fn withdrawn_last_30_days(&self, context: &Context<'_>) -> Option<Result<i32, Error>> {
        let reader = context.data_unchecked::<Database>().reader();
        let counted = store::count_withdrawn(reader, &self.0.drafts, Now::of(context)).await;
        Some(counted.map(shown).map_err(Error::from))
    }
}

impl Dashboard {
    fn section(&self, section: Section) -> DashboardDrafts {
        DashboardDrafts {
            desk: self.0.clone(),
            section,
        }
    }

    async fn list_freshness(
        &self,
        context: &Context<'_>,
    ) -> Result<Vec<OrganisationFreshness>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let now = Now::of(context);
        let rows = store::list_freshness(reader, &self.0.drafts, now).await?;
        let fresh = |row| OrganisationFreshness::of(row, now);
        Ok(rows.into_iter().map(fresh).collect())
    }

    async fn compare_reach(&self, context: &Context<'_>) -> Result<ReachComparison, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let today = moscow_date(Now::of(context));
        let days = list_sums(reader, &self.0.drafts, compared_days(today)).await?;
        let (last, previous) = compared(&days, today);
        Ok(ReachComparison {
            last_7_days: last.into(),
            previous_7_days: previous.into(),
        })
    }
}

/// Раздел сводки с черновиками.
pub struct DashboardDrafts {
    desk: Desk,
    section: Section,
}

/// Раздел сводки с черновиками.
#[Object]
impl DashboardDrafts {
    /// Сколько их всего.
    async fn total_count(&self, context: &Context<'_>) -> Result<i32, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let now = Now::of(context);
        let counted = store::count_drafts(reader, &self.desk, self.section, now).await?;
        Ok(shown(counted))
    }

    /// Первые десять; остальные — в `drafts` и `reviewQueue`.
    async fn nodes(&self, context: &Context<'_>) -> Result<Vec<DashboardDraft>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let now = Now::of(context);
        let rows = store::list_drafts(reader, &self.desk, self.section, now).await?;
        Ok(rows.into_iter().map(DashboardDraft::from).collect())
    }
}

/// Черновик в сводке.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DashboardDraft {
    /// Идентификатор черновика: для `draft` и правок.
    id: ID,
    /// Вид материала.
    kind: ContentKind,
    /// Название; пусто — его ещё нет.
    title: String,
    /// Где черновик на своём пути.
    state: ContentState,
    /// На какое время назначена публикация.
    publish_at: Option<DateTime>,
    /// Почему возвращён с проверки.
    return_comment: Option<String>,
    /// Когда изменён.
    updated_at: DateTime,
    #[graphql(skip)]
    organisation_id: Uuid,
}

#[ComplexObject]
impl DashboardDraft {
    /// Чей это материал.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }
}

impl From<content_draft::Model> for DashboardDraft {
    fn from(row: content_draft::Model) -> Self {
        Self {
            id: DraftMeta::NODE.id(row.id),
            kind: row.kind.into(),
            title: row.title,
            state: state_of(Some(row.state), enums::ContentState::Draft).into(),
            publish_at: row.publish_at.map(DateTime),
            return_comment: row.return_comment,
            updated_at: DateTime(row.updated_at),
            organisation_id: row.organisation_id,
        }
    }
}

/// Раздел сводки с инструкциями.
pub struct OverdueGuides(Desk);

/// Раздел сводки с инструкциями.
#[Object]
impl OverdueGuides {
    /// Сколько их всего.
    async fn total_count(&self, context: &Context<'_>) -> Result<i32, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let today = moscow_date(Now::of(context));
        let counted = store::count_overdue_guides(reader, &self.0.drafts, today).await?;
        Ok(shown(counted))
    }

    /// Первые десять.
    async fn nodes(&self, context: &Context<'_>) -> Result<Vec<OverdueGuide>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let today = moscow_date(Now::of(context));
        let rows = store::list_overdue_guides(reader, &self.0.drafts, today).await?;
        let overdue = |row| OverdueGuide::of(row, today);
        Ok(rows.into_iter().map(overdue).collect())
    }
}

/// Раздел сводки с рассылками.
pub struct FailingCampaigns(Reach);

/// Раздел сводки с рассылками.
#[Object]
impl FailingCampaigns {
    /// Сколько их всего.
    async fn total_count(&self, context: &Context<'_>) -> Result<i32, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let counted = count_failing_campaigns(reader, &self.0, Now::of(context)).await?;
        Ok(shown(counted))
    }

    /// Первые десять; остальные — в `pushCampaigns`.
    async fn nodes(&self, context: &Context<'_>) -> Result<Vec<PushCampaign>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        list_failing_campaigns(reader, &self.0, store::MOST_SHOWN, Now::of(context)).await
    }
}

/// Инструкция, которую пора проверить заново.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OverdueGuide {
    /// Идентификатор инструкции.
    id: ID,
    /// Название.
    title: String,
    /// Когда её нужно было проверить.
    next_review_at: Date,
    /// Сколько дней прошло с тех пор.
    days_overdue: i32,
    #[graphql(skip)]
    organisation_id: Uuid,
}

#[ComplexObject]
impl OverdueGuide {
    /// Чья это инструкция.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }
}

impl OverdueGuide {
    fn of(row: DueGuide, today: NaiveDate) -> Self {
        let days = (today - row.next_review_at).num_days();
        Self {
            id: ServiceGuide::NODE.id(row.id),
            title: row.title,
            next_review_at: Date(row.next_review_at),
            days_overdue: i32::try_from(days).unwrap_or(i32::MAX),
            organisation_id: row.organisation_id,
        }
    }
}

/// Раздел сводки с замечаниями к инструкциям.
pub struct DashboardConcerns(Desk);

/// Раздел сводки с замечаниями к инструкциям.
#[Object]
impl DashboardConcerns {
    /// Сколько их всего.
    async fn total_count(&self, context: &Context<'_>) -> Result<i32, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        Ok(shown(count_open(reader, &self.0.drafts).await?))
    }

    /// Первые десять; остальные — в `guideConcerns`.
    async fn nodes(&self, context: &Context<'_>) -> Result<Vec<GuideConcern>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let rows = list_open(reader, &self.0.drafts, MOST_SHOWN).await?;
        Ok(rows.into_iter().map(GuideConcern).collect())
    }
}

/// Насколько свежи новости организации глазами редакции: для кого бы они ни были.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OrganisationFreshness {
    /// Идентификатор организации.
    id: ID,
    /// Когда вышла последняя новость; `null` — их не было.
    last_news_at: Option<DateTime>,
    /// Сколько новостей за последние 30 дней.
    news_last_30_days: i32,
    /// Молчит ли организация больше 14 дней.
    is_stale: bool,
    #[graphql(skip)]
    organisation_id: Uuid,
}

#[ComplexObject]
impl OrganisationFreshness {
    /// Организация.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }
}

impl OrganisationFreshness {
    fn of(row: OrganisationNews, now: Instant<Utc>) -> Self {
        Self {
            id: Organisation::NODE.id(row.organisation_id),
            last_news_at: row.last_news_at.map(DateTime),
            news_last_30_days: i32::try_from(row.recent_news).unwrap_or(i32::MAX),
            is_stale: is_stale(row.last_news_at, now),
            organisation_id: row.organisation_id,
        }
    }
}

/// Охват за два срока, один за другим.
#[derive(SimpleObject)]
pub struct ReachComparison {
    /// За последние 7 дней, считая сегодняшний.
    last_7_days: ReachSums,
    /// За 7 дней до них.
    previous_7_days: ReachSums,
}

/// Сколько раз материалы открыли, дочитали и переслали.
#[derive(SimpleObject)]
pub struct ReachSums {
    /// Сколько раз открыли.
    opened: i32,
    /// Сколько раз дочитали.
    read: i32,
    /// Сколько раз поделились.
    shared: i32,
    /// Сколько раз открыли из уведомления.
    push_opened: i32,
}

impl From<Counts> for ReachSums {
    fn from(counts: Counts) -> Self {
        Self {
            opened: shown(counts.opened),
            read: shown(counts.read),
            shared: shown(counts.shared),
            push_opened: shown(counts.push_opened),
        }
    }
}

/// A count as far as GraphQL can say it.
fn shown(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

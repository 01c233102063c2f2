//! Campaigns as staff see them.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use entities::push_campaign;
use uuid::Uuid;

use super::{
    PushCampaignKind, PushCampaignState, PushOutcomeKind, PushPlatform, PushPriority, PushProvider,
    PushTopic,
};
use crate::{
    domain::{
        content::AudienceScope,
        organisations::{Okrug, Organisation, OrganisationById, organisation_of},
        push::{
            audience::PushAudience,
            campaigns::{Preview, PreviewOf},
            fate::Fate,
            loaders::TalliesByCampaignId,
            store::{
                campaigns::{self as store, Tally},
                topics,
            },
        },
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{DateTime, NodeTag, Url, load_many_of, load_of},
    },
};

/// Рассылка.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PushCampaign {
    /// Идентификатор.
    id: ID,
    /// Какое согласие для неё нужно.
    kind: PushCampaignKind,
    /// Где она.
    state: PushCampaignState,
    /// Заголовок.
    title: String,
    /// Текст.
    body: String,
    /// Что открыть.
    link: Option<String>,
    /// Картинка.
    image: Option<Url>,
    /// Насколько срочная.
    priority: PushPriority,
    /// Кому.
    audience: PushCampaignAudience,
    /// Сделана ли она публикацией материала, а не вручную.
    is_automatic: bool,
    /// Когда начать; нет — время не назначено.
    not_before: Option<DateTime>,
    /// До какого момента рассылать.
    expires_at: DateTime,
    /// Когда началась.
    started_at: Option<DateTime>,
    /// Когда кончилась.
    finished_at: Option<DateTime>,
    /// Что не так с сообщением, если его не принял кто-то из провайдеров. Открытый список.
    failure: Option<String>,
    /// Одобрил ли её второй человек.
    is_approved: bool,
    /// Когда составлена.
    created_at: DateTime,
    #[graphql(skip)]
    row_id: Uuid,
    #[graphql(skip)]
    organisation_id: Uuid,
    #[graphql(skip)]
    content_id: Option<Uuid>,
}

#[ComplexObject]
impl PushCampaign {
    /// Чья рассылка.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }

    /// Сколько разослано и с каким исходом.
    async fn progress(&self, context: &Context<'_>) -> Result<PushProgress, Error> {
        let tallies = load_of(context, TalliesByCampaignId(self.row_id)).await?;
        Ok(Tally::sum(&tallies.unwrap_or_default()).into())
    }

    /// То же по службам доставки.
    async fn by_provider(&self, context: &Context<'_>) -> Result<Vec<PushProviderProgress>, Error> {
        let tallies = load_of(context, TalliesByCampaignId(self.row_id)).await?;
        let shown = tallies.unwrap_or_default().into_iter();
        Ok(shown
            .map(|(provider, tally)| PushProviderProgress {
                provider: provider.into(),
                progress: tally.into(),
            })
            .collect())
    }

    /// Почему сообщения не дошли, частое впереди.
    async fn reasons(&self, context: &Context<'_>) -> Result<Vec<PushReasonCount>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let reasons = store::list_reasons(reader, self.row_id).await?;
        Ok(reasons
            .into_iter()
            .map(|(kind, reason, count)| PushReasonCount {
                kind: kind.into(),
                reason,
                count: i32::try_from(count).unwrap_or(i32::MAX),
            })
            .collect())
    }

    /// Сколько раз материал открыли из уведомлений; нет — рассылка не о материале.
    async fn opened_count(&self, context: &Context<'_>) -> Option<Result<i32, Error>> {
        let content_id = self.content_id?;
        let reader = context.data_unchecked::<Database>().reader();
        let opened = store::count_opened(reader, content_id).await;
        Some(
            opened
                .map(|opened| i32::try_from(opened).unwrap_or(i32::MAX))
                .map_err(Error::from),
        )
    }
}

impl PushCampaign {
    /// Of campaigns.
    pub const NODE: NodeTag = NodeTag(b'P');

    /// What staff see.
    ///
    /// # Errors
    /// `Internal`, when its audience does not read.
    pub fn of(row: push_campaign::Model) -> Result<Self, Error> {
        let audience: PushAudience = serde_json::from_value(row.audience)?;
        Ok(Self {
            id: Self::NODE.id(row.id),
            kind: row.kind.into(),
            state: row.state.into(),
            title: row.title,
            body: row.body,
            link: row.link,
            image: row.image_url.map(Url),
            priority: row.priority.into(),
            audience: PushCampaignAudience(audience),
            is_automatic: row.content_id.is_some(),
            not_before: row.not_before_at.map(DateTime),
            expires_at: DateTime(row.expires_at),
            started_at: row.started_at.map(DateTime),
            finished_at: row.finished_at.map(DateTime),
            failure: row.failure,
            is_approved: row.approved_at.is_some(),
            created_at: DateTime(row.created_at),
            row_id: row.id,
            organisation_id: row.organisation_id,
            content_id: row.content_id,
        })
    }
}

/// Who a campaign goes to, as staff see it.
pub struct PushCampaignAudience(PushAudience);

/// Кому рассылка.
#[async_graphql::Object]
impl PushCampaignAudience {
    /// Тем, кто выбрал одну из этих тем.
    async fn topics(&self, context: &Context<'_>) -> Result<Vec<PushTopic>, Error> {
        let reader = context.data_unchecked::<Database>().reader();
        let found = topics::list_by_ids(reader, &self.0.topic_ids).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// Тем, кто следит за одной из этих организаций.
    async fn followers_of(&self, context: &Context<'_>) -> Result<Vec<Organisation>, Error> {
        organisations(context, self.0.followed_ids.iter().copied()).await
    }

    /// Только членам этих организаций; пусто — любых.
    async fn organisations(&self, context: &Context<'_>) -> Result<Vec<Organisation>, Error> {
        organisations(context, self.0.circle.organisation_ids.iter().copied()).await
    }

    /// Только в этих округах; пусто — в любых.
    async fn okrugs(&self) -> Vec<Okrug> {
        let okrugs = self.0.circle.okrugs.iter();
        okrugs.map(|okrug| (*okrug).into()).collect()
    }

    /// Только членам профсоюзов.
    async fn members_only(&self) -> bool {
        self.0.circle.scope == AudienceScope::Members
    }

    /// Только молодёжи.
    async fn youth_only(&self) -> bool {
        self.0.circle.youth_only
    }

    /// Только приложениям на этом; пусто — на любом.
    async fn platforms(&self) -> Vec<PushPlatform> {
        let platforms = self.0.platforms.iter();
        platforms.map(|platform| (*platform).into()).collect()
    }
}

async fn organisations(
    context: &Context<'_>,
    ids: impl Iterator<Item = Uuid>,
) -> Result<Vec<Organisation>, Error> {
    let mut found: Vec<_> = load_many_of(context, ids.map(OrganisationById))
        .await?
        .into_values()
        .collect();
    found.sort_unstable_by(|one, other| one.sort_key.cmp(&other.sort_key));
    Ok(found.into_iter().map(Organisation::from).collect())
}

/// Сколько разослано и с каким исходом. Когда рассылка кончилась, исходы вместе составляют всё, что
/// было намечено.
#[derive(SimpleObject)]
pub struct PushProgress {
    /// Скольким устройствам намечено.
    planned: i32,
    /// Сколько сообщений приняли службы доставки.
    delivered: i32,
    /// Сколько адресов больше не действует.
    pruned: i32,
    /// Скольким отказано насовсем.
    refused: i32,
    /// Для скольких сообщение устарело.
    expired: i32,
    /// Сколько устройств к моменту отправки этого не хотели.
    skipped: i32,
    /// Сколько ещё не отправлено.
    waiting: i32,
}

impl From<Tally> for PushProgress {
    fn from(tally: Tally) -> Self {
        let shown = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            planned: shown(tally.planned),
            delivered: shown(tally.delivered),
            pruned: shown(tally.pruned),
            refused: shown(tally.refused),
            expired: shown(tally.expired),
            skipped: shown(tally.skipped),
            waiting: shown(tally.planned - tally.ended()),
        }
    }
}

/// Ход рассылки через одну службу доставки.
#[derive(SimpleObject)]
pub struct PushProviderProgress {
    /// Служба доставки.
    provider: PushProvider,
    /// Сколько разослано и с каким исходом.
    progress: PushProgress,
}

/// Сколько раз сообщение не дошло по одной причине.
#[derive(SimpleObject)]
pub struct PushReasonCount {
    /// Чем кончилось.
    kind: PushOutcomeKind,
    /// Почему. Открытый список.
    reason: String,
    /// Сколько раз.
    count: i32,
}

/// Что стало с сообщением на одно устройство.
#[derive(SimpleObject)]
pub struct PushOutcome {
    /// Чем кончилось.
    result: PushOutcomeKind,
    /// Почему не дошло. Открытый список.
    reason: Option<String>,
    /// Когда стало ясно, что не дошло.
    at: Option<DateTime>,
}

impl From<Fate> for PushOutcome {
    fn from(fate: Fate) -> Self {
        Self {
            result: fate.kind,
            reason: fate.reason,
            at: fate.at.map(DateTime),
        }
    }
}

/// Какой была бы рассылка, если начать её сейчас.
#[derive(SimpleObject)]
pub struct PushCampaignPreview {
    /// Сколько людей увидят её во входящих.
    people: i32,
    /// Сколько устройств зазвонит.
    devices: i32,
    /// Каким сообщение будет у каждой службы доставки.
    by_provider: Vec<PushProviderPreview>,
}

/// Каким сообщение будет у одной службы доставки.
#[derive(SimpleObject)]
pub struct PushProviderPreview {
    /// Служба доставки.
    provider: PushProvider,
    /// Сколько устройств зазвонит через неё.
    devices: i32,
    /// Настроена ли она на сервере.
    is_configured: bool,
    /// Принимает ли она сообщение такого размера; нет — не настроена.
    fits: Option<bool>,
    /// На сколько байт сообщение длиннее, чем она принимает.
    excess_bytes: i32,
    /// Заголовок, каким его покажет устройство.
    title: String,
    /// Текст, каким его покажет устройство.
    body: String,
    /// Что откроет нажатие.
    link: Option<String>,
}

impl PushCampaignPreview {
    /// What staff see of a campaign that is not under way.
    #[must_use]
    pub fn of(preview: &Preview, campaign: &push_campaign::Model) -> Self {
        let shown = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        let by_provider = preview.by_provider.iter();
        Self {
            people: shown(preview.people),
            devices: shown(by_provider.clone().map(|one| one.devices).sum()),
            by_provider: by_provider
                .map(|one| PushProviderPreview::of(one, campaign))
                .collect(),
        }
    }
}

impl PushProviderPreview {
    fn of(preview: &PreviewOf, campaign: &push_campaign::Model) -> Self {
        Self {
            provider: preview.provider.into(),
            devices: i32::try_from(preview.devices).unwrap_or(i32::MAX),
            is_configured: preview.fits.is_some(),
            fits: preview.fits,
            excess_bytes: i32::try_from(preview.excess_bytes).unwrap_or(i32::MAX),
            title: campaign.title.clone(),
            body: campaign.body.clone(),
            link: campaign.link.clone(),
        }
    }
}

//! Campaigns by hand.

use async_graphql::{Context, ID, InputObject, Object};
use entities::push_campaign;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Permitted, may_change},
        content::{AudienceDefinition, AudienceScope},
        organisations::{Okrug, Organisation, covers},
        push::{
            PushGateways,
            audience::PushAudience,
            campaigns::{self, Timing, Wish},
            store::campaigns as store,
            types::{
                PushCampaign, PushCampaignKind, PushCampaignPreview, PushErrorCode, PushPlatform,
                PushPriority, PushTopic,
            },
        },
    },
    infra::{
        auth::Permission,
        config::ClientVersion,
        db::Database,
        error::Error,
        graphql::{DateTime, Done, Now, Url, UserErrorCode, at_most, client_key, payloads},
    },
};

/// More than any column holds; what is wrong with a text that is shorter is a user error.
const READABLE: usize = 4_000;

/// Кому рассылать. Темы и организации, за которыми следят, — на выбор; остальное сужает. Без тем и
/// организаций, за которыми следят, — всем, кто дал согласие.
#[derive(InputObject)]
struct PushAudienceInput {
    /// Тем, кто выбрал одну из этих тем.
    topics: Option<Vec<ID>>,
    /// Тем, кто следит за одной из этих организаций.
    followers_of: Option<Vec<ID>>,
    /// Только членам этих организаций и нижестоящих.
    organisations: Option<Vec<ID>>,
    /// Только членам в этих округах.
    okrugs: Option<Vec<Okrug>>,
    /// Только членам профсоюзов.
    members_only: Option<bool>,
    /// Только молодёжи.
    youth_only: Option<bool>,
    /// Только приложениям на этом.
    platforms: Option<Vec<PushPlatform>>,
    /// Только приложениям этой версии и новее, например `2.1.0`.
    app_version_from: Option<String>,
    /// Только приложениям старше этой версии.
    app_version_before: Option<String>,
}

/// Новая рассылка.
#[derive(InputObject)]
struct PushCampaignCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же рассылку.
    client_mutation_key: ID,
    /// От чьего имени.
    organisation: ID,
    /// Какое согласие для неё нужно.
    kind: PushCampaignKind,
    /// Заголовок, до 120 знаков. Без личных сведений: его видят службы доставки.
    title: String,
    /// Текст, до 1000 знаков. Без личных сведений.
    body: String,
    /// Что открыть: путь на портале или адрес.
    link: Option<String>,
    /// Адрес картинки, `https`.
    image: Option<Url>,
    /// Насколько срочная; без указания обычная.
    priority: Option<PushPriority>,
    /// Кому.
    audience: PushAudienceInput,
}

/// Какая рассылка.
#[derive(InputObject)]
struct PushCampaignStepInput {
    /// Какая.
    id: ID,
}

/// Какую рассылку попробовать на своих устройствах.
#[derive(InputObject)]
struct PushCampaignTestSendInput {
    /// Какую.
    id: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом не зазвонит второй раз.
    client_mutation_key: ID,
}

/// Какую рассылку начать и когда.
#[derive(InputObject)]
struct PushCampaignScheduleInput {
    /// Какую.
    id: ID,
    /// Когда начать; без указания или в прошлом — сейчас. Не дальше года.
    at: Option<DateTime>,
    /// До какого момента рассылать; без указания сутки, не дольше 28 дней.
    expires_at: Option<DateTime>,
}

payloads! {
    /// Итог составления рассылки.
    PushCampaignCreatePayload {
        /// Рассылка.
        campaign: PushCampaign
    }
    /// Итог предпросмотра.
    PushCampaignPreviewPayload {
        /// Какой была бы рассылка.
        preview: PushCampaignPreview
    }
    /// Итог пробы.
    PushCampaignTestSendPayload {
        /// Рассылка, которую пробуют.
        campaign: PushCampaign
    }
    /// Итог назначения времени.
    PushCampaignSchedulePayload {
        /// Рассылка.
        campaign: PushCampaign
    }
    /// Итог одобрения.
    PushCampaignApprovePayload {
        /// Рассылка.
        campaign: PushCampaign
    }
    /// Итог отмены.
    PushCampaignCancelPayload {
        /// Рассылка.
        campaign: PushCampaign
    }
}

#[derive(Default)]
pub struct CampaignMutation;

#[Object]
impl CampaignMutation {
    /// Составить рассылку. Она никому не уйдёт, пока не назначено время.
    async fn push_campaign_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Рассылка.")] input: PushCampaignCreateInput,
    ) -> Option<Result<PushCampaignCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Посчитать, до скольких рассылка дойдёт и каким будет сообщение. Никому ничего не уходит.
    async fn push_campaign_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какая.")] input: PushCampaignStepInput,
    ) -> Option<Result<PushCampaignPreviewPayload, Error>> {
        Some(preview(context, &input.id).await.map(Into::into))
    }

    /// Отправить сообщение рассылки на свои устройства, сейчас и только на них.
    async fn push_campaign_test_send(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: PushCampaignTestSendInput,
    ) -> Option<Result<PushCampaignTestSendPayload, Error>> {
        Some(test_send(context, input).await.map(Into::into))
    }

    /// Назначить время. Рекламная рассылка ещё ждёт одобрения второго человека.
    async fn push_campaign_schedule(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и когда.")] input: PushCampaignScheduleInput,
    ) -> Option<Result<PushCampaignSchedulePayload, Error>> {
        Some(schedule(context, input).await.map(Into::into))
    }

    /// Одобрить рекламную рассылку, которую составил другой.
    async fn push_campaign_approve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: PushCampaignStepInput,
    ) -> Option<Result<PushCampaignApprovePayload, Error>> {
        Some(approve(context, &input.id).await.map(Into::into))
    }

    /// Отменить рассылку; идущая остановится сразу, отправленное дойдёт.
    async fn push_campaign_cancel(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: PushCampaignStepInput,
    ) -> Option<Result<PushCampaignCancelPayload, Error>> {
        Some(cancel(context, &input.id).await.map(Into::into))
    }
}

async fn permitted(context: &Context<'_>) -> Result<Permitted, Error> {
    may_change(context, Permission::SendCampaigns).await
}

/// What a step ends with, as staff see it.
fn shown(done: Done<push_campaign::Model>) -> Result<Done<PushCampaign>, Error> {
    Ok(match done {
        Ok(campaign) => Ok(PushCampaign::of(campaign)?),
        Err(errors) => Err(errors),
    })
}

async fn create(
    context: &Context<'_>,
    input: PushCampaignCreateInput,
) -> Result<Done<PushCampaign>, Error> {
    let permitted = permitted(context).await?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let wish = match input.read()? {
        Ok(wish) => wish,
        Err(errors) => return Ok(Err(errors)),
    };
    let database = context.data_unchecked::<Database>();
    let PushGateways(gateways) = context.data_unchecked::<PushGateways>();
    let now = Now::of(context);
    shown(campaigns::create(database, gateways, &permitted, (key, wish), now).await?)
}

impl PushCampaignCreateInput {
    fn read(self) -> Result<Done<Wish>, Error> {
        at_most(READABLE, "input.title", &self.title)?;
        at_most(READABLE, "input.body", &self.body)?;
        at_most(
            READABLE,
            "input.link",
            self.link.as_deref().unwrap_or_default(),
        )?;
        let tidy = |text: String| text.trim().to_owned();
        let audience = match self.audience.read()? {
            Ok(audience) => audience,
            Err(errors) => return Ok(Err(errors)),
        };
        Ok(Ok(Wish {
            organisation_id: Organisation::NODE.decode("input.organisation", &self.organisation)?,
            kind: self.kind.into(),
            title: tidy(self.title),
            body: tidy(self.body),
            link: self.link.map(tidy).filter(|link| !link.is_empty()),
            image_url: self.image.map(|Url(url)| url),
            priority: self.priority.unwrap_or(PushPriority::Normal).into(),
            audience,
        }))
    }
}

impl PushAudienceInput {
    fn read(self) -> Result<Done<PushAudience>, Error> {
        let mut errors = Vec::new();
        let mut version = |field: &str, text: Option<String>| {
            let parsed = text.as_deref().map(ClientVersion::parse);
            if parsed == Some(None) {
                errors.push(PushErrorCode::VersionMalformed.at(field));
            }
            parsed.flatten().map(ClientVersion::number)
        };
        let version_from = version("audience.appVersionFrom", self.app_version_from);
        let version_before = version("audience.appVersionBefore", self.app_version_before);
        let topic_ids = ids("topics", self.topics, |argument, id| {
            PushTopic::NODE.decode(argument, id)
        })?;
        let organisation = |argument: &str, id: &ID| Organisation::NODE.decode(argument, id);
        let followed_ids = ids("followersOf", self.followers_of, organisation)?;
        let organisation_ids = ids("organisations", self.organisations, organisation)?;
        let okrugs = self.okrugs.unwrap_or_default();
        let youth_only = self.youth_only.unwrap_or_default();
        let is_narrowed = !organisation_ids.is_empty() || !okrugs.is_empty() || youth_only;
        let scope = match self.members_only.unwrap_or_default() || is_narrowed {
            true => AudienceScope::Members,
            false => AudienceScope::Public,
        };
        let platforms = self.platforms.unwrap_or_default();
        let audience = PushAudience {
            topic_ids,
            followed_ids,
            circle: AudienceDefinition {
                scope,
                inherit_down: !organisation_ids.is_empty(),
                organisation_ids: organisation_ids.into_iter().collect(),
                okrugs: okrugs.into_iter().flat_map(Okrug::stored).collect(),
                youth_only,
            },
            platforms: platforms.into_iter().map(Into::into).collect(),
            version_from,
            version_before,
            saved_id: None,
            registrants: None,
        };
        Ok(if errors.is_empty() {
            Ok(audience)
        } else {
            Err(errors)
        })
    }
}

/// Each id once.
fn ids(
    field: &str,
    ids: Option<Vec<ID>>,
    decode: impl Fn(&str, &ID) -> Result<Uuid, Error>,
) -> Result<Vec<Uuid>, Error> {
    let argument = format!("input.audience.{field}");
    let mut decoded: Vec<Uuid> = ids
        .unwrap_or_default()
        .iter()
        .map(|id| decode(&argument, id))
        .collect::<Result<_, _>>()?;
    decoded.sort_unstable();
    decoded.dedup();
    Ok(decoded)
}

/// A campaign that its asker may see.
async fn find(
    context: &Context<'_>,
    permitted: &Permitted,
    id: &ID,
) -> Result<Done<push_campaign::Model>, Error> {
    let id = PushCampaign::NODE.decode("input.id", id)?;
    let reader = context.data_unchecked::<Database>().reader();
    let found = store::find(reader, id).await?;
    let not_found = || Ok(Err(vec![PushErrorCode::CampaignNotFound.at("id")]));
    let Some(campaign) = found.filter(|campaign| !campaign.is_test) else {
        return not_found();
    };
    match covers(reader, &permitted.reach, campaign.organisation_id).await? {
        true => Ok(Ok(campaign)),
        false => not_found(),
    }
}

async fn preview(context: &Context<'_>, id: &ID) -> Result<Done<PushCampaignPreview>, Error> {
    let permitted = permitted(context).await?;
    let campaign = match find(context, &permitted, id).await? {
        Ok(campaign) => campaign,
        Err(errors) => return Ok(Err(errors)),
    };
    let database = context.data_unchecked::<Database>();
    let PushGateways(gateways) = context.data_unchecked::<PushGateways>();
    let now = Now::of(context);
    let preview = campaigns::preview(database, gateways, &campaign, now).await?;
    Ok(Ok(PushCampaignPreview::of(&preview, &campaign)))
}

async fn test_send(
    context: &Context<'_>,
    input: PushCampaignTestSendInput,
) -> Result<Done<PushCampaign>, Error> {
    let permitted = permitted(context).await?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let campaign = match find(context, &permitted, &input.id).await? {
        Ok(campaign) => campaign,
        Err(errors) => return Ok(Err(errors)),
    };
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    shown(campaigns::test_send(database, &permitted, (campaign, key), now).await?)
}

async fn schedule(
    context: &Context<'_>,
    input: PushCampaignScheduleInput,
) -> Result<Done<PushCampaign>, Error> {
    let permitted = permitted(context).await?;
    let id = PushCampaign::NODE.decode("input.id", &input.id)?;
    let timing = Timing {
        at: input.at.map(|at| at.0),
        expires_at: input.expires_at.map(|at| at.0),
    };
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    shown(campaigns::schedule(database, &permitted, (id, timing), now).await?)
}

async fn approve(context: &Context<'_>, id: &ID) -> Result<Done<PushCampaign>, Error> {
    let permitted = permitted(context).await?;
    let id = PushCampaign::NODE.decode("input.id", id)?;
    let database = context.data_unchecked::<Database>();
    shown(campaigns::approve(database, &permitted, id, Now::of(context)).await?)
}

async fn cancel(context: &Context<'_>, id: &ID) -> Result<Done<PushCampaign>, Error> {
    let permitted = permitted(context).await?;
    let id = PushCampaign::NODE.decode("input.id", id)?;
    let database = context.data_unchecked::<Database>();
    shown(campaigns::cancel(database, &permitted, id, Now::of(context)).await?)
}

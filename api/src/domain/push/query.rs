//! Root fields of notifications, and their part of `viewer`.

use async_graphql::{Context, ID, Object, connection::EmptyFields};
use entities::enums;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    PushGateways, fate,
    store::{
        campaigns::{self, CampaignPosition},
        devices,
        inbox::{self, InboxEntry, InboxOwner},
        topics,
    },
    types::{
        Inbox, InboxCounts, InboxItem, PushCampaign, PushCampaignState, PushDevice, PushOutcome,
        PushPreferences, PushTopic,
    },
    wishes,
};
use crate::{
    domain::{
        accounts::{Accounts, may_read},
        organisations::covers,
    },
    infra::{
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
        graphql::{List, Now, PageArguments, Selection, TotalCount, connect},
    },
};

type CampaignList = List<CampaignPosition, PushCampaign>;

/// The part of `viewer` that notifications give.
#[derive(Default)]
pub struct ViewerPush;

#[Object]
impl ViewerPush {
    /// Свои устройства, последнее зарегистрированное впереди.
    async fn push_devices(&self, context: &Context<'_>) -> Option<Result<Vec<PushDevice>, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let reader = context.data_unchecked::<Database>().reader();
            let rows = devices::list_of_account(reader, account_id).await?;
            Ok(Some(rows.iter().map(Into::into).collect()))
        }
        .await
        .transpose()
    }

    /// О чём и когда уведомлять.
    async fn push_preferences(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<PushPreferences, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let reader = context.data_unchecked::<Database>().reader();
            let vault = &context.data_unchecked::<Accounts>().vault;
            let wishes = wishes::read(reader, vault, account_id, Now::of(context)).await?;
            Ok(Some(wishes.into()))
        }
        .await
        .transpose()
    }

    /// Входящие, новые впереди. В них всё, о чём уведомляли, дошёл звонок или нет.
    async fn inbox(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<Inbox, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_inbox(context, page).await)
    }
}

async fn list_inbox(context: &Context<'_>, page: PageArguments) -> Result<Inbox, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let owner = InboxOwner::of(&context.data_unchecked::<Accounts>().vault, account_id);
    let database = context.data_unchecked::<Database>().clone();
    let page = page.parse()?;
    // An app that opens asks for the number on its badge, and for no letters.
    let shows_letters = Selection::of_object(context).has_any(&["nodes", "edges", "pageInfo"]);
    let slice = if shows_letters {
        inbox::list(database.reader(), &owner, &page).await?
    } else {
        page.slice(Vec::new())
    };
    let campaign_of = |entry: &InboxEntry| match entry {
        InboxEntry::Item(item) => Some(item.campaign_id),
        InboxEntry::Letter(_) => None,
    };
    let ids: Vec<Uuid> = slice.rows.iter().filter_map(campaign_of).collect();
    let mut texts = inbox::list_texts(database.reader(), &ids).await?;
    let items = slice.try_map(|entry| {
        let position = entry.position();
        let shown = match entry {
            InboxEntry::Item(row) => {
                let text = texts
                    .remove(&row.campaign_id)
                    .ok_or_else(|| Error::internal("an item of no campaign", row.campaign_id))?;
                InboxItem::of(&row, text)
            }
            InboxEntry::Letter(letter) => InboxItem::of_letter(letter),
        };
        Ok::<_, Error>((position, shown))
    })?;
    let count = TotalCount::new(move || {
        let (database, owner) = (database.clone(), owner.clone());
        async move { Ok(inbox::count(database.reader(), &owner).await?) }.boxed()
    });
    let list = connect(items, count, |(position, item)| {
        (position, item, EmptyFields)
    });
    Ok(Inbox(list, InboxCounts))
}

/// Root fields of notifications.
#[derive(Default)]
pub struct PushQuery;

#[Object]
impl PushQuery {
    /// Темы уведомлений, в порядке показа.
    async fn push_topics(&self, context: &Context<'_>) -> Option<Result<Vec<PushTopic>, Error>> {
        let reader = context.data_unchecked::<Database>().reader();
        let rows = topics::list(reader).await.map_err(Error::from);
        Some(rows.map(|rows| rows.into_iter().map(Into::into).collect()))
    }

    /// Открытый ключ, с которым браузер подписывается на уведомления (`applicationServerKey`),
    /// base64url; нет — браузерам уведомлений не шлют.
    async fn web_push_public_key(&self, context: &Context<'_>) -> Option<String> {
        let PushGateways(gateways) = context.data_unchecked::<PushGateways>();
        gateways.vapid_public_key()
    }

    /// Что стало с сообщением рассылки на одно устройство; `null` — нет такого устройства или рассылки,
    /// или она чужая.
    async fn push_outcome(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какая рассылка.")] campaign: ID,
        #[graphql(desc = "Какое устройство: идентификатор видит его владелец.")] device: ID,
    ) -> Option<Result<PushOutcome, Error>> {
        find_outcome(context, &campaign, &device).await.transpose()
    }

    /// Рассылки в пределах прав спрашивающего, новые впереди.
    async fn push_campaigns(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "В каком состоянии; нет — во всех.")] state: Option<PushCampaignState>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<CampaignList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_campaigns(context, state.map(Into::into), page).await)
    }
}

async fn find_outcome(
    context: &Context<'_>,
    campaign: &ID,
    device: &ID,
) -> Result<Option<PushOutcome>, Error> {
    let reach = may_read(context, Permission::SendCampaigns)?;
    let campaign_id = PushCampaign::NODE.decode("campaign", campaign)?;
    let device_id = PushDevice::NODE.decode("device", device)?;
    let reader = context.data_unchecked::<Database>().reader();
    let Some(campaign) = campaigns::find(reader, campaign_id).await? else {
        return Ok(None);
    };
    if !covers(reader, &reach, campaign.organisation_id).await? {
        return Ok(None);
    }
    let fate = fate::find(reader, campaign, device_id).await?;
    Ok(fate.map(Into::into))
}

async fn list_campaigns(
    context: &Context<'_>,
    state: Option<enums::PushCampaignState>,
    page: PageArguments,
) -> Result<CampaignList, Error> {
    let reach = may_read(context, Permission::SendCampaigns)?;
    let database = context.data_unchecked::<Database>().clone();
    let slice = campaigns::list(database.reader(), &reach, state, &page.parse()?).await?;
    let shown = slice.try_map(|row| {
        let position = CampaignPosition {
            created_at: row.created_at,
            id: row.id,
        };
        Ok::<_, Error>((position, PushCampaign::of(row)?))
    })?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(campaigns::count(database.reader(), &reach, state).await?) }.boxed()
    });
    Ok(connect(shown, count, |(position, campaign)| {
        (position, campaign, EmptyFields)
    }))
}

//! What staff read of webhooks: where they lead, and what became of each message.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    desk::require_reader,
    store::{self, DeliveryCriteria, DeliveryPosition, WebhookPosition},
    types::{Webhook, WebhookDelivery, WebhookDeliveryState},
};
use crate::infra::{
    db::Database,
    error::Error,
    graphql::{List, PageArguments, TotalCount, connect},
};

type WebhookList = List<WebhookPosition, Webhook>;
type DeliveryList = List<DeliveryPosition, WebhookDelivery>;

/// Какие сообщения показать. Пустое поле не сужает список.
#[derive(Clone, Debug, Default, InputObject)]
struct WebhookDeliveryFilter {
    /// Этому вебхуку.
    webhook: Option<ID>,
    /// В этом состоянии; `DEAD` — недоставленные.
    state: Option<WebhookDeliveryState>,
}

/// Root fields of webhooks.
#[derive(Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// Вебхуки: новые впереди.
    async fn webhooks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<WebhookList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_webhooks(context, page).await)
    }

    /// Сообщения вебхукам: новые впереди.
    async fn webhook_deliveries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<WebhookDeliveryFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<DeliveryList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_deliveries(context, filter.unwrap_or_default(), page).await)
    }
}

async fn list_webhooks(context: &Context<'_>, page: PageArguments) -> Result<WebhookList, Error> {
    require_reader(context)?;
    let database = context.data_unchecked::<Database>().clone();
    let slice = store::list_webhooks(database.reader(), &page.parse()?).await?;
    let count = TotalCount::new(move || {
        let database = database.clone();
        async move { Ok(store::count_webhooks(database.reader()).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = WebhookPosition {
            created_at: row.created_at,
            id: row.id,
        };
        (position, Webhook::from(row), EmptyFields)
    }))
}

async fn list_deliveries(
    context: &Context<'_>,
    filter: WebhookDeliveryFilter,
    page: PageArguments,
) -> Result<DeliveryList, Error> {
    require_reader(context)?;
    let webhook = filter.webhook.as_ref();
    let criteria = DeliveryCriteria {
        webhook_id: webhook
            .map(|id| Webhook::NODE.decode("filter.webhook", id))
            .transpose()?,
        state: filter.state.map(Into::into),
    };
    let database = context.data_unchecked::<Database>().clone();
    let slice = store::list_deliveries(database.reader(), &criteria, &page.parse()?).await?;
    let mut webhook_ids: Vec<Uuid> = slice.rows.iter().map(|row| row.webhook_id).collect();
    webhook_ids.sort_unstable();
    webhook_ids.dedup();
    let webhooks = store::list_webhooks_by_ids(database.reader(), &webhook_ids).await?;
    let webhooks: HashMap<Uuid, _> = webhooks.into_iter().map(|row| (row.id, row)).collect();
    let count = TotalCount::new(move || {
        let (database, criteria) = (database.clone(), criteria.clone());
        async move { Ok(store::count_deliveries(database.reader(), &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = DeliveryPosition {
            created_at: row.created_at,
            id: row.id,
        };
        let webhook = webhooks.get(&row.webhook_id).cloned();
        (position, WebhookDelivery::of(row, webhook), EmptyFields)
    }))
}

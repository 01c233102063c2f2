//! Marking the inbox as read.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::push::{
        store::inbox as store,
        types::{InboxItem, PushErrorCode},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, payloads},
    },
};

/// Что прочитано.
#[derive(InputObject)]
struct InboxItemMarkReadInput {
    /// Какое сообщение.
    id: ID,
}

payloads! {
    /// Итог отметки о прочтении.
    InboxItemMarkReadPayload {
        /// Сообщение.
        inbox_item: InboxItem
    }
    /// Итог отметки о прочтении всего.
    InboxMarkAllReadPayload {
        /// Сколько сообщений было не прочитано.
        marked_count: i32
    }
}

#[derive(Default)]
pub struct InboxMutation;

#[Object]
impl InboxMutation {
    /// Отметить сообщение прочитанным. Повтор ничего не меняет.
    async fn inbox_item_mark_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: InboxItemMarkReadInput,
    ) -> Option<Result<InboxItemMarkReadPayload, Error>> {
        Some(mark(context, &input.id).await.map(Into::into))
    }

    /// Отметить прочитанным всё, что есть сейчас.
    async fn inbox_mark_all_read(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<InboxMarkAllReadPayload, Error>> {
        Some(mark_all(context).await.map(Into::into))
    }
}

async fn mark(context: &Context<'_>, id: &ID) -> Result<Done<InboxItem>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let campaign_id = InboxItem::NODE.decode("input.id", id)?;
    let database = context.data_unchecked::<Database>();
    let key = (account_id, campaign_id);
    store::mark_read(database.writer(), key, Now::of(context)).await?;
    let found = store::find(database.writer(), key).await?;
    Ok(match found {
        Some((item, campaign)) => Ok(InboxItem::of(&item, campaign)),
        None => Err(vec![PushErrorCode::ItemNotFound.at("id")]),
    })
}

async fn mark_all(context: &Context<'_>) -> Result<Done<i32>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let writer = context.data_unchecked::<Database>().writer();
    let marked = store::mark_all_read(writer, account_id, Now::of(context)).await?;
    Ok(Ok(i32::try_from(marked).unwrap_or(i32::MAX)))
}

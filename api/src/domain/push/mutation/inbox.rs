//! Marking the inbox as read.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use crate::{
    domain::{
        accounts::Accounts,
        push::{
            store::{inbox, letters},
            types::{InboxItem, PushErrorCode},
        },
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, NodeId, Now, UserErrorCode, payloads},
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
    let id = NodeId::decode("input.id", id)?;
    let found = if id.tag == InboxItem::LETTER {
        mark_letter(context, account_id, id.uuid).await?
    } else {
        mark_item(context, account_id, id).await?
    };
    Ok(found.ok_or_else(|| vec![PushErrorCode::ItemNotFound.at("id")]))
}

async fn mark_item(
    context: &Context<'_>,
    account_id: Uuid,
    id: NodeId,
) -> Result<Option<InboxItem>, Error> {
    if id.tag != InboxItem::NODE {
        return Ok(None);
    }
    let writer = context.data_unchecked::<Database>().writer();
    let key = (account_id, id.uuid);
    inbox::mark_read(writer, key, Now::of(context)).await?;
    let found = inbox::find(writer, key).await?;
    Ok(found.map(|(item, campaign)| InboxItem::of(&item, campaign)))
}

async fn mark_letter(
    context: &Context<'_>,
    account_id: Uuid,
    id: Uuid,
) -> Result<Option<InboxItem>, Error> {
    let addressee = context
        .data_unchecked::<Accounts>()
        .vault
        .reporter(account_id);
    let writer = context.data_unchecked::<Database>().writer();
    letters::mark_read(writer, &addressee, Some(id), Now::of(context)).await?;
    let found = letters::find(writer, &addressee, id).await?;
    Ok(found.map(InboxItem::of_letter))
}

async fn mark_all(context: &Context<'_>) -> Result<Done<i32>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let addressee = context
        .data_unchecked::<Accounts>()
        .vault
        .reporter(account_id);
    let writer = context.data_unchecked::<Database>().writer();
    let now = Now::of(context);
    // Not in one transaction: by what it wrote, PostgreSQL would tell whose pseudonym that is.
    let items = inbox::mark_all_read(writer, account_id, now).await?;
    let letters = letters::mark_read(writer, &addressee, None, now).await?;
    Ok(Ok(i32::try_from(items + letters).unwrap_or(i32::MAX)))
}

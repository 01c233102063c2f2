//! Keeping content to come back to.

use async_graphql::{Context, ID, InputObject, Object};
use entities::saved_item;

use crate::{
    domain::benefit_use::{
        store::saved as store,
        types::{BenefitUseErrorCode, SavedKind, SavedObject},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, NodeId, Now, UserErrorCode, payloads},
    },
};

/// Что сохранить.
#[derive(InputObject)]
struct SavedItemAddInput {
    /// Новость, льгота или инструкция.
    id: ID,
}

/// Что больше не хранить.
#[derive(InputObject)]
struct SavedItemRemoveInput {
    /// Новость, льгота или инструкция.
    id: ID,
}

payloads! {
    /// Итог сохранения.
    SavedItemAddPayload {
        /// Идентификатор сохранённой записи.
        saved_item_id: ID
    }
    /// Итог удаления из сохранённого.
    SavedItemRemovePayload {
        /// Идентификатор записи, которой в сохранённом больше нет.
        saved_item_id: ID
    }
}

#[derive(Default)]
pub struct SavedMutation;

#[Object]
impl SavedMutation {
    /// Сохранить новость, льготу или инструкцию. Повтор ничего не меняет.
    async fn saved_item_add(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что.")] input: SavedItemAddInput,
    ) -> Option<Result<SavedItemAddPayload, Error>> {
        Some(add(context, input).await.map(Into::into))
    }

    /// Удалить из сохранённого. Повтор ничего не меняет.
    async fn saved_item_remove(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что.")] input: SavedItemRemoveInput,
    ) -> Option<Result<SavedItemRemovePayload, Error>> {
        Some(remove(context, input).await.map(Into::into))
    }
}

async fn add(context: &Context<'_>, input: SavedItemAddInput) -> Result<Done<ID>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let node = NodeId::decode("input.id", &input.id)?;
    let not_found = || Ok(Err(vec![BenefitUseErrorCode::ItemNotFound.at("id")]));
    let Some(kind) = SavedKind::of_tag(node.tag) else {
        return not_found();
    };
    let seen = SavedObject::find(context, kind, node.uuid).await?;
    if seen.is_none() {
        return not_found();
    }
    let item = saved_item::Model {
        account_id,
        object_id: node.uuid,
        object_type: kind.object_type().into(),
        saved_at: Now::of(context),
    };
    store::insert(context.data_unchecked::<Database>().writer(), item).await?;
    Ok(Ok(input.id))
}

/// What is not seen any more can be removed as well.
async fn remove(context: &Context<'_>, input: SavedItemRemoveInput) -> Result<Done<ID>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let node = NodeId::decode("input.id", &input.id)?;
    let writer = context.data_unchecked::<Database>().writer();
    store::delete(writer, account_id, node.uuid).await?;
    Ok(Ok(input.id))
}

//! Dismissing a concern. Confirming one publishes, and is `editing`'s.

use async_graphql::{Context, ID, InputObject, Object};
use entities::{enums::GuideConcernEnd, guide_concern};
use sea_orm::TransactionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Permitted, may_change},
        guide_watch::{
            store::concerns as store,
            types::{GuideConcern, GuideWatchErrorCode},
        },
        organisations::covers,
    },
    infra::{
        audit,
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Done, Now, Stop, UserErrorCode, done, payloads},
    },
};

/// Какое замечание отклонить.
#[derive(InputObject)]
struct GuideConcernDismissInput {
    /// Какое.
    id: ID,
}

payloads! {
    /// Итог отклонения замечания.
    GuideConcernDismissPayload {
        /// Замечание.
        concern: GuideConcern
    }
}

#[derive(Default)]
pub struct ConcernMutation;

#[Object]
impl ConcernMutation {
    /// Отклонить замечание: с инструкцией всё в порядке. Повтор ничего не меняет.
    async fn guide_concern_dismiss(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое замечание.")] input: GuideConcernDismissInput,
    ) -> Option<Result<GuideConcernDismissPayload, Error>> {
        Some(dismiss(context, input).await.map(Into::into))
    }
}

async fn dismiss(
    context: &Context<'_>,
    input: GuideConcernDismissInput,
) -> Result<Done<GuideConcern>, Error> {
    let editor = may_change(context, Permission::EditContent).await?;
    let id = GuideConcern::NODE.decode("input.id", &input.id)?;
    done(close(context, &editor, id).await.map(GuideConcern))
}

async fn close(
    context: &Context<'_>,
    editor: &Permitted,
    id: Uuid,
) -> Result<guide_concern::Model, Stop> {
    let now = Now::of(context);
    let database = context.data_unchecked::<Database>();
    let transaction = database.writer().begin().await?;
    let not_found = || GuideWatchErrorCode::NotFound.at("id");
    let concern = store::lock_concern(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    let organisation_id = store::find_organisation(&transaction, concern.guide_id)
        .await?
        .ok_or_else(not_found)?;
    if !covers(&transaction, &editor.reach, organisation_id).await? {
        return Err(not_found().into());
    }
    match concern.closed_as {
        // Asked twice, it is done once.
        Some(GuideConcernEnd::Dismissed) => return Ok(concern),
        Some(_) => return Err(GuideWatchErrorCode::ConcernClosed.at("id").into()),
        None => {}
    }
    store::close(&transaction, id, GuideConcernEnd::Dismissed, now).await?;
    let object = ("GuideConcern", id);
    let details = json!({ "kind": concern.kind });
    let entry = editor.entry(
        "guide_concern.dismiss",
        Some(organisation_id),
        object,
        details,
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(guide_concern::Model {
        closed_at: Some(now),
        closed_as: Some(GuideConcernEnd::Dismissed),
        ..concern
    })
}

//! Applying an uploaded roster.

use async_graphql::{Context, ID, InputObject, Object};
use sea_orm::TransactionTrait;
use serde_json::json;

use crate::{
    domain::{
        accounts::may_change,
        membership::{
            import,
            store::imports as store,
            types::{MemberImport, MembershipErrorCode},
        },
        organisations::covers,
    },
    infra::{
        audit,
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, payloads},
    },
};

/// Какой список применить.
#[derive(InputObject)]
struct MemberImportApplyInput {
    /// Какой.
    id: ID,
}

payloads! {
    /// Итог применения списка.
    MemberImportApplyPayload {
        /// Список.
        member_import: MemberImport
    }
}

#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Применить прочитанный список: годные строки, все сразу. Повторное применение ничего не меняет.
    async fn member_import_apply(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] input: MemberImportApplyInput,
    ) -> Option<Result<MemberImportApplyPayload, Error>> {
        Some(apply(context, input).await.map(Into::into))
    }
}

async fn apply(
    context: &Context<'_>,
    input: MemberImportApplyInput,
) -> Result<Done<MemberImport>, Error> {
    let officer = may_change(context, Permission::ImportRoster).await?;
    let id = MemberImport::NODE.decode("input.id", &input.id)?;
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let refused = |code: MembershipErrorCode| Ok(Err(vec![code.at("id")]));
    let Some(row) = store::lock(&transaction, id).await? else {
        return refused(MembershipErrorCode::ImportNotFound);
    };
    if !covers(&transaction, &officer.reach, row.issuer_id).await? {
        return refused(MembershipErrorCode::ImportNotFound);
    }
    let was_applied = row.applied_at.is_some();
    let issuer_id = row.issuer_id;
    let applied = match import::apply(&transaction, row, now).await? {
        Ok(applied) => applied,
        Err(code) => return refused(code),
    };
    if !was_applied {
        let entry = officer.entry(
            "member_import.apply",
            Some(issuer_id),
            ("member_import", id),
            json!({ "added": applied.added, "updated": applied.updated }),
        );
        audit::record(&transaction, entry, now).await?;
    }
    transaction.commit().await?;
    Ok(Ok(MemberImport::of(applied)?))
}

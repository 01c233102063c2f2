//! Applying an uploaded roster.

use async_graphql::{Context, ID, InputObject, Object};
use entities::{enums::ImportState, member_import};
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Permitted, may_change},
        membership::{
            import,
            rules::applies_at_once,
            store::imports as store,
            types::{MemberImport, MembershipErrorCode},
        },
        organisations::covers,
    },
    infra::{
        audit,
        auth::Permission,
        db::{Database, begin_long},
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
    /// Список, в котором добавится или изменится больше 5000 записей, применяется в очереди: его
    /// состояние — APPLYING, и чем кончилось, покажет memberImport.
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
    let database = context.data_unchecked::<Database>();
    let refused = |code: MembershipErrorCode| Ok(Err(vec![code.at("id")]));
    // Looked at first without its lock, which a job that applies it holds for as long as that takes.
    let Some(row) = find_theirs(database, &officer, id).await? else {
        return refused(MembershipErrorCode::ImportNotFound);
    };
    if is_asked_for(&row) {
        return Ok(Ok(MemberImport::of(row)?));
    }
    let transaction = begin_long(database).await?;
    let Some(row) = store::lock(&transaction, id).await? else {
        return refused(MembershipErrorCode::ImportNotFound);
    };
    // Asked twice at once, it is done once.
    if is_asked_for(&row) {
        return Ok(Ok(MemberImport::of(row)?));
    }
    let entry = officer.entry(
        import::APPLY_ACTION,
        Some(row.issuer_id),
        ("member_import", id),
        import::counts(&row),
    );
    let is_queued = row.state == ImportState::Staged && !applies_at_once(row.added, row.updated);
    let row = if is_queued {
        import::enqueue(&transaction, row, entry, now).await?
    } else {
        let applied = match import::apply(&transaction, row, now).await? {
            Ok(applied) => applied,
            Err(code) => return refused(code),
        };
        audit::record(&transaction, entry, now).await?;
        applied
    };
    transaction.commit().await?;
    Ok(Ok(MemberImport::of(row)?))
}

/// An import outside the officer's reach is as unknown as one that is not.
async fn find_theirs(
    database: &Database,
    officer: &Permitted,
    id: Uuid,
) -> Result<Option<member_import::Model>, Error> {
    let reader = database.reader();
    let Some(row) = store::find(reader, id).await? else {
        return Ok(None);
    };
    let is_theirs = covers(reader, &officer.reach, row.issuer_id).await?;
    Ok(is_theirs.then_some(row))
}

/// Whether it is applied, or a job is to apply it.
const fn is_asked_for(row: &member_import::Model) -> bool {
    matches!(row.state, ImportState::Applying | ImportState::Applied)
}

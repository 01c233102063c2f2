//! Giving sign-in back to somebody for whom it went off after too many failures.

use async_graphql::{Context, InputObject, Object};
use entities::account;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::sign_in::{LONGEST_IDENTIFIER, reachable};
use crate::{
    domain::accounts::{
        contact::Contact,
        guard::{Permitted, may_change},
        service::Accounts,
        staff,
        store::{challenges, people, viewing},
        types::AccountErrorCode,
    },
    infra::{
        audit,
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, at_most, payloads},
    },
};

/// Кому вернуть вход.
#[derive(InputObject)]
struct SignInUnlockInput {
    /// Российский мобильный телефон или почта, в любой записи.
    identifier: String,
}

payloads! {
    /// Итог возвращения входа: одинаков, известен ли телефон или почта и отключён ли вход.
    SignInUnlockPayload {
        /// Запрос принят.
        accepted: bool
    }
}

#[derive(Default)]
pub struct UnlockMutation;

#[Object]
impl UnlockMutation {
    /// Вернуть вход тому, у кого он отключён после множества неверных попыток. Действует на членов
    /// организаций в пределах прав спрашивающего; сотрудникам вход по паролю возвращает федерация.
    async fn sign_in_unlock(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кому.")] input: SignInUnlockInput,
    ) -> Option<Result<SignInUnlockPayload, Error>> {
        Some(unlock(context, input).await.map(Into::into))
    }
}

async fn unlock(context: &Context<'_>, input: SignInUnlockInput) -> Result<Done<bool>, Error> {
    let officer = may_change(context, Permission::ChangeMemberships).await?;
    at_most(LONGEST_IDENTIFIER, "input.identifier", &input.identifier)?;
    let Some(contact) = reachable(&input.identifier) else {
        return Ok(Err(vec![
            AccountErrorCode::InvalidIdentifier.at("identifier"),
        ]));
    };
    let accounts = context.data_unchecked::<Accounts>();
    let now = Now::of(context);
    let lookup = accounts.lookup(&contact);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    challenges::lock_identifier(&transaction, &lookup, now).await?;
    let holder = people::find_by_contact(&transaction, &contact, &lookup).await?;
    let is_theirs = is_theirs(&transaction, &officer, holder.as_ref(), &lookup).await?;
    if is_theirs {
        challenges::set_guard(&transaction, &lookup, 0, None).await?;
    }
    let runs_staff = officer
        .signed_in
        .reach(Permission::ManageStaff, now)
        .is_ok_and(|reach| reach.is_everywhere);
    if runs_staff && matches!(contact, Contact::Email(_)) {
        let guarded = staff::guard_of(accounts, &contact);
        challenges::set_guard(&transaction, &guarded, 0, None).await?;
    }
    // Written whatever came of it: the log has the pseudonym of whom it was about, never a contact.
    let object = holder.map_or(("nobody", Uuid::nil()), |holder| ("account", holder.id));
    let details = json!({ "unlocked": is_theirs });
    let entry = officer.entry("sign_in.unlock", None, object, details);
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(Ok(true))
}

/// Whether whoever signs in by that contact is the officer's business. Somebody may stand in a roster
/// and have no account yet.
async fn is_theirs(
    transaction: &impl ConnectionTrait,
    officer: &Permitted,
    holder: Option<&account::Model>,
    lookup: &str,
) -> Result<bool, Error> {
    let account_id = holder.map(|holder| holder.id);
    let belongs = viewing::belongs_within(transaction, account_id, lookup, &officer.reach).await?;
    Ok(belongs || officer.reach.is_everywhere)
}

//! Changing memberships: transfer, suspension, restoration, revocation.

use async_graphql::{Context, ID, InputObject, Object};
use entities::{
    enums::MembershipStatus::{self, Active, Revoked, Suspended},
    membership,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::claims::reason;
use crate::{
    domain::{
        accounts::{Accounts, Permitted, may_change},
        membership::{
            reason::Reason,
            store::roster as store,
            types::{Member, Membership, MembershipErrorCode},
        },
        organisations::{Organisation, covers, find_issuer},
    },
    infra::{
        audit,
        auth::Permission,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, payloads},
    },
};

/// Куда перевести.
#[derive(InputObject)]
struct MembershipTransferInput {
    /// Чьё членство.
    membership_id: ID,
    /// Организация того же профсоюза.
    organisation: ID,
}

/// Что сделать с членством и почему.
#[derive(InputObject)]
struct MembershipStatusInput {
    /// Чьё членство.
    membership_id: ID,
    /// Почему; увидит член профсоюза.
    reason: String,
}

payloads! {
    /// Итог изменения членства.
    MembershipChangePayload {
        /// Изменённое членство.
        member: Member
    }
}

#[derive(Default)]
pub struct RosterMutation;

#[Object]
impl RosterMutation {
    /// Перевести в другую организацию того же профсоюза.
    async fn membership_transfer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кого и куда.")] input: MembershipTransferInput,
    ) -> Option<Result<MembershipChangePayload, Error>> {
        Some(transfer(context, input).await.map(Into::into))
    }

    /// Приостановить действующее членство.
    async fn membership_suspend(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чьё и почему.")] input: MembershipStatusInput,
    ) -> Option<Result<MembershipChangePayload, Error>> {
        let change = StatusChange {
            action: "membership.suspend",
            from: &[Active],
            to: Suspended,
        };
        Some(change.apply(context, input).await.map(Into::into))
    }

    /// Возобновить приостановленное членство.
    async fn membership_restore(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чьё и почему.")] input: MembershipStatusInput,
    ) -> Option<Result<MembershipChangePayload, Error>> {
        let change = StatusChange {
            action: "membership.restore",
            from: &[Suspended],
            to: Active,
        };
        Some(change.apply(context, input).await.map(Into::into))
    }

    /// Прекратить членство. Билет перестаёт действовать сразу.
    async fn membership_revoke(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чьё и почему.")] input: MembershipStatusInput,
    ) -> Option<Result<MembershipChangePayload, Error>> {
        let change = StatusChange {
            action: "membership.revoke",
            from: &[Active, Suspended, MembershipStatus::Expired],
            to: Revoked,
        };
        Some(change.apply(context, input).await.map(Into::into))
    }
}

struct StatusChange {
    action: &'static str,
    from: &'static [MembershipStatus],
    to: MembershipStatus,
}

impl StatusChange {
    async fn apply(
        &self,
        context: &Context<'_>,
        input: MembershipStatusInput,
    ) -> Result<Done<Member>, Error> {
        let officer = may_change(context, Permission::ChangeMemberships).await?;
        let Some(reason) = reason(&input.reason) else {
            return Ok(Err(vec![MembershipErrorCode::ReasonRequired.at("reason")]));
        };
        let id = Membership::NODE.decode("input.membershipId", &input.membership_id)?;
        let now = Now::of(context);
        let transaction = context
            .data_unchecked::<Database>()
            .writer()
            .begin()
            .await?;
        let Some(row) = locked(&transaction, &officer, id).await? else {
            return Ok(not_found());
        };
        // Asked twice, it is done once.
        if row.status == self.to {
            return shown(context, &transaction, id).await.map(Ok);
        }
        if !self.from.contains(&row.status) {
            return Ok(Err(vec![
                MembershipErrorCode::WrongStatus.at("membershipId"),
            ]));
        }
        let accounts = context.data_unchecked::<Accounts>();
        let key = accounts.data_key(&transaction, row.person_id).await?;
        let sealed = Reason::Status.seal(&key, &reason)?;
        store::set_status(&transaction, id, self.to, sealed, now).await?;
        let entry = officer.entry(
            self.action,
            Some(row.organisation_id),
            ("membership", id),
            json!({ "from": row.status, "to": self.to }),
        );
        audit::record(&transaction, entry, now).await?;
        let member = shown(context, &transaction, id).await?;
        transaction.commit().await?;
        forget_holder(context, &row).await;
        Ok(Ok(member))
    }
}

async fn transfer(
    context: &Context<'_>,
    input: MembershipTransferInput,
) -> Result<Done<Member>, Error> {
    let officer = may_change(context, Permission::ChangeMemberships).await?;
    let id = Membership::NODE.decode("input.membershipId", &input.membership_id)?;
    let to = Organisation::NODE.decode("input.organisation", &input.organisation)?;
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let Some(row) = locked(&transaction, &officer, id).await? else {
        return Ok(not_found());
    };
    let refused = |code: MembershipErrorCode| Ok(Err(vec![code.at("organisation")]));
    if !covers(&transaction, &officer.reach, to).await? {
        return refused(MembershipErrorCode::OrganisationNotFound);
    }
    match find_issuer(&transaction, to).await? {
        None => return refused(MembershipErrorCode::OrganisationNotFound),
        Some(issuer) if issuer.id != row.issuer_id => {
            return refused(MembershipErrorCode::OtherUnion);
        }
        Some(_) => {}
    }
    store::set_organisation(&transaction, id, to, now).await?;
    let entry = officer.entry(
        "membership.transfer",
        Some(row.organisation_id),
        ("membership", id),
        json!({ "to": to }),
    );
    audit::record(&transaction, entry, now).await?;
    let member = shown(context, &transaction, id).await?;
    transaction.commit().await?;
    forget_holder(context, &row).await;
    Ok(Ok(member))
}

/// What a membership's holder may from now on is in force here at once.
async fn forget_holder(context: &Context<'_>, row: &membership::Model) {
    if let Some(account_id) = row.account_id {
        let accounts = context.data_unchecked::<Accounts>();
        let reader = context.data_unchecked::<Database>().reader();
        let now = Now::of(context);
        accounts.forget_account(reader, account_id, now).await;
    }
}

fn not_found() -> Done<Member> {
    Err(vec![
        MembershipErrorCode::MembershipNotFound.at("membershipId"),
    ])
}

/// A membership outside the officer's reach is as unknown as one that is not.
async fn locked(
    transaction: &impl ConnectionTrait,
    officer: &Permitted,
    id: Uuid,
) -> Result<Option<membership::Model>, Error> {
    let Some(row) = store::lock(transaction, id).await? else {
        return Ok(None);
    };
    let is_theirs = covers(transaction, &officer.reach, row.organisation_id).await?;
    Ok(is_theirs.then_some(row))
}

async fn shown(
    context: &Context<'_>,
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Member, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let row = store::lock(transaction, id)
        .await?
        .ok_or_else(|| Error::internal("a membership is gone at once", id))?;
    let key = accounts.data_key(transaction, row.person_id).await?;
    Member::of(&row, &key, moscow_date(Now::of(context)))
}

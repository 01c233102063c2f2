//! Staff: inviting, disabling, giving and taking roles.

use async_graphql::{Context, ID, InputObject, Object};
use sea_orm::TransactionTrait;
use serde_json::json;
use uuid::Uuid;

use super::staff_access::staff_page;
use crate::{
    domain::{
        accounts::{
            contact::Email,
            guard::{Permitted, may_change},
            profile::name_of,
            service::Accounts,
            staff::{self, Invitation, NewGrant},
            store::staff as store,
            types::{Account, AccountErrorCode, Role, RoleGrant},
        },
        organisations::{Okrug, Organisation, exists},
    },
    infra::{
        audit,
        auth::{Permission, Scope},
        db::Database,
        error::Error,
        graphql::{DateTime, Done, NodeTag, Now, UserErrorCode, payloads},
    },
};

/// Где действует роль: ровно одно из трёх.
#[derive(Clone, Default, InputObject)]
struct RoleScopeInput {
    /// Во всей федерации.
    #[graphql(default)]
    federation: bool,
    /// В организации и нижестоящих.
    organisation: Option<ID>,
    /// В организациях округа.
    okrug: Option<Okrug>,
}

/// Кого пригласить и в какой роли.
#[derive(InputObject)]
struct StaffInviteInput {
    /// Почта.
    email: String,
    /// Имя.
    name: Option<String>,
    /// Роль.
    role: Role,
    /// Где она действует.
    scope: RoleScopeInput,
    /// До какого момента; нет — бессрочно.
    ends_at: Option<DateTime>,
}

/// Кому дать роль.
#[derive(InputObject)]
struct RoleGrantInput {
    /// Кому.
    account_id: ID,
    /// Роль.
    role: Role,
    /// Где она действует.
    scope: RoleScopeInput,
    /// До какого момента; нет — бессрочно.
    ends_at: Option<DateTime>,
}

/// Какую роль отобрать.
#[derive(InputObject)]
struct RoleRevokeInput {
    /// Какую.
    grant_id: ID,
}

/// Кого отключить.
#[derive(InputObject)]
struct StaffDisableInput {
    /// Кого.
    account_id: ID,
}

payloads! {
    /// Итог приглашения.
    StaffInvitePayload {
        /// Идентификатор учётной записи.
        account_id: ID
    }
    /// Итог изменения ролей.
    RoleChangePayload {
        /// Роли сотрудника, которые действуют теперь.
        grants: Vec<RoleGrant>
    }
    /// Итог отключения.
    StaffDisablePayload {
        /// Идентификатор учётной записи.
        account_id: ID
    }
}

#[derive(Default)]
pub struct StaffMutation;

#[Object]
impl StaffMutation {
    /// Пригласить сотрудника. Нужно недавнее подтверждение: `stepUp`.
    async fn staff_invite(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кого.")] input: StaffInviteInput,
    ) -> Option<Result<StaffInvitePayload, Error>> {
        Some(invite(context, input).await.map(Into::into))
    }

    /// Отключить сотрудника: роли отобраны, сеансы закончены.
    async fn staff_disable(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кого.")] input: StaffDisableInput,
    ) -> Option<Result<StaffDisablePayload, Error>> {
        Some(disable(context, input).await.map(Into::into))
    }

    /// Дать роль: не больше прав, чем есть у дающего. Нужно недавнее подтверждение: `stepUp`.
    async fn role_grant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и кому.")] input: RoleGrantInput,
    ) -> Option<Result<RoleChangePayload, Error>> {
        Some(give(context, input).await.map(Into::into))
    }

    /// Отобрать роль. Нужно недавнее подтверждение: `stepUp`.
    async fn role_revoke(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: RoleRevokeInput,
    ) -> Option<Result<RoleChangePayload, Error>> {
        Some(take_back(context, input).await.map(Into::into))
    }
}

type Refused = Vec<crate::infra::graphql::UserError>;

fn scope(input: &RoleScopeInput) -> Result<Result<Scope, AccountErrorCode>, Error> {
    let organisation = input
        .organisation
        .as_ref()
        .map(|id| Organisation::NODE.decode("input.scope.organisation", id))
        .transpose()?;
    let okrugs = input.okrug.map(Okrug::stored).unwrap_or_default();
    Ok(match (input.federation, organisation, okrugs.as_slice()) {
        (true, None, []) => Ok(Scope::Federation),
        (false, Some(id), []) => Ok(Scope::Organisation(id)),
        (false, None, [okrug]) => Ok(Scope::Okrug(*okrug)),
        _ => Err(AccountErrorCode::ScopeInvalid),
    })
}

/// Who changes rights has shown a factor a short while ago.
async fn fresh(
    context: &Context<'_>,
    permission: Permission,
) -> Result<Result<Permitted, Refused>, Error> {
    let permitted = may_change(context, permission).await?;
    Ok(if permitted.signed_in.is_fresh(Now::of(context)) {
        Ok(permitted)
    } else {
        Err(vec![AccountErrorCode::StepUpRequired.error()])
    })
}

async fn invite(context: &Context<'_>, input: StaffInviteInput) -> Result<Done<ID>, Error> {
    let permitted = match fresh(context, Permission::ManageStaff).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let Ok(email) = Email::parse(&input.email) else {
        return Ok(Err(vec![AccountErrorCode::InvalidIdentifier.at("email")]));
    };
    let name = match input.name.as_deref().map(name_of) {
        None => None,
        Some(Some(name)) => Some(name),
        Some(None) => return Ok(Err(vec![AccountErrorCode::InvalidName.at("name")])),
    };
    let scope = match scope(&input.scope)? {
        Ok(scope) => scope,
        Err(code) => return Ok(Err(vec![code.at("scope")])),
    };
    let (accounts, now) = (context.data_unchecked::<Accounts>(), Now::of(context));
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let role = input.role.into();
    let signed_in = &permitted.signed_in;
    if !scope_exists(&transaction, scope).await?
        || !staff::may_deal_in(&transaction, signed_in, role, scope, now).await?
    {
        return Ok(Err(vec![AccountErrorCode::RoleBeyondYours.at("role")]));
    }
    let invitation = Invitation {
        email,
        name,
        grant: NewGrant {
            account_id: Uuid::nil(),
            role,
            scope,
            ends_at: input.ends_at.map(|end| end.0),
        },
        granted_by_id: signed_in.account_id,
        page: staff_page(context, "welcome"),
    };
    let account = staff::invite(accounts, &transaction, invitation, now).await?;
    let entry = permitted.entry(
        "staff.invite",
        organisation_of(scope),
        ("account", account.id),
        json!({ "role": role }),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(Ok(Account::NODE.id(account.id)))
}

async fn scope_exists(
    connection: &impl sea_orm::ConnectionTrait,
    scope: Scope,
) -> Result<bool, Error> {
    match scope {
        Scope::Organisation(id) => Ok(exists(connection, id).await?),
        Scope::Federation | Scope::Okrug(_) => Ok(true),
    }
}

const fn organisation_of(scope: Scope) -> Option<Uuid> {
    match scope {
        Scope::Organisation(id) => Some(id),
        Scope::Federation | Scope::Okrug(_) => None,
    }
}

async fn disable(context: &Context<'_>, input: StaffDisableInput) -> Result<Done<ID>, Error> {
    let permitted = match fresh(context, Permission::ManageStaff).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let account_id = Account::NODE.decode("input.accountId", &input.account_id)?;
    let (accounts, now) = (context.data_unchecked::<Accounts>(), Now::of(context));
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let refused = || Ok(Err(vec![AccountErrorCode::StaffNotFound.at("accountId")]));
    crate::domain::accounts::lock_account(&transaction, account_id).await?;
    let grants = store::list_grants(&transaction, &[account_id], now).await?;
    // Only who could have given all of it may take all of it.
    for row in &grants {
        let Some(grant) = crate::domain::accounts::store::viewing::grant(row.clone()) else {
            continue;
        };
        let (role, scope) = (grant.role, grant.scope);
        if !staff::may_deal_in(&transaction, &permitted.signed_in, role, scope, now).await? {
            return refused();
        }
    }
    let is_staff = store::find_credential(&transaction, account_id)
        .await?
        .is_some();
    if !is_staff || (grants.is_empty() && !permitted.reach.is_everywhere) {
        return refused();
    }
    let ended = staff::disable(&transaction, account_id, now).await?;
    let entry = permitted.entry("staff.disable", None, ("account", account_id), json!({}));
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    for id in ended {
        accounts.forget_session(id).await;
    }
    Ok(Ok(input.account_id))
}

async fn give(context: &Context<'_>, input: RoleGrantInput) -> Result<Done<Vec<RoleGrant>>, Error> {
    let permitted = match fresh(context, Permission::GrantRoles).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let account_id = Account::NODE.decode("input.accountId", &input.account_id)?;
    let scope = match scope(&input.scope)? {
        Ok(scope) => scope,
        Err(code) => return Ok(Err(vec![code.at("scope")])),
    };
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let grant = NewGrant {
        account_id,
        role: input.role.into(),
        scope,
        ends_at: input.ends_at.map(|end| end.0),
    };
    let role = grant.role;
    if !scope_exists(&transaction, scope).await? {
        return Ok(Err(vec![AccountErrorCode::RoleBeyondYours.at("role")]));
    }
    if let Err(code) = staff::give(&transaction, &permitted.signed_in, grant, now).await? {
        return Ok(Err(vec![code.error()]));
    }
    let entry = permitted.entry(
        "role.grant",
        organisation_of(scope),
        ("account", account_id),
        json!({ "role": role }),
    );
    audit::record(&transaction, entry, now).await?;
    let held = store::list_grants(&transaction, &[account_id], now).await?;
    transaction.commit().await?;
    Ok(Ok(held.iter().map(RoleGrant::of).collect()))
}

async fn take_back(
    context: &Context<'_>,
    input: RoleRevokeInput,
) -> Result<Done<Vec<RoleGrant>>, Error> {
    let permitted = match fresh(context, Permission::GrantRoles).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let grant_id = GRANT.decode("input.grantId", &input.grant_id)?;
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let taken = staff::take_back(&transaction, &permitted.signed_in, grant_id, now).await?;
    let row = match taken {
        Ok(row) => row,
        Err(code) => return Ok(Err(vec![code.at("grantId")])),
    };
    let entry = permitted.entry(
        "role.revoke",
        row.organisation_id,
        ("account", row.account_id),
        json!({ "role": row.role }),
    );
    audit::record(&transaction, entry, now).await?;
    let held = store::list_grants(&transaction, &[row.account_id], now).await?;
    transaction.commit().await?;
    Ok(Ok(held.iter().map(RoleGrant::of).collect()))
}

const GRANT: NodeTag = RoleGrant::NODE;

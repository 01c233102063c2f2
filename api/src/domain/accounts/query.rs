//! What an account's holder sees of it, as part of `viewer`, and the lists of staff.

use async_graphql::{Context, Object, connection::EmptyFields};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    guard::may_read,
    loaders::HolderByAccountId,
    profile::Profile,
    service::Accounts,
    sessions::device_of,
    store::{
        people, sessions,
        staff::{self, StaffPosition},
    },
    types::{Account, RoleDescription, RoleGrant, Session, StaffMember},
};
use crate::infra::{
    auth::{Permission, Viewer, all_roles, permissions_of},
    db::Database,
    error::Error,
    graphql::{List, Now, PageArguments, TotalCount, connect, load_of},
};

/// The account's part of `viewer`.
#[derive(Default)]
pub struct ViewerAccount;

#[Object]
impl ViewerAccount {
    /// Учётная запись.
    async fn account(&self, context: &Context<'_>) -> Option<Result<Account, Error>> {
        async {
            let signed_in = context.data_unchecked::<Viewer>().require()?;
            let accounts = context.data_unchecked::<Accounts>();
            let reader = context.data_unchecked::<Database>().reader();
            let row = people::find_account(reader, signed_in.account_id)
                .await?
                .ok_or(Error::Unauthenticated)?;
            let (profile, _) = accounts.profile(reader, &row).await?;
            Ok(Some(Account::of(&row, profile)))
        }
        .await
        .transpose()
    }

    /// Свои сеансы, новые впереди.
    async fn sessions(&self, context: &Context<'_>) -> Option<Result<Vec<Session>, Error>> {
        async {
            let signed_in = context.data_unchecked::<Viewer>().require()?;
            let accounts = context.data_unchecked::<Accounts>();
            let reader = context.data_unchecked::<Database>().reader();
            let row = people::find_account(reader, signed_in.account_id)
                .await?
                .ok_or(Error::Unauthenticated)?;
            let key = accounts.data_key(reader, row.person_id).await?;
            let live = sessions::list_live(reader, row.id, Now::of(context)).await?;
            let seen = live.iter().map(|session| {
                let device = device_of(&key, session)?;
                Ok(Session::of(session, device, signed_in.session_id))
            });
            seen.collect::<Result<Vec<_>, Error>>().map(Some)
        }
        .await
        .transpose()
    }
}

type StaffList = List<StaffPosition, StaffMember>;

/// Root fields of staff.
#[derive(Default)]
pub struct StaffQuery;

#[Object]
impl StaffQuery {
    /// Сотрудники с ролями в пределах прав спрашивающего, новые впереди.
    async fn staff(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<StaffList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_staff(context, page).await)
    }

    /// Какие есть роли и что они дают.
    async fn roles(&self, context: &Context<'_>) -> Option<Result<Vec<RoleDescription>, Error>> {
        let described = may_read(context, Permission::ViewStaff).map(|_| {
            all_roles()
                .into_iter()
                .map(|role| RoleDescription {
                    role: role.into(),
                    permissions: permissions_of(role)
                        .iter()
                        .map(|one| (*one).into())
                        .collect(),
                })
                .collect()
        });
        Some(described)
    }
}

async fn list_staff(context: &Context<'_>, page: PageArguments) -> Result<StaffList, Error> {
    let reach = may_read(context, Permission::ViewStaff)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let now = Now::of(context);
    let slice = staff::list(database.reader(), &reach, &page.parse()?, now).await?;
    let ids: Vec<_> = slice.rows.iter().map(|(account, ..)| account.id).collect();
    let grants = staff::list_grants_within(database.reader(), &ids, &reach, now).await?;
    let members = slice.try_map(|(account, credential, person)| {
        let key = accounts.vault.data_key(person.id, &person.data_key)?;
        let profile = Profile::open(&key, &account.profile)?;
        let theirs = grants.iter().filter(|grant| grant.account_id == account.id);
        let theirs = theirs.map(RoleGrant::of).collect();
        let position = StaffPosition {
            created_at: credential.created_at,
            id: account.id,
        };
        let member = StaffMember::of(&account, &credential, profile, theirs);
        Ok::<_, Error>((position, member))
    })?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(staff::count(database.reader(), &reach, now).await?) }.boxed()
    });
    Ok(connect(members, count, |(position, member)| {
        (position, member, EmptyFields)
    }))
}

/// What somebody of staff is called by the others; `None`: they are gone, or nothing is known of them.
///
/// # Errors
/// Whatever the database reports.
pub async fn staff_name_of(
    context: &Context<'_>,
    account_id: Uuid,
) -> Result<Option<String>, Error> {
    let Some((account, person)) = load_of(context, HolderByAccountId(account_id)).await? else {
        return Ok(None);
    };
    let accounts = context.data_unchecked::<Accounts>();
    let key = accounts.vault.data_key(person.id, &person.data_key)?;
    Ok(Profile::open(&key, &account.profile)?.shown_to_staff())
}

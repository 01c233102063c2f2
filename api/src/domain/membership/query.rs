//! Root fields of membership, and its part of `viewer`.

use async_graphql::{Context, Enum, ID, InputObject, Object, connection::EmptyFields};
use entities::{account, person};
use futures_util::FutureExt;

use super::{
    card,
    card_number::CardNumber,
    claims::{list_own, number_lookup},
    holder::Holder,
    reason::Reason,
    store::{
        claims::{self, ClaimPosition},
        imports,
        roster::{self, RosterCriteria, RosterPosition},
    },
    types::{
        ClaimForOfficer, Member, MemberImport, Membership, MembershipCardCheck, MembershipClaim,
        MembershipClaimState, MembershipStatus,
    },
};
use crate::{
    domain::{
        accounts::{Accounts, contact::Phone, find_account, may_read},
        organisations::{Organisation, covers, list_issuers},
    },
    infra::{
        auth::{Permission, Viewer},
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{List, Now, PageArguments, TotalCount, connect},
    },
};

const LONGEST_CODE: usize = 400;

type MemberList = List<RosterPosition, Member>;
type ClaimList = List<ClaimPosition, ClaimForOfficer>;

/// Каких членов профсоюза показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
struct MemberFilter {
    /// Этой организации и нижестоящих.
    organisation: Option<ID>,
    /// В этом состоянии.
    status: Option<MembershipStatus>,
    /// С этим номером билета, в любой записи.
    card_number: Option<String>,
}

/// Какие заявления показать.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum ClaimQueue {
    /// Ждущие решения.
    Pending,
    /// Все.
    All,
}

/// The membership's part of `viewer`.
#[derive(Default)]
pub struct ViewerMembership;

#[Object]
impl ViewerMembership {
    /// Свои членства: самое долгое впереди.
    async fn memberships(&self, context: &Context<'_>) -> Option<Result<Vec<Membership>, Error>> {
        Some(memberships(context).await)
    }

    /// Главное членство: действующее и самое долгое.
    async fn primary_membership(&self, context: &Context<'_>) -> Option<Result<Membership, Error>> {
        let today = moscow_date(Now::of(context));
        let primary = memberships(context).await.map(|all| {
            let is_valid =
                |row: &Membership| super::rules::is_valid(row.0.status, row.0.valid_through, today);
            all.into_iter().find(is_valid)
        });
        primary.transpose()
    }

    /// Свои заявления, новые впереди.
    async fn membership_claims(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<MembershipClaim>, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let accounts = context.data_unchecked::<Accounts>();
            let reader = context.data_unchecked::<Database>().reader();
            let own = list_own(accounts, reader, account_id).await?;
            let shown = own
                .into_iter()
                .map(|(row, reason)| MembershipClaim::of(&row, reason));
            Ok(Some(shown.collect()))
        }
        .await
        .transpose()
    }
}

async fn memberships(context: &Context<'_>) -> Result<Vec<Membership>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let reader = context.data_unchecked::<Database>().reader();
    let rows = roster::list_of_account(reader, account_id).await?;
    Ok(rows.into_iter().map(Membership).collect())
}

/// Root fields of membership.
#[derive(Default)]
pub struct MembershipQuery;

#[Object]
impl MembershipQuery {
    /// Проверить билет: код с экрана или пропуск из кода QR. Ответ не хранится нигде.
    async fn membership_card_check(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Код или пропуск, до 400 знаков.")] code: String,
    ) -> Option<Result<MembershipCardCheck, Error>> {
        async {
            let now = Now::of(context);
            // Longer texts are no codes: the answer is the same as for any other that is none.
            let found = if code.len() > LONGEST_CODE {
                None
            } else {
                let accounts = context.data_unchecked::<Accounts>();
                let database = context.data_unchecked::<Database>();
                card::check(accounts, database, &code, now).await?
            };
            Ok(Some(MembershipCardCheck::of(found, now)))
        }
        .await
        .transpose()
    }

    /// Члены профсоюза, которых вправе видеть спрашивающий: имена скрыты, телефонов нет.
    async fn members(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Каких.")] filter: Option<MemberFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<MemberList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_members(context, filter.unwrap_or_default(), page).await)
    }

    /// Загруженный список: как далеко он прочитан и что в нём не так.
    async fn member_import(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] id: ID,
    ) -> Option<Result<MemberImport, Error>> {
        find_import(context, &id).await.transpose()
    }

    /// Заявления, которые вправе решать спрашивающий: старые впереди.
    async fn membership_claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие.", default_with = "ClaimQueue::Pending")] queue: ClaimQueue,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<ClaimList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_claims(context, queue, page).await)
    }
}

async fn find_import(context: &Context<'_>, id: &ID) -> Result<Option<MemberImport>, Error> {
    let reach = may_read(context, Permission::ImportRoster)?;
    let id = MemberImport::NODE.decode("id", id)?;
    let reader = context.data_unchecked::<Database>().reader();
    let Some(row) = imports::find(reader, id).await? else {
        return Ok(None);
    };
    if !covers(reader, &reach, row.issuer_id).await? {
        return Ok(None);
    }
    MemberImport::of(row).map(Some)
}

async fn list_members(
    context: &Context<'_>,
    filter: MemberFilter,
    page: PageArguments,
) -> Result<MemberList, Error> {
    let reach = may_read(context, Permission::ViewMembers)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let criteria = criteria(accounts, &database, filter).await?;
    let today = moscow_date(Now::of(context));
    let slice = roster::list(database.reader(), &reach, &criteria, &page.parse()?).await?;
    let members = slice.try_map(|(row, person): (_, person::Model)| {
        let key = accounts.vault.data_key(person.id, &person.data_key)?;
        let position = RosterPosition {
            created_at: row.created_at,
            id: row.id,
        };
        Ok::<_, Error>((position, Member::of(&row, &key, today)?))
    })?;
    let count = TotalCount::new(move || {
        let (database, reach, criteria) = (database.clone(), reach.clone(), criteria.clone());
        async move { Ok(roster::count(database.reader(), &reach, &criteria).await?) }.boxed()
    });
    Ok(connect(members, count, |(position, member)| {
        (position, member, EmptyFields)
    }))
}

async fn criteria(
    accounts: &Accounts,
    database: &Database,
    filter: MemberFilter,
) -> Result<RosterCriteria, Error> {
    let organisation_id = filter
        .organisation
        .map(|id| Organisation::NODE.decode("filter.organisation", &id))
        .transpose()?;
    let number_lookups = match filter.card_number {
        None => None,
        Some(text) => {
            let number = CardNumber::parse(&text)
                .map_err(|problem| Error::bad_input("filter.cardNumber", problem.message()))?;
            let issuers = list_issuers(database.reader()).await?;
            let hashes = issuers
                .into_iter()
                .map(|issuer| number_lookup(&accounts.vault, issuer, &number));
            Some(hashes.collect())
        }
    };
    Ok(RosterCriteria {
        organisation_id,
        status: filter.status.map(Into::into),
        number_lookups,
    })
}

async fn list_claims(
    context: &Context<'_>,
    queue: ClaimQueue,
    page: PageArguments,
) -> Result<ClaimList, Error> {
    let reach = may_read(context, Permission::DecideClaims)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let state = match queue {
        ClaimQueue::Pending => Some(MembershipClaimState::Pending.into()),
        ClaimQueue::All => None,
    };
    let slice = claims::list(database.reader(), &reach, state, &page.parse()?).await?;
    let mut opened = Vec::with_capacity(slice.rows.len());
    for row in &slice.rows {
        let account: account::Model = find_account(database.reader(), row.account_id)
            .await?
            .ok_or_else(|| Error::internal("a claim of nobody", row.id))?;
        let key = accounts
            .data_key(database.reader(), account.person_id)
            .await?;
        let claimant = Holder::open(&key, &row.claimant)?;
        let reason = Reason::Decision.open(&key, row.sealed_decision_reason.as_deref())?;
        let phone = claimant.phone.as_deref().map(Phone::parse);
        let masked = phone.and_then(Result::ok).map(|phone| phone.masked());
        let position = ClaimPosition {
            created_at: row.created_at,
            id: row.id,
        };
        let claim = ClaimForOfficer::of(row, &claimant, reason, masked);
        opened.push((position, claim));
    }
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(claims::count(database.reader(), &reach, state).await?) }.boxed()
    });
    let slice = slice.with_rows(opened);
    Ok(connect(slice, count, |(position, claim)| {
        (position, claim, EmptyFields)
    }))
}

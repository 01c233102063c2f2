//! A membership as its holder sees it, and as the union's officers do.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entities::membership;

use super::MembershipCard;
use crate::{
    domain::{
        accounts::Accounts,
        membership::{
            card,
            holder::Holder,
            reason::Reason,
            rules::{is_valid, shown_status},
        },
        organisations::{Organisation, OrganisationById, organisation_of},
    },
    infra::{
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, DateTime, NodeTag, Now, recall_of},
        vault::DataKey,
    },
};

/// Действует ли членство. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::MembershipStatus")]
pub enum MembershipStatus {
    /// Действует.
    Active,
    /// Приостановлено.
    Suspended,
    /// Истекло.
    Expired,
    /// Прекращено.
    Revoked,
}

/// Своё членство в профсоюзе.
pub struct Membership(pub membership::Model);

impl Membership {
    /// Of memberships.
    pub const NODE: NodeTag = NodeTag(b'm');
}

/// Своё членство в профсоюзе.
#[Object]
impl Membership {
    /// Идентификатор.
    async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Организация, в которой человек состоит.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id).await
    }

    /// Городской профсоюз, выдавший билет.
    async fn issuer(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.issuer_id).await
    }

    /// Действует ли.
    async fn status(&self, context: &Context<'_>) -> MembershipStatus {
        let today = moscow_date(Now::of(context));
        shown_status(self.0.status, self.0.valid_through, today).into()
    }

    /// Почему не действует.
    async fn status_reason(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.open_reason(context).await.transpose()
    }

    /// С какого дня человек состоит в профсоюзе.
    async fn member_since(&self) -> Date {
        Date(self.0.member_since)
    }

    /// По какой день действует билет; нет — бессрочно.
    async fn valid_through(&self) -> Option<Date> {
        self.0.valid_through.map(Date)
    }

    /// Состоит ли в молодёжном возрасте.
    async fn is_youth(&self) -> bool {
        self.0.is_youth
    }

    /// Билет; нет — членство не действует.
    async fn card(&self, context: &Context<'_>) -> Option<Result<MembershipCard, Error>> {
        let now = Now::of(context);
        if !is_valid(self.0.status, self.0.valid_through, moscow_date(now)) {
            return None;
        }
        Some(self.show_card(context, now).await)
    }
}

impl Membership {
    /// Few memberships have a reason, so that the key is looked up for those alone.
    async fn open_reason(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let Some(sealed) = self.0.sealed_status_reason.as_deref() else {
            return Ok(None);
        };
        let accounts = context.data_unchecked::<Accounts>();
        let reader = context.data_unchecked::<Database>().reader();
        let key = accounts.data_key(reader, self.0.person_id).await?;
        Reason::Status.open(&key, Some(sealed))
    }

    async fn show_card(
        &self,
        context: &Context<'_>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<MembershipCard, Error> {
        let accounts = context.data_unchecked::<Accounts>();
        let reader = context.data_unchecked::<Database>().reader();
        let key = accounts.data_key(reader, self.0.person_id).await?;
        let holder = Holder::open(&key, &self.0.holder)?;
        let issuer = recall_of(context, OrganisationById(self.0.issuer_id)).await?;
        let union = issuer.map(|row| row.short_name.clone()).unwrap_or_default();
        let shown = card::show(accounts, &self.0, &holder, &union, now)?;
        Ok(MembershipCard {
            row: self.0.clone(),
            holder,
            shown,
        })
    }
}

/// Член профсоюза в списке организации: для уполномоченных ею сотрудников, без телефона.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Member {
    /// Идентификатор членства.
    id: ID,
    /// Фамилия, скрытая посередине, и инициалы.
    masked_name: String,
    /// Номер билета.
    card_number: String,
    /// Действует ли.
    status: MembershipStatus,
    /// Почему не действует.
    status_reason: Option<String>,
    /// С какого дня состоит.
    member_since: Date,
    /// По какой день действует билет.
    valid_through: Option<Date>,
    /// Есть ли у человека учётная запись.
    has_account: bool,
    /// Когда запись изменена.
    updated_at: DateTime,
    #[graphql(skip)]
    organisation_id: uuid::Uuid,
}

#[async_graphql::ComplexObject]
impl Member {
    /// Организация.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }
}

impl Member {
    /// What an officer sees.
    ///
    /// # Errors
    /// `Internal`, when the key is somebody else's.
    pub fn of(
        row: &membership::Model,
        key: &DataKey,
        today: chrono::NaiveDate,
    ) -> Result<Self, Error> {
        let holder = Holder::open(key, &row.holder)?;
        Ok(Self {
            id: Membership::NODE.id(row.id),
            masked_name: holder.masked_name(),
            card_number: holder.card_number,
            status: shown_status(row.status, row.valid_through, today).into(),
            status_reason: Reason::Status.open(key, row.sealed_status_reason.as_deref())?,
            member_since: Date(row.member_since),
            valid_through: row.valid_through.map(Date),
            has_account: row.account_id.is_some(),
            updated_at: DateTime(row.updated_at),
            organisation_id: row.organisation_id,
        })
    }
}

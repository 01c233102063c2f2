//! Claims as their makers see them, and as officers do.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use entities::membership_claim;
use uuid::Uuid;

use crate::{
    domain::{
        membership::holder::Holder,
        organisations::{Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag},
    },
};

/// Где заявление. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ClaimState")]
pub enum MembershipClaimState {
    /// Ждёт решения.
    Pending,
    /// Подтверждено.
    Approved,
    /// Отклонено.
    Rejected,
}

/// Своё заявление: «этот билет мой».
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MembershipClaim {
    /// Идентификатор.
    id: ID,
    /// Где оно.
    state: MembershipClaimState,
    /// Почему отклонено.
    decision_reason: Option<String>,
    /// Когда подано.
    created_at: DateTime,
    /// Когда решено.
    decided_at: Option<DateTime>,
    #[graphql(skip)]
    organisation_id: Uuid,
}

#[ComplexObject]
impl MembershipClaim {
    /// Организация, в которую подано.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id).await
    }
}

impl MembershipClaim {
    /// Of claims.
    pub const NODE: NodeTag = NodeTag(b'k');

    /// A claim, and why it was rejected.
    pub fn of(row: &membership_claim::Model, decision_reason: Option<String>) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            state: row.state.into(),
            decision_reason,
            created_at: DateTime(row.created_at),
            decided_at: row.decided_at.map(DateTime),
            organisation_id: row.organisation_id,
        }
    }
}

/// Заявление в очереди уполномоченного: имя и номер нужны, чтобы сверить их со списком.
#[derive(SimpleObject)]
pub struct ClaimForOfficer {
    /// Заявление.
    claim: MembershipClaim,
    /// Фамилия, имя и отчество, как их указал заявитель.
    claimed_name: String,
    /// Номер билета, как его указал заявитель.
    claimed_card_number: String,
    /// Телефон заявителя, скрытый посередине.
    masked_phone: Option<String>,
}

impl ClaimForOfficer {
    /// What an officer sees.
    pub fn of(
        row: &membership_claim::Model,
        claimant: &Holder,
        decision_reason: Option<String>,
        masked_phone: Option<String>,
    ) -> Self {
        Self {
            claim: MembershipClaim::of(row, decision_reason),
            claimed_name: claimant.full_name(),
            claimed_card_number: claimant.card_number.clone(),
            masked_phone,
        }
    }
}

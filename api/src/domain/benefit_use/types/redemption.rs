//! A redemption as its holder sees it.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use uuid::Uuid;

use crate::{
    domain::{
        benefit_use::{offer::find_seen, redeeming::Redeemed},
        benefits::{Benefit, RedemptionKind},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, PhoneNumber, Url},
    },
};

/// Полученная льгота: видна только тому, кто её получил.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Redemption {
    /// Идентификатор.
    id: ID,
    /// Как воспользоваться.
    kind: RedemptionKind,
    /// Код: общий промокод или личный.
    code: Option<String>,
    /// Адрес для записи, заявления или перехода.
    url: Option<Url>,
    /// Телефон для записи.
    phone: Option<PhoneNumber>,
    /// Что сделать, если кода, адреса и телефона нет.
    text: Option<String>,
    /// Когда получена.
    redeemed_at: DateTime,
    #[graphql(skip)]
    benefit_id: Uuid,
}

#[ComplexObject]
impl Redemption {
    /// Льгота; нет — её больше не видно.
    async fn benefit(&self, context: &Context<'_>) -> Option<Result<Benefit, Error>> {
        find_seen(context, self.benefit_id).await.transpose()
    }
}

impl Redemption {
    /// Of redemptions.
    pub const NODE: NodeTag = NodeTag(b'd');
}

impl From<Redeemed> for Redemption {
    fn from(Redeemed { row, voucher }: Redeemed) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            kind: row.kind.into(),
            code: voucher.code,
            url: voucher.url.map(Url),
            phone: voucher.phone.map(PhoneNumber),
            text: voucher.text,
            redeemed_at: DateTime(row.redeemed_at),
            benefit_id: row.benefit_id,
        }
    }
}

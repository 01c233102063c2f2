//! Cards and their checks as clients see them.

use async_graphql::{Context, Object, SimpleObject};
use entities::membership;

use crate::{
    domain::{
        accounts::Accounts,
        membership::{
            card::{self, Shown},
            holder::Holder,
        },
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{DateTime, Now},
    },
};

/// Электронный профсоюзный билет. Есть, только пока членство действует.
pub struct MembershipCard {
    pub(super) row: membership::Model,
    pub(super) holder: Holder,
    pub(super) shown: Shown,
}

/// Код, который кассир может набрать.
#[derive(SimpleObject)]
pub struct LiveCode {
    /// Восемь знаков двумя группами.
    code: String,
    /// Когда перестанет действовать: через одну–две минуты.
    expires_at: DateTime,
}

/// Электронный профсоюзный билет. Есть, только пока членство действует.
#[Object]
impl MembershipCard {
    /// Номер, как он написан на билете.
    async fn number(&self) -> &str {
        &self.holder.card_number
    }

    /// Фамилия, имя и отчество.
    async fn holder_name(&self) -> String {
        self.holder.full_name()
    }

    /// Инициалы: только их видит кассир.
    async fn holder_initials(&self) -> String {
        self.holder.initials()
    }

    /// Подписанный пропуск для кода QR: проверяется и без связи.
    async fn pass(&self) -> &str {
        &self.shown.pass
    }

    /// До какого момента пропуск годен.
    async fn pass_expires_at(&self) -> DateTime {
        DateTime(self.shown.pass_expires_at)
    }

    /// Когда стоит запросить билет снова.
    async fn refresh_after(&self) -> DateTime {
        DateTime(self.shown.refresh_after)
    }

    /// Растёт с каждым изменением билета.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// Код этой минуты: его проверяют, пока есть связь.
    async fn live_code(&self, context: &Context<'_>) -> Option<Result<LiveCode, Error>> {
        let accounts = context.data_unchecked::<Accounts>();
        let database = context.data_unchecked::<Database>();
        let (id, serial) = (self.row.id, self.row.card_serial);
        let now = Now::of(context);
        let code = card::show_code(accounts, database, id, serial, now).await;
        Some(code.map(|(code, expires_at)| LiveCode {
            code,
            expires_at: DateTime(expires_at),
        }))
    }
}

/// Ответ кассиру: действителен ли билет. Больше ничего, и следа проверки не остаётся.
#[derive(SimpleObject)]
pub struct MembershipCardCheck {
    /// Действителен ли билет сейчас.
    valid: bool,
    /// Инициалы владельца действительного билета.
    holder_initials: Option<String>,
    /// Городской профсоюз, выдавший билет; нижестоящая организация не называется.
    issuer: Option<String>,
    /// Когда проверено.
    checked_at: DateTime,
}

impl MembershipCardCheck {
    /// What a check found.
    pub fn of(found: Option<card::Found>, now: chrono::DateTime<chrono::Utc>) -> Self {
        let (holder_initials, issuer) = match found {
            Some(found) => (Some(found.initials), Some(found.union)),
            None => (None, None),
        };
        Self {
            valid: holder_initials.is_some(),
            holder_initials,
            issuer,
            checked_at: DateTime(now),
        }
    }
}

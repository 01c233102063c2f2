//! Pools of codes as staff see them: how many there are, never which.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use uuid::Uuid;

use crate::{
    domain::{
        benefit_use::{
            offer::find_seen,
            rules::shortage,
            store::codes::{Pool, PooledBenefit},
        },
        benefits::Benefit,
    },
    infra::error::Error,
};

/// Запас личных кодов льготы, каким его видят сотрудники. Самих кодов здесь нет.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct BenefitCodePool {
    /// Идентификатор льготы.
    benefit_id: ID,
    /// Короткое имя льготы: по нему загружают коды.
    benefit_slug: String,
    /// Название льготы.
    benefit_title: String,
    /// Сколько кодов загружено за всё время.
    total: i32,
    /// Сколько из них ещё не получено.
    remaining: i32,
    /// Пора загрузить новые: осталось меньше 5 %, последний или ни одного.
    is_low: bool,
    #[graphql(skip)]
    id: Uuid,
}

#[ComplexObject]
impl BenefitCodePool {
    /// Льгота; нет — она не для спрашивающего.
    async fn benefit(&self, context: &Context<'_>) -> Option<Result<Benefit, Error>> {
        find_seen(context, self.id).await.transpose()
    }
}

impl BenefitCodePool {
    /// What staff see.
    pub fn of(benefit: PooledBenefit, pool: Pool) -> Self {
        let shown = |codes: i64| i32::try_from(codes).unwrap_or(i32::MAX);
        Self {
            benefit_id: Benefit::NODE.id(benefit.id),
            benefit_slug: benefit.slug,
            benefit_title: benefit.title,
            total: shown(pool.total),
            remaining: shown(pool.left),
            is_low: shortage(pool.left, pool.total).is_some(),
            id: benefit.id,
        }
    }
}

//! Reports of benefits that were not given, as their authors see them, and as staff do.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use entities::benefit_report;
use uuid::Uuid;

use crate::{
    domain::benefits::{Benefit, Outlet, OutletById},
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, load_of},
    },
};

/// Где сообщение. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::BenefitReportState")]
pub enum BenefitReportState {
    /// Ждёт решения.
    New,
    /// Подтверждено: льготу не дали.
    Confirmed,
    /// Отклонено.
    Rejected,
}

/// Своё сообщение о том, что льготу не дали.
#[derive(SimpleObject)]
pub struct BenefitReport {
    /// Идентификатор.
    id: ID,
    /// Когда отправлено.
    created_at: DateTime,
}

impl BenefitReport {
    /// Of reports.
    pub const NODE: NodeTag = NodeTag(b'q');
}

impl From<benefit_report::Model> for BenefitReport {
    fn from(row: benefit_report::Model) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            created_at: DateTime(row.created_at),
        }
    }
}

/// Сообщение о том, что льготу не дали, каким его видят сотрудники. Кто сообщил, не говорится.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct BenefitReportForStaff {
    /// Идентификатор.
    id: ID,
    /// Где оно.
    state: BenefitReportState,
    /// Пояснение.
    comment: Option<String>,
    /// Идентификатор льготы.
    benefit_id: ID,
    /// Название льготы; нет — она больше не опубликована.
    benefit_title: Option<String>,
    /// Когда отправлено.
    created_at: DateTime,
    /// Когда решено.
    decided_at: Option<DateTime>,
    #[graphql(skip)]
    outlet_id: Option<Uuid>,
}

#[ComplexObject]
impl BenefitReportForStaff {
    /// Место, где не дали; нет — не указано.
    async fn outlet(&self, context: &Context<'_>) -> Option<Result<Outlet, Error>> {
        load_of(context, OutletById(self.outlet_id?))
            .await
            .map(|row| row.map(Outlet))
            .transpose()
    }
}

impl BenefitReportForStaff {
    /// What staff see.
    pub fn of(
        row: &benefit_report::Model,
        comment: Option<String>,
        benefit_title: Option<String>,
    ) -> Self {
        Self {
            id: BenefitReport::NODE.id(row.id),
            state: row.state.into(),
            comment,
            benefit_id: Benefit::NODE.id(row.benefit_id),
            benefit_title,
            created_at: DateTime(row.created_at),
            decided_at: row.decided_at.map(DateTime),
            outlet_id: row.outlet_id,
        }
    }
}

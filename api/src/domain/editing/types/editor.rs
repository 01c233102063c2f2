//! Who is at a draft, as the others see them.

use async_graphql::{Context, Object};
use entities::draft_presence;

use crate::{
    domain::accounts::staff_name_of,
    infra::{auth::Viewer, error::Error, graphql::DateTime},
};

/// Сотрудник, у которого черновик открыт сейчас.
pub struct DraftEditor(pub draft_presence::Model);

/// Сотрудник, у которого черновик открыт сейчас.
#[Object]
impl DraftEditor {
    /// Имя, а без него — почта, скрытая посередине.
    async fn name(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        staff_name_of(context, self.0.account_id).await.transpose()
    }

    /// Сам ли это спрашивающий.
    async fn is_me(&self, context: &Context<'_>) -> bool {
        let viewer = context.data_unchecked::<Viewer>();
        viewer
            .signed_in()
            .is_some_and(|me| me.account_id == self.0.account_id)
    }

    /// С какого момента черновик у него открыт.
    async fn since(&self) -> DateTime {
        DateTime(self.0.since_at)
    }

    /// Когда он отозвался в последний раз.
    async fn last_seen_at(&self) -> DateTime {
        DateTime(self.0.last_seen_at)
    }
}

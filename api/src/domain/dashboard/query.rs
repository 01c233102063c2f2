//! The root field `dashboard`.

use async_graphql::{Context, Object};

use super::types::Dashboard;
use crate::{domain::editing::desk_of, infra::error::Error};

/// The root field of the dashboard.
#[derive(Default)]
pub struct DashboardQuery;

#[Object]
impl DashboardQuery {
    /// Сводка редакции: что ждёт спрашивающего, насколько свежи новости организаций, как их читают.
    async fn dashboard(&self, context: &Context<'_>) -> Option<Result<Dashboard, Error>> {
        Some(desk_of(context).map(Dashboard))
    }
}

//! How far counting has come.

use entities::service_quality_state;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IntoActiveModel,
    QuerySelect,
    sea_query::{LockBehavior, LockType},
};

/// The one row of the state.
const STATE: i32 = 1;

/// The state, for whoever comes first; `None` while somebody else is at it.
pub async fn lock_state(
    transaction: &impl ConnectionTrait,
) -> Result<Option<service_quality_state::Model>, DbErr> {
    let mut select = service_quality_state::Entity::find_by_id(STATE);
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    } else {
        // Whoever writes first waits for its turn; whoever reads first could not write later.
        transaction
            .execute_unprepared("UPDATE service_quality_state SET id = id")
            .await?;
    }
    select.one(transaction).await
}

/// Remembers how far counting has come.
pub async fn keep_state(
    transaction: &impl ConnectionTrait,
    state: service_quality_state::Model,
) -> Result<(), DbErr> {
    state
        .into_active_model()
        .reset_all()
        .update(transaction)
        .await
        .map(|_| ())
}

//! An entry as auditors see it.

use async_graphql::SimpleObject;
use entities::audit_entry;

use crate::infra::graphql::DateTime;

/// Запись журнала действий. Личных данных в ней нет.
#[derive(SimpleObject)]
pub struct AuditEntry {
    /// Цепочка: организация или `federation`.
    chain: String,
    /// Номер в цепочке.
    seq: String,
    /// Когда.
    happened_at: DateTime,
    /// Кто: псевдоним учётной записи или `system`.
    actor: String,
    /// По какому праву.
    actor_role: String,
    /// Что сделано. Открытый список.
    action: String,
    /// С чем.
    object_type: String,
    /// С чем именно.
    object_id: String,
    /// Запрос, которым это сделано.
    request_id: String,
    /// Подробности: JSON с кодами, числами и названиями полей, без значений.
    details: String,
    /// SHA-256 записи вместе с предыдущей.
    hash: String,
}

impl From<audit_entry::Model> for AuditEntry {
    fn from(row: audit_entry::Model) -> Self {
        Self {
            chain: row.chain,
            seq: row.seq.to_string(),
            happened_at: DateTime(row.happened_at),
            actor: row.actor,
            actor_role: row.actor_role,
            action: row.action,
            object_type: row.object_type,
            object_id: row.object_id,
            request_id: row.request_id,
            details: row.details,
            hash: row.hash,
        }
    }
}

//! Writing: entries, and anchors over the chains' ends.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use entities::{audit_anchor, audit_entry, audit_head, enums::KeyPurpose};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    ExprTrait, QueryFilter, QueryOrder, sea_query::Expr, sea_query::OnConflict,
};
use serde_json::Value;
use uuid::Uuid;

use crate::infra::{auth::KeyRing, db::Database, digest::sha256_hex, error::Error};

/// Something that was done.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose chain it belongs to; `None`: the federation's.
    pub organisation_id: Option<Uuid>,
    /// The pseudonym of who did it, or `system`.
    pub actor: String,
    /// By what right: a role, `MEMBER`, `SYSTEM`.
    pub actor_role: String,
    /// What was done: `membership.suspend`.
    pub action: &'static str,
    /// To what kind of thing …
    pub object_type: &'static str,
    /// … and which.
    pub object_id: String,
    /// The request by which it was done.
    pub request_id: String,
    /// Names of changed fields, codes, counts; never personal values.
    pub details: Value,
}

/// The names of the fields in which two states of a thing differ, sorted: what an entry may say of a
/// change, never the values. Neither state has fields, when it is no object.
#[must_use]
pub fn changed_fields(before: &Value, after: &Value) -> Vec<String> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

/// Who writes an entry that nobody's session stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The service by itself.
    System,
    /// Whoever has the server's terminal.
    CommandLine,
}

impl Entry {
    /// Something that a program did, in no request.
    #[must_use]
    pub fn by(
        program: Program,
        action: &'static str,
        organisation_id: Option<Uuid>,
        (object_type, object_id): (&'static str, Uuid),
        details: Value,
    ) -> Self {
        Self {
            organisation_id,
            actor: "system".into(),
            actor_role: match program {
                Program::System => "SYSTEM".into(),
                Program::CommandLine => "COMMAND_LINE".into(),
            },
            action,
            object_type,
            object_id: object_id.to_string(),
            request_id: String::new(),
            details,
        }
    }
}

/// Writes an entry in the caller's transaction.
///
/// The head's row lock orders the writers of a chain. Call it after the rows of the change are
/// locked and before [`record_change`](crate::infra::db::record_change), which stays last.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn record(
    transaction: &impl ConnectionTrait,
    entry: Entry,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let chain = entry
        .organisation_id
        .map_or_else(|| super::FEDERATION_CHAIN.to_owned(), |id| id.to_string());
    let head = advance(transaction, &chain).await?;
    let mut row = audit_entry::Model {
        chain,
        seq: head.seq,
        happened_at: now,
        actor: entry.actor,
        actor_role: entry.actor_role,
        action: entry.action.into(),
        object_type: entry.object_type.into(),
        object_id: entry.object_id,
        request_id: entry.request_id,
        details: entry.details.to_string(),
        previous_hash: head.hash,
        hash: String::new(),
    };
    row.hash = hash_of(&row);
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Hash, Expr::value(row.hash.clone()))
        .filter(audit_head::Column::Chain.eq(&row.chain))
        .exec(transaction)
        .await?;
    audit_entry::Entity::insert(audit_entry::ActiveModel::from(row))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Takes the chain's next number and its last hash, locking its head.
async fn advance(
    transaction: &impl ConnectionTrait,
    chain: &str,
) -> Result<audit_head::Model, DbErr> {
    let first = audit_head::ActiveModel {
        chain: Set(chain.into()),
        seq: Set(1),
        hash: Set(String::new()),
    };
    audit_head::Entity::insert(first)
        .on_conflict(
            OnConflict::column(audit_head::Column::Chain)
                .value(
                    audit_head::Column::Seq,
                    Expr::col((audit_head::Entity, audit_head::Column::Seq)).add(1),
                )
                .to_owned(),
        )
        .exec_with_returning(transaction)
        .await
}

/// SHA-256 over the previous hash and every column, each with its length before it.
pub(super) fn hash_of(row: &audit_entry::Model) -> String {
    let happened_at = row.happened_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let seq = row.seq.to_string();
    let parts = [
        row.previous_hash.as_str(),
        &row.chain,
        &seq,
        &happened_at,
        &row.actor,
        &row.actor_role,
        &row.action,
        &row.object_type,
        &row.object_id,
        &row.request_id,
        &row.details,
    ];
    let mut canonical = String::new();
    for part in parts {
        canonical.push_str(&part.len().to_string());
        canonical.push(':');
        canonical.push_str(part);
    }
    sha256_hex(canonical)
}

/// What an anchor signs.
pub(super) fn anchored_bytes(chain: &str, seq: i64, hash: &str) -> Vec<u8> {
    format!("mfp-audit-anchor\n{chain}\n{seq}\n{hash}").into_bytes()
}

/// Signs the ends of the chains that have grown since the last anchor, and tells the log of each, so
/// that a copy stands outside the database.
///
/// # Errors
/// Whatever the database reports.
pub async fn anchor_chains(
    database: &Database,
    keys: &KeyRing,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let mut anchored = 0;
    for head in audit_head::Entity::find().all(database.reader()).await? {
        let last = audit_anchor::Entity::find()
            .filter(audit_anchor::Column::Chain.eq(&head.chain))
            .order_by_desc(audit_anchor::Column::Seq)
            .one(database.reader())
            .await?;
        if last.is_some_and(|anchor| anchor.seq >= head.seq) {
            continue;
        }
        let key = keys.signing(KeyPurpose::Audit, now)?;
        let signature = key.sign(&anchored_bytes(&head.chain, head.seq, &head.hash));
        tracing::info!(
            chain = head.chain,
            seq = head.seq,
            hash = head.hash,
            "the audit log is anchored"
        );
        audit_anchor::ActiveModel {
            id: Set(Uuid::now_v7()),
            chain: Set(head.chain),
            seq: Set(head.seq),
            hash: Set(head.hash),
            signed_at: Set(now),
            key_id: Set(key.id.clone()),
            signature: Set(signature),
        }
        .insert(database.writer())
        .await?;
        anchored += 1;
    }
    Ok(anchored)
}

//! Imports of rosters and their staged rows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::ImportState, member_import, member_import_row, membership, person};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect, Statement, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::infra::db::lock_row;

/// A membership that an issuer already has, as far as an import compares it.
pub struct Known {
    pub id: Uuid,
    pub person_id: Uuid,
    pub content_mac: String,
}

pub async fn insert(
    connection: &impl ConnectionTrait,
    import: member_import::Model,
) -> Result<(), DbErr> {
    member_import::Entity::insert(member_import::ActiveModel::from(import))
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// Writes how far an import is.
pub async fn save(
    connection: &impl ConnectionTrait,
    import: &member_import::Model,
) -> Result<(), DbErr> {
    let mut changed = import.clone().into_active_model().reset_all();
    changed.id = sea_orm::ActiveValue::Unchanged(import.id);
    changed.update(connection).await.map(|_| ())
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<member_import::Model>, DbErr> {
    member_import::Entity::find_by_id(id).one(connection).await
}

/// Holds an import's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<member_import::Model>, DbErr> {
    lock_row::<member_import::Entity>(transaction, id).await
}

/// Puts imports aside that were read and not applied; their rows go, which hold people's names.
pub async fn supersede(connection: &impl ConnectionTrait, which: Condition) -> Result<(), DbErr> {
    let put_aside = member_import::Entity::update_many()
        .col_expr(
            member_import::Column::State,
            Expr::value(ImportState::Superseded),
        )
        .filter(which)
        .exec_with_returning(connection)
        .await?;
    for import in put_aside {
        delete_rows(connection, import.id).await?;
    }
    Ok(())
}

/// Puts one aside in the caller's transaction, which holds it locked.
pub async fn put_aside(
    transaction: &impl ConnectionTrait,
    mut import: member_import::Model,
) -> Result<(), DbErr> {
    import.state = ImportState::Superseded;
    save(transaction, &import).await?;
    delete_rows(transaction, import.id).await
}

/// Those of an issuer, apart from one; also those that a job is to apply, which would write over what
/// was applied meanwhile.
pub fn others_of(issuer_id: Uuid, import_id: Uuid) -> Condition {
    let unapplied = [ImportState::Staged, ImportState::Applying];
    Condition::all()
        .add(member_import::Column::IssuerId.eq(issuer_id))
        .add(member_import::Column::Id.ne(import_id))
        .add(member_import::Column::State.is_in(unapplied))
}

/// Those that were uploaded before an instant and that nobody has asked to apply.
pub fn older_than(instant: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(member_import::Column::CreatedAt.lt(instant))
        .add(member_import::Column::State.eq(ImportState::Staged))
}

/// Gives up imports that were still being read before that instant.
pub async fn refuse_reading(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    member_import::Entity::update_many()
        .col_expr(
            member_import::Column::State,
            Expr::value(ImportState::Refused),
        )
        .filter(member_import::Column::State.eq(ImportState::Reading))
        .filter(member_import::Column::CreatedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}

/// The memberships of an issuer by the hash of their numbers.
pub async fn list_known(
    connection: &impl ConnectionTrait,
    issuer_id: Uuid,
) -> Result<HashMap<String, Known>, DbErr> {
    use membership::Column;
    let rows: Vec<(String, Uuid, Uuid, String)> = membership::Entity::find()
        .select_only()
        .column(Column::NumberLookup)
        .column(Column::Id)
        .column(Column::PersonId)
        .column(Column::ContentMac)
        .filter(Column::IssuerId.eq(issuer_id))
        .into_tuple()
        .all(connection)
        .await?;
    let known = rows
        .into_iter()
        .map(|(lookup, id, person_id, content_mac)| {
            let known = Known {
                id,
                person_id,
                content_mac,
            };
            (lookup, known)
        });
    Ok(known.collect())
}

/// The wrapped keys of people.
pub async fn list_keys(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<u8>>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.data_key)).collect())
}

pub async fn insert_rows(
    connection: &impl ConnectionTrait,
    rows: Vec<member_import_row::Model>,
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(member_import_row::ActiveModel::from);
    member_import_row::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// Whether the roster has changed under the staged rows: a new card is there already, or one to be
/// updated is gone or has another owner, whose key its name would not open by.
pub async fn is_stale(
    transaction: &impl ConnectionTrait,
    import: &member_import::Model,
) -> Result<bool, DbErr> {
    let found = query(
        transaction,
        "SELECT count(*) FROM member_import_row r \
         LEFT JOIN membership m ON m.issuer_id = {} AND m.number_lookup = r.number_lookup \
         WHERE r.import_id = {} AND (r.is_new = (m.id IS NOT NULL) \
         OR (NOT r.is_new AND (m.id <> r.membership_id OR m.person_id <> r.person_id)))",
        [import.issuer_id.into(), import.id.into()],
    );
    let row = transaction.query_one_raw(found).await?;
    let stale: i64 = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    Ok(stale > 0)
}

pub async fn add_people(
    transaction: &impl ConnectionTrait,
    import_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let added = query(
        transaction,
        "INSERT INTO person (id, data_key, created_at) \
         SELECT person_id, person_key, {} FROM member_import_row \
         WHERE import_id = {} AND is_new",
        [now.into(), import_id.into()],
    );
    transaction.execute_raw(added).await.map(|_| ())
}

pub async fn add_memberships(
    transaction: &impl ConnectionTrait,
    import_id: Uuid,
    issuer_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let added = query(
        transaction,
        "INSERT INTO membership (id, person_id, account_id, issuer_id, organisation_id, \
         number_lookup, phone_lookup, holder, content_mac, status, sealed_status_reason, source, \
         member_since, valid_through, is_youth, card_serial, version, created_at, updated_at) \
         SELECT membership_id, person_id, NULL, {}, organisation_id, \
         number_lookup, phone_lookup, holder, content_mac, status, NULL, 'ROSTER', \
         member_since, valid_through, is_youth, card_serial, 1, {}, {} \
         FROM member_import_row WHERE import_id = {} AND is_new",
        [issuer_id.into(), now.into(), now.into(), import_id.into()],
    );
    transaction.execute_raw(added).await.map(|_| ())
}

pub async fn update_memberships(
    transaction: &impl ConnectionTrait,
    import_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let updated = query(
        transaction,
        "UPDATE membership SET organisation_id = r.organisation_id, \
         phone_lookup = r.phone_lookup, holder = r.holder, content_mac = r.content_mac, \
         status = r.status, sealed_status_reason = NULL, member_since = r.member_since, \
         valid_through = r.valid_through, is_youth = r.is_youth, \
         version = membership.version + 1, updated_at = {} \
         FROM member_import_row r \
         WHERE r.import_id = {} AND NOT r.is_new AND membership.id = r.membership_id",
        [now.into(), import_id.into()],
    );
    transaction.execute_raw(updated).await.map(|_| ())
}

pub async fn delete_rows(transaction: &impl ConnectionTrait, import_id: Uuid) -> Result<(), DbErr> {
    member_import_row::Entity::delete_many()
        .filter(member_import_row::Column::ImportId.eq(import_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// A statement that neither the query builder nor the entities can say, with `{}` for each value.
fn query<const N: usize>(
    connection: &impl ConnectionTrait,
    template: &str,
    values: [Value; N],
) -> Statement {
    let backend = connection.get_database_backend();
    let mut sql = String::with_capacity(template.len());
    for (number, part) in template.split("{}").enumerate() {
        if number > 0 {
            match backend {
                DatabaseBackend::Postgres => sql.push_str(&format!("${number}")),
                _ => sql.push('?'),
            }
        }
        sql.push_str(part);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

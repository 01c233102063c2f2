//! What nothing else may have: names, addresses, numbers.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IdenStatic, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::IDS_A_STATEMENT;
use crate::domain::archive::format::Line;

/// The lines whose value in a unique column another row has, with what to say of them.
pub async fn taken_by_others<E: EntityTrait, L: Line>(
    connection: &DatabaseTransaction,
    (column, id): (E::Column, E::Column),
    lines: &[L],
    value: impl Fn(&L) -> Option<&String>,
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let values: Vec<String> = lines.iter().filter_map(&value).cloned().collect();
    let mut holders: HashMap<String, Uuid> = HashMap::new();
    for values in values.chunks(IDS_A_STATEMENT) {
        let rows: Vec<(String, Uuid)> = E::find()
            .select_only()
            .column(column)
            .column(id)
            .filter(column.is_in(values.iter().cloned()))
            .into_tuple()
            .all(connection)
            .await?;
        holders.extend(rows);
    }
    let fault = |line: &L| {
        let value = value(line)?;
        let holder = holders.get(value).filter(|holder| **holder != line.id())?;
        let what = format!("its {} {value:?} is taken by {holder}", column.as_str());
        Some((line.id(), what))
    };
    Ok(lines.iter().filter_map(fault).collect())
}

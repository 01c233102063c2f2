//! Redirects from a file: one an address.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::redirect;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{ImportReport, Imported, table::Table};
use crate::{
    domain::{
        content::{insert_redirects, list_all_redirects, update_redirect},
        reference::{
            mutation::{RedirectFields, plan},
            problems::Problems,
            rules::Address,
            types::ReferenceErrorCode,
        },
    },
    infra::error::Error,
};

pub const COLUMNS: [&str; 4] = ["host", "path", "target", "permanent"];
pub const REQUIRED: [&str; 3] = ["host", "path", "target"];

/// Writes what the lines say, chains shortened to their ends; where a line is refused, the caller
/// takes everything back.
pub async fn import(
    transaction: &DatabaseTransaction,
    table: &Table,
    now: DateTime<Utc>,
) -> Result<Imported, Error> {
    let mut report = ImportReport::default();
    let before = list_all_redirects(transaction).await?;
    let mut plan = plan(before.clone());
    let mut named: Vec<(u64, Address)> = Vec::new();
    let mut seen = HashMap::new();
    for line in &table.lines {
        let mut problems = Problems::default();
        let permanent = match permanence(table.cell(line, "permanent").unwrap_or_default()) {
            Some(permanent) => permanent,
            None => {
                problems.add("permanent", ReferenceErrorCode::OutOfRange);
                true
            }
        };
        let fields = RedirectFields {
            host: table.text(line, "host"),
            path: table.text(line, "path"),
            target: table.text(line, "target"),
            permanent,
        }
        .spelt(&mut problems);
        let address = Address {
            host: fields.host.clone(),
            path: fields.path.clone(),
        };
        let first = *seen.entry(address.clone()).or_insert(line.number);
        if first != line.number {
            report.repeats(line.number, "path", first);
        }
        report.refuse(line.number, problems);
        let known = plan.find(&fields).map(|row| (row.id, row.created_at));
        let (id, created_at) = known.unwrap_or_else(|| (Uuid::now_v7(), now));
        plan.put(redirect::Model {
            id,
            host: fields.host,
            path: fields.path,
            target: fields.target,
            is_permanent: fields.permanent,
            created_at,
        });
        named.push((line.number, address));
    }
    if report.refused_total > 0 {
        return Ok(without_changes(report));
    }
    let (moved, circling) = plan.settled();
    let circling: HashSet<Address> = circling.into_iter().collect();
    for (line, _) in named.iter().filter(|(_, at)| circling.contains(at)) {
        report.add(*line, "target", ReferenceErrorCode::Loop);
    }
    if report.refused_total > 0 {
        return Ok(without_changes(report));
    }
    for row in moved {
        plan.put(row);
    }
    write(transaction, &before, plan.into_rows(), &mut report).await?;
    report.unchanged = table
        .lines
        .len()
        .saturating_sub(report.created + report.updated);
    Ok(without_changes(report))
}

/// Writes what is new and what differs, and counts both.
async fn write(
    transaction: &DatabaseTransaction,
    before: &[redirect::Model],
    after: Vec<redirect::Model>,
    report: &mut ImportReport,
) -> Result<(), Error> {
    let known: HashMap<Uuid, &redirect::Model> = before.iter().map(|row| (row.id, row)).collect();
    let mut new = Vec::new();
    for row in after {
        match known.get(&row.id) {
            None => new.push(row),
            Some(same) if **same == row => {}
            Some(_) => {
                report.updated += 1;
                update_redirect(transaction, row).await?;
            }
        }
    }
    report.created = new.len();
    Ok(insert_redirects(transaction, new).await?)
}

/// Redirects are looked up at each request and are in no reader's copy.
const fn without_changes(report: ImportReport) -> Imported {
    Imported {
        report,
        changes: Vec::new(),
    }
}

/// Whether a redirect is for good, as offices and servers write it.
fn permanence(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "" | "true" | "1" | "да" | "301" | "308" => Some(true),
        "false" | "0" | "нет" | "302" | "307" => Some(false),
        _ => None,
    }
}

//! Outlets from a file: one an external id of their partner's, or one an address.

use std::collections::{HashMap, HashSet};

use entities::{enums::Okrug, outlet, partner};
use sea_orm::{DatabaseTransaction, Iterable};
use uuid::Uuid;

use super::{
    ImportReport, Imported,
    marks::{Found, Mark, Marks},
    table::{Line, Table},
};
use crate::{
    domain::{
        benefits::{find_partner, insert_outlet, list_outlets_of_partner, update_outlet},
        reference::{
            desk::{Clerk, appeared, changed, changed_fields},
            mutation::OutletFields,
            problems::Problems,
            rules::phone_of,
            types::ReferenceErrorCode,
        },
    },
    infra::error::Error,
};

pub const COLUMNS: [&str; 9] = [
    "partner",
    "external_id",
    "name",
    "address",
    "okrug",
    "latitude",
    "longitude",
    "hours",
    "phone",
];
/// `partner` is a slug.
pub const REQUIRED: [&str; 5] = ["partner", "name", "address", "latitude", "longitude"];

/// What somebody reads whose line names an address and no more, where several outlets are.
const SEVERAL_THERE: &str =
    "По этому адресу у партнёра несколько мест: назовите в строке external_id.";

/// A partner that the clerk keeps, with its outlets.
struct Kept {
    partner: partner::Model,
    outlets: Vec<outlet::Model>,
}

/// Writes what the lines say; where one is refused, the caller takes everything back.
pub async fn import(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    table: &Table,
) -> Result<Imported, Error> {
    let mut report = ImportReport::default();
    let mut changes = Vec::new();
    let partners = find_partners(transaction, clerk, table).await?;
    let marks = Marks::of(table);
    let mut taken = HashSet::new();
    for line in &table.lines {
        let mark = Mark::of(table, line);
        let Some(kept) = partners.get(mark.partner) else {
            report.add(line.number, "partner", ReferenceErrorCode::NotThere);
            continue;
        };
        let known = outlet_of(&marks, mark, kept, &mut report, &mut taken);
        let mut problems = Problems::default();
        let before = known.map(OutletFields::of).unwrap_or_default();
        let fields = fields_of(table, line, before.clone(), &mut problems);
        fields.check(&mut problems);
        report.refuse(line.number, problems);
        if report.refused_total > 0 {
            continue;
        }
        match known {
            None => {
                let new = fields.into_new(Uuid::now_v7(), kept.partner.id);
                changes.push(appeared("Outlet", new.id));
                insert_outlet(transaction, new, clerk.now).await?;
                report.created += 1;
            }
            Some(_) if changed_fields(&before, &fields)?.is_empty() => report.unchanged += 1,
            Some(row) => {
                let mut row = fields.into_row(row.clone());
                row.updated_at = clerk.now;
                changes.push(changed("Outlet", row.id));
                update_outlet(transaction, row).await?;
                report.updated += 1;
            }
        }
    }
    Ok(Imported { report, changes })
}

/// The outlet that a line is about, which no line below gets any more; `None`: a new one, or the line
/// does not say which.
fn outlet_of<'k>(
    marks: &Marks<'_>,
    mark: Mark<'_>,
    kept: &'k Kept,
    report: &mut ImportReport,
    taken: &mut HashSet<Uuid>,
) -> Option<&'k outlet::Model> {
    if let Some((column, first)) = marks.repetition(mark) {
        report.repeats(mark.line, column, first);
    }
    let found = match marks.find(mark, &kept.outlets, taken) {
        Found::One(outlet) => Some(outlet),
        Found::Nothing => None,
        Found::Several => {
            let message = SEVERAL_THERE.to_owned();
            report.name(mark.line, "address", ReferenceErrorCode::Repeated, message);
            None
        }
    };
    taken.extend(found.map(|outlet| outlet.id));
    found
}

/// The partners that the lines name and the clerk keeps, by slug.
async fn find_partners(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    table: &Table,
) -> Result<HashMap<String, Kept>, Error> {
    let slugs: HashSet<String> = table
        .lines
        .iter()
        .map(|line| table.text(line, "partner"))
        .collect();
    let mut partners = HashMap::new();
    for slug in slugs {
        if let Some(kept) = find_kept(transaction, clerk, &slug).await? {
            partners.insert(slug, kept);
        }
    }
    Ok(partners)
}

async fn find_kept(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    slug: &str,
) -> Result<Option<Kept>, Error> {
    let Some(partner) = find_partner(transaction, slug).await? else {
        return Ok(None);
    };
    if !clerk.reaches(transaction, partner.organisation_id).await? {
        return Ok(None);
    }
    let outlets = list_outlets_of_partner(transaction, partner.id).await?;
    Ok(Some(Kept { partner, outlets }))
}

/// What a line makes of an outlet.
fn fields_of(
    table: &Table,
    line: &Line,
    mut fields: OutletFields,
    problems: &mut Problems,
) -> OutletFields {
    table.set(line, "name", &mut fields.name);
    table.set(line, "address", &mut fields.address);
    table.set_optional(line, "hours", &mut fields.hours);
    table.set_optional(line, "phone", &mut fields.phone);
    fields.phone = fields.phone.as_deref().map(phone_of);
    // An outlet that was found by its address keeps the id that it has.
    if let Some(id) = table.cell(line, "external_id").filter(|id| !id.is_empty()) {
        fields.external_id = Some(id.to_owned());
    }
    if let Some(cell) = table.cell(line, "okrug") {
        let okrug = okrug_of(cell);
        let is_unknown = okrug.is_none() && !cell.is_empty();
        problems.add_if(is_unknown, "okrug", ReferenceErrorCode::NotAnOkrug);
        fields.okrug = okrug;
    }
    fields.latitude = degrees(&table.text(line, "latitude"));
    fields.longitude = degrees(&table.text(line, "longitude"));
    fields
}

/// `CAO` in whatever case.
fn okrug_of(cell: &str) -> Option<Okrug> {
    let name = serde_json::Value::String(cell.to_uppercase());
    Okrug::iter().find(|okrug| serde_json::to_value(okrug).is_ok_and(|known| known == name))
}

/// Russian spreadsheets write a comma.
fn degrees(cell: &str) -> Option<f64> {
    let number: f64 = cell.replace(',', ".").parse().ok()?;
    number.is_finite().then_some(number)
}

//! Outlets from a file: one an external id of their partner's, or one an address.

use std::collections::{HashMap, HashSet};

use entities::{enums::Okrug, outlet, partner};
use sea_orm::{DatabaseTransaction, Iterable};
use uuid::Uuid;

use super::{
    ImportReport, Imported,
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

/// A partner that the clerk keeps, with its outlets.
struct Kept {
    partner: partner::Model,
    outlets: Vec<outlet::Model>,
}

impl Kept {
    /// The outlet that a line is about. One that has no external id yet may be given it.
    fn find(&self, external_id: Option<&str>, address: &str) -> Option<&outlet::Model> {
        let is_named = |outlet: &&outlet::Model| {
            external_id.is_some() && outlet.external_id.as_deref() == external_id
        };
        let is_there = |outlet: &&outlet::Model| {
            outlet.address == address && (external_id.is_none() || outlet.external_id.is_none())
        };
        let mut outlets = self.outlets.iter();
        outlets
            .clone()
            .find(is_named)
            .or_else(|| outlets.find(is_there))
    }
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
    let mut seen = HashSet::new();
    for line in &table.lines {
        let slug = table.text(line, "partner");
        let Some(kept) = partners.get(&slug) else {
            report.add(line.number, "partner", ReferenceErrorCode::NotThere);
            continue;
        };
        let mut problems = Problems::default();
        let external_id = table.cell(line, "external_id").filter(|id| !id.is_empty());
        let address = table.text(line, "address");
        let key = (slug, external_id.unwrap_or(&address).to_owned());
        let column = external_id.map_or("address", |_| "external_id");
        problems.add_if(!seen.insert(key), column, ReferenceErrorCode::Repeated);
        let known = kept.find(external_id, &address);
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

//! Partners from a file: one a slug.

use std::collections::HashMap;

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    ImportReport, Imported,
    table::{Line, Table},
};
use crate::{
    domain::{
        benefits::{NewPartner, find_partner, insert_partner, update_partner},
        content::{is_slug, slug_of},
        reference::{
            desk::{Clerk, appeared, changed, changed_fields},
            mutation::PartnerFields,
            problems::Problems,
            types::ReferenceErrorCode,
        },
    },
    infra::error::Error,
};

/// Without a slug the brand name gives one.
pub const COLUMNS: [&str; 5] = ["slug", "brand_name", "legal_name", "description", "site"];
pub const REQUIRED: [&str; 2] = ["brand_name", "legal_name"];

/// Writes what the lines say; where one is refused, the caller takes everything back. A partner that
/// others keep is not this clerk's to write over.
pub async fn import(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    organisation_id: Option<Uuid>,
    table: &Table,
) -> Result<Imported, Error> {
    let mut report = ImportReport::default();
    let mut changes = Vec::new();
    let mut seen = HashMap::new();
    for line in &table.lines {
        let slug = slug(table, line);
        let mut problems = Problems::default();
        if !is_slug(&slug) {
            problems.add("slug", ReferenceErrorCode::NotASlug);
        }
        let first = *seen.entry(slug.clone()).or_insert(line.number);
        if first != line.number {
            report.repeats(line.number, "slug", first);
        }
        let known = find_partner(transaction, &slug).await?;
        let mut fields = PartnerFields::default();
        if let Some(row) = &known {
            let is_theirs = clerk.reaches(transaction, row.organisation_id).await?;
            problems.add_if(!is_theirs, "slug", ReferenceErrorCode::SlugTaken);
            fields = PartnerFields::of(row);
        }
        let before = fields.clone();
        table.set(line, "brand_name", &mut fields.brand_name);
        table.set(line, "legal_name", &mut fields.legal_name);
        table.set(line, "description", &mut fields.description);
        table.set_optional(line, "site", &mut fields.site);
        fields.check(&mut problems);
        report.refuse(line.number, problems);
        if report.refused_total > 0 {
            continue;
        }
        match known {
            None => {
                let new = as_new(organisation_id, slug, fields);
                changes.push(appeared("Partner", new.id));
                insert_partner(transaction, new, clerk.now).await?;
                report.created += 1;
            }
            Some(_) if changed_fields(&before, &fields)?.is_empty() => report.unchanged += 1,
            Some(row) => {
                let mut row = fields.into_row(row);
                row.updated_at = clerk.now;
                changes.push(changed("Partner", row.id));
                update_partner(transaction, row).await?;
                report.updated += 1;
            }
        }
    }
    Ok(Imported { report, changes })
}

fn slug(table: &Table, line: &Line) -> String {
    let named = table.text(line, "slug");
    if !named.is_empty() {
        return named;
    }
    slug_of(&table.text(line, "brand_name")).unwrap_or_default()
}

fn as_new(organisation_id: Option<Uuid>, slug: String, fields: PartnerFields) -> NewPartner {
    NewPartner {
        id: Uuid::now_v7(),
        organisation_id,
        slug,
        brand_name: fields.brand_name,
        legal_name: fields.legal_name,
        description: fields.description,
        site: fields.site,
        logo_id: fields.logo,
        is_demo: false,
    }
}

//! Reference data from CSV files: all of a file or nothing of it, and the same file again changes
//! nothing.
//!
//! The first line names the columns, in any order; a column that is left out stays as it is, a blank
//! cell empties. Commas, semicolons and tabs part cells; UTF-8, UTF-16 and Windows-1251 are read.

mod marks;
mod outlets;
mod partners;
mod redirects;
mod table;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use serde_json::json;
pub use table::FileProblem;
use table::Table;
use uuid::Uuid;

use super::{
    desk::{BENEFITS, Clerk, Deed, REDIRECTS},
    problems::Problems,
    types::ReferenceErrorCode,
};
use crate::{
    domain::{accounts::Accounts, organisations::find_by_slug},
    infra::{
        auth::{Permission, Viewer},
        db::{Change, Database},
        error::Error,
        graphql::UserErrorCode,
        text_encoding,
    },
};

/// Faults that a report names; the rest is only counted.
const MOST_NAMED: usize = 100;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportPurpose {
    /// `host`, `path`, `target`, `permanent`.
    Redirects,
    /// `slug`, `brand_name`, `legal_name`, `description`, `site`.
    Partners,
    /// `partner`, `external_id`, `name`, `address`, `okrug`, `latitude`, `longitude`, `hours`, `phone`.
    Outlets,
}

impl ImportPurpose {
    /// What somebody must be allowed to bring such a file.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Redirects => Permission::ManageReference,
            Self::Partners | Self::Outlets => Permission::ManagePartners,
        }
    }
}

/// A file that somebody of staff uploads.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceUpload<'a> {
    pub purpose: ImportPurpose,
    /// The slug of the organisation whose staff keep new partners; `None`: the federation's.
    pub organisation: Option<&'a str>,
    /// The request that brought it.
    pub request_id: &'a str,
    pub file: &'a [u8],
}

/// What came of a file. Where a line is refused, nothing was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    pub created: usize,
    pub updated: usize,
    /// What said what was there already.
    pub unchanged: usize,
    /// The first hundred faults.
    pub refused: Vec<RefusedLine>,
    /// All of them.
    pub refused_total: usize,
}

/// Something wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// Where it begins in the file: the first is 1.
    pub line: u64,
    /// In which column.
    pub column: String,
    /// The spelling that clients match on.
    pub code: &'static str,
    /// What to tell the person who brought the file.
    pub message: String,
}

impl ImportReport {
    fn refuse(&mut self, line: u64, problems: Problems) {
        for (column, code) in problems.into_faults() {
            self.name(line, &column, code, code.message());
        }
    }

    fn add(&mut self, line: u64, column: &str, code: ReferenceErrorCode) {
        self.name(line, column, code, code.message());
    }

    /// A value that another line of the file has.
    fn repeats(&mut self, line: u64, column: &str, other: u64) {
        let message = format!("То же значение, что в строке {other}.");
        self.name(line, column, ReferenceErrorCode::Repeated, message);
    }

    /// A fault in words of its own.
    fn name(&mut self, line: u64, column: &str, code: ReferenceErrorCode, message: String) {
        self.refused_total += 1;
        if self.refused.len() < MOST_NAMED {
            self.refused.push(RefusedLine {
                line,
                column: table::column_of(column),
                code: code.name(),
                message,
            });
        }
    }
}

/// What a file would do, read and compared with what is there.
struct Imported {
    report: ImportReport,
    changes: Vec<Change>,
}

/// Takes a file from somebody of staff. The inner error is about the whole of it.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn receive_file(
    accounts: &Accounts,
    database: &Database,
    viewer: &Viewer,
    upload: ReferenceUpload<'_>,
    now: DateTime<Utc>,
) -> Result<Result<ImportReport, FileProblem>, Error> {
    let permission = upload.purpose.permission();
    let permitted = accounts
        .permit(database, viewer, permission, upload.request_id, now)
        .await?;
    let clerk = Clerk::at(permitted, now);
    if upload.purpose == ImportPurpose::Redirects {
        clerk.require_everywhere()?;
    }
    let table = match read(upload) {
        Ok(table) => table,
        Err(problem) => return Ok(Err(problem)),
    };
    let Some(organisation_id) = keeper(database, &clerk, upload).await? else {
        return Ok(Err(FileProblem::OrganisationNotFound));
    };
    let transaction = clerk.begin(database).await?;
    let imported = match upload.purpose {
        ImportPurpose::Redirects => redirects::import(&transaction, &table, now).await?,
        ImportPurpose::Partners => {
            partners::import(&transaction, &clerk, organisation_id, &table).await?
        }
        ImportPurpose::Outlets => outlets::import(&transaction, &clerk, &table).await?,
    };
    finish(
        transaction,
        &clerk,
        upload.purpose,
        organisation_id,
        imported,
    )
    .await
    .map(Ok)
}

fn read(upload: ReferenceUpload<'_>) -> Result<Table, FileProblem> {
    let text = text_encoding::decode(upload.file)?;
    let (known, required): (&[&'static str], &[&'static str]) = match upload.purpose {
        ImportPurpose::Redirects => (&redirects::COLUMNS, &redirects::REQUIRED),
        ImportPurpose::Partners => (&partners::COLUMNS, &partners::REQUIRED),
        ImportPurpose::Outlets => (&outlets::COLUMNS, &outlets::REQUIRED),
    };
    Table::read(&text, known, required)
}

/// Whose new partners are: `Some(None)` the federation's; `None`: of nobody the clerk may speak for.
async fn keeper(
    database: &Database,
    clerk: &Clerk,
    upload: ReferenceUpload<'_>,
) -> Result<Option<Option<Uuid>>, Error> {
    if upload.purpose != ImportPurpose::Partners {
        return Ok(Some(None));
    }
    let connection = database.reader();
    let keeper = match upload.organisation {
        None => None,
        Some(slug) => match find_by_slug(connection, slug).await? {
            Some(organisation) => Some(organisation.id),
            None => return Ok(None),
        },
    };
    let may = clerk.reaches(connection, keeper).await?;
    Ok(may.then_some(keeper))
}

/// Keeps what a file has done, if every line of it was right and any said something new.
async fn finish(
    transaction: DatabaseTransaction,
    clerk: &Clerk,
    purpose: ImportPurpose,
    organisation_id: Option<Uuid>,
    imported: Imported,
) -> Result<ImportReport, Error> {
    let Imported { report, changes } = imported;
    if report.refused_total > 0 {
        return Ok(ImportReport {
            refused: report.refused,
            refused_total: report.refused_total,
            ..ImportReport::default()
        });
    }
    if report.created + report.updated == 0 {
        return Ok(report);
    }
    let (action, object_type, tags): (_, _, &[&str]) = match purpose {
        ImportPurpose::Redirects => ("redirect.import", "Redirect", &REDIRECTS),
        ImportPurpose::Partners => ("partner.import", "Partner", &BENEFITS),
        ImportPurpose::Outlets => ("outlet.import", "Outlet", &BENEFITS),
    };
    let deed = Deed {
        action,
        organisation_id,
        object_type,
        // Of many: the file itself is the thing.
        object_id: Uuid::now_v7(),
        details: json!({ "created": report.created, "updated": report.updated }),
        changes,
        tags,
    };
    clerk.finish(transaction, deed).await?;
    Ok(report)
}

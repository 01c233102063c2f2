//! A step of a moderator: the report held, the version compared, all that stands against it said at
//! once; else the row, the audit entry and the letters in one transaction.

use chrono::{DateTime, Utc};
use entities::{enums::ReportModeration, service_report, service_report_escalation};
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    steps::{Circumstances, Step, redacted},
    stop::Stop,
    store::{escalations, guides, queue, reports},
    telling,
    types::ServiceReportErrorCode as Code,
};
use crate::{
    domain::accounts::Permitted,
    infra::{audit, clock::moscow_date, db::Database, error::Error, graphql::UserErrorCode},
};

/// A report with what came of taking it on.
#[derive(Clone, Debug)]
pub struct Held {
    pub report: service_report::Model,
    pub escalation: Option<service_report_escalation::Model>,
}

/// What a moderator asks for.
pub struct Order {
    pub report_id: Uuid,
    /// The version that they saw.
    pub version: i32,
    pub step: Step,
    /// What they take out of the comment.
    pub redact: Vec<String>,
    pub now: DateTime<Utc>,
}

impl Order {
    /// Carries it out.
    ///
    /// # Errors
    /// What stands against it; then nothing was done.
    pub async fn carry_out(self, database: &Database, officer: &Permitted) -> Result<Held, Stop> {
        let transaction = database.writer().begin().await?;
        let (held, original) = self.lock(&transaction, officer).await?;
        if held.report.version != self.version {
            return self.when_changed(held);
        }
        let circumstances = Circumstances {
            original: original.as_ref(),
            today: moscow_date(self.now),
        };
        let mut faults = self.step.faults(&held, &circumstances);
        let comment = match redacted(held.report.comment.as_deref(), &self.redact) {
            Ok(comment) => comment,
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        if !faults.is_empty() {
            let errors = faults.into_iter().map(|(code, field)| code.at(field));
            return Err(Stop::Refused(errors.collect()));
        }
        self.write(transaction, officer, held, comment).await
    }

    /// The report, within the officer's reach, and the one that it is said to repeat, which no officer
    /// beyond it is told of either. Both are held in one order, so that two who name each other's
    /// reports wait and don't lock.
    async fn lock(
        &self,
        transaction: &DatabaseTransaction,
        officer: &Permitted,
    ) -> Result<(Held, Option<service_report::Model>), Stop> {
        let original_id = match &self.step {
            Step::Duplicate { of_id } => Some(*of_id),
            _ => None,
        };
        let early = original_id.filter(|id| *id < self.report_id);
        let late = original_id.filter(|id| *id > self.report_id);
        let mut original = self.lock_one(transaction, officer, early).await?;
        let report = self
            .lock_one(transaction, officer, Some(self.report_id))
            .await?
            .ok_or_else(|| Stop::at(Code::ReportNotFound, "id"))?;
        if original.is_none() {
            original = self.lock_one(transaction, officer, late).await?;
        }
        let escalation = escalations::find_of(transaction, report.id).await?;
        Ok((Held { report, escalation }, original))
    }

    async fn lock_one(
        &self,
        transaction: &DatabaseTransaction,
        officer: &Permitted,
        id: Option<Uuid>,
    ) -> Result<Option<service_report::Model>, Error> {
        let Some(id) = id else {
            return Ok(None);
        };
        let Some(report) = reports::lock(transaction, id).await? else {
            return Ok(None);
        };
        let is_theirs = queue::is_within(transaction, &officer.reach, &report).await?;
        Ok(is_theirs.then_some(report))
    }

    /// The same step once more, its answer lost on the way, is told from a conflict by what it would
    /// have done.
    fn when_changed(&self, held: Held) -> Result<Held, Stop> {
        if held.report.version == self.version.saturating_add(1) && self.step.is_done(&held) {
            Ok(held)
        } else {
            let error = Code::Conflict.at("version");
            Err(Stop::Standing(error, Box::new(held)))
        }
    }

    async fn write(
        self,
        transaction: DatabaseTransaction,
        officer: &Permitted,
        held: Held,
        comment: Option<String>,
    ) -> Result<Held, Stop> {
        let Self {
            step, redact, now, ..
        } = self;
        let from = held.report.moderation;
        let was_taken_on = held.escalation.is_some();
        let mut after = step.clone().applied(held, now);
        after.report.comment = comment;
        reports::update(&transaction, after.report.clone()).await?;
        if let Some(escalation) = after.escalation.clone() {
            if was_taken_on {
                escalations::update(&transaction, escalation).await?;
            } else {
                escalations::insert(&transaction, escalation).await?;
            }
        }
        let organisation_id =
            guides::find_organisation(&transaction, after.report.guide_id).await?;
        let details = json!({
            "from": from,
            "to": after.report.moderation,
            "fragments": redact.len(),
        });
        let report = ("service_report", after.report.id);
        let entry = officer.entry(step.action(), organisation_id, report, details);
        audit::record(&transaction, entry, now).await?;
        telling::tell_authors(&transaction, &after, &step, now).await?;
        transaction.commit().await?;
        Ok(after)
    }
}

/// Reports with what came of taking them on, in their order.
///
/// # Errors
/// Whatever the database reports.
pub async fn with_escalations(
    connection: &impl ConnectionTrait,
    rows: Vec<service_report::Model>,
) -> Result<Vec<Held>, Error> {
    // No others have gone out, and a report that has just come in needs no question.
    let sent = rows
        .iter()
        .filter(|row| row.moderation == ReportModeration::Escalated);
    let ids: Vec<Uuid> = sent.map(|row| row.id).collect();
    let mut escalations = escalations::list_of(connection, &ids).await?;
    let held = rows.into_iter().map(|report| Held {
        escalation: escalations.remove(&report.id),
        report,
    });
    Ok(held.collect())
}

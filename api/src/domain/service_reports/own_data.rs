//! What this domain keeps of somebody, for them to have.

use entities::{service_report, service_report_escalation};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    problems::ServiceProblem,
    store::{escalations, reports},
};
use crate::{domain::accounts::Accounts, infra::error::Error};

/// What the holder of an account has reported, found by their pseudonym, which is computed for it.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Value, Error> {
    let author = accounts.vault.reporter(account_id);
    let rows = reports::list_all_own(connection, &author).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let escalations = escalations::list_of(connection, &ids).await?;
    let told = rows.iter().map(|row| told(row, escalations.get(&row.id)));
    Ok(Value::Array(told.collect()))
}

fn told(
    row: &service_report::Model,
    escalation: Option<&service_report_escalation::Model>,
) -> Value {
    json!({
        "guideId": row.guide_id,
        "guideRevision": row.guide_revision,
        "channel": row.channel,
        "submittedOn": row.submitted_on,
        "outcome": row.outcome,
        "finishedOn": row.finished_on,
        "onlineFirstAttempt": row.is_online_first,
        "fullyOnline": row.is_fully_online,
        "visits": row.visits,
        "queueMinutes": row.queue_minutes,
        "extraDocumentsAsked": row.has_extra_documents,
        "problems": ServiceProblem::in_bits(row.problems),
        "refusal": { "isExplained": row.is_refusal_explained, "reason": row.refusal_reason },
        "ratings": {
            "overall": row.rating_overall,
            "information": row.rating_information,
            "forms": row.rating_forms,
            "speed": row.rating_speed,
            "convenience": row.rating_convenience,
            "result": row.rating_result,
        },
        "guideMatched": row.is_guide_matched,
        "helpedBy": row.helped_by,
        "isForAnother": row.is_for_another,
        "paidKopecks": row.paid_kopecks,
        "platform": row.platform,
        "okrug": row.okrug,
        "comment": row.comment,
        "moderation": row.moderation,
        "reportedAt": row.created_at,
        "escalation": escalation.map(|escalation| json!({
            "addressee": escalation.addressee,
            "answer": escalation.answer,
            "resolution": escalation.resolution,
        })),
    })
}

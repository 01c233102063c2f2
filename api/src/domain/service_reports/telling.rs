//! What those who reported are told: a letter to each pseudonym.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use sea_orm::ConnectionTrait;

use super::{
    moderating::Held,
    steps::Step,
    store::{guides, reports},
};
use crate::{
    domain::{
        content::portal_path,
        push::{Letter, tell},
    },
    infra::error::Error,
};

/// What stands for a guide that is not published any more.
const SOME_SERVICE: &str = "услуга";
/// Characters of a guide's name that a letter repeats.
const LONGEST_TITLE: usize = 200;

/// Writes of a step to the author of a report and, where it concerns them, to those whose reports were
/// found to tell the same.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_authors(
    transaction: &impl ConnectionTrait,
    held: &Held,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let report = &held.report;
    let guide = guides::find_name(transaction, report.guide_id).await?;
    let link = guide
        .as_ref()
        .map(|guide| portal_path(ContentKind::ServiceGuide, &guide.slug));
    let title = guide.map_or_else(|| SOME_SERVICE.to_owned(), |guide| guide.title);
    let title: String = title.chars().take(LONGEST_TITLE).collect();
    let (subject, body) = words(step, &title);
    let key = format!("service-report:{}:{}", report.id, report.version);
    let authors = if step.concerns_everybody() {
        reports::list_authors(transaction, report.id).await?
    } else {
        BTreeSet::from([report.author.clone()])
    };
    for addressee in &authors {
        let letter = Letter {
            addressee,
            key: &key,
            title: subject,
            body: &body,
            link: link.as_deref(),
        };
        tell(transaction, letter, now).await?;
    }
    Ok(())
}

/// The title of a letter and its text.
fn words(step: &Step, service: &str) -> (&'static str, String) {
    match step {
        Step::Accept => (
            "Отчёт принят",
            format!("Ваш отчёт («{service}») принят и войдёт в показатели. Спасибо!"),
        ),
        Step::Reject { reason } => (
            "Отчёт отклонён",
            format!("Ваш отчёт («{service}») отклонён: {}", reason.trim()),
        ),
        Step::Duplicate { .. } => (
            "Об этом уже сообщили",
            format!(
                "Ваш отчёт («{service}») повторяет другой, который уже разбирают. Когда по тому ответят, напишем и вам."
            ),
        ),
        Step::Escalate {
            addressee,
            answer_due_on,
        } => (
            "Отчёт передан",
            format!(
                "По отчёту («{service}») обратились: {}. Ответа ждём до {}.",
                addressee.trim(),
                answer_due_on.format("%d.%m.%Y")
            ),
        ),
        Step::Answer { text } => (
            "На отчёт ответили",
            format!("По отчёту («{service}») пришёл ответ. {}", text.trim()),
        ),
        Step::Resolve { text } => (
            "Работа по отчёту закончена",
            format!("Отчёт («{service}»). {}", text.trim()),
        ),
    }
}

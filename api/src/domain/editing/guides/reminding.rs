//! Telling editors by e-mail of guides whose check is overdue: once a week and organisation.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{
            Accounts,
            staff::{self, StaffNotice},
        },
        guides::{OverdueGuide, list_negligent, list_overdue},
    },
    infra::{
        auth::Permission,
        clock::{Clock, moscow_date},
        db::Database,
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
    },
};

/// The kind of the jobs.
pub const REMIND_JOB: &str = "guides_overdue";
/// Guides that an e-mail names.
const NAMED: usize = 20;

/// Whose editors must hear of it, in which week.
#[derive(Serialize, Deserialize)]
struct Due {
    organisation_id: Uuid,
    /// Of ISO 8601, by the Moscow day: `2026-W48`.
    week: String,
}

impl Due {
    fn key(&self) -> String {
        format!("{REMIND_JOB}:{}:{}", self.organisation_id, self.week)
    }
}

/// Queues a reminder for each organisation with an overdue guide, unless it had one this week.
/// Returns how many organisations have one.
///
/// # Errors
/// Whatever the database reports.
pub async fn remind_of_overdue(database: &Database, now: DateTime<Utc>) -> Result<usize, Error> {
    let today = moscow_date(now);
    let week = today.iso_week();
    let organisation_ids = list_negligent(database.reader(), today).await?;
    let count = organisation_ids.len();
    for organisation_id in organisation_ids {
        let due = Due {
            organisation_id,
            week: format!("{}-W{:02}", week.year(), week.week()),
        };
        let job = NewJob {
            kind: REMIND_JOB,
            unique_key: Some(due.key()),
            payload: serde_json::to_value(due)?,
            run_at: now,
        };
        jobs::enqueue(database.writer(), job, now).await?;
    }
    Ok(count)
}

/// Does the jobs.
#[must_use]
pub fn remind_handler(accounts: Accounts, database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (accounts, database, clock) = (accounts.clone(), database.clone(), clock.clone());
        Box::pin(async move { remind(&accounts, &database, clock.now(), payload).await })
    })
}

async fn remind(
    accounts: &Accounts,
    database: &Database,
    now: DateTime<Utc>,
    payload: Value,
) -> Result<Outcome, Error> {
    let due: Due = serde_json::from_value(payload)?;
    let (id, today) = (due.organisation_id, moscow_date(now));
    // One more than are named tells whether there are others.
    let overdue = list_overdue(database.reader(), id, today, NAMED as u64 + 1).await?;
    // Checked meanwhile.
    if overdue.is_empty() {
        return Ok(Outcome::Done);
    }
    let notice = StaffNotice {
        permission: Permission::EditContent,
        organisation_id: id,
        key: due.key(),
        text: text(&overdue),
    };
    staff::notify(accounts, database.writer(), &notice, now).await?;
    Ok(Outcome::Done)
}

fn text(overdue: &[OverdueGuide]) -> String {
    let mut lines =
        vec!["Срок проверки этих инструкций прошёл, и читателей предупреждают об этом:".to_owned()];
    let named = overdue.iter().take(NAMED);
    lines.extend(named.map(|guide| {
        let day = guide.next_review_at.format("%d.%m.%Y");
        format!("— «{}», срок был {day}", guide.title)
    }));
    if overdue.len() > NAMED {
        lines.push("и другие.".into());
    }
    lines.push("Сверьте их с официальными страницами услуг и подтвердите проверку.".into());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overdue(title: &str) -> OverdueGuide {
        OverdueGuide {
            title: title.into(),
            next_review_at: "2026-02-01".parse().unwrap(),
        }
    }

    #[test]
    fn an_e_mail_names_the_guides_and_their_days() {
        let text = text(&[overdue("Загранпаспорт")]);
        assert!(text.contains("«Загранпаспорт», срок был 01.02.2026"));
        assert!(!text.contains("и другие"));
    }

    #[test]
    fn a_long_list_is_cut() {
        let many: Vec<OverdueGuide> = (0..21).map(|number| overdue(&number.to_string())).collect();
        let text = text(&many);
        assert!(text.contains("и другие") && !text.contains("«20»"));
    }
}

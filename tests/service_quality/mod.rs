//! Figures of state services: counted from reports, published by rules, frozen for ever.

mod addresses;
mod concerns;
mod counting;
mod freezing;
mod independent;
mod publishing;
mod ranking;

use api::{
    domain::{
        guides::ServiceGuide,
        service_quality::{Counted, refresh},
    },
    infra::{clock::moscow_date, db::Database},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use entities::{
    enums::{HelpedBy, ReportModeration, ServiceOutcome, ServiceReportChannel},
    service_report,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::App;

const QUALITY: &str = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) {
    from to isFrozen missingReports ask note
    figures { reports meanRating meanVisits medianDaysToAnswer
        shares { code value low high numerator denominator light }
        terms { unit reports median ninetiethPercentile late medianOverrun }
        index { value parts { code value isInverted weight points } } } } }";

/// A report that a moderator has accepted: completed online on that day, and nothing else is known.
fn report(guide_id: Uuid, day: NaiveDate, now: DateTime<Utc>) -> service_report::Model {
    service_report::Model {
        is_for_another: false,
        id: Uuid::now_v7(),
        guide_id,
        guide_revision: 1,
        author: Uuid::now_v7().simple().to_string(),
        client_key: Uuid::now_v7(),
        input_digest: "0".repeat(64),
        channel: ServiceReportChannel::Online,
        submitted_on: day,
        outcome: ServiceOutcome::Completed,
        finished_on: Some(day),
        is_online_first: false,
        is_fully_online: true,
        visits: 0,
        queue_minutes: None,
        has_extra_documents: false,
        problems: 0,
        is_refusal_explained: None,
        refusal_reason: None,
        rating_overall: None,
        rating_information: None,
        rating_forms: None,
        rating_speed: None,
        rating_convenience: None,
        rating_result: None,
        is_guide_matched: None,
        helped_by: HelpedBy::Nobody,
        paid_kopecks: None,
        platform: None,
        okrug: None,
        comment: None,
        term_norm: None,
        term_unit: None,
        term_taken: None,
        moderation: ReportModeration::Accepted,
        duplicate_of_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        moderated_at: Some(now),
    }
}

/// So many reports of that kind, each somebody else's.
fn copies(model: &service_report::Model, many: usize) -> Vec<service_report::Model> {
    let copy = |_| service_report::Model {
        id: Uuid::now_v7(),
        author: Uuid::now_v7().simple().to_string(),
        client_key: Uuid::now_v7(),
        ..model.clone()
    };
    (0..many).map(copy).collect()
}

async fn write(database: &Database, models: Vec<service_report::Model>) {
    for batch in models.chunks(200) {
        let rows = batch
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        service_report::Entity::insert_many(rows)
            .exec_without_returning(database.writer())
            .await
            .expect("reports");
    }
}

pub async fn count(app: &App) -> Counted {
    refresh(&app.database, app.now()).await.expect("counted")
}

/// The first day of the month that was so many months ago; 0 is the present one.
fn months_ago(app: &App, months: u32) -> NaiveDate {
    let today = moscow_date(app.now());
    let first = today - Days::new(u64::from(chrono::Datelike::day0(&today)));
    first - chrono::Months::new(months)
}

fn node(guide_id: Uuid) -> String {
    ServiceGuide::NODE.id(guide_id).to_string()
}

pub async fn quality(app: &App, filter: Value) -> Value {
    let answer = app.ask_with(QUALITY, json!({ "filter": filter })).await;
    answer.data()["serviceQuality"].clone()
}

/// What is shown of a guide.
async fn quality_of(app: &App, guide_id: Uuid) -> Value {
    quality(app, json!({ "guide": node(guide_id) })).await
}

/// One of the shares.
#[track_caller]
pub fn share<'f>(figures: &'f Value, code: &str) -> &'f Value {
    let shares = figures["shares"].as_array().expect("shares");
    shares
        .iter()
        .find(|share| share["code"] == code)
        .unwrap_or_else(|| panic!("no {code} in {figures:#}"))
}

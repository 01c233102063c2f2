//! All figures a second time, by libraries that know nothing of this program: numpy, pandas and
//! statsmodels compute them from the same reports, and every digit that is shown must be theirs.

use std::process::Command;

use api::{domain::content::AudienceDefinition, infra::clock::moscow_date};
use chrono::{Days, NaiveDate, TimeDelta};
use entities::{
    enums::{Okrug, ReportModeration, ServiceOutcome, ServiceReportChannel, TermMeasure},
    service_guide, service_report, service_report_escalation,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Iterable, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{QUALITY, count, months_ago, node, report, write};
use crate::{
    on_both_databases,
    support::{App, builders},
};

const PARTS: &str = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) {
    months { month figures { ...figures } }
    okrugs { okrug figures { ...figures } }
    channels { channel figures { ...figures } }
    previous { from to figures { ...figures } changes { code difference isDistinct } } } }
    fragment figures on ServiceQualityFigures { reports meanRating meanVisits
        shares { code value low high numerator denominator light } index { value } }";
const RANKING: &str =
    "query($by: ServiceQualityCode) { serviceQualityRanking(by: $by, first: 100) {
    nodes { place score guide { id } share { numerator denominator } } } }";
const CODES: [&str; 13] = [
    "CR",
    "DT",
    "FO",
    "CSAT",
    "TC",
    "RR",
    "UR",
    "TF",
    "XD",
    "EFF_NO_VISITS",
    "EFF_QUEUE",
    "GA",
    "ESC",
];
const MONTHS: u32 = 14;

/// Numbers that are the same in every run (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).expect("an index")]
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (!self.one_in(3)).then_some(value)
    }

    fn small(&mut self, end: u64) -> i32 {
        i32::try_from(self.below(end)).expect("small")
    }
}

fn random_report(
    numbers: &mut Numbers,
    guide: Uuid,
    month: NaiveDate,
    app: &App,
) -> service_report::Model {
    let day = month + Days::new(numbers.below(28));
    let outcomes: Vec<ServiceOutcome> = ServiceOutcome::iter().collect();
    let outcome = match numbers.one_in(2) {
        true => ServiceOutcome::Completed,
        false => numbers.one_of(&outcomes),
    };
    let okrugs: Vec<Okrug> = Okrug::iter().collect();
    let channels: Vec<ServiceReportChannel> = ServiceReportChannel::iter().collect();
    let channel = match numbers.one_in(2) {
        true => ServiceReportChannel::Online,
        false => numbers.one_of(&channels),
    };
    let units = [TermMeasure::WorkingDays, TermMeasure::CalendarDays];
    let visits = numbers.small(3);
    let rating = i16::try_from(1 + numbers.small(5)).expect("a mark");
    let is_timed = outcome == ServiceOutcome::Completed && !numbers.one_in(4);
    let (norm, taken) = (3 + numbers.small(8), numbers.small(16));
    // Some okrugs have many reports and some a few.
    let okrug =
        okrugs[usize::try_from(numbers.below(12).min(numbers.below(12))).expect("an okrug")];
    let queue = numbers.small(40);
    let problems = 1 << numbers.small(15);
    let moderation = match numbers.below(12) {
        0 => ReportModeration::New,
        1 => ReportModeration::Rejected,
        2 => ReportModeration::Duplicate,
        3 => ReportModeration::Escalated,
        _ => ReportModeration::Accepted,
    };
    service_report::Model {
        channel,
        outcome,
        visits,
        moderation,
        is_online_first: numbers.one_in(5),
        is_fully_online: numbers.one_in(2),
        queue_minutes: (visits > 0).then_some(queue).filter(|_| !numbers.one_in(3)),
        has_extra_documents: numbers.one_in(9),
        problems: if numbers.one_in(4) { problems } else { 0 },
        is_refusal_explained: (outcome == ServiceOutcome::Refused).then(|| numbers.one_in(2)),
        rating_overall: numbers.maybe(rating),
        is_guide_matched: numbers.maybe(true).map(|_| !numbers.one_in(6)),
        okrug: numbers.maybe(okrug),
        term_unit: is_timed.then(|| numbers.one_of(&units)),
        term_taken: is_timed.then_some(taken),
        term_norm: (is_timed && !numbers.one_in(5)).then_some(norm),
        ..report(guide, day, app.now())
    }
}

fn random_escalation(
    numbers: &mut Numbers,
    report: &service_report::Model,
) -> service_report_escalation::Model {
    let escalated_at = report.created_at - TimeDelta::days(40);
    let hours = i64::try_from(numbers.below(500)).expect("hours");
    let answered_at = numbers.maybe(escalated_at + TimeDelta::hours(hours));
    service_report_escalation::Model {
        id: Uuid::now_v7(),
        report_id: report.id,
        addressee: "Оператор".into(),
        escalated_at,
        answer_due_on: report.submitted_on,
        answer: answered_at.map(|_| "Исправили".into()),
        answered_at,
        resolution: None,
        resolved_at: answered_at.filter(|_| numbers.one_in(2)),
    }
}

/// Guides with many reports, with some, with a few in all, and with too few; at two portals.
async fn plant(app: &App) -> Vec<(Uuid, &'static str)> {
    let mut guides = Vec::new();
    for (slug, portal) in [
        ("sample-many", "OTHER"),
        ("sample-some", "FNS"),
        ("sample-few", "FNS"),
        ("sample-rare", "OTHER"),
    ] {
        let guide = builders::guide(&app.database, slug, &AudienceDefinition::default()).await;
        if portal == "FNS" {
            let read = service_guide::Entity::find_by_id(guide)
                .one(app.database.writer())
                .await;
            let mut read = read.expect("a query").expect("a guide").into_active_model();
            read.portal = Set(entities::enums::ServicePortal::Fns);
            read.update(app.database.writer()).await.expect("moved");
        }
        guides.push((guide, portal));
    }
    guides
}

async fn fill(
    app: &App,
    guides: &[(Uuid, &str)],
) -> (
    Vec<service_report::Model>,
    Vec<service_report_escalation::Model>,
) {
    let mut numbers = Numbers(20_261_123);
    let mut reports = Vec::new();
    for ((guide, _), a_month) in guides.iter().zip([60, 9, 2, 0]) {
        for months in 0..MONTHS {
            let month = months_ago(app, months);
            for _ in 0..a_month {
                reports.push(random_report(&mut numbers, *guide, month, app));
            }
        }
    }
    let rare = guides.last().expect("a guide").0;
    reports.extend((0..3).map(|_| random_report(&mut numbers, rare, months_ago(app, 1), app)));
    // Nobody has applied tomorrow.
    let today = moscow_date(app.now());
    reports
        .iter_mut()
        .for_each(|one| one.submitted_on = one.submitted_on.min(today));
    let escalations: Vec<service_report_escalation::Model> = reports
        .iter()
        .filter(|one| one.moderation == ReportModeration::Escalated)
        .map(|one| random_escalation(&mut numbers, one))
        .collect();
    write(&app.database, reports.clone()).await;
    for batch in escalations.chunks(200) {
        let rows = batch
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        service_report_escalation::Entity::insert_many(rows)
            .exec_without_returning(app.database.writer())
            .await
            .expect("escalations");
    }
    (reports, escalations)
}

/// Every question with its answer.
async fn ask_everything(app: &App, guides: &[(Uuid, &str)]) -> Vec<Value> {
    let mut filters = vec![json!({})];
    for (guide, _) in guides {
        filters.push(json!({ "guide": node(*guide) }));
    }
    let (long, short) = (months_ago(app, MONTHS), months_ago(app, 1));
    let many = node(guides[0].0);
    filters.extend([
        json!({ "portal": "FNS" }),
        json!({ "from": long }),
        json!({ "guide": many, "from": short, "to": short }),
        json!({ "guide": many, "from": months_ago(app, 4), "to": short }),
        json!({ "portal": "OTHER", "from": months_ago(app, 3) }),
        json!({ "portal": "MOS_RU" }),
    ]);
    for okrug in ["CAO", "SAO", "ZELAO", "NAO", "TINAO"] {
        filters.push(json!({ "okrug": okrug }));
        filters.push(json!({ "guide": many, "okrug": okrug }));
        filters.push(json!({ "guide": node(guides[1].0), "okrug": okrug }));
    }
    let mut asked = Vec::new();
    for filter in filters {
        let variables = json!({ "filter": filter });
        let whole = app.ask_with(QUALITY, variables.clone()).await;
        let parts = app.ask_with(PARTS, variables).await;
        asked.push(json!({
            "filter": filter,
            "whole": whole.data()["serviceQuality"],
            "parts": parts.data()["serviceQuality"],
        }));
    }
    asked
}

async fn rank_by_everything(app: &App) -> Value {
    let mut rankings = json!({});
    for code in CODES {
        let answer = app.ask_with(RANKING, json!({ "by": code })).await;
        rankings[code] = answer.data()["serviceQualityRanking"]["nodes"].clone();
    }
    rankings
}

fn written(
    report: &service_report::Model,
    escalation: Option<&service_report_escalation::Model>,
) -> Value {
    json!({
        "guide": node(report.guide_id),
        "channel": report.channel,
        "submitted_on": report.submitted_on,
        "outcome": report.outcome,
        "is_online_first": report.is_online_first,
        "is_fully_online": report.is_fully_online,
        "visits": report.visits,
        "queue_minutes": report.queue_minutes,
        "has_extra_documents": report.has_extra_documents,
        "problems": report.problems,
        "is_refusal_explained": report.is_refusal_explained,
        "rating": report.rating_overall,
        "is_guide_matched": report.is_guide_matched,
        "okrug": report.okrug,
        "term_norm": report.term_norm,
        "term_unit": report.term_unit,
        "term_taken": report.term_taken,
        "moderation": report.moderation,
        "escalated_at": escalation.map(|one| one.escalated_at),
        "answered_at": escalation.and_then(|one| one.answered_at),
        "resolved_at": escalation.and_then(|one| one.resolved_at),
    })
}

async fn check(evidence: Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("evidence.json");
    std::fs::write(&file, evidence.to_string()).expect("a file");
    let room = concat!(env!("CARGO_MANIFEST_DIR"), "/service_quality/independent");
    let output = tokio::task::spawn_blocking(move || {
        Command::new(format!("{room}/venv/bin/python"))
            .arg(format!("{room}/check.py"))
            .arg(&file)
            .output()
            .expect("Python with statsmodels, which tests/run brings")
    })
    .await
    .expect("a run");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{}", told.lines().last().unwrap_or_default());
}

on_both_databases! {
    async fn strangers_come_to_the_same_digits(app) {
        let guides = plant(&app).await;
        let (reports, escalations) = fill(&app, &guides).await;
        count(&app).await;
        let of = |report: &service_report::Model| escalations.iter().find(|one| one.report_id == report.id);
        let evidence = json!({
            "today": moscow_date(app.now()),
            "guides": guides.iter().map(|(guide, portal)| json!({ "id": node(*guide), "portal": portal })).collect::<Vec<_>>(),
            "reports": reports.iter().map(|one| written(one, of(one))).collect::<Vec<_>>(),
            "asked": ask_everything(&app, &guides).await,
            "rankings": rank_by_everything(&app).await,
        });
        check(evidence).await;
    }
}

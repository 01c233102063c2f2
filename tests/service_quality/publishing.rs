//! What is published, and what is not.

use api::domain::content::AudienceDefinition;
use entities::{
    enums::{Okrug, ReportModeration, ServiceOutcome, ServiceReportChannel, TermMeasure},
    service_report,
};
use serde_json::{Value, json};

use super::{copies, count, months_ago, node, quality, quality_of, report, share, write};
use crate::{
    on_both_databases,
    support::{App, builders},
};

const OKRUGS: &str = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) {
    okrugs { okrug figures { reports } } channels { channel figures { reports } } } }";
const COMPARED: &str = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) {
    months { month isFrozen figures { reports } }
    previous { from to figures { reports } changes { code difference isDistinct } } } }";
const OF_GUIDE: &str = "query($slug: String!) { guide(slug: $slug) { quality {
    missingReports ask figures { reports terms { unit median ninetiethPercentile } } } } }";

/// The okrugs that are shown, with their numbers of reports.
async fn okrugs(app: &App, guide: uuid::Uuid) -> Vec<(String, i64)> {
    let filter = json!({ "filter": { "guide": node(guide) } });
    let answer = app.ask_with(OKRUGS, filter).await;
    let parts = answer.data()["serviceQuality"]["okrugs"].clone();
    let parts = parts.as_array().expect("okrugs").clone();
    assert_eq!(parts.len(), 13, "all of Moscow, and what names none");
    let shown = |part: &Value| {
        let reports = part["figures"]["reports"].as_i64()?;
        Some((part["okrug"].as_str().unwrap_or("none").to_owned(), reports))
    };
    parts.iter().filter_map(shown).collect()
}

on_both_databases! {
    async fn nothing_is_told_of_four_reports_but_that_one_is_missing(app) {
        let guide = builders::guide(&app.database, "few", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 4)).await;
        count(&app).await;
        let few = quality_of(&app, guide).await;
        assert!(few["figures"].is_null());
        assert_eq!(few["missingReports"], 1);
        assert!(few["ask"].as_str().expect("an ask").contains("ещё 1 отзыва"));

        write(&app.database, copies(&one, 1)).await;
        count(&app).await;
        let enough = quality_of(&app, guide).await;
        assert_eq!(enough["figures"]["reports"], 5);
        assert_eq!(enough["missingReports"], 0);
        assert!(enough["ask"].is_null());
        assert!(enough["note"].as_str().expect("a note").contains("Это не оценка всех"));
    }

    async fn only_what_a_moderator_let_count_does(app) {
        let guide = builders::guide(&app.database, "moderated", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        let with = |moderation| service_report::Model { moderation, ..one.clone() };
        write(&app.database, copies(&one, 5)).await;
        for moderation in [ReportModeration::New, ReportModeration::Rejected, ReportModeration::Duplicate] {
            write(&app.database, copies(&with(moderation), 7)).await;
        }
        // What was taken to the operator was accepted before.
        write(&app.database, copies(&with(ReportModeration::Escalated), 2)).await;
        count(&app).await;
        assert_eq!(quality_of(&app, guide).await["figures"]["reports"], 7);
    }

    async fn figures_follow_the_methodology(app) {
        let guide = builders::guide(&app.database, "figures", &AudienceDefinition::default()).await;
        let plain = report(guide, months_ago(&app, 1), app.now());
        let took = |taken, rating| service_report::Model {
            term_norm: Some(5),
            term_unit: Some(TermMeasure::WorkingDays),
            term_taken: Some(taken),
            rating_overall: Some(rating),
            ..plain.clone()
        };
        let refused = service_report::Model {
            outcome: ServiceOutcome::Refused,
            is_refusal_explained: Some(false),
            is_fully_online: false,
            ..plain.clone()
        };
        let by_visit = service_report::Model {
            channel: ServiceReportChannel::Mfc,
            is_fully_online: false,
            visits: 2,
            queue_minutes: Some(20),
            is_guide_matched: Some(false),
            ..plain.clone()
        };
        let failed = service_report::Model { outcome: ServiceOutcome::TechFailure, ..plain.clone() };
        let waiting = service_report::Model { outcome: ServiceOutcome::InProgress, problems: 1, ..plain.clone() };
        write(&app.database, vec![took(3, 5)]).await;
        for one in [took(5, 4), took(9, 2), refused, by_visit, failed, waiting] {
            write(&app.database, copies(&one, 1)).await;
        }
        count(&app).await;
        let figures = quality_of(&app, guide).await["figures"].clone();
        let of = |code: &str| {
            let share = share(&figures, code);
            (share["numerator"].as_i64(), share["denominator"].as_i64())
        };
        assert_eq!(of("CR"), (Some(3), Some(5)));
        assert_eq!(of("DT"), (Some(6), Some(7)));
        assert_eq!(of("FO"), (Some(3), Some(4)));
        assert_eq!(of("CSAT"), (Some(2), Some(3)));
        assert_eq!(of("TC"), (Some(2), Some(3)));
        assert_eq!(of("RR"), (Some(1), Some(6)));
        assert_eq!(of("UR"), (Some(1), Some(1)));
        assert_eq!(of("TF"), (Some(1), Some(6)));
        assert_eq!(of("XD"), (Some(0), Some(6)));
        assert_eq!(of("EFF_NO_VISITS"), (Some(6), Some(7)));
        assert_eq!(of("EFF_QUEUE"), (Some(0), Some(1)));
        assert_eq!(of("GA"), (Some(0), Some(1)));
        // Nobody was taken to task: that is not zero.
        assert_eq!(of("ESC"), (Some(0), Some(0)));
        assert!(share(&figures, "ESC")["value"].is_null() && share(&figures, "ESC")["low"].is_null());
        let completion = share(&figures, "CR");
        assert_eq!(completion["value"], 0.6);
        assert_eq!(completion["light"], "AMBER");
        assert_eq!(figures["meanRating"], 3.7);
        assert_eq!(figures["meanVisits"], 0.29);
        let term = &figures["terms"][0];
        assert_eq!(term["unit"], "WORKING_DAYS");
        assert_eq!((&term["median"], &term["ninetiethPercentile"]), (&json!(5.0), &json!(8.2)));
        assert_eq!((&term["late"], &term["medianOverrun"]), (&json!(1), &json!(4.0)));
        // 0.30 * 0.6 + 0.25 * 2/3 + 0.20 * 2/3 + 0.15 * 5/6 + 0.10 * 0
        assert_eq!(figures["index"]["value"], 60.5);
        assert_eq!(figures["index"]["parts"].as_array().expect("parts").len(), 5);
    }

    async fn an_okrug_with_few_reports_hides_the_next_smallest(app) {
        let guide = builders::guide(&app.database, "okrugs", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        for (okrug, many) in [(Some(Okrug::Cao), 3), (Some(Okrug::Sao), 6), (Some(Okrug::Vao), 9), (None, 12)] {
            let one = service_report::Model { okrug, ..one.clone() };
            write(&app.database, copies(&one, many)).await;
        }
        count(&app).await;
        assert_eq!(quality_of(&app, guide).await["figures"]["reports"], 30);
        assert_eq!(okrugs(&app, guide).await, [("VAO".to_owned(), 9), ("none".to_owned(), 12)]);
        // Asked for alone, they are hidden as well, and not even how few they are is told.
        for okrug in ["CAO", "SAO", "ZAO"] {
            let alone = quality(&app, json!({ "guide": node(guide), "okrug": okrug })).await;
            assert!(alone["figures"].is_null() && alone["missingReports"].is_null(), "{okrug}: {alone}");
        }
        let shown = quality(&app, json!({ "guide": node(guide), "okrug": "VAO" })).await;
        assert_eq!(shown["figures"]["reports"], 9);

        let more = service_report::Model { okrug: Some(Okrug::Cao), ..one };
        write(&app.database, copies(&more, 2)).await;
        count(&app).await;
        assert_eq!(okrugs(&app, guide).await.len(), 4);
    }

    async fn ways_to_apply_are_counted_apart(app) {
        let guide = builders::guide(&app.database, "channels", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        let by_post = service_report::Model { channel: ServiceReportChannel::Post, ..one.clone() };
        write(&app.database, copies(&one, 8)).await;
        write(&app.database, copies(&by_post, 5)).await;
        count(&app).await;
        let filter = json!({ "filter": { "guide": node(guide) } });
        let answer = app.ask_with(OKRUGS, filter).await;
        let channels = &answer.data()["serviceQuality"]["channels"];
        let reports = |channel: &str| {
            let channels = channels.as_array().expect("channels");
            let found = channels.iter().find(|one| one["channel"] == channel);
            found.expect("a channel")["figures"]["reports"].clone()
        };
        assert_eq!(reports("ONLINE"), 8);
        assert_eq!(reports("POST"), 5);
        assert!(reports("MFC").is_null());
    }

    async fn a_period_is_compared_with_the_one_before(app) {
        let guide = builders::guide(&app.database, "compared", &AudienceDefinition::default()).await;
        let old = report(guide, months_ago(&app, 3), app.now());
        let failed = service_report::Model { outcome: ServiceOutcome::Abandoned, ..old.clone() };
        write(&app.database, copies(&failed, 30)).await;
        write(&app.database, copies(&old, 10)).await;
        let new = report(guide, months_ago(&app, 1), app.now());
        write(&app.database, copies(&new, 40)).await;
        count(&app).await;
        let (from, to) = (months_ago(&app, 2), months_ago(&app, 1));
        let filter = json!({ "filter": { "guide": node(guide), "from": from, "to": to } });
        let answer = app.ask_with(COMPARED, filter).await;
        let shown = &answer.data()["serviceQuality"];
        let months = shown["months"].as_array().expect("months");
        assert_eq!(months.len(), 2);
        assert!(months[0]["figures"].is_null());
        assert_eq!(months[1]["month"], json!(to));
        assert_eq!(months[1]["figures"]["reports"], 40);
        let previous = &shown["previous"];
        assert_eq!(previous["from"], json!(months_ago(&app, 4)));
        assert_eq!(previous["figures"]["reports"], 40);
        let changes = previous["changes"].as_array().expect("changes");
        let completion = changes.iter().find(|change| change["code"] == "CR").expect("a change");
        assert_eq!(completion["difference"], 0.75);
        assert_eq!(completion["isDistinct"], true);
    }

    async fn a_guide_shows_how_long_its_service_really_takes(app) {
        let guide = builders::guide(&app.database, "measured", &AudienceDefinition::default()).await;
        let slug = json!({ "slug": "measured" });
        let nothing = app.ask_with(OF_GUIDE, slug.clone()).await;
        let nothing = &nothing.data()["guide"]["quality"];
        assert_eq!(nothing["missingReports"], 5);
        assert!(nothing["figures"].is_null() && nothing["ask"].is_string());

        let took = |taken| service_report::Model {
            term_unit: Some(TermMeasure::CalendarDays),
            term_taken: Some(taken),
            ..report(guide, months_ago(&app, 2), app.now())
        };
        write(&app.database, (1..=6).map(took).collect()).await;
        count(&app).await;
        let shown = app.ask_with(OF_GUIDE, slug).await;
        let figures = &shown.data()["guide"]["quality"]["figures"];
        assert_eq!(figures["reports"], 6);
        assert_eq!(figures["terms"], json!([
            { "unit": "CALENDAR_DAYS", "median": 3.5, "ninetiethPercentile": 5.5 },
        ]));
    }

    async fn what_is_no_period_is_refused(app) {
        for (filter, message) in [
            (json!({ "from": "2026-05-01", "to": "2026-04-30" }), "позже"),
            (json!({ "from": "2020-01-01", "to": "2025-01-01" }), "60 месяцев"),
            (json!({ "from": "1234-01-01" }), "год"),
            (json!({ "guide": "x" }), "идентификатор"),
        ] {
            let query = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) { from } }";
            let answer = app.ask_with(query, json!({ "filter": filter })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{filter}");
            let said = answer.body["errors"][0]["message"].as_str().expect("a message");
            assert!(said.contains(message), "{filter}: {said}");
        }
    }

    async fn a_guide_for_others_is_not_there(app) {
        let guide = builders::guide(&app.database, "members-only", &builders::members()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 30)).await;
        count(&app).await;
        assert!(quality_of(&app, guide).await.is_null());
        // Nor is it among all of them.
        assert!(quality(&app, json!({})).await["figures"].is_null());
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let filter = json!({ "filter": { "guide": node(guide) } });
        let seen = app.ask_as(member.clone(), crate::service_quality::QUALITY, filter).await;
        assert_eq!(seen.data()["serviceQuality"]["figures"]["reports"], 30);
        let all = app.ask_as(member, crate::service_quality::QUALITY, json!({ "filter": {} })).await;
        assert_eq!(all.data()["serviceQuality"]["figures"]["reports"], 30);
    }
}

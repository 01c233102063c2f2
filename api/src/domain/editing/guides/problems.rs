//! What keeps a guide from its readers.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{GuideDocument, rules::is_host_of};
use crate::{
    domain::{
        editing::{
            problem::{Problem, Problems},
            references::{Surroundings, Target},
            types::EditingErrorCode,
        },
        guides::Passport,
    },
    infra::clock::moscow_date,
};

/// Column lengths, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_SHORT_TITLE: usize = 120;
const LONGEST_SUMMARY: usize = 300;
const LONGEST_AUTHORITY: usize = 300;
const LONGEST_ADDRESS: usize = 500;
const LONGEST_ALERT: usize = 500;
const LONGEST_NAME: usize = 200;
/// Of a line and of a text in the passport, which is one column: what a phone can still show.
const LONGEST_LINE: usize = 500;
const LONGEST_TEXT: usize = 4000;
const MOST_ENTRIES: usize = 50;
const MOST_RELATED: usize = 20;

/// Everything, whatever the day.
pub fn problems_of(document: &GuideDocument, there: &Surroundings) -> Vec<Problem> {
    let mut problems = Problems::default();
    head_problems(&mut problems, document);
    document_problems(&mut problems, &document.passport);
    way_problems(&mut problems, &document.passport);
    outcome_problems(&mut problems, &document.passport);
    advice_problems(&mut problems, &document.passport);
    check_problems(&mut problems, document);
    reference_problems(&mut problems, document, there);
    problems.0
}

/// What is wrong with it at that time.
pub fn untimely(document: &GuideDocument, now: DateTime<Utc>) -> Vec<Problem> {
    let mut problems = Problems::default();
    if document.checked_at.is_some_and(|at| at > now) {
        problems.add("checkedAt", EditingErrorCode::OutOfRange);
    }
    let today = moscow_date(now);
    if document.next_review_at.is_some_and(|day| day < today) {
        problems.add("nextReviewAt", EditingErrorCode::InThePast);
    }
    problems.0
}

fn head_problems(problems: &mut Problems, document: &GuideDocument) {
    problems.text("title", document.title.as_deref(), LONGEST_TITLE);
    problems.length(
        "shortTitle",
        document.short_title.as_deref(),
        LONGEST_SHORT_TITLE,
    );
    problems.text("summary", document.summary.as_deref(), LONGEST_SUMMARY);
    problems.required("category", document.category_id.as_ref());
    problems.required("portal", document.portal.as_ref());
    problems.required("level", document.level.as_ref());
    problems.text(
        "authority",
        document.authority.as_deref(),
        LONGEST_AUTHORITY,
    );
    official_problems(problems, document);
    if let Some(alert) = &document.alert {
        problems.text("alert.text", Some(&alert.text), LONGEST_ALERT);
    }
}

/// Readers are sent there with their documents: nowhere else than to the service itself.
fn official_problems(problems: &mut Problems, document: &GuideDocument) {
    let address = document.official_url.as_deref();
    problems.text("officialUrl", address, LONGEST_ADDRESS);
    let Some(address) = address else { return };
    let secure = url::Url::parse(address)
        .ok()
        .filter(|url| url.scheme() == "https");
    let is_elsewhere = |host: &str| {
        document
            .portal
            .is_some_and(|portal| !is_host_of(portal, host))
    };
    match secure.as_ref().and_then(url::Url::host_str) {
        None => problems.add("officialUrl", EditingErrorCode::NotAnAddress),
        Some(host) if is_elsewhere(host) => {
            problems.add("officialUrl", EditingErrorCode::NotOfficial);
        }
        Some(_) => {}
    }
}

/// Who may apply, and with what.
fn document_problems(problems: &mut Problems, passport: &Passport) {
    problems.length(
        "externalServiceCode",
        passport.external_service_code.as_deref(),
        LONGEST_NAME,
    );
    line_problems(problems, "synonyms", &passport.synonyms);
    at_least_one(problems, "whoMayApply", &passport.who_may_apply);
    line_problems(problems, "whoMayApply", &passport.who_may_apply);
    at_most(problems, "prerequisites", &passport.prerequisites);
    for (index, one) in passport.prerequisites.iter().enumerate() {
        let field = format!("prerequisites.{index}.text");
        problems.text(&field, Some(&one.text), LONGEST_LINE);
    }
    at_least_one(problems, "documentGroups", &passport.document_groups);
    at_most(problems, "documentGroups", &passport.document_groups);
    for (index, group) in passport.document_groups.iter().enumerate() {
        let field = format!("documentGroups.{index}");
        problems.text(&format!("{field}.title"), Some(&group.title), LONGEST_LINE);
        let items = format!("{field}.items");
        at_least_one(problems, &items, &group.items);
        at_most(problems, &items, &group.items);
        for (index, item) in group.items.iter().enumerate() {
            let field = format!("{items}.{index}");
            problems.text(&format!("{field}.name"), Some(&item.name), LONGEST_LINE);
            problems.length(&format!("{field}.note"), item.note.as_deref(), LONGEST_LINE);
        }
    }
}

/// How it is applied for: steps, channels, costs.
fn way_problems(problems: &mut Problems, passport: &Passport) {
    at_least_one(problems, "steps", &passport.steps);
    at_most(problems, "steps", &passport.steps);
    for (index, step) in passport.steps.iter().enumerate() {
        let field = format!("steps.{index}");
        problems.text(&format!("{field}.title"), Some(&step.title), LONGEST_LINE);
        problems.text(&format!("{field}.text"), Some(&step.text), LONGEST_TEXT);
        problems.url(&format!("{field}.link"), step.link.as_deref());
        problems.length(&format!("{field}.tip"), step.tip.as_deref(), LONGEST_TEXT);
    }
    at_least_one(problems, "channels", &passport.channels);
    at_most(problems, "channels", &passport.channels);
    for (index, channel) in passport.channels.iter().enumerate() {
        let field = format!("channels.{index}");
        problems.text(
            &format!("{field}.title"),
            Some(&channel.title),
            LONGEST_LINE,
        );
        problems.url(&format!("{field}.url"), channel.url.as_deref());
        for (name, text) in [
            ("address", &channel.address),
            ("hours", &channel.hours),
            ("phone", &channel.phone),
        ] {
            problems.length(&format!("{field}.{name}"), text.as_deref(), LONGEST_LINE);
        }
        if let Some(term) = &channel.processing {
            let field = format!("{field}.processing");
            positive(problems, &format!("{field}.max"), term.max);
            let starts_from = term.starts_from.as_deref();
            problems.length(&format!("{field}.startsFrom"), starts_from, LONGEST_LINE);
        }
    }
    at_most(problems, "costs", &passport.costs);
    for (index, cost) in passport.costs.iter().enumerate() {
        let field = format!("costs.{index}");
        problems.text(&format!("{field}.title"), Some(&cost.title), LONGEST_LINE);
        let legal_ref = cost.legal_ref.as_deref();
        problems.length(&format!("{field}.legalRef"), legal_ref, LONGEST_LINE);
        let ends_first = cost
            .valid_from
            .zip(cost.valid_to)
            .is_some_and(|(from, to)| to < from);
        if ends_first {
            problems.add(&format!("{field}.validTo"), EditingErrorCode::OutOfRange);
        }
    }
    positive(
        problems,
        "registrationMaxMinutes",
        passport.registration_max_minutes,
    );
    positive(problems, "queueMaxMinutes", passport.queue_max_minutes);
}

/// What comes of it, and by what law.
fn outcome_problems(problems: &mut Problems, passport: &Passport) {
    at_least_one(problems, "results", &passport.results);
    at_most(problems, "results", &passport.results);
    for (index, result) in passport.results.iter().enumerate() {
        let field = format!("results.{index}.name");
        problems.text(&field, Some(&result.name), LONGEST_LINE);
    }
    line_problems(problems, "refusalGrounds.accept", &passport.refusal_accept);
    line_problems(
        problems,
        "refusalGrounds.provide",
        &passport.refusal_provide,
    );
    line_problems(problems, "suspensionGrounds", &passport.suspension_grounds);
    if let Some(appeal) = &passport.appeal {
        problems.text("appeal.how", Some(&appeal.how), LONGEST_TEXT);
        problems.url("appeal.url", appeal.url.as_deref());
        problems.length("appeal.term", appeal.term.as_deref(), LONGEST_LINE);
    }
    at_least_one(problems, "legalBasis", &passport.legal_basis);
    at_most(problems, "legalBasis", &passport.legal_basis);
    for (index, act) in passport.legal_basis.iter().enumerate() {
        let field = format!("legalBasis.{index}");
        problems.text(&format!("{field}.act"), Some(&act.act), LONGEST_LINE);
        problems.length(
            &format!("{field}.number"),
            act.number.as_deref(),
            LONGEST_NAME,
        );
        problems.length(
            &format!("{field}.article"),
            act.article.as_deref(),
            LONGEST_LINE,
        );
        problems.url(&format!("{field}.url"), act.url.as_deref());
    }
}

/// What else helps.
fn advice_problems(problems: &mut Problems, passport: &Passport) {
    line_problems(problems, "commonMistakes", &passport.common_mistakes);
    let warning = passport.fraud_warning.as_deref();
    problems.length("fraudWarning", warning, LONGEST_TEXT);
    if let Some(help) = &passport.union_help {
        problems.text("unionHelp.text", Some(&help.text), LONGEST_TEXT);
        let contact = help.contact.as_deref();
        problems.length("unionHelp.contact", contact, LONGEST_LINE);
    }
    let source = passport.source_note.as_deref();
    problems.length("sourceNote", source, LONGEST_TEXT);
}

/// Somebody with a name has checked it, and will again.
fn check_problems(problems: &mut Problems, document: &GuideDocument) {
    problems.text("checkedBy", document.checked_by.as_deref(), LONGEST_NAME);
    problems.required("checkedAt", document.checked_at.as_ref());
    problems.required("nextReviewAt", document.next_review_at.as_ref());
}

fn reference_problems(problems: &mut Problems, document: &GuideDocument, there: &Surroundings) {
    if !there.have(Target::GuideCategory, &document.category_id) {
        problems.add("category", EditingErrorCode::NotThere);
    }
    let events = &document.life_event_ids;
    at_most(problems, "lifeEvents", events);
    let distinct: HashSet<Uuid> = events.iter().copied().collect();
    if distinct.len() < events.len() || !there.have(Target::LifeEvent, events) {
        problems.add("lifeEvents", EditingErrorCode::NotThere);
    }
    let related = &document.related_guide_ids;
    if related.len() > MOST_RELATED {
        problems.add("relatedGuides", EditingErrorCode::TooMany);
    }
    if !there.have(Target::Content, related) {
        problems.add("relatedGuides", EditingErrorCode::NotThere);
    }
}

fn at_least_one<T>(problems: &mut Problems, field: &str, entries: &[T]) {
    if entries.is_empty() {
        problems.add(field, EditingErrorCode::Missing);
    }
}

fn at_most<T>(problems: &mut Problems, field: &str, entries: &[T]) {
    if entries.len() > MOST_ENTRIES {
        problems.add(field, EditingErrorCode::TooMany);
    }
}

fn line_problems(problems: &mut Problems, field: &str, lines: &[String]) {
    at_most(problems, field, lines);
    for (index, line) in lines.iter().enumerate() {
        problems.text(&format!("{field}.{index}"), Some(line), LONGEST_LINE);
    }
}

/// A number of days, hours or minutes, if any is named.
fn positive(problems: &mut Problems, field: &str, number: Option<i32>) {
    if number.is_some_and(|number| number < 1) {
        problems.add(field, EditingErrorCode::OutOfRange);
    }
}

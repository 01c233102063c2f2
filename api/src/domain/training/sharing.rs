//! A course as networks and search engines want it.

use chrono::SecondsFormat;
use entities::{
    enums::{CertificateKind, ContentKind, CourseFormat, CourseLevel},
    training_session,
};
use serde_json::{Value, json};

use super::{programme::CourseModule, store::CourseSummary};
use crate::domain::content::{FEDERATION, OpenGraph, PortalHost, portal_path, schema_org};

/// Sessions that search engines are told of at most.
const MOST_INSTANCES: usize = 20;

/// Where the portal shows a course.
#[must_use]
pub fn path(slug: &str) -> String {
    portal_path(ContentKind::Course, slug)
}

/// Open Graph of a course.
pub fn open_graph(course: &CourseSummary, portal: &PortalHost) -> OpenGraph {
    let row = &course.row;
    OpenGraph::page(&row.title, &row.summary, portal.url(&path(&row.slug)))
}

/// `Course` of schema.org, with the sessions that are yet to come as its instances.
pub fn course(
    course: &CourseSummary,
    programme: &[CourseModule],
    coming: &[training_session::Model],
    portal: &PortalHost,
) -> Value {
    let row = &course.row;
    let organisation = course.organisation.as_ref();
    let provider = row.provider.as_deref();
    let provider = provider.or_else(|| organisation.map(|card| card.full_name.as_str()));
    let sections = programme.iter().map(|module| {
        let of = json!({ "name": module.title, "description": module.text });
        schema_org("Syllabus", of)
    });
    let instances = coming.iter().take(MOST_INSTANCES);
    let instances = instances.map(|session| instance(session, row.format));
    let provider = json!({ "name": provider.unwrap_or(FEDERATION) });
    schema_org(
        "Course",
        json!({
            "name": row.title,
            "description": row.summary,
            "provider": schema_org("Organization", provider),
            "educationalLevel": row.level.map(level),
            "educationalCredentialAwarded": credential(row.certificate_kind),
            "timeRequired": time_required(row.hours),
            "syllabusSections": sections.collect::<Vec<_>>(),
            "hasCourseInstance": instances.collect::<Vec<_>>(),
            "inLanguage": "ru",
            "url": portal.url(&path(&row.slug)),
        }),
    )
}

/// Where it is held online only those with a seat learn.
fn instance(session: &training_session::Model, format: CourseFormat) -> Value {
    let place = session.place.as_deref();
    let place = place.map(|address| schema_org("Place", json!({ "address": address })));
    let trainers: Vec<String> =
        serde_json::from_value(session.trainers.clone()).unwrap_or_default();
    let instructors = trainers
        .iter()
        .map(|name| schema_org("Person", json!({ "name": name })));
    schema_org(
        "CourseInstance",
        json!({
            "courseMode": mode(format),
            "startDate": session.starts_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "endDate": session.ends_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "location": place,
            "instructor": instructors.collect::<Vec<_>>(),
            "maximumAttendeeCapacity": session.seats,
            "remainingAttendeeCapacity": session.seats.saturating_sub(session.seated).max(0),
        }),
    )
}

/// Academic hours, of 45 minutes, as ISO 8601 has it.
fn time_required(hours: i32) -> String {
    format!("PT{}M", hours.saturating_mul(45))
}

const fn mode(format: CourseFormat) -> &'static str {
    match format {
        CourseFormat::Onsite => "onsite",
        CourseFormat::Online | CourseFormat::SelfPaced => "online",
        CourseFormat::Hybrid => "blended",
    }
}

const fn level(level: CourseLevel) -> &'static str {
    match level {
        CourseLevel::Beginner => "Beginner",
        CourseLevel::Intermediate => "Intermediate",
        CourseLevel::Advanced => "Advanced",
    }
}

const fn credential(kind: CertificateKind) -> Option<&'static str> {
    match kind {
        CertificateKind::Nothing => None,
        CertificateKind::Participation => Some("Сертификат участника"),
        CertificateKind::Completion => Some("Свидетельство об окончании"),
    }
}

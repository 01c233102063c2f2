//! A session as calendars have it: RFC 5545, by clocks in Moscow.

use chrono::{DateTime, Utc};
use entities::{
    enums::{ContentKind, TrainingSessionState},
    training_session,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::store::{Taught, find_taught, sessions};
use crate::{
    domain::content::{FEDERATION, PortalHost, portal_path},
    infra::{auth::Audience, clock::moscow_time, error::Error, vault::Vault},
};

const PURPOSE: &str = "training-calendar";
/// Octets of a line without its end.
const LONGEST_LINE: usize = 75;
/// Moscow has kept UTC+3 since 2014-10-26, without summer time.
const ZONE: [&str; 9] = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Moscow",
    "BEGIN:STANDARD",
    "DTSTART:20141026T020000",
    "TZOFFSETFROM:+0400",
    "TZOFFSETTO:+0300",
    "TZNAME:MSK",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// What stands in a session's address for whoever was found to see it: calendars show no credentials.
#[must_use]
pub fn key_of(vault: &Vault, session_id: Uuid) -> String {
    vault.sign(PURPOSE, &session_id.to_string())
}

/// A session's file, for whoever shows its key, or for everybody if everybody sees its course;
/// `None`: there is none, whatever the reason.
///
/// # Errors
/// Whatever the database reports.
pub async fn find_calendar(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    portal: &PortalHost,
    session_id: Uuid,
    key: Option<&str>,
) -> Result<Option<String>, Error> {
    let is_let_in = key.is_some_and(|key| vault.is_signed(PURPOSE, &session_id.to_string(), key));
    let found = if is_let_in {
        sessions::find(connection, session_id).await?
    } else {
        let everybody = Audience::public();
        let seen = sessions::list_by_ids(connection, &[session_id], &everybody).await?;
        seen.into_iter().next()
    };
    let Some(session) = found else {
        return Ok(None);
    };
    let course = find_taught(connection, session.course_id).await?;
    Ok(course.map(|course| written(&session, &course, portal)))
}

/// Where it is held online is not in it: the file may come to anybody's eyes.
fn written(session: &training_session::Model, course: &Taught, portal: &PortalHost) -> String {
    let is_cancelled = session.state == TrainingSessionState::Cancelled;
    let url = portal.url(&portal_path(ContentKind::Course, &course.slug));
    let place = session.place.as_deref().unwrap_or("Онлайн");
    let (method, status) = match is_cancelled {
        true => ("CANCEL", "CANCELLED"),
        false => ("PUBLISH", "CONFIRMED"),
    };
    let mut file = File::default();
    file.line("BEGIN:VCALENDAR");
    file.line("VERSION:2.0");
    file.line("PRODID:-//mtuf.ru//mfp-api//RU");
    file.line("CALSCALE:GREGORIAN");
    file.line(&format!("METHOD:{method}"));
    ZONE.iter().for_each(|line| file.line(line));
    file.line("BEGIN:VEVENT");
    file.line(&format!("UID:{}@{}", session.id, portal.0));
    file.line(&format!("DTSTAMP:{}", utc(session.updated_at)));
    file.line(&format!("LAST-MODIFIED:{}", utc(session.updated_at)));
    file.line(&format!("SEQUENCE:{}", session.sequence));
    file.line(&format!("STATUS:{status}"));
    file.line(&format!(
        "DTSTART;TZID=Europe/Moscow:{}",
        local(session.starts_at)
    ));
    file.line(&format!(
        "DTEND;TZID=Europe/Moscow:{}",
        local(session.ends_at)
    ));
    file.line(&format!("SUMMARY:{}", escaped(&course.title)));
    file.line(&format!("LOCATION:{}", escaped(place)));
    file.line(&format!("DESCRIPTION:{}", escaped(&about(session, &url))));
    file.line(&format!("URL:{url}"));
    file.line("END:VEVENT");
    file.line("END:VCALENDAR");
    file.0
}

fn about(session: &training_session::Model, url: &str) -> String {
    match session.cancel_reason.as_deref() {
        Some(reason) => format!("Занятие отменено. {reason}\n{url}"),
        None => format!("{FEDERATION}\n{url}"),
    }
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

fn local(instant: DateTime<Utc>) -> String {
    moscow_time(instant).format("%Y%m%dT%H%M%S").to_string()
}

/// A text as a value: its own signs marked, line feeds written out, other controls left away.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => {
                value.push('\\');
                value.push(sign);
            }
            '\n' => value.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => value.push(sign),
        }
    }
    value
}

/// Lines that end as the format has it, the long ones folded between letters.
#[derive(Default)]
struct File(String);

impl File {
    fn line(&mut self, line: &str) {
        let mut used = 0;
        for letter in line.chars() {
            if used + letter.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                // The blank that marks what goes on counts.
                used = 1;
            }
            self.0.push(letter);
            used += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entities::enums::CertificateKind;

    use super::*;

    fn session() -> training_session::Model {
        let starts_at = DateTime::parse_from_rfc3339("2026-12-01T15:30:00Z")
            .unwrap()
            .to_utc();
        training_session::Model {
            id: Uuid::nil(),
            course_id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(2),
            place: Some("Ленинский проспект, 42; зал 1".into()),
            online_url: Some("https://meet.example/secret".into()),
            trainers: serde_json::json!([]),
            seats: 20,
            seated: 0,
            waiting: 0,
            last_ticket: 0,
            registration_opens_at: starts_at,
            registration_closes_at: starts_at,
            is_for_members: true,
            state: TrainingSessionState::Planned,
            cancel_reason: None,
            sequence: 3,
            is_demo: false,
            created_at: starts_at,
            updated_at: starts_at,
        }
    }

    fn course() -> Taught {
        Taught {
            slug: "gosuslugi".into(),
            title: "Госуслуги для профактива: от входа до жалобы, без страха и посторонних".into(),
            hours: 8,
            certificate_kind: CertificateKind::Participation,
        }
    }

    fn lines(file: &str) -> Vec<String> {
        assert!(file.ends_with("\r\n"));
        let unfolded = file.replace("\r\n ", "");
        unfolded
            .split_terminator("\r\n")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_session_stands_in_calendars_by_moscow_time() {
        let portal = PortalHost("mtuf.ru".into());
        let file = written(&session(), &course(), &portal);
        for physical in file.split("\r\n") {
            assert!(physical.len() <= LONGEST_LINE, "{physical}");
        }
        let lines = lines(&file);
        for line in [
            "METHOD:PUBLISH",
            "UID:00000000-0000-0000-0000-000000000000@mtuf.ru",
            "DTSTAMP:20261201T153000Z",
            "SEQUENCE:3",
            "DTSTART;TZID=Europe/Moscow:20261201T183000",
            "DTEND;TZID=Europe/Moscow:20261201T203000",
            "LOCATION:Ленинский проспект\\, 42\\; зал 1",
            "URL:https://mtuf.ru/courses/gosuslugi",
        ] {
            assert!(
                lines.iter().any(|known| known == line),
                "{line} in {lines:#?}"
            );
        }
        let summary = format!("SUMMARY:{}", escaped(&course().title));
        assert!(lines.contains(&summary), "{lines:#?}");
        assert!(!file.contains("secret"));
    }

    #[test]
    fn a_cancelled_session_is_taken_out_of_calendars() {
        let cancelled = training_session::Model {
            state: TrainingSessionState::Cancelled,
            cancel_reason: Some("Болезнь\r\nпреподавателя".into()),
            ..session()
        };
        let lines = lines(&written(
            &cancelled,
            &course(),
            &PortalHost("mtuf.ru".into()),
        ));
        assert!(lines.iter().any(|line| line == "METHOD:CANCEL"));
        assert!(lines.iter().any(|line| line == "STATUS:CANCELLED"));
        let told = "DESCRIPTION:Занятие отменено. Болезнь\\nпреподавателя\\nhttps://mtuf.ru/courses/gosuslugi";
        assert!(lines.iter().any(|line| line == told), "{lines:#?}");
    }
}

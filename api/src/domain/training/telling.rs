//! What those who have registered are told, by the bell and in their inboxes: in the transaction of its
//! cause, once for ever each.

use chrono::{DateTime, Utc};
use entities::{enums::ContentKind, training_session};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    rules::REMINDED_BEFORE,
    store::{find_taught, sessions},
};
use crate::{
    domain::{
        content::portal_path,
        push::{Registrants, RegistrantsNotice, tell_registrants},
    },
    infra::{clock::moscow_time, db::Database, error::Error},
};

/// A seat came free for somebody who waited.
pub async fn of_seat(
    transaction: &impl ConnectionTrait,
    session: &training_session::Model,
    registration_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let words = Words {
        key: format!("training-seat:{registration_id}"),
        whom: Registrants::Holding(registration_id),
        body: format!(
            "Для вас освободилось место: занятие {}. Не сможете прийти — отмените запись.",
            beginning_of(session)
        ),
        is_urgent: true,
    };
    tell(transaction, session, words, now).await
}

/// It begins or ends at another time, or is held elsewhere.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_of_move(
    transaction: &impl ConnectionTrait,
    session: &training_session::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let words = Words {
        key: format!("training-moved:{}:{}", session.id, session.sequence),
        whom: Registrants::OfSession(session.id),
        body: format!(
            "Время или место занятия изменились: теперь оно {}.",
            beginning_of(session)
        ),
        is_urgent: false,
    };
    tell(transaction, session, words, now).await
}

/// It does not take place.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_of_cancellation(
    transaction: &impl ConnectionTrait,
    session: &training_session::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let reason = session.cancel_reason.as_deref().unwrap_or_default();
    let words = Words {
        key: format!("training-cancelled:{}", session.id),
        whom: Registrants::OfSession(session.id),
        body: format!("Занятие {} отменено. {reason}", beginning_of(session)),
        is_urgent: true,
    };
    tell(transaction, session, words, now).await
}

/// Reminds those with a seat of the sessions that begin within a day, of each beginning once, whichever
/// instance asks.
///
/// # Errors
/// Whatever the database reports.
pub async fn remind_of_sessions(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let soon = (now, now + REMINDED_BEFORE);
    for session in sessions::list_beginning(database.reader(), soon).await? {
        let words = Words {
            key: format!(
                "training-soon:{}:{}",
                session.id,
                session.starts_at.timestamp()
            ),
            whom: Registrants::SeatedIn(session.id),
            body: format!("Занятие начнётся {}. Ждём вас.", beginning_of(&session)),
            is_urgent: false,
        };
        tell(database.writer(), &session, words, now).await?;
    }
    Ok(())
}

struct Words {
    /// There is one with it, for ever.
    key: String,
    whom: Registrants,
    body: String,
    is_urgent: bool,
}

async fn tell(
    connection: &impl ConnectionTrait,
    session: &training_session::Model,
    words: Words,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if session.ends_at <= now {
        return Ok(());
    }
    let course = find_taught(connection, session.course_id)
        .await?
        .ok_or_else(|| Error::internal("a session of no course", session.id))?;
    let notice = RegistrantsNotice {
        key: words.key,
        organisation_id: session.organisation_id,
        content_id: session.course_id,
        title: &course.title,
        body: &words.body,
        link: portal_path(ContentKind::Course, &course.slug),
        whom: words.whom,
        is_urgent: words.is_urgent,
        // Nobody is called to what is over.
        until: session.ends_at,
    };
    tell_registrants(connection, notice, now).await
}

/// `01.12.2026 в 18:30`, by clocks in Moscow.
fn beginning_of(session: &training_session::Model) -> String {
    moscow_time(session.starts_at)
        .format("%d.%m.%Y в %H:%M")
        .to_string()
}

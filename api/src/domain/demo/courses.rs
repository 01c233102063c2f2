//! The demo courses with a session each. Sessions are set from the day they are loaded on, so that
//! whoever tries the product finds some that are yet to come.

use chrono::TimeDelta;
use entities::{
    enums::{ContentKind, TrainingSessionState},
    training_session,
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{
    Seeding,
    files::{self, CourseItem, CoursesFile, SessionItem},
    identity::id_of,
};
use crate::{
    domain::{
        content::{Address, Pictures, existing_ids, insert_published, relate},
        editing::{CourseDocument, Envelope},
        training::{insert_course, insert_session},
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, clock::end_of_moscow_day, error::Error},
};

pub async fn seed<C: ConnectionTrait>(seeding: &mut Seeding<'_, C>) -> Result<usize, Error> {
    let file: CoursesFile = files::read(files::COURSES)?;
    let existing = existing_ids(seeding.transaction, ContentKind::Course).await?;
    let mut written = 0;
    for item in &file.courses {
        if !existing.contains(&id_of("course", &item.slug)) {
            publish(seeding, item).await?;
            let session = session(seeding, item, &item.session);
            insert_session(seeding.transaction, session, &[]).await?;
            written += 1;
        }
    }
    Ok(written)
}

async fn publish<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    item: &CourseItem,
) -> Result<(), Error> {
    let id = id_of("course", &item.slug);
    let address = Address {
        id,
        kind: ContentKind::Course,
        slug: item.slug.clone(),
        organisation_id: id_of("organisation", &item.organisation),
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at: item.published_at,
        updated_at: item.published_at,
        unpublish_at: None,
    };
    let document = document(item);
    let published = insert_published(seeding.transaction, address, &document, seeding.now).await?;
    let related = document.related_guide_ids.clone();
    let course = document.for_readers(&Pictures::new())?;
    insert_course(seeding.transaction, &published, course).await?;
    relate(seeding.transaction, id, ContentKind::ServiceGuide, &related).await?;
    seeding.published(&published);
    Ok(())
}

/// The course as its editors will find it.
fn document(item: &CourseItem) -> CourseDocument {
    let guides = item.related_guides.iter();
    CourseDocument {
        envelope: Envelope {
            organisation_id: id_of("organisation", &item.organisation),
            slug: Some(item.slug.clone()),
            ..Envelope::default()
        },
        title: Some(item.title.clone()),
        summary: Some(item.summary.clone()),
        provider: item.provider.clone(),
        format: Some(item.format),
        level: item.level,
        hours: Some(item.hours),
        programme: item.programme.clone(),
        materials: item.materials.clone(),
        certificate_kind: Some(item.certificate_kind),
        body: Some(item.body.clone()),
        related_guide_ids: guides.map(|slug| id_of("service_guide", slug)).collect(),
    }
}

fn session<C>(
    seeding: &Seeding<'_, C>,
    course: &CourseItem,
    item: &SessionItem,
) -> training_session::Model {
    let midnight = end_of_moscow_day(seeding.now) + TimeDelta::days(item.days_ahead - 1);
    let starts_at = midnight + TimeDelta::hours(item.hour) + TimeDelta::minutes(item.minute);
    training_session::Model {
        id: id_of("training_session", &course.slug),
        course_id: id_of("course", &course.slug),
        organisation_id: id_of("organisation", &course.organisation),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(item.duration_minutes),
        place: item.place.clone(),
        online_url: item.online_url.clone(),
        trainers: json!([]),
        seats: item.seats,
        seated: 0,
        waiting: 0,
        last_ticket: 0,
        registration_opens_at: seeding.now,
        registration_closes_at: starts_at,
        is_for_members: !item.is_open_to_all,
        state: TrainingSessionState::Planned,
        cancel_reason: None,
        sequence: 0,
        is_demo: true,
        created_at: seeding.now,
        updated_at: seeding.now,
    }
}

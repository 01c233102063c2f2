//! A session created, changed, cancelled or removed.

use async_graphql::{Context, ID};
use entities::{enums::TrainingSessionState, training_session};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use uuid::Uuid;

use super::{
    TrainingSessionCancelInput, TrainingSessionCreateInput, TrainingSessionDetails,
    TrainingSessionUpdateInput, fields::SessionFields,
};
use crate::{
    domain::{
        organisations::{Organisation, all_exist, exists},
        reference::{
            desk::{
                Clerk, Creation, Deed, TRAINING, Thing, changed_fields, not_found, refuse_in_use,
                reused, tidy,
            },
            problems::Problems,
            types::ReferenceErrorCode,
        },
        training::{
            Course, TrainingSession, count_registrations, course_exists, delete_session,
            fill_free_seats, insert_session, list_session_targets, replace_session_targets,
            tell_of_cancellation, tell_of_move,
        },
    },
    infra::{
        auth::Permission,
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, UserErrorCode, done},
    },
};

const OBJECT: &str = "TrainingSession";
const LONGEST_REASON: usize = 500;
/// What stands in calendars.
const IN_CALENDARS: [&str; 4] = ["endsAt", "onlineUrl", "place", "startsAt"];

/// As the audit log and caches hear of one; phones' copies do not hold sessions.
const fn thing(row: &training_session::Model) -> Thing {
    Thing {
        object_type: OBJECT,
        id: row.id,
        organisation_id: Some(row.organisation_id),
        tags: &TRAINING,
        is_copied: false,
    }
}

/// A new session as it was asked for.
#[derive(Serialize)]
struct New {
    course: Uuid,
    organisation: Uuid,
    fields: SessionFields,
}

pub(super) async fn create(
    context: &Context<'_>,
    input: TrainingSessionCreateInput,
) -> Result<Done<TrainingSession>, Error> {
    let clerk = Clerk::of(context, Permission::ManageTraining).await?;
    let mut fields = SessionFields::default();
    fields.apply(input.details)?;
    let new = New {
        course: Course::NODE.decode("input.course", &input.course)?,
        organisation: Organisation::NODE.decode("input.organisation", &input.organisation)?,
        fields,
    };
    let creation = Creation::of(&clerk, OBJECT, &input.client_mutation_key, &new)?;
    let database = context.data_unchecked::<Database>();
    let made = insert(database, &clerk, creation, new).await;
    done(made.map(TrainingSession))
}

async fn insert(
    database: &Database,
    clerk: &Clerk,
    creation: Creation,
    new: New,
) -> Result<training_session::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = lock_row::<training_session::Entity>(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    let mut problems = Problems::default();
    let is_theirs = exists(&transaction, new.organisation).await?
        && clerk.reaches(&transaction, Some(new.organisation)).await?;
    let code = ReferenceErrorCode::OrganisationNotFound;
    problems.add_if(!is_theirs, "organisation", code);
    let is_course = course_exists(&transaction, new.course).await?;
    problems.add_if(!is_course, "course", ReferenceErrorCode::NotThere);
    new.fields.check(&mut problems, None, clerk.now);
    let targets = check_targets(&transaction, &new.fields, &mut problems).await?;
    problems.settle()?;
    let ids = (creation.id, new.course, new.organisation);
    let row = new.fields.into_new_row(ids, clerk.now)?;
    insert_session(&transaction, row.clone(), &targets).await?;
    let deed = Deed::created("training_session.create", thing(&row));
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

pub(super) async fn update(
    context: &Context<'_>,
    input: TrainingSessionUpdateInput,
) -> Result<Done<TrainingSession>, Error> {
    let clerk = Clerk::of(context, Permission::ManageTraining).await?;
    let id = TrainingSession::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let made = change(database, &clerk, id, input.details).await;
    done(made.map(TrainingSession))
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    id: Uuid,
    sent: TrainingSessionDetails,
) -> Result<training_session::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let row = hold(&transaction, clerk, id).await?;
    let targets = list_session_targets(&transaction, &[id]).await?;
    let target_ids: Vec<Uuid> = targets.into_iter().map(|(_, target)| target).collect();
    let before = SessionFields::of(&row, &target_ids)?;
    let mut after = before.clone();
    after.apply(sent)?;
    // What follows from another field is written out, to tell whether it changes.
    after.registration_closes_at = after.registration_closes_at.or(after.starts_at);
    let names = changed_fields(&before, &after)?;
    if names.is_empty() {
        return Ok(row);
    }
    if row.state == TrainingSessionState::Cancelled {
        return Err(ReferenceErrorCode::SessionCancelled.at("id").into());
    }
    let mut problems = Problems::default();
    after.check(&mut problems, Some(&row), clerk.now);
    let targets = check_targets(&transaction, &after, &mut problems).await?;
    problems.settle()?;
    let is_moved = names
        .iter()
        .any(|name| IN_CALENDARS.contains(&name.as_str()));
    let mut row = after.into_row(row, clerk.now)?;
    row.sequence += i32::from(is_moved);
    replace_session_targets(&transaction, id, &targets).await?;
    fill_free_seats(&transaction, &mut row, clerk.now).await?;
    if is_moved {
        tell_of_move(&transaction, &row, clerk.now).await?;
    }
    let deed = Deed::updated("training_session.update", thing(&row), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

pub(super) async fn cancel(
    context: &Context<'_>,
    input: TrainingSessionCancelInput,
) -> Result<Done<TrainingSession>, Error> {
    let clerk = Clerk::of(context, Permission::ManageTraining).await?;
    let id = TrainingSession::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let made = call_off(database, &clerk, id, tidy(&input.reason)).await;
    done(made.map(TrainingSession))
}

async fn call_off(
    database: &Database,
    clerk: &Clerk,
    id: Uuid,
    reason: String,
) -> Result<training_session::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let mut row = hold(&transaction, clerk, id).await?;
    if row.state == TrainingSessionState::Cancelled {
        return Ok(row);
    }
    let mut problems = Problems::default();
    let is_over = row.ends_at <= clerk.now;
    problems.add_if(is_over, "id", ReferenceErrorCode::InThePast);
    problems.text("reason", &reason, LONGEST_REASON);
    problems.settle()?;
    row.state = TrainingSessionState::Cancelled;
    row.cancel_reason = Some(reason);
    row.sequence += 1;
    row.updated_at = clerk.now;
    // Nobody gets a seat in what does not take place; the row is written all the same.
    fill_free_seats(&transaction, &mut row, clerk.now).await?;
    tell_of_cancellation(&transaction, &row, clerk.now).await?;
    let names = ["cancelReason".to_owned(), "status".to_owned()];
    let deed = Deed::updated("training_session.cancel", thing(&row), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

pub(super) async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of(context, Permission::ManageTraining).await?;
    let uuid = TrainingSession::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    let found = lock_row::<training_session::Entity>(&transaction, id).await?;
    let Some(row) = found else {
        return Ok(());
    };
    if !clerk
        .reaches(&transaction, Some(row.organisation_id))
        .await?
    {
        return Err(not_found());
    }
    let registrations = count_registrations(&transaction, id).await?;
    refuse_in_use(registrations, "записи на занятие")?;
    delete_session(&transaction, id).await?;
    let deed = Deed::deleted("training_session.delete", thing(&row));
    Ok(clerk.finish(transaction, deed).await?)
}

/// A session that the clerk keeps, held until the transaction ends.
async fn hold(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    id: Uuid,
) -> Result<training_session::Model, Stop> {
    let found = lock_row::<training_session::Entity>(transaction, id).await?;
    let row = found.ok_or_else(not_found)?;
    match clerk
        .reaches(transaction, Some(row.organisation_id))
        .await?
    {
        true => Ok(row),
        false => Err(not_found()),
    }
}

/// The organisations that a session is for; a problem, where one of them is not there.
async fn check_targets(
    transaction: &DatabaseTransaction,
    fields: &SessionFields,
    problems: &mut Problems,
) -> Result<Vec<Uuid>, Error> {
    let ids: Vec<Uuid> = fields.target_organisations.iter().copied().collect();
    let are_there = all_exist(transaction, &ids).await?;
    let field = "targetOrganisations";
    problems.add_if(!are_there, field, ReferenceErrorCode::NotThere);
    Ok(ids)
}

//! Noting who came to a session.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::{
        accounts::{Accounts, may_change},
        training::{
            attending::{self, Mark},
            staffing::in_words,
            types::{
                TrainingErrorCode, TrainingParticipant, TrainingRegistration, TrainingSession,
            },
        },
    },
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, payloads},
    },
};

/// As many as a page of participants shows.
const MOST_MARKS: usize = 100;

/// Был ли человек на занятии.
#[derive(InputObject)]
struct TrainingAttendanceInput {
    /// Чья запись.
    registration: ID,
    /// Пришёл ли человек.
    attended: bool,
}

/// Кто был на занятии.
#[derive(InputObject)]
struct TrainingAttendanceMarkInput {
    /// Какое занятие.
    session: ID,
    /// Кто пришёл и кто нет: от 1 до 100.
    marks: Vec<TrainingAttendanceInput>,
}

payloads! {
    /// Итог отметки пришедших.
    TrainingAttendanceMarkPayload {
        /// Отмеченные.
        participants: Vec<TrainingParticipant>
    }
}

#[derive(Default)]
pub struct AttendanceMutation;

#[Object]
impl AttendanceMutation {
    /// Отметить, кто был на начавшемся занятии. Пришедшие получат свидетельство, если курс его даёт; у
    /// непришедших его не станет. Повтор меняет только то, что отличается.
    async fn training_attendance_mark(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кто был и где.")] input: TrainingAttendanceMarkInput,
    ) -> Option<Result<TrainingAttendanceMarkPayload, Error>> {
        Some(mark(context, input).await.map(Into::into))
    }
}

async fn mark(
    context: &Context<'_>,
    input: TrainingAttendanceMarkInput,
) -> Result<Done<Vec<TrainingParticipant>>, Error> {
    let keeper = may_change(context, Permission::KeepAttendance).await?;
    let session_id = TrainingSession::NODE.decode("input.session", &input.session)?;
    let marks: Vec<Mark> = input
        .marks
        .iter()
        .map(decoded)
        .collect::<Result<_, Error>>()?;
    if let Some(code) = fault_of(&marks) {
        return Ok(Err(vec![code.at("marks")]));
    }
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    match attending::mark(database, &keeper, session_id, &marks, now).await? {
        Ok(rows) => {
            let accounts = context.data_unchecked::<Accounts>();
            Ok(Ok(in_words(accounts, database.writer(), &rows).await?))
        }
        Err(faults) => {
            let error = |(place, code): (Option<usize>, TrainingErrorCode)| match place {
                Some(place) => code.at(&format!("marks.{place}.registration")),
                None => code.at("session"),
            };
            Ok(Err(faults.into_iter().map(error).collect()))
        }
    }
}

fn decoded(mark: &TrainingAttendanceInput) -> Result<Mark, Error> {
    let id = &mark.registration;
    Ok(Mark {
        registration_id: TrainingRegistration::NODE.decode("input.marks.registration", id)?,
        has_come: mark.attended,
    })
}

fn fault_of(marks: &[Mark]) -> Option<TrainingErrorCode> {
    match marks.len() {
        0 => Some(TrainingErrorCode::Missing),
        1..=MOST_MARKS => None,
        _ => Some(TrainingErrorCode::TooMany),
    }
}

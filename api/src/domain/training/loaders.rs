//! Batched relations of courses, sessions and registrations.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entities::{training_certificate, training_registration, training_session};
use uuid::Uuid;

use super::{
    programme::{CourseMaterial, CourseModule},
    store::{self, CourseSummary, CourseText, certificates, registrations, sessions},
};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// A published course, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CourseById(pub Uuid);

impl Loader<CourseById> for Batches {
    type Value = CourseSummary;
    type Error = Error;

    async fn load(&self, keys: &[CourseById]) -> Result<HashMap<CourseById, CourseSummary>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_by_ids(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (CourseById(row.row.id), row))
            .collect())
    }
}

/// The texts of a course that the viewer was already found to see, decoded once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextByCourseId(pub Uuid);

/// The decoded texts of a course.
#[derive(Debug)]
pub struct DecodedText {
    pub programme: Vec<CourseModule>,
    pub materials: Vec<CourseMaterial>,
    /// Blocks.
    pub body: serde_json::Value,
    pub body_html: String,
    pub plain_text: String,
}

impl DecodedText {
    fn of(text: CourseText) -> Result<Self, Error> {
        Ok(Self {
            programme: serde_json::from_value(text.programme)?,
            materials: serde_json::from_value(text.materials)?,
            body: text.body,
            body_html: text.body_html,
            plain_text: text.plain_text,
        })
    }
}

impl Loader<TextByCourseId> for Batches {
    type Value = Arc<DecodedText>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TextByCourseId],
    ) -> Result<HashMap<TextByCourseId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_texts(self.database.reader(), &ids).await?;
        rows.into_iter()
            .map(|row| Ok((TextByCourseId(row.id), Arc::new(DecodedText::of(row)?))))
            .collect()
    }
}

/// The sessions of a course that take place and begin then or later, the next first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComingByCourseId {
    pub course_id: Uuid,
    pub from: DateTime<Utc>,
}

impl Loader<ComingByCourseId> for Batches {
    type Value = Vec<training_session::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ComingByCourseId],
    ) -> Result<HashMap<ComingByCourseId, Self::Value>, Error> {
        let mut coming: HashMap<_, Vec<_>> = HashMap::new();
        // One instant a request.
        let instants: HashSet<DateTime<Utc>> = keys.iter().map(|key| key.from).collect();
        for from in instants {
            let of_instant = keys.iter().filter(|key| key.from == from);
            let ids: Vec<Uuid> = of_instant.map(|key| key.course_id).collect();
            let reader = self.database.reader();
            for session in sessions::list_of_courses(reader, &ids, from).await? {
                let course_id = session.course_id;
                let key = ComingByCourseId { course_id, from };
                coming.entry(key).or_default().push(session);
            }
        }
        Ok(coming)
    }
}

/// A session of a course that the viewer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionById(pub Uuid);

impl Loader<SessionById> for Batches {
    type Value = training_session::Model;
    type Error = Error;

    async fn load(&self, keys: &[SessionById]) -> Result<HashMap<SessionById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let reader = self.database.reader();
        let rows = sessions::list_by_ids(reader, &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (SessionById(row.id), row))
            .collect())
    }
}

/// The organisations whose members a session is for; none: for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TargetsBySessionId(pub Uuid);

impl Loader<TargetsBySessionId> for Batches {
    type Value = Vec<Uuid>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TargetsBySessionId],
    ) -> Result<HashMap<TargetsBySessionId, Vec<Uuid>>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut targets: HashMap<_, Vec<_>> = HashMap::new();
        for (session_id, target_id) in sessions::list_targets(self.database.reader(), &ids).await? {
            let key = TargetsBySessionId(session_id);
            targets.entry(key).or_default().push(target_id);
        }
        Ok(targets)
    }
}

/// What stands of an account in a session: nothing that was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StandingBySessionId {
    pub account_id: Uuid,
    pub session_id: Uuid,
}

impl Loader<StandingBySessionId> for Batches {
    type Value = training_registration::Model;
    type Error = Error;

    async fn load(
        &self,
        keys: &[StandingBySessionId],
    ) -> Result<HashMap<StandingBySessionId, Self::Value>, Error> {
        let mut standing = HashMap::new();
        // One person a request.
        let account_ids: HashSet<Uuid> = keys.iter().map(|key| key.account_id).collect();
        for account_id in account_ids {
            let of_account = keys.iter().filter(|key| key.account_id == account_id);
            let ids: Vec<Uuid> = of_account.map(|key| key.session_id).collect();
            let reader = self.database.reader();
            for row in registrations::list_standing(reader, account_id, &ids).await? {
                let session_id = row.session_id;
                let key = StandingBySessionId {
                    account_id,
                    session_id,
                };
                standing.insert(key, row);
            }
        }
        Ok(standing)
    }
}

/// The numbers that wait in a session's line, the first one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineBySessionId(pub Uuid);

impl Loader<LineBySessionId> for Batches {
    type Value = Arc<Vec<i64>>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[LineBySessionId],
    ) -> Result<HashMap<LineBySessionId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let lines = registrations::list_lines(self.database.reader(), &ids).await?;
        Ok(lines
            .into_iter()
            .map(|(id, line)| (LineBySessionId(id), Arc::new(line)))
            .collect())
    }
}

/// What a registration got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CertificateByRegistrationId(pub Uuid);

impl Loader<CertificateByRegistrationId> for Batches {
    type Value = training_certificate::Model;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CertificateByRegistrationId],
    ) -> Result<HashMap<CertificateByRegistrationId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = certificates::list_of_registrations(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (CertificateByRegistrationId(row.registration_id), row))
            .collect())
    }
}

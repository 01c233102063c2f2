//! Root fields of training, and its part of `viewer`.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    certificate,
    rules::shown_from,
    staffing::{self, ParticipantList},
    store::{
        self, CourseCriteria, CourseParts, CoursePosition,
        sessions::{self, SessionCriteria, SessionPosition},
    },
    types::{
        Course, CourseFormat, CourseLevel, TrainingCertificateCheck, TrainingFeedback,
        TrainingSession,
    },
    viewing::{self, RegistrationList},
};
use crate::{
    domain::{accounts::Accounts, organisations::Organisation},
    infra::{
        auth::Audience,
        clock::end_of_moscow_day,
        db::Database,
        error::Error,
        graphql::{
            DateTime, List, Now, PageArguments, Selection, Standing, TotalCount, at_most, connect,
            slug_length,
        },
    },
};

type CourseList = List<CoursePosition, Course>;
/// A page of sessions.
pub type SessionList = List<SessionPosition, TrainingSession>;

/// Какие курсы показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CourseFilter {
    /// Как учат.
    formats: Option<Vec<CourseFormat>>,
    /// Что нужно знать до курса.
    levels: Option<Vec<CourseLevel>>,
    /// Какой организации и тех, что ниже.
    organisation: Option<ID>,
}

impl CourseFilter {
    fn criteria(self) -> Result<CourseCriteria, Error> {
        let organisation = self.organisation.as_ref();
        Ok(CourseCriteria {
            formats: self
                .formats
                .map(|formats| formats.into_iter().map(Into::into).collect()),
            levels: self
                .levels
                .map(|levels| levels.into_iter().map(Into::into).collect()),
            organisation_id: organisation
                .map(|id| Organisation::NODE.decode("filter.organisation", id))
                .transpose()?,
        })
    }
}

/// Какие занятия показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TrainingSessionFilter {
    /// Какого курса.
    course: Option<ID>,
    /// Какая организация проводит; нижестоящие тоже.
    organisation: Option<ID>,
    /// Начинаются не раньше; без указания — с начала сегодняшнего дня в Москве.
    starts_from: Option<DateTime>,
    /// Начинаются раньше этого.
    starts_before: Option<DateTime>,
    /// Только со свободными местами.
    #[graphql(default)]
    has_free_seats: bool,
    /// И отменённые тоже.
    #[graphql(default)]
    include_cancelled: bool,
}

impl TrainingSessionFilter {
    fn criteria(&self) -> Result<SessionCriteria, Error> {
        let (course, organisation) = (self.course.as_ref(), self.organisation.as_ref());
        Ok(SessionCriteria {
            course_id: course
                .map(|id| Course::NODE.decode("filter.course", id))
                .transpose()?,
            organisation_id: organisation
                .map(|id| Organisation::NODE.decode("filter.organisation", id))
                .transpose()?,
            from: self.starts_from.map(|at| at.0),
            before: self.starts_before.map(|at| at.0),
            has_cancelled: self.include_cancelled,
            has_free_seats: self.has_free_seats,
        })
    }
}

/// Characters of whatever may be a code.
const LONGEST_CODE: usize = 100;

/// Root fields of training.
#[derive(Default)]
pub struct TrainingQuery;

#[Object]
impl TrainingQuery {
    /// Учебные курсы, по названию.
    async fn courses(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие курсы показать.")] filter: Option<CourseFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<CourseList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_courses(context, filter.unwrap_or_default(), &page).await)
    }

    /// Курс по имени для адресов; `null`, если такого нет.
    async fn course(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Имя для адресов.")] slug: String,
    ) -> Option<Result<Course, Error>> {
        async {
            slug_length(&slug)?;
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let found = store::find_course(database.reader(), &slug, audience).await?;
            Ok(found.map(Course))
        }
        .await
        .transpose()
    }

    /// Занятия курсов, видимых спрашивающему: ближайшее впереди.
    async fn training_sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие занятия показать.")] filter: Option<TrainingSessionFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<SessionList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        let criteria = filter.unwrap_or_default().criteria();
        Some(match criteria {
            Ok(criteria) => list_sessions(context, criteria, &page).await,
            Err(error) => Err(error),
        })
    }

    /// Проверить свидетельство о занятии по коду: действительно ли оно, о чём, чьё по инициалам.
    async fn training_certificate_check(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Код со свидетельства, как бы его ни записали.")] code: String,
    ) -> Option<Result<TrainingCertificateCheck, Error>> {
        async {
            at_most(LONGEST_CODE, "code", &code)?;
            let accounts = context.data_unchecked::<Accounts>();
            let reader = context.data_unchecked::<Database>().reader();
            let found = certificate::check(accounts, reader, &code).await?;
            Ok(Some(TrainingCertificateCheck::of(found)))
        }
        .await
        .transpose()
    }

    /// Записавшиеся на занятие, в порядке записи, без отменивших; `null`, если занятия нет или его ведут
    /// другие.
    async fn training_participants(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое занятие.")] session: ID,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<ParticipantList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        staffing::list_participants(context, &session, &page)
            .await
            .transpose()
    }

    /// Что думают о занятии те, кто на нём был; `null`, если занятия нет или его ведут другие.
    async fn training_feedback(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое занятие.")] session: ID,
    ) -> Option<Result<TrainingFeedback, Error>> {
        staffing::find_feedback(context, &session).await.transpose()
    }
}

/// The part of `viewer` that training gives.
#[derive(Default)]
pub struct ViewerTraining;

#[Object]
impl ViewerTraining {
    /// Записи на занятия, последние впереди.
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<RegistrationList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(viewing::list_own(context, &page).await)
    }
}

async fn list_courses(
    context: &Context<'_>,
    filter: CourseFilter,
    page: &PageArguments,
) -> Result<CourseList, Error> {
    let criteria = filter.criteria()?;
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let parts = CourseParts {
        organisation: Selection::of_list(context).has_any(&["organisation", "structuredData"]),
    };
    let slice = store::list(database.reader(), &criteria, &audience, &page, parts).await?;
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(store::count(database.reader(), &criteria, &audience).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = CoursePosition {
            sort_key: row.row.sort_key.clone(),
            id: row.row.id,
        };
        (position, Course(row), EmptyFields)
    }))
}

/// A course's sessions of today and later.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn sessions_of_course(
    context: &Context<'_>,
    course_id: Uuid,
    page: &PageArguments,
) -> Result<SessionList, Error> {
    let criteria = SessionCriteria {
        course_id: Some(course_id),
        ..SessionCriteria::default()
    };
    list_sessions(context, criteria, page).await
}

async fn list_sessions(
    context: &Context<'_>,
    mut criteria: SessionCriteria,
    page: &PageArguments,
) -> Result<SessionList, Error> {
    let page = page.parse()?;
    if criteria.from.is_none() {
        let now = Now::of(context);
        criteria.from = Some(shown_from(now));
        Standing::of(context).ends_at(end_of_moscow_day(now));
    }
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let slice = sessions::list(database.reader(), &criteria, &audience, &page).await?;
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(sessions::count(database.reader(), &criteria, &audience).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = SessionPosition {
            starts_at: row.starts_at,
            id: row.id,
        };
        (position, TrainingSession(row), EmptyFields)
    }))
}

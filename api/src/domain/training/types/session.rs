//! A session of a course as its readers see it, and what of it is one person's.

use async_graphql::{Context, Enum, ID, Object};
use entities::training_session;

use super::{Course, TrainingRegistration};
use crate::{
    domain::{
        accounts::Accounts,
        media::MediaBase,
        organisations::{Organisation, OrganisationById, covers, organisation_of},
        training::{
            calendar,
            loaders::{CourseById, StandingBySessionId, TargetsBySessionId},
            rules::{has_seat, is_open, opens_or_closes_at},
        },
    },
    infra::{
        auth::{Permission, Reach, Viewer},
        db::Database,
        error::Error,
        graphql::{DateTime, NodeTag, Now, Standing, Url, load_many_of, load_of},
    },
};

/// Состоится ли занятие. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::TrainingSessionState")]
pub enum TrainingSessionStatus {
    /// Состоится или уже прошло.
    Planned,
    /// Отменено.
    Cancelled,
}

/// Занятие курса.
pub struct TrainingSession(pub training_session::Model);

impl TrainingSession {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'T');

    async fn own_registration(
        &self,
        context: &Context<'_>,
    ) -> Result<Option<TrainingRegistration>, Error> {
        Standing::of(context).is_personal();
        let Some(signed_in) = context.data_unchecked::<Viewer>().signed_in() else {
            return Ok(None);
        };
        let key = StandingBySessionId {
            account_id: signed_in.account_id,
            session_id: self.0.id,
        };
        let row = load_of(context, key).await?;
        Ok(row.map(|row| TrainingRegistration {
            row,
            session: self.0.clone(),
        }))
    }

    /// Those with a seat have to get there; those who keep the session have to see what stands there.
    async fn may_enter(&self, context: &Context<'_>) -> Result<bool, Error> {
        let own = self.own_registration(context).await?;
        if own.is_some_and(|own| has_seat(own.row.state)) {
            return Ok(true);
        }
        let Some(signed_in) = context.data_unchecked::<Viewer>().signed_in() else {
            return Ok(false);
        };
        let now = Now::of(context);
        let reach = Reach::of(&signed_in.grants, Permission::ManageTraining, now);
        if reach.is_nowhere() {
            return Ok(false);
        }
        let reader = context.data_unchecked::<Database>().reader();
        Ok(covers(reader, &reach, self.0.organisation_id).await?)
    }
}

/// Занятие курса.
#[Object]
impl TrainingSession {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Курс; нет — он больше не для спрашивающего.
    async fn course(&self, context: &Context<'_>) -> Option<Result<Course, Error>> {
        let found = load_of(context, CourseById(self.0.course_id)).await;
        found.transpose().map(|found| found.map(Course))
    }

    /// Кто проводит.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id).await
    }

    /// Начало.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// Конец.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// Где проходит; нет — только через интернет.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Можно ли участвовать через интернет.
    async fn is_online(&self) -> bool {
        self.0.online_url.is_some()
    }

    /// Адрес для участия через интернет: только для тех, у кого есть место, и для тех, кто ведёт занятие.
    async fn online_url(&self, context: &Context<'_>) -> Option<Result<Url, Error>> {
        let url = self.0.online_url.as_ref()?;
        match self.may_enter(context).await {
            Ok(true) => Some(Ok(Url(url.clone()))),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Кто ведёт.
    async fn trainers(&self) -> Result<Vec<String>, Error> {
        Ok(serde_json::from_value(self.0.trainers.clone())?)
    }

    /// Сколько мест.
    async fn seats(&self) -> i32 {
        self.0.seats
    }

    /// Сколько мест занято.
    async fn registered(&self) -> i32 {
        self.0.seated
    }

    /// Сколько мест свободно.
    async fn seats_left(&self) -> i32 {
        self.0.seats.saturating_sub(self.0.seated).max(0)
    }

    /// Сколько человек ждут места.
    async fn waitlisted(&self) -> i32 {
        self.0.waiting
    }

    /// Когда открывается запись.
    async fn registration_opens_at(&self) -> DateTime {
        DateTime(self.0.registration_opens_at)
    }

    /// Когда закрывается запись.
    async fn registration_closes_at(&self) -> DateTime {
        DateTime(self.0.registration_closes_at)
    }

    /// Открыта ли запись сейчас. Если мест нет, записавшийся ждёт, пока место освободится.
    async fn is_registration_open(&self, context: &Context<'_>) -> bool {
        let now = Now::of(context);
        if let Some(at) = opens_or_closes_at(&self.0, now) {
            Standing::of(context).ends_at(at);
        }
        is_open(&self.0, now)
    }

    /// Только ли для тех, чьё членство в профсоюзе действует.
    async fn members_only(&self) -> bool {
        self.0.is_for_members
    }

    /// Для членов каких организаций и нижестоящих; пусто — любых.
    async fn target_organisations(
        &self,
        context: &Context<'_>,
    ) -> Result<Vec<Organisation>, Error> {
        let ids = load_of(context, TargetsBySessionId(self.0.id)).await?;
        let ids = ids.unwrap_or_default();
        let keys = ids.iter().copied().map(OrganisationById);
        let mut found = load_many_of(context, keys).await?;
        Ok(ids
            .into_iter()
            .filter_map(|id| found.remove(&OrganisationById(id)))
            .map(Organisation::from)
            .collect())
    }

    /// Состоится ли.
    async fn status(&self) -> TrainingSessionStatus {
        self.0.state.into()
    }

    /// Почему отменено.
    async fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }

    /// Занятие для календаря, в формате iCalendar.
    async fn calendar_url(&self, context: &Context<'_>) -> Url {
        let MediaBase(base) = context.data_unchecked::<MediaBase>();
        let vault = &context.data_unchecked::<Accounts>().vault;
        let id = Self::NODE.id(self.0.id);
        let key = calendar::key_of(vault, self.0.id);
        Url(format!(
            "{base}/training/sessions/{}.ics?key={key}",
            id.as_str()
        ))
    }

    /// Своя запись, если она есть и не отменена.
    async fn viewer_registration(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<TrainingRegistration, Error>> {
        self.own_registration(context).await.transpose()
    }

    /// Показательные данные.
    async fn is_demo(&self) -> bool {
        self.0.is_demo
    }

    /// Когда изменено, не считая записей.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

//! A report, as its author sees it and as staff do. Whose it is stands in neither.

use async_graphql::{Context, ID, MergedObject, Object, SimpleObject};
use entities::{service_report, service_report_escalation};

use super::{
    HelpedBy, ServiceOutcome, ServiceReportEscalation, ServiceReportModeration,
    ServiceReportRatings, ServiceReportRefusal, channel_of,
};
use crate::{
    domain::{
        guides::{ChannelKind, GuideById, ServiceGuide, TermUnit},
        organisations::Okrug,
        push::PushPlatform,
        service_reports::{moderating::Held, problems::ServiceProblem},
    },
    infra::{
        clock::moscow_date,
        error::Error,
        graphql::{Date, DateTime, NodeTag, Now, load_of},
    },
};

/// Отчёт о том, как человек получал государственную услугу. Кто его прислал, не говорится.
pub struct ServiceReport {
    row: service_report::Model,
    escalation: Option<service_report_escalation::Model>,
}

impl ServiceReport {
    /// Of reports.
    pub const NODE: NodeTag = NodeTag(b'Q');
}

impl From<Held> for ServiceReport {
    fn from(held: Held) -> Self {
        Self {
            row: held.report,
            escalation: held.escalation,
        }
    }
}

/// Отчёт о том, как человек получал государственную услугу. Кто его прислал, не говорится.
#[Object]
impl ServiceReport {
    /// Идентификатор.
    async fn id(&self) -> ID {
        Self::NODE.id(self.row.id)
    }

    /// Инструкция к услуге; нет — её сняли, или она не для вас.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        load_of(context, GuideById(self.row.guide_id))
            .await
            .map(|guide| guide.map(ServiceGuide))
            .transpose()
    }

    /// Номер той редакции инструкции, что была перед глазами.
    async fn guide_revision(&self) -> i32 {
        self.row.guide_revision
    }

    /// Как обращались.
    async fn channel(&self) -> ChannelKind {
        channel_of(self.row.channel)
    }

    /// В какой день обратились.
    async fn submitted_on(&self) -> Date {
        Date(self.row.submitted_on)
    }

    /// Чем закончилось.
    async fn outcome(&self) -> ServiceOutcome {
        self.row.outcome.into()
    }

    /// В какой день закончилось; нет — не закончилось или не сказано.
    async fn finished_on(&self) -> Option<Date> {
        self.row.finished_on.map(Date)
    }

    /// Пробовали ли сначала через интернет.
    async fn online_first_attempt(&self) -> bool {
        self.row.is_online_first
    }

    /// Удалось ли всё сделать через интернет.
    async fn fully_online(&self) -> bool {
        self.row.is_fully_online
    }

    /// Сколько раз пришлось прийти.
    async fn visits(&self) -> i32 {
        self.row.visits
    }

    /// Сколько минут ждали в очереди.
    async fn queue_minutes(&self) -> Option<i32> {
        self.row.queue_minutes
    }

    /// Требовали ли документы сверх положенных.
    async fn extra_documents_asked(&self) -> bool {
        self.row.has_extra_documents
    }

    /// Что мешало.
    async fn problems(&self) -> Vec<ServiceProblem> {
        ServiceProblem::in_bits(self.row.problems)
    }

    /// Как отказали; нет — не отказывали.
    async fn refusal(&self) -> Option<ServiceReportRefusal> {
        ServiceReportRefusal::of(&self.row)
    }

    /// Оценки.
    async fn ratings(&self) -> ServiceReportRatings {
        (&self.row).into()
    }

    /// Совпала ли инструкция с тем, что было на деле.
    async fn guide_matched(&self) -> Option<bool> {
        self.row.is_guide_matched
    }

    /// Кто помогал.
    async fn helped_by(&self) -> HelpedBy {
        self.row.helped_by.into()
    }

    /// Рассказывает ли активист о том, кому помог.
    async fn is_for_another(&self) -> bool {
        self.row.is_for_another
    }

    /// Сколько рублей заплатили.
    async fn paid_rub(&self) -> Option<i32> {
        let roubles = self.row.paid_kopecks? / 100;
        i32::try_from(roubles).ok()
    }

    /// На чём заполняли заявление.
    async fn platform(&self) -> Option<PushPlatform> {
        self.row.platform.map(Into::into)
    }

    /// В каком округе.
    async fn okrug(&self) -> Option<Okrug> {
        self.row.okrug.map(Into::into)
    }

    /// Комментарий без личных данных: их заменяют пометы вроде `[телефон]`.
    async fn comment(&self) -> Option<&str> {
        self.row.comment.as_deref()
    }

    /// Официальный срок для этого способа, в единицах `termUnit`; нет — не назван.
    async fn official_term(&self) -> Option<i32> {
        self.row.term_norm
    }

    /// В чём считается срок.
    async fn term_unit(&self) -> Option<TermUnit> {
        use entities::enums::TermMeasure;
        Some(match self.row.term_unit? {
            TermMeasure::WorkingDays => TermUnit::WorkingDays,
            TermMeasure::CalendarDays => TermUnit::CalendarDays,
            TermMeasure::Hours => TermUnit::Hours,
            TermMeasure::Instant => TermUnit::Instant,
        })
    }

    /// Сколько это заняло, в единицах `termUnit`; нет — не закончилось, срок не назван или
    /// производственного календаря на эти годы ещё нет.
    async fn term_taken(&self) -> Option<i32> {
        self.row.term_taken
    }

    /// Что с отчётом.
    async fn moderation(&self) -> ServiceReportModeration {
        self.row.moderation.into()
    }

    /// Кому передан и что ответили; нет — не передан.
    async fn escalation(&self, context: &Context<'_>) -> Option<ServiceReportEscalation> {
        let today = moscow_date(Now::of(context));
        let row = self.escalation.clone()?;
        Some(ServiceReportEscalation::of(row, today))
    }

    /// Когда прислан.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Когда изменён в последний раз.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

/// Отчёт об услуге, каким его видят модераторы. Кто его прислал, не знают и они.
#[derive(MergedObject)]
pub struct ServiceReportForStaff(pub ServiceReport, pub ForStaff);

impl From<Held> for ServiceReportForStaff {
    fn from(held: Held) -> Self {
        let for_staff = ForStaff::from(&held.report);
        Self(held.into(), for_staff)
    }
}

/// What only staff need of a report.
#[derive(SimpleObject)]
pub struct ForStaff {
    /// Какой отчёт он повторяет.
    duplicate_of: Option<ID>,
    /// Номер изменения: его называет следующий шаг.
    version: i32,
    /// Когда модератор решил в последний раз.
    moderated_at: Option<DateTime>,
}

impl From<&service_report::Model> for ForStaff {
    fn from(row: &service_report::Model) -> Self {
        Self {
            duplicate_of: row.duplicate_of_id.map(|id| ServiceReport::NODE.id(id)),
            version: row.version,
            moderated_at: row.moderated_at.map(DateTime),
        }
    }
}

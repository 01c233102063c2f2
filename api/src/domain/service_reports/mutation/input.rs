//! What authors send.

use async_graphql::{ID, InputObject};

use crate::{
    domain::{
        guides::{ChannelKind, ServiceGuide},
        organisations::Okrug,
        push::PushPlatform,
        service_reports::{
            facts::{Facts, Ratings, Refusal},
            problems::ServiceProblem,
            types::{HelpedBy, RefusalReason, ServiceOutcome, stored_channel},
        },
    },
    infra::{error::Error, graphql::Date},
};

/// Отчёт о том, как вы получали государственную услугу. Не указывайте диагнозов, номеров заявлений,
/// данных документов и чужих имён.
#[derive(InputObject)]
pub struct ServiceReportSubmitInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же отчёт, когда бы ни пришёл.
    pub client_mutation_key: ID,
    /// Инструкция к услуге.
    guide: ID,
    /// Номер редакции инструкции (`revision`), что была перед глазами; нет — нынешней.
    guide_revision: Option<i32>,
    /// Как обращались.
    channel: ChannelKind,
    /// В какой день обратились: не в будущем и не раньше, чем услуга появилась.
    submitted_on: Date,
    /// Чем закончилось.
    outcome: ServiceOutcome,
    /// В какой день закончилось: не раньше обращения.
    finished_on: Option<Date>,
    /// Пробовали ли сначала через интернет.
    #[graphql(default)]
    online_first_attempt: bool,
    /// Удалось ли всё сделать через интернет: тогда способ — `ONLINE` и никуда не ходили.
    #[graphql(default)]
    fully_online: bool,
    /// Сколько раз пришлось прийти: от 0 до 100.
    #[graphql(default)]
    visits: i32,
    /// Сколько минут ждали в очереди: от 0 до 1440; только если приходили.
    queue_minutes: Option<i32>,
    /// Требовали ли документы сверх положенных.
    extra_documents_asked: Option<bool>,
    /// Что мешало.
    #[graphql(default)]
    problems: Vec<ServiceProblem>,
    /// Как отказали; нужно, если отказали, и только тогда.
    refusal: Option<ServiceReportRefusalInput>,
    /// Оценки.
    ratings: Option<ServiceReportRatingsInput>,
    /// Совпала ли инструкция с тем, что было на деле.
    guide_matched: Option<bool>,
    /// Кто помогал; без указания — никто. Активист, который называет активиста, рассказывает о том, кому
    /// помог сам: такие отчёты не ждут 30 дней, но их не больше 50 за сутки.
    helped_by: Option<HelpedBy>,
    /// Сколько рублей заплатили: от 0 до 1 000 000.
    paid_rub: Option<i32>,
    /// На чём заполняли заявление.
    platform: Option<PushPlatform>,
    /// В каком округе; `TINAO` не годится, выберите один из двух.
    okrug: Option<Okrug>,
    /// Комментарий, до 1000 знаков. Телефоны, адреса, номера документов и имена из него убирают сразу.
    comment: Option<String>,
}

/// Отказ в услуге.
#[derive(InputObject)]
pub struct ServiceReportRefusalInput {
    /// Объяснён ли он.
    is_explained: bool,
    /// Чем объяснён; только если объяснён.
    reason: Option<RefusalReason>,
}

/// Оценки от 1 до 5; нет — не оценено.
#[derive(InputObject)]
pub struct ServiceReportRatingsInput {
    /// В целом.
    overall: Option<i32>,
    /// Понятность сведений об услуге.
    information: Option<i32>,
    /// Удобство форм и документов.
    forms: Option<i32>,
    /// Скорость.
    speed: Option<i32>,
    /// Удобство обращения.
    convenience: Option<i32>,
    /// Результат; пока не закончилось, его нет.
    result: Option<i32>,
}

impl ServiceReportSubmitInput {
    /// What it tells.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for an id that was never one, and for two okrugs at once.
    pub fn facts(self) -> Result<Facts, Error> {
        let comment = self.comment.map(|text| text.trim().to_owned());
        let refusal = self.refusal.map(|refusal| Refusal {
            is_explained: refusal.is_explained,
            reason: refusal.reason.map(Into::into),
        });
        Ok(Facts {
            guide_id: ServiceGuide::NODE.decode("input.guide", &self.guide)?,
            guide_revision: self.guide_revision,
            channel: stored_channel(self.channel),
            submitted_on: self.submitted_on.0,
            outcome: self.outcome.into(),
            finished_on: self.finished_on.map(|Date(day)| day),
            is_online_first: self.online_first_attempt,
            is_fully_online: self.fully_online,
            visits: self.visits,
            queue_minutes: self.queue_minutes,
            has_extra_documents: self.extra_documents_asked,
            problems: ServiceProblem::bits_of(&self.problems),
            refusal,
            ratings: self.ratings.map(Ratings::from).unwrap_or_default(),
            is_guide_matched: self.guide_matched,
            helped_by: self.helped_by.unwrap_or(HelpedBy::Nobody).into(),
            paid_rub: self.paid_rub,
            platform: self.platform.map(Into::into),
            okrug: self.okrug.map(one_okrug).transpose()?,
            comment: comment.filter(|text| !text.is_empty()),
        })
    }
}

impl From<ServiceReportRatingsInput> for Ratings {
    fn from(input: ServiceReportRatingsInput) -> Self {
        Self {
            overall: input.overall,
            information: input.information,
            forms: input.forms,
            speed: input.speed,
            convenience: input.convenience,
            result: input.result,
        }
    }
}

/// Somebody is in one place.
fn one_okrug(okrug: Okrug) -> Result<entities::enums::Okrug, Error> {
    match okrug.stored().as_slice() {
        [one] => Ok(*one),
        _ => Err(Error::bad_input("input.okrug", "выберите один округ")),
    }
}

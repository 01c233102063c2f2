//! The parts of a guide's passport, as staff send them: whole, in place of what was there.

use async_graphql::InputObject;

use super::Alert;
use crate::{
    domain::{
        editing::patch::filled,
        guides::{
            Appeal, ChannelKind, DocumentGroup, DocumentItem, DocumentPick, GuideStep, LegalAct,
            Prerequisite, PrerequisiteKind, ProcessingTerm, ResultForm, ServiceChannel,
            ServiceCost, ServiceResult, StepLogic, TermUnit, UnionHelp,
        },
    },
    infra::{
        error::Error,
        graphql::{Date, DateTime, Decimal, Url},
    },
};

/// Что нужно до начала.
#[derive(Clone, Debug, InputObject)]
pub struct PrerequisiteInput {
    /// Чем является условие.
    kind: PrerequisiteKind,
    /// В чём оно состоит.
    text: String,
}

impl From<PrerequisiteInput> for Prerequisite {
    fn from(input: PrerequisiteInput) -> Self {
        Self {
            kind: input.kind,
            text: input.text,
        }
    }
}

/// Группа документов.
#[derive(Clone, Debug, InputObject)]
pub struct DocumentGroupInput {
    /// Название группы.
    title: String,
    /// Обязательна ли группа.
    #[graphql(default = true)]
    required: bool,
    /// Сколько документов из неё нужно.
    pick: DocumentPick,
    /// Документы.
    items: Vec<DocumentItemInput>,
}

impl From<DocumentGroupInput> for DocumentGroup {
    fn from(input: DocumentGroupInput) -> Self {
        Self {
            title: input.title,
            required: input.required,
            pick: input.pick,
            items: input.items.into_iter().map(Into::into).collect(),
        }
    }
}

/// Документ.
#[derive(Clone, Debug, InputObject)]
pub struct DocumentItemInput {
    /// Название.
    name: String,
    /// Пояснение.
    note: Option<String>,
    /// Ведомство получит документ само.
    #[graphql(default)]
    obtained_by_agency: bool,
}

impl From<DocumentItemInput> for DocumentItem {
    fn from(input: DocumentItemInput) -> Self {
        Self {
            name: input.name,
            note: filled(input.note),
            obtained_by_agency: input.obtained_by_agency,
        }
    }
}

/// Шаг инструкции.
#[derive(Clone, Debug, InputObject)]
pub struct GuideStepInput {
    /// Название шага.
    title: String,
    /// Что сделать.
    text: String,
    /// Все ли действия нужны; без указания — все.
    logic: Option<StepLogic>,
    /// Где это делается.
    channel: Option<ChannelKind>,
    /// Куда перейти.
    link: Option<Url>,
    /// Совет.
    tip: Option<String>,
}

impl From<GuideStepInput> for GuideStep {
    fn from(input: GuideStepInput) -> Self {
        Self {
            title: input.title,
            text: input.text,
            logic: input.logic.unwrap_or(StepLogic::And),
            channel: input.channel,
            link: address(input.link),
            tip: filled(input.tip),
        }
    }
}

/// Способ получить услугу.
#[derive(Clone, Debug, InputObject)]
pub struct ServiceChannelInput {
    /// Вид способа.
    kind: ChannelKind,
    /// Название.
    title: String,
    /// Адрес в сети.
    url: Option<Url>,
    /// Адрес.
    address: Option<String>,
    /// Часы работы.
    hours: Option<String>,
    /// Телефон, как его пишет ведомство.
    phone: Option<String>,
    /// Срок для этого способа.
    processing: Option<ProcessingTermInput>,
}

impl From<ServiceChannelInput> for ServiceChannel {
    fn from(input: ServiceChannelInput) -> Self {
        Self {
            kind: input.kind,
            title: input.title,
            url: address(input.url),
            address: filled(input.address),
            hours: filled(input.hours),
            phone: filled(input.phone),
            processing: input.processing.map(Into::into),
        }
    }
}

/// Срок услуги.
#[derive(Clone, Debug, InputObject)]
pub struct ProcessingTermInput {
    /// Не дольше; нет, если срок не назван или услуга мгновенна.
    max: Option<i32>,
    /// Единица срока.
    unit: TermUnit,
    /// От какого события считать.
    starts_from: Option<String>,
    /// Подтверждён ли срок источником.
    #[graphql(default = true)]
    is_verified: bool,
}

impl From<ProcessingTermInput> for ProcessingTerm {
    fn from(input: ProcessingTermInput) -> Self {
        Self {
            max: input.max,
            unit: input.unit,
            starts_from: filled(input.starts_from),
            unverified: !input.is_verified,
        }
    }
}

/// Стоимость. Суммы меняются: у каждой есть дни, когда она действует.
#[derive(Clone, Debug, InputObject)]
pub struct ServiceCostInput {
    /// За что.
    title: String,
    /// Сумма в рублях, `1500.00`; 0 — бесплатно.
    amount: Decimal,
    /// Для какого способа; нет — для любого.
    channel: Option<ChannelKind>,
    /// С какого дня действует.
    valid_from: Option<Date>,
    /// По какой день действует.
    valid_to: Option<Date>,
    /// Чем установлена.
    legal_ref: Option<String>,
    /// Подтверждена ли сумма источником.
    #[graphql(default = true)]
    is_verified: bool,
}

/// The costs.
///
/// # Errors
/// `BAD_USER_INPUT` for what is no sum of money.
pub fn costs(sent: Vec<ServiceCostInput>) -> Result<Vec<ServiceCost>, Error> {
    let cost = |(index, input): (usize, ServiceCostInput)| {
        let argument = || format!("input.costs.{index}.amount");
        Ok::<_, Error>(ServiceCost {
            title: input.title,
            amount: roubles(&input.amount)
                .ok_or_else(|| Error::bad_input(argument(), "ожидается сумма вида 1500.00"))?,
            channel: input.channel,
            valid_from: input.valid_from.map(|day| day.0),
            valid_to: input.valid_to.map(|day| day.0),
            legal_ref: filled(input.legal_ref),
            unverified: !input.is_verified,
        })
    };
    sent.into_iter().enumerate().map(cost).collect()
}

/// Roubles with at most two places for kopecks. Nine digits: no state fee is higher.
fn roubles(amount: &Decimal) -> Option<f64> {
    let (whole, kopecks) = amount.0.split_once('.').unwrap_or((amount.0.as_str(), "0"));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=9).contains(&whole.len()) && (1..=2).contains(&kopecks.len());
    if !fits || !are_digits(whole) || !are_digits(kopecks) {
        return None;
    }
    amount.0.parse().ok()
}

/// Результат услуги.
#[derive(Clone, Debug, InputObject)]
pub struct ServiceResultInput {
    /// Что получит заявитель.
    name: String,
    /// В каком виде.
    form: ResultForm,
}

impl From<ServiceResultInput> for ServiceResult {
    fn from(input: ServiceResultInput) -> Self {
        Self {
            name: input.name,
            form: input.form,
        }
    }
}

/// Правовое основание.
#[derive(Clone, Debug, InputObject)]
pub struct LegalActInput {
    /// Акт.
    act: String,
    /// Номер.
    number: Option<String>,
    /// От какого дня.
    date: Option<Date>,
    /// Статья или пункт.
    article: Option<String>,
    /// Где прочитать.
    url: Option<Url>,
    /// Подтверждена ли ссылка на акт источником.
    #[graphql(default = true)]
    is_verified: bool,
}

impl From<LegalActInput> for LegalAct {
    fn from(input: LegalActInput) -> Self {
        Self {
            act: input.act,
            number: filled(input.number),
            date: input.date.map(|day| day.0),
            article: filled(input.article),
            url: address(input.url),
            unverified: !input.is_verified,
        }
    }
}

/// Основания для отказа.
#[derive(Clone, Debug, Default, InputObject)]
pub struct RefusalGroundsInput {
    /// В приёме документов.
    #[graphql(default)]
    pub accept: Vec<String>,
    /// В самой услуге.
    #[graphql(default)]
    pub provide: Vec<String>,
}

/// Чем поможет профсоюз.
#[derive(Clone, Debug, InputObject)]
pub struct UnionHelpInput {
    /// В чём помощь.
    text: String,
    /// К кому обратиться.
    contact: Option<String>,
}

impl From<UnionHelpInput> for UnionHelp {
    fn from(input: UnionHelpInput) -> Self {
        Self {
            text: input.text,
            contact: filled(input.contact),
        }
    }
}

/// Как обжаловать.
#[derive(Clone, Debug, InputObject)]
pub struct AppealInput {
    /// Порядок.
    how: String,
    /// Куда подать жалобу через сеть.
    url: Option<Url>,
    /// Срок.
    term: Option<String>,
}

impl From<AppealInput> for Appeal {
    fn from(input: AppealInput) -> Self {
        Self {
            how: input.how,
            url: address(input.url),
            term: filled(input.term),
        }
    }
}

/// Временное объявление на инструкции.
#[derive(Clone, Debug, InputObject)]
pub struct GuideAlertInput {
    /// Что изменилось.
    text: String,
    /// До какого момента показывать.
    until: DateTime,
}

impl From<GuideAlertInput> for Alert {
    fn from(input: GuideAlertInput) -> Self {
        Self {
            text: input.text,
            until: input.until.0,
        }
    }
}

fn address(sent: Option<Url>) -> Option<String> {
    filled(sent.map(|url| url.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_roubles_and_kopecks() {
        let roubles = |text: &str| roubles(&Decimal(text.into()));
        assert_eq!(roubles("0"), Some(0.0));
        assert_eq!(roubles("4200.50"), Some(4200.5));
        for text in ["", "-1", "1e3", "1.234", "1.", ".5", "1,5", "1234567890"] {
            assert_eq!(roubles(text), None, "{text}");
        }
    }
}

//! The service passport: what stands on a guide's page, described once for storage and clients.
//!
//! Fields follow the passport of a service on gosuslugi.ru and CPSV-AP 3.2.0, where terms and
//! costs hang on the channel. Stored documents are read for years: only ever add fields, with a
//! default. Lists were stored by the name of one entry once, as the data files still have them.

use async_graphql::{ComplexObject, Enum, SimpleObject};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::infra::graphql::{Date, Money, Url};

/// The parts of a guide that are read whole with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Passport {
    #[serde(default)]
    pub synonyms: Vec<String>,
    #[serde(default)]
    pub external_service_code: Option<String>,
    #[serde(default)]
    pub who_may_apply: Vec<String>,
    #[serde(default)]
    pub source_date: Option<NaiveDate>,
    #[serde(default)]
    pub source_note: Option<String>,
    #[serde(default)]
    pub registration_max_minutes: Option<i32>,
    #[serde(default)]
    pub queue_max_minutes: Option<i32>,
    #[serde(default)]
    pub common_mistakes: Vec<String>,
    #[serde(default)]
    pub refusal_accept: Vec<String>,
    #[serde(default)]
    pub refusal_provide: Vec<String>,
    #[serde(default)]
    pub suspension_grounds: Vec<String>,
    #[serde(default)]
    pub fraud_warning: Option<String>,
    #[serde(default)]
    pub union_help: Option<UnionHelp>,
    #[serde(default)]
    pub appeal: Option<Appeal>,
    #[serde(default, alias = "prerequisite")]
    pub prerequisites: Vec<Prerequisite>,
    #[serde(default, alias = "document_group")]
    pub document_groups: Vec<DocumentGroup>,
    #[serde(default, alias = "step")]
    pub steps: Vec<GuideStep>,
    #[serde(default, alias = "channel")]
    pub channels: Vec<ServiceChannel>,
    #[serde(default, alias = "cost")]
    pub costs: Vec<ServiceCost>,
    #[serde(default, alias = "result")]
    pub results: Vec<ServiceResult>,
    #[serde(default)]
    pub legal_basis: Vec<LegalAct>,
}

macro_rules! passport_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }
    };
}

passport_enum! {
    /// Чем может быть предварительное условие. Открытый список.
    PrerequisiteKind {
        /// Уровень учётной записи.
        AccountLevel,
        /// Документ.
        Document,
        /// Оплата.
        Payment,
        /// Иное.
        Other,
    }
}

/// Что нужно до начала.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
pub struct Prerequisite {
    /// Чем является условие.
    pub kind: PrerequisiteKind,
    /// В чём оно состоит.
    pub text: String,
}

passport_enum! {
    /// Сколько документов группы нужно.
    DocumentPick {
        /// Все.
        All,
        /// Любой один.
        OneOf,
    }
}

/// Группа документов.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
pub struct DocumentGroup {
    /// Название группы.
    pub title: String,
    /// Обязательна ли группа.
    pub required: bool,
    /// Сколько документов из неё нужно.
    pub pick: DocumentPick,
    /// Документы.
    #[serde(default, rename = "item")]
    pub items: Vec<DocumentItem>,
}

/// Документ.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
pub struct DocumentItem {
    /// Название.
    pub name: String,
    /// Пояснение.
    #[serde(default)]
    pub note: Option<String>,
    /// Ведомство получит документ само.
    #[serde(default)]
    pub obtained_by_agency: bool,
}

passport_enum! {
    /// Все ли действия шага нужны.
    StepLogic {
        /// Все.
        And,
        /// Любое одно.
        Or,
    }
}

passport_enum! {
    /// Как подать заявление. Открытый список.
    ChannelKind {
        /// Через интернет.
        Online,
        /// В МФЦ.
        Mfc,
        /// Лично в ведомстве.
        InPerson,
        /// Почтой.
        Post,
        /// По телефону.
        Phone,
    }
}

/// Шаг инструкции.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct GuideStep {
    /// Название шага.
    pub title: String,
    /// Что сделать.
    pub text: String,
    /// Все ли действия нужны.
    pub logic: StepLogic,
    /// Где это делается.
    #[serde(default)]
    pub channel: Option<ChannelKind>,
    #[graphql(skip)]
    #[serde(default)]
    pub link: Option<String>,
    /// Совет.
    #[serde(default)]
    pub tip: Option<String>,
}

#[ComplexObject]
impl GuideStep {
    /// Куда перейти.
    async fn link(&self) -> Option<Url> {
        self.link.clone().map(Url)
    }
}

/// Способ получить услугу.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct ServiceChannel {
    /// Вид способа.
    pub kind: ChannelKind,
    /// Название.
    pub title: String,
    #[graphql(skip)]
    #[serde(default)]
    pub url: Option<String>,
    /// Адрес.
    #[serde(default)]
    pub address: Option<String>,
    /// Часы работы.
    #[serde(default)]
    pub hours: Option<String>,
    /// Телефон, как его пишет ведомство.
    #[serde(default)]
    pub phone: Option<String>,
    /// Срок для этого способа.
    #[serde(default)]
    pub processing: Option<ProcessingTerm>,
}

#[ComplexObject]
impl ServiceChannel {
    /// Адрес в сети.
    async fn url(&self) -> Option<Url> {
        self.url.clone().map(Url)
    }
}

passport_enum! {
    /// В чём измеряется срок.
    TermUnit {
        /// Рабочие дни.
        WorkingDays,
        /// Календарные дни.
        CalendarDays,
        /// Часы.
        Hours,
        /// Сразу.
        Instant,
    }
}

/// Срок услуги.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct ProcessingTerm {
    /// Не дольше; нет, если срок не назван или услуга мгновенна.
    #[serde(default)]
    pub max: Option<i32>,
    /// Единица срока.
    pub unit: TermUnit,
    /// От какого события считать.
    #[serde(default)]
    pub starts_from: Option<String>,
    #[graphql(skip)]
    #[serde(default)]
    pub unverified: bool,
}

#[ComplexObject]
impl ProcessingTerm {
    /// Подтверждён ли срок источником.
    async fn is_verified(&self) -> bool {
        !self.unverified
    }
}

/// Стоимость. Суммы меняются: у каждой есть дни, когда она действует.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct ServiceCost {
    /// За что.
    pub title: String,
    #[graphql(skip)]
    pub amount: f64,
    /// Для какого способа; нет — для любого.
    #[serde(default)]
    pub channel: Option<ChannelKind>,
    #[graphql(skip)]
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    #[graphql(skip)]
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Чем установлена.
    #[serde(default)]
    pub legal_ref: Option<String>,
    #[graphql(skip)]
    #[serde(default)]
    pub unverified: bool,
}

#[ComplexObject]
impl ServiceCost {
    /// Сумма; 0 — бесплатно.
    async fn amount(&self) -> Money {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a state fee is far below 2^53 kopecks"
        )]
        Money::kopecks((self.amount * 100.0).round() as i64)
    }

    /// С какого дня действует.
    async fn valid_from(&self) -> Option<Date> {
        self.valid_from.map(Date)
    }

    /// По какой день действует.
    async fn valid_to(&self) -> Option<Date> {
        self.valid_to.map(Date)
    }

    /// Подтверждена ли сумма источником.
    async fn is_verified(&self) -> bool {
        !self.unverified
    }
}

passport_enum! {
    /// В каком виде выдаётся результат.
    ResultForm {
        /// Электронный документ.
        Electronic,
        /// Бумажный документ.
        Paper,
        /// Запись в реестре.
        RegistryEntry,
    }
}

/// Результат услуги.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
pub struct ServiceResult {
    /// Что получит заявитель.
    pub name: String,
    /// В каком виде.
    pub form: ResultForm,
}

/// Правовое основание.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct LegalAct {
    /// Акт.
    pub act: String,
    /// Номер.
    #[serde(default)]
    pub number: Option<String>,
    #[graphql(skip)]
    #[serde(default)]
    pub date: Option<NaiveDate>,
    /// Статья или пункт.
    #[serde(default)]
    pub article: Option<String>,
    #[graphql(skip)]
    #[serde(default)]
    pub url: Option<String>,
    #[graphql(skip)]
    #[serde(default)]
    pub unverified: bool,
}

#[ComplexObject]
impl LegalAct {
    /// От какого дня.
    async fn date(&self) -> Option<Date> {
        self.date.map(Date)
    }

    /// Где прочитать.
    async fn url(&self) -> Option<Url> {
        self.url.clone().map(Url)
    }

    /// Подтверждена ли ссылка на акт источником.
    async fn is_verified(&self) -> bool {
        !self.unverified
    }
}

/// Чем поможет профсоюз.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
pub struct UnionHelp {
    /// В чём помощь.
    pub text: String,
    /// К кому обратиться.
    #[serde(default)]
    pub contact: Option<String>,
}

/// Как обжаловать.
#[derive(Clone, Debug, PartialEq, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
pub struct Appeal {
    /// Порядок.
    pub how: String,
    #[graphql(skip)]
    #[serde(default)]
    pub url: Option<String>,
    /// Срок.
    #[serde(default)]
    pub term: Option<String>,
}

#[ComplexObject]
impl Appeal {
    /// Куда подать жалобу через сеть.
    async fn url(&self) -> Option<Url> {
        self.url.clone().map(Url)
    }
}

impl LegalAct {
    fn name(&self) -> String {
        let parts = [Some(&self.act), self.number.as_ref(), self.article.as_ref()];
        parts
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Passport {
    /// Every word of the passport, for readers who want no structure.
    #[must_use]
    pub fn plain_text(&self) -> String {
        format!("{}\n{}", self.synonyms.join("\n"), self.text())
    }

    /// What the passport says, without the names it is looked for by.
    #[must_use]
    pub fn text(&self) -> String {
        let documents = self.document_groups.iter().flat_map(|group| {
            std::iter::once(&group.title).chain(group.items.iter().map(|item| &item.name))
        });
        let steps = self.steps.iter().flat_map(|step| [&step.title, &step.text]);
        let lines: Vec<&str> = self
            .who_may_apply
            .iter()
            .chain(self.prerequisites.iter().map(|one| &one.text))
            .chain(documents)
            .chain(steps)
            .chain(self.results.iter().map(|result| &result.name))
            .chain(&self.common_mistakes)
            .map(String::as_str)
            .collect();
        let acts = self.legal_basis.iter().map(LegalAct::name);
        lines
            .into_iter()
            .map(str::to_owned)
            .chain(acts)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

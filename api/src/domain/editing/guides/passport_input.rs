//! What staff send of a guide's passport.

use async_graphql::{InputObject, MaybeUndefined};

use super::parts::{
    AppealInput, DocumentGroupInput, GuideStepInput, LegalActInput, PrerequisiteInput,
    RefusalGroundsInput, ServiceChannelInput, ServiceCostInput, ServiceResultInput, UnionHelpInput,
    costs,
};
use crate::{
    domain::{
        editing::patch::{Emptiable, named, patch},
        guides::{Appeal, Passport, UnionHelp},
    },
    infra::{error::Error, graphql::Date},
};

/// Поля паспорта услуги.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PassportFields {
    /// Код услуги на портале.
    #[graphql(default)]
    external_service_code: MaybeUndefined<String>,
    /// Как ещё называют услугу.
    #[graphql(default)]
    synonyms: MaybeUndefined<Vec<String>>,
    /// Кто может получить услугу.
    #[graphql(default)]
    who_may_apply: MaybeUndefined<Vec<String>>,
    /// Что нужно до начала.
    #[graphql(default)]
    prerequisites: MaybeUndefined<Vec<PrerequisiteInput>>,
    /// Документы по группам.
    #[graphql(default)]
    document_groups: MaybeUndefined<Vec<DocumentGroupInput>>,
    /// Шаги по порядку.
    #[graphql(default)]
    steps: MaybeUndefined<Vec<GuideStepInput>>,
    /// Способы получить услугу, каждый со своим сроком.
    #[graphql(default)]
    channels: MaybeUndefined<Vec<ServiceChannelInput>>,
    /// Стоимость.
    #[graphql(default)]
    costs: MaybeUndefined<Vec<ServiceCostInput>>,
    /// За сколько минут регистрируют заявление.
    #[graphql(default)]
    registration_max_minutes: MaybeUndefined<i32>,
    /// Сколько минут ждут в очереди, не дольше.
    #[graphql(default)]
    queue_max_minutes: MaybeUndefined<i32>,
    /// Результат.
    #[graphql(default)]
    results: MaybeUndefined<Vec<ServiceResultInput>>,
    /// Основания для отказа.
    #[graphql(default)]
    refusal_grounds: MaybeUndefined<RefusalGroundsInput>,
    /// Основания для приостановки.
    #[graphql(default)]
    suspension_grounds: MaybeUndefined<Vec<String>>,
    /// Как обжаловать.
    #[graphql(default)]
    appeal: MaybeUndefined<AppealInput>,
    /// Правовые основания.
    #[graphql(default)]
    legal_basis: MaybeUndefined<Vec<LegalActInput>>,
    /// Частые ошибки.
    #[graphql(default)]
    common_mistakes: MaybeUndefined<Vec<String>>,
    /// Как не попасться мошенникам.
    #[graphql(default)]
    fraud_warning: MaybeUndefined<String>,
    /// Чем поможет профсоюз.
    #[graphql(default)]
    union_help: MaybeUndefined<UnionHelpInput>,
    /// На какой день верны сведения источника.
    #[graphql(default)]
    source_date: MaybeUndefined<Date>,
    /// Откуда взяты сведения.
    #[graphql(default)]
    source_note: MaybeUndefined<String>,
}

impl Emptiable for Appeal {}
impl Emptiable for UnionHelp {}

impl PassportFields {
    /// Puts what was named into a passport.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is no sum of money.
    pub fn apply(self, passport: &mut Passport) -> Result<(), Error> {
        let code = &mut passport.external_service_code;
        patch(code, self.external_service_code);
        replace(&mut passport.synonyms, self.synonyms);
        replace(&mut passport.who_may_apply, self.who_may_apply);
        replace(&mut passport.prerequisites, self.prerequisites);
        replace(&mut passport.document_groups, self.document_groups);
        replace(&mut passport.steps, self.steps);
        replace(&mut passport.channels, self.channels);
        if let Some(sent) = named(self.costs) {
            passport.costs = costs(sent)?;
        }
        let registration = &mut passport.registration_max_minutes;
        patch(registration, self.registration_max_minutes);
        patch(&mut passport.queue_max_minutes, self.queue_max_minutes);
        replace(&mut passport.results, self.results);
        if let Some(grounds) = named(self.refusal_grounds) {
            passport.refusal_accept = grounds.accept;
            passport.refusal_provide = grounds.provide;
        }
        replace(&mut passport.suspension_grounds, self.suspension_grounds);
        patch(&mut passport.appeal, self.appeal.map_value(Into::into));
        replace(&mut passport.legal_basis, self.legal_basis);
        replace(&mut passport.common_mistakes, self.common_mistakes);
        patch(&mut passport.fraud_warning, self.fraud_warning);
        let union_help = self.union_help.map_value(Into::into);
        patch(&mut passport.union_help, union_help);
        let source_date = self.source_date.map_value(|day| day.0);
        patch(&mut passport.source_date, source_date);
        patch(&mut passport.source_note, self.source_note);
        Ok(())
    }
}

/// A list that was named stands whole in place of the other.
fn replace<S, T: From<S>>(target: &mut Vec<T>, sent: MaybeUndefined<Vec<S>>) {
    if let Some(items) = named(sent) {
        *target = items.into_iter().map(T::from).collect();
    }
}

//! What moderators do with reports.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::{
        accounts::{Permitted, may_change},
        service_reports::{
            moderating::{Held, Order},
            steps::Step,
            stop::Stop,
            types::{
                ServiceReport, ServiceReportDecision, ServiceReportErrorCode, ServiceReportForStaff,
            },
        },
    },
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Date, Now, UserError, UserErrorCode},
    },
};

/// Решение по отчёту.
#[derive(InputObject)]
struct ServiceReportModerateInput {
    /// Какой отчёт.
    id: ID,
    /// Номер изменения (`version`), который вы видели.
    version: i32,
    /// Что решено.
    decision: ServiceReportDecision,
    /// Какой отчёт той же инструкции он повторяет; при `DUPLICATE`, и только тогда.
    duplicate_of: Option<ID>,
    /// Почему отклонён, для автора: до 500 знаков; при `REJECT`, и только тогда.
    reason: Option<String>,
    /// Что скрыть в комментарии: места из него дословно, до 200 знаков каждое. Писать в чужом комментарии
    /// нельзя.
    #[graphql(default)]
    redact: Vec<String>,
}

/// Кому передать отчёт.
#[derive(InputObject)]
struct ServiceReportEscalateInput {
    /// Какой отчёт.
    id: ID,
    /// Номер изменения (`version`), который вы видели.
    version: i32,
    /// Кому: до 300 знаков. Это увидит автор.
    addressee: String,
    /// До какого дня ждать ответа: от сегодняшнего, не дальше года.
    answer_due_on: Date,
    /// Что скрыть в комментарии.
    #[graphql(default)]
    redact: Vec<String>,
}

/// Ответ на переданный отчёт.
#[derive(InputObject)]
struct ServiceReportAnswerInput {
    /// Какой отчёт.
    id: ID,
    /// Номер изменения (`version`), который вы видели.
    version: i32,
    /// Что ответили: до 2000 знаков, без личных данных — ответ увидят все, кто сообщил о том же.
    answer: String,
}

/// Чем закончилась работа по отчёту.
#[derive(InputObject)]
struct ServiceReportResolveInput {
    /// Какой отчёт.
    id: ID,
    /// Номер изменения (`version`), который вы видели.
    version: i32,
    /// Чем закончилось: до 2000 знаков, без личных данных — это увидят все, кто сообщил о том же.
    resolution: String,
}

/// Declares the payloads of steps.
macro_rules! step_payloads {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(SimpleObject)]
            pub struct $name {
                /// Отчёт после действия; `null`, если оно не сделано.
                report: Option<ServiceReportForStaff>,
                /// При конфликте — каким отчёт стал за это время.
                current: Option<ServiceReportForStaff>,
                /// Что помешало; пусто — всё сделано.
                user_errors: Vec<UserError>,
            }

            impl From<Answered> for $name {
                fn from(answered: Answered) -> Self {
                    Self {
                        report: answered.report,
                        current: answered.current,
                        user_errors: answered.user_errors,
                    }
                }
            }
        )+
    };
}

step_payloads! {
    /// Итог решения по отчёту.
    ServiceReportModeratePayload
    /// Итог передачи отчёта.
    ServiceReportEscalatePayload
    /// Итог записи ответа.
    ServiceReportAnswerPayload
    /// Итог окончания работы.
    ServiceReportResolvePayload
}

#[derive(Default)]
pub struct ModerationMutation;

#[Object]
impl ModerationMutation {
    /// Принять отчёт, отклонить или признать повтором. Решение можно исправить, пока отчёт не передан.
    /// Автор узнаёт из входящих.
    async fn service_report_moderate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Решение.")] input: ServiceReportModerateInput,
    ) -> Option<Result<ServiceReportModeratePayload, Error>> {
        Some(moderate(context, input).await.map(Into::into))
    }

    /// Передать отчёт тому, кто отвечает за услугу. Об этом узнают все, кто сообщил о том же.
    async fn service_report_escalate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кому и до какого дня.")] input: ServiceReportEscalateInput,
    ) -> Option<Result<ServiceReportEscalatePayload, Error>> {
        let step = Step::Escalate {
            addressee: input.addressee,
            answer_due_on: input.answer_due_on.0,
        };
        let seen = (&input.id, input.version);
        let answered = take(context, seen, step, input.redact).await;
        Some(answered.map(Into::into))
    }

    /// Записать ответ на переданный отчёт: его получат все, кто сообщил о том же.
    async fn service_report_answer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Ответ.")] input: ServiceReportAnswerInput,
    ) -> Option<Result<ServiceReportAnswerPayload, Error>> {
        let step = Step::Answer { text: input.answer };
        let seen = (&input.id, input.version);
        let answered = take(context, seen, step, Vec::new()).await;
        Some(answered.map(Into::into))
    }

    /// Закончить работу по переданному отчёту, с ответом или без него.
    async fn service_report_resolve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем закончилось.")] input: ServiceReportResolveInput,
    ) -> Option<Result<ServiceReportResolvePayload, Error>> {
        let step = Step::Resolve {
            text: input.resolution,
        };
        let seen = (&input.id, input.version);
        let answered = take(context, seen, step, Vec::new()).await;
        Some(answered.map(Into::into))
    }
}

/// What a payload is made of.
#[derive(Default)]
struct Answered {
    report: Option<ServiceReportForStaff>,
    current: Option<ServiceReportForStaff>,
    user_errors: Vec<UserError>,
}

async fn moderate(
    context: &Context<'_>,
    input: ServiceReportModerateInput,
) -> Result<Answered, Error> {
    let officer = may_change(context, Permission::ModerateServiceReports).await?;
    let original = input.duplicate_of.as_ref();
    let original = original
        .map(|id| ServiceReport::NODE.decode("input.duplicateOf", id))
        .transpose()?;
    let is_duplicate = input.decision == ServiceReportDecision::Duplicate;
    let is_rejection = input.decision == ServiceReportDecision::Reject;
    let superfluous = [
        (original.is_some() && !is_duplicate, "duplicateOf"),
        (input.reason.is_some() && !is_rejection, "reason"),
    ];
    let superfluous = superfluous.into_iter().filter(|(is_so, _)| *is_so);
    let errors: Vec<UserError> = superfluous
        .map(|(_, field)| ServiceReportErrorCode::Contradiction.at(field))
        .collect();
    let step = match input.decision {
        ServiceReportDecision::Accept => Step::Accept,
        ServiceReportDecision::Reject => Step::Reject {
            reason: input.reason.unwrap_or_default(),
        },
        // Nothing has the id that is missing.
        ServiceReportDecision::Duplicate => Step::Duplicate {
            of_id: original.unwrap_or_default(),
        },
    };
    if !errors.is_empty() {
        return Ok(Answered {
            user_errors: errors,
            ..Answered::default()
        });
    }
    let seen = (&input.id, input.version);
    carry_out(context, &officer, seen, step, input.redact).await
}

async fn take(
    context: &Context<'_>,
    seen: (&ID, i32),
    step: Step,
    redact: Vec<String>,
) -> Result<Answered, Error> {
    let officer = may_change(context, Permission::ModerateServiceReports).await?;
    carry_out(context, &officer, seen, step, redact).await
}

async fn carry_out(
    context: &Context<'_>,
    officer: &Permitted,
    (id, version): (&ID, i32),
    step: Step,
    redact: Vec<String>,
) -> Result<Answered, Error> {
    let order = Order {
        report_id: ServiceReport::NODE.decode("input.id", id)?,
        version,
        step,
        redact,
        now: Now::of(context),
    };
    let database = context.data_unchecked::<Database>();
    let shown = |held: Held| Some(ServiceReportForStaff::from(held));
    match order.carry_out(database, officer).await {
        Ok(held) => Ok(Answered {
            report: shown(held),
            ..Answered::default()
        }),
        Err(Stop::Standing(error, held)) => Ok(Answered {
            current: shown(*held),
            user_errors: vec![error],
            ..Answered::default()
        }),
        Err(Stop::Refused(user_errors)) => Ok(Answered {
            user_errors,
            ..Answered::default()
        }),
        Err(Stop::Failed(error)) => Err(error),
    }
}

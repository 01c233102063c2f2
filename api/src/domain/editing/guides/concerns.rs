//! Confirming a concern: readers are warned of it, in a revision of its own, without a draft.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime as Instant, Utc};
use entities::guide_concern;
use sea_orm::DatabaseTransaction;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Alert, GUIDES, GuideDocument, ServiceGuideDraft};
use crate::{
    domain::{
        accounts::may_change,
        editing::{
            lifecycle::{Amendment, Stop},
            mutation::{Answer, amend},
            patch::filled,
            problem::Problem,
            types::EditingErrorCode,
        },
        guide_watch::{GuideConcern, confirm, find_concern},
        guides::ServiceGuide,
    },
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{DateTime, Now, UserError},
    },
};

/// Какое замечание подтвердить и о чём предупредить читателей.
#[derive(InputObject)]
struct GuideConcernConfirmInput {
    /// Какое замечание.
    id: ID,
    /// Версия инструкции, которую видел спрашивающий. Повтор с той же версией ничего не изменит.
    version: i32,
    /// Объявление на инструкции.
    alert: GuideConcernAlertInput,
}

/// Объявление, о котором просит замечание.
#[derive(InputObject)]
struct GuideConcernAlertInput {
    /// Что сказать читателям, до 500 знаков; без указания — то, что предлагает замечание.
    text: Option<String>,
    /// До какого момента показывать.
    until: DateTime,
}

/// Итог подтверждения замечания.
#[derive(SimpleObject)]
pub struct GuideConcernConfirmPayload {
    /// Замечание; `null`, если оно не подтверждено.
    concern: Option<GuideConcern>,
    /// Инструкция после этого; `null`, если замечание не подтверждено.
    draft: Option<ServiceGuideDraft>,
    /// При конфликте — какой инструкция стала за это время.
    current: Option<ServiceGuideDraft>,
    /// Что помешало; пусто — всё сделано.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ConcernEditing;

#[Object]
impl ConcernEditing {
    /// Подтвердить замечание и предупредить читателей объявлением на инструкции. Объявление выходит
    /// сразу, новой редакцией; черновик рядом с ней останется и получит его тоже.
    async fn guide_concern_confirm(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое замечание и какое объявление.")] input: GuideConcernConfirmInput,
    ) -> Option<Result<GuideConcernConfirmPayload, Error>> {
        Some(warn(context, input).await)
    }
}

/// A warning that a concern leads to.
struct Warning {
    concern_id: Uuid,
    alert: Alert,
}

impl Amendment for Warning {
    const ACTION: &'static str = "guide_concern.confirm";

    fn is_made(&self, document: &Value) -> Result<bool, Error> {
        let document = GuideDocument::deserialize(document)?;
        Ok(document.alert.as_ref() == Some(&self.alert))
    }

    fn make(&self, document: Value) -> Result<Value, Error> {
        let mut document: GuideDocument = serde_json::from_value(document)?;
        document.alert = Some(self.alert.clone());
        Ok(serde_json::to_value(document)?)
    }

    /// That a guide should have been checked by now does not keep its readers from being warned.
    fn answers_for(&self, problem: &Problem) -> bool {
        problem.is_within("alert")
    }

    async fn settle(
        &self,
        transaction: &DatabaseTransaction,
        now: Instant<Utc>,
    ) -> Result<(), Stop> {
        match confirm(transaction, self.concern_id, now).await? {
            true => Ok(()),
            false => Err(Stop::Refused(EditingErrorCode::ConcernClosed, Some("id"))),
        }
    }
}

async fn warn(
    context: &Context<'_>,
    input: GuideConcernConfirmInput,
) -> Result<GuideConcernConfirmPayload, Error> {
    may_change(context, Permission::EditContent).await?;
    let outcome = match read(context, &input).await? {
        Ok((concern, alert)) => {
            let guide = ServiceGuide::NODE.id(concern.guide_id);
            let warning = Warning {
                concern_id: concern.id,
                alert,
            };
            let seen = (&guide, input.version);
            amend(context, &GUIDES, seen, &warning)
                .await
                .map(|held| (held, concern.id))
        }
        Err(stop) => Err(stop),
    };
    let (outcome, concern_id) = match outcome {
        Ok((held, id)) => (Ok(held), Some(id)),
        Err(stop) => (Err(stop), None),
    };
    let answer = Answer::of(outcome, ServiceGuideDraft::of)?;
    let concern = match concern_id {
        Some(id) => find_concern(context.data_unchecked::<Database>().writer(), id).await?,
        None => None,
    };
    Ok(GuideConcernConfirmPayload {
        concern: concern.map(GuideConcern),
        draft: answer.draft,
        current: answer.current,
        user_errors: answer.user_errors,
    })
}

/// The concern, and the alert that readers are to get.
async fn read(
    context: &Context<'_>,
    input: &GuideConcernConfirmInput,
) -> Result<Result<(guide_concern::Model, Alert), Stop>, Error> {
    let id = GuideConcern::NODE.decode("input.id", &input.id)?;
    let connection = context.data_unchecked::<Database>().reader();
    let Some(concern) = find_concern(connection, id).await? else {
        return Ok(Err(Stop::Refused(EditingErrorCode::NotFound, Some("id"))));
    };
    let until = input.alert.until.0;
    let said = filled(input.alert.text.clone()).map(|text| text.trim().to_owned());
    let text = said.or_else(|| concern.proposed_alert.clone());
    let mut problems = Vec::new();
    if text.is_none() {
        problems.push(Problem::at("alert.text", EditingErrorCode::Missing));
    }
    if until <= Now::of(context) {
        problems.push(Problem::at("alert.until", EditingErrorCode::InThePast));
    }
    Ok(match text.filter(|_| problems.is_empty()) {
        Some(text) => Ok((concern, Alert { text, until })),
        None => Err(Stop::Unfit(problems)),
    })
}

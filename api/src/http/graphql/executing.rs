//! From a question without a kept answer to an answer.

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{HttpRequest, http::Method, web::Data};
use async_graphql::{Request, Response, parser::types::OperationType};
use futures_util::FutureExt;

use super::{
    asking::{Asking, method_not_allowed},
    executed::Executed,
};
use crate::{
    http::{
        answer_order::AnswerOrder,
        budgets::Charge,
        observe::Observed,
        problem::Problem,
        request_gate::{
            Admitted, Exposure, Refusal,
            root_fields::{refuse_several_sign_ins, root_fields},
        },
        response_cache::{Answer, Keeper, Making},
        server::HttpServices,
    },
    infra::{
        cache::Held,
        clock::end_of_moscow_day,
        error::{Error, ErrorCode},
        graphql::{Caller, Standing},
    },
    schema::{Asker, RequestData, Visibility},
};

/// A question that may be executed.
pub struct Execution {
    admitted: Admitted,
    exposure: Exposure,
}

/// What comes of it.
pub enum Outcome {
    /// An answer that others get, too.
    Kept(Arc<Held<Answer>>),
    /// An answer that others may get, though it is not kept here.
    ForAll(Answer, Keeper),
    /// An answer for its asker alone.
    ForAsker(Executed),
}

impl Execution {
    /// Finds the document and measures it.
    pub async fn admit(
        request: &HttpRequest,
        services: &HttpServices,
        asking: &Asking,
        observed: &mut Observed,
    ) -> Result<Self, Problem> {
        let execution = Self::measure(services, asking).await?;
        let name = asking.parameters.operation_name.as_deref();
        let operation_type = execution.admitted.operation_type;
        observed.operation(name, operation_type, execution.admitted.cost);
        refuse_unsafe(request.method(), operation_type)?;
        let root_fields = root_fields(&execution.admitted.document, name);
        refuse_several_sign_ins(operation_type, &root_fields)?;
        Ok(execution)
    }

    async fn measure(services: &HttpServices, asking: &Asking) -> Result<Self, Problem> {
        let parameters = &asking.parameters;
        let documents = &services.persisted_queries;
        let text = documents.text(parameters, &asking.document).await?;
        let name = parameters.operation_name.as_deref();
        let admitted = services
            .gate
            .admit(&text, name, &parameters.variables, &asking.limits())?;
        documents.register(parameters, &asking.document);
        let exposure = services.gate.exposure(&admitted.document, name);
        Ok(Self { admitted, exposure })
    }

    /// Whether it shows nothing that is one person's, by its document.
    fn is_for_all(&self) -> bool {
        let is_query = self.admitted.operation_type == OperationType::Query;
        is_query && self.exposure.visibility < Visibility::Personal
    }

    fn changes(&self) -> bool {
        self.admitted.operation_type == OperationType::Mutation
    }

    /// Executes it, unless somebody else is executing the same.
    pub async fn run(
        self,
        request: &HttpRequest,
        services: &HttpServices,
        asking: &Asking,
        caller: Caller,
    ) -> Result<Outcome, Problem> {
        let joining = tokio::time::timeout_at(asking.deadline, self.join(services, asking));
        let making = joining.await.map_err(|_elapsed| services.why_late())?;
        if let Making::Found(held) = making {
            return Ok(Outcome::Kept(held));
        }
        // Whoever was to make it for all had no luck either.
        if asking.is_late() {
            return Err(services.why_late().into());
        }
        let headers = request.headers();
        let budgets = &services.budgets;
        let charging = budgets.charge(
            headers,
            &asking.viewer,
            &caller,
            self.admitted.cost,
            asking.now,
        );
        let charge = charging.await?;
        self.execute(services, asking, caller, asking.asks_cost.then_some(charge))
            .await
    }

    async fn join(&self, services: &HttpServices, asking: &Asking) -> Making {
        match &services.response_cache {
            Some(cache) if self.is_for_all() && !asking.asks_cost => {
                cache.make(&asking.question, asking.now).await
            }
            Some(cache) if !self.is_for_all() => {
                cache.remember_personal(&asking.question);
                Making::Alone
            }
            _ => Making::Alone,
        }
    }

    async fn execute(
        self,
        services: &HttpServices,
        asking: &Asking,
        caller: Caller,
        charge: Option<Charge>,
    ) -> Result<Outcome, Problem> {
        let is_for_all = self.is_for_all();
        let changes = self.changes();
        let standing = Standing::default();
        // Before anything is read: what changes meanwhile makes the answer old.
        let seen = services
            .resolvers
            .generations
            .known()
            .seen_by(self.exposure.tags);
        let running = AssertUnwindSafe(self.respond(services, asking, caller, standing.clone()));
        let running = services.answer_by(asking.deadline, running.catch_unwind());
        let mut response = match running.await? {
            Ok(response) => response,
            Err(_panic) => return Err(Error::Internal.into()),
        };
        if changes && asking.viewer.is_staff() {
            // Whoever publishes reads it at once.
            services.look_for_changes().await;
        }
        if let Some(charge) = charge {
            response
                .extensions
                .insert("cost".into(), charge.extension());
        }
        let executed = Executed::new(response)?;
        let answer = (is_for_all && !standing.was_personal()).then(|| executed.to_answer());
        let Some(answer) = answer.flatten() else {
            return Ok(Outcome::ForAsker(executed));
        };
        let until = standing.end_by(end_of_moscow_day(asking.now));
        Ok(match (&services.response_cache, seen) {
            (Some(cache), Some(seen)) => {
                Outcome::Kept(cache.keep(&asking.question, answer, seen, until, asking.now))
            }
            _ if asking.is_anonymous() => Outcome::ForAll(answer, Keeper::Anybody { until }),
            _ => Outcome::ForAll(answer, Keeper::Asker),
        })
    }

    async fn respond(
        self,
        services: &HttpServices,
        asking: &Asking,
        caller: Caller,
        standing: Standing,
    ) -> Response {
        let Asking {
            parameters,
            viewer,
            audience,
            ..
        } = asking.clone();
        let changes = self.changes();
        let order = AnswerOrder::of(
            &self.admitted.document,
            parameters.operation_name.as_deref(),
        );
        // The library takes the parsed document and does not look at the text.
        let mut prepared = Request::new(String::new()).variables(parameters.variables);
        prepared.operation_name = parameters.operation_name;
        prepared.set_parsed_query(self.admitted.document);
        let asker = Asker {
            viewer,
            audience,
            caller,
            standing,
            changes,
        };
        let prepared = prepared.asked_by(asker, &services.resolvers);
        let mut response = services.schema.execute(prepared).await;
        order.apply(&mut response.data);
        response
    }
}

/// Makes an aged answer anew behind its asker's back, unless somebody is at it.
pub fn make_anew(services: &Data<HttpServices>, asking: &Asking) {
    let Some(cache) = &services.response_cache else {
        return;
    };
    let Some(leader) = cache.lead(&asking.question) else {
        return;
    };
    let services = services.clone();
    let asking = Asking {
        deadline: services.deadline(),
        ..asking.clone()
    };
    actix_web::rt::spawn(async move {
        let making = async {
            let execution = Execution::measure(&services, &asking).await?;
            execution
                .execute(&services, &asking, Caller::default(), None)
                .await
        };
        if let Err(problem) = making.await {
            tracing::warn!(
                code = problem.code().as_str(),
                "an answer could not be made anew"
            );
        }
        drop(leader);
    });
}

fn refuse_unsafe(method: &Method, operation: OperationType) -> Result<(), Problem> {
    match operation {
        OperationType::Query => Ok(()),
        OperationType::Mutation if *method == Method::POST => Ok(()),
        OperationType::Mutation => Err(method_not_allowed(
            "Изменения принимаются только методом POST.",
        )),
        OperationType::Subscription => Err(Refusal::new(
            ErrorCode::GraphqlValidationFailed,
            "Подписки здесь не поддерживаются.",
        )
        .into()),
    }
}

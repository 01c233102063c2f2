//! Addresses of the old portal and where they lead now.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use entities::redirect;
use serde::Serialize;
use uuid::Uuid;

use super::ReferenceDeleteInput;
use crate::{
    domain::{
        content::{delete_redirect, insert_redirects, list_all_redirects, update_redirect},
        reference::{
            desk::{
                Clerk, Creation, Deed, REDIRECTS, Thing, changed_fields, not_found, reused, tidy,
            },
            problems::Problems,
            rules::{Address, is_host, path_of, target_of},
            types::{Redirect, ReferenceErrorCode},
        },
    },
    infra::{
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, UserErrorCode, done, payloads},
    },
};

const OBJECT: &str = "Redirect";

/// As the audit log and readers hear of one.
const fn thing(id: Uuid) -> Thing {
    Thing {
        object_type: OBJECT,
        id,
        organisation_id: None,
        tags: &REDIRECTS,
        is_copied: false,
    }
}

/// Новое перенаправление.
#[derive(InputObject)]
struct RedirectCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же перенаправление.
    client_mutation_key: ID,
    /// Хост старого адреса.
    host: String,
    /// Путь старого адреса, например `/news/sport/turnir/`; до 500 знаков.
    path: String,
    /// Куда ведёт: путь на том же хосте или полный адрес; до 1000 знаков. Если оттуда тоже
    /// перенаправляют, запомнится последний адрес.
    target: String,
    /// Навсегда ли.
    #[graphql(default = true)]
    permanent: bool,
}

/// Правка перенаправления. Неназванное остаётся как есть.
#[derive(InputObject)]
struct RedirectUpdateInput {
    /// Какое перенаправление.
    id: ID,
    /// Хост старого адреса.
    host: Option<String>,
    /// Путь старого адреса.
    path: Option<String>,
    /// Куда ведёт: путь на том же хосте или полный адрес.
    target: Option<String>,
    /// Навсегда ли.
    permanent: Option<bool>,
}

payloads! {
    /// Итог создания перенаправления.
    RedirectCreatePayload {
        /// Перенаправление.
        redirect: Redirect
    }
    /// Итог правки перенаправления.
    RedirectUpdatePayload {
        /// Перенаправление.
        redirect: Redirect
    }
    /// Итог удаления перенаправления.
    RedirectDeletePayload {
        /// Какое удалено.
        deleted_id: ID
    }
}

/// Staff's mutations of redirects.
#[derive(Default)]
pub struct RedirectMutation;

#[Object]
impl RedirectMutation {
    /// Завести перенаправление со старого адреса.
    async fn redirect_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Перенаправление.")] input: RedirectCreateInput,
    ) -> Option<Result<RedirectCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Изменить перенаправление.
    async fn redirect_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое и как.")] input: RedirectUpdateInput,
    ) -> Option<Result<RedirectUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Удалить перенаправление.
    async fn redirect_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: ReferenceDeleteInput,
    ) -> Option<Result<RedirectDeletePayload, Error>> {
        Some(delete(context, input.id).await.map(Into::into))
    }
}

/// A redirect as it was sent.
#[derive(Clone, Debug, Serialize)]
pub struct RedirectFields {
    pub host: String,
    pub path: String,
    pub target: String,
    pub permanent: bool,
}

impl RedirectFields {
    fn of(row: &redirect::Model) -> Self {
        Self {
            host: row.host.clone(),
            path: row.path.clone(),
            target: row.target.clone(),
            permanent: row.is_permanent,
        }
    }

    /// In the one spelling in which redirects are kept and looked up; notes what has none.
    #[must_use]
    pub fn spelt(self, problems: &mut Problems) -> Self {
        let host = tidy(&self.host).to_lowercase();
        problems.add_if(!is_host(&host), "host", ReferenceErrorCode::NotAHost);
        let path = path_of(self.path.trim());
        problems.add_if(path.is_none(), "path", ReferenceErrorCode::NotAPath);
        let target = target_of(&host, self.target.trim());
        problems.add_if(target.is_none(), "target", ReferenceErrorCode::NotAUrl);
        Self {
            host,
            path: path.unwrap_or_default(),
            target: target.unwrap_or_default(),
            permanent: self.permanent,
        }
    }
}

/// All redirects together, each leading straight to where it ends.
pub struct Plan(HashMap<Address, redirect::Model>);

/// The redirects that are there.
pub fn plan(rows: Vec<redirect::Model>) -> Plan {
    Plan(rows.into_iter().map(|row| (address(&row), row)).collect())
}

fn address(row: &redirect::Model) -> Address {
    Address {
        host: row.host.clone(),
        path: row.path.clone(),
    }
}

impl Plan {
    /// The redirect of an address.
    #[must_use]
    pub fn find(&self, row: &RedirectFields) -> Option<&redirect::Model> {
        self.0.get(&Address {
            host: row.host.clone(),
            path: row.path.clone(),
        })
    }

    /// Puts a redirect in place of the one of that address.
    pub fn put(&mut self, row: redirect::Model) {
        self.0.insert(address(&row), row);
    }

    /// All of them.
    #[must_use]
    pub fn into_rows(self) -> Vec<redirect::Model> {
        self.0.into_values().collect()
    }

    /// Takes one out.
    pub fn take(&mut self, row: &redirect::Model) {
        self.0.remove(&address(row));
    }

    /// Where each redirect should lead that does not yet lead straight to its end, and which go in
    /// circles.
    #[must_use]
    pub fn settled(&self) -> (Vec<redirect::Model>, Vec<Address>) {
        let next = |at: &Address| self.0.get(at).map(|row| row.target.as_str());
        let (mut moved, mut circling) = (Vec::new(), Vec::new());
        for (at, row) in &self.0 {
            match at.destination(&row.target, next) {
                None => circling.push(at.clone()),
                Some(target) if target != row.target => moved.push(redirect::Model {
                    target,
                    ..row.clone()
                }),
                Some(_) => {}
            }
        }
        (moved, circling)
    }
}

async fn create(
    context: &Context<'_>,
    input: RedirectCreateInput,
) -> Result<Done<Redirect>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let fields = RedirectFields {
        host: input.host,
        path: input.path,
        target: input.target,
        permanent: input.permanent,
    };
    let creation = Creation::of(&clerk, OBJECT, &input.client_mutation_key, &fields)?;
    let database = context.data_unchecked::<Database>();
    let made = insert(database, &clerk, creation, fields).await;
    done(made.map(Redirect::from))
}

async fn insert(
    database: &Database,
    clerk: &Clerk,
    creation: Creation,
    fields: RedirectFields,
) -> Result<redirect::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = lock_row::<redirect::Entity>(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    let mut problems = Problems::default();
    let fields = fields.spelt(&mut problems);
    let mut plan = plan(list_all_redirects(&transaction).await?);
    let is_taken = plan.find(&fields).is_some();
    problems.add_if(is_taken, "path", ReferenceErrorCode::AddressTaken);
    let mut row = redirect::Model {
        id: creation.id,
        host: fields.host,
        path: fields.path,
        target: fields.target,
        is_permanent: fields.permanent,
        created_at: clerk.now,
    };
    let moved = fit(&mut plan, &mut row, problems)?;
    insert_redirects(&transaction, vec![row.clone()]).await?;
    for other in moved {
        update_redirect(&transaction, other).await?;
    }
    let deed = Deed::created("redirect.create", thing(row.id));
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

/// Fits a redirect in among the others: it leads to the end of its chain, and what led to it now leads
/// there, too. Returns the others that move.
fn fit(
    plan: &mut Plan,
    row: &mut redirect::Model,
    problems: Problems,
) -> Result<Vec<redirect::Model>, Stop> {
    problems.settle()?;
    plan.put(row.clone());
    let (moved, circling) = plan.settled();
    if circling.contains(&address(row)) {
        return Err(ReferenceErrorCode::Loop.at("target").into());
    }
    let (own, others): (Vec<_>, Vec<_>) = moved.into_iter().partition(|moved| moved.id == row.id);
    if let Some(own) = own.into_iter().next() {
        *row = own;
    }
    Ok(others)
}

async fn update(
    context: &Context<'_>,
    input: RedirectUpdateInput,
) -> Result<Done<Redirect>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let id = Redirect::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let made = change(database, &clerk, id, input).await;
    done(made.map(Redirect::from))
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    id: Uuid,
    sent: RedirectUpdateInput,
) -> Result<redirect::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let row = lock_row::<redirect::Entity>(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    let before = RedirectFields::of(&row);
    let mut problems = Problems::default();
    let after = RedirectFields {
        host: sent.host.unwrap_or_else(|| before.host.clone()),
        path: sent.path.unwrap_or_else(|| before.path.clone()),
        target: sent.target.unwrap_or_else(|| before.target.clone()),
        permanent: sent.permanent.unwrap_or(before.permanent),
    }
    .spelt(&mut problems);
    let mut plan = plan(list_all_redirects(&transaction).await?);
    plan.take(&row);
    let is_taken = plan.find(&after).is_some();
    problems.add_if(is_taken, "path", ReferenceErrorCode::AddressTaken);
    let mut row = redirect::Model {
        host: after.host,
        path: after.path,
        target: after.target,
        is_permanent: after.permanent,
        ..row
    };
    let moved = fit(&mut plan, &mut row, problems)?;
    let names = changed_fields(&before, &RedirectFields::of(&row))?;
    if names.is_empty() {
        return Ok(row);
    }
    for changed in moved.into_iter().chain([row.clone()]) {
        update_redirect(&transaction, changed).await?;
    }
    let deed = Deed::updated("redirect.update", thing(id), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let uuid = Redirect::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    if !delete_redirect(&transaction, id).await? {
        return Ok(());
    }
    let deed = Deed::deleted("redirect.delete", thing(id));
    Ok(clerk.finish(transaction, deed).await?)
}

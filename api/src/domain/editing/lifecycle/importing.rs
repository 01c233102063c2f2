//! Beginning many drafts at once, of what an organisation brings from elsewhere. What came before stays
//! as its editors have it by now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::organisation;
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::Value;
use uuid::Uuid;

use super::{
    drafting::{NewDraft, wished_slugs, write_new},
    step::Stop,
};
use crate::{
    domain::{
        content::{OldAddress, remember_address},
        editing::{
            editor::{Actor, Right},
            kinds::{Editable, envelope_of},
            store,
            types::EditingErrorCode,
        },
    },
    infra::{
        db::{Database, lock_row},
        digest::sha256_hex,
        error::Error,
    },
};

/// By which the ids of what is brought follow from its organisation and its own mark.
const BROUGHT: Uuid = uuid::uuid!("6c1d7b52-0f0c-5c35-8f57-5a0b8b0e4a19");
/// What the audit log calls it.
const IMPORT: &str = "content.import";

/// An organisation that brings content of a kind.
pub struct Arrival<'a> {
    pub database: &'a Database,
    pub actor: Actor<'a>,
    pub kind: &'static dyn Editable,
    pub organisation_id: Uuid,
    pub now: DateTime<Utc>,
}

/// A draft to be begun.
pub struct Arriving {
    /// By which it is known where it comes from; the same again is the same draft.
    pub mark: String,
    pub document: Value,
    /// Where it stood.
    pub address: Option<OldAddress>,
}

/// What came of some drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    pub created: usize,
    /// There already, whatever has become of it.
    pub unchanged: usize,
}

/// Begins drafts, all in one transaction. What somebody discarded begins anew.
///
/// # Errors
/// [`Stop`], after which none of them is begun.
pub async fn bring(arrival: &Arrival<'_>, drafts: Vec<Arriving>) -> Result<Arrived, Stop> {
    let mut transaction = arrival.database.writer().begin().await?;
    hold(arrival, &transaction).await?;
    let marked = |draft: Arriving| (arrival.id_of(&draft.mark), draft);
    let drafts: Vec<(Uuid, Arriving)> = drafts.into_iter().map(marked).collect();
    let ids: Vec<Uuid> = drafts.iter().map(|(id, _)| *id).collect();
    let known: HashMap<Uuid, i64> = store::list_versions(&transaction, &ids).await?;
    let unknown = drafts.iter().filter(|(id, _)| !known.contains_key(id));
    let unknown: Vec<&Arriving> = unknown.map(|(_, draft)| draft).collect();
    hold_slugs(arrival.kind, &transaction, &unknown).await?;
    let mut arrived = Arrived::default();
    for (id, draft) in drafts {
        if known.contains_key(&id) {
            arrived.unchanged += 1;
            continue;
        }
        let document = with_free_slug(arrival.kind, &transaction, id, draft.document).await?;
        let new = NewDraft {
            id,
            kind: arrival.kind,
            digest: sha256_hex(document.to_string()),
            document,
            actor: arrival.actor,
            action: IMPORT,
            now: arrival.now,
        };
        transaction = write_new(transaction, new).await?.transaction;
        if let Some(address) = &draft.address {
            remember_address(&transaction, address, id, arrival.now).await?;
        }
        arrived.created += 1;
    }
    transaction.commit().await?;
    Ok(arrived)
}

impl Arrival<'_> {
    fn id_of(&self, mark: &str) -> Uuid {
        Uuid::new_v5(
            &BROUGHT,
            format!("{}{mark}", self.organisation_id).as_bytes(),
        )
    }
}

/// Holds the organisation, so that the same file sent twice at once is written once, and asks whether
/// its content may still be written.
async fn hold(arrival: &Arrival<'_>, transaction: &DatabaseTransaction) -> Result<(), Stop> {
    let unknown = || Stop::Refused(EditingErrorCode::OrganisationNotFound, Some("organisation"));
    lock_row::<organisation::Entity>(transaction, arrival.organisation_id)
        .await?
        .ok_or_else(unknown)?;
    let may = match arrival.actor {
        Actor::Editor(editor) => {
            editor
                .may(transaction, Right::Draft, arrival.organisation_id)
                .await?
        }
        Actor::Scheduler | Actor::CommandLine => true,
    };
    if may { Ok(()) } else { Err(unknown()) }
}

/// All of them in one order: two organisations that bring the same titles would otherwise wait for each
/// other.
async fn hold_slugs(
    kind: &dyn Editable,
    transaction: &DatabaseTransaction,
    drafts: &[&Arriving],
) -> Result<(), Stop> {
    let mut wished = Vec::new();
    for draft in drafts {
        wished.extend(wished_slugs(kind, &draft.document)?);
    }
    Ok(store::hold_slugs(transaction, kind.kind(), &wished).await?)
}

/// A slug that it had elsewhere and that another has here would keep it from being published.
async fn with_free_slug(
    kind: &dyn Editable,
    transaction: &DatabaseTransaction,
    id: Uuid,
    mut document: Value,
) -> Result<Value, Error> {
    let Some(wanted) = envelope_of(&document)?.slug else {
        return Ok(document);
    };
    let free = store::free_slug(transaction, kind.kind(), &wanted, id).await?;
    if free != wanted
        && let Value::Object(fields) = &mut document
    {
        fields.remove("slug");
    }
    Ok(document)
}

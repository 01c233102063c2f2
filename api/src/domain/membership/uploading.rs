//! Taking an uploaded roster: whose it is, whether it may be, and reading it while the client asks how
//! far it is.

use chrono::{DateTime, Utc};
use entities::member_import;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    import::{NewImport, begin, stage},
    types::MembershipErrorCode,
};
use crate::{
    domain::{
        accounts::Accounts,
        organisations::{covers, find_by_slug, find_issuer},
    },
    infra::{
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
    },
};

/// The union of that slug, where it issues cards itself.
///
/// # Errors
/// Whatever the database reports.
pub async fn find_union(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Uuid>, Error> {
    let Some(organisation) = find_by_slug(connection, slug).await? else {
        return Ok(None);
    };
    let issuer = find_issuer(connection, organisation.id).await?;
    Ok(issuer
        .map(|issuer| issuer.id)
        .filter(|id| *id == organisation.id))
}

/// Takes a file from an officer and begins to read it.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn receive(
    accounts: &Accounts,
    database: &Database,
    viewer: &Viewer,
    slug: &str,
    file: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Result<member_import::Model, MembershipErrorCode>, Error> {
    let officer = accounts.as_of_now(database, viewer, now).await?;
    let reach = officer.reach(Permission::ImportRoster, now)?;
    let Some(issuer_id) = find_union(database.reader(), slug).await? else {
        return Ok(Err(MembershipErrorCode::OrganisationNotFound));
    };
    if !covers(database.reader(), &reach, issuer_id).await? {
        return Ok(Err(MembershipErrorCode::OrganisationNotFound));
    }
    let new = NewImport {
        issuer_id,
        created_by_id: Some(officer.account_id),
    };
    let begun = begin(database, new, &file, now).await?;
    let (accounts, database) = (accounts.clone(), database.clone());
    let import = begun.clone();
    tokio::spawn(async move {
        if let Err(error) = stage(&accounts, &database, import, &file).await {
            tracing::error!(code = error.code().as_str(), "a roster could not be staged");
        }
    });
    Ok(Ok(begun))
}

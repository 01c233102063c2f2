//! Moving in: the news of an organisation's old site become drafts here, from a feed or from what
//! WordPress exports.
//!
//! Nothing is published by it. An entry is known by its guid, so that the same file may be imported
//! again, and a newer one adds what is new; what editors have made of a draft is never written over.

mod article;
mod feed;
mod html;
mod report;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entities::organisation;
use uuid::Uuid;

use article::{Intake, Sheaf};
pub use report::{FeedProblem, NewsImport};

use super::{
    editor::{Actor, Editor, Right},
    lifecycle::{Arrival, Arriving, Stop, bring},
    news::NEWS,
};
use crate::{
    domain::{
        accounts::Accounts, content::PortalHost, news::list_categories, organisations::find_by_slug,
    },
    infra::{
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
    },
};

/// Drafts begun in one transaction. Whoever else begins one in the organisation waits for it, a part of
/// a second.
const AT_ONCE: usize = 100;

/// What came of a wish to import; the error is what the client is told.
type NewsImportOutcome = Result<NewsImport, FeedProblem>;

/// A file that somebody of staff uploads.
#[derive(Clone, Debug)]
pub struct NewsUpload<'a> {
    /// The slug of the organisation whose news it holds.
    pub organisation: &'a str,
    /// The request that brought it.
    pub request_id: &'a str,
    pub file: Bytes,
}

/// Imports what somebody of staff uploads. An organisation that they do not write for is as unknown as
/// one that is not.
///
/// # Errors
/// Top-level faults; whole hundreds of drafts may have been begun by then, and the same file goes on
/// from there.
pub async fn receive_news(
    accounts: &Accounts,
    database: &Database,
    portal: &PortalHost,
    viewer: &Viewer,
    upload: NewsUpload<'_>,
    now: DateTime<Utc>,
) -> Result<NewsImportOutcome, Error> {
    let permission = Permission::DraftContent;
    let permitted = accounts
        .permit(database, viewer, permission, upload.request_id, now)
        .await?;
    let editor = Editor::at(permitted, now);
    let reader = database.reader();
    let Some(organisation) = find_by_slug(reader, upload.organisation).await? else {
        return Ok(Err(FeedProblem::OrganisationNotFound));
    };
    if !editor.may(reader, Right::Draft, organisation.id).await? {
        return Ok(Err(FeedProblem::OrganisationNotFound));
    }
    // Addresses of the portal's own host are everybody's: a file must not take them.
    let portal = editor.writes_everywhere().then_some(portal);
    let hosts = hosts_of(&organisation, portal);
    let arrival = arrival(database, Actor::Editor(&editor), organisation.id, now);
    import(&arrival, hosts, upload.file, &|_, _| ()).await
}

/// Imports a file for whoever has the server's terminal, and tells how far it is: so many entries of so
/// many.
///
/// # Errors
/// Whatever the database reports, as in [`receive_news`].
pub async fn import_news(
    database: &Database,
    portal: &PortalHost,
    organisation: &str,
    file: Bytes,
    now: DateTime<Utc>,
    tell: &(dyn Fn(usize, usize) + Sync),
) -> Result<NewsImportOutcome, Error> {
    let Some(organisation) = find_by_slug(database.reader(), organisation).await? else {
        return Ok(Err(FeedProblem::OrganisationNotFound));
    };
    let hosts = hosts_of(&organisation, Some(portal));
    let arrival = arrival(database, Actor::CommandLine, organisation.id, now);
    import(&arrival, hosts, file, tell).await
}

fn hosts_of(organisation: &organisation::Model, portal: Option<&PortalHost>) -> Vec<String> {
    let portal = portal.map(|portal| portal.0.clone());
    organisation
        .host
        .clone()
        .into_iter()
        .chain(portal)
        .collect()
}

fn arrival<'a>(
    database: &'a Database,
    actor: Actor<'a>,
    organisation_id: Uuid,
    now: DateTime<Utc>,
) -> Arrival<'a> {
    Arrival {
        database,
        actor,
        kind: &NEWS,
        organisation_id,
        now,
    }
}

async fn import(
    arrival: &Arrival<'_>,
    hosts: Vec<String>,
    file: Bytes,
    tell: &(dyn Fn(usize, usize) + Sync),
) -> Result<NewsImportOutcome, Error> {
    let intake = Intake {
        organisation_id: arrival.organisation_id,
        categories: list_categories(arrival.database.reader()).await?,
        hosts,
        now: arrival.now,
    };
    let Sheaf {
        articles,
        mut report,
    } = match read(intake, file).await? {
        Ok(sheaf) => sheaf,
        Err(problem) => return Ok(Err(problem)),
    };
    let total = articles.len();
    let mut waiting = articles.into_iter();
    loop {
        let batch: Vec<Arriving> = waiting.by_ref().take(AT_ONCE).collect();
        if batch.is_empty() {
            return Ok(Ok(report));
        }
        match bring(arrival, batch).await {
            Ok(arrived) => {
                report.created += arrived.created;
                report.unchanged += arrived.unchanged;
            }
            Err(stop) => return failed(stop),
        }
        tell(total - waiting.len(), total);
    }
}

/// Beside the threads that answer: a large file takes a while.
async fn read(intake: Intake, file: Bytes) -> Result<Result<Sheaf, FeedProblem>, Error> {
    tokio::task::spawn_blocking(move || intake.read(&file))
        .await
        .map_err(|cause| Error::internal("a feed could not be read", cause))
}

fn failed(stop: Stop) -> Result<NewsImportOutcome, Error> {
    match stop {
        Stop::Failed(error) => Err(error),
        // Their right has gone meanwhile, or the organisation has.
        Stop::Refused(..) => Ok(Err(FeedProblem::OrganisationNotFound)),
        Stop::Conflict(_) | Stop::Unfit(_) => {
            Err(Error::internal("an import met", "what only editing meets"))
        }
    }
}

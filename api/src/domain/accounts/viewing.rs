//! From an access token to a viewer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::enums::SessionKind;
use uuid::Uuid;

use super::{service::Accounts, store::viewing as store};
use crate::infra::{
    auth::{SignedIn, Viewer},
    clock::moscow_date,
    db::Database,
    error::Error,
};

impl Accounts {
    /// Who shows that token; `None`: it is not ours, not good any more, or its session has ended.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn viewer(
        &self,
        database: &Database,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Viewer>, Error> {
        let Some(claims) = self.tokens.verify(token, now) else {
            return Ok(None);
        };
        let remembered = self
            .viewers
            .try_get_with(claims.sid, look_up(database, claims.sid, now))
            .await
            .map_err(|error| (*error).clone())?;
        Ok(remembered.map(Viewer::SignedIn))
    }

    /// The same person as the database knows them now: what staff changes asks for.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, when the session has ended meanwhile.
    pub async fn as_of_now(
        &self,
        database: &Database,
        viewer: &Viewer,
        now: DateTime<Utc>,
    ) -> Result<Arc<SignedIn>, Error> {
        let session_id = viewer.require()?.session_id;
        let current = look_up(database, session_id, now).await?;
        self.viewers.insert(session_id, current.clone()).await;
        current.ok_or(Error::Unauthenticated)
    }
}

async fn look_up(
    database: &Database,
    session_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Arc<SignedIn>>, Error> {
    let reader = database.reader();
    let Some((session, account)) = store::find_live_session(reader, session_id, now).await? else {
        return Ok(None);
    };
    let grants = match session.kind {
        // Rights come with the second factor: without one a session can only connect it.
        SessionKind::Staff if store::has_second_factor(reader, account.id).await? => {
            store::list_grants(reader, account.id, now).await?
        }
        SessionKind::Staff => Vec::new(),
        SessionKind::Member => Vec::new(),
    };
    Ok(Some(Arc::new(SignedIn {
        account_id: account.id,
        session_id,
        session_kind: session.kind,
        authenticated_at: session.authenticated_at,
        membership: store::find_membership(reader, account.id, moscow_date(now)).await?,
        grants,
    })))
}

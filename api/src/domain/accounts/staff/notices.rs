//! Telling staff of what they have to see to.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::accounts::{
        sending::{self, Message},
        service::Accounts,
        store::staff as store,
    },
    infra::{
        auth::{Permission, all_roles, permissions_of},
        error::Error,
    },
};

/// What staff are told.
#[derive(Clone, Debug)]
pub struct StaffNotice {
    /// Whose business it is: of those who may do that …
    pub permission: Permission,
    /// … in this organisation.
    pub organisation_id: Uuid,
    /// Nobody hears twice of what has the same key, at most 100 letters.
    pub key: String,
    /// The whole e-mail. It says nothing of members.
    pub text: String,
}

/// Queues an e-mail to everybody whose business it is. Who holds the permission all over the
/// federation is told only where nobody nearer holds it. Needs no transaction: who does it again tells
/// only those who were left out.
///
/// # Errors
/// Whatever the database reports.
pub async fn notify(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    notice: &StaffNotice,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut roles = all_roles();
    roles.retain(|role| permissions_of(*role).contains(&notice.permission));
    let near = store::over(notice.organisation_id);
    let mut holders = store::list_holders(connection, &roles, near, now).await?;
    if holders.is_empty() {
        let everywhere = store::over_the_federation();
        holders = store::list_holders(connection, &roles, everywhere, now).await?;
    }
    for holder in holders {
        let (profile, _) = accounts.profile(connection, &holder).await?;
        let Some(contact) = profile.email else {
            continue;
        };
        let message = Message::StaffNotice {
            contact,
            text: notice.text.clone(),
        };
        let key = format!("{}:{}", notice.key, holder.id);
        sending::enqueue_once(&accounts.vault, connection, &message, key, now).await?;
    }
    Ok(())
}

//! Showing a draft by a link, as readers would see it.
//!
//! A link says what it shows and until when, under a signature of the vault; no row stands behind it.
//! So it works for whoever has it, and for its hour, even if who asked for it may not see the draft any
//! more.

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::{ContentKind, ContentState};
use sea_orm::DatabaseExecutor;
use uuid::Uuid;

use super::{
    kinds::{DraftPreview, editable},
    rules::state_of,
    store::{self, Held},
};
use crate::infra::{db::Database, error::Error, vault::Vault};

/// Long enough to be looked at by whoever has to agree, too short to be passed around.
const LASTS: TimeDelta = TimeDelta::hours(1);
const PURPOSE: &str = "preview";

/// What a link opens, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    content_id: Uuid,
    /// Who saves it on shows it as it is then; another hand begins another revision, which it does not
    /// show.
    revision: i32,
    expires_at: DateTime<Utc>,
}

impl Ticket {
    /// To what is held.
    #[must_use]
    pub fn to(held: &Held, now: DateTime<Utc>) -> Self {
        let expires_at = now + LASTS;
        Self {
            content_id: held.content.id,
            revision: held.revision.number,
            // Whole seconds, as the token says it.
            expires_at: DateTime::from_timestamp(expires_at.timestamp(), 0).unwrap_or(expires_at),
        }
    }

    /// From then on it opens nothing.
    #[must_use]
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// What stands in the link: the content, its revision, the second of expiry, the signature.
    #[must_use]
    pub fn token(&self, vault: &Vault) -> String {
        let text = format!(
            "{}.{}.{}",
            self.content_id.simple(),
            self.revision,
            self.expires_at.timestamp()
        );
        let signature = vault.sign(PURPOSE, &text);
        format!("{text}.{signature}")
    }

    /// The ticket of a token that was signed here and has not expired.
    #[must_use]
    pub fn read(vault: &Vault, token: &str, now: DateTime<Utc>) -> Option<Self> {
        let (text, signature) = token.rsplit_once('.')?;
        if !vault.is_signed(PURPOSE, text, signature) {
            return None;
        }
        let mut parts = text.split('.');
        let ticket = Self {
            content_id: parts.next()?.parse().ok()?,
            revision: parts.next()?.parse().ok()?,
            expires_at: DateTime::from_timestamp(parts.next()?.parse().ok()?, 0)?,
        };
        (now < ticket.expires_at).then_some(ticket)
    }
}

/// What a link shows.
#[derive(Clone, Debug)]
pub struct Preview {
    pub kind: ContentKind,
    /// Where the content is on its way now.
    pub state: ContentState,
    /// Whether readers see this very revision.
    pub is_published: bool,
    pub shown: DraftPreview,
    pub expires_at: DateTime<Utc>,
}

impl Preview {
    /// Where it is on its way, in words.
    #[must_use]
    pub const fn state_in_words(&self) -> &'static str {
        match self.state {
            ContentState::Draft => "пишется",
            ContentState::InReview => "на проверке",
            ContentState::Scheduled => "ждёт назначенного времени",
            ContentState::Published => "опубликован",
            ContentState::Archived => "в архиве",
            ContentState::Withdrawn => "снят с публикации",
        }
    }
}

/// What the link with that token shows; `None`: nothing, whatever the reason.
///
/// # Errors
/// Whatever the database reports.
pub async fn find_preview(
    vault: &Vault,
    database: &Database,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Preview>, Error> {
    let Some(ticket) = Ticket::read(vault, token, now) else {
        return Ok(None);
    };
    let reader = database.reader();
    let Some(held) = store::find(reader, ticket.content_id).await? else {
        return Ok(None);
    };
    let revision = store::find_revision(reader, ticket.content_id, ticket.revision).await?;
    let Some(revision) = revision else {
        return Ok(None);
    };
    let content = &held.content;
    let executor = DatabaseExecutor::from(reader);
    let shown = editable(content.kind)?
        .preview(&executor, &revision.document, now)
        .await?;
    let draft = held.draft.as_ref().map(|draft| draft.state);
    let is_shown = content.state == ContentState::Published;
    Ok(Some(Preview {
        kind: content.kind,
        state: state_of(draft, content.state),
        is_published: is_shown && content.published_revision_id == Some(revision.id),
        shown,
        expires_at: ticket.expires_at,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::vault::MasterSecret;

    #[test]
    fn a_token_holds_for_an_hour_and_unaltered() {
        let vault = Vault::new(&MasterSecret::from_bytes(&[7; 32]).unwrap()).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let ticket = Ticket {
            content_id: Uuid::now_v7(),
            revision: 3,
            expires_at: now + LASTS,
        };
        let token = ticket.token(&vault);
        let almost = now + LASTS - TimeDelta::seconds(1);
        assert_eq!(Ticket::read(&vault, &token, almost), Some(ticket));
        assert_eq!(Ticket::read(&vault, &token, now + LASTS), None);
        for at in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'1' { b'2' } else { b'1' };
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(Ticket::read(&vault, &altered, now), None, "{altered}");
        }
    }
}

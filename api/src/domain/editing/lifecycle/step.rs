//! What every step begins with: a transaction, the content held in it, and a right to it.

use chrono::{DateTime, Utc};
use entities::{content, content_draft};
use sea_orm::{DatabaseExecutor, DatabaseTransaction, DbErr, TransactionTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        content::object_type,
        editing::{
            editor::{Actor, Editor, Right},
            kinds::{Editable, envelope_of},
            problem::Problem,
            store::{self, Held},
            types::EditingErrorCode,
        },
        media::record_uses,
    },
    infra::{audit, db::Database, error::Error},
};

/// Why a step was not taken.
pub enum Stop {
    /// Something stands against it, about a field of the input or about none.
    Refused(EditingErrorCode, Option<&'static str>),
    /// Somebody else changed it meanwhile; this is how it is now.
    Conflict(Box<Held>),
    /// The draft is not fit for readers.
    Unfit(Vec<Problem>),
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DbErr> for Stop {
    fn from(cause: DbErr) -> Self {
        Self::Failed(cause.into())
    }
}

impl From<EditingErrorCode> for Stop {
    fn from(code: EditingErrorCode) -> Self {
        Self::Refused(code, None)
    }
}

/// Whoever edits a kind of content, somewhere.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub database: &'a Database,
    pub editor: &'a Editor,
    pub kind: &'static dyn Editable,
}

/// A step under way: the content is held until it ends.
pub(super) struct Begun {
    pub transaction: DatabaseTransaction,
    pub held: Held,
}

impl Step<'_> {
    /// Holds a piece of content that its asker may work on. What is not theirs to see is not found.
    pub(super) async fn begin(&self, id: Uuid) -> Result<Begun, Stop> {
        let transaction = self.database.writer().begin().await?;
        let held = store::hold(&transaction, id).await?;
        let held = held
            .filter(|held| held.content.kind == self.kind.kind())
            .ok_or(EditingErrorCode::NotFound)?;
        let begun = Begun { transaction, held };
        let edits = self.may(&begun, Right::Edit).await?;
        let writes = edits || self.may(&begun, Right::Draft).await? && self.is_own(&begun.held);
        if writes {
            Ok(begun)
        } else {
            Err(EditingErrorCode::NotFound.into())
        }
    }

    pub(super) async fn may(&self, begun: &Begun, right: Right) -> Result<bool, Error> {
        let organisation_id = begun.held.content.organisation_id;
        self.editor
            .may(&begun.transaction, right, organisation_id)
            .await
    }

    pub(super) async fn require(&self, begun: &Begun, right: Right) -> Result<(), Stop> {
        let lacking = match right {
            Right::Publish => EditingErrorCode::MayNotPublish,
            Right::Edit | Right::Draft => EditingErrorCode::MayNotEdit,
        };
        match self.may(begun, right).await? {
            true => Ok(()),
            false => Err(lacking.into()),
        }
    }

    /// A draft may have been moved to an organisation where its editor only writes. Asked after
    /// [`Self::require`], which has asked for where it comes from.
    pub(super) async fn require_where_it_goes(&self, begun: &Begun) -> Result<(), Stop> {
        let target = envelope_of(&begun.held.revision.document)?.organisation_id;
        if target == begun.held.content.organisation_id {
            return Ok(());
        }
        let transaction = &begun.transaction;
        match self.editor.may(transaction, Right::Publish, target).await? {
            true => Ok(()),
            false => Err(EditingErrorCode::MayNotPublish.into()),
        }
    }

    fn is_own(&self, held: &Held) -> bool {
        let author = held.draft.as_ref().and_then(|draft| draft.author_id);
        author == Some(self.editor.account_id)
    }
}

impl Begun {
    /// Stops whoever saw an older version.
    pub(super) fn check_version(&self, version: i64) -> Result<(), Stop> {
        if self.held.content.version == version {
            Ok(())
        } else {
            Err(Stop::Conflict(Box::new(self.held.clone())))
        }
    }

    /// Whether what is asked for has just been done: the client repeats itself.
    pub(super) fn follows(&self, version: i64) -> bool {
        self.held.content.version == version + 1
    }

    /// Whether nothing newer than what is held was thrown away.
    pub(super) async fn is_newest(&self) -> Result<bool, DbErr> {
        let next = store::next_number(&self.transaction, self.held.content.id).await?;
        Ok(next == self.held.revision.number + 1)
    }

    pub(super) fn draft(&self) -> Result<&content_draft::Model, Stop> {
        self.held
            .draft
            .as_ref()
            .ok_or(EditingErrorCode::NoDraft.into())
    }

    /// Changes the draft that is held, and writes it.
    pub(super) async fn turn_draft(
        &mut self,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut content_draft::Model),
    ) -> Result<(), Stop> {
        let mut draft = self.draft()?.clone();
        change(&mut draft);
        draft.updated_at = now;
        store::write_draft(&self.transaction, draft.clone()).await?;
        self.held.draft = Some(draft);
        Ok(())
    }

    pub(super) fn executor(&self) -> DatabaseExecutor<'_> {
        DatabaseExecutor::from(&self.transaction)
    }

    /// Notes who did what, with the names of what changed and never the texts.
    pub(super) async fn note(
        &self,
        actor: &Actor<'_>,
        action: &'static str,
        details: Value,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let content = &self.held.content;
        let object = (object_type(content.kind), content.id);
        let entry = actor.entry(action, content.organisation_id, object, details);
        Ok(audit::record(&self.transaction, entry, now).await?)
    }

    /// Records which pictures the draft and what readers see show, so that none of them is deleted.
    pub(super) async fn keep_pictures(&self, kind: &dyn Editable) -> Result<(), Error> {
        let mut pictures = kind.pictures(&self.held.revision.document);
        let shown = self.held.content.published_revision_id;
        if let Some(id) = shown.filter(|id| *id != self.held.revision.id) {
            let published = store::find_revision_by_id(&self.transaction, id).await?;
            pictures.extend(
                published
                    .iter()
                    .flat_map(|row| kind.pictures(&row.document)),
            );
        }
        Ok(record_uses(&self.transaction, self.held.content.id, &pictures).await?)
    }

    /// Writes the content's next version.
    pub(super) async fn advance(
        &mut self,
        change: impl FnOnce(&mut content::Model),
    ) -> Result<(), DbErr> {
        change(&mut self.held.content);
        self.held.content.version += 1;
        store::update_content(&self.transaction, &self.held.content).await
    }

    /// Ends the step.
    pub(super) async fn commit(self) -> Result<Held, Stop> {
        self.transaction.commit().await?;
        Ok(self.held)
    }
}

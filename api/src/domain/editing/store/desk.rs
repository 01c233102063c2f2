//! What staff are at, as far as somebody may see it.

use chrono::{DateTime, Utc};
use entities::{
    content_draft,
    enums::{ContentKind, DraftState},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Held, held};
use crate::{
    domain::organisations::{covers, within_reach},
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset},
        error::Error,
    },
};

/// Whose drafts somebody sees: everybody's where they edit, their own elsewhere.
#[derive(Clone, Debug)]
pub struct Desk {
    pub edits: Reach,
    pub drafts: Reach,
    pub account_id: Uuid,
}

impl Desk {
    /// The condition that a draft is theirs to see.
    #[must_use]
    pub fn admits(&self) -> Condition {
        use content_draft::Column;
        let own = Condition::all()
            .add(Column::AuthorId.eq(self.account_id))
            .add(within_reach(&self.drafts, Column::OrganisationId));
        Condition::any()
            .add(within_reach(&self.edits, Column::OrganisationId))
            .add(own)
    }

    /// Whether a piece of content is theirs to see as its editors have it.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn shows(
        &self,
        connection: &impl ConnectionTrait,
        held: &Held,
    ) -> Result<bool, Error> {
        let organisation_id = held.content.organisation_id;
        if covers(connection, &self.edits, organisation_id).await? {
            return Ok(true);
        }
        let Some(draft) = &held.draft else {
            return Ok(false);
        };
        // A draft may be on its way to another organisation.
        let reach = match draft.author_id == Some(self.account_id) {
            true => &self.drafts,
            false => &self.edits,
        };
        Ok(covers(connection, reach, draft.organisation_id).await?)
    }
}

/// Which drafts are wanted.
#[derive(Clone, Debug, Default)]
pub struct DraftCriteria {
    pub kinds: Vec<ContentKind>,
    pub states: Vec<DraftState>,
    pub organisation_ids: Option<Vec<Uuid>>,
    pub is_mine: bool,
}

/// Where a draft stands in the list: what was changed last comes first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftPosition {
    pub updated_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for DraftPosition {
    const LIST: &'static str = "drafts";
}

/// A page of drafts, each with its text.
pub async fn list(
    connection: &impl ConnectionTrait,
    desk: &Desk,
    criteria: &DraftCriteria,
    page: &Page<DraftPosition>,
) -> Result<Slice<(DraftPosition, Held)>, Error> {
    use content_draft::Column;
    let select = keyset(
        matching(desk, criteria),
        (Column::UpdatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.updated_at.into(), position.id.into()),
    );
    let slice = page.slice(select.all(connection).await?);
    let mut with_texts = Vec::with_capacity(slice.rows.len());
    let texts = held::list(connection, &slice.rows).await?;
    for (draft, held) in slice.rows.iter().zip(texts) {
        let position = DraftPosition {
            updated_at: draft.updated_at,
            id: draft.id,
        };
        with_texts.push((position, held));
    }
    Ok(slice.with_rows(with_texts))
}

/// How many drafts there are.
pub async fn count(
    connection: &impl ConnectionTrait,
    desk: &Desk,
    criteria: &DraftCriteria,
) -> Result<u64, DbErr> {
    matching(desk, criteria).count(connection).await
}

fn matching(desk: &Desk, criteria: &DraftCriteria) -> Select<content_draft::Entity> {
    use content_draft::Column;
    let mut select = content_draft::Entity::find().filter(desk.admits());
    if !criteria.kinds.is_empty() {
        select = select.filter(Column::Kind.is_in(criteria.kinds.iter().copied()));
    }
    if !criteria.states.is_empty() {
        select = select.filter(Column::State.is_in(criteria.states.iter().copied()));
    }
    if let Some(ids) = &criteria.organisation_ids {
        select = select.filter(Column::OrganisationId.is_in(ids.iter().copied()));
    }
    if criteria.is_mine {
        select = select.filter(Column::AuthorId.eq(desk.account_id));
    }
    select
}

//! What a viewer may see: a set of interned audiences, asked of every list and every lookup.

use sea_orm::{ColumnTrait, sea_query::SimpleExpr};
use uuid::{Uuid, uuid};

/// The audience of everybody; the first migration inserts its row.
pub const PUBLIC_AUDIENCE_ID: Uuid = uuid!("00000000-0000-7000-8000-000000000001");

/// The audience of whoever is an activist. It has no row: nothing but this id says who they are.
pub const ACTIVISTS_AUDIENCE_ID: Uuid = uuid!("00000000-0000-7000-8000-000000000002");

/// The audiences a viewer belongs to. There is no way to ask a store without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    visible_ids: Vec<Uuid>,
}

impl Audience {
    /// What somebody who has not signed in may see.
    #[must_use]
    pub fn public() -> Self {
        Self {
            visible_ids: vec![PUBLIC_AUDIENCE_ID],
        }
    }

    /// The public and these besides.
    #[must_use]
    pub fn with(admitting_ids: impl IntoIterator<Item = Uuid>) -> Self {
        let mut visible_ids: Vec<Uuid> = admitting_ids.into_iter().collect();
        visible_ids.push(PUBLIC_AUDIENCE_ID);
        visible_ids.sort_unstable();
        visible_ids.dedup();
        Self { visible_ids }
    }

    /// Their ids, sorted.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.visible_ids
    }

    /// Whether that audience is one of these.
    #[must_use]
    pub fn has(&self, id: Uuid) -> bool {
        self.visible_ids.contains(&id)
    }

    /// The condition that a row's audience is one of these.
    ///
    /// One audience becomes `=`, so that the feed's index is walked in order.
    pub fn admits(&self, column: impl ColumnTrait) -> SimpleExpr {
        match self.visible_ids.as_slice() {
            [only] => column.eq(*only),
            several => column.is_in(several.iter().copied()),
        }
    }
}

//! What staff are at: a revision that is not published, beside what readers see.

use sea_orm::entity::prelude::*;

use crate::enums::{ContentKind, DraftState};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content_draft")]
pub struct Model {
    /// The content's own id: it has one draft at most.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: ContentKind,
    pub organisation_id: Uuid,
    pub state: DraftState,
    /// The number of the revision that holds the text.
    pub revision: i32,
    pub title: String,
    /// Who began it.
    pub author_id: Option<Uuid>,
    /// Who changed it last.
    pub edited_by_id: Option<Uuid>,
    pub submitted_by_id: Option<Uuid>,
    pub return_comment: Option<String>,
    pub publish_at: Option<DateTimeUtc>,
    /// Whether readers are notified when it is shown at that time.
    pub notifies: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

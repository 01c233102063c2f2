//! A letter to somebody who is known by a pseudonym alone; campaigns are in `inbox_item`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_letter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The pseudonym: a keyed hash of an account, by a key that is kept outside the database.
    pub addressee: String,
    /// A second letter to the same addressee with the same key is not written.
    pub letter_key: String,
    pub title: String,
    pub body: String,
    pub link: Option<String>,
    pub created_at: DateTimeUtc,
    pub read_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

//! What somebody got for having been at a session. Whose it is its registration says.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub registration_id: Uuid,
    /// As it is printed: `26-04817265`.
    pub number: String,
    /// The course's title on that day.
    pub course_title: String,
    /// The course's academic hours on that day.
    pub hours: i32,
    pub issued_on: Date,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

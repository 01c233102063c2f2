//! Certificates.

use entities::{training_certificate, training_registration};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::OnConflict,
};
use uuid::Uuid;

/// Writes a certificate; `false`: there is one with its number.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    certificate: training_certificate::Model,
) -> Result<bool, DbErr> {
    training_certificate::Entity::insert(certificate.into_active_model())
        .on_conflict(
            OnConflict::column(training_certificate::Column::Number)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|written| written > 0)
}

/// The certificates of these registrations.
pub async fn list_of_registrations(
    connection: &impl ConnectionTrait,
    registration_ids: &[Uuid],
) -> Result<Vec<training_certificate::Model>, DbErr> {
    use training_certificate::Column;
    training_certificate::Entity::find()
        .filter(Column::RegistrationId.is_in(registration_ids.iter().copied()))
        .all(connection)
        .await
}

/// The certificate with that number, and whose registration it is for.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<(training_certificate::Model, training_registration::Model)>, DbErr> {
    let found = training_certificate::Entity::find()
        .filter(training_certificate::Column::Number.eq(number))
        .one(connection)
        .await?;
    let Some(certificate) = found else {
        return Ok(None);
    };
    let registration = training_registration::Entity::find_by_id(certificate.registration_id)
        .one(connection)
        .await?;
    Ok(registration.map(|registration| (certificate, registration)))
}

/// Takes back what a registration got.
pub async fn delete_of_registration(
    transaction: &impl ConnectionTrait,
    registration_id: Uuid,
) -> Result<(), DbErr> {
    training_certificate::Entity::delete_many()
        .filter(training_certificate::Column::RegistrationId.eq(registration_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

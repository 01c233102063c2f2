//! The places where partners give benefits.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entities::{enums::Okrug as StoredOkrug, outlet, partner};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use uuid::Uuid;

use super::{ReferenceDeleteInput, set, set_optional};
use crate::{
    domain::{
        benefits::{
            NewOutlet, Outlet, OutletRow, Partner, count_given_at_outlet, delete_outlet,
            insert_outlet, list_outlets_of_partner, update_outlet,
        },
        content::{slug_of, sort_key},
        organisations::Okrug,
        reference::{
            desk::{
                BENEFITS, Clerk, Creation, Deed, Thing, changed_fields, not_found, refuse_in_use,
                reused,
            },
            problems::Problems,
            rules::phone_of,
            types::ReferenceErrorCode,
        },
    },
    infra::{
        auth::Permission,
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, UserErrorCode, done, payloads},
    },
};

const OBJECT: &str = "Outlet";
/// Letters of a name that an outlet's slug begins with; the end tells it from all others.
const LONGEST_BEGINNING: usize = 60;

/// As the audit log and readers hear of one.
const fn thing(id: Uuid, organisation_id: Option<Uuid>) -> Thing {
    Thing {
        object_type: OBJECT,
        id,
        organisation_id,
        tags: &BENEFITS,
        is_copied: true,
    }
}

/// Сведения о месте обслуживания. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, InputObject)]
struct OutletDetails {
    /// Название, до 200 знаков.
    #[graphql(default)]
    name: MaybeUndefined<String>,
    /// Адрес, до 300 знаков.
    #[graphql(default)]
    address: MaybeUndefined<String>,
    /// Округ; нет — за пределами Москвы.
    #[graphql(default)]
    okrug: MaybeUndefined<Okrug>,
    /// Широта, градусов.
    #[graphql(default)]
    latitude: MaybeUndefined<f64>,
    /// Долгота, градусов.
    #[graphql(default)]
    longitude: MaybeUndefined<f64>,
    /// Часы работы, до 200 знаков.
    #[graphql(default)]
    hours: MaybeUndefined<String>,
    /// Телефон.
    #[graphql(default)]
    phone: MaybeUndefined<String>,
    /// Как это место обозначает сам партнёр, до 80 знаков; у партнёра не повторяется.
    #[graphql(default)]
    external_id: MaybeUndefined<String>,
}

/// Новое место обслуживания.
#[derive(InputObject)]
struct OutletCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же место.
    client_mutation_key: ID,
    /// Чьё это место.
    partner: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: OutletDetails,
}

/// Правка места обслуживания. Неназванное остаётся как есть, `null` очищает.
#[derive(InputObject)]
struct OutletUpdateInput {
    /// Какое место.
    id: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: OutletDetails,
}

payloads! {
    /// Итог создания места обслуживания.
    OutletCreatePayload {
        /// Место.
        outlet: Outlet
    }
    /// Итог правки места обслуживания.
    OutletUpdatePayload {
        /// Место.
        outlet: Outlet
    }
    /// Итог удаления места обслуживания.
    OutletDeletePayload {
        /// Какое удалено.
        deleted_id: ID
    }
}

/// Staff's mutations of outlets.
#[derive(Default)]
pub struct OutletMutation;

#[Object]
impl OutletMutation {
    /// Завести место обслуживания.
    async fn outlet_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Место.")] input: OutletCreateInput,
    ) -> Option<Result<OutletCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Изменить место обслуживания.
    async fn outlet_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое и как.")] input: OutletUpdateInput,
    ) -> Option<Result<OutletUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Удалить место обслуживания, где не дают ни одной льготы.
    async fn outlet_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: ReferenceDeleteInput,
    ) -> Option<Result<OutletDeletePayload, Error>> {
        Some(delete(context, input.id).await.map(Into::into))
    }
}

/// What can be changed of an outlet, under the names that clients know.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutletFields {
    pub name: String,
    pub address: String,
    pub okrug: Option<StoredOkrug>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub external_id: Option<String>,
}

impl OutletFields {
    /// Those of an outlet that is there.
    #[must_use]
    pub fn of(row: &outlet::Model) -> Self {
        Self {
            name: row.name.clone(),
            address: row.address.clone(),
            okrug: row.okrug,
            latitude: Some(row.latitude),
            longitude: Some(row.longitude),
            hours: row.hours.clone(),
            phone: row.phone.clone(),
            external_id: row.external_id.clone(),
        }
    }

    fn apply(&mut self, sent: OutletDetails) -> Result<(), Error> {
        set(&mut self.name, sent.name);
        set(&mut self.address, sent.address);
        set_optional(&mut self.hours, sent.hours);
        set_optional(&mut self.phone, sent.phone);
        set_optional(&mut self.external_id, sent.external_id);
        self.phone = self.phone.as_deref().map(phone_of);
        set_number(&mut self.latitude, sent.latitude);
        set_number(&mut self.longitude, sent.longitude);
        match sent.okrug {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.okrug = None,
            MaybeUndefined::Value(okrug) => match okrug.stored().as_slice() {
                [only] => self.okrug = Some(*only),
                _ => return Err(Error::bad_input("input.okrug", "ожидается один округ")),
            },
        }
        Ok(())
    }

    /// What can be told wrong without the database.
    pub fn check(&self, problems: &mut Problems) {
        problems.text("name", &self.name, 200);
        problems.text("address", &self.address, 300);
        problems.length("hours", self.hours.as_deref(), 200);
        problems.phone("phone", self.phone.as_deref());
        problems.length("externalId", self.external_id.as_deref(), 80);
        degrees("latitude", self.latitude, 90.0, problems);
        degrees("longitude", self.longitude, 180.0, problems);
    }

    /// The row with these fields; everything else stays.
    #[must_use]
    pub fn into_row(self, row: outlet::Model) -> outlet::Model {
        outlet::Model {
            sort_key: sort_key(&self.name),
            name: self.name,
            address: self.address,
            okrug: self.okrug,
            latitude: self.latitude.unwrap_or(row.latitude),
            longitude: self.longitude.unwrap_or(row.longitude),
            hours: self.hours,
            phone: self.phone,
            external_id: self.external_id,
            ..row
        }
    }

    /// A new outlet with these fields, which were found right.
    #[must_use]
    pub fn into_new(self, id: Uuid, partner_id: Uuid) -> NewOutlet {
        NewOutlet {
            id,
            partner_id,
            external_id: self.external_id,
            slug: slug(&self.name, id),
            name: self.name,
            address: self.address,
            okrug: self.okrug,
            latitude: self.latitude.unwrap_or_default(),
            longitude: self.longitude.unwrap_or_default(),
            hours: self.hours,
            phone: self.phone,
            is_demo: false,
        }
    }
}

fn set_number(target: &mut Option<f64>, sent: MaybeUndefined<f64>) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(number) => *target = Some(number),
    }
}

fn degrees(field: &str, value: Option<f64>, most: f64, problems: &mut Problems) {
    match value {
        None => problems.add(field, ReferenceErrorCode::Missing),
        Some(value) => {
            let is_outside = !(-most..=most).contains(&value);
            problems.add_if(is_outside, field, ReferenceErrorCode::OutOfRange);
        }
    }
}

/// Many outlets of a chain have one name, so that an id stands behind it.
fn slug(name: &str, id: Uuid) -> String {
    let word = slug_of(name).unwrap_or_else(|| "mesto".into());
    let beginning = word.get(..LONGEST_BEGINNING).unwrap_or(&word);
    let id = id.simple().to_string();
    let end = id.get(20..).unwrap_or_default();
    format!("{}-{end}", beginning.trim_end_matches('-'))
}

/// A new outlet as it was asked for.
#[derive(Serialize)]
struct New {
    partner: Uuid,
    fields: OutletFields,
}

async fn create(context: &Context<'_>, input: OutletCreateInput) -> Result<Done<Outlet>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let mut fields = OutletFields::default();
    fields.apply(input.details)?;
    let new = New {
        partner: Partner::NODE.decode("input.partner", &input.partner)?,
        fields,
    };
    let creation = Creation::of(&clerk, OBJECT, &input.client_mutation_key, &new)?;
    let database = context.data_unchecked::<Database>();
    let made = insert(database, &clerk, creation, new).await;
    done(made.map(|row| Outlet(OutletRow::from(&row))))
}

async fn insert(
    database: &Database,
    clerk: &Clerk,
    creation: Creation,
    new: New,
) -> Result<outlet::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = lock_row::<outlet::Entity>(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    let Some(partner) = partner_of(&transaction, clerk, new.partner).await? else {
        return Err(ReferenceErrorCode::NotThere.at("partner").into());
    };
    let mut problems = Problems::default();
    new.fields.check(&mut problems);
    check_external_id(
        &transaction,
        (partner.id, creation.id),
        &new.fields,
        &mut problems,
    )
    .await?;
    problems.settle()?;
    let plain = new.fields.into_new(creation.id, partner.id);
    insert_outlet(&transaction, plain, clerk.now).await?;
    let row = lock_row::<outlet::Entity>(&transaction, creation.id)
        .await?
        .ok_or_else(|| Error::internal("an outlet is gone at once", creation.id))?;
    let deed = Deed::created("outlet.create", thing(row.id, partner.organisation_id));
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

/// A partner that the clerk keeps, held.
async fn partner_of(
    transaction: &DatabaseTransaction,
    clerk: &Clerk,
    id: Uuid,
) -> Result<Option<partner::Model>, Error> {
    let Some(partner) = lock_row::<partner::Entity>(transaction, id).await? else {
        return Ok(None);
    };
    let is_theirs = clerk.reaches(transaction, partner.organisation_id).await?;
    Ok(is_theirs.then_some(partner))
}

async fn check_external_id(
    transaction: &DatabaseTransaction,
    (partner_id, own_id): (Uuid, Uuid),
    fields: &OutletFields,
    problems: &mut Problems,
) -> Result<(), Error> {
    if fields.external_id.is_none() {
        return Ok(());
    }
    let outlets = list_outlets_of_partner(transaction, partner_id).await?;
    let is_taken = outlets
        .iter()
        .any(|outlet| outlet.id != own_id && outlet.external_id == fields.external_id);
    problems.add_if(is_taken, "externalId", ReferenceErrorCode::Repeated);
    Ok(())
}

async fn update(context: &Context<'_>, input: OutletUpdateInput) -> Result<Done<Outlet>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let id = Outlet::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let made = change(database, &clerk, id, input.details).await;
    done(made.map(|row| Outlet(OutletRow::from(&row))))
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    id: Uuid,
    sent: OutletDetails,
) -> Result<outlet::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let row = lock_row::<outlet::Entity>(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    let partner = partner_of(&transaction, clerk, row.partner_id)
        .await?
        .ok_or_else(not_found)?;
    let before = OutletFields::of(&row);
    let mut after = before.clone();
    after.apply(sent)?;
    let names = changed_fields(&before, &after)?;
    if names.is_empty() {
        return Ok(row);
    }
    let mut problems = Problems::default();
    after.check(&mut problems);
    check_external_id(&transaction, (partner.id, id), &after, &mut problems).await?;
    problems.keep(&names);
    problems.settle()?;
    let mut row = after.into_row(row);
    row.updated_at = clerk.now;
    update_outlet(&transaction, row.clone()).await?;
    let deed = Deed::updated("outlet.update", thing(id, partner.organisation_id), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let uuid = Outlet::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    let Some(row) = lock_row::<outlet::Entity>(&transaction, id).await? else {
        return Ok(());
    };
    let partner = partner_of(&transaction, clerk, row.partner_id)
        .await?
        .ok_or_else(not_found)?;
    let given = count_given_at_outlet(&transaction, id).await?;
    refuse_in_use(given, "льготы")?;
    delete_outlet(&transaction, id).await?;
    let deed = Deed::deleted("outlet.delete", thing(id, partner.organisation_id));
    Ok(clerk.finish(transaction, deed).await?)
}

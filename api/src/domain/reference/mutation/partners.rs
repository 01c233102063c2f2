//! Who gives benefits.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entities::partner;
use serde::Serialize;
use uuid::Uuid;

use super::{ReferenceDeleteInput, set, set_optional};
use crate::{
    domain::{
        benefits::{
            NewPartner, Partner, PartnerRow, count_of_partner, count_outlets_of_partner,
            delete_partner, insert_partner, partner_slug_is_taken, update_partner,
        },
        content::{slug_of, sort_key},
        media::Image,
        organisations::Organisation,
        reference::{
            desk::{
                BENEFITS, Clerk, Creation, Deed, Thing, changed_fields, not_found, refuse_in_use,
                reused, tidy,
            },
            problems::Problems,
            types::ReferenceErrorCode,
        },
    },
    infra::{
        auth::Permission,
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, done, payloads},
    },
};

const OBJECT: &str = "Partner";

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

/// Сведения о партнёре. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, InputObject)]
struct PartnerDetails {
    /// Название, под которым партнёра знают, до 200 знаков.
    #[graphql(default)]
    brand_name: MaybeUndefined<String>,
    /// Юридическое название, до 300 знаков.
    #[graphql(default)]
    legal_name: MaybeUndefined<String>,
    /// О партнёре, до 5000 знаков.
    #[graphql(default)]
    description: MaybeUndefined<String>,
    /// Сайт.
    #[graphql(default)]
    site: MaybeUndefined<String>,
    /// Логотип: картинка той же организации.
    #[graphql(default)]
    logo: MaybeUndefined<ID>,
}

/// Новый партнёр.
#[derive(InputObject)]
struct PartnerCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт того же партнёра.
    client_mutation_key: ID,
    /// Чьи сотрудники его ведут; нет — сотрудники федерации.
    organisation: Option<ID>,
    /// Имя для адресов, которое не меняется; без него его даёт название.
    slug: Option<String>,
    /// Сведения.
    #[graphql(flatten)]
    details: PartnerDetails,
}

/// Правка партнёра. Неназванное остаётся как есть, `null` очищает.
#[derive(InputObject)]
struct PartnerUpdateInput {
    /// Какой партнёр.
    id: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: PartnerDetails,
}

payloads! {
    /// Итог создания партнёра.
    PartnerCreatePayload {
        /// Партнёр.
        partner: Partner
    }
    /// Итог правки партнёра.
    PartnerUpdatePayload {
        /// Партнёр.
        partner: Partner
    }
    /// Итог удаления партнёра.
    PartnerDeletePayload {
        /// Какой удалён.
        deleted_id: ID
    }
}

/// Staff's mutations of partners.
#[derive(Default)]
pub struct PartnerMutation;

#[Object]
impl PartnerMutation {
    /// Завести партнёра.
    async fn partner_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Партнёр.")] input: PartnerCreateInput,
    ) -> Option<Result<PartnerCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Изменить партнёра.
    async fn partner_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какого и как.")] input: PartnerUpdateInput,
    ) -> Option<Result<PartnerUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Удалить партнёра, у которого нет ни мест обслуживания, ни льгот.
    async fn partner_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какого.")] input: ReferenceDeleteInput,
    ) -> Option<Result<PartnerDeletePayload, Error>> {
        Some(delete(context, input.id).await.map(Into::into))
    }
}

/// What can be changed of a partner, under the names that clients know.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerFields {
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub logo: Option<Uuid>,
}

impl PartnerFields {
    /// Those of a partner that is there.
    #[must_use]
    pub fn of(row: &partner::Model) -> Self {
        Self {
            brand_name: row.brand_name.clone(),
            legal_name: row.legal_name.clone(),
            description: row.description.clone(),
            site: row.site.clone(),
            logo: row.logo_id,
        }
    }

    fn apply(&mut self, sent: PartnerDetails) -> Result<(), Error> {
        set(&mut self.brand_name, sent.brand_name);
        set(&mut self.legal_name, sent.legal_name);
        set(&mut self.description, sent.description);
        set_optional(&mut self.site, sent.site);
        match sent.logo {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.logo = None,
            MaybeUndefined::Value(id) => self.logo = Some(Image::NODE.decode("input.logo", &id)?),
        }
        Ok(())
    }

    /// What can be told wrong without the database.
    pub fn check(&self, problems: &mut Problems) {
        problems.text("brandName", &self.brand_name, 200);
        problems.text("legalName", &self.legal_name, 300);
        problems.length("description", Some(&self.description), 5000);
        problems.url("site", self.site.as_deref());
    }

    /// The row with these fields; everything else stays.
    #[must_use]
    pub fn into_row(self, row: partner::Model) -> partner::Model {
        partner::Model {
            sort_key: sort_key(&self.brand_name),
            brand_name: self.brand_name,
            legal_name: self.legal_name,
            description: self.description,
            site: self.site,
            logo_id: self.logo,
            ..row
        }
    }
}

/// A new partner as it was asked for.
#[derive(Serialize)]
struct New {
    organisation: Option<Uuid>,
    slug: String,
    fields: PartnerFields,
}

async fn create(context: &Context<'_>, input: PartnerCreateInput) -> Result<Done<Partner>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let organisation = input
        .organisation
        .map(|id| Organisation::NODE.decode("input.organisation", &id))
        .transpose()?;
    let mut fields = PartnerFields::default();
    fields.apply(input.details)?;
    let slug = input.slug.as_deref().map(tidy);
    let new = New {
        organisation,
        slug: slug
            .or_else(|| slug_of(&fields.brand_name))
            .unwrap_or_default(),
        fields,
    };
    let creation = Creation::of(&clerk, OBJECT, &input.client_mutation_key, &new)?;
    let database = context.data_unchecked::<Database>();
    let made = insert(database, &clerk, creation, new).await;
    done(made.map(|row| Partner(PartnerRow::from(&row))))
}

async fn insert(
    database: &Database,
    clerk: &Clerk,
    creation: Creation,
    new: New,
) -> Result<partner::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = lock_row::<partner::Entity>(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    let mut problems = Problems::default();
    if !clerk.reaches(&transaction, new.organisation).await? {
        problems.add("organisation", ReferenceErrorCode::OrganisationNotFound);
    }
    new.fields.check(&mut problems);
    if problems.slug(&new.slug)
        && partner_slug_is_taken(&transaction, &new.slug, creation.id).await?
    {
        problems.add("slug", ReferenceErrorCode::SlugTaken);
    }
    let logo = new.fields.logo;
    clerk.check_logo(&transaction, logo, &mut problems).await?;
    problems.settle()?;
    let organisation_id = new.organisation;
    let plain = NewPartner {
        id: creation.id,
        organisation_id,
        slug: new.slug,
        brand_name: new.fields.brand_name,
        legal_name: new.fields.legal_name,
        description: new.fields.description,
        site: new.fields.site,
        logo_id: logo,
        is_demo: false,
    };
    insert_partner(&transaction, plain, clerk.now).await?;
    let row = lock_row::<partner::Entity>(&transaction, creation.id)
        .await?
        .ok_or_else(|| Error::internal("a partner is gone at once", creation.id))?;
    let deed = Deed::created("partner.create", thing(row.id, organisation_id));
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

async fn update(context: &Context<'_>, input: PartnerUpdateInput) -> Result<Done<Partner>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let id = Partner::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let made = change(database, &clerk, id, input.details).await;
    done(made.map(|row| Partner(PartnerRow::from(&row))))
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    id: Uuid,
    sent: PartnerDetails,
) -> Result<partner::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let row = lock_row::<partner::Entity>(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    if !clerk.reaches(&transaction, row.organisation_id).await? {
        return Err(not_found());
    }
    let before = PartnerFields::of(&row);
    let mut after = before.clone();
    after.apply(sent)?;
    let names = changed_fields(&before, &after)?;
    if names.is_empty() {
        return Ok(row);
    }
    let mut problems = Problems::default();
    after.check(&mut problems);
    let logo = after.logo;
    clerk.check_logo(&transaction, logo, &mut problems).await?;
    problems.keep(&names);
    problems.settle()?;
    let mut row = after.into_row(row);
    row.updated_at = clerk.now;
    update_partner(&transaction, row.clone()).await?;
    let deed = Deed::updated("partner.update", thing(id, row.organisation_id), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of(context, Permission::ManagePartners).await?;
    let uuid = Partner::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    let Some(row) = lock_row::<partner::Entity>(&transaction, id).await? else {
        return Ok(());
    };
    if !clerk.reaches(&transaction, row.organisation_id).await? {
        return Err(not_found());
    }
    let benefits = count_of_partner(&transaction, id).await?;
    refuse_in_use(benefits, "льготы")?;
    let outlets = count_outlets_of_partner(&transaction, id).await?;
    refuse_in_use(outlets, "места обслуживания")?;
    delete_partner(&transaction, id).await?;
    let deed = Deed::deleted("partner.delete", thing(id, row.organisation_id));
    Ok(clerk.finish(transaction, deed).await?)
}

//! The tree of organisations, and what each says of itself.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entities::{
    enums::{Okrug as StoredOkrug, OrganisationKind as StoredKind},
    organisation,
};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use uuid::Uuid;

use super::{ReferenceDeleteInput, set, set_optional};
use crate::{
    domain::{
        benefits::{count_eligibility_of_organisation, count_partners_of_organisation},
        content::{PortalHost, count_content_of, slug_of, sort_key},
        media::Image,
        membership::{count_of_organisation, count_strangers_below},
        organisations::{
            NewOrganisation, Okrug, Organisation, OrganisationKind, SocialLink, count_children,
            delete_organisation, exists, find_by_host, find_card, find_issuer, insert_organisation,
            list_okrugs_of, move_below, replace_okrugs, stands_below, update_organisation,
        },
        reference::{
            desk::{
                Clerk, Creation, Deed, EVERYTHING, Thing, changed_fields, not_found, refuse_in_use,
                reused, tidy,
            },
            problems::Problems,
            rules::{is_colour, is_host, phone_of},
            types::ReferenceErrorCode,
        },
        training::count_sessions_of_organisation,
    },
    infra::{
        auth::Permission,
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, done, payloads},
    },
};

const OBJECT: &str = "Organisation";
/// Links to networks that an organisation may have.
const MOST_SOCIALS: usize = 20;
/// What an organisation's own administrators change; the rest is the federation's business.
const OWN_FIELDS: [&str; 9] = [
    "address",
    "email",
    "hours",
    "logo",
    "phone",
    "primaryColor",
    "requiresReview",
    "socials",
    "website",
];

/// As the audit log and readers hear of one.
const fn thing(id: Uuid) -> Thing {
    Thing {
        object_type: OBJECT,
        id,
        organisation_id: Some(id),
        tags: &EVERYTHING,
        is_copied: true,
    }
}

/// Страница организации в социальной сети.
#[derive(Clone, Debug, InputObject)]
struct OrganisationSocialInput {
    /// Сеть: `VK`, `TELEGRAM`, `OK`, `DZEN`, `RUTUBE`, `MAX` … До 40 знаков.
    network: String,
    /// Адрес страницы.
    url: String,
    /// Показывать ли.
    #[graphql(default = true)]
    enabled: bool,
}

/// Сведения об организации. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, InputObject)]
struct OrganisationDetails {
    /// Вышестоящая организация.
    #[graphql(default)]
    parent: MaybeUndefined<ID>,
    /// Короткое название, до 120 знаков.
    #[graphql(default)]
    short_name: MaybeUndefined<String>,
    /// Полное название, до 300 знаков.
    #[graphql(default)]
    full_name: MaybeUndefined<String>,
    /// Коротко об организации, до 5000 знаков.
    #[graphql(default)]
    about: MaybeUndefined<String>,
    /// Отрасль, до 120 знаков.
    #[graphql(default)]
    industry: MaybeUndefined<String>,
    /// Сайт.
    #[graphql(default)]
    website: MaybeUndefined<String>,
    /// Почтовый адрес, до 300 знаков.
    #[graphql(default)]
    address: MaybeUndefined<String>,
    /// Телефон.
    #[graphql(default)]
    phone: MaybeUndefined<String>,
    /// Электронная почта.
    #[graphql(default)]
    email: MaybeUndefined<String>,
    /// Часы работы, до 200 знаков.
    #[graphql(default)]
    hours: MaybeUndefined<String>,
    /// Где вступить.
    #[graphql(default)]
    join_url: MaybeUndefined<String>,
    /// Хост портала, на котором показана организация: домен или поддомен, ничей больше.
    #[graphql(default)]
    host: MaybeUndefined<String>,
    /// Основной цвет, `#rrggbb`.
    #[graphql(default)]
    primary_color: MaybeUndefined<String>,
    /// Логотип: картинка этой организации.
    #[graphql(default)]
    logo: MaybeUndefined<ID>,
    /// Страницы в социальных сетях, все сразу; до 20.
    #[graphql(default)]
    socials: MaybeUndefined<Vec<OrganisationSocialInput>>,
    /// Округа, где организация работает, все сразу.
    #[graphql(default)]
    okrugs: MaybeUndefined<Vec<Okrug>>,
    /// Должен ли публиковать не тот, кто писал.
    #[graphql(default)]
    requires_review: MaybeUndefined<bool>,
}

/// Новая организация.
#[derive(InputObject)]
struct OrganisationCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же организацию.
    client_mutation_key: ID,
    /// Имя для адресов, которое не меняется; без него его даёт короткое название.
    slug: Option<String>,
    /// Что это за организация; это тоже не меняется.
    kind: OrganisationKind,
    /// Сведения.
    #[graphql(flatten)]
    details: OrganisationDetails,
}

/// Правка организации. Неназванное остаётся как есть, `null` очищает.
#[derive(InputObject)]
struct OrganisationUpdateInput {
    /// Какая организация.
    id: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: OrganisationDetails,
}

payloads! {
    /// Итог создания организации.
    OrganisationCreatePayload {
        /// Организация.
        organisation: Organisation
    }
    /// Итог правки организации.
    OrganisationUpdatePayload {
        /// Организация.
        organisation: Organisation
    }
    /// Итог удаления организации.
    OrganisationDeletePayload {
        /// Какая удалена.
        deleted_id: ID
    }
}

/// Staff's mutations of organisations.
#[derive(Default)]
pub struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Завести организацию в дереве.
    async fn organisation_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Организация.")] input: OrganisationCreateInput,
    ) -> Option<Result<OrganisationCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Изменить организацию. Свои контакты, ссылки, оформление и порядок проверки меняет её
    /// администратор, остальное — федерация.
    async fn organisation_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: OrganisationUpdateInput,
    ) -> Option<Result<OrganisationUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Удалить организацию, в которой нет ни нижестоящих, ни членов, ни материалов.
    async fn organisation_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: ReferenceDeleteInput,
    ) -> Option<Result<OrganisationDeletePayload, Error>> {
        Some(delete(context, input.id).await.map(Into::into))
    }
}

/// What can be changed of an organisation, under the names that clients know.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    parent: Option<Uuid>,
    short_name: String,
    full_name: String,
    about: String,
    industry: Option<String>,
    website: Option<String>,
    address: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    hours: Option<String>,
    join_url: Option<String>,
    host: Option<String>,
    primary_color: Option<String>,
    logo: Option<Uuid>,
    socials: Vec<SocialLink>,
    okrugs: Vec<StoredOkrug>,
    requires_review: bool,
}

impl Fields {
    fn of(row: &organisation::Model, mut okrugs: Vec<StoredOkrug>) -> Result<Self, Error> {
        let row = row.clone();
        okrugs.sort_unstable();
        Ok(Self {
            parent: row.parent_id,
            short_name: row.short_name,
            full_name: row.full_name,
            about: row.about,
            industry: row.industry,
            website: row.website,
            address: row.address,
            phone: row.phone,
            email: row.email,
            hours: row.hours,
            join_url: row.join_url,
            host: row.host,
            primary_color: row.primary_color,
            logo: row.logo_id,
            socials: serde_json::from_value(row.socials)?,
            okrugs,
            requires_review: row.requires_review,
        })
    }

    fn apply(&mut self, sent: OrganisationDetails) -> Result<(), Error> {
        set_id(&mut self.parent, "parent", sent.parent, |argument, id| {
            Organisation::NODE.decode(argument, id)
        })?;
        set_id(&mut self.logo, "logo", sent.logo, |argument, id| {
            Image::NODE.decode(argument, id)
        })?;
        set(&mut self.short_name, sent.short_name);
        set(&mut self.full_name, sent.full_name);
        set(&mut self.about, sent.about);
        set_optional(&mut self.industry, sent.industry);
        set_optional(&mut self.website, sent.website);
        set_optional(&mut self.address, sent.address);
        set_optional(&mut self.phone, sent.phone);
        set_optional(&mut self.email, sent.email);
        set_optional(&mut self.hours, sent.hours);
        set_optional(&mut self.join_url, sent.join_url);
        set_optional(&mut self.host, sent.host);
        set_optional(&mut self.primary_color, sent.primary_color);
        self.phone = self.phone.as_deref().map(phone_of);
        self.host = self.host.as_deref().map(str::to_lowercase);
        match sent.socials {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.socials.clear(),
            MaybeUndefined::Value(links) => {
                self.socials = links.into_iter().map(SocialLink::from).collect();
            }
        }
        match sent.okrugs {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.okrugs.clear(),
            MaybeUndefined::Value(okrugs) => {
                self.okrugs = okrugs.into_iter().flat_map(Okrug::stored).collect();
                self.okrugs.sort_unstable();
                self.okrugs.dedup();
            }
        }
        match sent.requires_review {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.requires_review = false,
            MaybeUndefined::Value(requires) => self.requires_review = requires,
        }
        Ok(())
    }

    /// What can be told wrong without the database.
    fn check(&self, problems: &mut Problems) {
        problems.text("shortName", &self.short_name, 120);
        problems.text("fullName", &self.full_name, 300);
        problems.length("about", Some(&self.about), 5000);
        problems.length("industry", self.industry.as_deref(), 120);
        problems.url("website", self.website.as_deref());
        problems.length("address", self.address.as_deref(), 300);
        problems.phone("phone", self.phone.as_deref());
        problems.email("email", self.email.as_deref());
        problems.length("hours", self.hours.as_deref(), 200);
        problems.url("joinUrl", self.join_url.as_deref());
        let host = self.host.as_deref();
        let is_no_host = host.is_some_and(|host| !is_host(host));
        problems.add_if(is_no_host, "host", ReferenceErrorCode::NotAHost);
        let colour = self.primary_color.as_deref();
        let is_no_colour = colour.is_some_and(|colour| !is_colour(colour));
        problems.add_if(is_no_colour, "primaryColor", ReferenceErrorCode::NotAColour);
        let are_many = self.socials.len() > MOST_SOCIALS;
        problems.add_if(are_many, "socials", ReferenceErrorCode::TooMany);
        for (number, link) in self.socials.iter().enumerate() {
            problems.text(&format!("socials.{number}.network"), &link.network, 40);
            problems.url(&format!("socials.{number}.url"), Some(&link.url));
        }
    }

    /// The row with these fields; everything else stays.
    fn into_row(self, row: organisation::Model) -> Result<organisation::Model, Error> {
        Ok(organisation::Model {
            parent_id: self.parent,
            sort_key: sort_key(&self.short_name),
            short_name: self.short_name,
            full_name: self.full_name,
            about: self.about,
            industry: self.industry,
            website: self.website,
            address: self.address,
            phone: self.phone,
            email: self.email,
            hours: self.hours,
            join_url: self.join_url,
            host: self.host,
            primary_color: self.primary_color,
            logo_id: self.logo,
            socials: serde_json::to_value(self.socials)?,
            requires_review: self.requires_review,
            ..row
        })
    }
}

impl From<OrganisationSocialInput> for SocialLink {
    fn from(input: OrganisationSocialInput) -> Self {
        Self {
            network: tidy(&input.network),
            url: tidy(&input.url),
            enabled: input.enabled,
        }
    }
}

fn set_id(
    target: &mut Option<Uuid>,
    field: &str,
    sent: MaybeUndefined<ID>,
    decode: impl Fn(&str, &ID) -> Result<Uuid, Error>,
) -> Result<(), Error> {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(id) => *target = Some(decode(&format!("input.{field}"), &id)?),
    }
    Ok(())
}

/// A new organisation as it was asked for.
#[derive(Serialize)]
struct New {
    slug: String,
    kind: StoredKind,
    fields: Fields,
}

async fn create(
    context: &Context<'_>,
    input: OrganisationCreateInput,
) -> Result<Done<Organisation>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let mut fields = Fields::default();
    fields.apply(input.details)?;
    let slug = input.slug.as_deref().map(tidy);
    let new = New {
        slug: slug
            .or_else(|| slug_of(&fields.short_name))
            .unwrap_or_default(),
        kind: input.kind.into(),
        fields,
    };
    let creation = Creation::of(&clerk, OBJECT, &input.client_mutation_key, &new)?;
    let database = context.data_unchecked::<Database>();
    let portal = PortalHost::of(context);
    let made = insert(database, portal, &clerk, creation, new).await;
    done(made.map(|row| Organisation::from(Arc::new(row))))
}

async fn insert(
    database: &Database,
    portal: &PortalHost,
    clerk: &Clerk,
    creation: Creation,
    new: New,
) -> Result<organisation::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = lock_row::<organisation::Entity>(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    let mut problems = Problems::default();
    new.fields.check(&mut problems);
    if problems.slug(&new.slug) && find_card(&transaction, &new.slug).await?.is_some() {
        problems.add("slug", ReferenceErrorCode::SlugTaken);
    }
    check_host(&transaction, portal, &new.fields, &mut problems).await?;
    if let Some(parent_id) = new.fields.parent
        && !exists(&transaction, parent_id).await?
    {
        problems.add("parent", ReferenceErrorCode::OrganisationNotFound);
    }
    let logo = new.fields.logo;
    clerk.check_logo(&transaction, logo, &mut problems).await?;
    problems.settle()?;
    let id = creation.id;
    insert_organisation(&transaction, as_new(id, new), clerk.now).await?;
    let row = lock_row::<organisation::Entity>(&transaction, id)
        .await?
        .ok_or_else(|| Error::internal("an organisation is gone at once", id))?;
    let deed = Deed::created("organisation.create", thing(id));
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

fn as_new(id: Uuid, new: New) -> NewOrganisation {
    let New { slug, kind, fields } = new;
    NewOrganisation {
        id,
        parent_id: fields.parent,
        slug,
        kind,
        short_name: fields.short_name,
        full_name: fields.full_name,
        about: fields.about,
        industry: fields.industry,
        website: fields.website,
        address: fields.address,
        phone: fields.phone,
        email: fields.email,
        hours: fields.hours,
        join_url: fields.join_url,
        host: fields.host,
        primary_color: fields.primary_color,
        logo_id: fields.logo,
        socials: fields.socials,
        okrugs: fields.okrugs,
        requires_review: fields.requires_review,
        is_demo: false,
    }
}

async fn update(
    context: &Context<'_>,
    input: OrganisationUpdateInput,
) -> Result<Done<Organisation>, Error> {
    let clerk = Clerk::of(context, Permission::ManageOrganisation).await?;
    let id = Organisation::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let portal = PortalHost::of(context);
    let made = change(database, portal, &clerk, id, input.details).await;
    done(made.map(|row| Organisation::from(Arc::new(row))))
}

async fn change(
    database: &Database,
    portal: &PortalHost,
    clerk: &Clerk,
    id: Uuid,
    sent: OrganisationDetails,
) -> Result<organisation::Model, Stop> {
    let transaction = clerk.begin(database).await?;
    let row = lock_row::<organisation::Entity>(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    if !clerk.reaches(&transaction, Some(id)).await? {
        return Err(not_found());
    }
    let before = Fields::of(&row, list_okrugs_of(&transaction, id).await?)?;
    let mut after = before.clone();
    after.apply(sent)?;
    let names = changed_fields(&before, &after)?;
    if names.is_empty() {
        return Ok(row);
    }
    let is_changed = |field: &str| names.iter().any(|name| name == field);
    let mut problems = Problems::default();
    if !clerk.has_everywhere(Permission::ManageReference) {
        let others = names
            .iter()
            .filter(|name| !OWN_FIELDS.contains(&name.as_str()));
        for name in others {
            problems.add(name, ReferenceErrorCode::FederationOnly);
        }
    }
    after.check(&mut problems);
    if is_changed("host") {
        check_host(&transaction, portal, &after, &mut problems).await?;
    }
    if is_changed("logo") {
        let logo = after.logo;
        clerk.check_logo(&transaction, logo, &mut problems).await?;
    }
    if is_changed("parent") {
        check_move(&transaction, id, after.parent, &mut problems).await?;
    }
    problems.keep(&names);
    problems.settle()?;
    if is_changed("okrugs") {
        replace_okrugs(&transaction, id, &after.okrugs).await?;
    }
    if is_changed("parent") {
        move_below(&transaction, id, after.parent).await?;
    }
    let mut row = after.into_row(row)?;
    row.updated_at = clerk.now;
    update_organisation(&transaction, row.clone()).await?;
    let deed = Deed::updated("organisation.update", thing(id), &names);
    clerk.finish(transaction, deed).await?;
    Ok(row)
}

/// A host shows one organisation, and the portal's own shows the portal.
async fn check_host(
    transaction: &DatabaseTransaction,
    portal: &PortalHost,
    fields: &Fields,
    problems: &mut Problems,
) -> Result<(), Error> {
    let Some(host) = &fields.host else {
        return Ok(());
    };
    let is_taken = *host == portal.0 || find_by_host(transaction, host).await?.is_some();
    problems.add_if(is_taken, "host", ReferenceErrorCode::HostTaken);
    Ok(())
}

/// An organisation moves neither below itself nor away from the union that gave its members their
/// cards.
async fn check_move(
    transaction: &DatabaseTransaction,
    id: Uuid,
    parent_id: Option<Uuid>,
    problems: &mut Problems,
) -> Result<(), Error> {
    let mut issuer_id = None;
    if let Some(parent_id) = parent_id {
        if !exists(transaction, parent_id).await? {
            problems.add("parent", ReferenceErrorCode::OrganisationNotFound);
            return Ok(());
        }
        if stands_below(transaction, id, parent_id).await? {
            problems.add("parent", ReferenceErrorCode::BelowItself);
            return Ok(());
        }
        issuer_id = find_issuer(transaction, parent_id)
            .await?
            .map(|issuer| issuer.id);
    }
    let strangers = count_strangers_below(transaction, id, issuer_id).await?;
    problems.add_if(
        strangers > 0,
        "parent",
        ReferenceErrorCode::MembersOfAnother,
    );
    Ok(())
}

async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let uuid = Organisation::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    let held = lock_row::<organisation::Entity>(&transaction, id).await?;
    if held.is_none() {
        return Ok(());
    }
    let children = count_children(&transaction, id).await?;
    refuse_in_use(children, "нижестоящие организации")?;
    let members = count_of_organisation(&transaction, id).await?;
    refuse_in_use(members, "члены")?;
    let content = count_content_of(&transaction, id).await?;
    refuse_in_use(content, "материалы и черновики")?;
    let partners = count_partners_of_organisation(&transaction, id).await?;
    refuse_in_use(partners, "партнёры")?;
    let benefits = count_eligibility_of_organisation(&transaction, id).await?;
    refuse_in_use(benefits, "льготы для её членов")?;
    let sessions = count_sessions_of_organisation(&transaction, id).await?;
    refuse_in_use(sessions, "учебные занятия")?;
    delete_organisation(&transaction, id).await?;
    let deed = Deed::deleted("organisation.delete", thing(id));
    Ok(clerk.finish(transaction, deed).await?)
}

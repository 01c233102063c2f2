//! A heading created, updated or removed, whatever its kind.

use async_graphql::{Context, ID};
use uuid::Uuid;

use super::{heading::Heading, kind::Kind};
use crate::{
    domain::{
        content::slug_of,
        reference::desk::{
            Clerk, Creation, Deed, changed_fields, not_found, refuse_in_use, reused, tidy,
        },
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{Done, Stop, done},
    },
};

/// Where what nobody has put anywhere stands in menus: at the end.
const AT_THE_END: i32 = 1000;

/// What is sent of a new heading.
pub(super) struct New {
    pub(super) key: ID,
    pub(super) slug: Option<String>,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) position: Option<i32>,
}

/// What is sent of one that is there.
pub(super) struct Patch {
    pub(super) id: ID,
    pub(super) slug: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) position: Option<i32>,
}

pub(super) async fn create(
    context: &Context<'_>,
    kind: Kind,
    new: New,
) -> Result<Done<Heading>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(insert(database, &clerk, kind, new).await)
}

async fn insert(database: &Database, clerk: &Clerk, kind: Kind, new: New) -> Result<Heading, Stop> {
    let name = tidy(&new.name);
    let slug = new.slug.as_deref().map(tidy);
    let mut heading = Heading {
        id: Uuid::nil(),
        slug: slug.or_else(|| slug_of(&name)).unwrap_or_default(),
        name,
        description: tidy(&new.description.unwrap_or_default()),
        position: new.position.unwrap_or(AT_THE_END),
    };
    let creation = Creation::of(clerk, kind.object_type(), &new.key, &heading)?;
    heading.id = creation.id;
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = kind.hold(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    kind.check(&transaction, &heading).await?.settle()?;
    kind.insert(&transaction, heading.clone()).await?;
    let deed = Deed::created(kind.actions().create, kind.thing(heading.id));
    clerk.finish(transaction, deed).await?;
    Ok(heading)
}

pub(super) async fn update(
    context: &Context<'_>,
    kind: Kind,
    patch: Patch,
) -> Result<Done<Heading>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(change(database, &clerk, kind, patch).await)
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    kind: Kind,
    patch: Patch,
) -> Result<Heading, Stop> {
    let id = kind.node().decode("input.id", &patch.id)?;
    let transaction = clerk.begin(database).await?;
    let before = kind.hold(&transaction, id).await?.ok_or_else(not_found)?;
    let told = |text: Option<String>, before: &String| {
        text.map_or_else(|| before.clone(), |text| tidy(&text))
    };
    let after = Heading {
        id,
        slug: told(patch.slug, &before.slug),
        name: told(patch.name, &before.name),
        description: told(patch.description, &before.description),
        position: patch.position.unwrap_or(before.position),
    };
    let fields = changed_fields(&before, &after)?;
    if fields.is_empty() {
        return Ok(before);
    }
    kind.check(&transaction, &after).await?.settle()?;
    kind.update(&transaction, after.clone()).await?;
    let deed = Deed::updated(kind.actions().update, kind.thing(id), &fields);
    clerk.finish(transaction, deed).await?;
    Ok(after)
}

pub(super) async fn delete(context: &Context<'_>, kind: Kind, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    let uuid = kind.node().decode("input.id", &id)?;
    done(remove(database, &clerk, kind, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, kind: Kind, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    if kind.hold(&transaction, id).await?.is_none() {
        return Ok(());
    }
    let uses = kind.count_uses(&transaction, id).await?;
    refuse_in_use(uses, kind.uses())?;
    kind.delete(&transaction, id).await?;
    let deed = Deed::deleted(kind.actions().delete, kind.thing(id));
    Ok(clerk.finish(transaction, deed).await?)
}

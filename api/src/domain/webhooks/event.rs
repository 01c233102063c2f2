//! What webhooks are told, in the form of Standard Webhooks: a type, a time, data.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, SecondsFormat, Utc};
use entities::change_log;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{
        content::{list_slugs, portal_path},
        organisations::{self, list_organisation_slugs},
        sync::ContentItemType,
    },
    infra::{
        auth::{Audience, PUBLIC_AUDIENCE_ID},
        error::Error,
    },
};

#[derive(Serialize)]
struct Message<T> {
    #[serde(rename = "type")]
    of: &'static str,
    timestamp: String,
    data: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContentChanged<'a> {
    from_seq: i64,
    to_seq: i64,
    tags: BTreeSet<&'a str>,
    changes: Vec<Told<'a>>,
}

/// A change as it is told; of what a stranger never saw, the type alone.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(rename = "type")]
    of: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    shown: Option<Shown>,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Serialize)]
struct Nothing {}

/// A message that tells of nothing, to try a webhook out.
///
/// # Errors
/// When it does not serialise, which is a fault of ours.
pub fn ping(now: DateTime<Utc>) -> Result<String, Error> {
    write("ping", Nothing {}, now)
}

/// A message that tells of changes, numbered from the first bound to the second.
///
/// # Errors
/// Whatever the database reports.
pub async fn content_changed(
    connection: &impl ConnectionTrait,
    changes: &[change_log::Model],
    (from_seq, to_seq): (i64, i64),
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let paths = list_paths(connection, changes).await?;
    let tags = changes
        .iter()
        .flat_map(|change| change.tags.split(' '))
        .filter(|tag| !tag.is_empty());
    let data = ContentChanged {
        from_seq,
        to_seq,
        tags: tags.collect(),
        changes: changes
            .iter()
            .filter(|change| !change.object_type.is_empty())
            .map(|change| told(change, &paths))
            .collect(),
    };
    write("content.changed", data, now)
}

fn write(of: &'static str, data: impl Serialize, now: DateTime<Utc>) -> Result<String, Error> {
    let message = Message {
        of,
        timestamp: now.to_rfc3339_opts(SecondsFormat::Micros, true),
        data,
    };
    Ok(serde_json::to_string(&message)?)
}

fn told<'a>(change: &'a change_log::Model, paths: &HashMap<Uuid, String>) -> Told<'a> {
    let id = change.object_id;
    let of = ContentItemType::of_object_type(&change.object_type);
    let shown = of.zip(seen_by_strangers(change)).map(|(of, change)| Shown {
        id: of.node_tag().id(id).to_string(),
        change,
        path: paths.get(&id).cloned(),
    });
    Told {
        of: &change.object_type,
        shown,
    }
}

/// What the change is to a stranger; none: they saw it neither before nor after.
fn seen_by_strangers(change: &change_log::Model) -> Option<&'static str> {
    let is_public = |audience_id: Option<Uuid>| audience_id == Some(PUBLIC_AUDIENCE_ID);
    match (
        is_public(change.audience_before_id),
        is_public(change.audience_after_id),
    ) {
        (false, true) => Some("published"),
        (true, true) => Some("updated"),
        (true, false) => Some("removed"),
        (false, false) => None,
    }
}

/// Where the portal shows what strangers see, or showed it until it was taken back. What has become
/// members' own meanwhile has no path: it may have been given a new name.
async fn list_paths(
    connection: &impl ConnectionTrait,
    changes: &[change_log::Model],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let ids: Vec<Uuid> = changes
        .iter()
        .filter(|change| seen_by_strangers(change).is_some())
        .map(|change| change.object_id)
        .collect();
    let content = list_slugs(connection, &Audience::public(), &ids).await?;
    let organisations = list_organisation_slugs(connection, &ids).await?;
    let of_content = content
        .into_iter()
        .map(|(id, (kind, slug))| (id, portal_path(kind, &slug)));
    let of_organisations = organisations
        .into_iter()
        .map(|(id, slug)| (id, organisations::path(&slug)));
    Ok(of_content.chain(of_organisations).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn change(before: Option<Uuid>, after: Option<Uuid>) -> change_log::Model {
        change_log::Model {
            seq: 1,
            object_type: "NewsArticle".into(),
            object_id: Uuid::from_u128(7),
            audience_before_id: before,
            audience_after_id: after,
            changed_at: DateTime::UNIX_EPOCH,
            tags: "news".into(),
        }
    }

    fn told_of(before: Option<Uuid>, after: Option<Uuid>) -> Value {
        let paths = HashMap::from([(Uuid::from_u128(7), "/news/secret".to_owned())]);
        serde_json::to_value(told(&change(before, after), &paths)).unwrap()
    }

    #[test]
    fn a_stranger_hears_of_what_strangers_see() {
        let everybody = Some(PUBLIC_AUDIENCE_ID);
        for (before, after, word) in [
            (None, everybody, "published"),
            (everybody, everybody, "updated"),
            (everybody, None, "removed"),
            (everybody, Some(Uuid::from_u128(9)), "removed"),
        ] {
            let told = told_of(before, after);
            assert_eq!(told["change"], word);
            assert!(told["id"].is_string());
        }
    }

    #[test]
    fn of_what_only_members_see_the_type_alone_is_told() {
        let members = Some(Uuid::from_u128(9));
        for (before, after) in [(None, members), (members, members), (members, None)] {
            assert_eq!(told_of(before, after), json!({ "type": "NewsArticle" }));
        }
    }
}

//! Campaigns that publishing makes, in its own transaction: rolled back with it, and once for ever.

use chrono::{DateTime, Utc};
use entities::{
    enums::{ContentKind, PushCampaignKind, PushPriority},
    push_campaign,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::rules::{USUAL_LIFE, scheduled};
use crate::{
    domain::{
        content::{AudienceDefinition, portal_path},
        push::{
            audience::PushAudience,
            store::{campaigns as store, topics},
        },
    },
    infra::error::Error,
};

/// Signs that the columns and a phone's screen have room for.
const LONGEST_TITLE: usize = 120;
const LONGEST_BODY: usize = 300;

/// Something was published that its editors want told.
pub struct Announcement<'a> {
    pub content_id: Uuid,
    pub kind: ContentKind,
    pub organisation_id: Uuid,
    pub slug: &'a str,
    pub title: &'a str,
    pub lead: &'a str,
    /// Who may see it: nobody else is told.
    pub circle: AudienceDefinition,
    /// Of news: topics follow categories.
    pub category_id: Option<Uuid>,
    pub is_urgent: bool,
    /// Who published it; none: the clock.
    pub author_id: Option<Uuid>,
}

/// Makes the campaign of a publication, unless it has had one: publishing again rings nobody twice.
///
/// It goes to those who have chosen a topic of the article's category or follow its organisation.
/// Benefits are advertising: their campaigns wait for a second person.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn announce(
    transaction: &impl ConnectionTrait,
    announcement: Announcement<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let topic_ids = match announcement.category_id {
        Some(id) => topics::list_ids_of_category(transaction, id).await?,
        None => Vec::new(),
    };
    let audience = PushAudience {
        topic_ids,
        followed_ids: vec![announcement.organisation_id],
        circle: announcement.circle,
        ..PushAudience::default()
    };
    let kind = match announcement.kind {
        ContentKind::Benefit => PushCampaignKind::Promotional,
        _ => PushCampaignKind::Service,
    };
    let campaign = Automatic {
        key: key_of(announcement.kind, announcement.content_id),
        kind,
        organisation_id: announcement.organisation_id,
        content_id: announcement.content_id,
        title: announcement.title,
        body: announcement.lead,
        link: portal_path(announcement.kind, announcement.slug),
        is_urgent: announcement.is_urgent,
        audience,
        author_id: announcement.author_id,
    };
    store::insert(transaction, campaign.into_row(now)?).await?;
    Ok(())
}

/// A campaign that nobody wrote by hand.
pub(super) struct Automatic<'a> {
    /// There is one with it, for ever.
    pub key: String,
    pub kind: PushCampaignKind,
    pub organisation_id: Uuid,
    pub content_id: Uuid,
    pub title: &'a str,
    pub body: &'a str,
    pub link: String,
    pub is_urgent: bool,
    pub audience: PushAudience,
    pub author_id: Option<Uuid>,
}

impl Automatic<'_> {
    pub(super) fn into_row(self, now: DateTime<Utc>) -> Result<push_campaign::Model, Error> {
        Ok(push_campaign::Model {
            id: Uuid::now_v7(),
            campaign_key: self.key,
            creation_digest: None,
            kind: self.kind,
            state: scheduled(self.kind),
            is_test: false,
            organisation_id: self.organisation_id,
            content_id: Some(self.content_id),
            title: cut(self.title, LONGEST_TITLE),
            body: cut(self.body, LONGEST_BODY),
            link: Some(self.link),
            image_url: None,
            priority: match self.is_urgent {
                true => PushPriority::High,
                false => PushPriority::Normal,
            },
            audience: serde_json::to_value(self.audience)?,
            not_before_at: Some(now),
            expires_at: now + USUAL_LIFE,
            snapshot_id: None,
            planned_through: 0,
            planned_at: None,
            leased_until_at: None,
            fence: 0,
            started_at: None,
            finished_at: None,
            failure: None,
            created_by_id: self.author_id,
            approved_by_id: None,
            approved_at: None,
            created_at: now,
            updated_at: now,
        })
    }
}

/// One campaign a publication, for ever.
fn key_of(kind: ContentKind, content_id: Uuid) -> String {
    let name = match kind {
        ContentKind::NewsArticle => "article",
        ContentKind::Benefit => "benefit",
        ContentKind::ServiceGuide => "guide",
        ContentKind::OrganisationPage => "page",
        ContentKind::Course => "course",
    };
    format!("{name}:{content_id}:v1")
}

/// As much of a text as there is room for, with a sign that there is more.
fn cut(text: &str, longest: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_by_letters() {
        assert_eq!(cut(" Собрание ", 8), "Собрание");
        assert_eq!(cut("Собрание перенесли", 10), "Собрание…");
    }

    #[test]
    fn a_publication_has_one_key() {
        let key = key_of(ContentKind::NewsArticle, Uuid::nil());
        assert_eq!(key, "article:00000000-0000-0000-0000-000000000000:v1");
    }
}

//! Staff's desk for recommendations: written, published, corrected, withdrawn.
//!
//! There are no versions: of two who change a field the last one wins, and the same wish again changes
//! nothing and is not logged. Readers see a recommendation as it was saved last; who may not publish
//! changes only what readers do not see.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use entities::{
    enums::{RecommendationAudience, RecommendationMetric},
    recommendation,
};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    rules::{fault_of_advice, fault_of_advice_title},
    store::recommendations as store,
    types::GuideWatchErrorCode,
};
use crate::{
    domain::{
        accounts::{Permitted, may_change},
        content::{Pictures, RenderedText},
        organisations::{covers, exists},
    },
    infra::{
        audit::{self, changed_fields},
        auth::{Permission, Reach},
        db::{Database, record_change},
        digest::sha256_hex,
        error::Error,
        graphql::{Now, Stop, UserErrorCode},
    },
};

/// By which the ids of what is created follow from its authors' keys.
const CREATIONS: Uuid = uuid::uuid!("3d0e8d0a-6f0b-5a55-9a43-0f2b7a1c9e54");
const OBJECT: &str = "Recommendation";
/// The cache tags of everything that shows one: guides do, and lists of them go with guides.
const TAGS: [&str; 1] = ["guides"];

/// What staff say of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    pub guide: Option<Uuid>,
    pub metric: Option<RecommendationMetric>,
    pub audience: RecommendationAudience,
    pub title: String,
    /// Markdown.
    pub body: String,
}

impl From<&recommendation::Model> for Advice {
    fn from(row: &recommendation::Model) -> Self {
        Self {
            guide: row.guide_id,
            metric: row.metric,
            audience: row.audience,
            title: row.title.clone(),
            body: row.source.clone(),
        }
    }
}

/// Whether readers see it.
#[must_use]
pub const fn is_shown(row: &recommendation::Model) -> bool {
    row.published_at.is_some() && row.withdrawn_at.is_none()
}

/// Somebody who writes recommendations, by what the database says of them now.
pub struct Adviser {
    permitted: Permitted,
    publishes: Reach,
    pub now: DateTime<Utc>,
}

impl Adviser {
    /// Whoever asks, if they edit anywhere.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn of(context: &Context<'_>) -> Result<Self, Error> {
        let permitted = may_change(context, Permission::EditContent).await?;
        let now = Now::of(context);
        let grants = &permitted.signed_in.grants;
        Ok(Self {
            publishes: Reach::of(grants, Permission::PublishContent, now),
            permitted,
            now,
        })
    }

    /// Writes a new one, or finds what the same wish wrote before.
    ///
    /// # Errors
    /// [`Stop`]: what is wrong with it, or that its key stands for something else.
    pub async fn create(
        &self,
        database: &Database,
        (key, organisation_id): (Uuid, Uuid),
        advice: Advice,
    ) -> Result<recommendation::Model, Stop> {
        let account_id = self.permitted.signed_in.account_id;
        let name = format!("{OBJECT}{account_id}{key}");
        let id = Uuid::new_v5(&CREATIONS, name.as_bytes());
        let digest = sha256_hex(json!([organisation_id, advice]).to_string());
        let transaction = database.writer().begin().await?;
        if let Some(before) = store::lock_recommendation(&transaction, id).await? {
            return repeated(before, &digest);
        }
        self.check_organisation(&transaction, organisation_id)
            .await?;
        check(&transaction, &advice, None).await?;
        let row = self.new_row((id, organisation_id), advice, digest)?;
        if !store::insert_recommendation(&transaction, row.clone()).await? {
            let before = store::lock_recommendation(&transaction, id).await?;
            return before.map_or_else(
                || Err(reused()),
                |before| repeated(before, &row.creation_digest),
            );
        }
        self.finish(transaction, "recommendation.create", &row, json!({}))
            .await?;
        Ok(row)
    }

    /// Changes one.
    ///
    /// # Errors
    /// [`Stop`]: what is wrong with it, or that publishing is for others.
    pub async fn change(
        &self,
        database: &Database,
        id: Uuid,
        change: impl FnOnce(&mut Advice) + Send,
    ) -> Result<recommendation::Model, Stop> {
        let transaction = database.writer().begin().await?;
        let before = self.hold(&transaction, id).await?;
        if is_shown(&before) {
            self.require_publisher(&transaction, &before).await?;
        }
        let mut advice = Advice::from(&before);
        change(&mut advice);
        let names = changed_names(&Advice::from(&before), &advice)?;
        if names.is_empty() {
            return Ok(before);
        }
        check(&transaction, &advice, before.guide_id).await?;
        let row = recommendation::Model {
            updated_at: self.now,
            ..with_advice(before, advice)?
        };
        store::update_recommendation(&transaction, row.clone()).await?;
        let details = json!({ "fields": names });
        self.finish(transaction, "recommendation.update", &row, details)
            .await?;
        Ok(row)
    }

    /// Shows one to readers.
    ///
    /// # Errors
    /// [`Stop`]: publishing is for others, or there is none.
    pub async fn publish(
        &self,
        database: &Database,
        id: Uuid,
    ) -> Result<recommendation::Model, Stop> {
        let transaction = database.writer().begin().await?;
        let before = self.hold(&transaction, id).await?;
        self.require_publisher(&transaction, &before).await?;
        if is_shown(&before) {
            return Ok(before);
        }
        let row = recommendation::Model {
            published_at: Some(self.now),
            withdrawn_at: None,
            updated_at: self.now,
            ..before
        };
        store::update_recommendation(&transaction, row.clone()).await?;
        self.finish(transaction, "recommendation.publish", &row, json!({}))
            .await?;
        Ok(row)
    }

    /// Takes one away from readers.
    ///
    /// # Errors
    /// [`Stop`]: publishing is for others, or there is none.
    pub async fn withdraw(
        &self,
        database: &Database,
        id: Uuid,
    ) -> Result<recommendation::Model, Stop> {
        let transaction = database.writer().begin().await?;
        let before = self.hold(&transaction, id).await?;
        self.require_publisher(&transaction, &before).await?;
        if !is_shown(&before) {
            return Ok(before);
        }
        let row = recommendation::Model {
            withdrawn_at: Some(self.now),
            updated_at: self.now,
            ..before
        };
        store::update_recommendation(&transaction, row.clone()).await?;
        self.finish(transaction, "recommendation.withdraw", &row, json!({}))
            .await?;
        Ok(row)
    }

    fn new_row(
        &self,
        (id, organisation_id): (Uuid, Uuid),
        advice: Advice,
        creation_digest: String,
    ) -> Result<recommendation::Model, Error> {
        let empty = recommendation::Model {
            id,
            organisation_id,
            guide_id: None,
            metric: None,
            audience: advice.audience,
            title: String::new(),
            source: String::new(),
            body: Value::Null,
            body_html: String::new(),
            plain_text: String::new(),
            creation_digest,
            published_at: None,
            withdrawn_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        with_advice(empty, advice)
    }

    /// One that is theirs to change; another is as unknown as none.
    async fn hold(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<recommendation::Model, Stop> {
        let not_found = || GuideWatchErrorCode::NotFound.at("id");
        let row = store::lock_recommendation(transaction, id)
            .await?
            .ok_or_else(not_found)?;
        let reach = &self.permitted.reach;
        match covers(transaction, reach, row.organisation_id).await? {
            true => Ok(row),
            false => Err(not_found().into()),
        }
    }

    async fn require_publisher(
        &self,
        transaction: &DatabaseTransaction,
        row: &recommendation::Model,
    ) -> Result<(), Stop> {
        match covers(transaction, &self.publishes, row.organisation_id).await? {
            true => Ok(()),
            false => Err(GuideWatchErrorCode::MayNotPublish.error().into()),
        }
    }

    async fn check_organisation(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<(), Stop> {
        let reach = &self.permitted.reach;
        if exists(transaction, id).await? && covers(transaction, reach, id).await? {
            return Ok(());
        }
        Err(GuideWatchErrorCode::OrganisationNotFound
            .at("organisation")
            .into())
    }

    /// Ends a change: the audit log hears of it, and caches, if readers see it or did a moment ago.
    async fn finish(
        &self,
        transaction: DatabaseTransaction,
        action: &'static str,
        row: &recommendation::Model,
        details: Value,
    ) -> Result<(), Error> {
        let organisation_id = Some(row.organisation_id);
        let object = (OBJECT, row.id);
        let entry = self
            .permitted
            .entry(action, organisation_id, object, details);
        audit::record(&transaction, entry, self.now).await?;
        if row.published_at.is_some() {
            record_change(&transaction, &[], &TAGS, self.now).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// What the same wish made before.
fn repeated(before: recommendation::Model, digest: &str) -> Result<recommendation::Model, Stop> {
    if before.creation_digest == digest {
        Ok(before)
    } else {
        Err(reused())
    }
}

fn reused() -> Stop {
    GuideWatchErrorCode::Conflict.at("clientMutationKey").into()
}

fn changed_names(before: &Advice, after: &Advice) -> Result<Vec<String>, Error> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    Ok(changed_fields(&before, &after))
}

/// What readers get of a recommendation's Markdown. It shows no pictures.
#[must_use]
pub fn render_advice(markdown: &str) -> RenderedText {
    RenderedText::from_markdown(markdown, &Pictures::new())
}

/// The row with what staff say, and with what readers get of it.
fn with_advice(row: recommendation::Model, advice: Advice) -> Result<recommendation::Model, Error> {
    let text = render_advice(&advice.body);
    Ok(recommendation::Model {
        guide_id: advice.guide,
        metric: advice.metric,
        audience: advice.audience,
        title: advice.title,
        source: advice.body,
        body: text.stored_blocks()?,
        body_html: text.html,
        plain_text: text.plain,
        ..row
    })
}

/// Goes on only where nothing is wrong. A guide that it was about before may be gone by now.
async fn check(
    transaction: &DatabaseTransaction,
    advice: &Advice,
    guide_before: Option<Uuid>,
) -> Result<(), Stop> {
    let mut errors = Vec::new();
    errors.extend(fault_of_advice_title(&advice.title).map(|code| code.at("title")));
    errors.extend(fault_of_advice(&advice.body).map(|code| code.at("body")));
    if let Some(id) = advice.guide.filter(|id| Some(*id) != guide_before)
        && !store::is_published(transaction, id).await?
    {
        errors.push(GuideWatchErrorCode::GuideNotFound.at("guide"));
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Stop::Refused(errors)),
    }
}

//! Who may see a thing: definitions, interned so that equal ones share a row, and their resolution.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use entities::{audience, enums::Okrug};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::{
    auth::{ACTIVISTS_AUDIENCE_ID, Audience, Membership, PUBLIC_AUDIENCE_ID, Viewer},
    cache::{Generations, Seen, TagSet},
    db::Database,
    digest::sha256_hex,
    error::Error,
};

/// Namespace of interned audiences: equal definitions get equal ids in every database.
const AUDIENCE_NAMESPACE: Uuid = uuid::uuid!("6f1c0d7e-0b1e-5a53-9b53-3d3f6b8a4c11");

/// How wide the circle is before the other fields narrow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AudienceScope {
    /// Everybody, signed in or not.
    #[default]
    Public,
    /// Every member; with organisations or okrugs named, the members there.
    Members,
}

/// Who may see a thing. Values of one field are alternatives; the fields must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AudienceDefinition {
    /// The widest circle.
    pub scope: AudienceScope,
    /// Members of one of these organisations; empty: of any.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub organisation_ids: BTreeSet<Uuid>,
    /// Whether an organisation stands for everything below it, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherit_down: bool,
    /// Members in one of these okrugs; empty: in any.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub okrugs: BTreeSet<Okrug>,
    /// Only members of youth-council age.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub youth_only: bool,
}

impl AudienceDefinition {
    /// Whether that viewer belongs to the audience.
    #[must_use]
    pub fn admits(&self, viewer: &Viewer) -> bool {
        match (self.scope, viewer.membership()) {
            (AudienceScope::Public, _) => true,
            (AudienceScope::Members, None) => false,
            (AudienceScope::Members, Some(member)) => {
                self.admits_organisations_of(member)
                    && (self.okrugs.is_empty()
                        || member
                            .okrugs
                            .iter()
                            .any(|okrug| self.okrugs.contains(okrug)))
                    && (!self.youth_only || member.is_youth)
            }
        }
    }

    fn admits_organisations_of(&self, member: &Membership) -> bool {
        let belongs_to = if self.inherit_down {
            &member.organisation_and_ancestor_ids
        } else {
            &member.organisation_ids
        };
        self.organisation_ids.is_empty()
            || belongs_to
                .iter()
                .any(|id| self.organisation_ids.contains(id))
    }
}

/// The id of that audience's row, which is created if there is none.
///
/// # Errors
/// Whatever the driver reports.
pub async fn intern_audience(
    connection: &impl ConnectionTrait,
    definition: &AudienceDefinition,
) -> Result<Uuid, Error> {
    if definition.scope == AudienceScope::Public {
        return Ok(PUBLIC_AUDIENCE_ID);
    }
    // A struct with sorted sets serialises the same way each time: that text is the canonical form.
    let canonical = serde_json::to_string(definition)?;
    let hash = sha256_hex(&canonical);
    let id = Uuid::new_v5(&AUDIENCE_NAMESPACE, hash.as_bytes());
    audience::Entity::insert(audience::ActiveModel {
        id: Set(id),
        canonical_hash: Set(hash),
        definition: Set(serde_json::to_value(definition)?),
    })
    .on_conflict(
        OnConflict::column(audience::Column::CanonicalHash)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await?;
    Ok(id)
}

/// All audiences there are, remembered until content changes: one that is new comes with content, whose
/// publication bumps a generation.
#[derive(Clone, Debug, Default)]
pub struct Audiences(Arc<RwLock<Option<Remembered>>>);

#[derive(Clone, Debug)]
struct Remembered {
    seen: Seen,
    all: Arc<[(Uuid, AudienceDefinition)]>,
}

impl Audiences {
    /// Everything that viewer may see. For somebody who has not signed in, nothing is looked up.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn of(
        &self,
        viewer: &Viewer,
        database: &Database,
        generations: &Generations,
    ) -> Result<Audience, Error> {
        let of_activists = viewer.is_activist().then_some(ACTIVISTS_AUDIENCE_ID);
        if viewer.membership().is_none() {
            return Ok(Audience::with(of_activists));
        }
        let all = self.all(database, generations).await?;
        let admitting = all
            .iter()
            .filter(|(_, definition)| definition.admits(viewer));
        Ok(Audience::with(
            admitting.map(|(id, _)| *id).chain(of_activists),
        ))
    }

    async fn all(
        &self,
        database: &Database,
        generations: &Generations,
    ) -> Result<Arc<[(Uuid, AudienceDefinition)]>, Error> {
        let known = generations.known();
        let remembered = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(remembered) = remembered
            && known.is_verified
            && known.admits(&remembered.seen)
        {
            return Ok(remembered.all);
        }
        let rows = audience::Entity::find().all(database.reader()).await?;
        let read = |row: audience::Model| Ok((row.id, serde_json::from_value(row.definition)?));
        let all: Arc<[_]> = rows.into_iter().map(read).collect::<Result<_, Error>>()?;
        let remembered = known.seen_by(TagSet::ALL).map(|seen| Remembered {
            seen,
            all: Arc::clone(&all),
        });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = remembered;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::infra::auth::SignedIn;
    use entities::enums::SessionKind;
    use std::sync::Arc;

    fn signed_in(membership: Membership) -> Viewer {
        Viewer::SignedIn(Arc::new(SignedIn {
            account_id: Uuid::nil(),
            session_id: Uuid::nil(),
            session_kind: SessionKind::Member,
            authenticated_at: chrono::DateTime::UNIX_EPOCH,
            membership: Some(membership),
            grants: vec![],
        }))
    }

    fn member_of(direct: Uuid, above: &[Uuid]) -> Viewer {
        signed_in(Membership {
            organisation_ids: vec![direct],
            organisation_and_ancestor_ids: above.iter().copied().chain([direct]).collect(),
            okrugs: vec![Okrug::Svao],
            is_youth: false,
            member_since: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        })
    }

    fn members() -> AudienceDefinition {
        AudienceDefinition {
            scope: AudienceScope::Members,
            ..AudienceDefinition::default()
        }
    }

    #[test]
    fn strangers_see_only_the_public() {
        assert!(AudienceDefinition::default().admits(&Viewer::Anonymous));
        assert!(!members().admits(&Viewer::Anonymous));
    }

    #[test]
    fn an_organisation_stands_for_those_below_only_when_told() {
        let (union, primary) = (Uuid::now_v7(), Uuid::now_v7());
        let member = member_of(primary, &[union]);
        let mut audience = members();
        audience.organisation_ids = [union].into();
        assert!(!audience.admits(&member));
        audience.inherit_down = true;
        assert!(audience.admits(&member));
        assert!(!audience.admits(&member_of(Uuid::now_v7(), &[])));
    }

    #[test]
    fn fields_narrow_each_other_and_values_widen() {
        let primary = Uuid::now_v7();
        let member = member_of(primary, &[]);
        let mut audience = members();
        audience.okrugs = [Okrug::Cao, Okrug::Svao].into();
        assert!(audience.admits(&member));
        audience.youth_only = true;
        assert!(!audience.admits(&member));
    }
}

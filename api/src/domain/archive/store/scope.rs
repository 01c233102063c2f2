//! What a part of the tree is, with everything that it refers to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::{
    audience, benefit, benefit_eligible_organisation, content, content_draft, content_relation,
    content_revision, enums::ContentKind, media_asset, media_use, news_article, organisation,
    organisation_closure, outlet, partner, recommendation,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::IDS_A_STATEMENT;
use crate::{
    domain::{
        archive::format::Part,
        content::AudienceDefinition,
        organisations::{find_by_slug, is_within},
    },
    infra::error::Error,
};

/// What an export takes.
pub enum Scope {
    Everything,
    /// Of the parts that are named these ids, in order; of the others everything.
    Part(HashMap<Part, Vec<Uuid>>),
}

impl Scope {
    /// The ids of a part, where not all of them are taken.
    #[must_use]
    pub fn ids(&self, part: Part) -> Option<&[Uuid]> {
        match self {
            Self::Everything => None,
            Self::Part(ids) => ids.get(&part).map(Vec::as_slice),
        }
    }
}

/// The content and the recommendations of an organisation and of those below it, with what they refer
/// to, and what that refers to; `None`: there is no such organisation. Headings are taken whole,
/// redirects not at all: these are the portal's.
pub async fn find_scope(
    connection: &DatabaseTransaction,
    slug: &str,
) -> Result<Option<Scope>, Error> {
    let Some(top) = find_by_slug(connection, slug).await? else {
        return Ok(None);
    };
    let mut found = Found::below(connection, top.id).await?;
    found.take_recommendations(connection, top.id).await?;
    found.follow_content(connection).await?;
    found.follow_benefits(connection, top.id).await?;
    found.follow_audiences(connection).await?;
    found.follow_owners(connection).await?;
    Ok(Some(Scope::Part(found.into_parts(connection).await?)))
}

#[derive(Default)]
struct Found {
    organisations: BTreeSet<Uuid>,
    contents: BTreeMap<Uuid, ContentKind>,
    partners: BTreeSet<Uuid>,
    outlets: BTreeSet<Uuid>,
    recommendations: BTreeSet<Uuid>,
    media: BTreeSet<Uuid>,
}

impl Found {
    /// The organisations and their own content.
    async fn below(connection: &DatabaseTransaction, top_id: Uuid) -> Result<Self, DbErr> {
        let organisations: Vec<Uuid> = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .filter(is_within(organisation::Column::Id, top_id, true))
            .into_tuple()
            .all(connection)
            .await?;
        let contents: Vec<(Uuid, ContentKind)> = content::Entity::find()
            .select_only()
            .column(content::Column::Id)
            .column(content::Column::Kind)
            .filter(is_within(content::Column::OrganisationId, top_id, true))
            .into_tuple()
            .all(connection)
            .await?;
        Ok(Self {
            organisations: organisations.into_iter().collect(),
            contents: contents.into_iter().collect(),
            ..Self::default()
        })
    }

    /// What the organisations recommend, and the guides that it is about.
    async fn take_recommendations(
        &mut self,
        connection: &DatabaseTransaction,
        top_id: Uuid,
    ) -> Result<(), DbErr> {
        use recommendation::Column;
        let rows: Vec<(Uuid, Option<Uuid>)> = recommendation::Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::GuideId)
            .filter(is_within(Column::OrganisationId, top_id, true))
            .into_tuple()
            .all(connection)
            .await?;
        for (id, guide_id) in rows {
            self.recommendations.insert(id);
            if let Some(guide_id) = guide_id {
                self.contents.insert(guide_id, ContentKind::ServiceGuide);
            }
        }
        Ok(())
    }

    /// What content points to, and stands in its place, from one to the next.
    async fn follow_content(&mut self, connection: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut open: Vec<Uuid> = self.contents.keys().copied().collect();
        while !open.is_empty() {
            let related = each::<content_relation::Entity>(
                connection,
                &open,
                content_relation::Column::ContentId,
                content_relation::Column::RelatedId,
            );
            let mut named: BTreeSet<Uuid> = related.await?.into_iter().collect();
            let replacements = each::<content::Entity>(
                connection,
                &open,
                content::Column::Id,
                content::Column::WithdrawalReplacementId,
            );
            named.extend(replacements.await?);
            named.retain(|id| !self.contents.contains_key(id));
            open = named.into_iter().collect();
            for ids in open.chunks(IDS_A_STATEMENT) {
                let kinds: Vec<(Uuid, ContentKind)> = content::Entity::find()
                    .select_only()
                    .column(content::Column::Id)
                    .column(content::Column::Kind)
                    .filter(content::Column::Id.is_in(ids.iter().copied()))
                    .into_tuple()
                    .all(connection)
                    .await?;
                self.contents.extend(kinds);
            }
        }
        Ok(())
    }

    /// Who gives the benefits, where, and to whose members; and the partners that the part keeps.
    async fn follow_benefits(
        &mut self,
        connection: &DatabaseTransaction,
        top_id: Uuid,
    ) -> Result<(), DbErr> {
        let benefits = self.contents_of(ContentKind::Benefit);
        let given_by = each::<benefit::Entity>(
            connection,
            &benefits,
            benefit::Column::Id,
            benefit::Column::PartnerId,
        );
        self.partners.extend(given_by.await?);
        let kept: Vec<Uuid> = partner::Entity::find()
            .select_only()
            .column(partner::Column::Id)
            .filter(is_within(partner::Column::OrganisationId, top_id, true))
            .into_tuple()
            .all(connection)
            .await?;
        self.partners.extend(kept);
        let partners: Vec<Uuid> = self.partners.iter().copied().collect();
        let outlets = each::<outlet::Entity>(
            connection,
            &partners,
            outlet::Column::PartnerId,
            outlet::Column::Id,
        );
        self.outlets.extend(outlets.await?);
        let eligible = each::<benefit_eligible_organisation::Entity>(
            connection,
            &benefits,
            benefit_eligible_organisation::Column::BenefitId,
            benefit_eligible_organisation::Column::OrganisationId,
        );
        self.organisations.extend(eligible.await?);
        Ok(())
    }

    /// The organisations whose members content is for.
    async fn follow_audiences(&mut self, connection: &DatabaseTransaction) -> Result<(), Error> {
        let contents: Vec<Uuid> = self.contents.keys().copied().collect();
        let audience_ids = each::<content::Entity>(
            connection,
            &contents,
            content::Column::Id,
            content::Column::AudienceId,
        );
        let audience_ids: BTreeSet<Uuid> = audience_ids.await?.into_iter().collect();
        let rows = audience::Entity::find()
            .filter(audience::Column::Id.is_in(audience_ids))
            .all(connection)
            .await?;
        for row in rows {
            let definition: AudienceDefinition = serde_json::from_value(row.definition)?;
            self.organisations.extend(definition.organisation_ids);
        }
        Ok(())
    }

    /// Whose all of that is, what stands above them, and every picture; until nothing new is named.
    async fn follow_owners(&mut self, connection: &DatabaseTransaction) -> Result<(), DbErr> {
        let contents: Vec<Uuid> = self.contents.keys().copied().collect();
        let owners = each::<content::Entity>(
            connection,
            &contents,
            content::Column::Id,
            content::Column::OrganisationId,
        );
        self.organisations.extend(owners.await?);
        let drafted_for = each::<content_draft::Entity>(
            connection,
            &contents,
            content_draft::Column::Id,
            content_draft::Column::OrganisationId,
        );
        self.organisations.extend(drafted_for.await?);
        self.media.extend(list_shown(connection, &contents).await?);
        let partners: Vec<Uuid> = self.partners.iter().copied().collect();
        let (id, keeper, logo) = (
            partner::Column::Id,
            partner::Column::OrganisationId,
            partner::Column::LogoId,
        );
        let keepers = each::<partner::Entity>(connection, &partners, id, keeper);
        self.organisations.extend(keepers.await?);
        let logos = each::<partner::Entity>(connection, &partners, id, logo);
        self.media.extend(logos.await?);
        loop {
            let before = (self.organisations.len(), self.media.len());
            self.follow_pictures(connection).await?;
            if before == (self.organisations.len(), self.media.len()) {
                return Ok(());
            }
        }
    }

    async fn follow_pictures(&mut self, connection: &DatabaseTransaction) -> Result<(), DbErr> {
        let organisations: Vec<Uuid> = self.organisations.iter().copied().collect();
        let above = each::<organisation_closure::Entity>(
            connection,
            &organisations,
            organisation_closure::Column::DescendantId,
            organisation_closure::Column::AncestorId,
        );
        self.organisations.extend(above.await?);
        let organisations: Vec<Uuid> = self.organisations.iter().copied().collect();
        let logos = each::<organisation::Entity>(
            connection,
            &organisations,
            organisation::Column::Id,
            organisation::Column::LogoId,
        );
        self.media.extend(logos.await?);
        let media: Vec<Uuid> = self.media.iter().copied().collect();
        let owners = each::<media_asset::Entity>(
            connection,
            &media,
            media_asset::Column::Id,
            media_asset::Column::OrganisationId,
        );
        self.organisations.extend(owners.await?);
        Ok(())
    }

    fn contents_of(&self, kind: ContentKind) -> Vec<Uuid> {
        let of_kind = self.contents.iter().filter(|(_, of)| **of == kind);
        of_kind.map(|(id, _)| *id).collect()
    }

    async fn into_parts(
        self,
        connection: &DatabaseTransaction,
    ) -> Result<HashMap<Part, Vec<Uuid>>, DbErr> {
        let contents: Vec<Uuid> = self.contents.keys().copied().collect();
        let mut revisions = each::<content_revision::Entity>(
            connection,
            &contents,
            content_revision::Column::ContentId,
            content_revision::Column::Id,
        )
        .await?;
        revisions.sort_unstable();
        let mut drafts = each::<content_draft::Entity>(
            connection,
            &contents,
            content_draft::Column::Id,
            content_draft::Column::Id,
        )
        .await?;
        drafts.sort_unstable();
        let sorted = |ids: &BTreeSet<Uuid>| -> Vec<Uuid> { ids.iter().copied().collect() };
        Ok(HashMap::from([
            (Part::Media, sorted(&self.media)),
            (Part::Organisations, sorted(&self.organisations)),
            (Part::Partners, sorted(&self.partners)),
            (Part::Outlets, sorted(&self.outlets)),
            (Part::News, self.contents_of(ContentKind::NewsArticle)),
            (Part::Benefits, self.contents_of(ContentKind::Benefit)),
            (Part::Guides, self.contents_of(ContentKind::ServiceGuide)),
            (Part::Pages, self.contents_of(ContentKind::OrganisationPage)),
            (Part::Courses, self.contents_of(ContentKind::Course)),
            (Part::Recommendations, sorted(&self.recommendations)),
            (Part::Revisions, revisions),
            (Part::Drafts, drafts),
            (Part::Redirects, Vec::new()),
        ]))
    }
}

/// The pictures that content shows: in its texts and as covers.
async fn list_shown(
    connection: &DatabaseTransaction,
    contents: &[Uuid],
) -> Result<Vec<Uuid>, DbErr> {
    let mut shown = each::<media_use::Entity>(
        connection,
        contents,
        media_use::Column::ContentId,
        media_use::Column::MediaId,
    )
    .await?;
    let covers = each::<news_article::Entity>(
        connection,
        contents,
        news_article::Column::Id,
        news_article::Column::CoverId,
    );
    shown.extend(covers.await?);
    let covers = each::<benefit::Entity>(
        connection,
        contents,
        benefit::Column::Id,
        benefit::Column::CoverId,
    );
    shown.extend(covers.await?);
    Ok(shown)
}

/// What stands in one column of the rows that have one of these in another, where anything does.
async fn each<E: EntityTrait>(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
    by: E::Column,
    named: E::Column,
) -> Result<Vec<Uuid>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_A_STATEMENT) {
        let rows: Vec<Option<Uuid>> = E::find()
            .select_only()
            .column(named)
            .filter(by.is_in(ids.iter().copied()))
            .filter(named.is_not_null())
            .into_tuple()
            .all(connection)
            .await?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

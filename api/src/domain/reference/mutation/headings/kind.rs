//! The four kinds of headings: where each is kept, and what stands under it.

use entities::{benefit_category, guide_category, life_event, news_category};
use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use super::heading::Heading;
use crate::{
    domain::{
        benefits::{self, BenefitCategory},
        guides::{self, GuideCategory, LifeEvent},
        news::{self, NewsCategory},
        reference::{desk::Thing, problems::Problems, types::ReferenceErrorCode},
    },
    infra::{db::lock_row, error::Error, graphql::NodeTag},
};

/// Characters, as the tables hold them and as screens have room for.
const LONGEST_NAME: usize = 120;
const LONGEST_DESCRIPTION: usize = 2000;

/// What stands under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    NewsCategory,
    BenefitCategory,
    GuideCategory,
    LifeEvent,
}

/// The audit log's words for what was done to headings of a kind.
pub(super) struct Actions {
    pub(super) create: &'static str,
    pub(super) update: &'static str,
    pub(super) delete: &'static str,
}

impl Kind {
    /// Its name in the change log.
    pub(super) const fn object_type(self) -> &'static str {
        match self {
            Self::NewsCategory => "NewsCategory",
            Self::BenefitCategory => "BenefitCategory",
            Self::GuideCategory => "GuideCategory",
            Self::LifeEvent => "LifeEvent",
        }
    }

    pub(super) const fn actions(self) -> Actions {
        match self {
            Self::NewsCategory => Actions {
                create: "news_category.create",
                update: "news_category.update",
                delete: "news_category.delete",
            },
            Self::BenefitCategory => Actions {
                create: "benefit_category.create",
                update: "benefit_category.update",
                delete: "benefit_category.delete",
            },
            Self::GuideCategory => Actions {
                create: "guide_category.create",
                update: "guide_category.update",
                delete: "guide_category.delete",
            },
            Self::LifeEvent => Actions {
                create: "life_event.create",
                update: "life_event.update",
                delete: "life_event.delete",
            },
        }
    }

    const fn tags(self) -> &'static [&'static str] {
        match self {
            Self::NewsCategory => &["news"],
            Self::BenefitCategory => &["benefits"],
            Self::GuideCategory | Self::LifeEvent => &["guides"],
        }
    }

    /// As the audit log and readers hear of one.
    pub(super) const fn thing(self, id: Uuid) -> Thing {
        Thing {
            object_type: self.object_type(),
            id,
            organisation_id: None,
            tags: self.tags(),
            is_copied: true,
        }
    }

    pub(super) const fn node(self) -> NodeTag {
        match self {
            Self::NewsCategory => NewsCategory::NODE,
            Self::BenefitCategory => BenefitCategory::NODE,
            Self::GuideCategory => GuideCategory::NODE,
            Self::LifeEvent => LifeEvent::NODE,
        }
    }

    /// What clients call the name.
    const fn name_field(self) -> &'static str {
        match self {
            Self::LifeEvent => "title",
            _ => "name",
        }
    }

    pub(super) async fn hold(
        self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<Option<Heading>, DbErr> {
        Ok(match self {
            Self::NewsCategory => {
                let row = lock_row::<news_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::BenefitCategory => {
                let row = lock_row::<benefit_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::GuideCategory => {
                let row = lock_row::<guide_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::LifeEvent => {
                let row = lock_row::<life_event::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
        })
    }

    async fn is_taken(
        self,
        transaction: &DatabaseTransaction,
        heading: &Heading,
    ) -> Result<bool, DbErr> {
        let (slug, id) = (&heading.slug, heading.id);
        match self {
            Self::NewsCategory => news::category_slug_is_taken(transaction, slug, id).await,
            Self::BenefitCategory => benefits::category_slug_is_taken(transaction, slug, id).await,
            Self::GuideCategory => guides::category_slug_is_taken(transaction, slug, id).await,
            Self::LifeEvent => guides::life_event_slug_is_taken(transaction, slug, id).await,
        }
    }

    pub(super) async fn insert(
        self,
        transaction: &DatabaseTransaction,
        heading: Heading,
    ) -> Result<bool, DbErr> {
        match self {
            Self::NewsCategory => news::insert_category(transaction, heading.into()).await,
            Self::BenefitCategory => benefits::insert_category(transaction, heading.into()).await,
            Self::GuideCategory => guides::insert_category(transaction, heading.into()).await,
            Self::LifeEvent => guides::insert_life_event(transaction, heading.into()).await,
        }
    }

    pub(super) async fn update(
        self,
        transaction: &DatabaseTransaction,
        heading: Heading,
    ) -> Result<(), DbErr> {
        match self {
            Self::NewsCategory => news::update_category(transaction, heading.into()).await,
            Self::BenefitCategory => benefits::update_category(transaction, heading.into()).await,
            Self::GuideCategory => guides::update_category(transaction, heading.into()).await,
            Self::LifeEvent => guides::update_life_event(transaction, heading.into()).await,
        }
    }

    pub(super) async fn count_uses(
        self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<u64, DbErr> {
        match self {
            Self::NewsCategory => news::count_of_category(transaction, id).await,
            Self::BenefitCategory => benefits::count_of_category(transaction, id).await,
            Self::GuideCategory => guides::count_of_category(transaction, id).await,
            Self::LifeEvent => guides::count_of_life_event(transaction, id).await,
        }
    }

    /// Of what there are uses.
    pub(super) const fn uses(self) -> &'static str {
        match self {
            Self::NewsCategory => "новости",
            Self::BenefitCategory => "льготы",
            Self::GuideCategory | Self::LifeEvent => "инструкции",
        }
    }

    pub(super) async fn delete(
        self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<(), DbErr> {
        match self {
            Self::NewsCategory => news::delete_category(transaction, id).await,
            Self::BenefitCategory => benefits::delete_category(transaction, id).await,
            Self::GuideCategory => guides::delete_category(transaction, id).await,
            Self::LifeEvent => guides::delete_life_event(transaction, id).await,
        }
    }

    /// What is wrong with a heading.
    pub(super) async fn check(
        self,
        transaction: &DatabaseTransaction,
        heading: &Heading,
    ) -> Result<Problems, Error> {
        let mut problems = Problems::default();
        problems.text(self.name_field(), &heading.name, LONGEST_NAME);
        problems.length(
            "description",
            Some(&heading.description),
            LONGEST_DESCRIPTION,
        );
        let is_place = (0..=9999).contains(&heading.position);
        problems.add_if(!is_place, "position", ReferenceErrorCode::OutOfRange);
        if problems.slug(&heading.slug) && self.is_taken(transaction, heading).await? {
            problems.add("slug", ReferenceErrorCode::SlugTaken);
        }
        Ok(problems)
    }
}

//! A heading, and the rows and types of each kind it stands for.

use entities::{benefit_category, guide_category, life_event, news_category};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::{
    benefits::{self, BenefitCategory},
    guides::{self, GuideCategory, LifeEvent},
    news::{self, NewsCategory},
};

/// A heading, whatever stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Heading {
    #[serde(skip)]
    pub(super) id: Uuid,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) position: i32,
}

/// The rows of headings are alike but for one name.
macro_rules! headings {
    ($($table:ident $name:ident)+) => {$(
        impl From<$table::Model> for Heading {
            fn from(row: $table::Model) -> Self {
                Self {
                    id: row.id,
                    slug: row.slug,
                    name: row.$name,
                    description: row.description,
                    position: row.position,
                }
            }
        }

        impl From<Heading> for $table::Model {
            fn from(heading: Heading) -> Self {
                Self {
                    id: heading.id,
                    slug: heading.slug,
                    $name: heading.name,
                    description: heading.description,
                    position: heading.position,
                }
            }
        }
    )+};
}

headings! { news_category name benefit_category name guide_category name life_event title }

/// What readers see of the headings of one kind.
macro_rules! categories {
    ($($type:ident of $domain:ident)+) => {$(
        impl From<Heading> for $type {
            fn from(heading: Heading) -> Self {
                Self($domain::CategoryRow {
                    id: heading.id,
                    slug: heading.slug,
                    name: heading.name,
                    description: heading.description,
                })
            }
        }
    )+};
}

categories! { NewsCategory of news BenefitCategory of benefits GuideCategory of guides }

impl From<Heading> for LifeEvent {
    fn from(heading: Heading) -> Self {
        Self(heading.into())
    }
}

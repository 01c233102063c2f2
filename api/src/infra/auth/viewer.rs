//! Who asks: the only description of a person that logic gets to see.

use chrono::NaiveDate;
use entities::enums::Okrug;
use uuid::Uuid;

/// The person behind a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody has signed in.
    #[default]
    Anonymous,
    /// A signed-in member.
    Member(Membership),
}

/// What a member's affiliations say about them, without saying who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisations the member belongs to directly.
    pub organisation_ids: Vec<Uuid>,
    /// Those and every organisation above them, up to the federation.
    pub organisation_and_ancestor_ids: Vec<Uuid>,
    /// The okrugs of the member's organisations.
    pub okrugs: Vec<Okrug>,
    /// Whether the member is of youth-council age.
    pub is_youth: bool,
    /// The first day of the longest unbroken membership.
    pub member_since: NaiveDate,
}

impl Viewer {
    /// The affiliations, where somebody has signed in.
    #[must_use]
    pub const fn membership(&self) -> Option<&Membership> {
        match self {
            Self::Anonymous => None,
            Self::Member(membership) => Some(membership),
        }
    }
}

//! What a role may do, and where. The one list of permissions.

use chrono::{DateTime, Utc};
use entities::enums::{Okrug, Role};
use sea_orm::Iterable;
use uuid::Uuid;

/// Something that a guard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Read the roster: names masked, no phones.
    ViewMembers,
    /// Upload and apply rosters.
    ImportRoster,
    /// See and decide claims to membership.
    DecideClaims,
    /// Transfer, suspend, restore and revoke memberships; give members sign-in back for whom it went
    /// off.
    ChangeMemberships,
    /// See who is staff, with what roles.
    ViewStaff,
    /// Invite and disable staff.
    ManageStaff,
    /// Give and take roles.
    GrantRoles,
    /// Decide reports of benefits that were not given, and resume benefits.
    ConfirmBenefitReports,
    /// Read what was reported of state services, judge it and take it to whoever answers for them.
    ModerateServiceReports,
    /// Read the audit log.
    ViewAudit,
    /// Write drafts of one's own and send them to review.
    DraftContent,
    /// Change, return and discard what others wrote.
    EditContent,
    /// Show content to readers and take it away from them.
    PublishContent,
    /// Keep what all content refers to: categories, life events, redirects, the tree of organisations.
    ManageReference,
    /// Keep an organisation's contacts, links, brand and ways of working.
    ManageOrganisation,
    /// Keep partners and their outlets.
    ManagePartners,
    /// Keep webhooks, which tell other systems what has changed.
    ManageWebhooks,
    /// Write to members' phones and inboxes, and let go what others want to write.
    SendCampaigns,
    /// Keep the sessions of courses: when, where, for whom, whether they take place.
    ManageTraining,
    /// See who has registered for a session, note who came, read what they say of it.
    KeepAttendance,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 20] = [
        Self::ViewMembers,
        Self::ImportRoster,
        Self::DecideClaims,
        Self::ChangeMemberships,
        Self::ViewStaff,
        Self::ManageStaff,
        Self::GrantRoles,
        Self::ConfirmBenefitReports,
        Self::ModerateServiceReports,
        Self::ViewAudit,
        Self::DraftContent,
        Self::EditContent,
        Self::PublishContent,
        Self::ManageReference,
        Self::ManageOrganisation,
        Self::ManagePartners,
        Self::ManageWebhooks,
        Self::SendCampaigns,
        Self::ManageTraining,
        Self::KeepAttendance,
    ];
}

/// Every role.
#[must_use]
pub fn all_roles() -> Vec<Role> {
    Role::iter().collect()
}

/// What a role may do.
#[must_use]
pub const fn permissions_of(role: Role) -> &'static [Permission] {
    use Permission::{
        ChangeMemberships, ConfirmBenefitReports, DecideClaims, DraftContent, EditContent,
        GrantRoles, ImportRoster, KeepAttendance, ManageOrganisation, ManagePartners, ManageStaff,
        ManageTraining, ModerateServiceReports, PublishContent, SendCampaigns, ViewAudit,
        ViewMembers, ViewStaff,
    };
    match role {
        Role::Member | Role::Activist | Role::Analyst => &[],
        Role::Correspondent => &[DraftContent],
        Role::Editor | Role::OkrugEditor => &[DraftContent, EditContent],
        Role::Publisher => &[
            DraftContent,
            EditContent,
            PublishContent,
            ManagePartners,
            SendCampaigns,
            ManageTraining,
        ],
        Role::Moderator => &[ConfirmBenefitReports, ModerateServiceReports],
        Role::MembershipOfficer => &[ViewMembers, ImportRoster, DecideClaims, ChangeMemberships],
        Role::OrganisationAdmin => &[
            ViewMembers,
            ImportRoster,
            DecideClaims,
            ChangeMemberships,
            ViewStaff,
            ManageStaff,
            GrantRoles,
            ConfirmBenefitReports,
            DraftContent,
            EditContent,
            PublishContent,
            ManageOrganisation,
            ManagePartners,
            SendCampaigns,
            ManageTraining,
            KeepAttendance,
        ],
        // Reads what was done, never personal data.
        Role::Auditor => &[ViewAudit],
        Role::FederationAdmin => &Permission::ALL,
    }
}

/// Where a role holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Federation,
    /// An organisation and everything below it.
    Organisation(Uuid),
    /// The organisations of an okrug.
    Okrug(Okrug),
}

/// A role that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
    /// From then on it does not hold.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Grant {
    pub(super) fn gives(&self, permission: Permission, now: DateTime<Utc>) -> bool {
        self.ends_at.is_none_or(|end| now < end) && permissions_of(self.role).contains(&permission)
    }
}

/// Where somebody may do something; lists are filtered by it in SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub is_everywhere: bool,
    /// In these organisations and below.
    pub organisation_ids: Vec<Uuid>,
    /// In the organisations of these okrugs.
    pub okrugs: Vec<Okrug>,
}

impl Reach {
    /// Where these grants give that permission.
    #[must_use]
    pub fn of(grants: &[Grant], permission: Permission, now: DateTime<Utc>) -> Self {
        let mut reach = Self::default();
        for grant in grants.iter().filter(|grant| grant.gives(permission, now)) {
            match grant.scope {
                Scope::Federation => reach.is_everywhere = true,
                Scope::Organisation(id) => reach.organisation_ids.push(id),
                Scope::Okrug(okrug) => reach.okrugs.push(okrug),
            }
        }
        reach
    }

    /// Whether it is no place at all.
    #[must_use]
    pub const fn is_nowhere(&self) -> bool {
        !self.is_everywhere && self.organisation_ids.is_empty() && self.okrugs.is_empty()
    }

    /// Whether an organisation is within it, by the organisation's own ancestors and okrugs.
    #[must_use]
    pub fn covers(&self, organisation_and_ancestor_ids: &[Uuid], okrugs: &[Okrug]) -> bool {
        self.is_everywhere
            || organisation_and_ancestor_ids
                .iter()
                .any(|id| self.organisation_ids.contains(id))
            || okrugs.iter().any(|okrug| self.okrugs.contains(okrug))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn grant(role: Role, scope: Scope) -> Grant {
        Grant {
            role,
            scope,
            ends_at: None,
        }
    }

    #[test]
    fn a_role_reaches_only_its_scope() {
        let (union, other) = (Uuid::now_v7(), Uuid::now_v7());
        let grants = [grant(Role::MembershipOfficer, Scope::Organisation(union))];
        let reach = Reach::of(&grants, Permission::DecideClaims, now());
        assert!(reach.covers(&[Uuid::now_v7(), union], &[]));
        assert!(!reach.covers(&[other], &[Okrug::Cao]));
        assert!(Reach::of(&grants, Permission::GrantRoles, now()).is_nowhere());
    }

    #[test]
    fn a_grant_ends_on_its_instant() {
        let mut ending = grant(Role::FederationAdmin, Scope::Federation);
        ending.ends_at = Some(now());
        let reach = |at| Reach::of(std::slice::from_ref(&ending), Permission::ViewAudit, at);
        assert!(reach(now() - TimeDelta::seconds(1)).is_everywhere);
        assert!(reach(now()).is_nowhere());
    }

    #[test]
    fn fewer_grants_never_allow_more() {
        let roles = [Role::Auditor, Role::OrganisationAdmin, Role::Editor];
        let all: Vec<Grant> = roles
            .iter()
            .map(|role| grant(*role, Scope::Okrug(Okrug::Cao)))
            .collect();
        for permission in Permission::ALL {
            for kept in 0..all.len() {
                let fewer = Reach::of(&all[..kept], permission, now());
                let whole = Reach::of(&all, permission, now());
                assert!(fewer.is_nowhere() || !whole.is_nowhere());
            }
        }
    }
}

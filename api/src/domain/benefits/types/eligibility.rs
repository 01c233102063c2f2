//! Whom a benefit is for, and whether it is for the one who asks.

use async_graphql::{Enum, SimpleObject};

use crate::domain::benefits::rules::{Eligibility, Obstacle};
use crate::{
    domain::organisations::{Okrug, Organisation},
    infra::graphql::Date,
};

/// Может ли воспользоваться тот, кто спрашивает. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EligibilityStatus {
    /// Может.
    Eligible,
    /// Не может или пока не может.
    Ineligible,
    /// Сведений не хватает.
    Unknown,
    /// Нужно войти, чтобы узнать.
    SignInRequired,
}

/// Что мешает воспользоваться. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EligibilityObstacle {
    /// Вход выполнен, но действующего членства нет.
    NoMembership,
    /// Льгота для членов других организаций.
    OtherOrganisation,
    /// Льгота для других округов.
    OtherOkrug,
    /// Стаж в профсоюзе пока мал.
    TooShortMembership,
    /// Льгота приостановлена: её перестали давать, с какого момента — говорит `suspendedSince`.
    TemporarilySuspended,
}

/// Объяснение, доступна ли льгота.
#[derive(SimpleObject)]
pub struct BenefitEligibility {
    /// Ответ.
    status: EligibilityStatus,
    /// Что мешает.
    reasons: Vec<EligibilityObstacle>,
    /// С какого дня станет доступна, если мешает только время.
    eligible_from: Option<Date>,
}

impl From<Eligibility> for BenefitEligibility {
    fn from(eligibility: Eligibility) -> Self {
        let (status, obstacles, eligible_from) = match eligibility {
            Eligibility::Eligible => (EligibilityStatus::Eligible, Vec::new(), None),
            Eligibility::SignInRequired => (EligibilityStatus::SignInRequired, Vec::new(), None),
            Eligibility::Ineligible {
                obstacles,
                eligible_from,
            } => (EligibilityStatus::Ineligible, obstacles, eligible_from),
        };
        let reason = |obstacle| match obstacle {
            Obstacle::NoMembership => EligibilityObstacle::NoMembership,
            Obstacle::OtherOrganisation => EligibilityObstacle::OtherOrganisation,
            Obstacle::OtherOkrug => EligibilityObstacle::OtherOkrug,
            Obstacle::TooShortMembership => EligibilityObstacle::TooShortMembership,
            Obstacle::TemporarilySuspended => EligibilityObstacle::TemporarilySuspended,
        };
        Self {
            status,
            reasons: obstacles.into_iter().map(reason).collect(),
            eligible_from: eligible_from.map(Date),
        }
    }
}

/// Кому предназначена льгота. Пустые списки ничего не требуют.
#[derive(SimpleObject)]
pub struct BenefitEligibilityRules {
    /// Членам этих организаций и нижестоящих.
    pub organisations: Vec<Organisation>,
    /// Членам организаций этих округов.
    pub okrugs: Vec<Okrug>,
    /// Сколько месяцев нужно состоять в профсоюзе.
    pub min_membership_months: i32,
    /// Распространяется ли на семью.
    pub dependents_allowed: bool,
    /// Какие документы нужны.
    pub documents: Vec<String>,
}

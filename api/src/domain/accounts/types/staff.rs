//! Staff and roles as those who manage them see them.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use entities::{account, role_grant, staff_credential};

use crate::{
    domain::{
        accounts::{Profile, contact::Email},
        organisations::{Okrug, Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag},
    },
};

use super::Account;

/// Роль: набор прав, который действует в своих пределах. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::Role")]
pub enum Role {
    /// Член профсоюза.
    Member,
    /// Активист.
    Activist,
    /// Корреспондент: только черновики.
    Correspondent,
    /// Редактор.
    Editor,
    /// Выпускающий редактор.
    Publisher,
    /// Уполномоченный по учёту: списки и заявления.
    MembershipOfficer,
    /// Администратор организации.
    OrganisationAdmin,
    /// Редактор округа.
    OkrugEditor,
    /// Модератор.
    Moderator,
    /// Аналитик: только обобщённые данные.
    Analyst,
    /// Аудитор: журнал действий.
    Auditor,
    /// Администратор федерации.
    FederationAdmin,
}

/// Право. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::infra::auth::Permission")]
pub enum Permission {
    /// Видеть список членов, без телефонов.
    ViewMembers,
    /// Загружать и применять списки.
    ImportRoster,
    /// Решать заявления.
    DecideClaims,
    /// Переводить, приостанавливать, прекращать членство, возвращать членам отключённый вход.
    ChangeMemberships,
    /// Видеть сотрудников и их роли.
    ViewStaff,
    /// Приглашать и отключать сотрудников.
    ManageStaff,
    /// Давать и отбирать роли.
    GrantRoles,
    /// Решать сообщения о неполученных льготах и возобновлять льготы.
    ConfirmBenefitReports,
    /// Читать отчёты о государственных услугах, решать их и передавать ведомствам.
    ModerateServiceReports,
    /// Читать журнал действий.
    ViewAudit,
    /// Писать свои черновики и отправлять их на проверку.
    DraftContent,
    /// Изменять, возвращать и отбрасывать чужие черновики.
    EditContent,
    /// Публиковать и снимать с публикации.
    PublishContent,
    /// Вести рубрики, жизненные ситуации, перенаправления и дерево организаций.
    ManageReference,
    /// Вести контакты, ссылки и оформление организации.
    ManageOrganisation,
    /// Вести партнёров и места обслуживания.
    ManagePartners,
    /// Вести вебхуки: кому сообщать об изменениях.
    ManageWebhooks,
    /// Составлять и одобрять рассылки.
    SendCampaigns,
    /// Вести занятия курсов: когда, где, для кого.
    ManageTraining,
    /// Видеть записавшихся на занятие, отмечать пришедших, читать отзывы.
    KeepAttendance,
}

/// Что даёт роль.
#[derive(SimpleObject)]
pub struct RoleDescription {
    /// Роль.
    pub role: Role,
    /// Права.
    pub permissions: Vec<Permission>,
}

/// Роль сотрудника и где она действует.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RoleGrant {
    /// Идентификатор.
    id: ID,
    /// Роль.
    role: Role,
    /// Действует ли во всей федерации.
    is_federal: bool,
    /// В каком округе действует.
    okrug: Option<Okrug>,
    /// Когда дана.
    granted_at: DateTime,
    /// До какого момента; нет — бессрочно.
    ends_at: Option<DateTime>,
    #[graphql(skip)]
    organisation_id: Option<uuid::Uuid>,
}

#[ComplexObject]
impl RoleGrant {
    /// В какой организации и нижестоящих действует.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.organisation_id?).await
    }
}

impl RoleGrant {
    /// Of grants.
    pub const NODE: NodeTag = NodeTag(b'R');

    /// What a manager sees.
    pub fn of(row: &role_grant::Model) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            role: row.role.into(),
            is_federal: row.scope_kind == entities::enums::ScopeKind::Federation,
            okrug: row.okrug.map(Into::into),
            granted_at: DateTime(row.granted_at),
            ends_at: row.ends_at.map(DateTime),
            organisation_id: row.organisation_id,
        }
    }
}

/// Сотрудник.
#[derive(SimpleObject)]
pub struct StaffMember {
    /// Идентификатор учётной записи.
    account_id: ID,
    /// Имя.
    name: Option<String>,
    /// Почта, скрытая посередине.
    masked_email: Option<String>,
    /// Подключено ли приложение одноразовых кодов.
    has_second_factor: bool,
    /// Отключён ли.
    is_disabled: bool,
    /// Роли, которые действуют.
    grants: Vec<RoleGrant>,
}

impl StaffMember {
    /// What a manager sees.
    pub fn of(
        account: &account::Model,
        credential: &staff_credential::Model,
        profile: Profile,
        grants: Vec<RoleGrant>,
    ) -> Self {
        let email = profile.email.as_deref().map(Email::parse);
        Self {
            account_id: Account::NODE.id(account.id),
            name: profile.name,
            masked_email: email.and_then(Result::ok).map(|email| email.masked()),
            has_second_factor: credential.totp_confirmed_at.is_some(),
            is_disabled: credential.disabled_at.is_some(),
            grants,
        }
    }
}

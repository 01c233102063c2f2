//! What somebody wants to be notified of, as they see it.

use async_graphql::{ComplexObject, Context, SimpleObject};
use uuid::Uuid;

use super::PushTopic;
use crate::{
    domain::{
        organisations::{Organisation, OrganisationById},
        push::{quiet::QuietHours, wishes::Wishes},
    },
    infra::{error::Error, graphql::load_many_of},
};

/// Тихие часы: в это время устройство не звонит, по его собственному часовому поясу.
#[derive(SimpleObject)]
pub struct PushQuietHours {
    /// С какого времени, `ЧЧ:ММ`.
    from: String,
    /// До какого времени, `ЧЧ:ММ`; раньше начала — до следующего утра.
    to: String,
}

impl From<QuietHours> for PushQuietHours {
    fn from(hours: QuietHours) -> Self {
        Self {
            from: QuietHours::written(hours.from),
            to: QuietHours::written(hours.to),
        }
    }
}

/// О чём и когда уведомлять.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PushPreferences {
    /// Выбранные темы.
    topics: Vec<PushTopic>,
    /// Тихие часы; нет — звонить можно всегда.
    quiet_hours: Option<PushQuietHours>,
    /// Сколько раз за сутки может звонить устройство.
    daily_cap: i32,
    /// Дано ли согласие на служебные уведомления (`PUSH_SERVICE`).
    allows_service: bool,
    /// Дано ли согласие на рекламные уведомления (`PUSH_MARKETING`).
    allows_promotional: bool,
    #[graphql(skip)]
    organisation_ids: Vec<Uuid>,
}

#[ComplexObject]
impl PushPreferences {
    /// Организации, о новостях которых уведомлять.
    async fn followed_organisations(
        &self,
        context: &Context<'_>,
    ) -> Result<Vec<Organisation>, Error> {
        let keys = self.organisation_ids.iter().copied().map(OrganisationById);
        let mut found = load_many_of(context, keys).await?;
        let ids = self.organisation_ids.iter();
        let known = ids.filter_map(|id| found.remove(&OrganisationById(*id)));
        Ok(known.map(Organisation::from).collect())
    }
}

impl From<Wishes> for PushPreferences {
    fn from(wishes: Wishes) -> Self {
        let row = wishes.row;
        Self {
            topics: wishes.topics.into_iter().map(Into::into).collect(),
            quiet_hours: row
                .quiet_from
                .zip(row.quiet_to)
                .map(|(from, to)| QuietHours { from, to }.into()),
            daily_cap: row.daily_cap,
            allows_service: row.allows_service,
            allows_promotional: row.allows_promotional,
            organisation_ids: wishes.organisation_ids,
        }
    }
}

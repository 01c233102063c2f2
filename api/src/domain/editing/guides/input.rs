//! What staff send of a guide: a field that is not named stays as it is, `null` empties it.

use std::collections::HashSet;

use async_graphql::{ID, InputObject, MaybeUndefined};
use uuid::Uuid;

use super::{Alert, GuideDocument, parts::GuideAlertInput, passport_input::PassportFields};
use crate::{
    domain::{
        editing::{
            audience::AudienceInput,
            patch::{Emptiable, named, patch, patch_envelope, patch_id},
        },
        guides::{GuideCategory, LifeEvent, ServiceGuide, ServiceLevel, ServicePortal},
    },
    infra::{
        error::Error,
        graphql::{Date, DateTime},
    },
};

/// Поля инструкции. Неназванное остаётся как есть, `null` очищает; списки заменяются целиком.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ServiceGuideFields {
    /// Имя для адресов; без него его даёт название.
    #[graphql(default)]
    slug: MaybeUndefined<String>,
    /// Для кого.
    #[graphql(default)]
    audience: MaybeUndefined<AudienceInput>,
    /// Когда снять с публикации.
    #[graphql(default)]
    unpublish_at: MaybeUndefined<DateTime>,
    /// Раздел.
    #[graphql(default)]
    category: MaybeUndefined<ID>,
    /// Название, не длиннее 200 знаков.
    #[graphql(default)]
    title: MaybeUndefined<String>,
    /// Короткое название, не длиннее 120 знаков; без него — начало названия.
    #[graphql(default)]
    short_title: MaybeUndefined<String>,
    /// Коротко об услуге, не длиннее 300 знаков.
    #[graphql(default)]
    summary: MaybeUndefined<String>,
    /// Где подают заявление.
    #[graphql(default)]
    portal: MaybeUndefined<ServicePortal>,
    /// Чья это услуга.
    #[graphql(default)]
    level: MaybeUndefined<ServiceLevel>,
    /// Ведомство, не длиннее 300 знаков.
    #[graphql(default)]
    authority: MaybeUndefined<String>,
    /// Официальный адрес услуги: `https`, на узле названного портала.
    #[graphql(default)]
    official_url: MaybeUndefined<String>,
    /// Жизненные ситуации.
    #[graphql(default)]
    life_events: MaybeUndefined<Vec<ID>>,
    /// Временное объявление.
    #[graphql(default)]
    alert: MaybeUndefined<GuideAlertInput>,
    /// Связанные инструкции.
    #[graphql(default)]
    related_guides: MaybeUndefined<Vec<ID>>,
    /// Кем проверена: имя и должность, как их увидят читатели. До 200 знаков.
    #[graphql(default)]
    checked_by: MaybeUndefined<String>,
    /// Когда проверена.
    #[graphql(default)]
    checked_at: MaybeUndefined<DateTime>,
    /// Когда проверить снова.
    #[graphql(default)]
    next_review_at: MaybeUndefined<Date>,
    /// Паспорт услуги.
    #[graphql(flatten)]
    passport: PassportFields,
}

impl Emptiable for entities::enums::ServicePortal {}
impl Emptiable for entities::enums::ServiceLevel {}
impl Emptiable for Alert {}

impl ServiceGuideFields {
    /// Puts what was named into a document.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id, or no sum of money.
    pub fn apply(self, document: &mut GuideDocument) -> Result<(), Error> {
        let envelope = &mut document.envelope;
        patch_envelope(envelope, self.slug, self.audience, self.unpublish_at)?;
        let category_id = &mut document.category_id;
        patch_id(category_id, GuideCategory::NODE, "category", self.category)?;
        patch(&mut document.title, self.title);
        patch(&mut document.short_title, self.short_title);
        patch(&mut document.summary, self.summary);
        patch(&mut document.portal, self.portal.map_value(Into::into));
        patch(&mut document.level, self.level.map_value(Into::into));
        patch(&mut document.authority, self.authority);
        patch(&mut document.official_url, self.official_url);
        patch(&mut document.alert, self.alert.map_value(Into::into));
        patch(&mut document.checked_by, self.checked_by);
        patch(
            &mut document.checked_at,
            self.checked_at.map_value(|at| at.0),
        );
        patch(
            &mut document.next_review_at,
            self.next_review_at.map_value(|day| day.0),
        );
        if let Some(ids) = named(self.life_events) {
            let ids = LifeEvent::NODE.decode_all("input.lifeEvents", &ids)?;
            document.life_event_ids = once_each(ids);
        }
        if let Some(ids) = named(self.related_guides) {
            let ids = ServiceGuide::NODE.decode_all("input.relatedGuides", &ids)?;
            document.related_guide_ids = once_each(ids);
        }
        self.passport.apply(&mut document.passport)
    }
}

fn once_each(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

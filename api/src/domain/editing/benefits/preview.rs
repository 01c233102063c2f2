//! A benefit's draft as readers would see it. The common code is not for readers: whoever redeems the
//! benefit gets it.

use std::collections::HashMap;

use entities::enums::{BenefitProvider, BenefitValueKind, LimitPeriod, RedemptionKind};
use sea_orm::DatabaseExecutor;
use uuid::Uuid;

use super::{
    BenefitAdMarkDocument, BenefitDocument, BenefitEligibilityDocument, BenefitRedemptionDocument,
    BenefitValueDocument,
    rules::{kopecks, phone},
};
use crate::{
    domain::{
        benefits::{
            OutletRow, PartnerRow, list_categories_by_ids, list_outlets_by_ids,
            list_partners_by_ids,
        },
        content::Pictures,
        editing::{
            kinds::DraftPreview,
            sections::{Fact, Item, Sections},
            words,
        },
        organisations::list_organisations_by_ids,
    },
    infra::error::Error,
};

/// Places that a preview shows; the largest chains have two thousand.
const MOST_OUTLETS: usize = 50;

/// What a draft's ids stand for.
struct Named {
    category: Option<String>,
    partner: Option<PartnerRow>,
    organisations: Vec<String>,
    outlets: Vec<OutletRow>,
}

/// The draft with whatever it has.
///
/// # Errors
/// Whatever the database reports.
pub async fn preview(
    connection: &DatabaseExecutor<'_>,
    document: BenefitDocument,
    pictures: &Pictures,
) -> Result<DraftPreview, Error> {
    let named = name_all(connection, &document).await?;
    let mut sections = Sections::default();
    sections.facts("value", "Выгода", value(&document.value));
    sections.facts("partner", "Кто даёт", giver(&document, &named));
    eligibility(&mut sections, &document.eligibility, named.organisations);
    let (terms, how_to_use) = (document.terms.as_deref(), document.how_to_use.as_deref());
    sections.text("terms", "Условия", terms, pictures);
    sections.text("howToUse", "Как воспользоваться", how_to_use, pictures);
    sections.facts(
        "redemption",
        "Порядок получения",
        redemption(&document.redemption),
    );
    let days = words::span_of_days(document.valid_from, document.valid_through);
    let okrugs = document.okrugs.iter().copied().map(words::okrug);
    let validity = [Fact::of("Срок", days), Fact::several("Округа", okrugs)];
    sections.facts("validity", "Когда и где действует", validity);
    sections.list(
        "outlets",
        "Места",
        outlets(&document.outlet_ids, named.outlets),
    );
    sections.facts("adMark", "Реклама", ad_mark(document.ad_mark.as_ref()));
    Ok(DraftPreview {
        title: document.title,
        lead: document.summary,
        cover: document.cover_id.and_then(|id| pictures.get(&id).cloned()),
        sections: sections.0,
        ..DraftPreview::default()
    })
}

async fn name_all(
    connection: &DatabaseExecutor<'_>,
    document: &BenefitDocument,
) -> Result<Named, Error> {
    let category_ids: Vec<Uuid> = document.category_id.into_iter().collect();
    let partner_ids: Vec<Uuid> = document.partner_id.into_iter().collect();
    let shown: Vec<Uuid> = document
        .outlet_ids
        .iter()
        .copied()
        .take(MOST_OUTLETS)
        .collect();
    let categories = list_categories_by_ids(connection, &category_ids).await?;
    let partners = list_partners_by_ids(connection, &partner_ids).await?;
    let organisation_ids = &document.eligibility.organisation_ids;
    let organisations = list_organisations_by_ids(connection, organisation_ids).await?;
    Ok(Named {
        category: categories.into_iter().next().map(|row| row.name),
        partner: partners.into_iter().next(),
        organisations: organisations
            .into_iter()
            .map(|row| row.short_name)
            .collect(),
        outlets: list_outlets_by_ids(connection, &shown).await?,
    })
}

fn value(value: &BenefitValueDocument) -> Vec<Option<Fact>> {
    // What is no sum yet is shown as it was typed.
    let sum = |text: &Option<String>| {
        let text = text.as_ref()?;
        Some(kopecks(text).map_or_else(|| text.clone(), words::roubles))
    };
    let kind = value.kind.map(|kind| match kind {
        BenefitValueKind::Percent => "Скидка в процентах",
        BenefitValueKind::FixedRub => "Скидка в рублях",
        BenefitValueKind::SpecialPrice => "Особая цена",
        BenefitValueKind::Free => "Бесплатно",
        BenefitValueKind::Cashback => "Возврат части денег",
        BenefitValueKind::Grant => "Выплата",
        BenefitValueKind::Service => "Услуга",
    });
    vec![
        Fact::of("В чём выгода", kind),
        Fact::of("Процент", value.percent.map(words::percent)),
        Fact::of("Сумма", sum(&value.amount)),
        Fact::of("Не больше", sum(&value.up_to)),
        Fact::of("Обычная цена", sum(&value.base_price)),
    ]
}

fn giver(document: &BenefitDocument, named: &Named) -> Vec<Option<Fact>> {
    let provider = document.provider.map(|provider| match provider {
        BenefitProvider::Partner => "Партнёр",
        BenefitProvider::Union => "Профсоюз",
        BenefitProvider::State => "Государство",
    });
    let partner = named.partner.as_ref();
    vec![
        Fact::of("Вид льготы", named.category.clone()),
        Fact::of("Даёт", provider),
        Fact::of("Партнёр", partner.map(|row| row.brand_name.clone())),
        Fact::of(
            "Юридическое лицо",
            partner.map(|row| row.legal_name.clone()),
        ),
        Fact::of("О партнёре", partner.map(|row| row.description.clone())),
        Fact::address("Сайт", partner.and_then(|row| row.site.as_deref())),
    ]
}

fn eligibility(
    sections: &mut Sections,
    rules: &BenefitEligibilityDocument,
    organisations: Vec<String>,
) {
    let months = Some(rules.min_membership_months).filter(|months| *months > 0);
    let facts = [
        Fact::several("Члены организаций", organisations),
        Fact::several("Округа", rules.okrugs.iter().copied().map(words::okrug)),
        Fact::of(
            "Стаж в профсоюзе",
            months.map(|months| format!("от {months} мес.")),
        ),
        Fact::of("Близким", rules.dependents_allowed.then_some("тоже")),
        Fact::several("Документы", rules.documents.iter().map(String::as_str)),
    ];
    sections.facts("eligibility", "Кому", facts);
}

fn redemption(redemption: &BenefitRedemptionDocument) -> Vec<Option<Fact>> {
    let kind = redemption.kind.map(|kind| match kind {
        RedemptionKind::ShowCard => "Показать билет",
        RedemptionKind::PromoCode => "Назвать промокод: его увидит тот, кто получит льготу",
        RedemptionKind::UniqueCode => "Получить личный код",
        RedemptionKind::AffiliateLink => "Перейти по ссылке из личного кабинета",
        RedemptionKind::Booking => "Записаться",
        RedemptionKind::Application => "Подать заявление",
        RedemptionKind::Phone => "Позвонить",
    });
    let period = match redemption.period {
        Some(LimitPeriod::Day) => "за день",
        Some(LimitPeriod::Month) => "за месяц",
        Some(LimitPeriod::Year) => "за год",
        None => "за всё время",
    };
    let called = redemption.phone.as_ref();
    let called = called.map(|text| phone(text).unwrap_or_else(|| text.clone()));
    let per_member = redemption.limit_per_member;
    vec![
        Fact::of("Способ", kind),
        Fact::address("Адрес", redemption.url.as_deref()),
        Fact::of("Телефон", called),
        Fact::of(
            "Раз на человека",
            per_member.map(|limit| format!("{limit} {period}")),
        ),
        Fact::of(
            "Раз на всех",
            redemption.limit_total.map(|limit| limit.to_string()),
        ),
    ]
}

/// The places in the order of the draft, and how many more there are.
fn outlets(ids: &[Uuid], rows: Vec<OutletRow>) -> Vec<Item> {
    let mut rows: HashMap<Uuid, OutletRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let place = |row: OutletRow| {
        Item::of(row.name)
            .with(Some(row.address))
            .with(row.hours)
            .with(row.phone)
    };
    let mut items: Vec<Item> = ids
        .iter()
        .filter_map(|id| rows.remove(id))
        .map(place)
        .collect();
    let more = ids.len().saturating_sub(MOST_OUTLETS);
    if more > 0 {
        items.push(Item::of(format!("И ещё мест: {more}")));
    }
    items
}

fn ad_mark(mark: Option<&BenefitAdMarkDocument>) -> Vec<Option<Fact>> {
    vec![
        Fact::of(
            "Рекламодатель",
            mark.and_then(|mark| mark.advertiser.clone()),
        ),
        Fact::of("erid", mark.and_then(|mark| mark.token.clone())),
    ]
}

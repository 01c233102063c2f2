//! A guide's draft as readers would see it: its passport, part by part.

use chrono::{DateTime, Utc};
use entities::enums::{ServiceLevel, ServicePortal};
use sea_orm::DatabaseExecutor;
use uuid::Uuid;

use super::GuideDocument;
use crate::{
    domain::{
        editing::{
            kinds::DraftPreview,
            sections::{Fact, Item, Sections},
            words,
        },
        guides::{
            ChannelKind, DocumentGroup, DocumentPick, GuideStep, LegalAct, Passport,
            ProcessingTerm, ResultForm, ServiceChannel, ServiceCost, StepLogic, TermUnit,
            list_categories_by_ids, list_life_events_by_ids, warnings_of,
        },
    },
    infra::{clock::moscow_date, error::Error},
};

const UNVERIFIED: &str = "Источником не подтверждено";

/// The draft with whatever it has, as it would be read at that instant.
///
/// # Errors
/// Whatever the database reports.
pub async fn preview(
    connection: &DatabaseExecutor<'_>,
    document: GuideDocument,
    now: DateTime<Utc>,
) -> Result<DraftPreview, Error> {
    let mut sections = Sections::default();
    service(&mut sections, connection, &document).await?;
    applying(&mut sections, &document.passport);
    outcome(&mut sections, &document.passport);
    trust(&mut sections, &document);
    Ok(DraftPreview {
        notices: notices(&document, now),
        title: document.title,
        lead: document.summary,
        sections: sections.0,
        ..DraftPreview::default()
    })
}

/// What stands above a guide: whatever is wrong with it, and what is new for a while.
fn notices(document: &GuideDocument, now: DateTime<Utc>) -> Vec<String> {
    let is_verified = document.checked_by.is_some() && document.checked_at.is_some();
    let alert = document.alert.as_ref().filter(|alert| now < alert.until);
    let mut notices = warnings_of(is_verified, document.next_review_at, moscow_date(now));
    notices.extend(alert.map(|alert| alert.text.clone()));
    notices
}

async fn service(
    sections: &mut Sections,
    connection: &DatabaseExecutor<'_>,
    document: &GuideDocument,
) -> Result<(), Error> {
    let category_ids: Vec<Uuid> = document.category_id.into_iter().collect();
    let categories = list_categories_by_ids(connection, &category_ids).await?;
    let events = list_life_events_by_ids(connection, &document.life_event_ids).await?;
    let passport = &document.passport;
    let facts = [
        Fact::several("Раздел", categories.into_iter().map(|row| row.name)),
        Fact::several(
            "Жизненные ситуации",
            events.into_iter().map(|row| row.title),
        ),
        Fact::of("Где подают", document.portal.map(portal)),
        Fact::of("Чья услуга", document.level.map(level)),
        Fact::of("Ведомство", document.authority.clone()),
        Fact::address("Официальная страница", document.official_url.as_deref()),
        Fact::of("Код услуги", passport.external_service_code.clone()),
        Fact::several(
            "Как ещё называют",
            passport.synonyms.iter().map(String::as_str),
        ),
        Fact::of(
            "Заявление регистрируют",
            passport.registration_max_minutes.map(minutes),
        ),
        Fact::of("Ждут в очереди", passport.queue_max_minutes.map(minutes)),
    ];
    sections.facts("service", "Услуга", facts);
    Ok(())
}

fn applying(sections: &mut Sections, passport: &Passport) {
    sections.lines("whoMayApply", "Кто может получить", &passport.who_may_apply);
    let prerequisites = passport.prerequisites.iter();
    let prerequisites = prerequisites.map(|one| Item::of(&one.text));
    sections.list("prerequisites", "Что нужно до начала", prerequisites);
    let documents = passport.document_groups.iter().map(documents);
    sections.list("documentGroups", "Документы", documents);
    sections.steps("steps", "Шаги", passport.steps.iter().map(step));
    let channels = passport.channels.iter().map(channel);
    sections.list("channels", "Способы и сроки", channels);
    sections.list("costs", "Стоимость", passport.costs.iter().map(cost));
}

fn outcome(sections: &mut Sections, passport: &Passport) {
    let results = passport.results.iter().map(|result| {
        Item::of(&result.name).with(Some(match result.form {
            ResultForm::Electronic => "Электронный документ",
            ResultForm::Paper => "Бумажный документ",
            ResultForm::RegistryEntry => "Запись в реестре",
        }))
    });
    sections.list("results", "Результат", results);
    let accept = &passport.refusal_accept;
    sections.lines("refusalAccept", "Когда не примут документы", accept);
    let provide = &passport.refusal_provide;
    sections.lines("refusalProvide", "Когда откажут в услуге", provide);
    let suspension = &passport.suspension_grounds;
    sections.lines("suspensionGrounds", "Когда приостановят", suspension);
    let appeal = passport.appeal.as_ref().map(|appeal| {
        Item::of(&appeal.how)
            .with(appeal.term.as_ref().map(|term| format!("Срок: {term}")))
            .leading(appeal.url.as_deref())
    });
    sections.list("appeal", "Как обжаловать", appeal);
}

fn trust(sections: &mut Sections, document: &GuideDocument) {
    let passport = &document.passport;
    sections.lines("commonMistakes", "Частые ошибки", &passport.common_mistakes);
    let fraud = passport.fraud_warning.as_ref().map(Item::of);
    sections.list("fraudWarning", "Как не попасться мошенникам", fraud);
    let help = passport.union_help.as_ref();
    let help = help.map(|help| Item::of(&help.text).with(help.contact.clone()));
    sections.list("unionHelp", "Чем поможет профсоюз", help);
    let acts = passport.legal_basis.iter().map(legal_act);
    sections.list("legalBasis", "Правовые основания", acts);
    let checked_on = document.checked_at.map(|at| words::day(moscow_date(at)));
    let facts = [
        Fact::of("Проверено", document.checked_by.clone()),
        Fact::of("Когда", checked_on),
        Fact::of("Проверить снова", document.next_review_at.map(words::day)),
        Fact::of("Сведения на день", passport.source_date.map(words::day)),
        Fact::of("Источник", passport.source_note.clone()),
    ];
    sections.facts("checked", "Проверка", facts);
}

fn documents(group: &DocumentGroup) -> Item {
    let pick = match group.pick {
        DocumentPick::All => "все",
        DocumentPick::OneOf => "любой один",
    };
    let need = if group.required {
        "Нужны"
    } else {
        "По желанию"
    };
    let about = format!("{need}: {pick}");
    group.items.iter().fold(
        Item::of(&group.title).with(Some(about)),
        |item, document| {
            let note = document.note.as_ref().map(|note| format!(" ({note})"));
            let agency = document
                .obtained_by_agency
                .then_some(", ведомство получит само");
            item.with(Some(format!(
                "{}{}{}",
                document.name,
                note.unwrap_or_default(),
                agency.unwrap_or_default()
            )))
        },
    )
}

fn step(step: &GuideStep) -> Item {
    let any = (step.logic == StepLogic::Or).then_some("Достаточно одного из действий");
    Item::of(&step.title)
        .with(Some(step.text.as_str()))
        .with(any)
        .with(step.channel.map(channel_kind))
        .with(step.tip.as_ref().map(|tip| format!("Совет: {tip}")))
        .leading(step.link.as_deref())
}

fn channel(channel: &ServiceChannel) -> Item {
    Item::of(&channel.title)
        .with(Some(channel_kind(channel.kind)))
        .with(channel.processing.as_ref().and_then(term))
        .with(channel.address.clone())
        .with(channel.hours.clone())
        .with(channel.phone.clone())
        .leading(channel.url.as_deref())
}

fn term(term: &ProcessingTerm) -> Option<String> {
    let length = match (term.unit, term.max) {
        (TermUnit::Instant, _) => "сразу".to_owned(),
        (_, None) => return None,
        (TermUnit::WorkingDays, Some(days)) => format!("до {days} раб. дн."),
        (TermUnit::CalendarDays, Some(days)) => format!("до {days} дн."),
        (TermUnit::Hours, Some(hours)) => format!("до {hours} ч"),
    };
    let from = term.starts_from.as_ref().map(|from| format!(", {from}"));
    let doubt = if term.unverified {
        ". Источником не подтверждён"
    } else {
        ""
    };
    Some(format!("Срок: {length}{}{doubt}", from.unwrap_or_default()))
}

fn cost(cost: &ServiceCost) -> Item {
    let sum = if cost.amount > 0.0 {
        words::roubles(in_kopecks(cost.amount))
    } else {
        "бесплатно".to_owned()
    };
    Item::of(format!("{}: {sum}", cost.title))
        .with(cost.channel.map(channel_kind))
        .with(words::span_of_days(cost.valid_from, cost.valid_to))
        .with(cost.legal_ref.clone())
        .with(cost.unverified.then_some(UNVERIFIED))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a state fee is far below 2^53 kopecks"
)]
fn in_kopecks(roubles: f64) -> i64 {
    (roubles * 100.0).round() as i64
}

fn legal_act(act: &LegalAct) -> Item {
    let number = act.number.as_ref().map(|number| format!("№ {number}"));
    let date = act.date.map(|date| format!("от {}", words::day(date)));
    let about: Vec<String> = [date, number, act.article.clone()]
        .into_iter()
        .flatten()
        .collect();
    Item::of(&act.act)
        .with(Some(about.join(", ")))
        .with(act.unverified.then_some(UNVERIFIED))
        .leading(act.url.as_deref())
}

fn minutes(minutes: i32) -> String {
    format!("до {minutes} мин.")
}

const fn channel_kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Online => "Через интернет",
        ChannelKind::Mfc => "В МФЦ",
        ChannelKind::InPerson => "Лично в ведомстве",
        ChannelKind::Post => "Почтой",
        ChannelKind::Phone => "По телефону",
    }
}

const fn portal(portal: ServicePortal) -> &'static str {
    match portal {
        ServicePortal::Gosuslugi => "Госуслуги",
        ServicePortal::MosRu => "mos.ru",
        ServicePortal::Fns => "Налоговая служба",
        ServicePortal::Sfr => "Социальный фонд",
        ServicePortal::OnlineInspection => "Онлайнинспекция.рф",
        ServicePortal::Other => "Другое место",
    }
}

const fn level(level: ServiceLevel) -> &'static str {
    match level {
        ServiceLevel::Federal => "Федеральная",
        ServiceLevel::Moscow => "Московская",
    }
}

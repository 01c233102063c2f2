//! A course's draft as readers would see it.

use entities::enums::{CertificateKind, CourseFormat, CourseLevel};

use super::CourseDocument;
use crate::domain::{
    content::{Pictures, RenderedText},
    editing::{
        kinds::DraftPreview,
        sections::{Fact, Item, Sections},
    },
};

/// The draft with whatever it has.
#[must_use]
pub fn preview(document: CourseDocument, pictures: &Pictures) -> DraftPreview {
    let mut sections = Sections::default();
    let facts = [
        Fact::of("Кто учит", document.provider.clone()),
        Fact::of("Как учат", document.format.map(format_in_words)),
        Fact::of("Что нужно знать", document.level.map(level)),
        Fact::of("Сколько", document.hours.map(hours_in_words)),
        Fact::of(
            "Что получают",
            document.certificate_kind.and_then(certificate),
        ),
    ];
    sections.facts("course", "Курс", facts);
    let programme = document.programme.iter().map(|module| {
        Item::of(&module.title)
            .with(module.text.clone())
            .with(module.hours.map(hours_in_words))
    });
    sections.steps("programme", "Программа", programme);
    let materials = document
        .materials
        .iter()
        .map(|material| Item::of(&material.title).leading(Some(&material.url)));
    sections.list("materials", "Материалы", materials);
    let body = document.body.unwrap_or_default();
    DraftPreview {
        title: document.title,
        lead: document.summary,
        html: RenderedText::from_markdown(&body, pictures).html,
        sections: sections.0,
        ..DraftPreview::default()
    }
}

fn hours_in_words(hours: i32) -> String {
    format!("{hours}\u{a0}ак. ч")
}

const fn format_in_words(format: CourseFormat) -> &'static str {
    match format {
        CourseFormat::Onsite => "Очно",
        CourseFormat::Online => "Через интернет",
        CourseFormat::Hybrid => "Очно и через интернет",
        CourseFormat::SelfPaced => "Самостоятельно",
    }
}

const fn level(level: CourseLevel) -> &'static str {
    match level {
        CourseLevel::Beginner => "Ничего",
        CourseLevel::Intermediate => "Основы",
        CourseLevel::Advanced => "Многое",
    }
}

const fn certificate(kind: CertificateKind) -> Option<&'static str> {
    match kind {
        CertificateKind::Nothing => None,
        CertificateKind::Participation => Some("Сертификат участника"),
        CertificateKind::Completion => Some("Свидетельство об окончании"),
    }
}

//! A certificate as its owner sees it, and as whoever checks it does.

use async_graphql::SimpleObject;
use entities::training_certificate;

use crate::{
    domain::{
        media::MediaBase,
        training::certificate::{Found, code_of},
    },
    infra::{
        graphql::{Date, Url},
        vault::Vault,
    },
};

/// Своё свидетельство о занятии.
#[derive(SimpleObject)]
pub struct TrainingCertificate {
    /// Номер.
    number: String,
    /// Код для проверки: печатается под номером.
    code: String,
    /// Страница, на которой код проверит любой.
    check_url: Url,
    /// Название курса на день выдачи.
    course_title: String,
    /// Сколько академических часов.
    hours: i32,
    /// Когда выдано.
    issued_on: Date,
}

impl TrainingCertificate {
    /// What its owner sees.
    #[must_use]
    pub fn of(vault: &Vault, base: &MediaBase, row: training_certificate::Model) -> Self {
        let code = code_of(vault, &row);
        // Behind the sign that browsers send to no server: no log keeps who was checked.
        let check_url = Url(format!("{}/certificate#{code}", base.0));
        Self {
            number: row.number,
            code,
            check_url,
            course_title: row.course_title,
            hours: row.hours,
            issued_on: Date(row.issued_on),
        }
    }
}

/// Ответ на проверку свидетельства: действительно ли оно. Больше ничего, и следа проверки не остаётся.
#[derive(SimpleObject)]
pub struct TrainingCertificateCheck {
    /// Действительно ли свидетельство.
    valid: bool,
    /// Название курса.
    course: Option<String>,
    /// Инициалы владельца; нет — неизвестны.
    holder_initials: Option<String>,
    /// Когда выдано.
    issued_on: Option<Date>,
    /// Сколько академических часов.
    hours: Option<i32>,
}

impl TrainingCertificateCheck {
    /// What a check found.
    #[must_use]
    pub fn of(found: Option<Found>) -> Self {
        match found {
            None => Self {
                valid: false,
                course: None,
                holder_initials: None,
                issued_on: None,
                hours: None,
            },
            Some(found) => Self {
                valid: true,
                course: Some(found.course_title),
                holder_initials: found.initials,
                issued_on: Some(Date(found.issued_on)),
                hours: Some(found.hours),
            },
        }
    }
}

//! Consents, copies and erasures as their owner sees them.

use async_graphql::{Enum, ID, SimpleObject};
use entities::{data_export, erasure};

use super::consents::Standing;
use crate::infra::graphql::{DateTime, NodeTag, Url, UserErrorCode};

/// Коды ожидаемых ошибок о персональных данных: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PrivacyErrorCode {
    /// Согласия с такой целью не спрашивают.
    PurposeNotFound,
    /// Текст согласия изменился: покажите новый.
    TextChanged,
    /// Нужно подтвердить, что это вы.
    StepUpRequired,
    /// Отменять нечего.
    NothingToCancel,
}

impl UserErrorCode for PrivacyErrorCode {
    fn message(&self) -> String {
        match self {
            Self::PurposeNotFound => "Согласия с такой целью не спрашивают.",
            Self::TextChanged => "Текст согласия изменился: прочитайте новый.",
            Self::StepUpRequired => "Подтвердите, что это вы: запросите код ещё раз.",
            Self::NothingToCancel => "Отменять нечего.",
        }
        .into()
    }
}

/// Последнее решение об одной цели обработки.
#[derive(SimpleObject)]
pub struct Consent {
    /// Цель. Открытый список.
    purpose: String,
    /// Дано ли согласие.
    is_granted: bool,
    /// Номер редакции текста.
    document_version: i32,
    /// SHA-256 текста.
    text_hash: String,
    /// Когда решено.
    decided_at: DateTime,
    /// Действует ли ещё та редакция; если нет, спросите снова.
    is_of_current_text: bool,
}

impl From<Standing> for Consent {
    fn from(standing: Standing) -> Self {
        let decision = standing.decision;
        Self {
            purpose: decision.purpose,
            is_granted: decision.is_granted,
            document_version: decision.document_version,
            text_hash: decision.text_hash,
            decided_at: DateTime(decision.decided_at),
            is_of_current_text: standing.is_of_current_text,
        }
    }
}

/// Где выгрузка. Открытый перечень.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ExportState")]
pub enum PersonalDataExportState {
    /// Готовится.
    Preparing,
    /// Готова.
    Ready,
    /// Не получилась: её можно запросить снова.
    Failed,
}

/// Выгрузка своих данных.
#[derive(SimpleObject)]
pub struct PersonalDataExport {
    /// Идентификатор.
    id: ID,
    /// Где она.
    state: PersonalDataExportState,
    /// Когда запрошена.
    created_at: DateTime,
    /// До какого момента хранится.
    expires_at: DateTime,
    /// Где взять архив ZIP, с тем же `Authorization`; нет — ещё не готов.
    url: Option<Url>,
}

impl PersonalDataExport {
    /// Of exports.
    pub const NODE: NodeTag = NodeTag(b'x');

    /// What the owner sees.
    pub fn of(row: &data_export::Model, base: &str) -> Self {
        let id = Self::NODE.id(row.id);
        let is_ready = row.ready_at.is_some();
        Self {
            url: is_ready.then(|| Url(format!("{base}/exports/{}", id.as_str()))),
            id,
            state: row.state.into(),
            created_at: DateTime(row.created_at),
            expires_at: DateTime(row.expires_at),
        }
    }
}

/// Желание удалить учётную запись.
#[derive(SimpleObject)]
pub struct AccountErasure {
    /// Когда заявлено.
    requested_at: DateTime,
    /// Когда всё будет удалено; до этого можно передумать: `accountEraseCancel`.
    due_at: DateTime,
}

impl From<&erasure::Model> for AccountErasure {
    fn from(row: &erasure::Model) -> Self {
        Self {
            requested_at: DateTime(row.requested_at),
            due_at: DateTime(row.due_at),
        }
    }
}

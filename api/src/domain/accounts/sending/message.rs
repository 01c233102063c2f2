//! What people are told.

use serde::{Deserialize, Serialize};

/// A message on its way. Sealed while it is queued, never logged.
#[derive(Clone, Serialize, Deserialize)]
pub enum Message {
    /// A one-time code.
    Code {
        contact: String,
        code: String,
        /// It is not to change a contact.
        signs_in: bool,
    },
    /// A link to set a password by.
    StaffLink { contact: String, link: String },
    /// Something that happened to the account.
    Notice { contact: String, text: String },
    /// Something that staff have to see to.
    StaffNotice { contact: String, text: String },
}

impl std::fmt::Debug for Message {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Message(…)")
    }
}

/// A message as a courier carries it.
#[derive(Clone)]
pub struct Text {
    pub subject: &'static str,
    pub body: String,
}

impl Message {
    /// To whom it goes.
    #[must_use]
    pub fn contact(&self) -> &str {
        match self {
            Self::Code { contact, .. }
            | Self::StaffLink { contact, .. }
            | Self::Notice { contact, .. }
            | Self::StaffNotice { contact, .. } => contact,
        }
    }

    /// How it reads.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            // The last line lets phones fill the code in for the portal's pages alone.
            Self::Code { code, .. } => Text {
                subject: "Код входа",
                body: format!(
                    "{code} — код входа Московской Федерации профсоюзов. Никому его не сообщайте.\n@mtuf.ru #{code}"
                ),
            },
            Self::StaffLink { link, .. } => Text {
                subject: "Доступ сотрудника",
                body: format!(
                    "Чтобы задать пароль, откройте ссылку. Она сработает один раз и скоро устареет.\n{link}"
                ),
            },
            Self::Notice { text, .. } => Text {
                subject: "Ваша учётная запись",
                body: text.clone(),
            },
            Self::StaffNotice { text, .. } => Text {
                subject: "Нужно ваше внимание",
                body: text.clone(),
            },
        }
    }
}

//! What can go wrong with accounts by nobody's fault but the client's.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок входа и учётной записи: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AccountErrorCode {
    /// Это не российский мобильный телефон и не почта.
    InvalidIdentifier,
    /// Кодов запрошено слишком много.
    TooManyCodes,
    /// Вход по коду отключён после множества неверных попыток.
    CodesAreOff,
    /// Код неверен, устарел или уже использован.
    CodeInvalid,
    /// Слишком много неверных попыток.
    TooManyAttempts,
    /// Сеанс закончился.
    RefreshTokenInvalid,
    /// Нужно подтвердить, что это вы.
    StepUpRequired,
    /// Контакт занят другой учётной записью.
    ContactTaken,
    /// Имя не годится.
    InvalidName,
    /// Такого сеанса нет.
    SessionNotFound,
    /// Почта, пароль или код неверны.
    CredentialsInvalid,
    /// Пароль слишком прост.
    PasswordTooWeak,
    /// Ссылка недействительна или устарела.
    TokenInvalid,
    /// Второй фактор уже подключён.
    TotpAlreadyConnected,
    /// Такого сотрудника нет.
    StaffNotFound,
    /// Нельзя дать больше прав, чем есть у вас.
    RoleBeyondYours,
    /// Область действия роли указана неверно.
    ScopeInvalid,
    /// Такой роли у сотрудника нет.
    GrantNotFound,
    /// Тот же ключ был с другими данными.
    Conflict,
}

impl UserErrorCode for AccountErrorCode {
    fn message(&self) -> String {
        match self {
            Self::InvalidIdentifier => "Укажите российский мобильный телефон или почту.",
            Self::TooManyCodes => "Кодов запрошено слишком много. Попробуйте позже.",
            Self::CodesAreOff => {
                "Вход по коду отключён: слишком много неверных попыток. Обратитесь в федерацию."
            }
            Self::CodeInvalid => "Код неверен или устарел.",
            Self::TooManyAttempts => "Слишком много неверных попыток. Попробуйте позже.",
            Self::RefreshTokenInvalid => "Сеанс закончился. Войдите снова.",
            Self::StepUpRequired => "Подтвердите, что это вы: запросите код ещё раз.",
            Self::ContactTaken => "Этот контакт нельзя использовать.",
            Self::InvalidName => "Имя — от 1 до 100 знаков.",
            Self::SessionNotFound => "Такого сеанса нет.",
            Self::CredentialsInvalid => "Почта, пароль или код неверны.",
            Self::PasswordTooWeak => {
                "Пароль слишком прост: нужно не меньше 12 знаков, не из известных паролей."
            }
            Self::TokenInvalid => "Ссылка недействительна или устарела. Попросите новую.",
            Self::TotpAlreadyConnected => "Приложение с одноразовыми кодами уже подключено.",
            Self::StaffNotFound => "Такого сотрудника нет.",
            Self::RoleBeyondYours => "Нельзя дать больше прав, чем есть у вас.",
            Self::ScopeInvalid => "Укажите ровно одно: федерацию, организацию или округ.",
            Self::GrantNotFound => "Такой роли у сотрудника нет.",
            Self::Conflict => "Этот ключ уже использован для другого запроса.",
        }
        .into()
    }
}

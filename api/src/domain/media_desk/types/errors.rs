//! What can go wrong with pictures by nobody's fault but the client's.

use async_graphql::{Enum, resolver_utils::EnumType};

use crate::{domain::media::Unfit, infra::graphql::UserErrorCode};

/// Коды ожидаемых ошибок с картинками: значения поля `code` и, при загрузке файла, `reason`. Открытый
/// список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MediaErrorCode {
    /// Такой организации нет.
    OrganisationNotFound,
    /// Это не JPEG, не PNG и не WebP.
    UnsupportedType,
    /// Файл повреждён или оборван.
    Damaged,
    /// Слишком много точек.
    DimensionsTooLarge,
    /// Картинка движется.
    Animated,
    /// Картинка обрабатывалась слишком долго.
    ProcessingTooSlow,
    /// Файлов за сутки слишком много.
    TooManyFiles,
    /// Файлы за сутки слишком велики.
    TooManyBytes,
    /// Места для картинок не осталось.
    StorageFull,
    /// Текст слишком длинен.
    TextTooLong,
    /// Такой картинки нет.
    AssetNotFound,
    /// Чужую картинку или ту, что показывают, меняет редактор.
    EditorRequired,
    /// Картинку тем временем изменили: она в ответе.
    Conflict,
    /// Картинку показывают.
    InUse,
}

impl MediaErrorCode {
    /// As clients see it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let item = Self::items().iter().find(|item| item.value == self);
        item.map_or("", |item| item.name)
    }
}

impl From<Unfit> for MediaErrorCode {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Type => Self::UnsupportedType,
            Unfit::Damaged => Self::Damaged,
            Unfit::Dimensions => Self::DimensionsTooLarge,
            Unfit::Animated => Self::Animated,
            Unfit::Slow => Self::ProcessingTooSlow,
        }
    }
}

impl UserErrorCode for MediaErrorCode {
    fn message(&self) -> String {
        match self {
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::UnsupportedType => "Это не картинка: подходят JPEG, PNG и WebP.",
            Self::Damaged => "Файл повреждён или загружен не целиком.",
            Self::DimensionsTooLarge => {
                "Картинка слишком велика: до 8192 точек в стороне и до 16 мегапикселей, у \
                 прогрессивных JPEG и картинок с прозрачностью меньше. Уменьшите её."
            }
            Self::Animated => "Движущиеся картинки не принимаются.",
            Self::ProcessingTooSlow => "Картинка обрабатывалась слишком долго. Повторите позже.",
            Self::TooManyFiles => "Сегодня загружено слишком много файлов. Продолжите завтра.",
            Self::TooManyBytes => "Сегодня загружено слишком много. Продолжите завтра.",
            Self::StorageFull => "Места для картинок не осталось: скажите администратору.",
            Self::TextTooLong => "Текст слишком длинен.",
            Self::AssetNotFound => "Такой картинки нет.",
            Self::EditorRequired => "Чужую картинку или ту, что показывают, меняет редактор.",
            Self::Conflict => "Картинку тем временем изменили.",
            Self::InUse => "Картинку показывают: сначала уберите её оттуда.",
        }
        .into()
    }
}

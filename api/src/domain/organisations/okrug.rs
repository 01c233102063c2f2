//! The okrugs of Moscow as clients write them.

use async_graphql::Enum;
use entities::enums;

/// Административный округ Москвы. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum Okrug {
    /// Центральный.
    Cao,
    /// Северный.
    Sao,
    /// Северо-Восточный.
    Svao,
    /// Восточный.
    Vao,
    /// Юго-Восточный.
    Yuvao,
    /// Южный.
    Yuao,
    /// Юго-Западный.
    Yuzao,
    /// Западный.
    Zao,
    /// Северо-Западный.
    Szao,
    /// Зеленоградский.
    Zelao,
    /// Новомосковский.
    Nao,
    /// Троицкий.
    Tao,
    /// Новомосковский и Троицкий вместе: только в фильтрах, в ответах не встречается.
    Tinao,
}

impl Okrug {
    /// The okrugs that a filter by this value means.
    #[must_use]
    pub fn stored(self) -> Vec<enums::Okrug> {
        let one = match self {
            Self::Cao => enums::Okrug::Cao,
            Self::Sao => enums::Okrug::Sao,
            Self::Svao => enums::Okrug::Svao,
            Self::Vao => enums::Okrug::Vao,
            Self::Yuvao => enums::Okrug::Yuvao,
            Self::Yuao => enums::Okrug::Yuao,
            Self::Yuzao => enums::Okrug::Yuzao,
            Self::Zao => enums::Okrug::Zao,
            Self::Szao => enums::Okrug::Szao,
            Self::Zelao => enums::Okrug::Zelao,
            Self::Nao => enums::Okrug::Nao,
            Self::Tao => enums::Okrug::Tao,
            Self::Tinao => return vec![enums::Okrug::Nao, enums::Okrug::Tao],
        };
        vec![one]
    }
}

/// The okrugs that an optional filter means; `None`: no filter.
#[must_use]
pub fn stored_okrugs(filter: Option<Okrug>) -> Option<Vec<enums::Okrug>> {
    filter.map(Okrug::stored)
}

impl From<enums::Okrug> for Okrug {
    fn from(stored: enums::Okrug) -> Self {
        match stored {
            enums::Okrug::Cao => Self::Cao,
            enums::Okrug::Sao => Self::Sao,
            enums::Okrug::Svao => Self::Svao,
            enums::Okrug::Vao => Self::Vao,
            enums::Okrug::Yuvao => Self::Yuvao,
            enums::Okrug::Yuao => Self::Yuao,
            enums::Okrug::Yuzao => Self::Yuzao,
            enums::Okrug::Zao => Self::Zao,
            enums::Okrug::Szao => Self::Szao,
            enums::Okrug::Zelao => Self::Zelao,
            enums::Okrug::Nao => Self::Nao,
            enums::Okrug::Tao => Self::Tao,
        }
    }
}

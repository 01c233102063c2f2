//! What a redemption gave: only its holder's key opens it.

use entities::enums::RedemptionKind;
use serde::{Deserialize, Serialize};

use super::store::terms::Terms;
use crate::infra::{
    error::Error,
    vault::{DataKey, Sealed},
};

const COLUMN: &str = "benefit_redemption.voucher";
const SHOW_THE_CARD: &str = "Покажите билет";
/// For benefits that say no more themselves.
const AS_DESCRIBED: &str = "Воспользуйтесь льготой, как сказано в её описании";

/// What a redemption gave, as its holder finds it again.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    pub code: Option<String>,
    pub url: Option<String>,
    pub phone: Option<String>,
    pub text: Option<String>,
}

impl std::fmt::Debug for Voucher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Voucher(…)")
    }
}

impl Voucher {
    /// What a benefit gives, with a code of its pool where it has one. `None`: its code is missing.
    pub fn of(terms: &Terms, code_of_pool: Option<String>) -> Option<Self> {
        let nothing = Self::default();
        let (url, phone) = (terms.redemption_url.clone(), terms.redemption_phone.clone());
        let given = match terms.redemption_kind {
            RedemptionKind::ShowCard => nothing.with_text(SHOW_THE_CARD),
            RedemptionKind::PromoCode => nothing.with_code(terms.promo_code.clone()?),
            RedemptionKind::UniqueCode => nothing.with_code(code_of_pool?),
            RedemptionKind::AffiliateLink | RedemptionKind::Application => Self { url, ..nothing },
            RedemptionKind::Booking => Self {
                url,
                phone,
                ..nothing
            },
            RedemptionKind::Phone => Self { phone, ..nothing },
        };
        Some(if given == Self::default() {
            given.with_text(AS_DESCRIBED)
        } else {
            given
        })
    }

    fn with_code(self, code: String) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    fn with_text(self, text: &str) -> Self {
        Self {
            text: Some(text.to_owned()),
            ..self
        }
    }

    /// Seals it for its holder.
    ///
    /// # Errors
    /// `Internal`, when it can't be written.
    pub fn seal(&self, key: &DataKey) -> Result<Sealed, Error> {
        key.seal(COLUMN, self)
    }

    /// Opens what was sealed for that holder.
    ///
    /// # Errors
    /// `Internal`, when it is somebody else's, or was changed.
    pub fn open(key: &DataKey, sealed: &[u8]) -> Result<Self, Error> {
        key.open(COLUMN, sealed)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn terms(redemption_kind: RedemptionKind) -> Terms {
        Terms {
            id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            redemption_kind,
            redemption_url: Some("https://partner.example/".into()),
            redemption_phone: Some("+74950000000".into()),
            promo_code: Some("PROFSOYUZ".into()),
            limit_per_member: None,
            limit_total: None,
            limit_period: None,
        }
    }

    #[test]
    fn each_kind_gives_what_it_is_redeemed_by() {
        use RedemptionKind::{
            AffiliateLink, Application, Booking, Phone, PromoCode, ShowCard, UniqueCode,
        };
        for (kind, code, url, phone, text) in [
            (ShowCard, None, false, false, true),
            (PromoCode, Some("PROFSOYUZ"), false, false, false),
            (UniqueCode, Some("OWN1"), false, false, false),
            (AffiliateLink, None, true, false, false),
            (Booking, None, true, true, false),
            (Application, None, true, false, false),
            (Phone, None, false, true, false),
        ] {
            let voucher = Voucher::of(&terms(kind), Some("OWN1".into())).unwrap();
            assert_eq!(voucher.code.as_deref(), code, "{kind:?}");
            let given = (
                voucher.url.is_some(),
                voucher.phone.is_some(),
                voucher.text.is_some(),
            );
            assert_eq!(given, (url, phone, text), "{kind:?}");
        }
    }

    #[test]
    fn nothing_is_given_without_a_code() {
        let mut without = terms(RedemptionKind::PromoCode);
        without.promo_code = None;
        assert_eq!(Voucher::of(&without, None), None);
        assert_eq!(Voucher::of(&terms(RedemptionKind::UniqueCode), None), None);
    }

    #[test]
    fn nobody_is_left_without_a_word() {
        let mut bare = terms(RedemptionKind::Application);
        bare.redemption_url = None;
        let voucher = Voucher::of(&bare, None).unwrap();
        assert_eq!(voucher.text.as_deref(), Some(AS_DESCRIBED));
    }
}

//! Pure decisions about what editors write of benefits.

use entities::enums::BenefitValueKind;

use crate::domain::accounts::contact::Phone;

/// What a kind of value is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A share of the price.
    Percent,
    /// A sum of money.
    Amount,
    /// A sum of money, or the most that it may be.
    AmountOrMost,
    /// Words alone.
    Words,
}

/// What tells how much a benefit of that kind gives.
#[must_use]
pub const fn measure_of(kind: BenefitValueKind) -> Measure {
    match kind {
        BenefitValueKind::Percent | BenefitValueKind::Cashback => Measure::Percent,
        BenefitValueKind::FixedRub | BenefitValueKind::SpecialPrice => Measure::Amount,
        // Material aid is often decided case by case, up to a sum.
        BenefitValueKind::Grant => Measure::AmountOrMost,
        BenefitValueKind::Free | BenefitValueKind::Service => Measure::Words,
    }
}

/// A sum in roubles, `1500` or `1500.05`, in kopecks; nothing for what is no positive sum.
#[must_use]
pub fn kopecks(roubles: &str) -> Option<i64> {
    let (whole, fraction) = roubles.split_once('.').unwrap_or((roubles, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let hundredths: i64 = format!("{fraction:0<2}").parse().ok()?;
    let sum = whole.checked_mul(100)?.checked_add(hundredths)?;
    (sum > 0).then_some(sum)
}

/// A share in hundredths of a percent; nothing for what is none, or more than the whole.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "between one and ten thousand"
)]
pub fn hundredths(percent: f64) -> Option<i32> {
    let hundredths = (percent * 100.0).round();
    let is_share = (1.0..=10_000.0).contains(&hundredths);
    is_share.then_some(hundredths as i32)
}

/// A Russian phone in E.164, from any usual spelling.
#[must_use]
pub fn phone(text: &str) -> Option<String> {
    let phone = Phone::parse(text).ok()?;
    Some(phone.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_to_the_kopeck() {
        assert_eq!(kopecks("1500"), Some(150_000));
        assert_eq!(kopecks("1500.5"), Some(150_050));
        assert_eq!(kopecks("0.05"), Some(5));
        for none in [
            "",
            "0",
            "0.00",
            "-5",
            "+5",
            "1,5",
            "1.005",
            "1.",
            ".5",
            "много",
            "1e3",
        ] {
            assert_eq!(kopecks(none), None, "{none}");
        }
        assert_eq!(kopecks("99999999999999999999"), None);
        assert_eq!(kopecks("92233720368547758.08"), None);
    }

    #[test]
    fn a_share_is_more_than_nothing_and_at_most_the_whole() {
        assert_eq!(hundredths(12.5), Some(1250));
        assert_eq!(hundredths(100.0), Some(10_000));
        for none in [0.0, -5.0, 100.01, f64::NAN, f64::INFINITY] {
            assert_eq!(hundredths(none), None, "{none}");
        }
    }
}

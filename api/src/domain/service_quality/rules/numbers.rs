//! Numbers as they are shown.

/// Nearer to the middle between two shown numbers than this, a value is taken for the middle: a share of
/// less than half a billion reports is never so near and beside it.
const NEARLY_THE_MIDDLE: f64 = 1e-9;

/// Rounded to so many digits behind the point; from the middle to the even digit, as numpy and exact
/// fractions in Python do.
#[must_use]
pub fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let scaled = value * scale;
    let middle = scaled.floor() + 0.5;
    let is_middle = (scaled - middle).abs() < NEARLY_THE_MIDDLE;
    let whole = if is_middle { middle } else { scaled }.round_ties_even();
    // Nobody wants to read of minus nothing.
    if whole == 0.0 { 0.0 } else { whole / scale }
}

/// A count to calculate with.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts are far below 2^53, up to where they are exact"
)]
pub const fn real(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_goes_to_the_even_digit() {
        for (value, digits, shown) in [
            (1.0 / 32.0, 4, 0.0312),
            (3.0 / 32.0, 4, 0.0938),
            // 0.00005 is no binary number; round(Fraction(1, 20000), 4) is 0.
            (1.0 / 20_000.0, 4, 0.0),
            (3.0 / 20_000.0, 4, 0.0002),
            (2.25, 1, 2.2),
            (2.35, 1, 2.4),
            (-0.000_01, 4, 0.0),
            (1.0 / 3.0, 4, 0.3333),
        ] {
            assert_eq!(rounded(value, digits), shown, "{value}");
        }
        assert!(rounded(-0.000_01, 4).is_sign_positive());
    }
}

//! Which parts of a published whole may be shown, so that none that is too small can be told from the
//! rest.

use super::figures::missing;

/// Whether each part may be shown, by its number of reports.
///
/// A part that is too small is hidden. If what is hidden would be told by taking the others from the
/// whole (one part alone, or parts that are too few together), the smallest of the others goes with it.
/// Of a part without reports there is nothing to show, nor to hide.
#[must_use]
pub fn shown(sizes: &[i64]) -> Vec<bool> {
    let mut is_shown: Vec<bool> = sizes.iter().map(|size| missing(*size) == 0).collect();
    while is_told(sizes, &is_shown) {
        let smallest = sizes
            .iter()
            .enumerate()
            .filter(|(place, _)| is_shown.get(*place) == Some(&true))
            .min_by_key(|(_, size)| **size)
            .map(|(place, _)| place);
        match smallest.and_then(|place| is_shown.get_mut(place)) {
            Some(one) => *one = false,
            None => break,
        }
    }
    is_shown
}

/// Whether what is hidden can be told from what is shown.
fn is_told(sizes: &[i64], is_shown: &[bool]) -> bool {
    let hidden: Vec<i64> = sizes
        .iter()
        .zip(is_shown)
        .filter(|(size, is_shown)| **size > 0 && !**is_shown)
        .map(|(size, _)| *size)
        .collect();
    let together: i64 = hidden.iter().sum();
    hidden.len() == 1 || (together > 0 && missing(together) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_smallest_goes_with_the_one_that_is_too_small() {
        assert_eq!(shown(&[30, 3, 9, 12]), [true, false, false, true]);
        assert_eq!(shown(&[5, 30]), [true, true]);
    }

    #[test]
    fn two_that_are_too_small_hide_each_other() {
        assert_eq!(shown(&[4, 30, 2]), [false, true, false]);
    }

    #[test]
    fn two_that_are_too_few_together_take_a_third() {
        assert_eq!(shown(&[2, 30, 2, 8]), [false, true, false, false]);
    }

    #[test]
    fn what_has_no_reports_protects_nobody() {
        assert_eq!(shown(&[0, 3, 9, 12]), [false, false, false, true]);
        assert_eq!(shown(&[0, 9, 12]), [false, true, true]);
    }

    #[test]
    fn of_one_small_part_alone_nothing_is_left() {
        assert_eq!(shown(&[3]), [false]);
        assert_eq!(shown(&[3, 7]), [false, false]);
        assert!(shown(&[]).is_empty());
    }
}

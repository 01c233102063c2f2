//! Sets of devices as bits: a chunk of a thousand is 125 bytes.

/// A set of positions within a stretch, the first position its lowest bit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits(Vec<u8>);

impl Bits {
    /// No position of a stretch of that length.
    #[must_use]
    pub fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(8)])
    }

    /// As it was stored.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As it is stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// Whether the position is in the set. What lies outside of the stretch is not.
    #[must_use]
    pub fn has(&self, position: usize) -> bool {
        self.0
            .get(position / 8)
            .is_some_and(|byte| byte & (1 << (position % 8)) != 0)
    }

    /// Takes a position in. What lies outside of the stretch stays out.
    pub fn add(&mut self, position: usize) {
        if let Some(byte) = self.0.get_mut(position / 8) {
            *byte |= 1 << (position % 8);
        }
    }

    /// How many positions are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.iter().map(|byte| byte.count_ones() as usize).sum()
    }

    /// The positions that are in this set and not in the other, lowest first.
    pub fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        (0..self.0.len() * 8).filter(|position| self.has(*position) && !other.has(*position))
    }
}

/// Where a device stands in a stretch that begins with `lo`; `None`: before it.
#[must_use]
pub fn position(lo: i64, device_id: i64) -> Option<usize> {
    usize::try_from(device_id.checked_sub(lo)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_told_apart_across_bytes() {
        let mut bits = Bits::none(10);
        assert_eq!(bits.to_bytes().len(), 2);
        for position in [0, 7, 8, 9] {
            bits.add(position);
        }
        bits.add(99);
        assert_eq!(bits.count(), 4);
        assert!(bits.has(7) && !bits.has(6) && !bits.has(99));
        assert_eq!(Bits::from_bytes(bits.to_bytes()), bits);
    }

    #[test]
    fn what_is_left_is_what_nobody_has_done() {
        let (mut members, mut done) = (Bits::none(16), Bits::none(16));
        for position in [1, 3, 15] {
            members.add(position);
        }
        done.add(3);
        assert_eq!(members.without(&done).collect::<Vec<_>>(), [1, 15]);
    }

    #[test]
    fn a_device_before_the_stretch_has_no_position() {
        assert_eq!(position(10, 12), Some(2));
        assert_eq!(position(10, 9), None);
    }
}

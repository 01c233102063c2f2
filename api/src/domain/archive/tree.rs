//! The tree of organisations, as it follows from each one's parent.

use std::collections::HashMap;

use uuid::Uuid;

/// Each organisation's parent; none: it stands on top.
pub type Parents = HashMap<Uuid, Option<Uuid>>;

/// Everything above an organisation, nearest first, as far as it is known; `None`: it stands below
/// itself.
#[must_use]
pub fn above(parents: &Parents, id: Uuid) -> Option<Vec<Uuid>> {
    let mut above = Vec::new();
    let mut at = id;
    while let Some(Some(parent)) = parents.get(&at) {
        // More steps than there are organisations go round in a circle.
        if above.len() >= parents.len() {
            return None;
        }
        above.push(*parent);
        at = *parent;
    }
    Some(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn those_above_come_nearest_first() {
        let parents: Parents = [(id(1), None), (id(2), Some(id(1))), (id(3), Some(id(2)))].into();
        assert_eq!(above(&parents, id(3)), Some(vec![id(2), id(1)]));
        assert_eq!(above(&parents, id(1)), Some(vec![]));
    }

    #[test]
    fn a_parent_that_is_not_known_is_the_last() {
        let parents: Parents = [(id(3), Some(id(2)))].into();
        assert_eq!(above(&parents, id(3)), Some(vec![id(2)]));
    }

    #[test]
    fn a_circle_is_no_tree() {
        let parents: Parents = [
            (id(1), Some(id(2))),
            (id(2), Some(id(1))),
            (id(3), Some(id(1))),
        ]
        .into();
        for number in 1..=3 {
            assert_eq!(above(&parents, id(number)), None);
        }
        let itself: Parents = [(id(1), Some(id(1)))].into();
        assert_eq!(above(&itself, id(1)), None);
    }
}

//! Pure decisions about copies.

use uuid::Uuid;

use super::{
    cursor::{Cursor, Place},
    store::Head,
    types::ContentItemType,
};
use crate::infra::auth::Audience;

/// Bytes of text in one page, before compression: about a quarter of a minute in the metro.
const PAGE_BYTES: u64 = 256 * 1024;
/// What a thing weighs besides its texts: names, ids, dates, relations.
const BARE_BYTES: u64 = 1024;

/// Where a copy goes on; `None`: it has to be loaded anew.
///
/// A copy of another audience or version holds the wrong things; one from before the log's
/// beginning can't be told what is gone; one from the future followed a database that was lost.
pub fn resume(
    cursor: Option<&Cursor>,
    head: &Head,
    audience: &Audience,
    types: &[ContentItemType],
) -> Option<Place> {
    let Some(cursor) = cursor else {
        return Some(Place::Loading {
            head: head.seq,
            of: 0,
            below: i64::MAX,
        });
    };
    let (Place::Loading { head: reached, .. } | Place::Following { since: reached }) = cursor.place;
    let is_known = (head.pruned_seq..=head.seq).contains(&reached);
    (is_known && cursor.is_of(audience, types)).then_some(cursor.place)
}

/// How many of these things fit into a page; always at least one.
pub fn fitting(weights: impl IntoIterator<Item = u64>) -> usize {
    let mut bytes = 0;
    let fits = |weight: &u64| {
        bytes += weight + BARE_BYTES;
        bytes <= PAGE_BYTES
    };
    weights.into_iter().take_while(fits).count().max(1)
}

/// One step of a copy: a thing by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub seq: i64,
    pub of: ContentItemType,
    pub object_id: Uuid,
    pub kind: StepKind,
}

/// What happens to the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It is there, as it is now.
    Present,
    /// It is published for nobody any more.
    Gone,
    /// It is for others now.
    OutOfSight,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Head = Head {
        seq: 100,
        pruned_seq: 10,
    };

    fn resumed(place: Place) -> Option<Place> {
        let (audience, types) = (Audience::public(), ContentItemType::ALL);
        resume(
            Some(&Cursor::at(place, &audience, &types)),
            &HEAD,
            &audience,
            &types,
        )
    }

    #[test]
    fn a_copy_goes_on_where_the_log_still_reaches() {
        for since in [10, 55, 100] {
            assert_eq!(
                resumed(Place::Following { since }),
                Some(Place::Following { since })
            );
        }
        for since in [9, 101, -1] {
            assert_eq!(resumed(Place::Following { since }), None);
        }
    }

    #[test]
    fn a_page_is_cut_before_it_is_too_heavy_but_never_empty() {
        assert_eq!(fitting([PAGE_BYTES * 2, 1]), 1);
        assert_eq!(fitting([0; 50]), 50);
        assert_eq!(fitting([PAGE_BYTES / 2; 9]), 1);
    }
}

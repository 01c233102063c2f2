//! Pages by position, never by offset: a limit and a cursor become rows.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    Select, Value,
    sea_query::{Expr, Order, SimpleExpr},
};
use serde::{Serialize, de::DeserializeOwned};

/// Where a row stands in a list: the values it is sorted by.
pub trait Position: Serialize + DeserializeOwned + Clone + Send + Sync {
    /// Names the list, so that a cursor of another list is refused.
    const LIST: &'static str;
}

/// Which end of the list the page is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `first` after a position.
    Forward,
    /// `last` before a position.
    Backward,
}

/// A bounded stretch of a list. `P` is the position of a row: the values it is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<P> {
    /// How many rows at most, 1 to 100.
    pub limit: u64,
    /// Which end it is counted from.
    pub direction: Direction,
    /// Only rows behind this position.
    pub after: Option<P>,
    /// Only rows ahead of this position.
    pub before: Option<P>,
}

/// The rows of a page in list order, and whether there is more on either side.
#[derive(Clone, Debug)]
pub struct Slice<R> {
    pub rows: Vec<R>,
    pub has_previous: bool,
    pub has_next: bool,
}

impl<R> Slice<R> {
    /// The same stretch with other rows in place of these, one each.
    #[must_use]
    pub fn with_rows<T>(self, rows: Vec<T>) -> Slice<T> {
        Slice {
            rows,
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }

    /// The same stretch with each row turned into something.
    ///
    /// # Errors
    /// The first failure.
    pub fn try_map<T, E>(mut self, turn: impl FnMut(R) -> Result<T, E>) -> Result<Slice<T>, E> {
        let rows = std::mem::take(&mut self.rows);
        let turned: Vec<T> = rows.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(self.with_rows(turned))
    }
}

impl<P> Page<P> {
    /// One more than asked for: the extra row tells whether the list goes on.
    #[must_use]
    pub const fn probe(&self) -> u64 {
        self.limit + 1
    }

    /// Takes the extra row away and turns a backward page into list order.
    #[must_use]
    pub fn slice<R>(&self, mut rows: Vec<R>) -> Slice<R> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        match self.direction {
            Direction::Forward => Slice {
                rows,
                has_previous: self.after.is_some(),
                has_next: goes_on,
            },
            Direction::Backward => {
                rows.reverse();
                Slice {
                    rows,
                    has_previous: goes_on,
                    has_next: self.before.is_some(),
                }
            }
        }
    }
}

/// Sorts by two columns in one direction (the second makes the order total) and cuts the page out.
///
/// Compares whole rows, `(a, b) < (x, y)`: both databases walk one index for it, where the
/// spelled-out `a < x OR (a = x AND b < y)` would scan.
pub fn keyset<E, P>(
    select: Select<E>,
    columns: (impl ColumnTrait, impl ColumnTrait),
    order: Order,
    page: &Page<P>,
    values: impl Fn(&P) -> (Value, Value),
) -> Select<E>
where
    E: EntityTrait,
{
    let pair = || Expr::tuple([columns.0.into_simple_expr(), columns.1.into_simple_expr()]);
    let bound = |position: &P| -> SimpleExpr {
        let (first, second) = values(position);
        Expr::tuple([Expr::val(first), Expr::val(second)])
    };
    let descending = order == Order::Desc;
    let mut select = select;
    if let Some(after) = &page.after {
        let after = bound(after);
        select = select.filter(if descending {
            pair().lt(after)
        } else {
            pair().gt(after)
        });
    }
    if let Some(before) = &page.before {
        let before = bound(before);
        select = select.filter(if descending {
            pair().gt(before)
        } else {
            pair().lt(before)
        });
    }
    let walk = match (descending, page.direction) {
        (true, Direction::Forward) | (false, Direction::Backward) => Order::Desc,
        _ => Order::Asc,
    };
    select
        .order_by(columns.0, walk.clone())
        .order_by(columns.1, walk)
        .limit(page.probe())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(direction: Direction, limit: u64) -> Page<u32> {
        Page {
            limit,
            direction,
            after: None,
            before: None,
        }
    }

    #[test]
    fn the_probe_row_is_taken_away() {
        let slice = page(Direction::Forward, 2).slice(vec![1, 2, 3]);
        assert_eq!(slice.rows, [1, 2]);
        assert!(slice.has_next && !slice.has_previous);
    }

    #[test]
    fn a_backward_page_comes_in_list_order() {
        let slice = page(Direction::Backward, 2).slice(vec![9, 8, 7]);
        assert_eq!(slice.rows, [8, 9]);
        assert!(slice.has_previous && !slice.has_next);
    }
}

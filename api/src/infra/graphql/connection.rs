//! The one pagination: arguments become a [`Page`], rows become a Relay connection.

use std::borrow::Cow;

use async_graphql::{
    Object, ObjectType, OutputType, TypeName,
    connection::{CursorType, Edge, EmptyFields, PageInfo},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;

use crate::infra::{
    db::{Direction, Page, Position, Slice},
    error::Error,
};

const DEFAULT_PAGE: i32 = 20;
const LARGEST_PAGE: i32 = 100;

/// A position as clients carry it. It stays valid though its row is gone.
#[derive(Clone, Debug)]
pub struct Cursor<P>(pub P);

/// Why a string is not a cursor of this list.
#[derive(Debug)]
pub struct NotACursor;

impl std::fmt::Display for NotACursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("это не курсор этого списка")
    }
}

impl<P: Position> CursorType for Cursor<P> {
    type Error = NotACursor;

    fn decode_cursor(text: &str) -> Result<Self, NotACursor> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| NotACursor)?;
        // Forged positions that no row can have and that PostgreSQL would choke on.
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("\\u0000") || text.contains("\"+") || text.contains("\"-") {
            return Err(NotACursor);
        }
        let (list, position): (String, P) =
            serde_json::from_slice(&bytes).map_err(|_| NotACursor)?;
        (list == P::LIST)
            .then_some(Self(position))
            .ok_or(NotACursor)
    }

    fn encode_cursor(&self) -> String {
        let bytes = serde_json::to_vec(&(P::LIST, &self.0)).unwrap_or_default();
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// `first`, `after`, `last`, `before` as a client sent them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArguments {
    /// Reads the four arguments: 20 rows unless told, at most 100, never both ends at once.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` naming the argument.
    pub fn parse<P: Position>(&self) -> Result<Page<P>, Error> {
        let (direction, argument, count) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input("last", "нельзя вместе с «first»"));
            }
            (None, Some(last)) => (Direction::Backward, "last", last),
            (first, None) => (Direction::Forward, "first", first.unwrap_or(DEFAULT_PAGE)),
        };
        Ok(Page {
            limit: checked_length(argument, count)?,
            direction,
            after: position("after", self.after.as_deref())?,
            before: position("before", self.before.as_deref())?,
        })
    }
}

/// How long a page is that can only be read forward: 20 rows unless told, at most 100.
///
/// # Errors
/// `BAD_USER_INPUT` naming the argument `first`.
pub fn page_length(first: Option<i32>) -> Result<u64, Error> {
    checked_length("first", first.unwrap_or(DEFAULT_PAGE))
}

fn checked_length(argument: &str, count: i32) -> Result<u64, Error> {
    if !(1..=LARGEST_PAGE).contains(&count) {
        return Err(Error::bad_input(
            argument,
            format!("ожидается число от 1 до {LARGEST_PAGE}"),
        ));
    }
    Ok(u64::try_from(count).unwrap_or_default())
}

fn position<P: Position>(argument: &str, text: Option<&str>) -> Result<Option<P>, Error> {
    text.map(|text| {
        Cursor::decode_cursor(text)
            .map(|Cursor(position)| position)
            .map_err(|reason| Error::bad_input(argument, reason.to_string()))
    })
    .transpose()
}

/// Counts a whole list, and only when a client selects `totalCount`.
pub struct TotalCount {
    count: Box<Counting>,
}

type Counting = dyn Fn() -> BoxFuture<'static, Result<u64, Error>> + Send + Sync;

impl TotalCount {
    /// `count` runs when the field is selected, and not before.
    pub fn new(
        count: impl Fn() -> BoxFuture<'static, Result<u64, Error>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            count: Box::new(count),
        }
    }
}

/// A page of a list as Relay has it, with `nodes` beside `edges` and a count on demand.
///
/// The library's own connection type can't be described, and every type of ours must be.
pub struct List<P, N, E = EmptyFields>
where
    P: Position,
    N: OutputType,
    E: ObjectType,
{
    edges: Vec<Edge<Cursor<P>, N, E>>,
    has_previous: bool,
    has_next: bool,
    count: TotalCount,
}

impl<P, N, E> TypeName for List<P, N, E>
where
    P: Position,
    N: OutputType,
    E: ObjectType,
{
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

/// Страница списка.
#[Object(name_type)]
impl<P, N, E> List<P, N, E>
where
    P: Position,
    N: OutputType,
    E: ObjectType,
{
    /// Записи с курсорами.
    async fn edges(&self) -> &[Edge<Cursor<P>, N, E>] {
        &self.edges
    }

    /// Записи.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Есть ли записи до и после страницы и где они начинаются.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.encode_cursor()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.encode_cursor()),
        }
    }

    /// Сколько всего записей в списке. Считается только по запросу.
    async fn total_count(&self) -> Result<i32, Error> {
        let count = (self.count.count)().await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// Turns the rows of a page into a connection; `edge` gives each row its position, node and extras.
pub fn connect<R, P, N, E>(
    slice: Slice<R>,
    count: TotalCount,
    edge: impl Fn(R) -> (P, N, E),
) -> List<P, N, E>
where
    P: Position,
    N: OutputType,
    E: ObjectType,
{
    let edges = slice.rows.into_iter().map(|row| {
        let (position, node, extras) = edge(row);
        Edge::with_additional_fields(Cursor(position), node, extras)
    });
    List {
        edges: edges.collect(),
        has_previous: slice.has_previous,
        has_next: slice.has_next,
        count,
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct InNews(i64);
    impl Position for InNews {
        const LIST: &'static str = "news";
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct InGuides(i64);
    impl Position for InGuides {
        const LIST: &'static str = "guides";
    }

    fn code_of(arguments: PageArguments) -> String {
        match arguments.parse::<InNews>() {
            Err(Error::BadUserInput { argument, .. }) => argument,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn pages_are_bounded_at_both_ends() {
        let first = |first| PageArguments {
            first: Some(first),
            ..Default::default()
        };
        let last = |last| PageArguments {
            last: Some(last),
            ..Default::default()
        };
        assert_eq!(code_of(first(-1)), "first");
        assert_eq!(code_of(first(0)), "first");
        assert_eq!(code_of(first(101)), "first");
        assert_eq!(code_of(last(101)), "last");
        assert_eq!(
            PageArguments::default().parse::<InNews>().unwrap().limit,
            20
        );
    }

    #[test]
    fn a_cursor_belongs_to_its_list() {
        let cursor = Cursor(InGuides(7)).encode_cursor();
        assert!(Cursor::<InGuides>::decode_cursor(&cursor).is_ok());
        let foreign = PageArguments {
            after: Some(cursor),
            ..Default::default()
        };
        assert_eq!(code_of(foreign), "after");
        let mangled = PageArguments {
            before: Some("%%%".into()),
            ..Default::default()
        };
        assert_eq!(code_of(mangled), "before");
    }
}

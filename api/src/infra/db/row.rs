//! Rows with just the columns a reader needs, read by position.
//!
//! Lists are the product's hot path: looking every value up by its column's name, as partial models
//! do, costs more there than the statement itself. A `row!` is declared once and
//! selects and reads its columns in one order.

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, QueryResult, QuerySelect, QueryTrait, Select, TryGetable,
    sea_query::SelectStatement,
};

/// A row that knows which columns it selects. The first is its non-null id.
pub trait Row: Sized {
    /// How many columns it selects.
    const WIDTH: usize;

    /// Adds its columns to a statement.
    fn select(query: &mut SelectStatement);

    /// Reads its columns, in the order it selected them.
    ///
    /// # Errors
    /// When a column holds another type.
    fn read(reader: &mut RowReader<'_>) -> Result<Self, DbErr>;
}

/// Walks over the columns of a result.
pub struct RowReader<'r> {
    result: &'r QueryResult,
    column: usize,
}

impl<'r> RowReader<'r> {
    /// Begins at the first column.
    #[must_use]
    pub const fn new(result: &'r QueryResult) -> Self {
        Self { result, column: 0 }
    }

    /// The next column's value.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn value<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let value = self.result.try_get_by_index(self.column)?;
        self.column += 1;
        Ok(value)
    }

    /// The next columns as a row that was joined only if `selected`.
    ///
    /// # Errors
    /// When a column holds another type.
    pub fn selected<R: Row>(&mut self, selected: bool) -> Result<Option<R>, DbErr> {
        selected.then(|| R::read(self)).transpose()
    }

    /// The same for an outer join, whose row may be missing.
    ///
    /// # Errors
    /// When a column holds another type.
    pub fn selected_if_any<R: Row>(&mut self, selected: bool) -> Result<Option<R>, DbErr> {
        if !selected {
            return Ok(None);
        }
        let id: Option<uuid::Uuid> = self.result.try_get_by_index(self.column)?;
        if id.is_none() {
            self.column += R::WIDTH;
            return Ok(None);
        }
        R::read(self).map(Some)
    }
}

/// Declares a [`Row`]: a struct whose fields are columns of one table.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident of $table:ident {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $visibility struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $crate::infra::db::Row for $name {
            const WIDTH: usize = [$(stringify!($field)),+].len();

            fn select(query: &mut sea_orm::sea_query::SelectStatement) {
                $(query.expr(sea_orm::IntoSimpleExpr::into_simple_expr($table::COLUMN.$field));)+
            }

            fn read(reader: &mut $crate::infra::db::RowReader<'_>) -> Result<Self, sea_orm::DbErr> {
                Ok(Self { $($field: reader.value()?,)+ })
            }
        }
    };
}

pub(crate) use row;

/// Runs a select for just the columns that `columns` adds, and reads each result with `read`.
///
/// # Errors
/// Whatever the driver reports.
pub async fn fetch<E: EntityTrait, T>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    columns: impl FnOnce(&mut SelectStatement),
    read: impl Fn(&mut RowReader<'_>) -> Result<T, DbErr>,
) -> Result<Vec<T>, DbErr> {
    let mut select = select.select_only();
    columns(QuerySelect::query(&mut select));
    let results = connection.query_all(&select.into_query()).await?;
    results
        .iter()
        .map(|result| read(&mut RowReader::new(result)))
        .collect()
}

/// All rows of a select.
///
/// # Errors
/// Whatever the driver reports.
pub async fn fetch_rows<R: Row>(
    connection: &impl ConnectionTrait,
    select: Select<impl EntityTrait>,
) -> Result<Vec<R>, DbErr> {
    fetch(connection, select, R::select, R::read).await
}

/// The only row of a select.
///
/// # Errors
/// Whatever the driver reports.
pub async fn fetch_row<R: Row>(
    connection: &impl ConnectionTrait,
    select: Select<impl EntityTrait>,
) -> Result<Option<R>, DbErr> {
    Ok(fetch_rows(connection, select.limit(1)).await?.pop())
}

//! A redirect as staff see it.

use async_graphql::{ID, SimpleObject};
use entities::redirect;

use crate::infra::graphql::{DateTime, NodeTag};

/// Перенаправление со старого адреса портала.
#[derive(SimpleObject)]
pub struct Redirect {
    /// Идентификатор.
    id: ID,
    /// Хост старого адреса.
    host: String,
    /// Путь старого адреса, без косой черты в конце.
    path: String,
    /// Куда ведёт: путь на том же хосте или полный адрес.
    target: String,
    /// Навсегда ли.
    permanent: bool,
    /// Когда заведено.
    created_at: DateTime,
}

impl Redirect {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'F');
}

impl From<redirect::Model> for Redirect {
    fn from(row: redirect::Model) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            host: row.host,
            path: row.path,
            target: row.target,
            permanent: row.is_permanent,
            created_at: DateTime(row.created_at),
        }
    }
}

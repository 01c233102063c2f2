//! Imports of rosters as officers see them.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use entities::member_import;
use serde::Deserialize;

use crate::{
    domain::organisations::{Organisation, organisation_of},
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag},
    },
};

/// Где список. Открытый перечень.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ImportState")]
pub enum MemberImportState {
    /// Читается.
    Reading,
    /// Прочитан: можно применить.
    Staged,
    /// Применяется: список велик и ждёт очереди. Спросите о нём ещё раз через несколько секунд.
    Applying,
    /// Применён.
    Applied,
    /// Не читается: причина в замечаниях.
    Refused,
    /// Заменён более новым.
    Superseded,
}

/// Загруженный список членов профсоюза.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MemberImport {
    /// Идентификатор.
    id: ID,
    /// Где он.
    state: MemberImportState,
    /// Сколько строк прочитано.
    lines: i32,
    /// Сколько из них годны.
    good: i32,
    /// Сколько негодны и не будут применены.
    bad: i32,
    /// Сколько человек добавится.
    added: i32,
    /// Сколько записей изменится.
    updated: i32,
    /// Сколько записей уже таковы.
    unchanged: i32,
    /// Замечания к строкам, первая тысяча; личных данных в них нет.
    problems: Vec<MemberImportProblem>,
    /// Когда загружен.
    created_at: DateTime,
    /// Когда применён.
    applied_at: Option<DateTime>,
    #[graphql(skip)]
    issuer_id: uuid::Uuid,
}

/// Замечание к строке списка.
#[derive(Clone, Deserialize, SimpleObject)]
pub struct MemberImportProblem {
    /// Номер строки файла; первая — заголовок.
    line: i32,
    /// Столбец.
    column: Option<String>,
    /// Постоянный код. Открытый список.
    code: String,
    /// Что не так, по-русски.
    message: String,
}

#[ComplexObject]
impl MemberImport {
    /// Чей список.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.issuer_id).await
    }
}

impl MemberImport {
    /// Of imports.
    pub const NODE: NodeTag = NodeTag(b'i');

    /// What an officer sees.
    ///
    /// # Errors
    /// `Internal`, when the report does not read.
    pub fn of(row: member_import::Model) -> Result<Self, Error> {
        Ok(Self {
            id: Self::NODE.id(row.id),
            state: row.state.into(),
            lines: row.lines,
            good: row.good,
            bad: row.bad,
            added: row.added,
            updated: row.updated,
            unchanged: row.unchanged,
            problems: serde_json::from_value(row.report)?,
            created_at: DateTime(row.created_at),
            applied_at: row.applied_at.map(DateTime),
            issuer_id: row.issuer_id,
        })
    }
}

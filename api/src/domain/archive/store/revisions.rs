//! Saved texts of content. Who wrote one stays with the database.

use std::collections::HashMap;

use entities::{content_draft, content_revision};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{Batch, Table, Told};
use crate::{
    domain::archive::format::{Line, Moment, RevisionLine},
    infra::{db::upsert_rows, error::Error},
};

/// Revisions.
pub struct Revisions;

impl Table for Revisions {
    type Entity = content_revision::Entity;
    type Line = RevisionLine;

    fn id() -> content_revision::Column {
        content_revision::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<RevisionLine>, Error> {
        let rows = content_revision::Entity::find()
            .filter(content_revision::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(content_revision::Column::Id)
            .all(connection)
            .await?;
        let line = |row: content_revision::Model| RevisionLine {
            id: row.id,
            content_id: row.content_id,
            number: row.number,
            document: row.document,
            change_note: row.change_note,
            published_at: row.published_at.map(Moment::from),
            created_at: row.created_at.into(),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[RevisionLine],
        replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        // What is replaced gives way.
        if replaces {
            return Ok(Vec::new());
        }
        let others = list_in_the_way(connection, lines).await?;
        let others: HashMap<(Uuid, i32), Uuid> = others
            .into_iter()
            .map(|other| ((other.content_id, other.number), other.id))
            .collect();
        let fault = |line: &RevisionLine| {
            let other = others.get(&(line.content_id, line.number))?;
            let what = format!("revision {} of its content is {other} here", line.number);
            Some((line.id, what))
        };
        Ok(lines.iter().filter_map(fault).collect())
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<RevisionLine>,
    ) -> Result<Told, Error> {
        give_way(transaction, &batch.lines).await?;
        let row = |line: &RevisionLine| content_revision::Model {
            id: line.id,
            content_id: line.content_id,
            number: line.number,
            document: line.document.clone(),
            change_note: line.change_note.clone(),
            author_id: None,
            published_at: line.published_at.map(Moment::instant),
            created_at: line.created_at.instant(),
        };
        let rows = batch.lines.iter().map(row).collect();
        let kept = [content_revision::Column::AuthorId];
        upsert_rows::<content_revision::Entity>(transaction, rows, &kept).await?;
        // Readers see reading rows.
        Ok(Told::default())
    }
}

/// Another revision that has the number of one of these.
struct InTheWay {
    id: Uuid,
    content_id: Uuid,
    number: i32,
}

async fn list_in_the_way(
    connection: &DatabaseTransaction,
    lines: &[RevisionLine],
) -> Result<Vec<InTheWay>, DbErr> {
    use content_revision::Column;
    let numbers = Expr::tuple([
        Column::ContentId.into_simple_expr(),
        Column::Number.into_simple_expr(),
    ]);
    let rows: Vec<(Uuid, Uuid, i32)> = content_revision::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::ContentId)
        .column(Column::Number)
        .filter(numbers.is_in(lines.iter().map(|line| pair(line.content_id, line.number))))
        .filter(Column::Id.is_not_in(lines.iter().map(Line::id)))
        .into_tuple()
        .all(connection)
        .await?;
    let other = |(id, content_id, number)| InTheWay {
        id,
        content_id,
        number,
    };
    Ok(rows.into_iter().map(other).collect())
}

/// Takes away what has the numbers of these, and drafts that would find another text in its place.
async fn give_way(transaction: &DatabaseTransaction, lines: &[RevisionLine]) -> Result<(), DbErr> {
    let others = list_in_the_way(transaction, lines).await?;
    if others.is_empty() {
        return Ok(());
    }
    let drafted = Expr::tuple([
        content_draft::Column::Id.into_simple_expr(),
        content_draft::Column::Revision.into_simple_expr(),
    ]);
    let pairs = others
        .iter()
        .map(|other| pair(other.content_id, other.number));
    content_draft::Entity::delete_many()
        .filter(drafted.is_in(pairs))
        .exec(transaction)
        .await?;
    content_revision::Entity::delete_many()
        .filter(content_revision::Column::Id.is_in(others.iter().map(|other| other.id)))
        .exec(transaction)
        .await
        .map(|_| ())
}

fn pair(content_id: Uuid, number: i32) -> SimpleExpr {
    Expr::tuple([Expr::val(content_id), Expr::val(number)])
}

//! What staff are at. Who is at it stays with the database.

use std::collections::HashMap;

use entities::{content_draft, content_revision, enums::DraftState};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{Batch, Table, Told};
use crate::{
    domain::{
        archive::format::{DraftLine, Moment},
        editing::plan_arrived,
    },
    infra::{db::upsert_rows, error::Error},
};

/// Drafts.
pub struct Drafts;

impl Table for Drafts {
    type Entity = content_draft::Entity;
    type Line = DraftLine;

    fn id() -> content_draft::Column {
        content_draft::Column::Id
    }

    async fn find(connection: &DatabaseTransaction, ids: &[Uuid]) -> Result<Vec<DraftLine>, Error> {
        let rows = content_draft::Entity::find()
            .filter(content_draft::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(content_draft::Column::Id)
            .all(connection)
            .await?;
        let revisions = list_revisions(connection, &rows).await?;
        let line = |row: content_draft::Model| -> Result<DraftLine, Error> {
            let revision_id = revisions.get(&(row.id, row.revision)).copied();
            let lacks = || Error::internal("a draft without its revision", row.id);
            Ok(DraftLine {
                revision_id: revision_id.ok_or_else(lacks)?,
                id: row.id,
                kind: row.kind,
                organisation_id: row.organisation_id,
                state: row.state,
                title: row.title,
                return_comment: row.return_comment,
                notifies: row.notifies,
                publish_at: row.publish_at.map(Moment::from),
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        };
        rows.into_iter().map(line).collect()
    }

    async fn list_taken(
        _connection: &DatabaseTransaction,
        _lines: &[DraftLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        Ok(Vec::new())
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<DraftLine>,
    ) -> Result<Told, Error> {
        use content_draft::Column;
        let numbers = list_numbers(transaction, &batch.lines).await?;
        let mut rows = Vec::new();
        for line in &batch.lines {
            let number = numbers.get(&line.revision_id).copied();
            let lacks = || Error::internal("a draft without its revision", line.id);
            rows.push(row_of(line, number.ok_or_else(lacks)?));
        }
        let kept = [Column::AuthorId, Column::EditedById, Column::SubmittedById];
        upsert_rows::<content_draft::Entity>(transaction, rows, &kept).await?;
        let scheduled = batch
            .lines
            .iter()
            .filter(|line| line.state == DraftState::Scheduled);
        for line in scheduled {
            let begins_at = line.publish_at.map(Moment::instant);
            plan_arrived(transaction, line.id, (begins_at, None), batch.now).await?;
        }
        Ok(Told::default())
    }
}

fn row_of(line: &DraftLine, revision: i32) -> content_draft::Model {
    let line = line.clone();
    content_draft::Model {
        id: line.id,
        kind: line.kind,
        organisation_id: line.organisation_id,
        state: line.state,
        revision,
        title: line.title,
        author_id: None,
        edited_by_id: None,
        submitted_by_id: None,
        return_comment: line.return_comment,
        notifies: line.notifies,
        publish_at: line.publish_at.map(Moment::instant),
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    }
}

/// The ids of the revisions that drafts go by the number of.
async fn list_revisions(
    connection: &DatabaseTransaction,
    drafts: &[content_draft::Model],
) -> Result<HashMap<(Uuid, i32), Uuid>, DbErr> {
    use content_revision::Column;
    if drafts.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = Expr::tuple([
        Column::ContentId.into_simple_expr(),
        Column::Number.into_simple_expr(),
    ]);
    let pairs = drafts
        .iter()
        .map(|draft| Expr::tuple([Expr::val(draft.id), Expr::val(draft.revision)]));
    let rows: Vec<(Uuid, i32, Uuid)> = content_revision::Entity::find()
        .select_only()
        .column(Column::ContentId)
        .column(Column::Number)
        .column(Column::Id)
        .filter(columns.is_in(pairs))
        .into_tuple()
        .all(connection)
        .await?;
    let named = |(content_id, number, id)| ((content_id, number), id);
    Ok(rows.into_iter().map(named).collect())
}

/// The numbers of the revisions that lines name, where they are the same content's.
async fn list_numbers(
    connection: &DatabaseTransaction,
    lines: &[DraftLine],
) -> Result<HashMap<Uuid, i32>, DbErr> {
    use content_revision::Column;
    let rows: Vec<(Uuid, i32)> = content_revision::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Number)
        .filter(Column::Id.is_in(lines.iter().map(|line| line.revision_id)))
        .filter(Column::ContentId.is_in(lines.iter().map(|line| line.id)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

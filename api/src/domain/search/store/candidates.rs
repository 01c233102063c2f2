//! Walks through the index.

use chrono::{DateTime, Utc};
use entities::{published_object, search_document};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType},
};
use uuid::Uuid;

use crate::{
    domain::search::{
        document::Headwords,
        ranking::Candidate,
        retrieval::{Lookup, Walk},
        types::SearchType,
    },
    infra::{
        auth::Audience,
        db::{Row, RowReader, row},
    },
};

row! {
    struct DocumentRow of search_document {
        pub object_id: Uuid,
        pub object_type: String,
        pub published_at: DateTime<Utc>,
        pub title: String,
        pub headwords: String,
    }
}

/// What the walks find, in one statement. A document may be found by several.
pub async fn list_candidates(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    walks: &[Walk],
) -> Result<Vec<Candidate>, DbErr> {
    let backend = connection.get_database_backend();
    let mut statements = walks.iter().map(|walk| {
        let mut select = found(audience, &walk.lookup, backend)
            .apply_if(walk.of, |select, of| {
                select.filter(search_document::Column::ObjectType.eq(of.object_type()))
            })
            .order_by_desc(search_document::Column::PublishedAt)
            .limit(walk.limit)
            .select_only();
        let query = QuerySelect::query(&mut select);
        DocumentRow::select(query);
        query.expr_as(Expr::val(walk.holds_all), Alias::new("holds_all"));
        still_published(
            Query::select().expr(Expr::cust("walk.*")),
            select.into_query(),
            audience,
        )
    });
    let Some(mut statement) = statements.next() else {
        return Ok(Vec::new());
    };
    for other in statements {
        statement.union(UnionType::All, other);
    }
    read(connection, &statement).await
}

async fn read(
    connection: &impl ConnectionTrait,
    statement: &SelectStatement,
) -> Result<Vec<Candidate>, DbErr> {
    let mut candidates = Vec::new();
    for result in connection.query_all(statement).await? {
        let mut reader = RowReader::new(&result);
        let row = DocumentRow::read(&mut reader)?;
        let holds_all: bool = reader.value()?;
        // A type that this version does not know was indexed by a newer one.
        if let Some(of) = SearchType::of_object_type(&row.object_type) {
            candidates.push(Candidate {
                object_id: row.object_id,
                of,
                published_at: row.published_at,
                title: row.title,
                headwords: Headwords::read(&row.headwords),
                holds_all,
            });
        }
    }
    Ok(candidates)
}

/// How many documents answer a question, counted no further than `most`.
pub async fn count_matching(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    lookup: &Lookup,
    most: u64,
) -> Result<u64, DbErr> {
    let backend = connection.get_database_backend();
    let capped = found(audience, lookup, backend)
        .select_only()
        .column(search_document::Column::ObjectId)
        .limit(most)
        .into_query();
    let counted = still_published(
        Query::select().expr(Expr::cust("count(*)")),
        capped,
        audience,
    );
    let result = connection.query_one(&counted).await?;
    let count: i64 = match result {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Leaves out what was taken back, or made for others, since the index last followed. Limited before
/// it is joined: the index knows too much for half a second and never too little.
fn still_published(
    select: &mut SelectStatement,
    walked: SelectStatement,
    audience: &Audience,
) -> SelectStatement {
    let walk = Alias::new("walk");
    let is_same = Expr::col((published_object::Entity, published_object::Column::ObjectId))
        .equals((walk.clone(), Alias::new("object_id")));
    select
        .from_subquery(walked, walk)
        .inner_join(published_object::Entity, is_same)
        .and_where(audience.admits(published_object::Column::AudienceId))
        .to_owned()
}

fn found(
    audience: &Audience,
    lookup: &Lookup,
    backend: DatabaseBackend,
) -> Select<search_document::Entity> {
    search_document::Entity::find()
        .filter(audience.admits(search_document::Column::AudienceId))
        .filter(answers(lookup, backend))
}

fn answers(lookup: &Lookup, backend: DatabaseBackend) -> SimpleExpr {
    if backend == DatabaseBackend::Postgres {
        return Expr::cust_with_values("lexemes @@ $1::tsquery", [tsquery(lookup)]);
    }
    let numbers = Query::select()
        .expr(Expr::cust("rowid"))
        .from(Alias::new("search_lexeme"))
        .and_where(Expr::cust_with_values(
            "search_lexeme MATCH ?",
            [fts5_query(lookup)],
        ))
        .to_owned();
    Expr::col((search_document::Entity, search_document::Column::Number)).in_subquery(numbers)
}

/// Lexemes are letters, digits and our marks: quoted, they can't be read as operators.
fn tsquery(lookup: &Lookup) -> String {
    render(lookup, &|lexeme| format!("'{lexeme}'"), " & ", " | ")
}

fn fts5_query(lookup: &Lookup) -> String {
    render(lookup, &|lexeme| format!("\"{lexeme}\""), " AND ", " OR ")
}

fn render(lookup: &Lookup, quoted: &dyn Fn(&str) -> String, and: &str, or: &str) -> String {
    let joined = |parts: &[Lookup], by: &str| {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| render(part, quoted, and, or))
            .collect();
        match parts.as_slice() {
            [only] => only.clone(),
            _ => format!("({})", parts.join(by)),
        }
    };
    match lookup {
        Lookup::Lexeme(lexeme) => quoted(lexeme),
        Lookup::All(parts) => joined(parts, and),
        Lookup::Any(parts) => joined(parts, or),
    }
}

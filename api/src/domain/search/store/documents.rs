//! Writing the index: documents, their lexemes, and what they do to the vocabulary.

use std::collections::{BTreeMap, HashMap};

use entities::{search_deletion, search_document, search_word};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, QueryTrait, Statement, Value,
};
use uuid::Uuid;

use crate::{
    domain::{
        content::Searchable,
        search::{
            document::{Document, OF_TYPE},
            spelling,
            vocabulary::ALL_DOCUMENTS,
        },
    },
    infra::auth::PUBLIC_AUDIENCE_ID,
};

/// Stems that one statement names, well below what either database binds at most.
const STEMS_A_STATEMENT: usize = 1000;
/// Adds words on PostgreSQL: `[[stem, word, documents], …]`.
pub const ADD_WORDS: &str = "INSERT INTO search_word (stem, word, documents)
    SELECT w->>0, left(w->>1, 64), (w->>2)::bigint FROM json_array_elements($1::json) AS w
    ON CONFLICT (stem) DO UPDATE SET documents = search_word.documents + excluded.documents,
        word = CASE WHEN search_word.word = search_word.stem THEN excluded.word ELSE search_word.word END";
/// Adds entries for mistyped words on PostgreSQL: `[[deletion, stem], …]`.
pub const ADD_DELETIONS: &str = "INSERT INTO search_deletion (deletion, stem)
    SELECT e->>0, e->>1 FROM json_array_elements($1::json) AS e ON CONFLICT DO NOTHING";

/// A thing and the document it becomes.
pub struct IndexedThing {
    pub thing: Searchable,
    pub document: Document,
}

/// What happens to the vocabulary: of each stem, how many public documents more or fewer hold it.
#[derive(Default)]
struct Balance {
    /// Sorted, so that writers of the vocabulary meet in one order.
    documents: BTreeMap<String, i64>,
    words: HashMap<String, String>,
}

impl Balance {
    fn count(&mut self, lexemes: impl Iterator<Item = impl AsRef<str>>, by: i64) {
        let counted = [ALL_DOCUMENTS];
        for lexeme in counted.iter().map(|all| (*all).to_owned()).chain(
            lexemes
                .map(|lexeme| lexeme.as_ref().to_owned())
                .filter(|lexeme| !lexeme.starts_with(OF_TYPE)),
        ) {
            *self.documents.entry(lexeme).or_default() += by;
        }
    }
}

/// Puts these things into the index in place of what it had of them.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace(
    transaction: &impl ConnectionTrait,
    things: &[IndexedThing],
) -> Result<(), DbErr> {
    let ids: Vec<Uuid> = things.iter().map(|one| one.thing.object_id).collect();
    let mut balance = Balance::default();
    take_out(transaction, &ids, &mut balance).await?;
    for IndexedThing { thing, document } in things {
        insert(transaction, thing, document).await?;
        if thing.audience_id == PUBLIC_AUDIENCE_ID {
            balance.count(document.lexemes.iter(), 1);
            for (stem, word) in &document.words {
                balance
                    .words
                    .entry(stem.clone())
                    .or_insert_with(|| word.clone());
            }
        }
    }
    settle(transaction, balance).await
}

/// Takes these things out of the index.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget(transaction: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    let mut balance = Balance::default();
    take_out(transaction, ids, &mut balance).await?;
    settle(transaction, balance).await
}

async fn take_out(
    transaction: &impl ConnectionTrait,
    ids: &[Uuid],
    balance: &mut Balance,
) -> Result<(), DbErr> {
    let known = search_document::Entity::find()
        .filter(search_document::Column::ObjectId.is_in(ids.iter().copied()))
        .all(transaction)
        .await?;
    let is_postgres = transaction.get_database_backend() == DatabaseBackend::Postgres;
    for row in &known {
        if row.audience_id == PUBLIC_AUDIENCE_ID {
            let lexemes = lexemes_of(transaction, row.number).await?;
            balance.count(lexemes.split(' '), -1);
        }
        if !is_postgres {
            run(
                transaction,
                "DELETE FROM search_lexeme WHERE rowid = $1",
                [row.number.into()],
            )
            .await?;
        }
    }
    search_document::Entity::delete_many()
        .filter(search_document::Column::ObjectId.is_in(ids.iter().copied()))
        .exec(transaction)
        .await
        .map(|_| ())
}

async fn lexemes_of(transaction: &impl ConnectionTrait, number: i64) -> Result<String, DbErr> {
    let backend = transaction.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => {
            "SELECT array_to_string(tsvector_to_array(lexemes), ' ') FROM search_document WHERE number = $1"
        }
        _ => "SELECT lexemes FROM search_lexeme WHERE rowid = $1",
    };
    let statement = Statement::from_sql_and_values(backend, sql, [number.into()]);
    match transaction.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(String::new()),
    }
}

async fn insert(
    transaction: &impl ConnectionTrait,
    thing: &Searchable,
    document: &Document,
) -> Result<(), DbErr> {
    let lexemes = document
        .lexemes
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let headwords = document.headwords.store();
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        let sql = "INSERT INTO search_document
                (object_id, object_type, audience_id, published_at, title, headwords, lexemes)
            VALUES ($1, $2, $3, $4, $5, $6, array_to_tsvector(string_to_array($7, ' ')))";
        let values: [Value; 7] = [
            thing.object_id.into(),
            thing.object_type.into(),
            thing.audience_id.into(),
            thing.published_at.into(),
            thing.title.as_str().into(),
            headwords.into(),
            lexemes.into(),
        ];
        return run(transaction, sql, values).await;
    }
    let inserted = search_document::Entity::insert(search_document::ActiveModel {
        number: NotSet,
        object_id: Set(thing.object_id),
        object_type: Set(thing.object_type.into()),
        audience_id: Set(thing.audience_id),
        published_at: Set(thing.published_at),
        title: Set(thing.title.clone()),
        headwords: Set(headwords),
    })
    .exec(transaction)
    .await?;
    let sql = "INSERT INTO search_lexeme (rowid, lexemes) VALUES ($1, $2)";
    run(
        transaction,
        sql,
        [inserted.last_insert_id.into(), lexemes.into()],
    )
    .await
}

/// Brings the vocabulary to the new count: words appear, and words that no text has any more go.
async fn settle(transaction: &impl ConnectionTrait, mut balance: Balance) -> Result<(), DbErr> {
    balance.documents.retain(|_, by| *by != 0);
    if balance.documents.is_empty() {
        return Ok(());
    }
    let is_postgres = transaction.get_database_backend() == DatabaseBackend::Postgres;
    let words: Vec<(&str, &str, i64)> = balance
        .documents
        .iter()
        .map(|(stem, by)| {
            let word = balance
                .words
                .get(stem)
                .map_or(stem.as_str(), String::as_str);
            (stem.as_str(), word, *by)
        })
        .collect();
    // One parameter holds them all: a batch has thousands, more than a statement may bind.
    let upsert = if is_postgres {
        ADD_WORDS
    } else {
        "INSERT INTO search_word (stem, word, documents)
            SELECT value->>0, substr(value->>1, 1, 64), value->>2 FROM json_each($1) WHERE true
            ON CONFLICT (stem) DO UPDATE SET documents = documents + excluded.documents,
                word = CASE WHEN word = stem THEN excluded.word ELSE word END"
    };
    run(transaction, upsert, [json(&words)?.into()]).await?;
    let entries: Vec<(String, &str)> = balance
        .documents
        .iter()
        .filter(|(_, by)| **by > 0)
        .flat_map(|(stem, _)| {
            spelling::entries(stem)
                .into_iter()
                .map(move |entry| (entry, stem.as_str()))
        })
        .collect();
    let insert = if is_postgres {
        ADD_DELETIONS
    } else {
        "INSERT OR IGNORE INTO search_deletion (deletion, stem)
            SELECT value->>0, value->>1 FROM json_each($1)"
    };
    run(transaction, insert, [json(&entries)?.into()]).await?;
    let fewer: Vec<&str> = balance
        .documents
        .iter()
        .filter(|(_, by)| **by < 0)
        .map(|(stem, _)| stem.as_str())
        .collect();
    for stems in fewer.chunks(STEMS_A_STATEMENT) {
        drop_unused_words(transaction, stems).await?;
    }
    Ok(())
}

async fn drop_unused_words(
    transaction: &impl ConnectionTrait,
    stems: &[&str],
) -> Result<(), DbErr> {
    let unused = || {
        let is_one = search_word::Column::Stem.is_in(stems.iter().copied());
        is_one.and(search_word::Column::Documents.lte(0))
    };
    let gone = search_word::Entity::find()
        .select_only()
        .column(search_word::Column::Stem)
        .filter(unused());
    search_deletion::Entity::delete_many()
        .filter(search_deletion::Column::Stem.in_subquery(gone.into_query()))
        .exec(transaction)
        .await?;
    search_word::Entity::delete_many()
        .filter(unused())
        .exec(transaction)
        .await
        .map(|_| ())
}

fn json(rows: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(rows).map_err(|cause| DbErr::Custom(cause.to_string()))
}

async fn run(
    transaction: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    transaction.execute_raw(statement).await.map(|_| ())
}

//! The words of all public texts.

use std::collections::BTreeSet;

use entities::{search_deletion, search_word};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use crate::domain::search::{
    document::{OF_WEEK, in_title},
    retrieval::Weeks,
    spelling,
    vocabulary::{KnownWord, MOST_COMPLETIONS, cuts},
    words::stem,
};

/// Words that may be what was mistyped, before they are compared letter by letter.
const MOST_NEIGHBOURS: u64 = 300;
/// Twenty years.
const MOST_WEEKS: u64 = 1040;

/// The words of these stems.
pub async fn list_words(
    connection: &impl ConnectionTrait,
    stems: &BTreeSet<String>,
) -> Result<Vec<KnownWord>, DbErr> {
    let rows = search_word::Entity::find()
        .filter(search_word::Column::Stem.is_in(stems.iter().map(String::as_str)))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(known).collect())
}

/// The words that these may have been: begun so, mistyped, or run together.
pub async fn list_near(
    connection: &impl ConnectionTrait,
    unknown: &BTreeSet<String>,
) -> Result<Vec<KnownWord>, DbErr> {
    let mut entries = BTreeSet::new();
    let mut parts = BTreeSet::new();
    let mut found = Vec::new();
    for word in unknown {
        found.extend(list_beginning(connection, word).await?);
        entries.extend(spelling::entries(&stem(word)));
        parts.extend(
            cuts(word)
                .iter()
                .flat_map(|(head, tail)| [stem(head), stem(tail)]),
        );
    }
    found.extend(list_words(connection, &parts).await?);
    let neighbours = search_deletion::Entity::find()
        .select_only()
        .column(search_deletion::Column::Stem)
        .filter(search_deletion::Column::Deletion.is_in(entries));
    let rows = search_word::Entity::find()
        .filter(search_word::Column::Stem.in_subquery(neighbours.into_query()))
        .order_by_desc(search_word::Column::Documents)
        .limit(MOST_NEIGHBOURS)
        .all(connection)
        .await?;
    found.extend(rows.into_iter().map(known));
    // How often each stands in titles: what is frequent there is not looked for without bounds.
    let titled = found.iter().map(|known| in_title(&known.stem));
    found.extend(list_words(connection, &titled.collect()).await?);
    Ok(found)
}

async fn list_beginning(
    connection: &impl ConnectionTrait,
    beginning: &str,
) -> Result<Vec<KnownWord>, DbErr> {
    let rows = search_word::Entity::find()
        .filter(search_word::Column::Stem.gte(beginning))
        .filter(search_word::Column::Stem.lt(format!("{beginning}{}", char::MAX)))
        .order_by_desc(search_word::Column::Documents)
        .order_by_asc(search_word::Column::Stem)
        .limit(MOST_COMPLETIONS as u64)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(known).collect())
}

/// The weeks that public documents are of, newest first.
pub async fn list_weeks(connection: &impl ConnectionTrait) -> Result<Weeks, DbErr> {
    let rows = search_word::Entity::find()
        .filter(search_word::Column::Stem.gte(OF_WEEK.to_string()))
        .filter(search_word::Column::Stem.lt(format!("{OF_WEEK}{}", char::MAX)))
        .order_by_desc(search_word::Column::Stem)
        .limit(MOST_WEEKS)
        .all(connection)
        .await?;
    let week = |row: search_word::Model| {
        let known = known(row);
        (known.stem, known.documents)
    };
    Ok(rows.into_iter().map(week).collect())
}

fn known(row: search_word::Model) -> KnownWord {
    KnownWord {
        stem: row.stem,
        word: row.word,
        documents: u64::try_from(row.documents).unwrap_or_default(),
    }
}

//! Shorthand for what most tables have: a foreign key with its index, and a named index.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// A foreign key from `table.column` to `parent.id` that goes with its parent.
pub fn owned_by(table: &str, column: &str, parent: &str) -> ForeignKeyCreateStatement {
    key(table, column, parent, ForeignKeyAction::Cascade)
}

/// A foreign key from `table.column` to `parent.id` that keeps its parent from being deleted.
pub fn refers_to(table: &str, column: &str, parent: &str) -> ForeignKeyCreateStatement {
    key(table, column, parent, ForeignKeyAction::Restrict)
}

fn key(
    table: &str,
    column: &str,
    parent: &str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(Alias::new(table), Alias::new(column))
        .to(Alias::new(parent), Alias::new("id"))
        .on_delete(on_delete)
        .to_owned()
}

/// An index named after its table and columns; `column desc` sorts that column downwards.
pub fn index(table: &str, columns: &[&str]) -> IndexCreateStatement {
    let bare = |column: &str| column.trim_end_matches(" desc").to_owned();
    let named: Vec<String> = columns.iter().map(|column| bare(column)).collect();
    let mut statement = Index::create();
    statement
        .name(format!("idx_{table}_{}", named.join("_")))
        .table(Alias::new(table))
        .if_not_exists();
    for column in columns {
        if column.ends_with(" desc") {
            statement.col((Alias::new(bare(column)), IndexOrder::Desc));
        } else {
            statement.col(Alias::new(bare(column)));
        }
    }
    statement.to_owned()
}

/// The same, refusing a second row with equal columns.
pub fn unique(table: &str, columns: &[&str]) -> IndexCreateStatement {
    index(table, columns)
        .name(format!("uq_{table}_{}", columns.join("_")))
        .unique()
        .to_owned()
}

/// A column to sort names by: lower case, ё as е, compared byte by byte on both databases.
///
/// PostgreSQL would otherwise use the collation of whoever created the database, and pages would
/// differ from machine to machine.
pub fn sort_key(manager: &SchemaManager<'_>) -> ColumnDef {
    in_byte_order(
        manager,
        ColumnDef::new("sort_key").string_len(300).not_null().take(),
    )
}

/// A column of short words compared byte by byte, so that a prefix is a range of its index.
pub fn byte_order(manager: &SchemaManager<'_>, name: &str) -> ColumnDef {
    in_byte_order(
        manager,
        ColumnDef::new(Alias::new(name))
            .string_len(64)
            .not_null()
            .take(),
    )
}

fn in_byte_order(manager: &SchemaManager<'_>, mut column: ColumnDef) -> ColumnDef {
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Creates the indexes one after another.
pub async fn create_indexes(
    manager: &SchemaManager<'_>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for statement in indexes {
        manager.create_index(statement).await?;
    }
    Ok(())
}

/// Drops the tables, children first.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager
            .drop_table(Table::drop().table(Alias::new(*table)).to_owned())
            .await?;
    }
    Ok(())
}

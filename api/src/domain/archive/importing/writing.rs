//! Writing an archive into the database: batch by batch, each of them whole or not at all.

use std::{collections::HashMap, path::Path};

use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

use super::{Imported, Place, comparing::DIFFERS};
use crate::{
    domain::archive::{
        files::Batches,
        format::{ContentLine, Line, Manifest, MediaLine, Part, Shown},
        pictures::copy_in,
        problem::{Failure, Problems},
        progress::{Pace, Tell},
        store::{Batch, Media, ShownTable, Table, Told, begin_batch, write_heads},
    },
    infra::{
        audit::{self, Entry, Program},
        db::record_change,
        error::Error,
    },
};

/// Pictures of one batch: their files come first, and are megabytes.
const PICTURES_AT_ONCE: usize = 50;

/// An import that writes.
pub struct Writing<'a> {
    place: &'a Place<'a>,
    folder: &'a Path,
    replaces: bool,
    archive_id: Uuid,
    beginning: Pace<'a>,
    pace: Pace<'a>,
    pub imported: Imported,
}

impl<'a> Writing<'a> {
    pub fn new(
        place: &'a Place<'a>,
        folder: &'a Path,
        replaces: bool,
        archive_id: Uuid,
        tell: Tell<'a>,
    ) -> Self {
        Self {
            place,
            folder,
            replaces,
            archive_id,
            beginning: Pace::new(tell, "begun"),
            pace: Pace::new(tell, ""),
            imported: Imported::default(),
        }
    }

    /// Writes the lines of a file, if the archive has it. Organisations are one batch: each needs the
    /// one above it.
    pub async fn part<T: Table>(&mut self, manifest: &Manifest) -> Result<(), Failure> {
        let part = T::Line::PART;
        let Some(of) = manifest.entry(part).map(|entry| entry.lines) else {
            return Ok(());
        };
        let mut batches = Batches::<T::Line>::open(self.folder)?;
        if part == Part::Organisations {
            batches = batches.of_lines(usize::MAX);
        }
        let mut done = 0;
        while let Some(batch) = batches.read_next()? {
            done += batch.len() as u64;
            self.batch::<T>(batch).await?;
            self.pace.now(part, done, of);
        }
        Ok(())
    }

    /// Writes pictures: files before their rows, so that no row is ever without them.
    pub async fn pictures(&mut self, manifest: &Manifest) -> Result<(), Failure> {
        let batches = Batches::<MediaLine>::open(self.folder)?;
        let mut batches = batches.of_lines(PICTURES_AT_ONCE);
        let of = lines_of(manifest, Part::Media);
        let mut done = 0;
        while let Some(batch) = batches.read_next()? {
            if !self.place.library.has_room().await? {
                let full = "there is no room for pictures: less than 5 % or 200 MiB are left";
                return Err(Failure::Trouble(full.into()));
            }
            for (_, line) in &batch {
                copy_in(self.place.library, self.folder, line).await?;
            }
            done += batch.len() as u64;
            self.batch::<Media>(batch).await?;
            self.pace.now(Part::Media, done, of);
        }
        Ok(())
    }

    /// Writes that the content of a file is there, for what comes before it to refer to.
    pub async fn heads<K: ShownTable>(&mut self, manifest: &Manifest) -> Result<(), Failure> {
        let part = K::Shown::PART;
        let mut batches = Batches::<ContentLine<K::Shown>>::open(self.folder)?;
        let of = lines_of(manifest, part);
        let mut done = 0;
        while let Some(batch) = batches.read_next()? {
            let at = at_lines(part, &batch);
            let lines: Vec<ContentLine<K::Shown>> =
                batch.into_iter().map(|(_, line)| line).collect();
            let written = self.heads_of(&lines).await;
            written.map_err(|error| Failure::from(error).during(at))?;
            done += lines.len() as u64;
            self.beginning.at(part, done, of);
        }
        Ok(())
    }

    async fn heads_of<S: Shown>(&self, lines: &[ContentLine<S>]) -> Result<(), Error> {
        let transaction = begin_batch(self.place.database).await?;
        let begun = write_heads(&transaction, lines).await?;
        if begun > 0 {
            let details = json!({ "file": S::PART.file_name(), "begun": begun });
            self.note(&transaction, details).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn batch<T: Table>(&mut self, numbered: Vec<(u64, T::Line)>) -> Result<(), Failure> {
        let at = at_lines(T::Line::PART, &numbered);
        let written = self.write_batch::<T>(numbered).await;
        let step = written.map_err(|failure| failure.during(at))?;
        self.imported.added += step.added;
        self.imported.replaced += step.replaced;
        self.imported.unchanged += step.unchanged;
        Ok(())
    }

    async fn write_batch<T: Table>(
        &self,
        numbered: Vec<(u64, T::Line)>,
    ) -> Result<Imported, Failure> {
        let transaction = begin_batch(self.place.database).await?;
        let ids: Vec<Uuid> = numbered.iter().map(|(_, line)| line.id()).collect();
        let here = T::find(&transaction, &ids).await?;
        let here = here.into_iter().map(|line| (line.id(), line)).collect();
        let (batch, step) = self.sort(numbered, here)?;
        if batch.lines.is_empty() {
            transaction.rollback().await?;
            return Ok(step);
        }
        let told = T::write(&transaction, &batch).await?;
        let details = json!({
            "file": T::Line::PART.file_name(),
            "added": step.added,
            "replaced": step.replaced,
        });
        self.note(&transaction, details).await?;
        self.tell(&transaction, &told).await?;
        transaction.commit().await?;
        Ok(step)
    }

    /// Tells what is new and what takes something's place from what says the same.
    fn sort<L: Line>(
        &self,
        numbered: Vec<(u64, L)>,
        mut here: HashMap<Uuid, L>,
    ) -> Result<(Batch<L>, Imported), Failure> {
        let mut step = Imported::default();
        let mut problems = Problems::default();
        let mut batch = Batch {
            lines: Vec::new(),
            before: HashMap::new(),
            now: self.place.clock.now(),
        };
        for (number, line) in numbered {
            match here.remove(&line.id()) {
                None => {
                    step.added += 1;
                    batch.lines.push(line);
                }
                Some(before) if line.says_the_same(&before) => step.unchanged += 1,
                Some(before) if self.replaces => {
                    step.replaced += 1;
                    batch.before.insert(line.id(), before);
                    batch.lines.push(line);
                }
                // Since it was compared somebody has changed it.
                Some(_) => problems.at_line(L::PART, number, DIFFERS),
            }
        }
        problems.refuse()?;
        Ok((batch, step))
    }

    /// Notes in the audit log what was done, by whoever has the terminal.
    async fn note(
        &self,
        transaction: &DatabaseTransaction,
        details: serde_json::Value,
    ) -> Result<(), Error> {
        let entry = Entry::by(
            Program::CommandLine,
            "content.import",
            None,
            ("archive", self.archive_id),
            details,
        );
        Ok(audit::record(transaction, entry, self.place.clock.now()).await?)
    }

    /// Tells readers' copies and caches. The last statements of the transaction.
    async fn tell(&self, transaction: &DatabaseTransaction, told: &Told) -> Result<(), Error> {
        if told.changes.is_empty() && told.tags.is_empty() {
            return Ok(());
        }
        let tags: Vec<&str> = told.tags.iter().map(String::as_str).collect();
        let now = self.place.clock.now();
        Ok(record_change(transaction, &told.changes, &tags, now).await?)
    }
}

fn lines_of(manifest: &Manifest, part: Part) -> u64 {
    manifest.entry(part).map_or(0, |entry| entry.lines)
}

/// How a person finds a batch in its file.
fn at_lines<L>(part: Part, numbered: &[(u64, L)]) -> String {
    let first = numbered.first().map_or(0, |(number, _)| *number);
    let last = numbered.last().map_or(0, |(number, _)| *number);
    format!("{}, lines {first} to {last}", part.file_name())
}

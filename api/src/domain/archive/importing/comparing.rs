//! What an archive would meet here: things that say something else, and names that are taken.

use std::{collections::HashMap, path::Path};

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use crate::{
    domain::archive::{
        files::Batches,
        format::{Line, Manifest},
        problem::{Failure, Problems},
        progress::{Pace, Tell},
        store::{
            BenefitCategories, Benefits, Courses, Drafts, GuideCategories, Guides, LifeEvents,
            Media, News, NewsCategories, Organisations, Outlets, Pages, Partners, Recommendations,
            Redirects, Revisions, Table,
        },
    },
    infra::db::{Database, begin_snapshot},
};

/// Compares everything, and writes nothing.
///
/// # Errors
/// All that is in the way.
pub async fn compare(
    database: &Database,
    folder: &Path,
    manifest: &Manifest,
    replaces: bool,
    tell: Tell<'_>,
) -> Result<(), Failure> {
    let snapshot = begin_snapshot(database).await?;
    let mut comparing = Comparing {
        snapshot: &snapshot,
        folder,
        manifest,
        replaces,
        problems: Problems::default(),
        pace: Pace::new(tell, "compared"),
    };
    comparing.part::<Media>().await?;
    comparing.part::<Organisations>().await?;
    comparing.part::<NewsCategories>().await?;
    comparing.part::<BenefitCategories>().await?;
    comparing.part::<GuideCategories>().await?;
    comparing.part::<LifeEvents>().await?;
    comparing.part::<Partners>().await?;
    comparing.part::<Outlets>().await?;
    comparing.part::<News>().await?;
    comparing.part::<Benefits>().await?;
    comparing.part::<Guides>().await?;
    comparing.part::<Pages>().await?;
    comparing.part::<Courses>().await?;
    comparing.part::<Recommendations>().await?;
    comparing.part::<Revisions>().await?;
    comparing.part::<Drafts>().await?;
    comparing.part::<Redirects>().await?;
    let problems = comparing.problems;
    snapshot.rollback().await?;
    problems.refuse()
}

struct Comparing<'a> {
    snapshot: &'a DatabaseTransaction,
    folder: &'a Path,
    manifest: &'a Manifest,
    replaces: bool,
    problems: Problems,
    pace: Pace<'a>,
}

impl Comparing<'_> {
    async fn part<T: Table>(&mut self) -> Result<(), Failure> {
        let part = T::Line::PART;
        let Some(of) = self.manifest.entry(part).map(|entry| entry.lines) else {
            return Ok(());
        };
        let mut batches = Batches::<T::Line>::open(self.folder)?;
        let mut done = 0;
        while let Some(batch) = batches.read_next()? {
            done += batch.len() as u64;
            self.batch::<T>(batch).await?;
            self.pace.at(part, done, of);
        }
        Ok(())
    }

    async fn batch<T: Table>(&mut self, batch: Vec<(u64, T::Line)>) -> Result<(), Failure> {
        let part = T::Line::PART;
        let numbers: HashMap<Uuid, u64> = batch
            .iter()
            .map(|(number, line)| (line.id(), *number))
            .collect();
        let lines: Vec<T::Line> = batch.into_iter().map(|(_, line)| line).collect();
        if !self.replaces {
            let ids: Vec<Uuid> = lines.iter().map(Line::id).collect();
            let here = T::find(self.snapshot, &ids).await?;
            let here: HashMap<Uuid, T::Line> =
                here.into_iter().map(|line| (line.id(), line)).collect();
            for line in &lines {
                let other = here.get(&line.id());
                if other.is_some_and(|other| !line.says_the_same(other)) {
                    let number = numbers.get(&line.id()).copied().unwrap_or_default();
                    self.problems.at_line(part, number, DIFFERS);
                }
            }
        }
        for (id, what) in T::list_taken(self.snapshot, &lines, self.replaces).await? {
            let number = numbers.get(&id).copied().unwrap_or_default();
            self.problems.at_line(part, number, what);
        }
        Ok(())
    }
}

/// What is said of a line that something else stands in the place of.
pub const DIFFERS: &str = "is here already and says something else; --replace would write it over";

//! Writing one file of an archive, some lines at a time.

use std::path::Path;

use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use crate::domain::{
    archive::{
        files::LineWriter,
        format::{FileEntry, Line, MediaEntry, MediaLine},
        pictures::copy_out,
        problem::Failure,
        progress::Pace,
        store::{self, Media, Scope, Table},
    },
    media::MediaLibrary,
};

/// Lines read at once. An article takes some 10 KB.
const LINES_AT_ONCE: usize = 100;

/// An export under way.
pub struct Exporting<'a> {
    pub snapshot: &'a DatabaseTransaction,
    pub scope: &'a Scope,
    pub folder: &'a Path,
    pub pace: Pace<'a>,
}

impl Exporting<'_> {
    /// Writes a file, under another name so far.
    pub async fn part<T: Table>(&mut self) -> Result<FileEntry, Failure> {
        let mut writer = LineWriter::<T::Line>::create(self.folder)?;
        let of = self.count::<T>().await?;
        let (mut done, mut after) = (0, None);
        loop {
            let ids = self.next_ids::<T>(after).await?;
            let Some(last) = ids.last().copied() else {
                break;
            };
            for line in T::find(self.snapshot, &ids).await? {
                writer.write(&line)?;
            }
            done += ids.len() as u64;
            after = Some(last);
            self.pace.at(T::Line::PART, done, of);
        }
        writer.finish()
    }

    /// The same for pictures, with their files.
    pub async fn pictures(
        &mut self,
        library: &MediaLibrary,
    ) -> Result<(FileEntry, MediaEntry), Failure> {
        let mut writer = LineWriter::<MediaLine>::create(self.folder)?;
        let of = self.count::<Media>().await?;
        let mut media = MediaEntry::default();
        let (mut done, mut after) = (0, None);
        loop {
            let ids = self.next_ids::<Media>(after).await?;
            let Some(last) = ids.last().copied() else {
                break;
            };
            for mut line in Media::find(self.snapshot, &ids).await? {
                line.files = copy_out(library, self.folder, &line).await?;
                media.files += line.files.len() as u64;
                media.bytes += line.files.iter().map(|file| file.bytes).sum::<u64>();
                writer.write(&line)?;
                done += 1;
                self.pace.at(MediaLine::PART, done, of);
            }
            after = Some(last);
        }
        Ok((writer.finish()?, media))
    }

    async fn count<T: Table>(&self) -> Result<u64, DbErr> {
        match self.scope.ids(T::Line::PART) {
            Some(ids) => Ok(ids.len() as u64),
            None => store::count::<T>(self.snapshot).await,
        }
    }

    async fn next_ids<T: Table>(&self, after: Option<Uuid>) -> Result<Vec<Uuid>, DbErr> {
        let Some(ids) = self.scope.ids(T::Line::PART) else {
            return store::list_ids::<T>(self.snapshot, after, LINES_AT_ONCE as u64).await;
        };
        let from = after.map_or(0, |after| ids.partition_point(|id| *id <= after));
        Ok(ids.iter().skip(from).take(LINES_AT_ONCE).copied().collect())
    }
}

//! Writing an archive: everything as it stood at one moment.

mod part;

use std::path::Path;

use chrono::{DateTime, Utc};

use self::part::Exporting;
use super::{
    files::{Beside, MANIFEST, create_folder, find_manifest, sync_folder, take_place},
    format::{FORMAT, FileEntry, Manifest, MediaEntry, VERSION},
    problem::Failure,
    progress::{Pace, Tell},
    store::{
        BenefitCategories, Benefits, Courses, Drafts, GuideCategories, Guides, LifeEvents, News,
        NewsCategories, Organisations, Outlets, Pages, Partners, Recommendations, Redirects,
        Revisions, Scope, count_unfinished, find_scope,
    },
};
use crate::{
    domain::{media::MediaLibrary, sync::SCHEMA_EPOCH},
    infra::db::{Database, begin_snapshot},
};

/// What an archive came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    pub lines: u64,
    pub pictures: u64,
    pub bytes: u64,
}

/// Writes an archive into a folder, of everything or of an organisation and those below it. One that is
/// there stays whole until the new one takes its place; pictures that are there are not copied again.
///
/// # Errors
/// Why it stopped. What was begun is gone on with when it is asked for again.
pub async fn export(
    database: &Database,
    library: &MediaLibrary,
    folder: &Path,
    organisation: Option<&str>,
    now: DateTime<Utc>,
    tell: Tell<'_>,
) -> Result<Exported, Failure> {
    create_folder(folder)?;
    let snapshot = begin_snapshot(database).await?;
    if count_unfinished(&snapshot).await? > 0 {
        let unfinished = "an import was broken off: bring it to its end before you export";
        return Err(Failure::Trouble(unfinished.into()));
    }
    let scope = match organisation {
        None => Scope::Everything,
        Some(slug) => find_scope(&snapshot, slug).await?.ok_or_else(|| {
            Failure::Trouble(format!("{slug:?} is not the slug of an organisation"))
        })?,
    };
    let mut exporting = Exporting {
        snapshot: &snapshot,
        scope: &scope,
        folder,
        pace: Pace::new(tell, ""),
    };
    let (of_media, media) = exporting.pictures(library).await?;
    let files = vec![
        of_media,
        exporting.part::<Organisations>().await?,
        exporting.part::<NewsCategories>().await?,
        exporting.part::<BenefitCategories>().await?,
        exporting.part::<GuideCategories>().await?,
        exporting.part::<LifeEvents>().await?,
        exporting.part::<Partners>().await?,
        exporting.part::<Outlets>().await?,
        exporting.part::<News>().await?,
        exporting.part::<Benefits>().await?,
        exporting.part::<Guides>().await?,
        exporting.part::<Pages>().await?,
        exporting.part::<Courses>().await?,
        exporting.part::<Recommendations>().await?,
        exporting.part::<Revisions>().await?,
        exporting.part::<Drafts>().await?,
        exporting.part::<Redirects>().await?,
    ];
    snapshot.rollback().await?;
    let exported = sum(&files, media);
    let manifest = Manifest {
        format: FORMAT.into(),
        version: VERSION,
        product: env!("CARGO_PKG_VERSION").into(),
        schema_epoch: SCHEMA_EPOCH,
        made_at: now.into(),
        organisation: organisation.map(str::to_owned),
        files,
        media,
    };
    settle(folder, manifest)?;
    Ok(exported)
}

fn sum(files: &[FileEntry], media: MediaEntry) -> Exported {
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    Exported {
        lines: files.iter().map(|file| file.lines).sum(),
        pictures: media.files,
        bytes: bytes + media.bytes,
    }
}

/// Puts the new files in the places of the old ones, the manifest last: in between its checksums tell
/// that the folder holds no archive.
fn settle(folder: &Path, mut manifest: Manifest) -> Result<(), Failure> {
    if let Ok(Some(there)) = find_manifest(folder) {
        let made_at = there.made_at;
        let as_then = Manifest {
            made_at,
            ..manifest.clone()
        };
        if as_then == there {
            manifest = as_then;
        }
    }
    let path = folder.join(MANIFEST);
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|cause| Failure::Trouble(format!("{}: {cause}", path.display())))?;
    text.push(b'\n');
    let mut file = Beside::create(&path)?;
    file.write(&text)?;
    file.finish()?;
    for file in &manifest.files {
        take_place(&folder.join(&file.name))?;
    }
    sync_folder(folder)?;
    take_place(&path)?;
    sync_folder(folder)
}
